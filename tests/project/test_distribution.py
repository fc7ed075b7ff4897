"""With several workers what is dear to make is made once, and nobody waits for one long module at the end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.distribution import SHARING, longest_first, unit_of
from tests.project.test_layout import ROOT

pytest_plugins = ["pytester"]

MODULE = """
import os
import pytest

@pytest.fixture(scope="module")
def made():
    with open({log!r}, "a") as file:
        file.write(f"{{__name__}} {{os.environ['PYTEST_XDIST_WORKER']}}\\n")

{mark}
@pytest.mark.parametrize("number", range({tests}))
def test_something(made, number): pass
"""


def test_every_module_that_is_said_to_share_something_is_there() -> None:
    modules = [module for shared in SHARING.values() for module in shared]
    assert [module for module in modules if not (ROOT / module).is_file()] == []
    assert len(modules) == len(set(modules))


@pytest.mark.parametrize(
    ("shared", "asked"),
    [
        ("the digitised samples", "line: Line"),
        ("an office's PostgreSQL", "office: Office"),
    ],
)
def test_no_module_asks_for_something_dear_without_being_named(shared: str, asked: str) -> None:
    folders = {Path(module).parent for module in SHARING[shared]}
    asking = {
        str(path.relative_to(ROOT))
        for folder in folders
        for path in (ROOT / folder).glob("test_*.py")
        if asked in path.read_text(encoding="utf-8")
    }
    assert asking - set(SHARING[shared]) == set()


def test_modules_that_share_something_are_one_unit_and_any_other_is_its_own() -> None:
    shared = SHARING["the digitised samples"]
    assert {unit_of(f"{module}::test_a[b::c@d]") for module in shared} == {"the digitised samples"}
    assert unit_of("tests/ocr/test_memory.py::test_a[x]") == "tests/ocr/test_memory.py"


def test_each_module_runs_whole_on_one_worker(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    log = write_modules(pytester, a=(7, ""), b=(9, ""), c=(8, ""), d=(4, ""))
    pytester.runpytest_subprocess("-p", "xdist", "-n", "2", "--dist", "loadscope").assert_outcomes(passed=28)
    assert sorted(line.split()[0] for line in log.read_text().splitlines()) == [
        "test_a",
        "test_b",
        "test_c",
        "test_d",
    ]


def test_slow_modules_come_first_and_then_those_with_many_tests(pytester: pytest.Pytester) -> None:
    write_modules(pytester, a=(2, ""), b=(5, ""), c=(1, "@pytest.mark.slow"), d=(3, ""))
    items = longest_first(pytester.inline_genitems()[0])
    assert list(dict.fromkeys(unit_of(item.nodeid) for item in items)) == [
        "test_c.py",
        "test_b.py",
        "test_d.py",
        "test_a.py",
    ]


def write_modules(pytester: pytest.Pytester, **modules: tuple[int, str]) -> Path:
    """Modules by number of tests and marker, under the settings of these tests; the log of what they make."""
    log = pytester.path / "made.log"
    pytester.makeini("[pytest]\nmarkers = slow\n    prefect")
    pytester.makeconftest(
        "from tests.conftest import pytest_collection_modifyitems, pytest_xdist_make_scheduler"
    )
    pytester.makepyfile(
        **{
            f"test_{name}": MODULE.format(log=str(log), tests=tests, mark=mark)
            for name, (tests, mark) in modules.items()
        }
    )
    return log

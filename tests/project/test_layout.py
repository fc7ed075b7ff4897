"""The folders, the wheel and the import contracts tell the same story."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
MOST_LINES = 600


def tracked(*patterns: str) -> list[Path]:
    """Files of the project; a copy without git history counts all that is there."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_the_wheel_lists_every_package_that_the_contracts_name() -> None:
    assert PROJECT["tool"]["importlinter"]["root_packages"] == PACKAGES


def test_every_package_folder_is_in_the_wheel() -> None:
    outside = {"tests", "samples", "bench", "tools", "training"}
    found = {path.parent.name for path in ROOT.glob("*/__init__.py")} - outside
    assert found == set(PACKAGES)


def test_every_package_says_it_is_typed() -> None:
    assert [name for name in PACKAGES if not (ROOT / name / "py.typed").exists()] == []


def test_no_other_distribution_owns_one_of_our_names() -> None:
    owners = {
        (str(file.parts[0]), distribution.metadata["Name"])
        for distribution in distributions()
        for file in distribution.files or ()
        if file.parts[0] in PACKAGES and distribution.metadata["Name"] != "motlan"
    }
    assert owners == set()


def test_our_names_resolve_to_our_files() -> None:
    code = f"import {', '.join(PACKAGES)}; print(*(m.__file__ for m in ({', '.join(PACKAGES)},)), sep='\\n')"
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd="/"
    ).stdout.split()
    assert [Path(path).parent.name for path in shown] == PACKAGES
    assert {Path(path).parents[1] for path in shown} == {ROOT}


def test_no_package_has_the_name_of_a_standard_module() -> None:
    assert set(PACKAGES) & sys.stdlib_module_names == set()


def test_no_source_file_is_longer_than_six_hundred_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in tracked("*.py")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }
    assert long == {}


def test_importing_the_command_loads_no_heavy_library() -> None:
    code = "import cli.main, sys; print(*sorted(sys.modules))"
    loaded = set(
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.split()
    )
    heavy = {"prefect", "cv2", "numpy", "sqlalchemy", "pyhanko", "fastapi", "pydantic", "rich.table", "httpx"}
    assert loaded & heavy == set()

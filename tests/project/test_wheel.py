"""The wheel holds our packages with their tables, fonts and migrations, and nothing of tests or samples."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.project.test_layout import PACKAGES, ROOT


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Files of a wheel built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = Path(folder).glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_the_wheel_owns_exactly_our_names(names: list[str]) -> None:
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)


@pytest.mark.parametrize(
    "ending",
    [
        "rulebook/tables/papers/birth_certificate.toml",
        "rulebook/tables/procedures/1.001193.toml",
        "rulebook/tables/places/provinces.toml",
        "ocr/net/weights/finder.onnx",
        "ocr/net/weights/lines.onnx",
        "ocr/language/data/pair_counts.npy",
        "ocr/data/calibration.json",
        "ocr/language/data/names.toml",
        "signing/fonts/MotLanSerif-Bold.ttf",
        "signing/fonts/MotLanSerif-Regular.ttf",
        "signing/reporting/templates/report.html.j2",
        "flows/templates/report.svg.j2",
        "flows/staff/common_passwords.txt",
        "web/station/templates/base.html.j2",
        "web/station/words/vi/site.toml",
        "web/station/assets/station.css",
        "web/station/assets/htmx.min.js",
        "web/station/assets/htmx.LICENSE",
        "signing/fonts/OFL.txt",
        "rulebook/tables/packages/tt05-2025.toml",
        "preservation/schemas/v1/mets1_12.xsd",
        "preservation/schemas/explanation.vi.txt",
        "dossier/py.typed",
    ],
)
def test_what_stands_beside_the_code_is_in_the_wheel(names: list[str], ending: str) -> None:
    assert ending in names


def test_every_migration_is_in_the_wheel(names: list[str]) -> None:
    steps = {path.relative_to(ROOT).as_posix() for path in (ROOT / "storage" / "migrations").rglob("*.py")}
    assert steps
    assert steps <= set(names)

"""``python -m tools.pictures``: make the pictures of docs/how-to again, by the tests that walk through pages.

Every picture named in a how-to is one that a browser test looks at under that name (``person.look``). It is
kept with few colours: pages are flat, and a document is read over slow lines too.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from PIL import Image

ROOT: Final = Path(__file__).parents[1]
HOW_TO: Final = ROOT / "docs" / "how-to"
PICTURES: Final = HOW_TO / "pictures"
TESTS: Final = ROOT / "tests" / "web" / "browser"
_COLOURS: Final = (48, 24, 12)
"""Fewer where a page shows a scan, which weighs the most."""
_MOST_BYTES: Final = 140_000
_TALLEST: Final = 1400
"""Pixels: what is below says nothing more about how to work."""


def named() -> Iterator[tuple[Path, str]]:
    """Every how-to with the name of a picture in it."""
    for page in sorted(HOW_TO.glob("*.md")):
        for name in re.findall(r"\]\(pictures/([^)]+)\.png\)", page.read_text("utf-8")):
            yield page, name


def looked_at() -> set[str]:
    """Names under which a browser test looks at a page."""
    return {
        name
        for test in TESTS.glob("test_*.py")
        for name in re.findall(r'\.look\("([^"]+)"\)', test.read_text("utf-8"))
    }


def make() -> int:
    """Run those tests and keep the pictures; gives the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        told = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n0", "-k", "office", str(TESTS)],
            cwd=ROOT,
            env=os.environ | {"STATION_PICTURES": folder, "STATION_DAYS": "all"},
            check=False,
        )
        if told.returncode:
            return told.returncode
        PICTURES.mkdir(exist_ok=True)
        wanted = {name for _, name in named()}
        for left in PICTURES.glob("*.png"):
            if left.stem not in wanted:
                left.unlink()
        for name in sorted(wanted):
            _keep(Path(folder) / "office" / f"{name}.png", PICTURES / f"{name}.png")
    return 0


def _keep(made: Path, place: Path) -> None:
    with Image.open(made) as picture:
        shown = picture.convert("RGB").crop((0, 0, picture.width, min(picture.height, _TALLEST)))
    for colours in _COLOURS:
        shown.quantize(colours, dither=Image.Dither.NONE).save(place, optimize=True)
        if place.stat().st_size < _MOST_BYTES:
            return


if __name__ == "__main__":
    sys.exit(make())

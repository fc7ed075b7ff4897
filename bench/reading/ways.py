"""The ways to read that are compared: Tesseract as it comes, OCRmyPDF, and the project's own reader.

Each gives the text of one picture and what it cost. Every way gets one core: one Tesseract thread each.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from PIL import Image

from bench.reading.usage import cpu_seconds
from dossier.errors import MotlanError
from ocr.reader import Reader

WayName = Literal["tesseract", "ocrmypdf", "ours"]
WAYS: tuple[WayName, ...] = ("tesseract", "ocrmypdf", "ours")
LABELS: Mapping[WayName, str] = {
    "tesseract": "tesseract --psm 3",
    "ocrmypdf": "OCRmyPDF --rotate-pages --deskew",
    "ours": "Một Lần",
}
_ONE_THREAD = {"OMP_THREAD_LIMIT": "1"}
_MOST_SECONDS = 600
_LEAST_DPI = 96


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """What one way made of one page.

    Attributes:
        text: as read; empty where it failed.
        cpu, wall: seconds, child programs included.
        rotation: degrees clockwise by which the page was turned; None where the way does not tell.
        failure: code or words of the error; empty when all went well.
    """

    text: str
    cpu: float
    wall: float
    rotation: int | None = None
    failure: str = ""


class Way(Protocol):
    """Anything that reads a picture."""

    @property
    def name(self) -> WayName:
        """Which of the three."""
        ...

    def read(self, image: Path) -> tuple[str, int | None]:
        """Text of the picture and the turn that was made.

        Raises:
            MotlanError, subprocess.SubprocessError, OSError: it could not be read.
        """
        ...


def shoot(way: Way, image: Path) -> Shot:
    """Read one picture, count what it costs; a failure is an empty reading with its name."""
    text, rotation, failure = "", None, ""
    wall, cpu = time.perf_counter(), cpu_seconds()
    try:
        text, rotation = way.read(image)
    except MotlanError as error:
        failure = error.code
    except subprocess.CalledProcessError as error:
        failure = f"{Path(error.cmd[0]).name} {error.returncode}: {_last_line(error.stderr)}"
    except (subprocess.SubprocessError, OSError) as error:
        failure = type(error).__name__
    return Shot(
        text=text,
        cpu=cpu_seconds() - cpu,
        wall=time.perf_counter() - wall,
        rotation=rotation,
        failure=failure,
    )


@dataclass(frozen=True, slots=True)
class Plain:
    """``tesseract --psm 3 -l vie``, as a person would type it; it never turns a page."""

    name: WayName = "tesseract"

    def read(self, image: Path) -> tuple[str, int | None]:
        """See ``Way``."""
        return _run(["tesseract", str(image), "-", "-l", "vie", "--psm", "3"]), 0


@dataclass(frozen=True, slots=True)
class OcrMyPdf:
    """OCRmyPDF with the options its manual gives for scans; PDF/A made, text from the sidecar."""

    program: Path
    name: WayName = "ocrmypdf"

    def read(self, image: Path) -> tuple[str, int | None]:
        """See ``Way``. The sidecar does not say how the page was turned."""
        with tempfile.TemporaryDirectory(prefix="motlan-bench-") as name:
            sidecar, out = Path(name) / "text.txt", Path(name) / "out.pdf"
            _run(
                [str(self.program), "--rotate-pages", "--deskew", "-l", "vie", "--jobs", "1",
                 "--output-type", "pdfa", "--quiet", "--sidecar", str(sidecar),
                 *_credible(image), str(image), str(out)]
            )  # fmt: skip
            return sidecar.read_text(encoding="utf-8"), None


@dataclass(frozen=True, slots=True)
class Ours:
    """The reader of the project with nothing kept between pages."""

    reader: Reader
    name: WayName = "ours"

    def read(self, image: Path) -> tuple[str, int | None]:
        """See ``Way``."""
        with tempfile.TemporaryDirectory(prefix="motlan-bench-") as work:
            reading = self.reader.read(image, name=image.name, work=Path(work))
        return "\n".join(page.text for page in reading.pages), reading.pages[0].rotation


def _run(command: list[str]) -> str:
    done = subprocess.run(
        command,
        env=_environment(),
        capture_output=True,
        check=True,
        timeout=_MOST_SECONDS,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    return done.stdout


def _credible(image: Path) -> list[str]:
    """Phones write 72 dpi, which OCRmyPDF refuses: what a person would then add."""
    with Image.open(image) as picture:
        dpi = float(picture.info.get("dpi", (0, 0))[0])
    return [] if dpi >= _LEAST_DPI else ["--image-dpi", "300"]


def _last_line(words: str) -> str:
    """What a program said last before it gave up."""
    return next((line.strip() for line in reversed(words.splitlines()) if line.strip()), "")


def _environment() -> dict[str, str]:

    return {**os.environ, **_ONE_THREAD}

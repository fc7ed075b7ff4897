"""A file of ten thousand pages: memory, progress, and going on after kill -9.

``python -m bench.huge_file [--pages 100,1000,10000] [--kind tiff|pdf] [--words 200] [--file]``. The
pages are tiny and the engine knows its words beforehand: what is measured is what grows with pages, not
what recognising one costs. For each length a process of its own takes the file in and reads it; it is
killed half-way and begun again, and what it is asked to recognise is counted. With ``--file`` the one
paper that comes of it is signed and filed, too. Peak memory is that of the process (proc(5), ``VmHWM``),
in megabytes.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import pikepdf
from PIL import Image, ImageDraw

from bench.scale.figures import put_figures
from dossier.geometry import Box
from flows.capture import load_reading, read_item
from flows.intake import take_in
from flows.issue import file_item
from flows.progress import Progress, Stage, silent
from ocr.arrays import GrayImage
from ocr.engine import EngineWord, RecogniseMode
from ocr.reader import Reader
from storage.inbox import Declaration
from wiring.services import Services
from wiring.settings import read_settings

_SIZE: Final = (400, 120)
"""Pixels of a page: a slip of four inches by one and a fifth."""
_DPI: Final = 100
_OWNER: Final = "079186999401"  # invented
_SYLLABLES: Final = (
    "căn",
    "cứ",
    "luật",
    "hộ",
    "tịch",
    "xã",
    "xác",
    "nhận",
    "nội",
    "dung",
    "sau",
    "đây",
    "đúng",
)
_LINE: Final = 10
_LINES: Final = 4
_HEADS: Final = ("pages", "killed at", "went on at", "recognised", "read MB", "peak MB", "CPU s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a process said at its end.

    Attributes:
        pages: of the file.
        recognised: pages that it had to recognise.
        first: pages that were done when it told its progress for the first time.
        read_mb: peak of its memory when the file was read, megabytes.
        peak_mb: at its end.
        cpu: seconds.
    """

    pages: int
    recognised: int
    first: int
    read_mb: int
    peak_mb: int
    cpu: float


class PlainEngine:
    """Says the same words on every page, at once, and counts the pages."""

    def __init__(self, words: int) -> None:
        """Know so many words."""
        self.asked = 0
        self._words = tuple(_word(number) for number in range(words))

    def version(self) -> str:
        """No program."""
        return "plain 1"

    def recognise(
        self, image: GrayImage, *, dpi: int, mode: RecogniseMode, seconds: float
    ) -> tuple[EngineWord, ...]:
        """See ``ocr.engine``."""
        del image, dpi, seconds
        if mode != "page":
            return ()
        self.asked += 1
        return self._words


def _word(number: int) -> EngineWord:
    row, column = divmod(number, _LINE)
    left, top = 20 + 36 * column, 20 + 4 * (row % 20)
    text = _SYLLABLES[(number * 7 + row) % len(_SYLLABLES)]
    return EngineWord(
        text=text, box=Box(left, top, left + 30, top + 3), confidence=0.95, block=1, line=row + 1
    )


class Desk(Services):
    """An installation whose engine is the plain one."""

    words = 200

    @cached_property
    def plain(self) -> PlainEngine:
        """The engine."""
        return PlainEngine(self.words)

    @cached_property
    def reader(self) -> Reader:
        """A reader on it."""
        return Reader(self.plain, workers=1)


def write_tiff(path: Path, pages: int) -> None:
    """Tiny pages in black and white, each with a row of marks of its own."""
    more = (_sheet(number) for number in range(1, pages))
    _sheet(0).save(path, save_all=True, append_images=more, dpi=(_DPI, _DPI), compression="group4")


def write_pdf(path: Path, pages: int, *, full: int = 1) -> None:
    """The same as a PDF of one image a page; one in ``full`` has its lines, the others a number alone."""
    width, height = _SIZE
    with pikepdf.new() as pdf:
        for number in range(pages):
            sheet = _sheet(number, lines=0 if number % full else _LINES)
            image = pikepdf.Stream(pdf, sheet.tobytes(), Type=pikepdf.Name.XObject)
            image.Subtype, image.ColorSpace = pikepdf.Name.Image, pikepdf.Name.DeviceGray
            image.Width, image.Height, image.BitsPerComponent = width, height, 1
            points = (width * 72 / _DPI, height * 72 / _DPI)
            page = pdf.add_blank_page(page_size=points)
            page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=image))
            page.Contents = pdf.make_stream(f"q {points[0]} 0 0 {points[1]} 0 0 cm /Im Do Q".encode())
        pdf.save(path)


def _sheet(number: int, *, lines: int = _LINES) -> Image.Image:
    """A few lines of print; no two pages are alike."""
    sheet = Image.new("1", _SIZE, 1)
    pen = ImageDraw.Draw(sheet)
    if not lines:
        pen.text((20, 20), f"{number:05d}", fill=0)
    for row in range(lines):
        pen.text((20, 20 + 20 * row), f"{number:05d}.{row} uy ban nhan dan xac nhan noi dung sau day", fill=0)
    return sheet


def run(data: Path, file: Path, *, words: int, files: bool) -> Figures:
    """Take a file in and read it, from where an earlier process was; a line of progress for each page."""
    asked: list[int] = []

    def listen(progress: Progress) -> None:
        if progress.stage is Stage.PAGE:
            asked.append(progress.done)
            sys.stdout.write(f"{progress.done}/{progress.total}\n")
            sys.stdout.flush()

    Desk.words = words
    with Desk(read_settings({"MOTLAN_DATA": str(data)})) as desk:
        desk.create()
        with desk.writing():
            (item,) = take_in(desk, [file], declared=Declaration(owner=_OWNER)).items
            read_item(desk, item, listen=listen)
            after_reading = peak_megabytes()
            pages = len(load_reading(desk, item).pages)
            if files:
                file_item(desk, item, listen=silent)
        return Figures(
            pages=pages,
            recognised=desk.plain.asked,
            first=min(asked, default=0),
            read_mb=after_reading,
            peak_mb=peak_megabytes(),
            cpu=round(time.process_time(), 1),
        )


def peak_megabytes() -> int:
    """The most this process held so far."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) // 1024


def measure(folder: Path, pages: int, *, kind: str, words: int, files: bool) -> tuple[int, Figures]:
    """Kill a process half-way and let another go on; pages the first had told, and the second's figures."""
    file = folder / f"{pages}.{'pdf' if kind == 'pdf' else 'tif'}"
    (write_pdf if kind == "pdf" else write_tiff)(file, pages)
    command = [sys.executable, "-m", "bench.huge_file", "--child", str(folder / f"data-{pages}"), str(file)]
    command += ["--words", str(words), *(["--file"] if files else [])]
    told = _killed_at(command, pages // 2)
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return told, Figures(**json.loads(done.stdout.splitlines()[-1]))


def _killed_at(command: Sequence[str], page: int) -> int:
    """Begin, and kill when so many pages are told; how many were."""
    told = 0
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    if process.stdout is None:
        return 0
    with process.stdout as lines:
        for line in lines:
            told = int(line.partition("/")[0])
            if told >= page:
                break
        os.kill(process.pid, signal.SIGKILL)
    process.wait()
    return told


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every length, or be the process that is measured."""
    parser = argparse.ArgumentParser(prog="python -m bench.huge_file", description=__doc__)
    parser.add_argument("--pages", default="100,1000,10000")
    parser.add_argument("--kind", choices=("tiff", "pdf"), default="tiff")
    parser.add_argument("--words", type=int, default=200, help="on each page")
    parser.add_argument("--file", action="store_true", help="sign and file, too")
    parser.add_argument("--into", type=Path, help="a page of the documentation that shows the table")
    parser.add_argument("--child", nargs=2, type=Path, default=(), help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.child:
        data, file = asked.child
        figures = run(data, file, words=asked.words, files=asked.file)
        sys.stdout.write(f"{json.dumps(asdict(figures))}\n")
        return
    lines = ["".join(f"{head:>11}" for head in _HEADS)]
    sys.stdout.write(f"{lines[0]}\n")
    with tempfile.TemporaryDirectory(prefix="motlan-bench-") as folder:
        for pages in (int(number) for number in asked.pages.split(",")):
            killed_at, found = measure(
                Path(folder), pages, kind=asked.kind, words=asked.words, files=asked.file
            )
            cells = (
                found.pages,
                killed_at,
                found.first,
                found.recognised,
                found.read_mb,
                found.peak_mb,
                found.cpu,
            )
            lines.append("".join(f"{cell:>11}" for cell in cells))
            sys.stdout.write(f"{lines[-1]}\n")
            sys.stdout.flush()
    if asked.into is not None:
        put_figures(asked.into, "huge_file", "\n".join(lines))


if __name__ == "__main__":
    main()

"""Tesseract 5 through pytesseract: one process, one core, one page."""

from __future__ import annotations

import functools
import math
import os
import tempfile
import unicodedata
from pathlib import Path

import pytesseract

from dossier.errors import EngineError, EngineMissingError, EngineTimeoutError
from dossier.geometry import Box
from ocr.arrays import GrayImage
from ocr.engine import EngineWord, RecogniseMode

# Automatic layout for a page; one uniform block for a cut-out.
_SEGMENTATION: dict[RecogniseMode, int] = {"page": 3, "block": 6}
_WORD_LEVEL = 5


class TesseractEngine:
    """The engine contract on top of the program ``tesseract``.

    Args:
        language: name of the traineddata file, ``vie``.
        temp: folder for the page images handed over; the system's own when not given.
    """

    def __init__(self, *, language: str = "vie", temp: Path | None = None) -> None:
        # Tesseract's OpenMP threads cost half as much CPU again for no gain in wall time, and pytesseract
        # hands the child this process's environment, so that is the only place to say it.
        os.environ["OMP_THREAD_LIMIT"] = "1"
        self._language = language
        self._temp = temp
        self._version = functools.cache(self._find_version)

    def version(self) -> str:
        """Program, version and data, as ``tesseract 5.3.0 vie``."""
        return self._version()

    def recognise(
        self, image: GrayImage, *, dpi: int, mode: RecogniseMode, seconds: float
    ) -> tuple[EngineWord, ...]:
        """See ``ocr.engine``."""
        self.version()
        with tempfile.TemporaryDirectory(prefix="motlan-", dir=self._temp) as folder:
            # pytesseract writes a PNG for an image object; a path to an uncompressed file is used as it is.
            path = Path(folder) / "page.pgm"
            write_pgm(path, image)
            table = self._run(path, dpi=dpi, mode=mode, seconds=seconds)
        return parse_table(table)

    def _run(self, path: Path, *, dpi: int, mode: RecogniseMode, seconds: float) -> str:
        # Tesseract refuses to believe less than 70 and takes its own guess above 2400.
        config = f"--psm {_SEGMENTATION[mode]} --dpi {min(max(dpi, 70), 2400)}"
        try:
            table = pytesseract.image_to_data(str(path), lang=self._language, config=config, timeout=seconds)
        except pytesseract.TesseractNotFoundError as error:
            raise EngineMissingError("tesseract", cause=str(error)) from error
        except pytesseract.TesseractError as error:
            raise EngineError(cause=str(error)) from error
        except RuntimeError as error:
            raise EngineTimeoutError(page=0, seconds=math.ceil(seconds), cause=str(error)) from error
        return str(table)

    def _find_version(self) -> str:
        try:
            version = pytesseract.get_tesseract_version()
            languages = pytesseract.get_languages()
        except (pytesseract.TesseractNotFoundError, SystemExit, OSError) as error:
            raise EngineMissingError("tesseract", cause=str(error)) from error
        if self._language not in languages:
            raise EngineMissingError(f"{self._language}.traineddata")
        return f"tesseract {version} {self._language}"


def parse_table(table: str) -> tuple[EngineWord, ...]:
    """Words of Tesseract's TSV table, in its order. Rows that are no words are passed over."""
    words: list[EngineWord] = []
    for row in table.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) != 12 or cells[0] != str(_WORD_LEVEL):
            continue
        text = "".join(unicodedata.normalize("NFC", cells[11]).split())
        if not text:
            continue
        block, paragraph, line = int(cells[2]), int(cells[3]), int(cells[4])
        left, top, width, height = (int(cell) for cell in cells[6:10])
        words.append(
            EngineWord(
                text=text,
                box=Box(left, top, left + width, top + height),
                confidence=min(max(float(cells[10]) / 100, 0.0), 1.0),
                block=block,
                line=paragraph * 10_000 + line,
            )
        )
    return tuple(words)


def write_pgm(path: Path, image: GrayImage) -> None:
    """Write grey values as binary PGM: uncompressed, a header of one line."""
    height, width = image.shape
    with path.open("wb") as file:
        file.write(f"P5 {width} {height} 255\n".encode())
        file.write(image.tobytes())

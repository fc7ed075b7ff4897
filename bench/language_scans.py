"""Words that Tesseract reads on papers whose text is known: the samples, and on public scans."""

from __future__ import annotations

import re
import sys
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from unittest import mock

import ocr.pages
from bench.language_text import ReadWord, mark_names
from dossier.text import PageText
from ocr.engine import EngineWord
from ocr.language.syllables import base_letters
from ocr.reader import Reader
from ocr.tesseract import TesseractEngine

ROOT = Path(__file__).parent.parent
REAL = ROOT / ".." / "shared" / "real"
_PAGES_OF = re.compile(r"_p\d(?:-\d)?$")

Paper = tuple[str, list[list[ReadWord]]]


def read_papers(kind: str) -> Iterator[Paper]:
    """Name and lines of each page; words that stand nowhere in the text are left out.

    Args:
        kind: ``samples``, ``drawn`` (decisions drawn from digital files) or ``scans`` (public scans).
    """
    reader = Reader(TesseractEngine())
    for scan, text in _papers(kind):
        pages = unicodedata.normalize("NFC", text.read_text(encoding="utf-8")).split("\f")
        # The reader asks the language itself: here it must not, so that the engine's own words are judged.
        with (
            tempfile.TemporaryDirectory(prefix="motlan-bench-") as work,
            mock.patch.object(ocr.pages, "worded", _as_read),
        ):
            readings = reader.read(scan, name=scan.name, work=Path(work)).readings
        for reading, printed in zip(readings, pages, strict=False):
            lines = _paired(reading.page, printed.replace(" | ", " ").split())
            yield f"{kind} {len(lines)}", lines


def _as_read(words: Sequence[EngineWord]) -> tuple[EngineWord, ...]:
    return tuple(words)


def _papers(kind: str) -> list[tuple[Path, Path]]:
    if kind == "samples":
        return [(text.with_suffix(""), text) for text in sorted((ROOT / "samples/dossiers").rglob("*.txt"))]
    if not REAL.is_dir():
        sys.stderr.write(f"BỎ QUA {kind}: không có các bản quét công khai bên cạnh dự án.\n")
        return []
    if kind == "drawn":
        return [(text.with_suffix(".jpg"), text) for text in sorted((REAL / "pages").glob("*.txt"))]
    return [(REAL / f"{_PAGES_OF.sub('', text.stem)}.pdf", text) for text in sorted(REAL.glob("*.txt"))]


def _paired(page: PageText, printed: Sequence[str]) -> list[list[ReadWord]]:
    words = [word for line in page.lines for word in line.words]
    matched = _matched([word.text for word in words], printed)
    lines: list[list[ReadWord]] = []
    index = 0
    for line in page.lines:
        row = [
            ReadWord(printed[matched[index + place]], word.text, word.confidence)
            for place, word in enumerate(line.words)
            if index + place in matched
        ]
        index += len(line.words)
        lines.append(mark_names(row))
    return lines


def _matched(read: Sequence[str], printed: Sequence[str]) -> dict[int, int]:
    """Index of the printed word for each word read, by the letters without accents."""
    one, two = ([base_letters(word) for word in words] for words in (read, printed))
    found: dict[int, int] = {}
    for kind, start, end, first, last in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if kind == "equal" or (kind == "replace" and end - start == last - first):
            found.update(zip(range(start, end), range(first, last), strict=True))
    return found

"""The typeface of the marks: widths for layout, and subsets ready to be embedded in a PDF.

A subset depends only on the letters of a mark. Within a batch these hardly change (names, digits, the same
words), so subsets are kept and a file costs no font work at all.
"""

from __future__ import annotations

import hashlib
import io
import unicodedata
import zlib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

PATH = Path(__file__).parent / "fonts" / "MotLanSerif-Regular.ttf"
FAMILY = "MotLanSerif-Regular"
UNITS_PER_EM = 1000
BREVE = "\u0306"
COMPOSED = {f"{letter}{BREVE}": chr(0xE000 + number) for number, letter in enumerate("êÊôÔơƠưƯ")}
"""Letters of Ê Đê, Ba Na and Gia Rai that Unicode has no single character for, and how the typeface calls
them (private use area)."""
_SPELLED = {character: letter for letter, character in COMPOSED.items()}
_TAG_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Subset:
    """A part of the typeface, embedded as a CID font whose codes are glyph numbers.

    Attributes:
        name: PostScript name with the six-letter tag that ISO 32000-1, 9.6.4 asks for.
        data: the TrueType file, deflated.
        length: its size before deflating, in bytes.
        glyphs: character to glyph number.
        widths: width of each glyph by number, in thousandths of an em.
        box: font bounding box in thousandths of an em: left, bottom, right, top.
        ascent: height above the base line, thousandths of an em.
        descent: depth below it, negative.
        cap_height: height of capitals.
    """

    name: str
    data: bytes
    length: int
    glyphs: dict[str, int]
    widths: tuple[int, ...]
    box: tuple[int, int, int, int]
    ascent: int
    descent: int
    cap_height: int

    def encode(self, text: str) -> str:
        """Text as the hexadecimal codes of a ``Tj`` operand."""
        return "".join(f"{self.glyphs[character]:04x}" for character in text)


@cache
def widths() -> dict[str, int]:
    """Width of every character of the typeface, in thousandths of an em."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415  costs 0.1 s; reading a report needs no font

    with TTFont(PATH, lazy=True) as font:
        metrics = font["hmtx"]
        return {chr(code): metrics[glyph][0] for code, glyph in font.getBestCmap().items()}


def fit_characters(text: str) -> str:
    """Text in the characters of the typeface: composed letters (NFC), one space for white space.

    What the typeface lacks is replaced by ``?``: all that is neither Latin nor punctuation.
    """
    known = widths()
    single_spaced = " ".join(unicodedata.normalize("NFC", text).split())
    for letter, character in COMPOSED.items():
        single_spaced = single_spaced.replace(letter, character)
    return "".join(character if character in known else "?" for character in single_spaced)


def spelled(character: str) -> str:
    """How Unicode writes a character of the typeface."""
    return _SPELLED.get(character, character)


def text_width(text: str, *, size: float) -> float:
    """Width of a line in points; every character must be one of the typeface."""
    return sum(map(widths().__getitem__, text)) * size / UNITS_PER_EM


def subset_for(text: str) -> Subset:
    """The subset that holds the characters of a text."""
    return _subset("".join(sorted(set(text))))


@lru_cache(maxsize=64)
def _subset(characters: str) -> Subset:
    from fontTools import subset  # noqa: PLC0415  costs 0.1 s; reading a report needs no font
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    font = TTFont(PATH, recalcTimestamp=False)
    options = subset.Options()
    options.name_IDs = [0, 13, 14]
    cutter = subset.Subsetter(options)
    cutter.populate(text=characters)
    cutter.subset(font)
    target = io.BytesIO()
    font.save(target)
    data = target.getvalue()
    cmap, head, line = font.getBestCmap(), font["head"], font["hhea"]
    return Subset(
        name=f"{_tag(characters)}+{FAMILY}",
        data=zlib.compress(data, 9),
        length=len(data),
        glyphs={character: font.getGlyphID(cmap[ord(character)]) for character in characters},
        widths=tuple(font["hmtx"][glyph][0] for glyph in font.getGlyphOrder()),
        box=(head.xMin, head.yMin, head.xMax, head.yMax),
        ascent=line.ascent,
        descent=line.descent,
        cap_height=font["OS/2"].sCapHeight,
    )


def _tag(characters: str) -> str:
    digest = hashlib.sha256(characters.encode()).digest()
    return "".join(_TAG_LETTERS[byte % len(_TAG_LETTERS)] for byte in digest[:6])

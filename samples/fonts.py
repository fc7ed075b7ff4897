"""The Debian fonts the samples are set in, checked for every Vietnamese letter."""

from __future__ import annotations

import functools
import unicodedata
from pathlib import Path

from fontTools.ttLib import TTFont
from PIL import ImageFont

FONT_ROOT = Path("/usr/share/fonts/truetype")

# face name -> (file below FONT_ROOT, Debian package that brings it)
FACES: dict[str, tuple[str, str]] = {
    "serif": ("croscore/Tinos-Regular.ttf", "fonts-croscore"),
    "serif-bold": ("croscore/Tinos-Bold.ttf", "fonts-croscore"),
    "serif-italic": ("croscore/Tinos-Italic.ttf", "fonts-croscore"),
    "serif-bold-italic": ("croscore/Tinos-BoldItalic.ttf", "fonts-croscore"),
    "sans": ("croscore/Arimo-Regular.ttf", "fonts-croscore"),
    "sans-bold": ("croscore/Arimo-Bold.ttf", "fonts-croscore"),
    "sans-italic": ("croscore/Arimo-Italic.ttf", "fonts-croscore"),
    "mono": ("croscore/Cousine-Bold.ttf", "fonts-croscore"),
    "free": ("freefont/FreeSerif.ttf", "fonts-freefont-ttf"),
    "free-bold": ("freefont/FreeSerifBold.ttf", "fonts-freefont-ttf"),
    "free-italic": ("freefont/FreeSerifItalic.ttf", "fonts-freefont-ttf"),
    "noto": ("noto/NotoSans-Regular.ttf", "fonts-noto-core"),
    "noto-bold": ("noto/NotoSans-Bold.ttf", "fonts-noto-core"),
    "dejavu": ("dejavu/DejaVuSerif.ttf", "fonts-dejavu-core"),
    "dejavu-bold": ("dejavu/DejaVuSerif-Bold.ttf", "fonts-dejavu-core"),
}

_VOWELS = "aăâeêioôơuưy"
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
MEASURE_PIXELS = 1000
MM_PER_POINT = 25.4 / 72


class FontMissingError(RuntimeError):
    """A font is not installed or lacks Vietnamese letters; the message names the Debian package."""


def vietnamese_letters() -> frozenset[str]:
    """The 146 vowels in every tone, and đ, in both cases; the consonants are plain ASCII."""
    small = {unicodedata.normalize("NFC", vowel + tone) for vowel in _VOWELS for tone in _TONES} | {"đ"}
    return frozenset(small | {letter.upper() for letter in small})


def font_path(face: str) -> Path:
    """Path of a face's font file."""
    return FONT_ROOT / FACES[face][0]


def missing_letters(face: str) -> frozenset[str]:
    """Vietnamese letters that the face has no glyph for."""
    with TTFont(font_path(face), lazy=True) as font:
        held = {chr(code) for code in font.getBestCmap()}
    return vietnamese_letters() - held


def check_fonts() -> None:
    """Make sure that every face can set Vietnamese.

    Raises:
        FontMissingError: Naming each Debian package to install.
    """
    absent = {package for face, (_, package) in FACES.items() if not font_path(face).is_file()}
    if absent:
        names = " ".join(sorted(absent))
        raise FontMissingError(f"Thiếu phông chữ. Hãy cài gói Debian: apt-get install {names}")
    poor = {package for face, (_, package) in FACES.items() if missing_letters(face)}
    if poor:
        names = " ".join(sorted(poor))
        raise FontMissingError(f"Phông chữ thiếu chữ cái tiếng Việt. Hãy cài lại gói Debian: {names}")


@functools.cache
def load(face: str, pixels: int) -> ImageFont.FreeTypeFont:
    """A face at a size in pixels per em, with the layout that does not depend on shaping libraries."""
    return ImageFont.truetype(str(font_path(face)), pixels, layout_engine=ImageFont.Layout.BASIC)


@functools.cache
def width_mm(text: str, face: str, size: float) -> float:
    """Width of a text in millimetres at a size in points."""
    return load(face, MEASURE_PIXELS).getlength(text) / MEASURE_PIXELS * size * MM_PER_POINT

"""The scanner coach: what can be told about a page before anybody reads it.

Pure. Looks at a copy of half the resolution, which is enough for all of it, and takes a fraction of a
second; the limits are data (``coach_limits.toml``).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files

import numpy as np

from dossier.coaching import Advice
from dossier.geometry import Box
from ocr.arrays import GrayImage, PageImage, as_gray, reduced, shrunk
from ocr.checks.blank import has_no_print
from ocr.checks.blur import edge_width
from ocr.checks.bright import faint_letters, print_level
from ocr.checks.corner import missing_corner
from ocr.checks.cut import cut_words
from ocr.checks.dark import paper_level
from ocr.checks.fold import fold_depth
from ocr.checks.seal import find_seals
from ocr.checks.sides import Layout, find_cards, layout_of, likeness
from ocr.checks.streak import streaks
from ocr.checks.unread import half_tones
from ocr.cleaning import text_image
from ocr.deskew import find_skew, ink_mask
from ocr.orientation import guess_upright
from ocr.sources import shrink_factor

_DPI = 150
_THUMB = (48, 64)
_PICTURE = 0.06
_MM_PER_INCH = 25.4


@dataclass(frozen=True, slots=True, kw_only=True)
class CoachLimits:
    """From when on something is told; units stand beside the values in ``coach_limits.toml``."""

    blurred_mm: float
    dark_level: float
    bright_level: float
    faint_letters: float
    corner_mm: float
    cut_lines: float
    fold_levels: float
    skew_degrees: float
    streak_levels: float
    low_dpi: float
    long_share: float
    card_likeness: float
    page_likeness: float


@cache
def coach_limits() -> CoachLimits:
    """The limits of ``coach_limits.toml``."""
    table = tomllib.loads((files("ocr") / "coach_limits.toml").read_text(encoding="utf-8"))
    return CoachLimits(**{field.name: float(table[field.name]) for field in fields(CoachLimits)})


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLook:
    """What was seen on one page.

    Attributes:
        page: 1-based.
        advice: what to tell now.
        blank: no print.
        sealed: a round seal is seen.
        cards: layouts of the cards on it, from the top.
        thumb: the page, tiny; two pages are compared by it.
    """

    page: int
    advice: tuple[Advice, ...]
    blank: bool
    sealed: bool
    cards: tuple[Layout, ...]
    thumb: Layout


def look_at(  # noqa: PLR0913  each is a fact about the page
    pixels: PageImage,
    *,
    dpi: int,
    page: int,
    bilevel: bool = False,
    longest_mm: float = 0.0,
    limits: CoachLimits | None = None,
) -> PageLook:
    """Look at a page that has just come out.

    Args:
        pixels: the page as stored, grey or RGB.
        dpi: its pixels per inch.
        page: its 1-based number.
        bilevel: stored in black and white; it shows neither blur nor shadow.
        longest_mm: length of the longest sheet that can lie in the tray; 0 when nobody knows.
        limits: from when on something is told.
    """
    limits = limits or coach_limits()
    factor = shrink_factor(dpi, _DPI)
    small, small_dpi = reduced(pixels, factor), max(1, round(dpi / factor))
    text = text_image(small, dpi=small_dpi, bilevel=bilevel)
    cards = find_cards(small, dpi=small_dpi)
    toned = 0.0 if bilevel else half_tones(small, dpi=small_dpi)
    blank = has_no_print(text, dpi=small_dpi) and toned < _PICTURE
    advice = [
        *_of_scanner(small, dpi=dpi, small_dpi=small_dpi, page=page, longest_mm=longest_mm, limits=limits),
        *_of_sheet(small, dpi=small_dpi, page=page, bilevel=bilevel, limits=limits),
    ]
    if blank:
        pale = not bilevel and _is_pale(small, dpi=small_dpi, limits=limits)
        advice.append(Advice(code="coach.bright" if pale else "coach.blank", page=page))
        blank = not pale
    else:
        advice += _of_print(small, text, dpi=small_dpi, page=page, bilevel=bilevel, limits=limits)
    return PageLook(
        page=page,
        advice=tuple(_on_page(one, factor, pixels) for one in advice),
        blank=blank,
        sealed=not blank and bool(find_seals(small, dpi=small_dpi)),
        cards=tuple(layout_of(small, box) for box in cards),
        thumb=_thumb(small),
    )


def same_side(card: Layout, before: Layout, *, limits: CoachLimits | None = None) -> bool:
    """Whether two pictures of cards show the same side."""
    return likeness(card, before) >= (limits or coach_limits()).card_likeness


def same_page(page: PageLook, before: PageLook, *, limits: CoachLimits | None = None) -> bool:
    """Whether two pages are, as far as a tiny picture tells, pictures of one side; empty ones never are."""
    if page.blank or before.blank:
        return False
    return float(np.sum(page.thumb * before.thumb)) >= (limits or coach_limits()).page_likeness


def _is_pale(small: PageImage, *, dpi: int, limits: CoachLimits) -> bool:
    """Whether a page without print bears some that came out too pale to be read."""
    return faint_letters(small, dpi=dpi, blurred_mm=limits.blurred_mm) >= limits.faint_letters


def _of_scanner(  # noqa: PLR0913
    small: PageImage, *, dpi: int, small_dpi: int, page: int, longest_mm: float, limits: CoachLimits
) -> list[Advice]:
    """What the device does to every page: light, glass, resolution, length."""
    found: list[Advice] = []
    if dpi < limits.low_dpi:
        found.append(Advice(code="coach.low_resolution", page=page, value=dpi))
    level = paper_level(small)
    if level < limits.dark_level:
        found.append(Advice(code="coach.dark", page=page, value=level))
    for start, end in streaks(small, dpi=small_dpi, depth=limits.streak_levels):
        box = Box(start, 0, max(start + 1, end), small.shape[0])
        found.append(Advice(code="coach.streak", page=page, value=start / small_dpi * _MM_PER_INCH, box=box))
    length = max(small.shape[:2]) / small_dpi * _MM_PER_INCH
    if longest_mm and length > limits.long_share * longest_mm:
        found.append(Advice(code="coach.too_long", page=page, value=length))
    return found


def _of_sheet(small: PageImage, *, dpi: int, page: int, bilevel: bool, limits: CoachLimits) -> list[Advice]:
    """What the sheet itself shows: corners and folds."""
    found: list[Advice] = []
    missing = missing_corner(small, dpi=dpi)
    if missing >= limits.corner_mm:
        found.append(Advice(code="coach.corner", page=page, value=missing))
    depth = 0.0 if bilevel else fold_depth(small, dpi=dpi)
    if depth >= limits.fold_levels:
        found.append(Advice(code="coach.fold", page=page, value=depth))
    return found


def _of_print(  # noqa: PLR0913
    small: PageImage, text: GrayImage, *, dpi: int, page: int, bilevel: bool, limits: CoachLimits
) -> list[Advice]:
    """What print shows: focus, ink, edges, slant, which way up."""
    found: list[Advice] = []
    if not bilevel:
        width = edge_width(text, dpi=dpi)
        if width > limits.blurred_mm:
            found.append(Advice(code="coach.blurred", page=page, value=width))
        level = print_level(small, text)
        if level > limits.bright_level:
            found.append(Advice(code="coach.bright", page=page, value=level))
    cut = cut_words(text, dpi=dpi)
    if cut >= limits.cut_lines:
        found.append(Advice(code="coach.cut", page=page, value=cut))
    mask = ink_mask(text, dpi=dpi)
    guess = guess_upright(mask)
    if guess.turn and guess.axis_sure and guess.side_sure:
        found.append(Advice(code="coach.upside_down", page=page, value=guess.turn))
    skew, _ = find_skew(np.rot90(mask, k=-(guess.turn // 90)))
    if abs(skew) >= limits.skew_degrees:
        found.append(Advice(code="coach.skew", page=page, value=abs(skew)))
    return found


def _on_page(advice: Advice, factor: int, pixels: PageImage) -> Advice:
    """With its box in pixels of the page as stored."""
    if advice.box is None:
        return advice
    height, width = pixels.shape[:2]
    box = advice.box
    larger = Box(
        min(width, box.left * factor),
        min(height, box.top * factor),
        min(width, box.right * factor),
        min(height, box.bottom * factor),
    )
    return Advice(code=advice.code, page=advice.page, value=advice.value, box=larger, about=advice.about)


def _thumb(small: PageImage) -> Layout:
    cells = shrunk(as_gray(small), *_THUMB).astype(np.float32)
    centred = cells - cells.mean()
    length = float(np.sqrt(np.sum(centred * centred)))
    return np.asarray(centred / length if length > 0 else centred, dtype=np.float32)

"""What is taken from the pixels of a page before they are let go: print, coloured ink, findings.

A colour page is the largest thing a worker holds; nothing after this needs it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from dossier.text import Code, Finding
from ocr.arrays import GrayImage, Homography, as_gray, for_estimates
from ocr.barcodes import read_codes
from ocr.checks.blank import has_no_print
from ocr.checks.blur import check_blur
from ocr.checks.corner import check_corner
from ocr.checks.cut import check_cut
from ocr.checks.dark import check_dark
from ocr.checks.fold import check_fold
from ocr.checks.pen import pen_ink
from ocr.checks.resolution import check_resolution
from ocr.checks.unread import half_tones
from ocr.cleaning import text_image
from ocr.coloured import coloured_ink
from ocr.fingerprints import page_ink
from ocr.perspective import flatten_photo
from ocr.redink import red_ink_mm2
from ocr.sources import RawPage, StoredSize


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstLook:
    """A page without its colours.

    Attributes:
        number: 1-based.
        turn: degrees clockwise that the file itself asks for.
        stored: the size of the page in its file.
        text: dark print on even white, as it lies in the file; of a slanted photo, the flat sheet.
        colours: the same for coloured ink; None where there is none.
        no_print: recognising it would be a waste.
        bilevel: the page is stored in black and white.
        dpi: pixels per inch of ``text``.
        photo: height and width of the pixels that were looked at.
        flattened: maps points of a slanted photo to points of ``text``; None for every flat scan.
        codes: QR and bar codes, boxes in the pixels that were looked at.
        pens: where blue ink is, of the same pixels (``ocr.checks.pen``); None where there is none.
        ink: of every colour, of which the fingerprint is made (``ocr.fingerprints``).
        toned: the share of half tones (``ocr.checks.unread``).
        findings: what the checks on pixels noticed.
    """

    number: int
    turn: int
    stored: StoredSize
    text: GrayImage
    colours: GrayImage | None
    no_print: bool
    bilevel: bool
    dpi: int
    photo: tuple[int, int]
    flattened: Homography | None
    codes: tuple[Code, ...]
    pens: GrayImage | None
    ink: GrayImage
    toned: float
    red_mm2: float | None
    findings: tuple[Finding, ...]


def first_look(raw: RawPage, stored: StoredSize) -> FirstLook:
    """Look at a page that has to be recognised; ``stored`` is its size in the file."""
    photo = raw.pixels.shape[:2]
    # Also of a slanted photo: a code is squared up from its own corners.
    codes = read_codes(as_gray(raw.pixels), dpi=raw.dpi)
    small, small_dpi = for_estimates(raw.pixels, dpi=raw.dpi)
    pens, ink = pen_ink(small, dpi=small_dpi), page_ink(small, dpi=small_dpi)
    sheet = None if raw.bilevel else flatten_photo(raw.pixels, dpi=raw.dpi, small=small)
    if sheet is not None:
        raw = replace(raw, pixels=sheet.pixels, dpi=sheet.dpi)
        small, small_dpi = for_estimates(raw.pixels, dpi=raw.dpi)
    half = small if small_dpi < raw.dpi else None
    text = text_image(raw.pixels, dpi=raw.dpi, bilevel=raw.bilevel, half=half)
    no_print = has_no_print(text, dpi=raw.dpi)
    return FirstLook(
        number=raw.number,
        turn=raw.turn,
        stored=stored,
        text=text,
        colours=None if no_print else coloured_ink(raw.pixels, dpi=raw.dpi, half=half),
        no_print=no_print,
        bilevel=raw.bilevel,
        dpi=raw.dpi,
        photo=(photo[0], photo[1]),
        flattened=None if sheet is None else sheet.matrix,
        codes=codes,
        pens=pens,
        ink=ink,
        toned=0.0 if raw.bilevel else half_tones(small, dpi=small_dpi),
        red_mm2=red_ink_mm2(small, dpi=small_dpi),
        findings=(
            *check_resolution(page=raw.number, dpi=stored.dpi),
            *check_dark(raw.pixels, page=raw.number),
            *check_corner(small, page=raw.number, dpi=small_dpi),
            *check_fold(small, page=raw.number, dpi=small_dpi, bilevel=raw.bilevel),
            *check_cut(text, page=raw.number, dpi=raw.dpi),
            *(() if no_print else check_blur(text, page=raw.number, dpi=raw.dpi, bilevel=raw.bilevel)),
        ),
    )

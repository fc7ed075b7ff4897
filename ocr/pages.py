"""Read one page: decode, clean, turn upright, recognise, order, check. The recipe, step by step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from dossier.errors import EngineError, EngineTimeoutError
from dossier.text import Code, Finding, Line, PageText
from ocr.arrays import GrayImage, as_gray, reduced, turn_upright, turning
from ocr.barcodes import codes_on_page, read_codes
from ocr.bleed import without_bleed
from ocr.calibration import calibrated
from ocr.checks.blank import is_believed, letter_shapes, nothing_read
from ocr.checks.doubtful import check_doubtful
from ocr.checks.foreign import check_foreign
from ocr.checks.pen import check_handwriting, doubted
from ocr.checks.seal import find_seals
from ocr.checks.skew import check_rotation, check_skew
from ocr.checks.unread import check_unread
from ocr.cleaning import CleanPage, straighten
from ocr.coarse import coarse_ink
from ocr.coloured import added_lines
from ocr.deskew import find_skew, ink_mask
from ocr.despeckle import despeckled
from ocr.digits import joined_digits
from ocr.drawn import Drawn, drawn_on
from ocr.engine import Engine, EngineWord
from ocr.fingerprints import ink_fingerprint, scan_fingerprint
from ocr.first_look import FirstLook, first_look
from ocr.junk import outside_seals, without_junk, without_seal_scraps
from ocr.layout import lines_of_engine, without_specks
from ocr.limits import ReadLimits
from ocr.memory import give_back
from ocr.mirrored import without_mirrored
from ocr.orientation import guess_upright
from ocr.records import PageReading, StageSeconds
from ocr.rules import without_rules
from ocr.second_witness import ask_witness
from ocr.sources import RawPage, Source, StoredSize, shrink_factor
from ocr.stamps import frames, lines_of, parted_stamps
from ocr.witness import settle_turn
from ocr.wording import worded

_EMBEDDED_ENGINE = "pdf"
_READING_DPI = 300
# So many words of the other side prove that it shows through.
_MUCH_BLEED = 3
_OF_PRINT = frozenset({"page.blurred", "page.doubtful", "page.handwriting"})


class Clock(Protocol):
    """CPU seconds so far, of the calling thread; see ``ocr.clock``."""

    def seconds(self) -> float:
        """Only differences within one thread mean anything."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTools:
    """What reading a page needs beside the page."""

    engine: Engine
    limits: ReadLimits
    clock: Clock
    witness: Engine | None = None


def read_page(
    source: Source, number: int, *, tools: PageTools, name: str, upright: int | None = None
) -> PageReading:
    """Everything on page ``number`` (1-based) of an opened file.

    Args:
        source: the file.
        number: of the page.
        tools: what reads.
        name: what messages call the file.
        upright: degrees clockwise that make the stored page upright, as a person says; told from the page
            itself when not given. A page that carries its text is then read as a picture.

    Raises:
        InputError: the page cannot be decoded.
        EngineError: it cannot be recognised; file and page are filled in.
    """
    started = tools.clock.seconds()
    raw, size = _at_reading_size(source.page(number, enough_dpi=_READING_DPI))
    seconds = tools.clock.seconds() - started
    if raw.embedded is not None and upright is None:
        return _embedded_page(raw, tools=tools, started=started, decode_seconds=seconds)
    look = first_look(raw, size)
    # A colour page of A3 has 50 MB that nothing needs any more.
    del raw
    try:
        return _recognised_page(look, tools=tools, started=started, decode_seconds=seconds, upright=upright)
    except EngineTimeoutError as error:
        limit = error.details.get("seconds", tools.limits.page_seconds)
        raise EngineTimeoutError(name, page=number, seconds=limit, cause=error.cause) from error
    except EngineError as error:
        raise type(error)(error.item or name, cause=error.cause, **error.details) from error


def _embedded_page(raw: RawPage, *, tools: PageTools, started: float, decode_seconds: float) -> PageReading:
    height, width = raw.pixels.shape[:2]
    # The page was drawn to judge its text, so its codes cost next to nothing.
    codes = read_codes(as_gray(raw.pixels), dpi=raw.dpi)
    fingerprint = scan_fingerprint(raw.pixels, dpi=raw.dpi)
    stages = StageSeconds(decode=decode_seconds, clean=tools.clock.seconds() - started - decode_seconds)
    page = PageText(
        page=raw.number,
        width=width,
        height=height,
        dpi=raw.dpi,
        rotation=raw.turn,
        lines=raw.embedded or (),
        codes=codes,
        engine=_EMBEDDED_ENGINE,
        seconds=round(stages.total, 4),
        source="embedded",
    )
    return PageReading(replace(page, findings=check_foreign(page.words, page=page.page)), stages, fingerprint)


def _at_reading_size(raw: RawPage) -> tuple[RawPage, StoredSize]:
    """The page with at most some 450 pixels per inch, and what it was; most sources gave it so already."""
    factor = shrink_factor(raw.dpi, _READING_DPI)
    if factor == 1 or raw.embedded is not None:
        return raw, raw.size
    small = reduced(raw.pixels, factor)
    return replace(raw, pixels=small, dpi=round(raw.dpi / factor), stored=raw.size), raw.size


def _recognised_page(
    look: FirstLook,
    *,
    tools: PageTools,
    started: float,
    decode_seconds: float,
    upright: int | None = None,
) -> PageReading:
    turned, skew = _settle(look, tools=tools) if upright is None else _as_said(look, upright)
    rotation = (look.turn + turned) % 360
    fingerprint = ink_fingerprint(turn_upright(look.ink, rotation), skew=skew)
    clean, drawn = _for_engine(turn_upright(look.text, rotation), dpi=look.dpi, skew=skew)
    give_back()
    cleaned = tools.clock.seconds()
    read = _Read()
    if not look.no_print:
        colours = _colours(look, rotation, skew=skew)
        read = _recognise(clean, drawn, colours, bilevel=look.bilevel, tools=tools)
    version = tools.engine.version()
    lines = calibrated(lines_of_engine(read.words, cells=drawn.cells), engine=version)
    stamps = calibrated([Line(line.words) for line in lines_of_engine(read.stamps)], engine=version)
    doubts = check_doubtful(clean.image, lines, page=look.number, dpi=clean.dpi)
    shape = look.stored.upright(rotation)
    height, width = look.photo
    if look.flattened is not None:
        flat = look.text.shape[:2]
        clean = clean.of_photo(look.flattened, flat=flat, width=width, height=height, rotation=rotation)
    shown = (height, width) if rotation % 180 == 0 else (width, height)
    clean = clean.of_larger(shape[1] / shown[1], shape[0] / shown[0])
    page = PageText(
        page=look.number,
        width=shape[1],
        height=shape[0],
        dpi=look.stored.dpi,
        rotation=rotation,
        skew_degrees=clean.skew,
        lines=_on_page(lines, clean, shape=shape),
        stamps=_on_page(stamps, clean, shape=shape),
        codes=_codes(look, rotation, shape=shape),
        engine=version,
        red_mm2=look.red_mm2,
    )
    stages = StageSeconds(
        decode=decode_seconds,
        clean=cleaned - started - decode_seconds,
        recognise=tools.clock.seconds() - cleaned,
    )
    page, penned = _without_trust_in_pens(page, look, rotation)
    findings = (*look.findings, *doubts, *penned)
    if _is_unread(page, no_print=look.no_print):
        # Dirt has neither focus nor direction nor slant, and nobody doubts what it says.
        why = check_unread(
            letter_shapes(clean.image, dpi=clean.dpi),
            page=page.page,
            toned=look.toned,
            shows_through=lambda: read.shows_through or _reads_in_a_mirror(clean, tools=tools),
        )
        findings = (*(finding for finding in findings if finding.code not in _OF_PRINT), *why)
    else:
        findings = (*findings, *_of_words(page, turned=turned))
    return PageReading(replace(page, findings=findings, seconds=round(stages.total, 4)), stages, fingerprint)


def _without_trust_in_pens(
    page: PageText, look: FirstLook, rotation: int
) -> tuple[PageText, tuple[Finding, ...]]:
    """The page with less trust in what a pen wrote among print, and the finding that says so."""
    if look.pens is None:
        return page, ()
    ink = turn_upright(look.pens, rotation)
    found = check_handwriting(ink, page.lines, page=page.page, width=page.width, height=page.height)
    if not found:
        return page, ()
    return replace(page, lines=doubted(page.lines, ink, width=page.width, height=page.height)), found


def _colours(look: FirstLook, rotation: int, *, skew: float) -> GrayImage | None:
    """The coloured ink as the engine gets it."""
    if look.colours is None:
        return None
    return straighten(turn_upright(look.colours, rotation), dpi=look.dpi, skew=skew).image


def _codes(look: FirstLook, rotation: int, *, shape: tuple[int, int]) -> tuple[Code, ...]:
    """The codes with boxes of the upright page."""
    height, width = look.photo
    upright = (width, height) if rotation % 180 == 0 else (height, width)
    larger = np.diag((shape[1] / upright[0], shape[0] / upright[1], 1.0))
    matrix = larger @ turning(width, height, rotation)
    return codes_on_page(look.codes, matrix, width=shape[1], height=shape[0])


def _for_engine(text: GrayImage, *, dpi: int, skew: float) -> tuple[CleanPage, Drawn]:
    clean = straighten(text, dpi=dpi, skew=skew)
    drawn = drawn_on(clean.image, dpi=clean.dpi)
    bare = without_rules(clean.image, dpi=clean.dpi)
    return replace(clean, image=despeckled(bare, dpi=clean.dpi)), drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What was read on a page: its text, the words of stamps on it, whether the other side shows through."""

    words: tuple[EngineWord, ...] = ()
    stamps: tuple[EngineWord, ...] = ()
    shows_through: bool = False


def _recognise(
    clean: CleanPage, drawn: Drawn, colours: GrayImage | None, *, bilevel: bool, tools: PageTools
) -> _Read:
    seconds = tools.limits.page_seconds
    words = without_specks(tools.engine.recognise(clean.image, dpi=clean.dpi, mode="page", seconds=seconds))
    seen = len(words)
    if bilevel:
        words = _of_this_side(words, clean, tools=tools)
    through = seen - len(words) >= _MUCH_BLEED
    words = without_seal_scraps(without_junk(worded(words)), drawn.seals)
    if tools.witness is not None:
        # A witness may be a program of its own, with memory of its own.
        give_back()
        words = ask_witness(words, clean.image, dpi=clean.dpi, witness=tools.witness, seconds=seconds)
    framed, first = drawn.frames, len(words)
    if colours is not None:
        found = tools.engine.recognise(colours, dpi=clean.dpi, mode="block", seconds=seconds)
        words = added_lines(
            words, outside_seals(worded(without_specks(found)), find_seals(colours, dpi=clean.dpi))
        )
        framed = (*framed, *frames(coarse_ink(colours, dpi=clean.dpi)))
    text, stamps = parted_stamps(words, framed=framed, coloured=lines_of(words[first:]))
    return _Read(words=joined_digits(text), stamps=stamps, shows_through=through)


def _of_this_side(
    words: tuple[EngineWord, ...], clean: CleanPage, *, tools: PageTools
) -> tuple[EngineWord, ...]:
    """Without print of the other side, which a scan in black and white does not keep pale."""

    def read(mirror: GrayImage) -> tuple[EngineWord, ...]:
        return tools.engine.recognise(mirror, dpi=clean.dpi, mode="block", seconds=tools.limits.page_seconds)

    kept = without_bleed(words, clean.image)
    much = len(words) - len(kept) >= _MUCH_BLEED
    return without_mirrored(kept, clean.image, read, shows_through=much)


def _on_page(lines: tuple[Line, ...], clean: CleanPage, *, shape: tuple[int, ...]) -> tuple[Line, ...]:
    height, width = shape
    return tuple(clean.line_on_page(line, width=width, height=height) for line in lines)


def _reads_in_a_mirror(clean: CleanPage, *, tools: PageTools) -> bool:
    """Whether what nobody can read is the print of the other side."""
    mirror = np.ascontiguousarray(clean.image[:, ::-1])
    words = tools.engine.recognise(mirror, dpi=clean.dpi, mode="block", seconds=tools.limits.page_seconds)
    lines = calibrated(lines_of_engine(worded(without_specks(words))), engine=tools.engine.version())
    believed = [word for line in lines for word in line.words if is_believed(word)]
    return len(believed) >= _MUCH_BLEED


def _is_unread(page: PageText, *, no_print: bool) -> bool:
    # The back of a paper that bears a stamp is not blank, nor is a sheet with nothing but a code.
    seen = (*page.words, *(word for line in page.stamps for word in line.words))
    return not page.codes and nothing_read(seen, no_print=no_print)


def _of_words(page: PageText, *, turned: int) -> tuple[Finding, ...]:
    return (
        *check_rotation(page=page.page, turned=turned),
        *check_skew(page=page.page, skew_degrees=page.skew_degrees),
        *check_foreign(page.words, page=page.page),
    )


def _settle(look: FirstLook, *, tools: PageTools) -> tuple[int, float]:
    """Degrees clockwise the page still has to be turned, and the slant of its lines after that."""
    if look.no_print:
        return 0, 0.0
    text = turn_upright(look.text, look.turn)
    mask = ink_mask(text, dpi=look.dpi)
    guess = guess_upright(mask)
    turned = guess.turn
    if guess.needs_proof:
        turned = settle_turn(
            text, guess, dpi=look.dpi, engine=tools.engine, seconds=tools.limits.page_seconds
        )
    skew, _ = find_skew(np.rot90(mask, k=-(turned // 90)))
    return turned, skew


def _as_said(look: FirstLook, upright: int) -> tuple[int, float]:
    """The same for a page that a person turned."""
    turned = (upright - look.turn) % 360
    if look.no_print:
        return turned, 0.0
    mask = ink_mask(turn_upright(look.text, look.turn), dpi=look.dpi)
    skew, _ = find_skew(np.rot90(mask, k=-(turned // 90)))
    return turned, skew

"""Read one page: decode, clean, turn upright, recognise, order, check. The recipe, step by step."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

import numpy as np

from dossier.errors import EngineError, EngineTimeoutError
from dossier.text import Finding, PageText
from ocr.arrays import GrayImage, turn_upright
from ocr.checks.blank import check_blank, has_no_print
from ocr.checks.blur import check_blur
from ocr.checks.dark import check_dark
from ocr.checks.resolution import check_resolution
from ocr.checks.skew import check_rotation, check_skew
from ocr.cleaning import CleanPage, straighten, text_image
from ocr.deskew import find_skew, ink_mask
from ocr.engine import Engine
from ocr.layout import lines_of_engine
from ocr.limits import ReadLimits
from ocr.orientation import guess_upright
from ocr.records import PageReading, StageSeconds
from ocr.sources import RawPage, Source
from ocr.witness import settle_turn

_EMBEDDED_ENGINE = "pdf"


class Clock(Protocol):
    """CPU seconds so far, of the calling thread; see ``ocr.clock``."""

    def seconds(self) -> float:
        """Only differences within one thread mean anything."""
        ...


def read_page(
    source: Source, number: int, *, engine: Engine, limits: ReadLimits, clock: Clock, name: str
) -> PageReading:
    """Everything on page ``number`` (1-based) of an opened file.

    Raises:
        InputError: the page cannot be decoded.
        EngineError: it cannot be recognised; file and page are filled in.
    """
    started = clock.seconds()
    raw = source.page(number)
    decoded = clock.seconds()
    if raw.embedded is not None:
        return _embedded_page(raw, seconds=decoded - started)
    try:
        return _recognised_page(
            raw, engine=engine, limits=limits, clock=clock, started=started, decoded=decoded
        )
    except EngineTimeoutError as error:
        seconds = error.details.get("seconds", limits.page_seconds)
        raise EngineTimeoutError(name, page=number, seconds=seconds, cause=error.cause) from error
    except EngineError as error:
        raise type(error)(error.item or name, cause=error.cause, **error.details) from error


def _embedded_page(raw: RawPage, *, seconds: float) -> PageReading:
    height, width = raw.pixels.shape[:2]
    page = PageText(
        page=raw.number,
        width=width,
        height=height,
        dpi=raw.dpi,
        rotation=raw.turn,
        lines=raw.embedded or (),
        engine=_EMBEDDED_ENGINE,
        seconds=seconds,
        source="embedded",
    )
    return PageReading(page, StageSeconds(decode=seconds))


def _recognised_page(
    raw: RawPage, *, engine: Engine, limits: ReadLimits, clock: Clock, started: float, decoded: float
) -> PageReading:
    text = text_image(raw.pixels, dpi=raw.dpi, bilevel=raw.bilevel)
    findings = [
        *check_resolution(page=raw.number, dpi=raw.dpi),
        *check_dark(raw.pixels, page=raw.number),
        *check_blur(text, page=raw.number, dpi=raw.dpi, bilevel=raw.bilevel),
    ]
    no_print = has_no_print(text, dpi=raw.dpi)
    text = turn_upright(text, raw.turn)
    turned, skew = (0, 0.0) if no_print else _settle(text, raw, engine=engine, limits=limits)
    text = turn_upright(text, turned)
    clean = straighten(text, dpi=raw.dpi, skew=skew)
    cleaned = clock.seconds()
    page = _assemble(
        raw, text, clean, turned=turned, findings=findings, engine=engine, limits=limits, no_print=no_print
    )
    done = clock.seconds()
    stages = StageSeconds(decode=decoded - started, clean=cleaned - decoded, recognise=done - cleaned)
    return PageReading(_with_seconds(page, stages.total), stages)


def _settle(text: GrayImage, raw: RawPage, *, engine: Engine, limits: ReadLimits) -> tuple[int, float]:
    """Degrees clockwise the page still has to be turned, and the slant of its lines after that."""
    mask = ink_mask(text, dpi=raw.dpi)
    guess = guess_upright(mask)
    turned = guess.turn
    if guess.needs_proof:
        turned = settle_turn(text, guess, dpi=raw.dpi, engine=engine, seconds=limits.page_seconds)
    skew, _ = find_skew(np.rot90(mask, k=-(turned // 90)))
    return turned, skew


def _assemble(  # noqa: PLR0913  one page in one record
    raw: RawPage,
    text: GrayImage,
    clean: CleanPage,
    *,
    turned: int,
    findings: list[Finding],
    engine: Engine,
    limits: ReadLimits,
    no_print: bool,
) -> PageText:
    height, width = text.shape
    words = (
        ()
        if no_print
        else engine.recognise(clean.image, dpi=clean.dpi, mode="page", seconds=limits.page_seconds)
    )
    lines = tuple(clean.line_on_page(line, width=width, height=height) for line in lines_of_engine(words))
    read = [word for line in lines for word in line.words]
    blank = check_blank(read, page=raw.number, no_print=no_print)
    if blank:
        # Dirt has neither direction nor slant.
        shown = (*(finding for finding in findings if finding.code != "page.blurred"), *blank)
    else:
        shown = (
            *findings,
            *check_rotation(page=raw.number, turned=turned),
            *check_skew(page=raw.number, skew_degrees=clean.skew),
        )
    return PageText(
        page=raw.number,
        width=width,
        height=height,
        dpi=raw.dpi,
        rotation=(raw.turn + turned) % 360,
        skew_degrees=clean.skew,
        lines=lines,
        engine=engine.version(),
        findings=shown,
    )


def _with_seconds(page: PageText, seconds: float) -> PageText:
    return replace(page, seconds=round(seconds, 4))

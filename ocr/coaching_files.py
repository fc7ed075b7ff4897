"""The coach for files: each page that is a picture, in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from dossier.coaching import Advice
from ocr.coach import PageLook, look_at, same_side
from ocr.limits import ReadLimits
from ocr.sources import open_source

_ENOUGH_DPI = 300


def looks_of(file: Path, *, max_pixels: int) -> Iterator[PageLook]:
    """What is seen on the pages of a file; pages that hold text of their own are left out.

    Raises:
        InputError: the file or one of its pages cannot be decoded.
    """
    before: PageLook | None = None
    with open_source(file, name=file.name, limits=ReadLimits(max_pixels=max_pixels)) as source:
        for number in range(1, source.page_count + 1):
            raw = source.page(number, enough_dpi=_ENOUGH_DPI)
            if raw.embedded is not None:
                continue
            look = look_at(raw.pixels, dpi=raw.dpi, page=number, bilevel=raw.bilevel)
            if raw.turn:
                # The file itself says how it is to be turned.
                kept = tuple(one for one in look.advice if one.code != "coach.upside_down")
                look = replace(look, advice=kept)
            look = with_sides(look, before)
            yield look
            before = look


def with_sides(look: PageLook, before: PageLook | None) -> PageLook:
    """With the advice about a card whose side was shown before: on this page, or on the last one."""
    if len(look.cards) == 2:
        again = same_side(look.cards[1], look.cards[0])
    elif len(look.cards) == 1 and before is not None and len(before.cards) == 1:
        again = same_side(look.cards[0], before.cards[0])
    else:
        again = False
    return (
        replace(look, advice=(*look.advice, Advice(code="coach.wrong_side", page=look.page)))
        if again
        else look
    )

"""The coach looks at files of a tray while the paper is at hand: what is wrong with a page, how it looks.

A file that cannot be opened is told at once, before it is handed in and refused. Nothing is read here.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final

from dossier.errors import InputError, MotlanError
from dossier.trays import PLACES, TrayFile, TrayPage, TrayState
from flows.trays.desk import trouble_of, whole
from ocr.coach import PageLook, look_at
from ocr.coaching_files import with_sides
from ocr.limits import ReadLimits
from ocr.page_pictures import small_picture
from ocr.sources import RawPage, open_source
from storage.filesystem import store_errors
from wiring.logs import kind_of
from wiring.services import Services

SMALL_WIDTH: Final = 360
"""Pixels: a page among others, enough to see which it is and what is wrong with it."""
_MOST_PAGES: Final = 60
"""Pages of one file that are looked at; whoever sends more has a file that was looked at elsewhere."""
_ENOUGH_DPI: Final = 300


def look_at_next(services: Services) -> bool:
    """Look at the next file of an open tray that nobody looked at; whether there was one."""
    table = services.store.records.trays
    for tray in table.in_state(TrayState.OPEN):
        if not services.store.trays.has(tray):
            continue
        file = next((file for file in table.files(tray) if not file.looked), None)
        if file is not None:
            _look(services, file)
            return True
    return False


def _look(services: Services, file: TrayFile) -> None:
    """Noted before it is opened: a file that ends this very process is not looked at again."""
    table = services.store.records.trays
    table.change_file(file.tray, file.number, looked=True)
    try:
        with services.store.trays.plain(file.tray, "look") as folder:
            path = folder / "file"
            with store_errors(file.tray), path.open("wb") as out:
                for piece in whole(services, file):
                    out.write(piece)
            total = _look_at_pages(services, file, path)
        table.change_file(file.tray, file.number, total=total)
    except InputError as error:
        table.change_file(file.tray, file.number, trouble=trouble_of(error))
    except MotlanError as error:
        # Taken back or handed in meanwhile, or a disk in trouble: the line will tell.
        services.log.warning("tray.not_looked", item=file.tray, code=error.code)
    except Exception as error:  # noqa: BLE001 - advice is a favour; nothing may stop the others
        services.log.warning("tray.not_looked", item=file.tray, cause=kind_of(error))


def _look_at_pages(services: Services, file: TrayFile, path: Path) -> int:
    """How many pages the file has; each is told as soon as it was seen."""
    limits = ReadLimits(max_pixels=services.settings.max_page_pixels)
    before: PageLook | None = None
    with ExitStack() as stack:
        source = stack.enter_context(open_source(path, name=file.name, limits=limits))
        services.store.records.trays.change_file(file.tray, file.number, total=source.page_count)
        for number in range(1, min(source.page_count, _MOST_PAGES) + 1):
            raw = source.page(number, enough_dpi=_ENOUGH_DPI)
            before = _look_at_page(services, file, raw, before)
        return source.page_count


def _look_at_page(
    services: Services, file: TrayFile, raw: RawPage, before: PageLook | None
) -> PageLook | None:
    """Pages with text of their own were never scanned: shown, without advice."""
    look = None
    if raw.embedded is None:
        look = with_sides(look_at(raw.pixels, dpi=raw.dpi, page=raw.number, bilevel=raw.bilevel), before)
        if raw.turn:
            # The file itself says how it is to be turned, and is shown so: boxes would lie elsewhere.
            kept = (one for one in look.advice if one.code != "coach.upside_down")
            look = replace(look, advice=tuple(replace(one, box=None) for one in kept))
    picture = small_picture(raw.pixels, turn=raw.turn, width=SMALL_WIDTH)
    services.store.trays.keep_small(file.tray, f"{file.number}-{raw.number}", picture, key=file.key)
    height, width = raw.pixels.shape[:2]
    services.store.records.trays.keep_page(
        TrayPage(
            tray=file.tray,
            file=file.number,
            number=raw.number,
            place=raw.number * PLACES,
            width=width,
            height=height,
            advice=look.advice if look is not None else (),
        )
    )
    return look or before

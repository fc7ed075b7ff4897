"""Templates: every value is escaped, a name that is not there fails, and nothing is built at run time."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dossier.errors import Lang
from dossier.moments import VIETNAM
from flows.checking.answers import as_people_write
from flows.quality.promises import percent
from web.station.assets import address_of
from web.station.pages import Page

_TEMPLATES: Final = Path(__file__).parent / "templates"


@cache
def help_of(page: Page, lang: Lang) -> str:
    """The template of the help beside a page; empty where a page needs none."""
    name = f"help/{lang}/{page.value}.html.j2"
    return name if (_TEMPLATES / name).is_file() else ""


@cache
def environment() -> Environment:
    """Where templates come from."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["asset"] = address_of
    made.filters["moment"] = moment
    made.filters["day"] = day
    made.filters["masked"] = masked
    made.filters["read"] = as_people_write
    made.filters["percent"] = percent
    made.filters["sized"] = sized
    return made


def moment(at: datetime) -> str:
    """A moment as people in Vietnam read it."""
    return at.astimezone(VIETNAM).strftime("%H:%M %d/%m/%Y")


def day(one: date | None) -> str:
    """A day as people read it; a dash for none."""
    return one.strftime("%d/%m/%Y") if one else "—"


def sized(count: int) -> str:
    """A number of bytes as people read it."""
    if count < 1_000_000:
        return f"{max(1, round(count / 1000))} kB"
    if count < 1_000_000_000:
        return f"{count / 1_000_000:.1f} MB".replace(".", ",")
    return f"{count / 1_000_000_000:.1f} GB".replace(".", ",")


def masked(number: str) -> str:
    """A number of which the last three characters are enough to recognise it on a screen others see."""
    return "•" * max(0, len(number) - 3) + number[-3:]

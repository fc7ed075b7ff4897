"""Values of bodies as JSON spells them, and nothing that Python would take for them besides."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Final

from pydantic import BeforeValidator

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def whole(value: object) -> object:
    """JSON knows one kind of number: ``2.0`` is a whole one, ``true`` is none. For a ``StrictInt``.

    Behind its bounds, or the description loses them.
    """
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _spelt(value: object) -> object:
    """Seconds since 1970 and a day with an hour could be read as days too; the description has neither."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("day")
    return value


Day = Annotated[date, BeforeValidator(_spelt)]
"""A day, ``YYYY-MM-DD``."""

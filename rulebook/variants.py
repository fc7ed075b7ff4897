"""Printed forms of a label, title or block opening, with the days and the form they belong to.

A form changes its words with the circular that sets it (``Họ và tên`` became ``Họ, chữ đệm, tên``). Old
papers stay in use, so every variant is looked for on every paper; its days only explain and, where a paper's
day of issue does not fit them, give a reason. They never make a value wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from dossier.persons import search_form

_OTHER = re.compile(r"[^a-z0-9]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One printed form.

    Attributes:
        text: as printed.
        since, until: first and last day papers with these words are issued; nothing means open.
        form: circular or form that sets the words, empty when the table does not say.
    """

    text: str
    since: date | None = None
    until: date | None = None
    form: str = ""

    def covers(self, day: date) -> bool:
        """Whether papers of that day of issue print these words."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    @property
    def dated(self) -> bool:
        """Whether the table says when these words were printed."""
        return self.since is not None or self.until is not None


def texts(variants: Iterable[Variant]) -> tuple[str, ...]:
    """The printed forms alone, each once, in the order of the table."""
    return tuple(dict.fromkeys(variant.text for variant in variants))


OPENING = "…"
"""Ends a label, an opening or a title that is only how it begins on the paper."""


def key_of(text: str) -> str:
    """What tells two labels apart: their plain form, and whether they are only how a text begins."""
    return f"{plain(text)}{OPENING}" if text.endswith(OPENING) else plain(text)


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Letters ``a`` to ``z`` and digits only: two texts that are read as the same label are equal here."""
    return _OTHER.sub("", search_form(text))

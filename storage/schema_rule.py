"""Which program may work with which tables, so that an old and a new one run side by side for a while.

Tables go forward in steps. A step either **expands** (it only adds what an older program neither reads nor
has to fill) or **contracts**. A program works with tables of its own step, and with newer ones as long as
every step in between expanded. What the tables still allow stands in the database itself, since an older
program cannot know the steps of a newer one. ``docs/decisions/0017`` says how a release makes use of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from dossier.database_errors import SchemaNewerError, SchemaOlderError
from storage.schema import facts

_OLDEST: Final = "schema.oldest"
"""Name of the fact: the oldest step whose program may still work with the tables."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the tables: its number, and whether it only added."""

    revision: str
    expands: bool


def oldest_program(steps: Sequence[Step]) -> str:
    """The oldest step whose program may work with the tables that all steps made.

    Args:
        steps: the first one first; at least one.
    """
    place = len(steps) - 1
    while place and steps[place].expands:
        place -= 1
    return steps[place].revision


def keep_oldest(connection: Connection, oldest: str) -> None:
    """Say in the database which programs may still work with it; its own alone when empty."""
    connection.execute(delete(facts).where(facts.c.name == _OLDEST))
    if oldest:
        connection.execute(insert(facts).values(name=_OLDEST, value=oldest))


def kept_oldest(connection: Connection) -> str:
    """What was said last; empty when nothing was."""
    return str(connection.execute(select(facts.c.value).where(facts.c.name == _OLDEST)).scalar() or "")


def need_usable(item: str, *, found: str, oldest: str, ours: str) -> None:
    """Refuse tables that a program must not work with.

    Args:
        item: how to name the database.
        found: step of its tables; empty without tables.
        oldest: the oldest program it allows; empty when it allows its own alone.
        ours: step of the program.

    Raises:
        SchemaOlderError: the tables wait for steps of this program.
        SchemaNewerError: a newer program made them, and they no longer suit this one.
    """
    if found < ours:
        raise SchemaOlderError(item, found=found or "-", ours=ours)
    if found > ours and not (oldest and oldest <= ours):
        raise SchemaNewerError(item, found=found, ours=ours)

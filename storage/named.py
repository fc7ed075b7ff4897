"""Which objects records name, by the hash of their plain bytes.

A table that comes to name objects gets its column here, with an index on it; forgotten, its objects would be
taken for orphans.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, bindparam, delete, or_, select

from dossier.ids import Sha256
from storage.database import Database
from storage.ready import Ready
from storage.schema import destroyed_objects, document_objects, items, steps

NAMING: Final[tuple[ColumnElement[Any], ...]] = (items.c.sha256, steps.c.sha256, document_objects.c.sha256)
_PAGE: Final = 1000
_NO_LONGER_DESTROYED: Final = Ready(
    delete(destroyed_objects).where(destroyed_objects.c.sha256 == bindparam("wanted"))
)
# Put together once: it is asked for every object that is put.
_IS_NAMED: Final = select(
    or_(*(select(column).where(column == bindparam("sha256")).exists() for column in NAMING))
)


def which_named(connection: Connection, hashes: Sequence[Sha256]) -> frozenset[Sha256]:
    """Those of the hashes that some record names."""
    found: set[Sha256] = set()
    for column in NAMING:
        found.update(connection.execute(select(column).where(column.in_(hashes))).scalars())
    return frozenset(found)


def is_named(connection: Connection, sha256: Sha256) -> bool:
    """Whether some record names the object."""
    return bool(connection.execute(_IS_NAMED, {"sha256": sha256}).scalar())


def which_destroyed(connection: Connection, hashes: Sequence[Sha256]) -> frozenset[Sha256]:
    """Those of the hashes that a disposal destroyed and no record named since."""
    query = select(destroyed_objects.c.sha256).where(destroyed_objects.c.sha256.in_(hashes))
    return frozenset(connection.execute(query).scalars())


def named_anew(connection: Connection, sha256: Sha256) -> None:
    """A new record names the object: destroyed once, it is to be kept again."""
    _NO_LONGER_DESTROYED.run(connection, {"wanted": sha256})


def named_page(connection: Connection, *, after: str, limit: int = _PAGE) -> Sequence[Sha256]:
    """The first hashes above ``after`` that records name, in order, each once."""
    found: set[Sha256] = set()
    for column in NAMING:
        gone = select(destroyed_objects.c.sha256)
        page = (
            select(column).where(column > after, column.not_in(gone)).distinct().order_by(column).limit(limit)
        )
        found.update(connection.execute(page).scalars())
    return sorted(found)[:limit]


def walk_named(database: Database, *, after: str = "") -> Iterator[Sha256]:
    """Every hash above ``after`` that records name, in order; a transaction for each page."""
    while True:
        with database.reading() as connection:
            page = named_page(connection, after=after)
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1]

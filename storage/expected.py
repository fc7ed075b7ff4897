"""What a place is to hold: the names of objects in places, as against those in records.

Records name plain bytes. Where those have a key (``storage.object_keys``), places hold the enciphered bytes
under another name, and plain ones of before may still lie beside them until they are taken away.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from dossier.ids import Sha256
from storage import object_keys
from storage.database import Database
from storage.named import walk_named, which_destroyed, which_named
from storage.object_keys import ObjectKey

NamedElsewhere = Callable[[Sha256], bool]
"""Whether something outside the database (a note of quarantine) names plain bytes of that hash."""


def nowhere_else(_sha256: Sha256) -> bool:
    """Only the database names objects."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What hashes in places stand for; one that is in none of these is an orphan.

    Attributes:
        wanted: a place is to hold them.
        beside: the plain and the enciphered bytes of an object while it is changed from the one to the other,
            as far as they are not what counts.
        destroyed: left of what a disposal destroyed: enciphered bytes without a key, or a late copy.
    """

    wanted: frozenset[Sha256]
    beside: frozenset[Sha256]
    destroyed: frozenset[Sha256]


def standing_of(
    connection: Connection, hashes: Sequence[Sha256], *, elsewhere: NamedElsewhere = nowhere_else
) -> Standing:
    """What each of the hashes stands for."""
    keys = object_keys.of_stored(connection, hashes)
    asked = list(dict.fromkeys((*hashes, *(key.plain.sha256 for key in keys))))
    named = which_named(connection, asked)
    named |= frozenset(one for one in asked if one not in named and elsewhere(one))
    destroyed = which_destroyed(connection, asked)
    living = named - destroyed
    enciphered = object_keys.which_have_keys(connection, sorted(living))
    ours = frozenset(hashes)
    settled = frozenset(key.stored for key in keys if not key.pending and key.plain.sha256 in living)
    pending = frozenset(key.stored for key in keys if key.pending and key.plain.sha256 in living)
    return Standing(
        wanted=((living - enciphered) & ours) | settled,
        beside=(enciphered & ours) | pending,
        destroyed=(destroyed & ours) | object_keys.which_are_keyless(connection, hashes),
    )


def walk_wanted(database: Database, *, after: str = "") -> Iterator[Sha256]:
    """Every hash above ``after`` that places are to hold, in order; a transaction for each page."""
    return heapq.merge(walk_plain(database, after=after), _walk_enciphered(database, after=after))


def walk_plain(database: Database, *, after: str = "") -> Iterator[Sha256]:
    """Every object above ``after`` that records name and that is not enciphered."""
    for some in _pages(walk_named(database, after=after)):
        with database.reading() as connection:
            enciphered = object_keys.which_have_keys(connection, some)
        yield from (one for one in some if one not in enciphered)


def walk_unused(database: Database, *, elsewhere: NamedElsewhere) -> Iterator[tuple[ObjectKey, str]]:
    """Keys whose objects nothing names, with their moment, in order of the stored hash."""
    for some in _key_pages(database):
        with database.reading() as connection:
            named = which_named(connection, [key.plain.sha256 for key, _ in some])
        for key, since in some:
            if key.plain.sha256 not in named and not elsewhere(key.plain.sha256):
                yield key, since


def _walk_enciphered(database: Database, *, after: str) -> Iterator[Sha256]:
    for some in _key_pages(database, after=after):
        plain = [key.plain.sha256 for key, _ in some]
        with database.reading() as connection:
            living = which_named(connection, plain) - which_destroyed(connection, plain)
        yield from (key.stored for key, _ in some if not key.pending and key.plain.sha256 in living)


def _key_pages(database: Database, *, after: str = "") -> Iterator[Sequence[tuple[ObjectKey, str]]]:
    while True:
        with database.reading() as connection:
            some = object_keys.page(connection, after=after)
        if some:
            yield some
        if len(some) < object_keys.PAGE:
            return
        after = some[-1][0].stored


def _pages(hashes: Iterator[Sha256]) -> Iterator[Sequence[Sha256]]:
    some: list[Sha256] = []
    for one in hashes:
        some.append(one)
        if len(some) == object_keys.PAGE:
            yield some
            some = []
    if some:
        yield some

"""The index of words: keyed tokens of one office each, with the places of the papers that have the word.

Papers of an office have places, 512 of them a part. For each word of a part there is one row, with two bytes
for each paper: nine bits of its place, seven that tell forms with accents apart. A token is a keyed hash of
office and word, so the rows of one word in two offices have nothing in common.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from dossier.search_words import spoken
from dossier.searching import SearchText, SearchWord
from storage.search_tables import search_postings
from storage.vault import Vault

PLACES: Final = 512
"""Papers of a part."""
_ACCENTS: Final = 7
_ALL: Final = (1 << _ACCENTS) - 1
_SHIFT: Final = _ACCENTS
_TOGETHER: Final = 400
"""Rows read by one statement: SQLite takes so many values."""
_WORD: Final = "search word"
_FORM: Final = "search accents"
_SEPARATOR: Final = "\x1e"

Entries = dict[int, int]
"""Places within a part, and which accents their words bear there."""

_columns = search_postings.c
_CHANGE: Final = (
    update(search_postings)
    .where(_columns.token == bindparam("at_token"), _columns.part == bindparam("at_part"))
    .values(papers=bindparam("now"))
)
_REMOVE: Final = delete(search_postings).where(
    _columns.token == bindparam("at_token"), _columns.part == bindparam("at_part")
)


def token_of(vault: Vault, office: str, word: SearchWord) -> int:
    """What a word of an office is found by."""
    return vault.token(_WORD, _SEPARATOR.join((office, word.field, word.bare)))


def mask_of(vault: Vault, word: SearchWord) -> int:
    """The bits that papers with that form of the word have; all of them when accents do not count."""
    return _bit(vault, word.accented) if word.accented else _ALL


def tokens_of(vault: Vault, office: str, text: SearchText) -> Mapping[int, int]:
    """Every token of a paper, with the bits of the forms it has."""
    found: dict[int, int] = defaultdict(int)
    forms: dict[tuple[str, str], set[str]] = defaultdict(set)
    for field, line in _lines(text):
        for word in spoken(line):
            forms[field, word.bare].add(word.accented)
    for (field, bare), accented in forms.items():
        token = token_of(vault, office, SearchWord(bare, field=field))
        for form in accented:
            found[token] |= _bit(vault, form)
    return found


def entries(papers: bytes) -> Entries:
    """What a row holds."""
    return {pair >> _SHIFT: pair & _ALL for pair in struct.unpack(f">{len(papers) // 2}H", papers)}


def rows(
    connection: Connection, tokens: Iterable[int], parts: Sequence[int]
) -> Mapping[int, dict[int, Entries]]:
    """Rows of tokens in parts: part by part, token by token."""
    found: dict[int, dict[int, Entries]] = defaultdict(dict)
    for some in _chunks([*tokens]):
        wanted = select(search_postings).where(_columns.token.in_(some), _columns.part.in_(parts))
        for row in connection.execute(wanted):
            found[row.part][row.token] = entries(row.papers)
    return found


class Changes:
    """Places that enter and leave rows, collected and written together."""

    def __init__(self) -> None:
        """Nothing changes yet."""
        self._rows: dict[tuple[int, int], dict[int, int]] = defaultdict(dict)

    def add(self, tokens: Mapping[int, int], place: int) -> None:
        """A paper at a place has these tokens."""
        part, local = divmod(place, PLACES)
        for token, mask in tokens.items():
            self._rows[token, part][local] = mask

    def remove(self, tokens: Iterable[int], place: int) -> None:
        """It has these no longer."""
        part, local = divmod(place, PLACES)
        for token in tokens:
            self._rows[token, part][local] = 0

    def write(self, connection: Connection) -> None:
        """Bring the rows up to date; in a writing transaction."""
        new: list[dict[str, object]] = []
        changed: list[dict[str, object]] = []
        gone: list[dict[str, object]] = []
        before = self._read(connection)
        # In one order, so that the pages of the index are visited once each.
        for key in sorted(self._rows):
            kept = before.get(key)
            after = {**(kept or {}), **self._rows[key]}
            packed = _packed(after)
            token, part = key
            if kept is None:
                if packed:
                    new.append({"token": token, "part": part, "papers": packed})
            elif packed:
                changed.append({"at_token": token, "at_part": part, "now": packed})
            else:
                gone.append({"at_token": token, "at_part": part})
        if new:
            connection.execute(insert(search_postings), new)
        if changed:
            connection.execute(_CHANGE, changed)
        if gone:
            connection.execute(_REMOVE, gone)
        self._rows.clear()

    def _read(self, connection: Connection) -> Mapping[tuple[int, int], Entries]:
        found: dict[tuple[int, int], Entries] = {}
        by_part: dict[int, list[int]] = defaultdict(list)
        for token, part in self._rows:
            by_part[part].append(token)
        for part, tokens in by_part.items():
            for some in _chunks(tokens):
                wanted = select(search_postings).where(_columns.part == part, _columns.token.in_(some))
                found |= {(row.token, row.part): entries(row.papers) for row in connection.execute(wanted)}
        return found


def _lines(text: SearchText) -> Iterator[tuple[str, str]]:
    for _, lines in text.pages:
        for line in lines:
            yield "", line
    yield from text.fields.items()


def _bit(vault: Vault, accented: str) -> int:
    return 1 << (vault.token(_FORM, accented) % _ACCENTS)


def _packed(found: Entries) -> bytes:
    pairs = [(place << _SHIFT) | mask for place, mask in sorted(found.items()) if mask]
    return struct.pack(f">{len(pairs)}H", *pairs)


def _chunks(tokens: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(tokens), _TOGETHER):
        yield tokens[start : start + _TOGETHER]

"""Papers found by their words, in SQL; see ``dossier.searching.PaperSearch`` and ``storage.postings``.

Filing only notes that a paper waits; what walks behind takes in its words, many papers in a transaction. What
it was read as is kept sealed with the key of the paper: snippets need no file, and the words can be taken out
again. A paper of before there was an index has no row until the walk comes to it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from dossier.aside import ToldAside, tell_nobody
from dossier.codes import office_of
from dossier.documents import Document, DocumentState
from dossier.errors import RecordDamagedError
from dossier.ids import DocumentId
from dossier.searching import (
    Candidates,
    Indexed,
    SearchPlace,
    SearchRange,
    SearchTerm,
    SearchText,
    Unfound,
)
from storage.database import Database
from storage.documents import GONE, bodies, opened, serial_of
from storage.postings import PLACES, Changes, Entries, mask_of, rows, token_of, tokens_of
from storage.ready import Additions, Ready
from storage.schema import document_index, documents, facts, versions
from storage.search_tables import search_offices, search_papers, search_pending, search_postings
from storage.set_aside import AsideStep, open_each, put_aside, take_up
from storage.vault import Vault, WrappedKey, vault_of
from storage.writing import Writing

MARK: Final = "papers searchable down to"
"""A fact: from this serial on the walk took in every paper of before; not there when it took in all."""
_PARTS: Final = 64
"""Parts looked at together."""
_COMMON: Final = 256
"""Rows of a word that are counted to find the rarest."""
_NOT_FOUND: Final = (*GONE, DocumentState.REFUSED.value)
_NEWEST: Final = bodies().where(documents.c.version == versions.c.version)
_IS_PENDING: Final = Ready(
    select(search_pending.c.document_serial).where(search_pending.c.document_serial == bindparam("serial"))
)


class SqlPaperSearch:
    """``dossier.searching.PaperSearch`` on SQLAlchemy. Safe for threads."""

    def __init__(self, database: Database, *, writing: Callable[[], AbstractContextManager[Writing]]) -> None:
        """Use an open database; ``writing`` opens a transaction."""
        self._database = database
        self._writing = writing

    def waiting(self, *, limit: int, told: ToldAside = tell_nobody) -> Sequence[Unfound]:
        """See ``PaperSearch``."""
        with self._database.reading() as connection:
            serial = search_pending.c.document_serial
            new = connection.execute(select(serial).order_by(serial.desc()).limit(limit)).scalars().all()
            mark = _mark(connection)
            old: Sequence[int] = ()
            if mark is not None and len(new) < limit:
                wanted = select(documents.c.serial).where(documents.c.serial < mark)
                wanted = wanted.order_by(documents.c.serial.desc()).limit(limit - len(new))
                old = connection.execute(wanted).scalars().all()
            came, came_damaged = _load(connection, new)
            before, before_damaged = _load(connection, old)
        if came_damaged or before_damaged:
            self._go_past(came_damaged, before_damaged, code=RecordDamagedError.code, told=told)
        return [
            *(Unfound(found, old=False) for _, found in came),
            *(Unfound(found, old=True) for _, found in before),
        ]

    def set_aside(self, papers: Sequence[Unfound], *, code: str, told: ToldAside = tell_nobody) -> None:
        """See ``PaperSearch``."""
        with self._database.reading() as connection:
            serials = {one.document.id: serial_of(connection, one.document.id) for one in papers}
        came = [serials[one.document.id] for one in papers if not one.old]
        before = [serials[one.document.id] for one in papers if one.old]
        self._go_past(came, before, code=code, told=told)

    def _go_past(self, came: Sequence[int], before: Sequence[int], *, code: str, told: ToldAside) -> None:
        """Papers that can not be dealt with wait no more, and the walk goes on behind them."""
        with self._writing() as writing:
            connection = writing.connection
            gone = search_pending.c.document_serial.in_(list(came))
            connection.execute(delete(search_pending).where(gone))
            put_aside(connection, [*came, *before], step=AsideStep.WORDS, code=code, told=told)
            _move_mark(connection, before)

    def keep(self, texts: Sequence[tuple[Unfound, SearchText]]) -> int:
        """See ``PaperSearch``."""
        taken, passed = 0, list[int]()
        with self._writing() as writing:
            connection = writing.connection
            known = _known(connection, [one.document.id for one, _ in texts])
            changes = Changes()
            for one, text in texts:
                row = known.get(one.document.id)
                if row is None:
                    continue
                if one.old:
                    passed.append(row.serial)
                if row.version != one.document.version or (one.old and row.place is not None):
                    # It changed, or came meanwhile by another way: what waits will have its turn.
                    continue
                _take(connection, changes, row, one, text)
                taken += 1
            changes.write(connection)
            _move_mark(connection, passed)
        return taken

    def is_walked(self) -> bool:
        """Whether all papers of before were taken in."""
        with self._database.reading() as connection:
            return _mark(connection) is None

    def offices(self) -> Sequence[str]:
        """See ``PaperSearch``."""
        with self._database.reading() as connection:
            wanted = select(search_offices.c.office).order_by(search_offices.c.office)
            return connection.execute(wanted).scalars().all()

    def candidates(  # noqa: PLR0913 - see ``PaperSearch``
        self,
        terms: Sequence[SearchTerm],
        office: str,
        *,
        within: SearchRange,
        behind: int | None,
        limit: int,
        most_parts: int,
    ) -> Candidates:
        """See ``PaperSearch``."""
        with self._database.reading() as connection:
            vault = vault_of(connection)
            row = connection.execute(select(search_offices).where(search_offices.c.office == office)).first()
            if row is None or not terms:
                return Candidates((), None, 0)
            asked = _Asked([_keyed(vault, office, term) for term in terms])
            looking = _Looking(connection, asked, office_id=row.id, within=within, limit=limit)
            looking.look(below=row.newest if behind is None else behind, most_parts=most_parts)
            papers = [_indexed(connection, office, one) for one in looking.found]
            behind = looking.behind
            return Candidates(papers, None if behind is None else SearchPlace(office, behind), looking.parts)

    def texts(self, documents_: Sequence[DocumentId]) -> Mapping[DocumentId, SearchText]:
        """See ``PaperSearch``."""
        wanted = _texts().where(documents.c.id.in_(documents_))
        with self._database.reading() as connection:
            return {
                DocumentId(row.id): _unsealed(connection, row) for row in connection.execute(wanted).all()
            }


def pend(adding: Additions, serial: int, *, is_new: bool = False) -> None:
    """Have the words of a paper taken in; within the transaction that puts it down or changes it."""
    if is_new or _IS_PENDING.first(adding.connection, {"serial": serial}) is None:
        adding.add(search_pending, {"document_serial": serial})


def forget(connection: Connection, serial: int) -> None:
    """The paper is gone, and its key still there: no word leads to it from now on."""
    connection.execute(delete(search_pending).where(search_pending.c.document_serial == serial))
    take_up(connection, serial)
    row = connection.execute(_texts().where(documents.c.serial == serial)).first()
    if row is None:
        return
    changes = Changes()
    changes.remove(tokens_of(vault_of(connection), row.office, _unsealed(connection, row)), row.place)
    changes.write(connection)
    connection.execute(delete(search_papers).where(search_papers.c.document_serial == serial))


def text_place() -> str:
    """What the text of a paper is bound to, besides its document."""
    return "search_papers/text"


def text_to_json(text: SearchText) -> str:
    """What is sealed of a paper's text."""
    told = {"pages": text.pages, "fields": dict(text.fields)}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def clear(connection: Connection) -> None:
    """Empty the index and let every paper wait for the walk: readings and records have all of it."""
    for table in (search_pending, search_postings, search_papers, search_offices):
        connection.execute(delete(table))
    connection.execute(delete(facts).where(facts.c.name == MARK))
    newest = connection.execute(select(documents.c.serial).order_by(documents.c.serial.desc()).limit(1))
    if (high := newest.scalar()) is not None:
        connection.execute(insert(facts).values(name=MARK, value=str(high + 1)))


@dataclass(frozen=True, slots=True)
class _Keyed:
    """A word as the index knows it."""

    token: int
    mask: int


@dataclass(frozen=True, slots=True)
class _Asked:
    """Terms, choices, words."""

    terms: Sequence[Sequence[Sequence[_Keyed]]]

    @property
    def tokens(self) -> set[int]:
        return {word.token for term in self.terms for choice in term for word in choice}

    def places(self, found: Mapping[int, Entries]) -> Iterable[int]:
        """Places of one part that have all terms, the newest first."""
        left: set[int] | None = None
        for term in self.terms:
            theirs = {place for choice in term for place in _having(found, choice)}
            left = theirs if left is None else left & theirs
            if not left:
                return ()
        return sorted(left or (), reverse=True)


def _having(found: Mapping[int, Entries], choice: Sequence[_Keyed]) -> set[int]:
    left: set[int] | None = None
    for word in choice:
        theirs = {place for place, mask in found.get(word.token, {}).items() if mask & word.mask}
        left = theirs if left is None else left & theirs
    return left or set()


class _Looking:
    """One question to one office: goes down part by part along its rarest term."""

    def __init__(
        self, connection: Connection, asked: _Asked, *, office_id: int, within: SearchRange, limit: int
    ) -> None:
        self._connection = connection
        self._asked = asked
        self._office_id = office_id
        self._within = within
        self._limit = limit
        self.found: list[Row[Any]] = []
        self.parts = 0
        self.behind: int | None = None

    def look(self, *, below: int, most_parts: int) -> None:
        driver = self._rarest()
        part: int | None = (below - 1) // PLACES
        while part is not None:
            parts = self._next_parts(driver, part)
            self.parts += len(parts)
            found = rows(self._connection, self._asked.tokens, parts)
            for one in parts:
                places = [
                    place
                    for local in self._asked.places(found.get(one, {}))
                    if (place := one * PLACES + local) < below
                ]
                if places and self._is_full(places):
                    return
            part = parts[-1] - 1 if len(parts) == _PARTS else None
            if part is not None and self.parts >= most_parts:
                self.behind = parts[-1] * PLACES
                return

    def _is_full(self, places: Sequence[int]) -> bool:
        """Take in places of one part; whether there are enough papers now, with ``behind`` set."""
        wanted = _texts().where(
            search_papers.c.office_id == self._office_id,
            search_papers.c.place.in_(places),
            *_narrowed(self._within),
        )
        for row in self._connection.execute(wanted.order_by(search_papers.c.place.desc())).all():
            if len(self.found) == self._limit:
                self.behind = self.found[-1].place
                return True
            self.found.append(row)
        return False

    def _rarest(self) -> Sequence[int]:
        """Tokens of the term with the fewest rows; each choice is led by its rarest word."""
        return min((self._leaders(term) for term in self._asked.terms), key=lambda one: one[0])[1]

    def _leaders(self, term: Sequence[Sequence[_Keyed]]) -> tuple[int, Sequence[int]]:
        total, tokens = 0, list[int]()
        for choice in term:
            count, token = min((self._count(word.token), word.token) for word in choice)
            total += count
            tokens.append(token)
        return total, tokens

    def _count(self, token: int) -> int:
        wanted = select(search_postings.c.part).where(search_postings.c.token == token).limit(_COMMON)
        return len(self._connection.execute(wanted).all())

    def _next_parts(self, tokens: Sequence[int], highest: int) -> Sequence[int]:
        found: set[int] = set()
        for token in tokens:
            wanted = select(search_postings.c.part).where(
                search_postings.c.token == token, search_postings.c.part <= highest
            )
            wanted = wanted.order_by(search_postings.c.part.desc()).limit(_PARTS)
            found.update(self._connection.execute(wanted).scalars())
        return sorted(found, reverse=True)[:_PARTS]


def _keyed(vault: Vault, office: str, term: SearchTerm) -> Sequence[Sequence[_Keyed]]:
    return [
        [_Keyed(token_of(vault, office, word), mask_of(vault, word)) for word in choice]
        for choice in term.choices
    ]


def _narrowed(within: SearchRange) -> Iterator[Any]:
    columns = document_index.c
    if within.types:
        yield columns.type.in_(within.types)
    if within.since:
        yield columns.day >= within.since.isoformat()
    if within.until:
        # Papers that wait have no day.
        yield columns.day >= "0"
        yield columns.day <= within.until.isoformat()


def _texts() -> Any:
    """Papers of the index with what opens them."""
    return (
        _NEWEST.add_columns(
            documents.c.id, search_papers.c.place, search_papers.c.text, search_offices.c.office
        )
        .join(search_papers, search_papers.c.document_serial == documents.c.serial)
        .join(search_offices, search_offices.c.id == search_papers.c.office_id)
        .join(document_index, document_index.c.document_serial == documents.c.serial)
    )


def _indexed(connection: Connection, office: str, row: Row[Any]) -> Indexed:
    return Indexed(opened(connection, row), _unsealed(connection, row), SearchPlace(office, row.place))


def _unsealed(connection: Connection, row: Row[Any]) -> SearchText:
    wrapped = WrappedKey(row.key_id, row.wrapped)
    key = vault_of(connection).open_key(wrapped, serial=row.document_serial)
    told = json.loads(key.unseal(row.text, place=text_place()))
    return SearchText(tuple((page, tuple(lines)) for page, lines in told["pages"]), told["fields"])


def _sealed(connection: Connection, row: Row[Any], text: SearchText) -> bytes:
    key = vault_of(connection).open_key(WrappedKey(row.key_id, row.wrapped), serial=row.serial)
    return key.seal(text_to_json(text), place=text_place())


def _known(connection: Connection, ids: Sequence[DocumentId]) -> Mapping[str, Row[Any]]:
    """What the index and the records know of papers that are to be taken in."""
    from_keys = bodies().where(documents.c.version == versions.c.version, documents.c.id.in_(ids))
    wanted = (
        from_keys.add_columns(
            documents.c.id,
            documents.c.serial,
            documents.c.state,
            search_papers.c.place,
            search_papers.c.text,
            search_offices.c.office,
        )
        .outerjoin(search_papers, search_papers.c.document_serial == documents.c.serial)
        .outerjoin(search_offices, search_offices.c.id == search_papers.c.office_id)
    )
    return {row.id: row for row in connection.execute(wanted).all()}


def _take(connection: Connection, changes: Changes, row: Row[Any], one: Unfound, text: SearchText) -> None:
    serial, vault = row.serial, vault_of(connection)
    office = office_of(one.document.dossier)
    place = row.place
    connection.execute(delete(search_pending).where(search_pending.c.document_serial == serial))
    take_up(connection, serial, step=AsideStep.WORDS)
    if place is not None:
        changes.remove(tokens_of(vault, row.office, _unsealed(connection, row)), place)
        connection.execute(delete(search_papers).where(search_papers.c.document_serial == serial))
    if row.state in _NOT_FOUND:
        return
    if place is None or row.office != office:
        place = _new_place(connection, office, old=one.old)
    office_id = select(search_offices.c.id).where(search_offices.c.office == office).scalar_subquery()
    connection.execute(
        insert(search_papers).values(
            document_serial=serial,
            office_id=office_id,
            place=place,
            version=row.version,
            text=_sealed(connection, row, text),
        )
    )
    changes.add(tokens_of(vault, office, text), place)


def _new_place(connection: Connection, office: str, *, old: bool) -> int:
    """A place that no paper of the office has; those of before go down from -1."""
    columns = search_offices.c
    values = {"oldest": columns.oldest - 1} if old else {"newest": columns.newest + 1}
    moved = update(search_offices).where(columns.office == office).values(values)
    row = connection.execute(moved.returning(columns.newest, columns.oldest)).first()
    if row is None:
        first = {"newest": 0, "oldest": -1} if old else {"newest": 1, "oldest": 0}
        connection.execute(insert(search_offices).values(office=office, **first))
        return -1 if old else 0
    return int(row.oldest) if old else int(row.newest) - 1


def _mark(connection: Connection) -> int | None:
    told = connection.execute(select(facts.c.value).where(facts.c.name == MARK)).scalar()
    return int(told) if told is not None else None


def _move_mark(connection: Connection, passed: Sequence[int]) -> None:
    """Papers of before were gone through: the mark follows, and goes when none is left below it."""
    mark = _mark(connection)
    if mark is None:
        return
    low = min([mark, *passed])
    below = select(documents.c.serial).where(documents.c.serial < low).limit(1)
    if connection.execute(below).first() is None:
        connection.execute(delete(facts).where(facts.c.name == MARK))
    elif low < mark:
        connection.execute(update(facts).where(facts.c.name == MARK).values(value=str(low)))


def _load(
    connection: Connection, serials: Sequence[int]
) -> tuple[Sequence[tuple[int, Document]], Sequence[int]]:
    rows = connection.execute(_NEWEST.where(documents.c.serial.in_(serials))).all()
    return open_each(connection, serials, rows)

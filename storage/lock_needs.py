"""Which objects the papers that wait name, and what each needs of its lock by all papers that name it.

Nothing sealed is opened: type, day of filing and dossier stand beside the record, terms come with the caller,
and legal holds are few.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Row, select

from dossier.documents import DocumentState
from dossier.ids import DocumentId, ItemId, Sha256
from dossier.keeping import by_case, hold_of
from dossier.locking import LockNeed, joined, need_of
from dossier.moments import VIETNAM
from dossier.retention import RetentionVerdict
from storage import keeping_acts
from storage.lock_rows import looked_at, pending, want, which_are_known
from storage.object_keys import stored_names
from storage.schema import destroyed_objects, document_index, document_objects, documents, items, steps
from storage.writing import Writing

PAPERS: Final = 200
_NAMES: Final = 500

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSteps:
    """How the results of steps that belong to a paper are called.

    Attributes:
        of_paper: keys for a paper of that id whose newest version has that number.
        of_item: keys for the file it came in.
    """

    of_paper: Callable[[DocumentId, int], Iterable[str]]
    of_item: Callable[[ItemId], Iterable[str]]


Judge = Callable[[str, datetime | None], RetentionVerdict]
"""The term of a paper of that type filed at that moment, by the rulebook of today."""


def look_at_papers(
    writing: Writing, places: Sequence[str], *, judge: Judge, keys: PaperSteps, at: datetime
) -> int:
    """Enter what the objects of the next papers that wait need in each place.

    An object that several papers name gets what each of them asks for, also when only one of them waits.

    Returns:
        How many papers were looked at; fewer than ``PAPERS`` when no more wait.
    """
    connection = writing.connection
    serials = pending(connection, limit=PAPERS)
    if places and serials:
        needs = _needs(connection, _objects(connection, serials, keys), judge=judge)
        for place in places:
            want(connection, place, _by_name(connection, place, needs), at=at)
    looked_at(connection, serials)
    return len(serials)


def _objects(connection: Connection, serials: Sequence[int], keys: PaperSteps) -> dict[Sha256, set[int]]:
    """Objects of these papers, each with every paper known to name it."""
    naming: dict[Sha256, set[int]] = defaultdict(set)
    papers = list(
        connection.execute(
            select(documents.c.serial, documents.c.id, documents.c.version, documents.c.item_id).where(
                documents.c.serial.in_(serials)
            )
        )
    )
    of_item: dict[str, set[int]] = defaultdict(set)
    items_here = {paper.item_id for paper in papers}
    for some in _parts(sorted(items_here)):
        query = select(documents.c.serial, documents.c.item_id).where(documents.c.item_id.in_(some))
        for row in connection.execute(query):
            of_item[row.item_id].add(row.serial)
    owners = {key: {paper.serial} for paper in papers for key in keys.of_paper(paper.id, paper.version)}
    owners |= {key: of_item[item] for item in items_here for key in keys.of_item(ItemId(item))}
    for some in _parts(sorted(owners)):
        for row in connection.execute(select(steps.c.key, steps.c.sha256).where(steps.c.key.in_(some))):
            naming[Sha256(row.sha256)] |= owners[row.key]
    for some in _parts(sorted(items_here)):
        for row in connection.execute(select(items.c.id, items.c.sha256).where(items.c.id.in_(some))):
            naming[Sha256(row.sha256)] |= of_item[row.id]
    named = select(document_objects.c.sha256).where(document_objects.c.document_serial.in_(serials))
    for sha256 in connection.execute(named).scalars():
        naming[Sha256(sha256)] |= set()
    _add_others(connection, naming)
    return naming


def _add_others(connection: Connection, naming: dict[Sha256, set[int]]) -> None:
    """Papers from elsewhere that hold the very same bytes."""
    for some in _parts(sorted(naming)):
        for row in connection.execute(select(document_objects).where(document_objects.c.sha256.in_(some))):
            naming[Sha256(row.sha256)].add(row.document_serial)
        same_file = (
            select(items.c.sha256, documents.c.serial)
            .join(documents, documents.c.item_id == items.c.id)
            .where(items.c.sha256.in_(some))
        )
        for row in connection.execute(same_file):
            naming[Sha256(row.sha256)].add(row.serial)


def _needs(
    connection: Connection, naming: Mapping[Sha256, set[int]], *, judge: Judge
) -> Mapping[Sha256, LockNeed]:
    held = _held_targets(connection)
    papers: dict[int, LockNeed] = {}
    for some in _parts(sorted({serial for found in naming.values() for serial in found})):
        query = (
            select(documents.c.serial, documents.c.id, documents.c.type, document_index)
            .join(document_index, document_index.c.document_serial == documents.c.serial)
            .where(documents.c.serial.in_(some), documents.c.state == DocumentState.FILED.value)
        )
        for row in connection.execute(query):
            hold = row.id in held or (bool(row.dossier) and row.dossier in held)
            papers[row.serial] = need_of(judge(row.type, _filed_at(row)), hold=hold)
    gone = _gone(connection, naming)
    return {
        sha256: joined(papers[serial] for serial in found if serial in papers)
        for sha256, found in naming.items()
        if sha256 not in gone
    }


def _by_name(connection: Connection, place: str, needs: Mapping[Sha256, LockNeed]) -> dict[Sha256, LockNeed]:
    """The needs by the names that objects have in a place: enciphered bytes have another than the plain ones.

    Plain bytes of before that still lie there keep a legal hold; their lock is not prolonged.
    """
    names = stored_names(connection, list(needs))
    found = {names.get(sha256, sha256): need for sha256, need in needs.items()}
    for plain in which_are_known(connection, place, list(names)):
        found[plain] = LockNeed(hold=needs[plain].hold)
    return found


def _filed_at(row: Row[Any]) -> datetime | None:
    """Some moment of the day of filing; terms run in years."""
    return datetime.combine(date.fromisoformat(row.day), time(12), VIETNAM) if row.day else None


def _held_targets(connection: Connection) -> frozenset[str]:
    cases = by_case(keeping_acts.load(connection, family="hold"))
    return frozenset(hold.target for acts in cases.values() if (hold := hold_of(acts)).active)


def _gone(connection: Connection, naming: Mapping[Sha256, set[int]]) -> frozenset[str]:
    found: set[str] = set()
    for some in _parts(sorted(naming)):
        query = select(destroyed_objects.c.sha256).where(destroyed_objects.c.sha256.in_(some))
        found.update(connection.execute(query).scalars())
    return frozenset(found)


def _parts(names: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for start in range(0, len(names), _NAMES):
        yield names[start : start + _NAMES]

"""The flat rows that figures are added up from: kept in step with the facts, made again, and compared.

Whoever changes a fact of a dossier calls ``recount`` in the same transaction. The row is made of the facts
anew each time, by the functions that reports from the raw facts use too, so that the two cannot drift apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, insert, select, text, update

from dossier.told_facts import facts_of
from rulebook.dossier_count import DossierCount, dossier_count
from rulebook.place_count import MARKS
from storage.database import Database
from storage.dossier_rows import DOSSIERS, dossier_rows
from storage.ready import Ready
from storage.schema import dossier_count_marks, dossier_counts, dossier_reads, dossiers, facts

_PAGE: Final = 500
_TO_COUNT: Final = "dossiers to count"
"""A fact of a store whose rows are to be made anew; migrations leave it."""
_NEW: Final = {"again": 0}
_AGAIN: Final = (
    update(dossier_counts).where(dossier_counts.c.code == bindparam("one")).values(again=bindparam("again_"))
)
_IS_REGISTERED: Final = Ready(select(dossiers.c.code).where(dossiers.c.code == bindparam("wanted")))
_READ_FOR: Final = Ready(
    select(dossier_reads.c.code).where(dossier_reads.c.document_id == bindparam("wanted"))
)
_REGISTERED: Final = select(dossiers.c.code).order_by(dossiers.c.code).limit(_PAGE)

# Both databases say it alike; the library has two different words for it.
_MARK: Final = text(
    f"""INSERT INTO {dossier_count_marks.name} (month, office, level, version)
    VALUES (:month, :office, :level, 1)
    ON CONFLICT (month, office, level) DO UPDATE SET version = {dossier_count_marks.name}.version + 1"""  # noqa: S608  our tables
)

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Recounted:
    """Dossiers that were looked at, and rows that did not say what the facts say."""

    dossiers: int
    differing: int


def recount(connection: Connection, codes: Iterable[str]) -> int:
    """Let the rows of dossiers say what the facts say now; gives how many did not.

    Args:
        connection: in a writing transaction, after the facts were changed.
        codes: of dossiers; those that are not registered are passed over.
    """
    wanted = sorted(set(codes) - {""})
    if not any_registered(connection, wanted):
        return 0
    made, kept = _made(connection, wanted), _kept(connection, wanted)
    changed = _differing(made, kept)
    gone = [code for code in changed if code in kept]
    if gone:
        connection.execute(delete(dossier_counts).where(dossier_counts.c.code.in_(gone)))
    fresh = [{**made[code], "again": kept.get(code, _NEW)["again"]} for code in changed if code in made]
    if fresh:
        connection.execute(insert(dossier_counts), fresh)
    mark_months(connection, (row for rows in (made, kept) for row in _of(rows, changed)))
    moved = [code for code in changed if _brought(made.get(code)) != _brought(kept.get(code))]
    follow_people(connection, {row["applicant_ref"] for rows in (made, kept) for row in _of(rows, moved)})
    return len(changed)


def any_registered(connection: Connection, codes: Iterable[str]) -> bool:
    """Whether any of these dossiers is registered; those without a code are not."""
    return any(_IS_REGISTERED.first(connection, {"wanted": code}) for code in codes if code)


def read_for(connection: Connection, document: str) -> Sequence[str]:
    """Dossiers that a paper was read for; also before it came here, where a bundle brought that first."""
    return [code for (code,) in _READ_FOR.rows(connection, {"wanted": document})]


def recount_paper(connection: Connection, document: str, codes: Iterable[str]) -> None:
    """The same for the dossiers of a paper that was saved, and for those that it was read for."""
    recount(connection, [*codes, *read_for(connection, document)])


def follow_people(connection: Connection, applicants: Iterable[str]) -> int:
    """Say of each dossier of these people whether an earlier one had brought a paper of one of its kinds.

    The order is that of reception, then of the codes. Gives how many rows said something else.
    """
    wanted = sorted(set(applicants) - {""})
    if not wanted:
        return 0
    table = dossier_counts.c
    query = (
        select(
            table.applicant_ref, table.code, table.kinds, table.again, table.day, table.office, table.level
        )
        .where(table.applicant_ref.in_(wanted))
        .order_by(table.applicant_ref, table.received_at, table.code)
    )
    moved: list[dict[str, object]] = []
    months: list[Row] = []
    for _, own in groupby(connection.execute(query).all(), key=lambda row: row.applicant_ref):
        before: set[str] = set()
        for row in own:
            kinds = set(row.kinds.split(",")) if row.kinds else set()
            again = int(bool(kinds & before))
            before |= kinds
            if again != row.again:
                moved.append({"one": row.code, "again_": again})
                months.append({"day": row.day, "office": row.office, "level": row.level})
    if moved:
        connection.execute(_AGAIN, moved)
        mark_months(connection, months)
    return len(moved)


def mark_months(connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
    """Say that counted rows of these months and places are not what they were."""
    # In one order, so that nobody waits for each other.
    places = sorted({(row["day"][:7], row["office"], row["level"]) for row in rows})
    if places:
        named = [{"month": month, "office": office, "level": level} for month, office, level in places]
        connection.execute(_MARK, named)


def count_after_upgrade(connection: Connection) -> None:
    """Make the rows of a store that comes from an earlier schema, in the transaction of the upgrade."""
    if connection.execute(select(facts.c.name).where(facts.c.name == _TO_COUNT)).first() is None:
        return
    for codes in _pages(connection):
        recount(connection, codes)
    connection.execute(delete(facts).where(facts.c.name == _TO_COUNT))


def recount_all(
    writing: Callable[[], AbstractContextManager[Connection]], *, told: Callable[[int], None]
) -> Recounted:
    """Go through all dossiers and put right what differs, page by page beside the work of the day.

    Args:
        writing: opens a writing transaction, one for each page.
        told: after each page, how many were looked at.
    """
    with writing() as connection:
        differing = _drop_strangers(connection)
    looked, last = 0, ""
    while True:
        with writing() as connection:
            codes = connection.execute(_REGISTERED.where(dossiers.c.code > last)).scalars().all()
            if not codes:
                return Recounted(looked, differing)
            differing += recount(connection, codes)
            differing += follow_people(connection, _people(connection, codes))
        looked, last = looked + len(codes), codes[-1]
        told(looked)


def compare_all(database: Database, *, told: Callable[[int], None]) -> Recounted:
    """The same as ``recount_all`` without changing anything, as of one moment."""
    looked, differing = 0, 0
    with database.reading() as connection:
        for codes in _pages(connection):
            made, kept = _made(connection, codes), _kept(connection, codes)
            differing += len(_differing(made, kept))
            looked += len(codes)
            told(looked)
        return Recounted(looked, differing + _wrong_again(connection) + len(_strangers(connection)))


def _made(connection: Connection, codes: Sequence[str]) -> dict[str, Row]:
    page = connection.execute(DOSSIERS.where(dossiers.c.code.in_(codes))).all()
    return {row.code: _values(dossier_count(facts_of(row))) for row in dossier_rows(connection, page)}


def _kept(connection: Connection, codes: Sequence[str]) -> dict[str, Row]:
    rows = connection.execute(select(dossier_counts).where(dossier_counts.c.code.in_(codes)))
    return {row["code"]: dict(row) for row in rows.mappings()}


def _differing(made: Mapping[str, Row], kept: Mapping[str, Row]) -> list[str]:
    """Dossiers whose rows do not say what the facts say; ``again`` follows from other dossiers too."""
    return sorted(
        code
        for code in made.keys() | kept.keys()
        if code not in made or code not in kept or made[code] != {**kept[code], "again": None}
    )


def _brought(row: Row | None) -> object:
    """What other dossiers of the same person depend on."""
    return row and (row["applicant_ref"], row["received_at"], row["kinds"])


def _of(rows: Mapping[str, Row], codes: Iterable[str]) -> Iterator[Row]:
    return (rows[code] for code in codes if code in rows)


def _values(one: DossierCount) -> Row:
    course, verdict = one.course, one.verdict
    return {
        "office": one.office,
        "level": one.level.value,
        "day": one.day.isoformat(),
        "code": one.code,
        "procedure": one.procedure,
        "channel": one.channel.value,
        "applicant_ref": one.applicant,
        "officer_ref": one.officer,
        "received_at": one.received_at,
        "promised_at": one.promised_at,
        "until": course.until,
        "taken": course.taken,
        "ended": int(course.ended),
        "twice": int(course.twice),
        "late": None if verdict.late is None else int(verdict.late),
        "punctuality": verdict.punctuality.value if verdict.punctuality else "",
        "overdue_from": verdict.overdue_from,
        "kinds": ",".join(one.kinds),
        "again": None,
        "waited": one.waited,
        "handling": one.handling,
        **{mark: int(mark in one.marks) for mark in MARKS},
    }


def _pages(connection: Connection) -> Iterator[Sequence[str]]:
    last = ""
    while codes := connection.execute(_REGISTERED.where(dossiers.c.code > last)).scalars().all():
        yield codes
        last = codes[-1]


def _people(connection: Connection, codes: Sequence[str]) -> Sequence[str]:
    query = select(dossiers.c.applicant_ref).where(dossiers.c.code.in_(codes)).distinct()
    return connection.execute(query).scalars().all()


def _strangers(connection: Connection) -> Sequence[str]:
    """Rows of dossiers that nobody registered."""
    table = dossier_counts.c
    query = select(table.code).outerjoin(dossiers, dossiers.c.code == table.code)
    return connection.execute(query.where(dossiers.c.code.is_(None))).scalars().all()


def _drop_strangers(connection: Connection) -> int:
    found = _strangers(connection)
    for start in range(0, len(found), _PAGE):
        which = dossier_counts.c.code.in_(found[start : start + _PAGE])
        gone = connection.execute(select(dossier_counts).where(which)).mappings().all()
        connection.execute(delete(dossier_counts).where(which))
        mark_months(connection, [dict(row) for row in gone])
        follow_people(connection, [row["applicant_ref"] for row in gone])
    return len(found)


def _wrong_again(connection: Connection) -> int:
    """Rows whose word on papers brought again does not follow from the kinds that the rows tell."""
    table = dossier_counts.c
    columns = select(table.applicant_ref, table.kinds, table.again)
    wrong, person = 0, ""
    before: defaultdict[str, set[str]] = defaultdict(set)
    for row in connection.execute(columns.order_by(table.applicant_ref, table.received_at, table.code)):
        if row.applicant_ref != person:
            before.clear()
            person = row.applicant_ref
        kinds = set(row.kinds.split(",")) if row.kinds and person else set()
        wrong += int(bool(kinds & before[person])) != row.again
        before[person] |= kinds
    return wrong

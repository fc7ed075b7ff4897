"""Acts about keeping and destroying, and which objects belong to a paper."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, func, insert, select, update

from dossier.documents import Document, DocumentState
from dossier.errors import RecordDamagedError, VersionConflictError
from dossier.ids import DocumentId, Sha256
from dossier.keeping import Act, KeepingAct
from storage.bodies import canonical_json, moment_from_text, moment_to_text
from storage.documents import GONE, bodies, opened
from storage.schema import (
    act_words,
    destroyed_objects,
    document_objects,
    documents,
    items,
    keeping_acts,
    steps,
    versions,
)
from storage.vault import vault_of

_ABOUT_CONTENT: Final = (
    Act.SIGNING_RETURNED.value,
    Act.PAGES_ARRANGED.value,
    Act.CORRECTION_PROPOSED.value,
    Act.CORRECTION_APPLIED.value,
    Act.CORRECTION_REJECTED.value,
)
"""Acts whose words may say what a paper says; those of a destruction are its proof and stay."""
_EMPTIED: Final = {"reason": "", "words": "", "values": "{}", "owner": ""}


def append(connection: Connection, act: KeepingAct, *, seen: int) -> None:
    """Add an act to its case.

    Args:
        connection: in a writing transaction.
        act: the next one.
        seen: how many acts of the case whoever decides has seen.

    Raises:
        VersionConflictError: somebody else acted in between, proposed to destroy the same paper, or put a
            hold on one whose destruction begins here; or it is to be held and its destruction has begun.
    """
    count = select(func.count()).where(keeping_acts.c.case_id == act.case)
    if connection.execute(count).scalar() != seen:
        raise VersionConflictError(act.case)
    if _is_in_the_way(connection, act):
        raise VersionConflictError(act.target)
    added = insert(keeping_acts).values(
        case_id=act.case,
        act=act.act.value,
        target=act.target,
        at=moment_to_text(act.at),
        actor=act.actor,
    )
    serial = int(connection.execute(added.returning(keeping_acts.c.serial)).scalar_one())
    keep_words(connection, serial, canonical_json(dict(act.details)))


def _is_in_the_way(connection: Connection, act: KeepingAct) -> bool:
    """Whether an act of another case forbids this one. Asked again where it is entered: acts take turns."""
    if act.act is Act.DISPOSAL_PROPOSED:
        # One that is open, or came to its end: a rejected one is neither.
        open_ = _acts_of_cases(connection, [act.target], family="disposal")
        return any(Act.DISPOSAL_REJECTED.value not in done for done in open_)
    if act.act is Act.DISPOSAL_BEGUN:
        now = bodies().where(documents.c.id == act.target, versions.c.version == documents.c.version)
        dossiers = {opened(connection, row).dossier for row in connection.execute(now)}
        held = _acts_of_cases(connection, [act.target, *filter(None, dossiers)], family="hold")
        return any(Act.HOLD_LIFTED.value not in done for done in held)
    if act.act is Act.HOLD_ADDED:
        begun = _acts_of_cases(connection, [act.target], family="disposal")
        return any(Act.DISPOSAL_BEGUN.value in done for done in begun)
    return False


def _acts_of_cases(connection: Connection, targets: Sequence[str], *, family: str) -> Collection[set[str]]:
    """What was done in each case of a family about these targets."""
    about = (keeping_acts.c.target.in_(targets), keeping_acts.c.act.startswith(f"{family}."))
    acts: dict[str, set[str]] = {}
    for row in connection.execute(select(keeping_acts.c.case_id, keeping_acts.c.act).where(*about)):
        acts.setdefault(row.case_id, set()).add(row.act)
    return acts.values()


def keep_words(connection: Connection, serial: int, words: str) -> None:
    """Keep what an act said, sealed beside it; every act has its words, if only an empty record."""
    sealed = vault_of(connection).seal(words, place=words_place(serial))
    connection.execute(insert(act_words).values(act_serial=serial, words=sealed))


def forget_words(connection: Connection, targets: Sequence[str]) -> None:
    """What people typed about a destroyed paper or its file goes; that they acted, when and who stays."""
    query = (
        select(act_words)
        .join(keeping_acts, keeping_acts.c.serial == act_words.c.act_serial)
        .where(keeping_acts.c.target.in_(list(targets)), keeping_acts.c.act.in_(_ABOUT_CONTENT))
    )
    for row in connection.execute(query).all():
        said = _words(connection, row.act_serial, row.words)
        left = {name: _EMPTIED.get(name, value) for name, value in said.items()}
        sealed = vault_of(connection).seal(canonical_json(left), place=words_place(row.act_serial))
        connection.execute(
            update(act_words).where(act_words.c.act_serial == row.act_serial).values(words=sealed)
        )


def words_place(serial: int) -> str:
    """What the sealed words of an act are bound to."""
    return f"act_words/{serial}/words"


def load(
    connection: Connection, *, case: str = "", target: str = "", family: str = ""
) -> Sequence[KeepingAct]:
    """Acts in order: of a case, about a target, or of a family (``hold``, ``disposal``, ``request``).

    Acts of a case with an id of its own stand in the order they were entered. Those about a file, paper or
    batch itself may have come from several desks and stand in the order of time.

    Raises:
        StoreKeyLostError: what they say is sealed with a key that is not in the ring.
        RecordDamagedError: it was changed or taken away.
    """
    query = (
        select(keeping_acts, act_words.c.words)
        .outerjoin(act_words, act_words.c.act_serial == keeping_acts.c.serial)
        .order_by(keeping_acts.c.serial)
    )
    if case:
        query = query.where(keeping_acts.c.case_id == case)
    if target:
        query = query.where(keeping_acts.c.target == target)
    if family:
        query = query.where(keeping_acts.c.act.startswith(f"{family}."))
    found = [
        KeepingAct(
            case=row.case_id,
            act=Act(row.act),
            target=row.target,
            at=moment_from_text(row.at),
            actor=row.actor,
            details=_words(connection, row.serial, row.words),
        )
        for row in connection.execute(query)
    ]
    return _in_time(found)


def cases(connection: Connection, act: Act, *, before: int, limit: int) -> Sequence[tuple[int, str]]:
    """Cases that began with an act, the newest first, each with the key that the next page begins before."""
    query = select(keeping_acts.c.serial, keeping_acts.c.case_id).where(keeping_acts.c.act == act.value)
    if before:
        query = query.where(keeping_acts.c.serial < before)
    rows = connection.execute(query.order_by(keeping_acts.c.serial.desc()).limit(limit))
    return [(row.serial, row.case_id) for row in rows]


def _in_time(acts: Sequence[KeepingAct]) -> Sequence[KeepingAct]:
    """Acts about records themselves change places among each other, so that the later one stands later."""
    moving = [act for act in acts if act.case == act.target]
    earliest_first = iter(sorted(moving, key=lambda act: act.at))
    return [next(earliest_first) if act.case == act.target else act for act in acts]


def _words(connection: Connection, serial: int, sealed: str | None) -> Mapping[str, str]:
    if not sealed:
        raise RecordDamagedError(words_place(serial))
    said: dict[str, str] = json.loads(vault_of(connection).unseal(sealed, place=words_place(serial)))
    return said


def filed_after(connection: Connection, serial: int, *, limit: int) -> Sequence[tuple[int, Document]]:
    """Filed papers in the order of capture, each with the key that the next page begins after."""
    query = (
        bodies()
        .where(
            versions.c.version == documents.c.version,
            documents.c.state == DocumentState.FILED.value,
            documents.c.serial > serial,
        )
        .order_by(documents.c.serial)
        .limit(limit)
    )
    return [(row.document_serial, opened(connection, row)) for row in connection.execute(query)]


def objects_of(connection: Connection, document: DocumentId) -> Sequence[Sha256]:
    """Objects that hold the paper: signed files, results of steps; the file it came in when it is the last.

    With the file go the copies of papers whose pages went into others. An object that another paper still
    needs is left out.
    """
    row = connection.execute(
        select(documents.c.serial, documents.c.item_id).where(documents.c.id == document)
    ).one()
    found = _signed(connection, row.serial) | _results(connection, document)
    alone = not connection.execute(
        select(documents.c.serial)
        .where(
            documents.c.item_id == row.item_id,
            documents.c.id != document,
            documents.c.state.not_in(GONE),
        )
        .limit(1)
    ).first()
    if alone:
        own = connection.execute(select(items.c.sha256).where(items.c.id == row.item_id)).scalar_one()
        found |= {own, *_results(connection, row.item_id)}
        for serial, paper in dissolved(connection, row.item_id):
            found |= _signed(connection, serial) | _results(connection, paper)
    return sorted(Sha256(one) for one in found if not _needed(connection, one, row.serial, row.item_id))


def dissolved(connection: Connection, item: str) -> Sequence[tuple[int, DocumentId]]:
    """Papers of a file whose pages went into others: serial and id."""
    wanted = select(documents.c.serial, documents.c.id).where(
        documents.c.item_id == item, documents.c.state == DocumentState.DISSOLVED.value
    )
    rows = connection.execute(wanted.order_by(documents.c.serial)).all()
    return [(row.serial, DocumentId(row.id)) for row in rows]


def forget(connection: Connection, objects: Sequence[Sha256]) -> None:
    """Note that objects are gone for good, so that nobody looks for them; twice is once."""
    known = select(destroyed_objects.c.sha256).where(destroyed_objects.c.sha256.in_(objects))
    gone = set(connection.execute(known).scalars())
    rows = [{"sha256": one} for one in objects if one not in gone]
    if rows:
        connection.execute(insert(destroyed_objects), rows)


def _signed(connection: Connection, serial: int) -> set[str]:
    rows = connection.execute(bodies().where(versions.c.document_serial == serial))
    return {found for row in rows if (found := opened(connection, row).object_sha256)}


def _results(connection: Connection, record: str) -> set[str]:
    query = select(steps.c.sha256).where(steps.c.key.contains(record, autoescape=True))
    return set(connection.execute(query).scalars())


def _needed(connection: Connection, sha256: str, serial: int, item: str) -> bool:
    """Whether another item or another living paper holds the very same bytes."""
    living = (
        select(documents.c.serial)
        .join(items, items.c.id == documents.c.item_id)
        .where(items.c.sha256 == sha256, items.c.id != item, documents.c.state.not_in(GONE))
    )
    others = (
        select(documents.c.serial)
        .join(document_objects, document_objects.c.document_serial == documents.c.serial)
        .where(
            documents.c.serial != serial,
            documents.c.state.not_in(GONE),
            document_objects.c.sha256 == sha256,
        )
    )
    return any(connection.execute(query.limit(1)).first() is not None for query in (living, others))

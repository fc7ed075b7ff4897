"""Owners without a number of the state in SQL; see ``dossier.unnumbered.Newcomers``."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, insert, select

from dossier.access import Access
from dossier.documents import Document
from dossier.errors import OwnerConflictError, OwnerMissingError
from dossier.events import Event, EventKind
from dossier.ids import OwnerId, owner_id
from dossier.names import Likeness, name_key
from dossier.owner_words import in_words
from dossier.owners import LinkAction, OwnerKind, OwnerLink, active, kind_of, paper_token
from dossier.persons import identity_number
from dossier.proposals import STATED, Strength, name_likeness, objections, propose
from dossier.unnumbered import Newcomer, Unnumbered
from storage import owner_rows
from storage.applicants import follow_links
from storage.bodies import canonical_json, moment_to_text
from storage.counter_tables import unnumbered_owners
from storage.database import Database
from storage.documents import number_reference
from storage.owner_filing import propose_pair
from storage.owner_rows import UNNAMED, group_of, load, load_each, number_place, record_of
from storage.owners import link_event
from storage.schema import owner_names, owner_numbers, owners
from storage.unnumbered import told_place, told_to_text
from storage.vault import Vault, vault_of
from storage.writing import Writing

_MOST_COMPARED: Final = 50
_OTHER_NAME: Final = "owner.other_name"
_NO_EVIDENCE: Final = "owner.no_evidence"


class SqlNewcomers:
    """``dossier.unnumbered.Newcomers`` beside the owners, in the same database and the same journal."""

    def __init__(
        self,
        database: Database,
        *,
        writing: Callable[[], AbstractContextManager[Writing]],
        namespace: uuid.UUID,
        reference: Callable[[str], str],
    ) -> None:
        """Use an open database.

        Args:
            database: with the tables of this program.
            writing: opens a writing transaction.
            namespace: ids are derived in it.
            reference: opaque reference of an identity number.
        """
        self._database = database
        self._writing = writing
        self._namespace = namespace
        self._reference = reference

    def add(self, told: Unnumbered, *, number: str, access: Access, at: datetime) -> Newcomer:
        """See ``Newcomers``."""
        with self._writing() as writing:
            connection = writing.connection
            vault = vault_of(connection)
            repeat = repeat_reference(vault, told)
            known = _known(connection, repeat)
            if known is not None:
                return known
            record = self._make(connection, number, at)
            connection.execute(
                insert(unnumbered_owners).values(
                    owner_id=record,
                    match_ref=match_reference(vault, told),
                    repeat_ref=repeat,
                    told=vault.seal(told_to_text(told), place=told_place(record)),
                    at=moment_to_text(at),
                    actor=access.actor,
                )
            )
            compare_unnumbered(connection, record, namespace=self._namespace)
            writing.add(
                [
                    Event(
                        kind=EventKind.OWNER_REGISTERED,
                        at=at,
                        actor=access.actor,
                        subject=record,
                        owner_ref=self._reference(number),
                        dossier=told.dossier or access.dossier,
                        purpose=access.purpose,
                        details={"kind": told.kind.value, "paper": told.paper_type},
                    )
                ]
            )
            return Newcomer(owner=record, number=number, is_new=True)

    def link(self, number: str, other: str, *, paper: Document, access: Access, at: datetime) -> OwnerLink:
        """See ``Newcomers``."""
        with self._writing() as writing:
            connection = writing.connection
            left, right = record_of(connection, number), record_of(connection, other)
            if left is None or right is None:
                raise OwnerMissingError
            ours, theirs = group_of(connection, left), group_of(connection, right)
            if right in ours.members:
                return active(ours.history)[-1]
            both = load(connection, ours.members), load(connection, theirs.members)
            why = list(objections(*both))
            if name_likeness(*both) < Likeness.SPELLING:
                why.append(_OTHER_NAME)
            if other not in {party.number for party in paper.parties}:
                why.append(_NO_EVIDENCE)
            if why:
                raise OwnerConflictError(left, cause=" ".join(why), reason=in_words(why, "vi"))
            entry = OwnerLink(
                id=UNNAMED,
                order=0,
                action=LinkAction.LINK,
                left=left,
                right=right,
                at=at,
                actor=access.actor,
                because=(STATED, paper_token(paper.id)),
                document=paper.id,
            )
            kept = owner_rows.append(connection, entry, namespace=self._namespace)
            follow_links(connection, (kept.left, kept.right))
            writing.add([link_event(connection, kept, reference=self._reference, access=access)])
            return kept

    def _make(self, connection: Connection, number: str, at: datetime) -> OwnerId:
        parsed = identity_number(number)
        if parsed is None:
            raise OwnerMissingError
        record = owner_id(self._namespace, number)
        reference = number_reference(vault_of(connection), number)
        connection.execute(insert(owners).values(id=record, kind=kind_of(parsed[1]).value))
        connection.execute(
            insert(owner_numbers).values(
                number_ref=reference,
                number=vault_of(connection).seal(number, place=number_place(reference)),
                owner_id=record,
                kind=parsed[1].value,
                since=moment_to_text(at),
                document_id="",
            )
        )
        return record


def compare_unnumbered(connection: Connection, record: OwnerId, *, namespace: uuid.UUID) -> None:
    """Propose the records of the same name and birth year that may be this one."""
    match = select(unnumbered_owners.c.match_ref).where(unnumbered_owners.c.owner_id == record)
    reference = connection.execute(match).scalar_one()
    if not reference:
        return
    others: list[OwnerId] = []
    for table in (owner_names, unnumbered_owners):
        alike = select(table.c.owner_id).where(table.c.match_ref == reference).distinct()
        rows = connection.execute(alike.order_by(table.c.owner_id).limit(_MOST_COMPARED)).scalars()
        others += [OwnerId(found) for found in rows if found != record and found not in others]
    ours = load(connection, {record})
    for other in load_each(connection, others) if others else ():
        found = propose(ours, other)
        if found is not None and found.strength > Strength.WEAK:
            propose_pair(connection, record, other.id, namespace=namespace)


def repeat_reference(vault: Vault, told: Unnumbered, *, number: str = "") -> str:
    """Keyed reference of everything that was told.

    Args:
        vault: of the store.
        told: of the owner.
        number: of the store, where two desks gave one each and this is not the one that counts.
    """
    return vault.reference("unnumbered owner", f"{_key(told)}{number}")


def match_reference(vault: Vault, told: Unnumbered) -> str:
    """Keyed reference of name and birth year; records that may be one person share it."""
    return vault.reference("match", _match_key(told))


def _known(connection: Connection, repeat: str) -> Newcomer | None:
    query = (
        select(owner_numbers.c.owner_id, owner_numbers.c.number, owner_numbers.c.number_ref)
        .join(unnumbered_owners, unnumbered_owners.c.owner_id == owner_numbers.c.owner_id)
        .where(unnumbered_owners.c.repeat_ref == repeat)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    number = vault_of(connection).unseal(row.number, place=number_place(row.number_ref))
    return Newcomer(owner=OwnerId(row.owner_id), number=number, is_new=False)


def _key(told: Unnumbered) -> str:
    """Everything that makes two tellings one: also the dossier, so that nobody is found by a name alone."""
    return canonical_json(
        [told.kind.value, told.name.casefold(), told.birth, told.paper_type, told.paper_number, told.dossier]
    )


def _match_key(told: Unnumbered) -> str:
    key = name_key(told.name) if told.kind is OwnerKind.PERSON else ""
    return f"{key} {told.birth[:4]}" if key and told.birth else ""

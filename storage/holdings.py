"""What many reuse questions need, read together: dossiers, persons with their other numbers, their papers.

A server answers one statement about forty persons in little more time than about one, and the program sends
and reads it once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, Row, bindparam, or_, select

from dossier.admission import Dossier
from dossier.documents import Document, PartyRole
from dossier.ids import OwnerId
from dossier.matching import Aliases, ProposedNumber
from storage.admissions import dossier_of
from storage.documents import bodies, number_reference, opened
from storage.owner_rows import Group, groups_of_bearers, number_place
from storage.owners import open_proposals
from storage.schema import documents, dossiers, owner_numbers, owner_proposals, parties, versions
from storage.value_lists import ListStatement, padded
from storage.vault import vault_of


@dataclass(frozen=True, slots=True)
class PapersOf:
    """Papers to find: those of the bearer of a number, and those that only name them if ``related``.

    ``types`` empty means papers of any type.
    """

    number: str
    types: tuple[str, ...]
    related: bool


@dataclass(frozen=True, slots=True)
class _Bearer:
    """The bearer of a number: the references of all their numbers, and the numbers themselves."""

    references: frozenset[str]
    numbers: frozenset[str]
    group: Group | None


_VALUES: Final[BindParameter[str]] = bindparam("values", expanding=True)
_TYPES: Final[BindParameter[str]] = bindparam("types", expanding=True)

_DOSSIERS: Final = ListStatement(select(dossiers).where(dossiers.c.code.in_(_VALUES)))
_NUMBERS: Final = ListStatement(
    select(owner_numbers.c.owner_id, owner_numbers.c.number_ref, owner_numbers.c.number).where(
        owner_numbers.c.owner_id.in_(_VALUES)
    )
)
_PROPOSALS: Final = ListStatement(
    select(owner_proposals)
    .where(or_(owner_proposals.c.left_owner.in_(_VALUES), owner_proposals.c.right_owner.in_(_VALUES)))
    .order_by(owner_proposals.c.serial)
)
_ANY_PAPERS: Final = (
    bodies()
    .add_columns(documents.c.type, parties.c.number_ref, parties.c.role)
    .join(parties, parties.c.document_serial == documents.c.serial)
    .where(documents.c.version == versions.c.version, parties.c.number_ref.in_(_VALUES))
)
_PAPERS: Final = ListStatement(_ANY_PAPERS)
_PAPERS_OF_TYPES: Final = ListStatement(_ANY_PAPERS.where(documents.c.type.in_(_TYPES)))


class Holdings:
    """One state of the records, asked by many questions. Lives as long as its transaction."""

    def __init__(self, connection: Connection) -> None:
        """Ask through a reading transaction."""
        self._connection = connection
        self._bearers: dict[str, _Bearer] = {}

    def dossiers(self, codes: Collection[str]) -> Mapping[str, Dossier]:
        """The registered ones among these codes."""
        return {
            row.code: dossier_of(self._connection, row)
            for row in _DOSSIERS.rows(self._connection, "values", filter(None, codes))
        }

    def aliases(self, numbers: Collection[str]) -> Mapping[str, Aliases]:
        """Other numbers of the persons of these: those that are confirmed, and those that may be theirs."""
        self._find(numbers)
        found = {number: self._bearers[number] for number in numbers}
        proposed = self._proposed(found)
        return {
            number: Aliases(bearer.numbers - {number}, MappingProxyType(proposed.get(number, {})))
            for number, bearer in found.items()
        }

    def papers(self, wanted: Sequence[PapersOf]) -> Sequence[Sequence[Document]]:
        """Newest versions for each of what is wanted, newest paper first; no number finds nothing.

        Raises:
            StoreKeyLostError, RecordDamagedError: a paper cannot be opened.
        """
        self._find({each.number for each in wanted})
        types = (
            set() if any(not each.types for each in wanted) else {name for w in wanted for name in w.types}
        )
        by_reference: dict[str, list[Row[Any]]] = {}
        references = {reference for each in wanted for reference in self._bearers[each.number].references}
        if types:
            (some,) = padded(types)
            rows = _PAPERS_OF_TYPES.rows(self._connection, "values", references, {"types": some})
        else:
            rows = _PAPERS.rows(self._connection, "values", references)
        for row in rows:
            by_reference.setdefault(row.number_ref, []).append(row)
        opened_before: dict[int, Document] = {}
        return [self._open(each, by_reference, opened_before) for each in wanted]

    def _open(
        self, wanted: PapersOf, found: Mapping[str, Sequence[Row[Any]]], opened_before: dict[int, Document]
    ) -> Sequence[Document]:
        rows = {
            row.document_serial: row
            for reference in self._bearers[wanted.number].references
            for row in found.get(reference, ())
            if (wanted.related or row.role == PartyRole.OWNER)
            and (not wanted.types or row.type in wanted.types)
        }
        papers = []
        for serial in sorted(rows, reverse=True):
            if serial not in opened_before:
                opened_before[serial] = opened(self._connection, rows[serial])
            papers.append(opened_before[serial])
        return papers

    def _find(self, numbers: Collection[str]) -> None:
        """Remember the bearers of numbers that were not asked about before."""
        vault = vault_of(self._connection)
        fresh = {number: number_reference(vault, number) for number in numbers if number not in self._bearers}
        groups = groups_of_bearers(self._connection, filter(None, fresh.values()))
        records = {record for group in groups.values() for record in group.members}
        rows = _NUMBERS.rows(self._connection, "values", records)
        by_record: dict[str, list[tuple[str, str]]] = {}
        for row in rows:
            known = (row.number_ref, vault.unseal(row.number, place=number_place(row.number_ref)))
            by_record.setdefault(row.owner_id, []).append(known)
        for number, reference in fresh.items():
            group = groups.get(reference)
            theirs = [
                known for record in (group.members if group else ()) for known in by_record.get(record, ())
            ]
            self._bearers[number] = _Bearer(
                # A number itself, whether or not the store has a record of it.
                references=frozenset([each for each, _ in theirs] + ([reference] if reference else [])),
                numbers=frozenset(each for _, each in theirs),
                group=group,
            )

    def _proposed(self, found: Mapping[str, _Bearer]) -> Mapping[str, Mapping[str, ProposedNumber]]:
        records = {record for bearer in found.values() if bearer.group for record in bearer.group.members}
        found_rows = _PROPOSALS.rows(self._connection, "values", records)
        rows = sorted(dict.fromkeys(found_rows), key=lambda row: row.serial)
        told: dict[str, dict[str, ProposedNumber]] = {}
        if not rows:
            return told
        for number, bearer in found.items():
            members: frozenset[OwnerId] = bearer.group.members if bearer.group else frozenset()
            theirs = [row for row in rows if {row.left_owner, row.right_owner} & members]
            for proposal in open_proposals(self._connection, theirs):
                other = proposal.right if set(proposal.left.members) & members else proposal.left
                why = ProposedNumber(proposal.id, proposal.reasons)
                told.setdefault(number, {}).update({known.number: why for known in other.numbers})
        return told

"""Owners: everything the store knows about one person or organisation, and which records may be one person.

Every identity number has a record of its own. That two records are one person is a link between them, made by
a person or by a paper that states both numbers, and never a change of the records: taking the link away gives
back what was before. What speaks for and against a link stands in ``dossier/proposals.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from dossier.ids import DocumentId, LinkId, OwnerId
from dossier.persons import NumberKind, PersonalId
from dossier.said import Said


class OwnerKind(StrEnum):
    """What an owner is."""

    PERSON = "person"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerNumber:
    """A number of an owner.

    Attributes:
        number: normalised.
        kind: 12 digits, 9 digits, passport or tax code.
        since: when the store first learned it, nothing when that was not kept.
        document: the paper that said it first.
    """

    number: str
    kind: NumberKind
    since: datetime | None = None
    document: DocumentId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """One person or organisation, as one record or as several that are linked.

    Attributes:
        id: of the oldest of its records.
        kind: person or organisation.
        members: all its records, the oldest first.
        numbers: one for each record, in the same order.
        said: what papers say about it, without repetition.
    """

    id: OwnerId
    kind: OwnerKind
    members: tuple[OwnerId, ...]
    numbers: tuple[OwnerNumber, ...]
    said: tuple[Said, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every way the papers write the name."""
        return _different(said.name for said in self.said)

    @property
    def births(self) -> tuple[str, ...]:
        """Birth dates or years the papers print."""
        return _different(said.birth for said in self.said)

    @property
    def personal_ids(self) -> tuple[PersonalId, ...]:
        """Its 12-digit numbers: one, unless something is wrong."""
        return tuple(
            PersonalId(number.number) for number in self.numbers if number.kind is NumberKind.PERSONAL_ID
        )


class LinkAction(StrEnum):
    """What an entry about two records says."""

    STATED = "stated"
    """A paper gives both numbers to one person, but a person has to decide."""
    LINK = "link"
    """They are one."""
    UNLINK = "unlink"
    """An earlier link counts no longer."""
    REFUSE = "refuse"
    """A person says that they are two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerLink:
    """One entry of the history of links, which only grows.

    Attributes:
        id: of the entry.
        order: place in the history, from 1.
        action: what it says.
        left, right: the two records.
        at, actor: when and by whom; a paper's own statement is entered by whoever filed it.
        because: what spoke for it: reason codes, and ``paper:`` with the id of a document.
        document: the paper it rests on, if it rests on one.
        undoes: the link an ``UNLINK`` takes away.
    """

    id: LinkId
    order: int
    action: LinkAction
    left: OwnerId
    right: OwnerId
    at: datetime
    actor: str
    because: tuple[str, ...] = ()
    document: DocumentId | None = None
    undoes: LinkId | None = None


def paper_token(paper: DocumentId) -> str:
    """How the history names a paper that speaks for a link."""
    return f"paper:{paper}"


def joined(owners: Sequence[Owner]) -> Owner:
    """Several records as the one owner they are.

    Args:
        owners: at least one, the oldest first.
    """
    return replace(
        owners[0],
        members=tuple(member for owner in owners for member in owner.members),
        numbers=tuple(number for owner in owners for number in owner.numbers),
        said=tuple(dict.fromkeys(said for owner in owners for said in owner.said)),
    )


def active(history: Iterable[OwnerLink]) -> tuple[OwnerLink, ...]:
    """The links that count now, in the order they were made."""
    entries = tuple(history)
    undone = {entry.undoes for entry in entries if entry.action is LinkAction.UNLINK}
    links = (entry for entry in entries if entry.action is LinkAction.LINK and entry.id not in undone)
    return tuple(sorted(links, key=lambda entry: entry.order))


def members(start: OwnerId, history: Iterable[OwnerLink]) -> frozenset[OwnerId]:
    """The records that are one with ``start``, itself among them."""
    links = active(history)
    found, frontier = {start}, {start}
    while frontier:
        beside = {
            end for link in links for end in (link.left, link.right) if {link.left, link.right} & frontier
        }
        frontier = beside - found
        found |= frontier
    return frozenset(found)


def later_links(link: OwnerLink, history: Iterable[OwnerLink]) -> tuple[OwnerLink, ...]:
    """Links of the same owner made after this one, the newest first: they have to be undone before it.

    They were judged by what the records said together, so they are not left standing on half of it. Undone
    from the newest on, each step gives back exactly what was before the link was made.
    """
    entries = tuple(history)
    group = members(link.left, entries)
    return tuple(
        found for found in reversed(active(entries)) if found.order > link.order and found.left in group
    )


def kind_of(number: NumberKind) -> OwnerKind:
    """What the bearer of such a number is."""
    organisations = (NumberKind.TAX_CODE, NumberKind.STORE_ORGANISATION)
    return OwnerKind.ORGANISATION if number in organisations else OwnerKind.PERSON


def _different(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))

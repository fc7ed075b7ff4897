"""Owners who have no number of the state: a new-born, an organisation before its tax code is given.

The store gives them a number of its own (``persons.new_store_number``), which stands wherever an identity
number stands: it is handed in with papers, asked about, named in requests. What it rests on is kept with it:
name, birth, and the paper that was shown. A name and a birth never make two records one owner; once a number
of the state is known, a person links the two records, and may undo it (``dossier.owners``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from dossier.access import Access
from dossier.documents import Document
from dossier.ids import OwnerId
from dossier.owners import OwnerKind, OwnerLink

LONGEST_NAME: Final = 300
LONGEST_PAPER_NUMBER: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Unnumbered:
    """What is told of an owner who has no number.

    Attributes:
        kind: person or organisation.
        name: full name, or the organisation's.
        birth: ISO date; empty for an organisation.
        paper_type: of the paper that was shown, from the vocabulary.
        paper_number: what that paper prints as its number.
        dossier: code of the dossier it was told for, may be empty.
    """

    kind: OwnerKind
    name: str = field(repr=False)
    birth: str = field(repr=False)
    paper_type: str
    paper_number: str = field(repr=False)
    dossier: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """An owner who got a number of the store: the record, the number, and whether it was made just now."""

    owner: OwnerId
    number: str = field(repr=False)
    is_new: bool


class Newcomers(Protocol):
    """Owners without a number of the state, of one store."""

    def add(self, told: Unnumbered, *, number: str, access: Access, at: datetime) -> Newcomer:
        """Keep an owner under a new number; telling the same again gives the one that it got before."""

    def link(self, number: str, other: str, *, paper: Document, access: Access, at: datetime) -> OwnerLink:
        """Say that an owner is the bearer of a number of the state, on the ground of a filed paper.

        Linked already, it gives the link and enters nothing.

        Raises:
            OwnerMissingError: the store has no record of one of the two.
            OwnerConflictError: the paper does not bear that number, the names differ, or something rules it
                out.
        """

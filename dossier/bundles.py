"""Bundles in words: what a desk that worked by itself brings to its centre, and what both know of it.

A desk always works on a store of its own. A bundle holds what became different there since the last one that
the centre acknowledged; the centre folds it into its own records (``dossier.merging``). Papers go one way:
the centre sends nothing back but the receipt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from dossier.ids import Sha256

FORMAT: Final = 1
"""The newest format of bundles that this program reads and the one it writes."""

MOST_DESKS: Final = 999
"""Parts of the running numbers that a centre can give."""

_PART: Final = 1_000
_LARGE_PART: Final = 1_000_000


class QuestionKind(StrEnum):
    """What two stores may say differently."""

    DOCUMENT = "document"
    """Two desks read or corrected one paper differently; it waits in the review."""
    DESTROYED = "destroyed"
    """A desk destroyed its copy by a decision; the centre keeps its own until it decides itself."""
    DOSSIER = "dossier"
    """Two desks registered one dossier with other persons or another procedure."""
    OWNER = "owner"
    """One desk linked two owners, another one said that they are two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A desk as its centre knows it.

    Attributes:
        id: 32 hexadecimal digits that follow from its keys.
        part: its part of the running numbers of result codes, from 1.
        name: of the desk, never of a person.
        signing_key, receiving_key: public keys in base64.
        enrolled_at, retired_at: aware; bundles made by a retired desk are refused.
    """

    id: str
    part: int
    name: str
    signing_key: str
    receiving_key: str
    enrolled_at: datetime
    retired_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """The centre as a desk knows it: its public keys in base64, and what it gave the desk."""

    id: str
    name: str
    signing_key: str
    receiving_key: str
    desk: str
    part: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A bundle as its desk remembers it.

    Attributes:
        number: from 1; a number is never used again, also when making the bundle failed.
        base: the acknowledged bundle it continues, 0 when it holds everything.
        manifest: SHA-256 of its manifest; empty while it is not finished.
        entries: last entry of the journal that it holds.
        made_at, acknowledged_at: aware.
    """

    number: int
    base: int
    manifest: str
    entries: int
    made_at: datetime
    acknowledged_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A bundle as its centre remembers it; not imported while ``imported_at`` is nothing."""

    desk: str
    number: int
    base: int
    manifest: str
    entries: int
    begun_at: datetime
    imported_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something a person must settle after a merge.

    Attributes:
        kind: what it is about.
        subject: id of the paper or the entry about owners, or the dossier code.
        differs: names of fields and codes of what differs, never values.
    """

    kind: QuestionKind
    subject: str
    differs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A part of a bundle: its name, and size and SHA-256 of its enciphered bytes."""

    name: str
    size: int
    sha256: Sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainPart:
    """A piece of a desk's journal.

    Attributes:
        after: number of the entry before the first one, 0 for a journal from its beginning.
        after_hash: of that entry.
        entries: number of the last one.
        head: its hash.
    """

    after: int
    after_hash: str
    entries: int
    head: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleManifest:
    """What a desk signs.

    Attributes:
        format: of the bundle.
        schema: of the desk's store.
        desk, centre: ids.
        number, base, base_manifest: see ``Export``; the last is empty for a bundle that holds everything.
        made_at: aware, by the desk's clock.
        demo: the desk signs papers with demonstration keys.
        key: the key of the bundle, sealed for the centre; base64.
        journal: the piece of the desk's journal.
        counts: records of each kind.
        members: all parts but the manifest and its signature.
    """

    format: int
    schema: str
    desk: str
    centre: str
    number: int
    base: int
    base_manifest: str
    made_at: datetime
    demo: bool
    key: str = field(repr=False)
    journal: ChainPart
    counts: Mapping[str, int]
    members: tuple[Member, ...]


def order_in_part(order: int, part: int) -> int:
    """The running number of a result code within a desk's part of them; part 0 is a store without a centre.

    The numbers of desk 7 are 7001 to 7999, and from the thousandth on 7001000 and up: no two desks and no
    desk and its centre ever give one code to two papers, whichever of them is away.

    Args:
        order: 1 and up, counted by the desk for what the code begins with.
        part: 0, or 1 to 999.
    """
    if not part:
        return order
    return part * _PART + order if order < _PART else part * _LARGE_PART + order


def code_in_part(code: str, part: int) -> str:
    """A code given before the desk had its part, as the centre keeps it: the same for whoever asks.

    Codes that were given within a part stay as they are.
    """
    prefix, _, order = code.rpartition(".")
    if not order.isdigit() or not 0 < int(order) < _PART:
        return code
    return f"{prefix}.{order_in_part(int(order), part):02d}"

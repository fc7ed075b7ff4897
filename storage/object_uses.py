"""From a hash to the papers: what an object is to the records, whichever of its two names is given.

Places, and therefore fixity, repair and the entries ``object.*`` of the journal, know enciphered bytes by
their own hash; records name the plain ones. Both lead here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, select

from dossier.ids import DocumentId, Sha256
from storage import object_keys
from storage.named import which_destroyed
from storage.schema import document_objects, documents, items, keyless_objects, steps

_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Use(StrEnum):
    """What an object is to the records."""

    SIGNED = "signed"
    """The file of a version of a paper."""
    ORIGINAL = "original"
    """A file as it was handed in."""
    STEP = "step"
    """The result of a step: what was read, a copy that was signed, a certificate of destruction, a seal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectUse:
    """What records know of an object.

    Attributes:
        plain: SHA-256 of the plain bytes, by which records name it.
        stored: SHA-256 of the enciphered bytes, under which places keep it; nothing when it is kept plain.
        uses: what it is to them; nothing: no record names it.
        documents: the papers it belongs to, in the order of capture.
        steps: names of the steps whose result it is.
        destroyed: a disposal took it.
    """

    plain: Sha256
    stored: Sha256 | None
    uses: tuple[Use, ...]
    documents: tuple[DocumentId, ...]
    steps: tuple[str, ...]
    destroyed: bool


def use_of(connection: Connection, sha256: Sha256) -> ObjectUse:
    """What an object is to the records.

    Args:
        connection: of an unlocked database.
        sha256: the name that records have for it, or the one that places have.
    """
    plain, stored = _both_names(connection, sha256)
    query = (
        select(documents.c.serial, documents.c.id)
        .join(document_objects, document_objects.c.document_serial == documents.c.serial)
        .where(document_objects.c.sha256 == plain)
    )
    signed = {row.serial: row.id for row in connection.execute(query)}
    handed_in = list(connection.execute(select(items.c.id).where(items.c.sha256 == plain)).scalars())
    keys = sorted(connection.execute(select(steps.c.key).where(steps.c.sha256 == plain)).scalars())
    of_steps = {found for key in keys for found in _ID.findall(key)}
    papers = signed | _papers(connection, {*handed_in, *of_steps})
    present = {Use.SIGNED: signed, Use.ORIGINAL: handed_in, Use.STEP: keys}
    return ObjectUse(
        plain=plain,
        stored=stored,
        uses=tuple(use for use, found in present.items() if found),
        documents=tuple(DocumentId(papers[serial]) for serial in sorted(papers)),
        steps=tuple(keys),
        destroyed=bool(which_destroyed(connection, [plain])),
    )


def _both_names(connection: Connection, sha256: Sha256) -> tuple[Sha256, Sha256 | None]:
    by_stored = object_keys.of_stored(connection, [sha256])
    if by_stored:
        return by_stored[0].plain.sha256, sha256
    left = select(keyless_objects.c.sha256).where(keyless_objects.c.stored == sha256)
    plain = connection.execute(left).scalar()
    if plain is not None:
        return Sha256(plain), sha256
    key = object_keys.find_within(connection, sha256)
    return sha256, key.stored if key is not None else None


def _papers(connection: Connection, records: Iterable[str]) -> dict[int, str]:
    """Papers that are one of these records, or came in one of these files."""
    wanted = sorted(records)
    if not wanted:
        return {}
    query = select(documents.c.serial, documents.c.id).where(
        documents.c.id.in_(wanted) | documents.c.item_id.in_(wanted)
    )
    return {row.serial: row.id for row in connection.execute(query)}

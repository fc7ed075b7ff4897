"""What a package is built from: values only, put together by the caller."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dossier.ids import Sha256
from dossier.moments import VIETNAM
from rulebook.packages import Level, PackageKind

DATA: Final = "representations/rep1/data/"
REP_METS: Final = "representations/rep1/METS.xml"
REP_PREMIS: Final = "representations/rep1/metadata/preservation/PREMIS_rep1.xml"
REP_EAD: Final = "representations/rep1/metadata/descriptive/EAD_doc_"
METS: Final = "METS.xml"
EAD: Final = "metadata/descriptive/EAD.xml"
PREMIS: Final = "metadata/preservation/PREMIS.xml"
SCHEMAS: Final = "schemas/"
DOCUMENTATION: Final = "documentation/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """The archive or office that makes the package: name, and its identification code (may be empty)."""

    name: str
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageHead:
    """Everything about a package but its documents.

    Attributes:
        kind: SIP, AIP or DIP.
        uuid: derived, so that the same documents make the same package.
        level: what ``values`` describe.
        values: of the package's EAD, by the names that packages of this kind write.
        made_at: the one moment that stands in all its files.
        software, version: what makes it.
        organisation: who makes it.
        retention: code of ``maintenance``, for the rights of an AIP.
        source: OBJID of the package this one was made from, or empty.
    """

    kind: PackageKind
    uuid: uuid.UUID
    level: Level
    values: Mapping[str, str]
    made_at: datetime
    software: str
    version: str
    organisation: Organisation
    retention: str = ""
    source: str = ""

    @property
    def objid(self) -> str:
        """``mets/@OBJID`` (Annexes I, III and V)."""
        return objid(self.kind, self.uuid)

    @property
    def folder(self) -> str:
        """Name of the package's folder: the OBJID without colons."""
        return self.objid.replace(":", "_")

    @property
    def at(self) -> str:
        """``made_at`` as it is written."""
        return moment(self.made_at)

    def id(self, *names: str) -> str:
        """An XML id of this package, the same whenever it is asked for."""
        return f"uuid-{self.part(*names)}"

    def part(self, *names: str) -> str:
        """A UUID of a part of this package, in capitals as the annex prints them."""
        return str(uuid.uuid5(self.uuid, "\x1f".join(names))).upper()


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagedDocument:
    """One document as it goes into a package.

    Attributes:
        id: record id; opaque.
        stem: file name without ending; ASCII letters, digits, ``._-``, names nobody.
        item: record id of the file it came in.
        sha256, size: of its object, from the record.
        created: when it was filed.
        values: of its EAD_doc, by the names that packages of this kind write.
        signature: conclusion of the last verification, ``unsigned`` when it bears none.
        signature_at: when that was.
    """

    id: str
    stem: str
    item: str
    sha256: Sha256
    size: int
    created: datetime
    values: Mapping[str, str]
    signature: str
    signature_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreservationEvent:
    """Something that happened to an object, for PREMIS.

    Attributes:
        id: UUID.
        type: term of the Library of Congress event vocabulary.
        at: when.
        agent: opaque id of who did it.
        object: id of the object it happened to.
        detail: codes and counts; no personal data.
        outcome: ``success`` or ``failure``.
    """

    id: str
    type: str
    at: datetime
    agent: str
    object: str
    detail: str = ""
    outcome: str = "success"


def objid(kind: PackageKind, package: uuid.UUID) -> str:
    """OBJID of a package of the kind."""
    return f"urn:uuid:{package}" if kind is PackageKind.AIP else f"uuid-{str(package).upper()}"


def moment(at: datetime) -> str:
    """ISO 8601 with milliseconds and the offset of Vietnam, as the annexes print it."""
    return at.astimezone(VIETNAM).isoformat(timespec="milliseconds")

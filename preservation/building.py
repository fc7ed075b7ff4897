"""Builds a package: documents first, then what describes them, the table of contents last.

Every byte is hashed on its way; an object whose bytes are not those of its record stops the package. Memory
does not grow with the number of documents: what is needed again lies on spools that the caller gives.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import BinaryIO, Final

from dossier.errors import ObjectDamagedError
from dossier.ids import Sha256
from preservation import schemas
from preservation.ead import ead, ead_schema
from preservation.kept import KeptDocument, Part, Spool
from preservation.mets import write_mets, write_rep_mets
from preservation.model import (
    DATA,
    DOCUMENTATION,
    EAD,
    METS,
    PREMIS,
    REP_EAD,
    REP_METS,
    REP_PREMIS,
    SCHEMAS,
    PackagedDocument,
    PackageHead,
    PreservationEvent,
    moment,
)
from preservation.premis import write_premis, write_rep_premis
from preservation.writing.writer import PackageWriter
from rulebook.packages import FieldRule, Level, PackageKind, PackageProfile

OpenObject = Callable[[Sha256], BinaryIO]
NewSpool = Callable[[], BinaryIO]
"""Makes an empty file, readable and writable, that is gone when it is closed."""

_PIECE: Final = 1 << 20
_XML: Final = "application/xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the contents of a package come from.

    Attributes:
        documents: in the order of the package; read once.
        events: that happened to them and to the files they came in; read once, and only for an AIP.
        open_object: an object's bytes.
        new_spool: for what is needed again.
    """

    documents: Iterable[PackagedDocument]
    events: Iterable[PreservationEvent]
    open_object: OpenObject
    new_spool: NewSpool


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a package holds: documents, files, bytes of all files together."""

    documents: int
    files: int
    size: int


def build(head: PackageHead, source: Source, *, profile: PackageProfile, writer: PackageWriter) -> Built:
    """Write the whole package and end it.

    Raises:
        ObjectMissingError: of ``open_object``.
        ObjectDamagedError: an object has other bytes than its record says.
        OSError: of the writer or a spool.
    """
    return _Building(head, source, profile, writer).run()


class _Building:
    def __init__(
        self, head: PackageHead, source: Source, profile: PackageProfile, writer: PackageWriter
    ) -> None:
        self._head = head
        self._source = source
        self._profile = profile
        self._writer = writer
        self._files = 0
        self._size = 0

    def run(self) -> Built:
        with self._source.new_spool() as file:
            kept = Spool(file)
            for document in self._source.documents:
                kept.add(self._document(document))
            rep_premis = self._rep_premis(kept)
            representation = self._written(
                REP_METS,
                lambda target: write_rep_mets(
                    target, self._head, self._profile, documents=kept, premis=_within(rep_premis)
                ),
            )
            self._package(representation)
            self._writer.close()
            return Built(documents=kept.count, files=self._files, size=self._size)

    def _package(self, representation: Part) -> None:
        """What describes the package as a whole."""
        head, profile = self._head, self._profile
        rules = profile.rules(head.level, head.kind)
        described = self._bytes(EAD, ead(rules, head.values, kind=head.kind), mime=_XML)
        premis = None
        if head.kind is PackageKind.AIP:
            premis = self._written(
                PREMIS, lambda target: write_premis(target, head, profile, representation=representation)
            )
        parts = self._schemas()
        explanation = (files("preservation.schemas") / "explanation.vi.txt").read_bytes()
        documentation = [self._bytes(f"{DOCUMENTATION}doc-goi-tin.txt", explanation, mime="text/plain")]
        self._written(
            METS,
            lambda target: write_mets(
                target,
                head,
                profile,
                ead=described,
                premis=premis,
                schemas=parts,
                documentation=documentation,
                representation=representation,
            ),
        )

    def _document(self, document: PackagedDocument) -> KeptDocument:
        kind = self._head.kind
        rules = self._profile.rules(Level.DOCUMENT, kind)
        described = self._bytes(
            f"{REP_EAD}{document.stem}.xml", ead(rules, document.values, kind=kind), mime=_XML
        )
        with self._source.open_object(document.sha256) as stream:
            self._add(f"{DATA}{document.stem}.pdf", document.size, _proven(stream, document))
        return KeptDocument(
            id=document.id,
            stem=document.stem,
            item=document.item,
            sha256=document.sha256,
            size=document.size,
            created=moment(document.created),
            signature=document.signature,
            signature_at=moment(document.signature_at) if document.signature_at else "",
            ead_sha256=described.sha256,
            ead_size=described.size,
        )

    def _rep_premis(self, kept: Spool) -> Part | None:
        if self._head.kind is not PackageKind.AIP:
            return None
        return self._written(
            REP_PREMIS,
            lambda target: write_rep_premis(target, self._head, kept, again=kept, events=self._source.events),
        )

    def _schemas(self) -> list[Part]:
        made = {
            "ead.xsd": ead_schema(
                self._rules(self._head.level), kind=self._head.kind, version=self._profile.version
            ),
            "ead_doc.xsd": ead_schema(
                self._rules(Level.DOCUMENT), kind=self._head.kind, version=self._profile.version
            ),
        }
        made |= {name: schemas.schema(name) for name in schemas.NAMES}
        return [self._bytes(f"{SCHEMAS}{name}", made[name], mime=_XML) for name in sorted(made)]

    def _rules(self, level: Level) -> tuple[FieldRule, ...]:
        return self._profile.rules(level, self._head.kind)

    def _written(self, path: str, write: Callable[[BinaryIO], None]) -> Part:
        """A file whose size is known only when it is written: by way of a spool."""
        with self._source.new_spool() as spool:
            write(spool)
            size = spool.tell()
            spool.seek(0)
            digest = hashlib.sha256()
            self._add(path, size, _hashed(spool, digest.update))
        return Part(path=path, sha256=digest.hexdigest(), size=size, mime=_XML)

    def _bytes(self, path: str, content: bytes, *, mime: str) -> Part:
        self._add(path, len(content), [content])
        return Part(path=path, sha256=hashlib.sha256(content).hexdigest(), size=len(content), mime=mime)

    def _add(self, path: str, size: int, pieces: Iterable[bytes]) -> None:
        self._writer.add(path, size, pieces)
        self._files += 1
        self._size += size


def _within(part: Part | None) -> Part | None:
    """The part with its path as the METS of the representation names it."""
    if part is None:
        return None
    path = part.path.removeprefix("representations/rep1/")
    return Part(path=path, sha256=part.sha256, size=part.size, mime=part.mime)


def _hashed(stream: BinaryIO, update: Callable[[bytes], None]) -> Iterator[bytes]:
    while piece := stream.read(_PIECE):
        update(piece)
        yield piece


def _proven(stream: BinaryIO, document: PackagedDocument) -> Iterator[bytes]:
    """The bytes of an object; at their end, and before more than the record says, they are what it says.

    Raises:
        ObjectDamagedError.
    """
    digest = hashlib.sha256()
    seen = 0
    for piece in _hashed(stream, digest.update):
        seen += len(piece)
        if seen > document.size:
            raise ObjectDamagedError(document.sha256)
        yield piece
    if seen != document.size or digest.hexdigest() != document.sha256:
        raise ObjectDamagedError(document.sha256)

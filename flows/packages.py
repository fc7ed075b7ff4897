"""Makes archive packages of what is held (Circular 05/2025/TT-BNV Articles 8, 17, 28, 42). No Prefect.

Records are looked over once before the first byte is written, so that everything that is missing is told at
once; then documents go one at a time from the store into the package. The journal learns of the package when
it is whole and before it gets its name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Final

from dossier.access import Access
from dossier.documents import Document
from dossier.errors import ObjectMissingError, RecordMissingError
from dossier.events import Event, EventKind
from dossier.ids import DocumentId, package_id
from flows.lookup import journal_shown
from flows.package_events import events_of, made_entries, submitted_as
from flows.package_selection import Selection, filed
from flows.package_target import Form, Target, open_target
from flows.package_values import ARCHIVE_CODE, ARCHIVE_NAME, Describer, Given, Totals, refuse
from preservation.building import Built, Source, build
from preservation.model import Organisation, PackagedDocument, PackageHead
from rulebook.packages import Level, PackageKind
from wiring.services import Services

_SOFTWARE: Final = "Một Lần"
_MOST_TROUBLES: Final = 50
_PAGE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageOrder:
    """What somebody asks for.

    Attributes:
        kind: SIP, AIP or DIP.
        selection: of documents.
        given: values the records do not have.
        output: file or folder to make, or a folder to put it into.
        form: ZIP, TAR or folder.
    """

    kind: PackageKind
    selection: Selection
    given: Given
    output: Path
    form: Form = Form.ZIP


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageMade:
    """A package that stands in its place.

    Attributes:
        path: the place.
        objid: ``mets/@OBJID``.
        kind: SIP, AIP or DIP.
        sha256: of the file; of a folder's METS.xml.
        built: counts.
    """

    path: Path
    objid: str
    kind: PackageKind
    sha256: str
    built: Built

    def as_json(self) -> dict[str, str | int]:
        """As ``motlan package make --json`` prints it."""
        return {
            "package": self.objid,
            "kind": self.kind.value,
            "path": str(self.path),
            "sha256": self.sha256,
            "documents": self.built.documents,
            "files": self.built.files,
            "size": self.built.size,
        }


def make_package(services: Services, order: PackageOrder, *, access: Access) -> PackageMade:
    """Make one package.

    Raises:
        PackageWaitingError: a document still waits for a person.
        PackageFieldsError: metadata that the law demands are missing or cannot be used.
        ObjectMissingError, ObjectDamagedError: an object is not there, or not what its record says.
        ArgumentError, OutputError, StoreFullError, StoreReadOnlyError: the place cannot take it.
    """
    return _Making(services, order, access).run()


def made_packages(services: Services) -> Iterator[dict[str, str | int]]:
    """Packages the journal knows of, the oldest first, as ``motlan package list --json`` prints them."""
    for entry in made_entries(services.store.records):
        yield {"number": entry.number, "at": entry.event.at.isoformat(), **entry.event.details}


class _Making:
    def __init__(self, services: Services, order: PackageOrder, access: Access) -> None:
        self._services = services
        self._order = order
        self._access = access
        self._records = services.store.records
        self._profile = services.package_profile
        self._versions: list[tuple[DocumentId, int]] = []
        self._describer = Describer(
            self._profile,
            services.papers,
            services.procedures,
            kind=order.kind,
            selection=order.selection,
            given=order.given,
        )

    def run(self) -> PackageMade:
        totals, subjects = self._look_over()
        values = self._describer.package(totals)
        self._ask(values)
        head = self._head(totals, values)
        with open_target(self._order.output, form=self._order.form, name=head.folder) as target:
            source = Source(
                documents=self._documents(values),
                events=events_of(self._records, subjects),
                open_object=self._services.store.blobs.open,
                new_spool=target.new_spool,
            )
            with target.writer(head) as writer:
                built = build(head, source, profile=self._profile, writer=writer)
            made = PackageMade(
                path=target.place, objid=head.objid, kind=head.kind, sha256=target.digest(), built=built
            )
            self._publish(target, made)
        return made

    def _look_over(self) -> tuple[Totals, frozenset[str]]:
        """Totals, and whose events belong to the package. From here on versions are fixed."""
        totals = Totals()
        subjects: set[str] = set()
        for document in filed(self._records, self._order.selection):
            totals.add(document)
            self._versions.append((document.id, document.version))
            subjects |= {document.id, document.item}
            if document.object_sha256 and not self._services.store.blobs.contains(document.object_sha256):
                raise ObjectMissingError(document.object_sha256)
        return totals, frozenset(subjects)

    def _again(self) -> Iterator[Document]:
        """The same versions as were looked over, whatever was corrected meanwhile."""
        for document, number in self._versions:
            yield self._records.document(document, version=number)

    @property
    def _contents(self) -> tuple[str, ...]:
        return tuple(f"{document}/{number}" for document, number in self._versions)

    def _ask(self, values: dict[str, str]) -> None:
        """Tell what is missing, of the package and of its documents, before anything is written."""
        describer = self._describer
        found = [*describer.codes_missing(), *describer.troubles(describer.level, values)]
        for order, document in enumerate(self._again(), start=1):
            described = describer.document(document, order, package=values)
            found += [
                f"tài liệu {document.id}: {trouble}"
                for trouble in describer.troubles(Level.DOCUMENT, described)
                if trouble not in found
            ]
            if len(found) > _MOST_TROUBLES:
                break
        refuse(self._order.selection, found)

    def _head(self, totals: Totals, values: dict[str, str]) -> PackageHead:
        given = self._order.given.values
        kind = self._order.kind
        described = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
        return PackageHead(
            kind=kind,
            uuid=package_id(self._records.namespace, kind.value, (described, *self._contents)),
            level=self._describer.level,
            values=values,
            made_at=self._services.clock(),
            software=_SOFTWARE,
            version=version("motlan"),
            organisation=Organisation(
                name=given.get(ARCHIVE_NAME, self._services.settings.actor), code=given.get(ARCHIVE_CODE, "")
            ),
            retention=self._describer.retention(totals),
            source=submitted_as(self._records, _digest(self._contents)) if kind is PackageKind.AIP else "",
        )

    def _documents(self, values: dict[str, str]) -> Iterator[PackagedDocument]:
        for order, document in enumerate(self._again(), start=1):
            if document.object_sha256 is None or document.filed_at is None:
                raise RecordMissingError(document.id)
            yield PackagedDocument(
                id=document.id,
                stem=self._describer.stem(order),
                item=document.item,
                sha256=document.object_sha256,
                size=document.object_size,
                created=document.filed_at,
                values=self._describer.document(document, order, package=values),
                signature=document.signature.value,
                signature_at=document.signature_checked_at,
            )

    def _publish(self, target: Target, made: PackageMade) -> None:
        """The journal first: a package that somebody has is never one the journal does not know."""
        documents = self._again()
        while page := list[Document](islice(documents, _PAGE)):
            journal_shown(self._services, page, access=self._access)
        self._records.record(
            Event(
                kind=EventKind.PACKAGE_MADE,
                at=self._services.clock(),
                actor=self._access.actor,
                dossier=self._order.selection.dossier or self._access.dossier,
                purpose=self._access.purpose,
                details={
                    "kind": made.kind.value,
                    "objid": made.objid,
                    "form": self._order.form.value,
                    "documents": made.built.documents,
                    "files": made.built.files,
                    "size": made.built.size,
                    "sha256": made.sha256,
                    "contents": _digest(self._contents),
                },
            )
        )
        target.publish()


def _digest(contents: tuple[str, ...]) -> str:
    """One text for which documents in which versions, in which order."""
    return hashlib.sha256("\n".join(contents).encode()).hexdigest()

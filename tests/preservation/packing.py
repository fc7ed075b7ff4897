"""Invented packages: built by call, and changed in one named way for the checker."""

from __future__ import annotations

import hashlib
import io
import tempfile
import uuid
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast

from lxml import etree

from dossier.errors import ObjectMissingError
from dossier.ids import Sha256
from dossier.moments import VIETNAM
from preservation.building import Built, Source, build
from preservation.checking.checker import check_package
from preservation.checking.report import PackageReport
from preservation.model import REP_METS, Organisation, PackagedDocument, PackageHead, PreservationEvent
from preservation.writing.writer import PackageWriter
from preservation.writing.zip64 import ZipWriter
from rulebook.packages import Level, PackageKind, load_profile

AT = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
PROFILE = load_profile()
UUID = uuid.UUID("12345678-1234-5678-9234-567812345678")
CODE = "H26.5.12-261102-0001"
REP = "representations/rep1/"
HREF = "{http://www.w3.org/1999/xlink}href"

_COMMON = {"mode": "02", "language": "01", "maintenance": "05", "confidenceLevel": "02", "riskRecovery": "0"}
_PACKAGE = {
    "title": "Hồ sơ MẪU",
    "startDate": "02/11/2026",
    "endDate": "02/11/2026",
    "numberOfPage": "3",
    "paperFileCode": "K1.2.3",
}
_REQUEST = {
    "requestID": "YC-01",
    "requestDate": "02/11/2026",
    "purpose": "01",
    "purposeContent": "Tra cứu MẪU",
    "feeObjectType": "10",
}


def bytes_of(order: int) -> bytes:
    return f"%PDF-1.7 MẪU {order}\n".encode() * 50


def document(order: int, kind: PackageKind = PackageKind.AIP, **values: str) -> PackagedDocument:
    content = bytes_of(order)
    code = f"{CODE}.{order:07d}"
    own = str(uuid.uuid5(UUID, f"document {order}"))
    return PackagedDocument(
        id=own,
        stem=code,
        item=str(uuid.uuid5(UUID, "item")),
        sha256=Sha256(hashlib.sha256(content).hexdigest()),
        size=len(content),
        created=AT,
        values={
            **_COMMON,
            "docId": own.replace("-", "")[:25],
            ("docCode" if kind is PackageKind.SIP else "arcDocCode"): code,
            "typeName": "32",
            "subject": "Giấy tờ MẪU",
            "numberOfPage": "1",
            **values,
        },
        signature="passed",
        signature_at=AT,
    )


def head(kind: PackageKind = PackageKind.AIP, *, count: int = 3, **values: str) -> PackageHead:
    name = "fileCode" if kind is PackageKind.SIP else "arcFileCode"
    described = {**_COMMON, **_PACKAGE, name: CODE, "totalDoc": str(count)}
    return PackageHead(
        kind=kind,
        uuid=UUID,
        level=Level.REQUEST if kind is PackageKind.DIP else Level.DOSSIER,
        values=(_REQUEST if kind is PackageKind.DIP else described) | values,
        made_at=AT,
        software="Một Lần",
        version="0.1.0",
        organisation=Organisation(name="Lưu trữ MẪU", code="LT.H26"),
        retention="05",
    )


def event(order: int, kind: str = "ingestion") -> PreservationEvent:
    return PreservationEvent(
        id=str(uuid.uuid5(UUID, f"event {order}")),
        type=kind,
        at=AT,
        agent="9b1deb4d-0000-5000-8000-000000000001",
        object=str(uuid.uuid5(UUID, "item")),
    )


def spool() -> BinaryIO:
    return cast("BinaryIO", tempfile.TemporaryFile())


def opener(held: Mapping[str, bytes]) -> Callable[[Sha256], BinaryIO]:
    def open_object(sha256: Sha256) -> BinaryIO:
        if sha256 not in held:
            raise ObjectMissingError(sha256)
        return io.BytesIO(held[sha256])

    return open_object


def write(
    writer: PackageWriter,
    about: PackageHead,
    documents: Sequence[PackagedDocument],
    *,
    events: Iterable[PreservationEvent] = (),
    held: Mapping[str, bytes] | None = None,
) -> Built:
    own: dict[str, bytes] = {found.sha256: bytes_of(order) for order, found in enumerate(documents, start=1)}
    source = Source(
        documents=iter(documents),
        events=events,
        open_object=opener(own if held is None else held),
        new_spool=spool,
    )
    return build(about, source, profile=PROFILE, writer=writer)


def make_zip(
    folder: Path,
    about: PackageHead | None = None,
    documents: Sequence[PackagedDocument] | None = None,
    events: Iterable[PreservationEvent] | None = None,
) -> Path:
    """A whole package of three documents as ZIP."""
    about = about or head()
    papers = documents or [document(order, about.kind) for order in (1, 2, 3)]
    place = folder / f"{about.folder}.zip"
    with place.open("w+b") as target, spool() as directory:
        writer = ZipWriter(target, directory=directory, prefix=about.folder, at=AT.astimezone(VIETNAM))
        write(writer, about, papers, events=[event(1)] if events is None else events)
    return place


def contents(package: Path) -> dict[str, bytes]:
    """Files of a ZIP by path inside the package, in order."""
    with zipfile.ZipFile(package) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def packed(files: Mapping[str, bytes], place: Path, *, root: str = "") -> Path:
    """The files as a ZIP again."""
    with zipfile.ZipFile(place, "w") as archive:
        for path, content in files.items():
            archive.writestr(f"{root or head().folder}/{path}", content)
    return place


def agreeing(files: Mapping[str, bytes], *changed: str) -> dict[str, bytes]:
    """METS files that give size and digest of changed files again: only the change itself is then wrong."""
    found = dict(files)
    inner = [path for path in changed if path.startswith(REP) and path != REP_METS]
    if inner or REP_METS in changed:
        found[REP_METS] = _told(found, REP_METS, {path.removeprefix(REP): path for path in inner})
    outer = {path: path for path in changed if path not in inner}
    found["METS.xml"] = _told(found, "METS.xml", outer | {REP_METS: REP_METS})
    return found


def _told(files: Mapping[str, bytes], mets: str, paths: Mapping[str, str]) -> bytes:
    root = etree.fromstring(files[mets])
    for element in root.iter("{*}mdRef", "{*}FLocat"):
        path = paths.get(element.get(HREF, ""), "")
        if path in files:
            about = element if element.get("CHECKSUM") else element.getparent()
            about.set("SIZE", str(len(files[path])))
            about.set("CHECKSUM", hashlib.sha256(files[path]).hexdigest())
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def check(place: Path) -> PackageReport:
    return check_package(place, profile=PROFILE)


def codes(place: Path) -> set[str]:
    return {found.code for found in check(place).findings}

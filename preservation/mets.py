"""METS 1.12 by the E-ARK CSIP 2.0.4 profile, written as a stream: of a package, and of its representation.

IDs are derived from the package and what they stand for, so both passes over the documents write the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import BinaryIO, Final

from preservation.kept import KeptDocument, Part
from preservation.model import PackageHead
from preservation.xmlfiles import CSIP_NS, METS_NS, XLINK_NS, XSI_NS, XmlStream, xml_stream
from rulebook.packages import Level, PackageKind, PackageProfile

REPRESENTATION: Final = "Representations/rep1"
_NSMAP: Final[dict[str | None, str]] = {None: METS_NS, "xlink": XLINK_NS, "xsi": XSI_NS, "csip": CSIP_NS}
_DIVISION_TYPE: Final = {True: "NORMALIZED", False: "ORIGINAL"}


def write_rep_mets(
    target: BinaryIO,
    head: PackageHead,
    profile: PackageProfile,
    *,
    documents: Iterable[KeptDocument],
    premis: Part | None,
) -> None:
    """``representations/rep1/METS.xml``; paths are relative to that folder.

    Args:
        target: written in one pass.
        head: of the package.
        profile: for the address of the METS profile.
        documents: read three times.
        premis: of the representation, if it has one.
    """
    with _mets(
        target, head, objid="rep1", url=profile.urls["representation"], schemas="../../schemas"
    ) as xml:
        for document in documents:
            part = Part(
                path=_ead_path(document),
                sha256=document.ead_sha256,
                size=document.ead_size,
                mime="application/xml",
            )
            _descriptive(xml, head, part, id_=head.id("dmd", document.id))
        _administrative(xml, head, premis, where="rep1")
        with xml.element("fileSec", {"ID": head.id("fileSec", "rep1")}):
            group = {"ID": head.id("group", "rep1", "Data"), "USE": "Data"}
            with xml.element("fileGrp", {**group, f"{{{CSIP_NS}}}CONTENTINFORMATIONTYPE": "MIXED"}):
                for document in documents:
                    part = Part(
                        path=f"data/{document.stem}.pdf",
                        sha256=document.sha256,
                        size=document.size,
                        mime="application/pdf",
                    )
                    _file(xml, part, id_=_file_id(head, document), created=document.created)
        with _structure(xml, head, where="rep1", label="rep1", type_=_DIVISION_TYPE[premis is not None]):
            _metadata_division(xml, head, where="rep1", descriptive=None, premis=premis)
            with _division(xml, head, "Data", where="rep1"):
                xml.leaf("fptr", attributes={"FILEID": head.id("group", "rep1", "Data")})
            with _division(xml, head, "MetadataLink", where="rep1"):
                for document in documents:
                    _link(xml, head, document)


def write_mets(  # noqa: PLR0913 - a package has these parts
    target: BinaryIO,
    head: PackageHead,
    profile: PackageProfile,
    *,
    ead: Part,
    premis: Part | None,
    schemas: Sequence[Part],
    documentation: Sequence[Part],
    representation: Part,
) -> None:
    """``METS.xml`` of the package; paths are relative to its folder."""
    groups: tuple[tuple[str, Sequence[Part], dict[str, str]], ...] = (
        ("Documentation", documentation, {}),
        ("Schemas", schemas, {}),
        (REPRESENTATION, [representation], {f"{{{CSIP_NS}}}CONTENTINFORMATIONTYPE": "MIXED"}),
    )
    with _mets(target, head, objid=head.objid, url=profile.urls[head.kind.value], schemas="schemas") as xml:
        _descriptive(xml, head, ead, id_=head.id("dmd"))
        _administrative(xml, head, premis, where="package")
        with xml.element("fileSec", {"ID": head.id("fileSec", "package")}):
            for use, parts, more in groups:
                with xml.element("fileGrp", {"ID": head.id("group", "package", use), "USE": use, **more}):
                    for part in parts:
                        _file(xml, part, id_=f"ID-{head.part('file', part.path)}", created=head.at)
        with _structure(xml, head, where="package", label=head.objid):
            _metadata_division(xml, head, where="package", descriptive=head.id("dmd"), premis=premis)
            for use in ("Documentation", "Schemas"):
                with _division(xml, head, use, where="package"):
                    xml.leaf("fptr", attributes={"FILEID": head.id("group", "package", use)})
            with _division(xml, head, REPRESENTATION, where="package"):
                pointer = {
                    f"{{{XLINK_NS}}}href": representation.path,
                    f"{{{XLINK_NS}}}title": head.id("group", "package", REPRESENTATION),
                    f"{{{XLINK_NS}}}type": "simple",
                    "LOCTYPE": "URL",
                }
                xml.leaf("mptr", attributes=pointer)


@contextmanager
def _mets(target: BinaryIO, head: PackageHead, *, objid: str, url: str, schemas: str) -> Iterator[XmlStream]:
    root = {
        "OBJID": objid,
        "TYPE": "Collection" if head.level is Level.BUNDLE else "Mixed",
        "PROFILE": url,
        f"{{{CSIP_NS}}}CONTENTINFORMATIONTYPE": "MIXED",
        f"{{{XSI_NS}}}schemaLocation": (
            f"{METS_NS} {schemas}/mets1_12.xsd {XLINK_NS} {schemas}/xlink.xsd "
            f"{CSIP_NS} {schemas}/DILCISExtensionMETS.xsd"
        ),
    }
    with xml_stream(target, METS_NS) as xml, xml.element("mets", root, nsmap=_NSMAP):
        _header(xml, head)
        yield xml


def _header(xml: XmlStream, head: PackageHead) -> None:
    header = {
        "CREATEDATE": head.at,
        "LASTMODDATE": head.at,
        "RECORDSTATUS": "NEW",
        f"{{{CSIP_NS}}}OAISPACKAGETYPE": head.kind.value.upper(),
    }
    with xml.element("metsHdr", header):
        with xml.element("agent", {"ROLE": "CREATOR", "TYPE": "OTHER", "OTHERTYPE": "SOFTWARE"}):
            xml.leaf("name", head.software)
            xml.leaf("note", head.version, {f"{{{CSIP_NS}}}NOTETYPE": "SOFTWARE VERSION"})
        # Who hands over is the creator of a SIP; what is kept or given out has an archivist.
        role = "CREATOR" if head.kind is PackageKind.SIP else "ARCHIVIST"
        with xml.element("agent", {"ROLE": role, "TYPE": "ORGANIZATION"}):
            xml.leaf("name", head.organisation.name)
            if head.organisation.code:
                xml.leaf("note", head.organisation.code, {f"{{{CSIP_NS}}}NOTETYPE": "IDENTIFICATIONCODE"})


def _descriptive(xml: XmlStream, head: PackageHead, part: Part, *, id_: str) -> None:
    with xml.element("dmdSec", {"ID": id_, "CREATED": head.at, "STATUS": "CURRENT"}):
        _reference(xml, head, part, {"MDTYPE": "DC", "MDTYPEVERSION": "1.0.0"})


def _administrative(xml: XmlStream, head: PackageHead, premis: Part | None, *, where: str) -> None:
    """Empty, but there, when the package carries no preservation metadata."""
    with xml.element("amdSec", {"ID": head.id("amd", where)}):
        if premis is None:
            return
        about = {"ID": head.id("digiprov", where), "CREATED": head.at, "STATUS": "CURRENT"}
        with xml.element("digiprovMD", about):
            _reference(xml, head, premis, {"MDTYPE": "PREMIS", "MDTYPEVERSION": "3.0"})


def _reference(xml: XmlStream, head: PackageHead, part: Part, kind: Mapping[str, str]) -> None:
    where = {"LOCTYPE": "URL", f"{{{XLINK_NS}}}type": "simple", f"{{{XLINK_NS}}}href": part.path}
    xml.leaf("mdRef", attributes={**where, **kind, **_facts(part, created=head.at)})


def _file(xml: XmlStream, part: Part, *, id_: str, created: str) -> None:
    where = {"LOCTYPE": "URL", f"{{{XLINK_NS}}}type": "simple", f"{{{XLINK_NS}}}href": part.path}
    with xml.element("file", {"ID": id_, **_facts(part, created=created)}):
        xml.leaf("FLocat", attributes=where)


def _facts(part: Part, *, created: str) -> dict[str, str]:
    return {
        "MIMETYPE": part.mime,
        "SIZE": str(part.size),
        "CREATED": created,
        "CHECKSUM": part.sha256,
        "CHECKSUMTYPE": "SHA-256",
    }


@contextmanager
def _structure(
    xml: XmlStream, head: PackageHead, *, where: str, label: str, type_: str = ""
) -> Iterator[None]:
    about = {"ID": head.id("structure", where), "LABEL": "CSIP", "TYPE": "PHYSICAL"}
    root = {"ID": head.id("division", where), "LABEL": label} | ({"TYPE": type_} if type_ else {})
    with xml.element("structMap", about), xml.element("div", root):
        yield


@contextmanager
def _division(
    xml: XmlStream, head: PackageHead, label: str, *, where: str, more: Mapping[str, str] | None = None
) -> Iterator[None]:
    with xml.element("div", {"ID": head.id("division", where, label), "LABEL": label, **(more or {})}):
        yield


def _metadata_division(
    xml: XmlStream, head: PackageHead, *, where: str, descriptive: str | None, premis: Part | None
) -> None:
    more = {"DMDID": descriptive} if descriptive else {}
    if premis is not None:
        more["ADMID"] = head.id("digiprov", where)
    with _division(xml, head, "Metadata", where=where, more=more):
        pass


def _link(xml: XmlStream, head: PackageHead, document: KeptDocument) -> None:
    """Which metadata describe which file."""
    about = {
        "ID": head.id("link", document.id),
        "LABEL": "MetadataLink/File",
        "DMDID": head.id("dmd", document.id),
    }
    with xml.element("div", about):
        xml.leaf("fptr", attributes={"FILEID": _file_id(head, document)})


def _file_id(head: PackageHead, document: KeptDocument) -> str:
    return f"ID-{head.part('data', document.id)}"


def _ead_path(document: KeptDocument) -> str:
    return f"metadata/descriptive/EAD_doc_{document.stem}.xml"

"""Preservation metadata: PREMIS 3.0 of a package and of its representation, written as streams.

What is the same for every file (the check of its digest) is one event that every file points to; agents are
opaque ids. Terms of events are those of the Library of Congress vocabulary "eventType".
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import BinaryIO, Final

from preservation.kept import KeptDocument, Part
from preservation.model import REP_METS, PackageHead, PreservationEvent, moment
from preservation.xmlfiles import PREMIS_NS, XLINK_NS, XSI_NS, XmlStream, xml_stream
from rulebook.packages import PackageProfile

INGESTION: Final = "ingestion"
MIGRATION: Final = "migration"
FIXITY: Final = "fixity check"
VALIDATION: Final = "validation"
SIGNATURE: Final = "digital signature validation"
CREATION: Final = "information package creation"
CHANGE: Final = "metadata modification"
ACCESSION: Final = "accession"

EVENT_TYPES: Final = frozenset(
    {INGESTION, MIGRATION, FIXITY, VALIDATION, SIGNATURE, CREATION, CHANGE, ACCESSION}
)
"""Terms this program writes; the checker knows more."""

_NSMAP: Final[dict[str | None, str]] = {"premis": PREMIS_NS, "xlink": XLINK_NS, "xsi": XSI_NS}
_TYPE: Final = f"{{{XSI_NS}}}type"
_OUTCOMES: Final = {"passed": "success", "failed": "failure"}


def write_rep_premis(
    target: BinaryIO,
    head: PackageHead,
    documents: Iterable[KeptDocument],
    *,
    again: Iterable[KeptDocument],
    events: Iterable[PreservationEvent],
) -> None:
    """``PREMIS_rep1.xml``: every file with its digest, and what happened to it and to the file it came from.

    Args:
        target: written in one pass.
        head: of the package.
        documents: in the order of the package.
        again: the same once more.
        events: of these documents, in the order they happened.
    """
    fixity = head.part("event", FIXITY, "rep1")
    agents = {_software(head)}
    with xml_stream(target, PREMIS_NS) as xml, xml.element("premis", {"version": "3.0"}, nsmap=_NSMAP):
        _representation(xml, head)
        for document in documents:
            _file(xml, head, document, fixity=fixity)
        _event(xml, _own(head, fixity, FIXITY, head.part("rep1"), detail="SHA-256"), role="source")
        for document in again:
            if document.signature_at:
                _event(xml, _signature(head, document), role="source")
        for event in events:
            agents.add(event.agent)
            _event(xml, event, role="source")
        _agents(xml, head, agents)


def write_premis(
    target: BinaryIO, head: PackageHead, profile: PackageProfile, *, representation: Part
) -> None:
    """``PREMIS.xml``: the package, how it was made and checked, and under which law it is kept."""
    with xml_stream(target, PREMIS_NS) as xml, xml.element("premis", {"version": "3.0"}, nsmap=_NSMAP):
        with xml.element("object", {_TYPE: "premis:intellectualEntity"}):
            _identifier(xml, "objectIdentifier", "OBJID", head.objid)
            _relation(xml, "structural", "has part", "UUID", head.part("rep1"))
        with xml.element("object", {_TYPE: "premis:file"}):
            _identifier(xml, "objectIdentifier", "local", REP_METS)
            _characteristics(xml, representation.sha256, representation.size, name="METS", version="1.12")
        created = head.part("event", CREATION)
        _event(
            xml,
            _own(
                head,
                created,
                CREATION,
                head.objid,
                detail=f"{head.software} {head.version}; {profile.version}",
            ),
            role="outcome",
            kind="OBJID",
            source=head.source,
        )
        checked = _own(
            head,
            head.part("event", VALIDATION),
            VALIDATION,
            head.objid,
            detail=f"{profile.version}: EAD, EAD_doc",
        )
        _event(xml, checked, role="source", kind="OBJID")
        held = _own(head, head.part("event", FIXITY), FIXITY, REP_METS, detail="SHA-256")
        _event(xml, held, role="source", kind="local")
        _agents(xml, head, {_software(head)})
        _rights(xml, head, profile)


def _representation(xml: XmlStream, head: PackageHead) -> None:
    with xml.element("object", {_TYPE: "premis:representation"}):
        _identifier(xml, "objectIdentifier", "UUID", head.part("rep1"))
        _relation(xml, "structural", "is part of", "OBJID", head.objid)


def _file(xml: XmlStream, head: PackageHead, document: KeptDocument, *, fixity: str) -> None:
    with xml.element("object", {_TYPE: "premis:file"}):
        _identifier(xml, "objectIdentifier", "UUID", document.id)
        _characteristics(xml, document.sha256, document.size, name="PDF")
        with xml.element("storage"), xml.element("contentLocation"):
            xml.leaf("contentLocationType", "relative path")
            xml.leaf("contentLocationValue", f"data/{document.stem}.pdf")
        _relation(xml, "structural", "is included in", "UUID", head.part("rep1"))
        _relation(xml, "derivation", "has source", "UUID", document.item)
        with xml.element("linkingEventIdentifier"):
            xml.leaf("linkingEventIdentifierType", "UUID")
            xml.leaf("linkingEventIdentifierValue", fixity)


def _characteristics(xml: XmlStream, sha256: str, size: int, *, name: str, version: str = "") -> None:
    with xml.element("objectCharacteristics"):
        with xml.element("fixity"):
            xml.leaf("messageDigestAlgorithm", "SHA-256")
            xml.leaf("messageDigest", sha256)
        xml.leaf("size", str(size))
        with xml.element("format"), xml.element("formatDesignation"):
            xml.leaf("formatName", name)
            if version:
                xml.leaf("formatVersion", version)


def _relation(xml: XmlStream, kind: str, sub: str, id_type: str, value: str) -> None:
    with xml.element("relationship"):
        xml.leaf("relationshipType", kind)
        xml.leaf("relationshipSubType", sub)
        _identifier(xml, "relatedObjectIdentifier", id_type, value)


def _identifier(xml: XmlStream, name: str, kind: str, value: str) -> None:
    with xml.element(name):
        xml.leaf(f"{name}Type", kind)
        xml.leaf(f"{name}Value", value)


def _own(head: PackageHead, id_: str, type_: str, subject: str, *, detail: str) -> PreservationEvent:
    """An event of the making of this package."""
    return PreservationEvent(
        id=id_, type=type_, at=head.made_at, agent=_software(head), object=subject, detail=detail
    )


def _signature(head: PackageHead, document: KeptDocument) -> PreservationEvent:
    """The last verification of a document's signatures, as its record keeps it."""
    return PreservationEvent(
        id=head.part("event", SIGNATURE, document.id),
        type=SIGNATURE,
        at=datetime.fromisoformat(document.signature_at),
        agent=_software(head),
        object=document.id,
        detail=f"ETSI EN 319 102-1: {document.signature}",
        outcome=_OUTCOMES.get(document.signature, "partial success"),
    )


def _event(
    xml: XmlStream,
    event: PreservationEvent,
    *,
    role: str,
    kind: str = "UUID",
    source: str = "",
) -> None:
    with xml.element("event"):
        _identifier(xml, "eventIdentifier", "UUID", event.id)
        xml.leaf("eventType", event.type)
        xml.leaf("eventDateTime", moment(event.at))
        if event.detail:
            with xml.element("eventDetailInformation"):
                xml.leaf("eventDetail", event.detail)
        with xml.element("eventOutcomeInformation"):
            xml.leaf("eventOutcome", event.outcome)
        with xml.element("linkingAgentIdentifier"):
            xml.leaf("linkingAgentIdentifierType", "local")
            xml.leaf("linkingAgentIdentifierValue", event.agent)
            xml.leaf("linkingAgentRole", "implementer")
        if source:
            _linked(xml, "OBJID", source, "source")
        _linked(xml, kind, event.object, role)


def _linked(xml: XmlStream, kind: str, value: str, role: str) -> None:
    with xml.element("linkingObjectIdentifier"):
        xml.leaf("linkingObjectIdentifierType", kind)
        xml.leaf("linkingObjectIdentifierValue", value)
        xml.leaf("linkingObjectRole", role)


def _software(head: PackageHead) -> str:
    return f"{head.software} {head.version}"


def _agents(xml: XmlStream, head: PackageHead, agents: set[str]) -> None:
    for agent in sorted(agents):
        with xml.element("agent"):
            _identifier(xml, "agentIdentifier", "local", agent)
            xml.leaf("agentName", agent)
            if agent == _software(head):
                xml.leaf("agentType", "software")
                xml.leaf("agentVersion", head.version)


def _rights(xml: XmlStream, head: PackageHead, profile: PackageProfile) -> None:
    """Why the package is kept, for how long, and who may see it."""
    mode = head.values.get("mode", "")
    with xml.element("rights"), xml.element("rightsStatement"):
        _identifier(xml, "rightsStatementIdentifier", "UUID", head.part("rights"))
        xml.leaf("rightsBasis", "statute")
        with xml.element("statuteInformation"):
            xml.leaf("statuteJurisdiction", "vn")
            xml.leaf("statuteCitation", "Luật Lưu trữ 33/2024/QH15; Thông tư 05/2025/TT-BNV")
        with xml.element("rightsGranted"):
            xml.leaf("act", "disseminate" if mode == "01" else "preserve")
            for name, code in (("mode", mode), ("maintenance", head.retention)):
                words = profile.codes[name].get(code, "")
                if words:
                    xml.leaf("rightsGrantedNote", f"{name}={code} ({words})")
        _linked(xml, "OBJID", head.objid, "source")

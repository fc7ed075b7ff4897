"""PREMIS 3.0 of a package, read as a stream.

The schema of PREMIS does not come with this program: the parts that count are asked for one by one.

Objects have an identifier and files a SHA-256; events an identifier, a known type, a time with its offset and
an agent; agents a name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Final

from lxml import etree

from preservation.checking.report import Findings, Severity
from preservation.checking.xmlreading import XML_ERRORS, DoctypeError, elements
from preservation.xmlfiles import PREMIS_NS, XSI_NS

_NS: Final = {"p": PREMIS_NS}
_TYPE: Final = f"{{{XSI_NS}}}type"
_KINDS: Final = frozenset({"file", "representation", "intellectualEntity", "bitstream"})
EVENT_TYPES: Final = frozenset(
    {
        "accession", "appraisal", "capture", "compression", "creation", "deaccession", "decompression",
        "decryption", "deletion", "digital signature generation", "digital signature validation",
        "dissemination", "encryption", "execution", "exporting", "extraction", "filename change",
        "fixity check", "forensic feature analysis", "format identification", "imaging",
        "information package creation", "information package merging", "information package splitting",
        "ingestion", "ingestion end", "ingestion start", "message digest calculation", "metadata extraction",
        "metadata modification", "migration", "modification", "normalization", "packing",
        "policy assignment", "quarantine", "recovery", "redaction", "refreshment", "replication",
        "transcription", "transfer", "unpacking", "unquarantine", "validation", "virus check",
    }
)  # fmt: skip
"""Library of Congress vocabulary "eventType" [M]: an unknown term is a warning only."""


def tag(name: str) -> str:
    """A PREMIS element as the parser names it."""
    return f"{{{PREMIS_NS}}}{name}"


_KEPT: Final = frozenset({tag(name) for name in ("object", "event", "agent", "rights")})


@dataclass(slots=True)
class Premis:
    """What a PREMIS says: digests by place where it tells the place, all digests, types of events."""

    placed: dict[str, str] = field(default_factory=dict)
    digests: set[str] = field(default_factory=set)
    events: set[str] = field(default_factory=set)


def read_premis(stream: IO[bytes], path: str, findings: Findings) -> Premis:
    """Read one file; what is wrong is noted."""
    reading = _Reading(path, findings)
    try:
        for event, element in elements(stream, keep=_KEPT):
            if event == "start" and element.getparent() is None:
                reading.root(element)
            elif event == "end":
                reading.take(element)
    except DoctypeError:
        findings.add("xml.doctype", path)
    except XML_ERRORS as error:
        findings.add("xml.unreadable", path, f"dòng {error.lineno}")
    else:
        reading.end()
    return reading.premis


class _Reading:
    def __init__(self, path: str, findings: Findings) -> None:
        self.premis = Premis()
        self._path = path
        self._findings = findings
        self._agents: set[str] = set()
        self._named: set[str] = set()

    def root(self, element: etree._Element) -> None:
        if element.tag != tag("premis") or element.get("version") != "3.0":
            self._findings.add("premis.version", self._path)

    def take(self, element: etree._Element) -> None:
        parent = element.getparent()
        if parent is None or parent.tag != tag("premis"):
            return
        if element.tag == tag("object"):
            self._object(element)
        elif element.tag == tag("event"):
            self._event(element)
        elif element.tag == tag("agent"):
            self._agents.add(self._demanded(element, "agentIdentifier/p:agentIdentifierValue"))
            self._demanded(element, "agentName")

    def end(self) -> None:
        for agent in sorted(self._named - self._agents)[:20]:
            self._wrong("linkingAgentIdentifier", agent)

    def _object(self, element: etree._Element) -> None:
        self._demanded(element, "objectIdentifier/p:objectIdentifierType")
        name = self._demanded(element, "objectIdentifier/p:objectIdentifierValue")
        kind = (element.get(_TYPE) or "").rpartition(":")[2]
        if kind not in _KINDS:
            self._wrong("object/@xsi:type", name)
        if kind != "file":
            return
        characteristics = "objectCharacteristics/p:"
        if self._text(element, f"{characteristics}fixity/p:messageDigestAlgorithm") != "SHA-256":
            self._wrong("messageDigestAlgorithm", name)
        digest = self._demanded(element, f"{characteristics}fixity/p:messageDigest").lower()
        self._demanded(element, f"{characteristics}format/p:formatDesignation/p:formatName")
        self.premis.digests.add(digest)
        place = self._text(element, "storage/p:contentLocation/p:contentLocationValue")
        if place:
            self.premis.placed[place] = digest

    def _event(self, element: etree._Element) -> None:
        self._demanded(element, "eventIdentifier/p:eventIdentifierType")
        self._demanded(element, "eventIdentifier/p:eventIdentifierValue")
        kind = self._demanded(element, "eventType")
        if kind and kind not in EVENT_TYPES:
            self._findings.add("premis.event", self._path, kind, severity=Severity.WARNING)
        self.premis.events.add(kind)
        moment = self._demanded(element, "eventDateTime")
        if moment and not _is_moment(moment):
            self._wrong("eventDateTime", "")
        agent = self._text(element, "linkingAgentIdentifier/p:linkingAgentIdentifierValue")
        if agent:
            self._named.add(agent)

    def _demanded(self, element: etree._Element, path: str) -> str:
        value = self._text(element, path)
        if not value:
            self._wrong(path.replace("p:", ""), "")
        return value

    def _text(self, element: etree._Element, path: str) -> str:
        return str(element.findtext(f"p:{path}", "", _NS) or "").strip()

    def _wrong(self, what: str, where: str) -> None:
        self._findings.add("premis.value", self._path, f"{what} {where}".strip())


def _is_moment(text: str) -> bool:
    """Date, time and offset."""
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False

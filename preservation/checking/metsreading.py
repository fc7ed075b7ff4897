"""One METS of a package, read as a stream and judged by METS 1.12 and the rules of CSIP 2.0.4."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import as_file, files
from typing import IO, Final
from urllib.parse import unquote

from lxml import etree

from preservation import schemas
from preservation.checking.names import unsafe
from preservation.checking.report import Findings
from preservation.checking.xmlreading import XML_ERRORS, DoctypeError, elements
from preservation.xmlfiles import CSIP_NS, METS_NS, XLINK_NS

_HREF: Final = f"{{{XLINK_NS}}}href"
_KIND: Final = f"{{{CSIP_NS}}}OAISPACKAGETYPE"
_CONTENT: Final = f"{{{CSIP_NS}}}CONTENTINFORMATIONTYPE"
_KINDS: Final = frozenset({"SIP", "AIP", "DIP"})
_STATUS: Final = frozenset({"NEW", "SUPPLEMENT", "REPLACEMENT", "TEST", "OTHER"})
_SCHEMA_CODES: Final = range(1700, 1900)
"""Numbers that libxml2 gives to what a schema refuses."""
_LINK: Final = "MetadataLink/File"


def tag(name: str) -> str:
    """A METS element as the parser names it."""
    return f"{{{METS_NS}}}{name}"


_KEPT: Final = frozenset({tag(name) for name in ("metsHdr", "mdRef", "file", "mptr")})
_SECTIONS: Final = ("metsHdr", "dmdSec", "amdSec", "fileSec", "structMap")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A file that a METS names: path from the package's root, announced bytes, digest, id, group."""

    path: str
    size: int | None
    checksum: str
    id: str
    group: str


@dataclass(slots=True)
class Mets:
    """What a METS says; sets hold ids."""

    objid: str = ""
    kind: str = ""
    references: dict[str, Reference] = field(default_factory=dict)
    pointers: set[str] = field(default_factory=set)
    links: list[tuple[str, str]] = field(default_factory=list)
    """Descriptive metadata and file that belong together, by path; empty where an id leads nowhere."""


@cache
def mets_schema() -> etree.XMLSchema:
    """METS 1.12 with XLink, from the files of this program."""
    with as_file(files(schemas.__name__) / schemas.VERSION) as folder:
        return etree.XMLSchema(etree.parse(folder / "mets1_12.xsd", etree.XMLParser(no_network=True)))


def read_mets(open_file: Callable[[], IO[bytes]], path: str, findings: Findings) -> Mets:
    """Read a METS; what is wrong is noted.

    Args:
        open_file: opens it.
        path: where it stands in the package; its own paths are relative to that folder.
        findings: where everything that is wrong goes.
    """
    reading = _Reading(path, findings)
    with open_file() as stream:
        try:
            for event, element in elements(stream, keep=_KEPT, schema=mets_schema()):
                reading.take(event, element)
        except DoctypeError:
            findings.add("xml.doctype", path)
        except XML_ERRORS as error:
            code = "xml.schema" if error.code in _SCHEMA_CODES else "xml.unreadable"
            findings.add(code, path, f"dòng {error.lineno}")
        else:
            reading.end()
    return reading.mets


class _Reading:
    def __init__(self, path: str, findings: Findings) -> None:
        self.mets = Mets()
        self._path = path
        self._folder = path.rpartition("/")[0]
        self._findings = findings
        self._ids: set[str] = set()
        self._asked: set[str] = set()
        self._by_id: dict[str, str] = {}
        self._sections: set[str] = set()
        self._labels: list[str] = []
        self._divisions: list[tuple[str, str]] = []
        self._section = ""
        self._section_id = ""
        self._group = ""

    def take(self, event: str, element: etree._Element) -> None:
        """One start or end of an element, in the order of the file."""
        name = str(element.tag).rpartition("}")[2]
        if event == "start":
            self._start(name, element)
        elif name == "div" and self._divisions:
            self._divisions.pop()
        elif name == "metsHdr":
            self._header(element)
        elif name in {"mdRef", "file"}:
            self._reference(name, element)
        elif name == "mptr":
            self._pointer(element)

    def end(self) -> None:
        """What can be judged only at the end."""
        for name in _SECTIONS:
            if name not in self._sections:
                self._wrong("mets.section", name)
        for unknown in sorted(self._asked - self._ids)[:20]:
            self._wrong("mets.id_unknown", unknown)
        if "CSIP" in self._labels and "Metadata" not in self._labels:
            self._wrong("mets.section", "structMap/div[@LABEL='Metadata']")

    def _start(self, name: str, element: etree._Element) -> None:
        id_ = element.get("ID", "")
        if id_:
            if id_ in self._ids:
                self._wrong("mets.id_twice", id_)
            self._ids.add(id_)
        if name in _SECTIONS:
            self._sections.add(name)
        if name == "mets":
            self._root(element)
        elif name in {"dmdSec", "digiprovMD"}:
            self._section, self._section_id = name, id_
            self._demand(element, "ID", "CREATED")
        elif name == "fileGrp":
            self._group = element.get("USE", "")
            self._demand(element, "ID", "USE")
        elif name == "structMap":
            self._structure(element)
        elif name == "div":
            self._division(element)
        elif name == "fptr":
            self._file_pointer(element)

    def _root(self, element: etree._Element) -> None:
        if element.tag != tag("mets"):
            self._wrong("mets.section", "mets")
        self._demand(element, "OBJID", "TYPE", "PROFILE", _CONTENT)
        self.mets.objid = element.get("OBJID", "")

    def _header(self, element: etree._Element) -> None:
        self._demand(element, "CREATEDATE")
        self.mets.kind = element.get(_KIND, "")
        if self.mets.kind not in _KINDS:
            self._wrong("mets.attribute", "metsHdr/@csip:OAISPACKAGETYPE")
        if element.get("RECORDSTATUS", "NEW") not in _STATUS:
            self._wrong("mets.attribute", "metsHdr/@RECORDSTATUS")
        software = [
            agent
            for agent in element.findall(tag("agent"))
            if agent.get("ROLE") == "CREATOR" and agent.get("OTHERTYPE") == "SOFTWARE"
        ]
        if not any((agent.findtext(tag("name")) or "").strip() for agent in software):
            self._wrong("mets.attribute", "metsHdr/agent[@ROLE='CREATOR'][@OTHERTYPE='SOFTWARE']/name")

    def _reference(self, name: str, element: etree._Element) -> None:
        self._demand(element, "MIMETYPE", "SIZE", "CREATED", "CHECKSUM", "CHECKSUMTYPE")
        located = element if name == "mdRef" else element.find(tag("FLocat"))
        id_ = element.get("ID", "") if name == "file" else self._section_id
        path = self._resolved(None if located is None else located)
        if name == "file":
            self._demand(element, "ID")
        if not path:
            return
        if path in self.mets.references:
            self._wrong("mets.twice", path)
        if element.get("CHECKSUMTYPE") != "SHA-256":
            self._wrong("mets.checksum_type", path)
        size = element.get("SIZE", "")
        self.mets.references[path] = Reference(
            path=path,
            size=int(size) if size.isascii() and size.isdigit() and len(size) < 20 else None,
            checksum=element.get("CHECKSUM", "").lower(),
            id=id_,
            group=self._group if name == "file" else self._section,
        )
        self._by_id[id_] = path

    def _resolved(self, located: etree._Element | None) -> str:
        """The path from the package's root that an element names; empty, and noted, when it is not one."""
        href = unquote(located.get(_HREF, "")) if located is not None else ""
        href = href.removeprefix("./")
        if located is None or located.get("LOCTYPE") != "URL" or unsafe(href):
            self._wrong("mets.href", href)
            return ""
        return f"{self._folder}/{href}" if self._folder else href

    def _pointer(self, element: etree._Element) -> None:
        path = self._resolved(element)
        if path:
            self.mets.pointers.add(path)
        title = element.get(f"{{{XLINK_NS}}}title", "")
        if title:
            self._asked.add(title)

    def _structure(self, element: etree._Element) -> None:
        self._labels.append(element.get("LABEL", ""))
        if element.get("LABEL") == "CSIP" and element.get("TYPE") != "PHYSICAL":
            self._wrong("mets.attribute", "structMap/@TYPE")

    def _division(self, element: etree._Element) -> None:
        label = element.get("LABEL", "")
        described = element.get("DMDID", "").split()
        self._asked.update(described, element.get("ADMID", "").split())
        if not self._divisions and label != self.mets.objid:
            self._wrong("mets.attribute", "structMap/div/@LABEL")
        if len(self._divisions) == 1:
            self._labels.append(label)
        self._divisions.append((label, described[0] if described else ""))
        self._demand(element, "ID")

    def _file_pointer(self, element: etree._Element) -> None:
        file = element.get("FILEID", "")
        self._asked.add(file)
        label, described = self._divisions[-1] if self._divisions else ("", "")
        if label == _LINK:
            self.mets.links.append((self._by_id.get(described, ""), self._by_id.get(file, "")))

    def _demand(self, element: etree._Element, *names: str) -> None:
        missing = [name for name in names if not element.get(name)]
        if missing:
            about = str(element.tag).rpartition("}")[2]
            self._wrong(
                "mets.attribute", f"{about}/@{missing[0].rpartition('}')[2]}, dòng {element.sourceline}"
            )

    def _wrong(self, code: str, detail: str) -> None:
        self._findings.add(code, self._path, detail)

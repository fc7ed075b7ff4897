"""Judges a package as an archive would before it takes it in: structure, every byte, metadata, history.

Nothing of the package is believed because it says so: schemas and code lists are ours, digests are computed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Final

from preservation.checking.container import READ_ERRORS, Container, Limits, open_container
from preservation.checking.eadreading import read_ead
from preservation.checking.metsreading import Mets, Reference, read_mets
from preservation.checking.premisreading import Premis, read_premis
from preservation.checking.report import Findings, PackageReport, Severity
from preservation.model import DATA, EAD, METS, PREMIS, REP_METS, REP_PREMIS
from rulebook.packages import PackageKind, PackageProfile

VerifyFile = Callable[[IO[bytes]], str]
"""Conclusion about the signatures of a PDF: passed, failed, indeterminate, unsigned, unreadable."""

_PIECE: Final = 1 << 20
_DESCRIPTIVE: Final = "representations/rep1/metadata/descriptive/"
_DOCUMENT: Final = "ead_doc_"
_INGESTED: Final = frozenset({"ingestion", "ingestion end", "transfer", "information package creation"})
_DEMANDED: Final = ("fixity check", "validation")


def check_package(
    path: Path,
    *,
    profile: PackageProfile,
    verify: VerifyFile | None = None,
    limits: Limits | None = None,
) -> PackageReport:
    """The verdict on a ZIP, TAR or folder.

    Args:
        path: of the package.
        profile: the table of fields.
        verify: judges the signatures of PDF files; not asked when nothing is given.
        limits: what is absurd.

    Raises:
        InputNotFoundError: there is nothing.
        PackageUnreadableError: it cannot be opened as a package.
    """
    findings = Findings()
    with open_container(path, findings, limits=limits or Limits()) as container:
        return _Check(container, findings, profile, verify, is_folder=path.is_dir()).run()


class _Check:
    def __init__(
        self,
        container: Container,
        findings: Findings,
        profile: PackageProfile,
        verify: VerifyFile | None,
        *,
        is_folder: bool,
    ) -> None:
        self._container = container
        self._findings = findings
        self._profile = profile
        self._verify = verify
        self._is_folder = is_folder
        self._kind = PackageKind.AIP

    def run(self) -> PackageReport:
        root = Mets()
        references: dict[str, Reference] = {}
        if self._has(METS):
            root = self._mets(METS)
            self._root(root)
            references = dict(root.references)
            representation = self._representation(root)
            self._named_twice(references, representation.references)
            references |= representation.references
            self._structure(references)
            self._links(references, representation)
        documents = [path for path, found in references.items() if found.group == "Data"]
        self._bytes(references)
        self._descriptive(references, documents)
        self._history(references, documents)
        self._signatures(documents)
        return PackageReport(
            objid=root.objid,
            kind=root.kind,
            profile=self._profile.version,
            files=len(self._container.sizes),
            size=sum(self._container.sizes.values()),
            documents=len(documents),
            findings=tuple(self._findings.kept),
            errors=self._findings.errors,
            warnings=self._findings.warnings,
        )

    def _has(self, path: str) -> bool:
        """Whether a file that must be there is; noted when not."""
        if path not in self._container.sizes:
            self._findings.add("package.missing", path)
            return False
        return True

    def _mets(self, path: str) -> Mets:
        try:
            return read_mets(lambda: self._container.open(path), path, self._findings)
        except READ_ERRORS:
            self._findings.add("package.damaged", path)
            return Mets()

    def _root(self, root: Mets) -> None:
        if root.kind.lower() in tuple(PackageKind):
            self._kind = PackageKind(root.kind.lower())
        if root.objid and root.objid.replace(":", "_") != self._container.root:
            # Who unpacks a package may call the folder something else; who sends one may not.
            severity = Severity.WARNING if self._is_folder else Severity.ERROR
            self._findings.add("package.root", detail=root.objid, severity=severity)

    def _representation(self, root: Mets) -> Mets:
        if REP_METS not in root.pointers:
            self._findings.add("mets.section", METS, f"mptr {REP_METS}")
        if not self._has(REP_METS):
            return Mets()
        found = self._mets(REP_METS)
        if found.kind and found.kind != root.kind:
            self._findings.add("mets.attribute", REP_METS, "metsHdr/@csip:OAISPACKAGETYPE")
        return found

    def _named_twice(self, root: Mapping[str, Reference], other: Mapping[str, Reference]) -> None:
        for path in sorted(set(root) & set(other)):
            self._findings.add("mets.twice", METS, path)

    def _structure(self, references: Mapping[str, Reference]) -> None:
        """Files that must be there, may not be there, or that nobody names."""
        required = [EAD, *((PREMIS, REP_PREMIS) if self._kind is PackageKind.AIP else ())]
        for path in required:
            if path not in references:
                self._findings.add("package.missing", path, "METS không nêu")
        if self._kind is PackageKind.SIP:
            for path in (PREMIS, REP_PREMIS):
                if path in references:
                    self._findings.add("package.unexpected", path, severity=Severity.WARNING)
        if not any(found.group == "Schemas" for found in references.values()):
            self._findings.add("package.missing", "schemas/")
        if not any(found.group == "Data" for found in references.values()):
            self._findings.add("package.missing", DATA)
        for path in sorted(set(self._container.sizes) - set(references) - {METS}):
            self._findings.add("package.unlisted", path)

    def _links(self, references: Mapping[str, Reference], representation: Mets) -> None:
        """Every document is described once, and every description is of one document."""
        described = {path for path in references if path.startswith(_DESCRIPTIVE)}
        documents = {path for path, found in references.items() if found.group == "Data"}
        metadata = [one for one, _ in representation.links]
        files = [other for _, other in representation.links]
        for name, found, wanted in (("EAD", metadata, described), ("data", files, documents)):
            if len(set(found)) != len(found) or set(found) != wanted:
                self._findings.add("mets.unlinked", REP_METS, f"{name}: {len(found)}/{len(wanted)}")

    def _bytes(self, references: Mapping[str, Reference]) -> None:
        for path, size in self._container.sizes.items():
            found = references.get(path)
            if found is None:
                continue
            if found.size != size:
                self._findings.add("mets.size", path, f"{size} byte")
            digest = self._digest(path, size)
            if digest and digest != found.checksum:
                self._findings.add("mets.checksum", path)
        for path in sorted(set(references) - set(self._container.sizes)):
            self._findings.add("mets.absent", path)

    def _digest(self, path: str, size: int) -> str:
        """Of the bytes that are there; empty, and noted, when they are not those announced."""
        digest = hashlib.sha256()
        left = size
        try:
            with self._container.open(path) as stream:
                while piece := stream.read(_PIECE):
                    left -= len(piece)
                    if left < 0:
                        break
                    digest.update(piece)
        except READ_ERRORS:
            left = -1
        if left:
            self._findings.add("package.damaged", path)
            return ""
        return digest.hexdigest()

    def _descriptive(self, references: Mapping[str, Reference], documents: list[str]) -> None:
        for path in references:
            is_document = path.startswith(_DESCRIPTIVE) and path.lower().rpartition("/")[2].startswith(
                _DOCUMENT
            )
            if path not in self._container.sizes or not (path == EAD or is_document):
                continue
            with self._container.open(path) as stream:
                values = self._ead(stream, path, document=is_document)
            total = values.get("totalDoc", "")
            if path == EAD and total.isdigit() and total != str(len(documents)):
                self._findings.add("ead.count", path, f"{len(documents)}, totalDoc {total[:10]}")

    def _ead(self, stream: IO[bytes], path: str, *, document: bool) -> Mapping[str, str]:
        try:
            return read_ead(
                stream, path, self._findings, profile=self._profile, kind=self._kind, document=document
            )
        except READ_ERRORS:
            self._findings.add("package.damaged", path)
            return {}

    def _history(self, references: Mapping[str, Reference], documents: list[str]) -> None:
        held = [path for path in (PREMIS, REP_PREMIS) if path in references and path in self._container.sizes]
        found = {path: self._premis(path) for path in held}
        if self._kind is not PackageKind.AIP or not found:
            return
        events: set[str] = set().union(*(premis.events for premis in found.values()))
        for event in _DEMANDED:
            if event not in events:
                self._findings.add("premis.absent_event", detail=event)
        if not events & _INGESTED:
            self._findings.add("premis.absent_event", detail="ingestion")
        if REP_PREMIS in found:
            self._covered(found[REP_PREMIS], references, documents)

    def _premis(self, path: str) -> Premis:
        try:
            with self._container.open(path) as stream:
                return read_premis(stream, path, self._findings)
        except READ_ERRORS:
            self._findings.add("package.damaged", path)
            return Premis()

    def _covered(self, premis: Premis, references: Mapping[str, Reference], documents: list[str]) -> None:
        """Every document is an object of the history, with the digest that METS has."""
        for path in documents:
            wanted = references[path].checksum
            told = premis.placed.get(path.removeprefix("representations/rep1/"))
            if told is not None and told != wanted:
                self._findings.add("premis.checksum", path)
            elif told is None and wanted not in premis.digests:
                self._findings.add("premis.uncovered", path)

    def _signatures(self, documents: list[str]) -> None:
        if self._verify is None:
            return
        for path in documents:
            if path not in self._container.sizes or not path.lower().endswith(".pdf"):
                continue
            try:
                with self._container.open(path) as stream:
                    conclusion = self._verify(stream)
            except READ_ERRORS:
                # Told already when its digest was asked for.
                continue
            if conclusion != "passed":
                severity = Severity.WARNING if conclusion == "indeterminate" else Severity.ERROR
                self._findings.add(f"signature.{conclusion}", path, severity=severity)

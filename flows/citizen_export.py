"""A person's own papers as one ZIP: the signed files byte for byte, what they are, and how to verify them.

Nothing in a name or in the manifest tells a name or an identity number; the papers themselves do. The whole
is written as it is sent: neither memory nor disk holds it.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dossier.access import Access
from dossier.documents import Document, DocumentState, PartyRole
from dossier.errors import MotlanError, RecordMissingError
from dossier.ids import DocumentId, Sha256, is_id
from dossier.moments import VIETNAM
from dossier.service_errors import ExportTooLargeError, NothingHeldError
from flows.admission import relation_of
from flows.lookup import journal_shown
from wiring.services import Services

MOST_PAPERS: Final = 500
MOST_BYTES: Final = 2 * 1024**3

MANIFEST: Final = "manifest.json"
_PIECE: Final = 256 * 1024

_HOW_TO: Final = """\
CÁCH KIỂM TRA / HOW TO VERIFY

1. Tệp còn nguyên vẹn / the files are whole:
       sha256sum -c SHA256SUMS

2. Chữ ký số còn nguyên / the signatures are intact:
       mở từng tệp PDF bằng phần mềm đọc PDF có kiểm tra chữ ký số, hoặc gửi tới cơ quan đã cấp để kiểm tra;
       open each PDF in a reader that checks signatures, or have the office verify it:
       motlan verify papers/*.pdf

Đừng mở rồi lưu lại tệp: bản lưu lại không còn là bản đã ký.
Do not save a file again from a reader: what is saved is no longer what was signed.

manifest.json ghi loại giấy tờ, mã băm SHA-256 và tình trạng của từng tệp.
manifest.json tells the type, the SHA-256 and the state of each file.
"""


@dataclass(frozen=True, slots=True)
class ExportedPaper:
    """A paper of the export and the name of its file in it."""

    document: Document
    sha256: Sha256
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPlan:
    """What an export will hold; every file was read and found to be what its record says.

    Attributes:
        papers: in the order of filing.
        left_out: ids of the person's papers that are not in it, and why (stable codes).
        made_at: aware.
    """

    papers: Sequence[ExportedPaper]
    left_out: Mapping[str, str]
    made_at: datetime

    @property
    def manifest(self) -> Mapping[str, object]:
        """What stands in ``manifest.json``."""
        return {
            "made_at": self.made_at.isoformat(timespec="seconds"),
            "papers": [_told(paper) for paper in self.papers],
            "left_out": [{"document": each, "why": why} for each, why in self.left_out.items()],
        }

    @property
    def manifest_text(self) -> str:
        """``manifest.json``, letter by letter."""
        return json.dumps(self.manifest, ensure_ascii=False, indent=2) + "\n"


def plan_export(
    services: Services, number: str, *, access: Access, documents: Sequence[str] = ()
) -> ExportPlan:
    """Choose a person's own papers, read each file once, and journal that they are handed out.

    Args:
        services: of this installation.
        number: normalised identity number.
        access: who asks and why.
        documents: only these; all of them when empty.

    Raises:
        RecordMissingError: one of ``documents`` does not exist, or is not the person's own.
        NothingHeldError: there is nothing to hand out.
        ExportTooLargeError: it would be more than one export holds.
    """
    records = services.store.records
    if documents:
        found = [_own(services, each, number) for each in dict.fromkeys(documents)]
    else:
        found = [
            document
            for document in records.documents_of_owner(number)
            if relation_of(services, document, [number]) is PartyRole.OWNER
        ]
    _need_bounded(found)
    papers: list[ExportedPaper] = []
    left_out: dict[str, str] = {}
    for document in sorted(
        found, key=lambda each: (each.filed_at is None, each.filed_at or each.id, each.id)
    ):
        why = _why_not(services, document)
        if why or document.object_sha256 is None:
            left_out[document.id] = why or "waiting"
            continue
        name = f"papers/{len(papers) + 1:03d}-{document.type.replace('_', '-')}.pdf"
        papers.append(ExportedPaper(document, document.object_sha256, name))
    if not papers:
        raise NothingHeldError
    journal_shown(services, [paper.document for paper in papers], access=access)
    return ExportPlan(papers=papers, left_out=left_out, made_at=services.clock())


def export_bytes(services: Services, plan: ExportPlan) -> Iterator[bytes]:
    """The ZIP, piece by piece."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for paper in plan.papers:
            yield from _one(services, archive, sink, paper, plan.made_at)
        sums = "".join(f"{paper.sha256}  {paper.name}\n" for paper in plan.papers)
        for name, text in (
            (MANIFEST, plan.manifest_text),
            ("SHA256SUMS", sums),
            ("HOW-TO-VERIFY.txt", _HOW_TO),
        ):
            archive.writestr(_entry(name, plan.made_at), text.encode())
            yield sink.taken()
    yield sink.taken()


class _Sink:
    """Takes what the ZIP writes until somebody carries it on; it cannot go back, so nothing is rewritten."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes | memoryview) -> int:
        """Take some bytes."""
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits anywhere else."""

    def close(self) -> None:
        """Nothing is open."""

    def taken(self) -> bytes:
        """What was written since the last time."""
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


def _one(
    services: Services, archive: zipfile.ZipFile, sink: _Sink, paper: ExportedPaper, at: datetime
) -> Iterator[bytes]:
    entry = _entry(paper.name, at)
    entry.file_size = paper.document.object_size
    with (
        services.store.blobs.path(paper.sha256) as path,
        path.open("rb") as source,
        archive.open(entry, "w") as target,
    ):
        while piece := source.read(_PIECE):
            target.write(piece)
            yield sink.taken()


def _entry(name: str, at: datetime) -> zipfile.ZipInfo:
    local = at.astimezone(VIETNAM)
    return zipfile.ZipInfo(name, (local.year, local.month, local.day, local.hour, local.minute, local.second))


def _own(services: Services, document: str, number: str) -> Document:
    if not is_id(document):
        raise RecordMissingError(document)
    found = services.store.records.document(DocumentId(document))
    if relation_of(services, found, [number]) is not PartyRole.OWNER:
        raise RecordMissingError(document)
    return found


def _need_bounded(documents: Sequence[Document]) -> None:
    size = sum(document.object_size for document in documents)
    if len(documents) > MOST_PAPERS or size > MOST_BYTES:
        raise ExportTooLargeError(papers=MOST_PAPERS, bytes=MOST_BYTES)


def _why_not(services: Services, document: Document) -> str:
    """Why a paper cannot be handed out; the code of an error where its file is not what it was."""
    if document.state is not DocumentState.FILED or document.object_sha256 is None:
        return document.state.value
    try:
        services.store.blobs.check(document.object_sha256)
    except MotlanError as error:
        services.log.warning("citizen.left_out", item=document.id, code=error.code)
        return error.code
    return ""


def _told(paper: ExportedPaper) -> Mapping[str, object]:
    document = paper.document
    return {
        "file": paper.name,
        "document": document.id,
        "type": document.type,
        "sha256": paper.sha256,
        "size": document.object_size,
        "standing": document.standing.value,
        "signature": document.signature.value,
        "filed_at": document.filed_at.isoformat(timespec="seconds") if document.filed_at else None,
        "valid_until": document.term.until.isoformat() if document.term.until else None,
    }

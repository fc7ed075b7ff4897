"""``/v1/documents/{id}``: what a paper says, within the caller's scope, and its file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path as FilePath
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from dossier.api_errors import RangeOutsideError, ReadingCopyError
from dossier.documents import Document, DocumentState
from dossier.errors import InputError
from dossier.ids import DocumentId
from flows.download import KeptFile, kept_file
from flows.lookup import read_document
from flows.reading_copy import ReadingCopy, reading_copy
from rulebook.paper_spec import PaperSpec, Sensitivity
from web.api.context import Context
from web.api.described import REQUEST_ID, described
from web.api.problems import of_request
from web.api.ranges import OutsideError, Part, asked_part, same_tag
from web.api.route import CallerRoute, context_of
from web.api.shapes import DOSSIER, ID, DocumentOut, Signed
from web.auth.guard import SEEN, Named, Standing
from web.auth.matrix import Endpoint

_PIECE: Final = 256 * 1024
_BINARY: Final = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
_PDF: Final = {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}
_FILE_RESPONSES: Final[Mapping[int, Mapping[str, object]]] = {
    200: {"description": "The file", "content": {**_PDF, **_BINARY}, "headers": REQUEST_ID},
    206: {"description": "A part of it", "content": {**_PDF, **_BINARY}, "headers": REQUEST_ID},
    304: {"description": "The caller has it already"},
}

Id = Annotated[str, Path(pattern=ID)]
FieldNames = Annotated[
    list[Annotated[str, Query(pattern=r"^[a-z][a-z0-9_]{0,63}$")]],
    Query(max_length=60, description="Chỉ những trường này / only these fields"),
]


def named(
    dossier: Annotated[str, Header(alias="Motlan-Dossier", pattern=rf"^$|{DOSSIER}", max_length=40)] = "",
    ground: Annotated[Literal["", "luu_tru"], Header(alias="Motlan-Ground")] = "",
    emergency: Annotated[str, Header(alias="Motlan-Emergency", pattern=rf"^$|{ID}")] = "",
) -> Named:
    """What the headers of a request name as its ground."""
    return Named(dossier=dossier, ground=ground, emergency=emergency)


Ground = Annotated[Named, Depends(named)]


def paper_router() -> APIRouter:
    """The two addresses."""
    router = APIRouter(route_class=CallerRoute, tags=["documents"])

    @router.get("/v1/documents/{document}", **described(Signed[DocumentOut], (404, 410), body=False))
    def read_paper(request: Request, document: Id, ground: Ground, field: FieldNames = []) -> JSONResponse:  # noqa: B006 - FastAPI copies it
        """Giấy tờ nói gì, trong phạm vi được xem; không kèm tệp."""
        context = context_of(request)
        standing = context.weigh(request, Endpoint.DOCUMENT_READ, ground)
        context.guard.admit_paper(standing, document)
        found = read_document(context.services, DocumentId(document), access=standing.access)
        _looked(context, standing, found)
        return context.answer(standing, paper_told(context, standing, found, field))

    @router.get(
        "/v1/documents/{document}/file",
        **described(None, (404, 409, 410, 416), body=False, besides=_FILE_RESPONSES),
        response_class=Response,
    )
    def read_file(
        request: Request,
        document: Id,
        ground: Ground,
        copy: Annotated[Literal["signed", "original", "reading"], Query()] = "signed",
    ) -> Response:
        """Tệp của giấy tờ: bản đã ký, tệp gốc đúng như khi nhận, hoặc bản để đọc.

        Bản đã ký và tệp gốc hỗ trợ Range, ETag, If-None-Match. Bản để đọc được vẽ lại mỗi lần, từng trang ghi
        ai xem, khi nào, cho hồ sơ nào; không phải bản gốc. Tệp không vẽ được: 409, request.reading_copy.
        """
        context = context_of(request)
        standing = context.weigh(request, Endpoint.DOCUMENT_FILE, ground)
        found = context.guard.admit_paper(standing, document)
        context.guard.admit_file(standing, found, original=copy == "original")
        with ExitStack() as stack:
            if copy == "reading":
                made = stack.enter_context(drawn_copy(context, standing, found.id))
                _looked(context, standing, made.document)
                return reading_response(context, standing, made, stack)
            kept = stack.enter_context(
                kept_file(
                    context.services,
                    DocumentId(document),
                    original=copy == "original",
                    access=standing.access,
                )
            )
            _looked(context, standing, kept.document)
            return _file(context, standing, request, kept, stack)

    return router


def paper_told(
    context: Context, standing: Standing, found: Document, wanted: Sequence[str]
) -> Mapping[str, object]:
    """What a paper says to a caller, and the names of the fields that are beyond their scope.

    Args:
        context: of the service.
        standing: of the caller; admitted to the paper.
        found: the paper.
        wanted: names of fields; all of them when empty.
    """
    spec = context.services.papers.spec(found.type)
    seen = SEEN[standing.caller.scopes.fields]
    fields = [each for each in found.fields if not wanted or each.name in wanted]
    shown = [each for each in fields if _sensitivity(spec, each.name) in seen]
    return {
        "document": found.id,
        "version": found.version,
        "type": found.type,
        "type_vi": spec.label_vi,
        "state": found.state.value,
        "standing": found.standing.value,
        "pages": len(found.pages),
        "trust": found.trust.name,
        "signature": found.signature.value,
        "valid_until": found.term.until.isoformat() if found.term.until else None,
        "term": found.term.kind.value,
        "filed_at": found.filed_at.isoformat() if found.filed_at else None,
        "dossier": found.dossier,
        "file": _file_told(found),
        "fields": {
            each.name: {"value": each.value, "confidence": round(each.confidence, 4)} for each in shown
        },
        "withheld": sorted({each.name for each in fields} - {each.name for each in shown}),
    }


def _file_told(found: Document) -> Mapping[str, object] | None:
    if found.object_sha256 is None or found.state is DocumentState.DESTROYED:
        return None
    return {"sha256": found.object_sha256, "size": found.object_size}


def _sensitivity(spec: PaperSpec, name: str) -> Sensitivity:
    """A field that the rulebook does not know is treated as sensitive."""
    known = spec.by_name.get(name)
    return known.sensitivity if known else Sensitivity.SENSITIVE


def _looked(context: Context, standing: Standing, found: Document) -> None:
    context.guard.looked(standing, [party.number for party in found.owners])


def _file(
    context: Context, standing: Standing, request: Request, kept: KeptFile, stack: ExitStack
) -> Response:
    tag = f'"{kept.sha256}"'
    told = {"document": kept.document.id, "sha256": kept.sha256, "size": kept.size}
    compact, _ = context.prove(standing, told)
    headers = {
        "ETag": tag,
        "Accept-Ranges": "bytes",
        "Motlan-Answer": compact,
        "Content-Disposition": f'attachment; filename="{kept.document.id}.pdf"',
    }
    if same_tag(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    asked = request.headers.get("range", "")
    if request.headers.get("if-range", tag) != tag:
        asked = ""
    try:
        part = asked_part(asked, kept.size)
    except OutsideError:
        answer = of_request(request, RangeOutsideError(kept.document.id))
        answer.headers["Content-Range"] = f"bytes */{kept.size}"
        return answer
    chosen = part or Part(0, kept.size - 1)
    headers["Content-Length"] = str(chosen.length)
    if part is not None:
        headers["Content-Range"] = f"bytes {part.first}-{part.last}/{kept.size}"
    # The file stays open until the last piece of it has gone out, or the caller has.
    media_type = "application/pdf" if kept.sha256 == kept.document.object_sha256 else _kind_of(kept.path)
    return StreamingResponse(
        _pieces(stack.pop_all(), kept.path, chosen),
        status_code=206 if part is not None else 200,
        media_type=media_type,
        headers=headers,
    )


@contextmanager
def drawn_copy(context: Context, standing: Standing, document: DocumentId) -> Iterator[ReadingCopy]:
    """A copy to read, there while the block runs.

    Raises:
        ReadingCopyError: the kept file cannot be drawn; the caller asked well, it is no fault of theirs.
    """
    made = reading_copy(context.services, document, access=standing.access, request=standing.request)
    with ExitStack() as opened:
        try:
            copy = opened.enter_context(made)
        except InputError as error:
            raise ReadingCopyError(document) from error
        yield copy


def reading_response(context: Context, standing: Standing, made: ReadingCopy, stack: ExitStack) -> Response:
    """A copy to read as a response that is proven; what is open on the stack closes once it is sent."""
    told = {
        "document": made.document.id,
        "copy": "reading",
        "sha256": made.sha256,
        "size": made.size,
        "of": made.document.object_sha256,
    }
    compact, _ = context.prove(standing, told)
    headers = {
        "Motlan-Answer": compact,
        "Motlan-Copy": "reading",
        "Content-Length": str(made.size),
        "Content-Disposition": f'attachment; filename="{made.document.id}-ban-de-doc.pdf"',
    }
    pieces = _pieces(stack.pop_all(), made.path, Part(0, made.size - 1))
    return StreamingResponse(pieces, media_type="application/pdf", headers=headers)


def _kind_of(path: FilePath) -> str:
    with path.open("rb") as file:
        return "application/pdf" if file.read(5) == b"%PDF-" else "application/octet-stream"


def _pieces(opened: ExitStack, path: FilePath, part: Part) -> Iterator[bytes]:
    with opened, path.open("rb") as file:
        file.seek(part.first)
        left = part.length
        while left > 0 and (piece := file.read(min(_PIECE, left))):
            left -= len(piece)
            yield piece

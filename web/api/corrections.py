"""Corrections of filed papers: an officer says what is right and why; another one may have to approve."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse

from dossier.documents import Document
from dossier.errors import RecordMissingError
from flows.corrections import approve, correct, correction, correction_json, field_changes, reject
from flows.review import Said
from rulebook.paper_spec import PaperSpec, Sensitivity
from web.api.context import Context
from web.api.described import described
from web.api.meaning import meant
from web.api.papers import Ground
from web.api.papers import Id as DocumentId
from web.api.route import CallerRoute, JsonRoute, context_of
from web.api.shapes import ID, CorrectionIn, CorrectionOut, CorrectionViewOut, DecisionIn, Signed
from web.auth.guard import SEEN, Standing
from web.auth.matrix import Endpoint

Case = Annotated[str, Path(pattern=ID)]


def correction_routers() -> tuple[APIRouter, APIRouter]:
    """The addresses with a JSON body, and the one without."""
    router = APIRouter(route_class=JsonRoute, tags=["corrections"])
    asking = APIRouter(route_class=CallerRoute, tags=["corrections"])

    @router.post(
        "/v1/documents/{document}/corrections",
        **described(Signed[CorrectionOut], (404, 409, 410), status=201),
    )
    def make(request: Request, document: DocumentId, ground: Ground, asked: CorrectionIn) -> JSONResponse:
        """Chỉnh sửa hồ sơ của giấy tờ đã lưu kho: thành phiên bản mới; tệp đã ký và bản cũ giữ nguyên.

        Nơi quy định phải có người thứ hai thì đây là đề nghị, chờ duyệt.
        """
        context = context_of(request)
        standing = context.weigh(request, Endpoint.DOCUMENT_CORRECT, ground)
        found = context.guard.admit_paper(standing, document)
        context.guard.admit_fields(standing, found, [each.name for each in asked.fields])
        if asked.type:
            # Another type is read anew, every field of it.
            context.guard.admit_file(standing, found, original=False)
        said = Said(
            values={each.name: each.value for each in asked.fields},
            type_=asked.type,
            owner=asked.owner or "",
            confirmed=asked.confirmed,
        )
        with meant():
            made = correct(
                context.services,
                found.id,
                said,
                ground=asked.ground,
                words=asked.words,
                request=asked.request or "",
                access=standing.access,
            )
        context.guard.looked(standing, [party.number for party in found.owners])
        return context.answer(standing, correction_json(made), status=201)

    @router.post("/v1/corrections/{case}/decision", **described(Signed[CorrectionOut], (404, 409, 410)))
    def decide(request: Request, case: Case, ground: Ground, asked: DecisionIn) -> JSONResponse:
        """Duyệt hoặc từ chối một đề nghị chỉnh sửa; người đề nghị không được tự duyệt."""
        context = context_of(request)
        standing = context.weigh(request, Endpoint.CORRECTION_DECIDE, ground)
        _admitted(context, standing, case)
        if asked.approve:
            with meant():
                decided = approve(context.services, case, access=standing.access)
        else:
            decided = reject(context.services, case, words=asked.words or "", access=standing.access)
        return context.answer(standing, correction_json(decided))

    @asking.get("/v1/corrections/{case}", **described(Signed[CorrectionViewOut], (404, 410), body=False))
    def see(request: Request, case: Case, ground: Ground) -> JSONResponse:
        """Một đề nghị chỉnh sửa trước khi duyệt: lý do, từng trường đang ghi gì và đề nghị ghi gì."""
        context = context_of(request)
        standing = context.weigh(request, Endpoint.CORRECTION_READ, ground)
        paper = _admitted(context, standing, case)
        found = correction(context.services, case)
        changes = field_changes(context.services, found, access=standing.access)
        context.guard.looked(standing, [party.number for party in paper.owners])
        seen = SEEN[standing.caller.scopes.fields]
        spec = context.services.papers.spec(found.type_ or paper.type)
        shown = [each for each in changes if _sensitivity(spec, each.name) in seen]
        told = {
            **correction_json(found),
            "words": found.words,
            "changes": [{"name": one.name, "now": one.now, "proposed": one.proposed} for one in shown],
            "withheld": sorted({each.name for each in changes} - {each.name for each in shown}),
        }
        return context.answer(standing, told)

    return router, asking


def _admitted(context: Context, standing: Standing, case: str) -> Document:
    """The paper of a correction, once the caller is admitted to it; a case nobody knows is refused alike."""
    try:
        document = correction(context.services, case).document
    except RecordMissingError:
        document = case
    return context.guard.admit_paper(standing, document)


def _sensitivity(spec: PaperSpec, name: str) -> Sensitivity:
    """Type and owner are basic; a field that the rulebook does not know is treated as sensitive."""
    if name in ("type", "owner"):
        return Sensitivity.BASIC
    known = spec.by_name.get(name)
    return known.sensitivity if known else Sensitivity.SENSITIVE

"""Corrections of filed papers: an officer says what is right and why; another one may have to approve."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse

from dossier.errors import RecordMissingError
from flows.corrections import approve, correct, correction, correction_json, reject
from flows.review import Said
from web.api.described import described
from web.api.papers import Ground
from web.api.papers import Id as DocumentId
from web.api.route import JsonRoute, context_of
from web.api.shapes import ID, CorrectionIn, CorrectionOut, DecisionIn, Signed
from web.auth.matrix import Endpoint

Case = Annotated[str, Path(pattern=ID)]


def correction_router() -> APIRouter:
    """The two addresses."""
    router = APIRouter(route_class=JsonRoute, tags=["corrections"])

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
        try:
            document = correction(context.services, case).document
        except RecordMissingError:
            # Refused and journalled like a case about a paper of others.
            document = case
        context.guard.admit_paper(standing, document)
        if asked.approve:
            decided = approve(context.services, case, access=standing.access)
        else:
            decided = reject(context.services, case, words=asked.words or "", access=standing.access)
        return context.answer(standing, correction_json(decided))

    return router

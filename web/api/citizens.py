"""``/v1/me``: a citizen who signed in asks what is held about them, who looked at it, and asks for more."""

from __future__ import annotations

import hashlib
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from dossier.ids import DocumentId
from flows.citizen import held_json, look_json, looks_at, papers_about
from flows.citizen_export import MOST_PAPERS, export_bytes, plan_export
from flows.subjects import add_request, request_json, requests_of
from web.api.context import Context
from web.api.described import REQUEST_ID, described
from web.api.route import CallerRoute, JsonRoute, context_of
from web.api.shapes import (
    ID,
    MyLooksOut,
    MyPapersOut,
    MyRequestsOut,
    RequestIn,
    RequestOut,
    Signed,
)
from web.auth.guard import Named, Standing
from web.auth.matrix import Endpoint

_ZIP: Final = {
    200: {
        "description": "The ZIP",
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
        "headers": REQUEST_ID,
    }
}

PaperId = Annotated[str, Query(pattern=ID)]


def citizen_routers() -> tuple[APIRouter, APIRouter]:
    """The address with a JSON body, and those without."""
    taking = APIRouter(route_class=JsonRoute, tags=["citizen"])
    asking = APIRouter(route_class=CallerRoute, tags=["citizen"])

    @asking.get("/v1/me/papers", **described(Signed[MyPapersOut], (404,), body=False))
    def my_papers(request: Request, after: PaperId | None = None) -> JSONResponse:
        """Kho đang giữ giấy tờ nào của tôi, hoặc có ghi tên tôi; không kèm nội dung."""
        context, standing = _stand(request, Endpoint.ME_PAPERS)
        last = DocumentId(after) if after else None
        found = papers_about(context.services, standing.caller.person, access=standing.access, after=last)
        told = {
            "papers": [held_json(context.services, held) for held in found.papers],
            "next": found.after,
        }
        return context.answer(standing, told)

    @asking.get("/v1/me/looks", **described(Signed[MyLooksOut], body=False))
    def my_looks(request: Request, before: Annotated[int, Query(ge=0, le=2**53 - 1)] = 0) -> JSONResponse:
        """Ai đã xem dữ liệu của tôi, khi nào, cho việc gì; lần xem phải chờ theo pháp luật chưa hiện."""
        context, standing = _stand(request, Endpoint.ME_LOOKS)
        page = looks_at(context.services, standing.caller.person, access=standing.access, before=before)
        told = {"looks": [look_json(look) for look in page.looks], "next": page.before or None}
        return context.answer(standing, told)

    @asking.get(
        "/v1/me/export",
        **described(None, (404, 413), body=False, besides=_ZIP),
        response_class=Response,
    )
    def my_export(
        request: Request,
        document: Annotated[list[PaperId], Query(max_length=MOST_PAPERS)] = [],  # noqa: B006 - FastAPI copies it
    ) -> Response:
        """Giấy tờ của tôi trong một tệp ZIP: bản đã ký nguyên vẹn, mã băm, cách kiểm tra."""
        context, standing = _stand(request, Endpoint.ME_EXPORT)
        plan = plan_export(
            context.services, standing.caller.person, access=standing.access, documents=document
        )
        sha256 = hashlib.sha256(plan.manifest_text.encode()).hexdigest()
        compact, _ = context.prove(standing, {"manifest_sha256": sha256, "papers": len(plan.papers)})
        headers = {
            "Motlan-Answer": compact,
            "Content-Disposition": f'attachment; filename="motlan-{plan.made_at:%Y%m%d}.zip"',
        }
        pieces = export_bytes(context.services, plan)
        return StreamingResponse(pieces, media_type="application/zip", headers=headers)

    @asking.get("/v1/me/requests", **described(Signed[MyRequestsOut], body=False))
    def my_requests(request: Request) -> JSONResponse:
        """Những điều tôi đã yêu cầu, hạn trả lời và đã được trả lời thế nào."""
        context, standing = _stand(request, Endpoint.ME_REQUESTS)
        found = requests_of(context.services, standing.caller.person)
        today = context.services.today()
        return context.answer(standing, {"requests": [request_json(one, today=today) for one in found]})

    @taking.post("/v1/me/requests", **described(Signed[RequestOut], (404, 409), status=201))
    def ask(request: Request, asked: RequestIn) -> JSONResponse:
        """Yêu cầu xem, chỉnh sửa, hạn chế, xóa hoặc phản đối xử lý một giấy tờ của tôi."""
        context = context_of(request)
        standing = context.weigh(request, Endpoint.ME_REQUEST_ADD, Named())
        found = context.guard.admit_paper(standing, asked.document)
        added = add_request(
            context.services,
            found.id,
            asked.kind,
            words=asked.words,
            number=standing.caller.person,
            actor=standing.caller.id,
        )
        return context.answer(standing, request_json(added, today=context.services.today()), status=201)

    return taking, asking


def _stand(request: Request, endpoint: Endpoint) -> tuple[Context, Standing]:
    context = context_of(request)
    standing = context.weigh(request, endpoint, Named())
    context.guard.admit(standing)
    return context, standing

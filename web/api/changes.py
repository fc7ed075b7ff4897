"""``GET /v1/changes``: what was filed, replaced, restricted or destroyed, for systems that follow along."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from flows.changes import MOST_CHANGES, change_json, read_changes
from web.api.described import described
from web.api.route import CallerRoute, context_of
from web.api.shapes import ChangesOut, Signed
from web.auth.guard import Named
from web.auth.matrix import Endpoint

Cursor = Annotated[str, Query(max_length=40, description="Của trang trước; để trống: từ đầu phần còn giữ")]


def change_router() -> APIRouter:
    """The one address."""
    router = APIRouter(route_class=CallerRoute, tags=["changes"])

    @router.get("/v1/changes", **described(Signed[ChangesOut], (409, 410), body=False))
    def changes(
        request: Request,
        cursor: Cursor = "",
        limit: Annotated[int, Query(ge=1, le=MOST_CHANGES)] = MOST_CHANGES,
    ) -> JSONResponse:
        """Giấy tờ nào đã lưu kho, được thay, hạn chế, trả kết quả, hủy: chỉ mã, theo thứ tự ghi."""
        context = context_of(request)
        standing = context.weigh(request, Endpoint.CHANGES, Named())
        context.guard.admit(standing)
        page = read_changes(context.services, standing.caller.scopes, cursor=cursor, limit=limit)
        told = {
            "changes": [change_json(change) for change in page.changes],
            "cursor": page.cursor,
            "more": page.more,
        }
        return context.answer(standing, told)

    return router

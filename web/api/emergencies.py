"""``POST /v1/emergency-grants``: leave to read one paper without a dossier, with a reason and an alarm."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from dossier.ids import DocumentId
from flows.admission import open_emergency
from web.api.described import described
from web.api.route import JsonRoute, context_of
from web.api.shapes import EmergencyIn, EmergencyOut, Signed
from web.auth.guard import Named
from web.auth.matrix import Endpoint


def emergency_router() -> APIRouter:
    """The one address."""
    router = APIRouter(route_class=JsonRoute, tags=["documents"])

    @router.post("/v1/emergency-grants", **described(Signed[EmergencyOut], status=201))
    def open_grant(request: Request, asked: EmergencyIn) -> JSONResponse:
        """Xem một giấy tờ khi khẩn cấp, không có hồ sơ: phải có lý do, báo động ngay, hết hạn sau 15 phút."""
        context = context_of(request)
        standing = context.weigh(request, Endpoint.EMERGENCY_OPEN, Named())
        context.guard.admit(standing)
        grant = open_emergency(
            context.services,
            DocumentId(asked.document),
            reason=asked.reason,
            words=asked.words,
            caller=standing.caller.id,
        )
        told = {"grant": grant.id, "document": grant.document, "ends_at": grant.ends_at.isoformat()}
        return context.answer(standing, told, status=201)

    return router

"""``/v1/dossiers/{code}/handling`` and ``/flags``: how a dossier went, and its national flags."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from dossier.handling import Status
from flows.handling import tell_handling
from flows.national_flags import national_flags
from flows.results import release_results
from web.api.described import described
from web.api.dossiers import Code
from web.api.handling_shapes import DossierFlagsOut, HandlingIn, HandlingOut
from web.api.route import CallerRoute, JsonRoute, context_of
from web.api.shapes import Signed
from web.auth.guard import Named
from web.auth.matrix import Endpoint


def handling_routers() -> tuple[APIRouter, APIRouter]:
    """The address with a JSON body, and the one without."""
    taking, asking = APIRouter(route_class=JsonRoute), APIRouter(route_class=CallerRoute)

    @taking.post(
        "/v1/dossiers/{code}/handling", tags=["dossiers"], **described(Signed[HandlingOut], (404, 409))
    )
    def tell(request: Request, code: Code, asked: HandlingIn) -> JSONResponse:
        """Quá trình giải quyết hồ sơ: thời điểm, trạng thái, tệp, kết quả, thanh toán, hài lòng.

        Mỗi lần gửi toàn bộ; bản mới thay bản cũ, mọi bản được giữ. Hồ sơ đã đóng vẫn nhận.
        """
        context = context_of(request)
        standing = context.weigh(request, Endpoint.DOSSIER_HANDLING, Named(dossier=code))
        context.guard.admit(standing)
        dossier, told = standing.need_dossier(), asked.told()
        version = tell_handling(context.services, dossier, told, caller=standing.caller.id)
        if told.changes and max(told.changes, key=lambda change: change.at).status is Status.RETURNED:
            release_results(context.services, dossier, caller=standing.caller.id)
        return context.answer(standing, {"dossier": code, "version": version})

    @asking.get(
        "/v1/dossiers/{code}/flags",
        tags=["dossiers"],
        **described(Signed[DossierFlagsOut], (404,), body=False),
    )
    def flags(request: Request, code: Code) -> JSONResponse:
        """Các cờ của hồ sơ, tệp, kết quả theo mô hình dữ liệu quốc gia, để đồng bộ lên Cổng quốc gia."""
        context = context_of(request)
        standing = context.weigh(request, Endpoint.DOSSIER_FLAGS, Named(dossier=code))
        context.guard.admit(standing)
        dossier = standing.need_dossier()
        context.guard.looked(standing, dossier.numbers[:1])
        return context.answer(standing, national_flags(context.services, dossier))

    return taking, asking

"""``/v1/owners``: an owner without a number of the state gets one of the store, for a dossier to come."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from dossier.api_errors import DossierFutureError
from dossier.codes import office_of, parse_dossier_code
from dossier.persons import shown_store_number
from dossier.unnumbered import Unnumbered
from flows.newcomers import add_owner
from web.api.described import described
from web.api.meaning import meant
from web.api.route import JsonRoute, context_of
from web.api.shapes import OwnerIn, OwnerOut, Signed
from web.auth.matrix import Endpoint


def owner_router() -> APIRouter:
    """The one address."""
    router = APIRouter(route_class=JsonRoute, tags=["dossiers"])

    @router.post("/v1/owners", **described(Signed[OwnerOut], (404, 409), status=201))
    def add(request: Request, asked: OwnerIn) -> JSONResponse:
        """Người chưa có số định danh, tổ chức chưa có mã số thuế: kho cấp mã, dùng như số định danh.

        Gửi lại cùng nội dung cho cùng hồ sơ nhận lại cùng mã. Tên và ngày sinh không tìm ra ai.
        """
        context = context_of(request)
        standing = context.weigh_new(
            request, Endpoint.OWNER_ADD, office=office_of(asked.dossier), procedure=asked.procedure
        )
        context.guard.admit(standing)
        if parse_dossier_code(asked.dossier).received > context.services.today():
            raise DossierFutureError(asked.dossier)
        told = Unnumbered(
            kind=asked.kind,
            name=asked.name,
            birth=asked.birth.isoformat() if asked.birth else "",
            paper_type=asked.paper.type,
            paper_number=asked.paper.number,
            dossier=asked.dossier,
        )
        with meant():
            made = add_owner(context.services, told, access=standing.access)
        answer = {"number": made.number, "shown": shown_store_number(made.number), "new": made.is_new}
        return context.answer(standing, answer, status=201)

    return router

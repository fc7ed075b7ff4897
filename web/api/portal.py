"""``/v1/portal-counts``: dossiers received as the national portal counts them."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from dossier.portal import PortalCount
from flows.portal import tell_counts
from web.api.described import described
from web.api.route import JsonRoute, context_of
from web.api.shapes import PortalCountsIn, PortalCountsOut, Signed
from web.auth.matrix import Endpoint


def portal_router() -> APIRouter:
    """The one address."""
    router = APIRouter(route_class=JsonRoute, tags=["figures"])

    @router.post("/v1/portal-counts", **described(Signed[PortalCountsOut], (409,)))
    def tell(request: Request, asked: PortalCountsIn) -> JSONResponse:
        """Số hồ sơ tiếp nhận theo Cổng quốc gia, từng cơ quan và kỳ; số mới thay số cũ, mọi số được giữ."""
        context = context_of(request)
        standing = context.weigh_role(request, Endpoint.PORTAL_COUNTS)
        for office in sorted({each.office for each in asked.counts}):
            standing = context.weigh_figures(request, Endpoint.PORTAL_COUNTS, office=office)
        counts = [
            PortalCount(office=each.office, first=each.first, last=each.last, received=each.received)
            for each in asked.counts
        ]
        kept = tell_counts(context.services, counts, caller=standing.caller.id)
        return context.answer(standing, {"counts": len(counts), "kept": kept})

    return router

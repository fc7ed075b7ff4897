"""``GET /v1/indicators``: the figures of a period; ``GET /metrics``: those of this year for Prometheus."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from dossier.api_errors import PeriodError
from dossier.handling import OfficeLevel
from flows.indicators import Wanted
from flows.report_rows import report_json
from rulebook.period_report import PeriodReport
from web.api.context import Context
from web.api.counting import counted, turn_to_count
from web.api.described import described
from web.api.handling_shapes import DAY, IndicatorsOut
from web.api.metrics import MEDIA_TYPE
from web.api.route import CallerRoute, WatchedRoute, context_of
from web.api.shapes import OFFICE, Signed
from web.auth.matrix import Endpoint

Day = Annotated[str, Query(pattern=DAY, max_length=10)]
Office = Annotated[str | None, Query(pattern=OFFICE, max_length=20, description="Gồm cả cấp dưới")]


def indicator_router() -> APIRouter:
    """Both addresses."""
    router = APIRouter(route_class=CallerRoute)
    watched = APIRouter(route_class=WatchedRoute)

    @router.get("/v1/indicators", tags=["indicators"], **described(Signed[IndicatorsOut], (409,), body=False))
    def indicators(
        request: Request,
        first: Annotated[Day, Query(alias="from")],
        to: Day,
        office: Office = None,
        level: OfficeLevel | None = None,
    ) -> JSONResponse:
        """Bộ chỉ số theo Quyết định 766/QĐ-TTg và chỉ tiêu kế hoạch của các hồ sơ trong phạm vi được xem."""
        context = context_of(request)
        standing = context.weigh_figures(request, Endpoint.INDICATORS, office=office or "")
        wanted = Wanted(office=office or "", level=level, scopes=standing.caller.scopes)
        made = _report(context, date.fromisoformat(first), date.fromisoformat(to), wanted)
        return context.answer(standing, report_json(made))

    @watched.get("/metrics", include_in_schema=False)
    def metrics(request: Request) -> Response:
        """Số liệu cho Prometheus: không có dữ liệu cá nhân, không ghi nhật ký từng lần đọc."""
        context = context_of(request)
        standing = context.weigh_figures(request, Endpoint.METRICS)
        return Response(context.metrics.text(standing.caller.scopes), media_type=MEDIA_TYPE)

    router.include_router(watched)
    return router


def _report(context: Context, first: date, last: date, wanted: Wanted) -> PeriodReport:
    if last < first:
        raise PeriodError(f"{first} - {last}")
    with turn_to_count(context):
        return counted(context, first, last, wanted)

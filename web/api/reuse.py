"""``POST /v1/reuse-checks`` and ``/batch``: which papers must not be asked for again."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from dossier.api_errors import RateLimitError
from dossier.errors import MotlanError
from web.api.checks import Check, Told, answer_all, weigh_all
from web.api.context import Context, Written
from web.api.described import described
from web.api.desk import Desk
from web.api.problems import language, status_of
from web.api.route import JsonRoute, LeanRoute, context_of
from web.api.shapes import ReuseBatchIn, ReuseBatchOut, ReuseCheckIn, ReuseOut, Signed
from web.auth.matrix import Endpoint

_DOSSIER_ERRORS = (403, 404, 409)

CHECKS = "/v1/reuse-checks"


def reuse_desk(context: Context) -> Desk:
    """Where checks of one installation are answered together."""
    return Desk(partial(answer_all, context), room=context.room, clock=context.seconds)


def reuse_routers() -> tuple[APIRouter, ...]:
    """The two addresses."""
    lean = APIRouter(route_class=LeanRoute, tags=["reuse"])
    router = APIRouter(route_class=JsonRoute, tags=["reuse"])

    @lean.post(CHECKS, **described(Signed[ReuseOut], _DOSSIER_ERRORS))
    async def check_reuse(request: Request, asked: ReuseCheckIn) -> JSONResponse:
        """Thành phần nào của thủ tục đã có và được dùng lại, thành phần nào còn phải nộp, vì sao."""
        desk: Desk = request.app.state.desk
        body = await desk.ask(_check(request, asked, Endpoint.REUSE_CHECK))
        return Written(body)

    @router.post(f"{CHECKS}/batch", **described(Signed[ReuseBatchOut], _DOSSIER_ERRORS))
    def check_reuse_batch(request: Request, asked: ReuseBatchIn) -> JSONResponse:
        """Nhiều câu hỏi trong một lần gọi; mỗi câu được trả lời hoặc từ chối riêng."""
        context = context_of(request)
        standing = context.weigh_role(request, Endpoint.REUSE_BATCH)
        # The way in has counted one; a batch is no way round the rate.
        wait = context.rates.take(standing.caller.id, len(asked.checks) - 1)
        if wait:
            raise RateLimitError(seconds=wait)
        weighed = weigh_all(context, [_check(request, one, Endpoint.REUSE_BATCH) for one in asked.checks])
        told = [_told(request, each.outcome) for each in weighed]
        events = [event for each in weighed for event in each.events]
        return context.answer(standing, {"checks": told}, besides=events)

    return lean, router


def _check(request: Request, asked: ReuseCheckIn, endpoint: Endpoint) -> Check:
    return Check(caller=request.state.caller, asked=asked, endpoint=endpoint, request=request.state.request)


def _told(request: Request, outcome: Told | MotlanError) -> Mapping[str, object]:
    if isinstance(outcome, Told):
        return {"answer": outcome.answer, "refused": None}
    if status_of(outcome) >= 500:
        raise outcome
    refused = {"code": outcome.code, "detail": outcome.sentence(language(request))}
    return {"answer": None, "refused": refused}

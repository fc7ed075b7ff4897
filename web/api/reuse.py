"""``POST /v1/reuse-checks`` and ``/batch``: which papers must not be asked for again."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from dossier.api_errors import RateLimitError
from dossier.errors import MotlanError
from flows.lookup import ask_reuse
from reuse.question import Person
from rulebook.procedures import Whose
from web.api.context import Context
from web.api.described import described
from web.api.problems import language, status_of
from web.api.route import JsonRoute, context_of
from web.api.shapes import ReuseBatchIn, ReuseBatchOut, ReuseCheckIn, ReuseOut, Signed
from web.auth.guard import Named, Standing
from web.auth.matrix import Endpoint

_DOSSIER_ERRORS = (403, 404, 409)


def reuse_router() -> APIRouter:
    """The two addresses."""
    router = APIRouter(route_class=JsonRoute, tags=["reuse"])

    @router.post("/v1/reuse-checks", **described(Signed[ReuseOut], _DOSSIER_ERRORS))
    def check_reuse(request: Request, asked: ReuseCheckIn) -> JSONResponse:
        """Thành phần nào của thủ tục đã có và được dùng lại, thành phần nào còn phải nộp, vì sao."""
        context = context_of(request)
        standing, told = _answer(context, request, asked, Endpoint.REUSE_CHECK)
        return context.answer(standing, told)

    @router.post("/v1/reuse-checks/batch", **described(Signed[ReuseBatchOut], _DOSSIER_ERRORS))
    def check_reuse_batch(request: Request, asked: ReuseBatchIn) -> JSONResponse:
        """Nhiều câu hỏi trong một lần gọi; mỗi câu được trả lời hoặc từ chối riêng."""
        context = context_of(request)
        told: list[Mapping[str, object]] = []
        standing = context.weigh_role(request, Endpoint.REUSE_BATCH)
        # The way in has counted one; a batch is no way round the rate.
        wait = context.rates.take(standing.caller.id, len(asked.checks) - 1)
        if wait:
            raise RateLimitError(seconds=wait)
        for one in asked.checks:
            try:
                _, answer = _answer(context, request, one, Endpoint.REUSE_BATCH)
                told.append({"answer": answer, "refused": None})
            except MotlanError as error:
                if status_of(error) >= 500:
                    raise
                refused = {"code": error.code, "detail": error.sentence(language(request))}
                told.append({"answer": None, "refused": refused})
        return context.answer(standing, {"checks": told})

    return router


def _answer(
    context: Context, request: Request, asked: ReuseCheckIn, endpoint: Endpoint
) -> tuple[Standing, Mapping[str, object]]:
    standing = context.weigh(request, endpoint, Named(dossier=asked.dossier))
    numbers = [asked.owner, *(person.number for person in asked.persons)]
    context.guard.admit_persons(standing, numbers)
    dossier = standing.need_dossier()
    answer = ask_reuse(
        context.services,
        dossier.procedure,
        owner=asked.owner,
        on=dossier.received_on,
        access=standing.access,
        persons=[Person(Whose(person.whose), person.number) for person in asked.persons],
        facts={fact.name: fact.holds for fact in asked.facts},
    )
    context.guard.looked(standing, numbers)
    return standing, {"dossier": dossier.code, **answer.as_json()}

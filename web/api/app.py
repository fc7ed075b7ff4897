"""The HTTP service for machines, version 1, built from ``Services``; nothing global."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPBearer
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute

from dossier.errors import MotlanError
from web.api.changes import change_router
from web.api.citizens import citizen_routers
from web.api.context import Context
from web.api.corrections import correction_routers
from web.api.dossiers import dossier_routers
from web.api.emergencies import emergency_router
from web.api.handling import handling_routers
from web.api.indicators import indicator_router
from web.api.owners import owner_router
from web.api.papers import paper_router
from web.api.portal import portal_router
from web.api.problems import on_http_error, on_invalid, on_motlan_error
from web.api.reuse import reuse_desk, reuse_routers
from web.api.route import context_of
from web.api.shell import Shell
from web.api.verifications import verification_router
from wiring.services import Services


class Told(BaseModel):
    """What a prober is told.

    Attributes:
        status: ``ready`` or ``not_ready``.
        troubles: code of each trouble by ``service``, ``database`` or ``bytes``; also of such as may wait.
    """

    status: str
    troubles: dict[str, str]


_ABOUT = (
    "Công dân chỉ nộp giấy tờ một lần: giấy tờ nào của thủ tục đã có, được dùng lại đến khi nào, vì sao. "
    "Mỗi lần xem phải nêu hồ sơ đang mở hoặc căn cứ pháp lý, và được ghi vào nhật ký."
)


def build_api(
    services: Services,
    *,
    seconds: Callable[[], float] = time.monotonic,
    fetch: Callable[[], bytes] | None = None,
    is_leaving: Callable[[], bool] = lambda: False,
) -> FastAPI:
    """The application.

    Args:
        services: of the installation; only looked with, so it may run beside whoever writes.
        seconds: that only grow, for rates and caches.
        fetch: gives the keys of the identity provider; its address in the settings by default.
        is_leaving: whether the process was told to end.

    Raises:
        DemoKeyError, SettingsError: the key of the answers cannot be used.
    """
    app = FastAPI(
        title="Một Lần",
        version="1",
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
        exception_handlers={
            MotlanError: on_motlan_error,
            RequestValidationError: on_invalid,
            HTTPException: on_http_error,
        },
        redirect_slashes=False,
    )
    context = Context.of(services, seconds=seconds, fetch=fetch, is_leaving=is_leaving)
    app.state.context, app.state.desk = context, reuse_desk(context)
    app.router.routes.extend(_routes())
    app.add_middleware(
        Shell, services=services, room=context.room, seconds=seconds, observe=context.metrics.observe
    )
    return app


@cache
def _routes() -> Sequence[BaseRoute]:
    """Every address. Describing them takes long, and none knows more than the request that comes to it."""
    app = FastAPI(openapi_url=None, redirect_slashes=False)
    # Described here; it is the route that proves the caller, before a body is read.
    bearer = [Depends(HTTPBearer(auto_error=False, description="API key or token of the provider"))]
    for router in (
        *reuse_routers(),
        paper_router(),
        *correction_routers(),
        owner_router(),
        *dossier_routers(),
        *citizen_routers(),
        change_router(),
        emergency_router(),
        verification_router(),
        *handling_routers(),
        indicator_router(),
        portal_router(),
    ):
        app.include_router(router, dependencies=bearer)
    _add_public(app)
    return tuple(app.routes)


def _add_public(app: FastAPI) -> None:
    @app.get("/v1/health", tags=["service"])
    def health() -> dict[str, str]:
        """Dịch vụ đang chạy."""
        return {"status": "ok"}

    @app.get("/v1/ready", tags=["service"], responses={503: {"description": "Not ready", "model": Told}})
    def ready(request: Request) -> JSONResponse:
        """Dịch vụ sẵn sàng nhận việc: cơ sở dữ liệu và nơi lưu trả lời, tiến trình không đang dừng."""
        found = context_of(request).readiness.look()
        status = "ready" if found.is_ready else "not_ready"
        told = Told(status=status, troubles={**found.troubles, **found.weak})
        return JSONResponse(told.model_dump(), status_code=200 if found.is_ready else 503)

    @app.get("/v1/answer-keys", tags=["service"])
    def answer_keys(request: Request) -> dict[str, Any]:
        """Khóa công khai để kiểm tra câu trả lời đã ký (JWKS, RFC 7517)."""
        return dict(context_of(request).signer.jwks())

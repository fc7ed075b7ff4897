"""``POST /v1/verifications``: are the signatures of this PDF good? Nothing of it is kept."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from web.api.described import described
from web.api.route import PDF, PdfRoute, context_of, receive
from web.api.shapes import Signed, VerificationOut
from web.auth.guard import Named, Standing
from web.auth.matrix import Endpoint
from wiring.services import Services

_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {PDF: {"schema": {"type": "string", "format": "binary"}}},
    }
}


def verification_router() -> APIRouter:
    """The one address."""
    router = APIRouter(route_class=PdfRoute, tags=["verifications"])

    @router.post("/v1/verifications", **described(Signed[VerificationOut], (404,)), openapi_extra=_BODY)
    async def verify(
        request: Request,
        on: Annotated[date | None, Query(description="Xét theo ngày này (mặc định: bây giờ)")] = None,
        policy: Annotated[str | None, Query(pattern=r"^[a-z0-9-]{1,40}$")] = None,
    ) -> JSONResponse:
        """Kiểm tra chữ ký số của một tệp PDF: hợp lệ, không hợp lệ hay chưa đủ cơ sở; tệp không được giữ."""
        context = context_of(request)
        standing = await run_in_threadpool(context.weigh, request, Endpoint.VERIFICATION, Named())
        await run_in_threadpool(context.guard.admit, standing)
        with ExitStack() as stack:
            folder = await run_in_threadpool(private_folder, context.services, stack)
            path = Path(folder) / "file.pdf"
            with await run_in_threadpool(path.open, "wb") as file:

                async def keep(part: bytes) -> None:
                    await run_in_threadpool(file.write, part)

                await receive(request, keep, most=context.services.settings.api.max_upload_bytes)
            told = await run_in_threadpool(_judge, context.services, path, standing, on, policy)
        return await run_in_threadpool(context.answer, standing, told)

    return router


def private_folder(services: Services, stack: ExitStack) -> str:
    """A private folder on the disk of the store that is gone with its content at the end."""
    place = services.settings.data / "tmp"
    place.mkdir(mode=0o700, exist_ok=True)
    return stack.enter_context(tempfile.TemporaryDirectory(dir=place, prefix="verify-"))


def _judge(
    services: Services, path: Path, standing: Standing, on: date | None, policy: str | None
) -> dict[str, object]:
    # A signature made on the day counts.
    at = datetime.combine(on, time(23, 59, 59), UTC) if on else services.clock()
    report = services.verify_under(path, at=at, policy=policy, asked_day=on is not None, cached=True)
    return {**report.as_json(), "file": standing.request}

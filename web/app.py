"""The application that ``motlan serve`` runs, built from ``Services``; nothing global.

It listens on a Unix socket in the data folder, open to the owning account only, so the operating system
says who may call it. Batch ids go in, progress comes out as one JSON object a line (NDJSON).
"""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.responses import JSONResponse, StreamingResponse

from dossier.errors import ArgumentError, MotlanError
from dossier.ids import BatchId, is_id
from flows.progress import Progress
from flows.submit import run_here
from wiring.services import Services

_MEDIA_TYPE = "application/x-ndjson"


def build_app(services: Services) -> FastAPI:
    """The application; no documentation pages, since nobody browses a socket."""
    app = FastAPI(title="Một Lần", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/v1/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.post("/v1/batches/{batch}/run", response_model=None)
    def run(batch: str) -> StreamingResponse | JSONResponse:
        if not is_id(batch):
            return JSONResponse(error_json(ArgumentError("batch", expected="mã đợt quét")), status_code=400)
        return StreamingResponse(_progress_lines(services, BatchId(batch)), media_type=_MEDIA_TYPE)

    return app


def error_json(error: MotlanError) -> dict[str, object]:
    """An error as the socket carries it; the caller rebuilds it from its code."""
    return {"error": {"code": error.code, "item": error.item, "details": error.details}}


def _progress_lines(services: Services, batch: BatchId) -> Iterator[str]:
    """Run the batch in a thread of its own and give out what it tells, a line each.

    The run goes on when the caller goes away: what it does is kept, and asking again finds it done.
    """
    waiting: queue.Queue[dict[str, object] | None] = queue.Queue()

    def listen(progress: Progress) -> None:
        waiting.put(dict(progress.as_json()))

    def work() -> None:
        try:
            run_here(services, batch, listen=listen)
        except MotlanError as error:
            waiting.put(error_json(error))
        except Exception as error:  # noqa: BLE001 - a thread's last fence: the caller must hear of it
            waiting.put(error_json(MotlanError(batch, cause=type(error).__name__)))
        finally:
            waiting.put(None)

    threading.Thread(target=work, name=f"batch-{batch}", daemon=True).start()
    while (line := waiting.get()) is not None:
        yield json.dumps(line, ensure_ascii=False) + "\n"

"""The application that ``motlan serve`` runs, built from ``Services``; nothing global.

It listens on a Unix socket in the data folder, open to the owning account only, so the operating system
says who may call it. Paths go in, progress comes out as one JSON object a line (NDJSON).
"""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from dossier.errors import MotlanError, StoreBusyError
from dossier.legal_form import LegalForm
from dossier.work_errors import WorkFullError
from flows.progress import Progress, Stage
from flows.submit import ingest
from storage.inbox import Declaration
from wiring.services import Services

MOST_CALLS: Final = 24
"""Each waits in a thread of its own, and there must be some left for who asks how this process is."""

_MEDIA_TYPE = "application/x-ndjson"
_COME_AGAIN_SECONDS: Final = 60
_BETWEEN: Final = frozenset({Stage.PAGE, Stage.FILED, Stage.WAITING})
"""Where a batch may end: what was done up to here is kept."""


class IngestRequest(BaseModel):
    """What ``motlan ingest`` hands over: absolute paths, and what staff declared (checked by the command)."""

    model_config = ConfigDict(extra="forbid")

    paths: list[Path] = Field(min_length=1, max_length=100_000)
    base: Path | None = None
    dossier: str = ""
    procedure: str = ""
    owner: str = ""
    papers: int = Field(default=0, ge=0)
    pages: int = Field(default=0, ge=0)
    operator: str = ""
    device: str = ""
    form: LegalForm = LegalForm.UNSTATED
    compared: bool = False
    patient: bool = False

    def declared(self) -> Declaration:
        """As the inbox takes it."""
        return Declaration(
            dossier=self.dossier,
            procedure=self.procedure,
            owner=self.owner,
            papers=self.papers,
            pages=self.pages,
            operator=self.operator,
            device=self.device,
            form=self.form,
            compared=self.compared,
        )


def build_app(
    services: Services, *, most_calls: int = MOST_CALLS, is_over: Callable[[], bool] = lambda: False
) -> FastAPI:
    """The application; no documentation pages, since nobody browses a socket.

    Args:
        services: of the installation.
        is_over: whether batches have had their time, since this process ends: at the next page they give back
            what they have in hand.
        most_calls: batches handed in at the same time; more are told to come again.
    """
    room = threading.BoundedSemaphore(most_calls)
    app = FastAPI(title="Một Lần", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/v1/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.post("/v1/batches")
    def ingest_files(asked: IngestRequest) -> StreamingResponse:
        return StreamingResponse(_lines(services, asked, room, is_over), media_type=_MEDIA_TYPE)

    return app


def error_json(error: MotlanError) -> dict[str, object]:
    """An error as the socket carries it; the caller rebuilds it from its code."""
    return {"error": {"code": error.code, "item": error.item, "details": error.details}}


def _lines(
    services: Services, asked: IngestRequest, room: threading.BoundedSemaphore, is_over: Callable[[], bool]
) -> Iterator[str]:
    """Work in a thread of its own and give out what it tells, a line each; the outcome last.

    The run goes on when the caller goes away: what it does is kept, and asking again finds it done. Where too
    many wait already, nothing is kept and that is the outcome.
    """
    if not room.acquire(blocking=False):
        full = WorkFullError(str(services.settings.data), seconds=_COME_AGAIN_SECONDS)
        yield json.dumps(error_json(full), ensure_ascii=False) + "\n"
        return
    waiting: queue.Queue[dict[str, object] | None] = queue.Queue()

    def listen(progress: Progress) -> None:
        waiting.put(dict(progress.as_json()))
        if progress.stage in _BETWEEN and is_over():
            raise StoreBusyError(str(services.settings.data))

    def work() -> None:
        try:
            handed = ingest(
                services,
                asked.paths,
                declared=asked.declared(),
                listen=listen,
                patient=asked.patient,
                base=asked.base,
            )
            waiting.put({"handed": handed.as_json()})
        except MotlanError as error:
            waiting.put(error_json(error))
        except Exception as error:  # noqa: BLE001 - a thread's last fence: the caller must hear of it
            waiting.put(error_json(MotlanError(cause=type(error).__name__)))
        finally:
            room.release()
            waiting.put(None)

    threading.Thread(target=work, name="ingest", daemon=True).start()
    while (line := waiting.get()) is not None:
        yield json.dumps(line, ensure_ascii=False) + "\n"

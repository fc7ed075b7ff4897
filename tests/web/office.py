"""An installation with a few invented people, papers and callers, and the service on it, in process."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx

from dossier.admission import FieldScope, Role, Scopes
from dossier.documents import Document, DocumentState, Party, PartyRole, SignatureStatus
from dossier.events import Event, EventKind
from dossier.fields import Field
from dossier.geometry import Box
from dossier.ids import DocumentId
from dossier.trust import Term, TermKind, Trust
from flows.admission import new_key
from tests.storage.builders import batch, document, item
from tests.web import invented
from web.api.app import build_api
from wiring.services import Services
from wiring.settings import read_settings

NOW: Final = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)

WIFE: Final = invented.WIFE
HUSBAND: Final = invented.HUSBAND
STRANGER: Final = invented.STRANGER

PROCEDURE: Final = invented.PROCEDURE
DOSSIER: Final = invented.DOSSIER
CLOSED: Final = "H26.5.12-261120-0002"
ELSEWHERE: Final = "H27.1.1-261120-0001"
UNKNOWN: Final = "H26.5.12-261120-0009"


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = NOW
        self.seconds = 1000.0

    def __call__(self) -> datetime:
        return self.now

    def tick(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)
        self.seconds += seconds


def paper(name: str, owner: str, **changes: Any) -> Document:
    """A filed birth certificate of an invented person."""
    values = {
        "document_number": "12/2026",
        "full_name": "Mẫu Thị Thử",
        "date_of_birth": "1990-04-02",
        "ethnicity": "Mông",
        "registration_date": "2026-10-01",
    }
    fields = tuple(
        Field(name=field, value=value, printed=value, confidence=0.99, page=1, box=Box(1, 2, 3, 4))
        for field, value in values.items()
    )
    settings: dict[str, Any] = {
        "type": "birth_certificate",
        "fields": fields,
        "parties": (Party(role=PartyRole.OWNER, relation="subject", number=owner, name="Mẫu Thị Thử"),),
        "state": DocumentState.FILED,
        "term": Term(TermKind.UNLIMITED),
        "trust": Trust.T4,
        "dossier": "H26.5.12-261101-0007",
        "signature": SignatureStatus.PASSED,
        "signature_checked_at": NOW,
        "filed_at": NOW - timedelta(days=10),
    }
    return replace(document(name), **(settings | changes))


class Caller:
    """Calls an application in process, one request after the other."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self._runner = asyncio.Runner()
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://motlan.test")

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One request and its answer."""
        return self._runner.run(self._client.request(method, path, **more))

    def get(self, path: str, **more: Any) -> httpx.Response:
        """GET."""
        return self.request("GET", path, **more)

    def post(self, path: str, **more: Any) -> httpx.Response:
        """POST."""
        return self.request("POST", path, **more)

    def close(self) -> None:
        """Close client and loop."""
        self._runner.run(self._client.aclose())
        self._runner.close()


class Office:
    """A data folder with papers, and the service that answers about them."""

    def __init__(self, data: Path, clock: Clock, **settings: str) -> None:
        self.clock = clock
        self._stack = ExitStack()
        self.services = self._stack.enter_context(
            Services(read_settings({"MOTLAN_DATA": str(data), **settings}), clock=clock)
        )

    def close(self) -> None:
        """Close the store."""
        self._stack.close()

    def serve(self, fetch: Any = None) -> Caller:
        """The service, called in process; failures inside it come out as problems."""
        return Caller(build_api(self.services, seconds=lambda: self.clock.seconds, fetch=fetch))

    def key(self, role: Role = Role.ONE_STOP, *, offices: str = "H26", **scopes: Any) -> Mapping[str, str]:
        """A new key, as the header that a caller sends."""
        fields = scopes.pop("fields", FieldScope.SENSITIVE)
        made = new_key(self.services, "mau", Scopes(role=role, offices=(offices,), fields=fields, **scopes))
        return {"Authorization": f"Bearer {made.text}"}

    def events(self, kind: EventKind) -> list[Event]:
        """What the journal holds of a kind."""
        return [entry.event for entry in self.services.store.records.journal_of(kind)]

    def save(self, *papers: Document, content: bytes = b"%PDF-1.7 M\xe1\xba\xaaU\n") -> list[DocumentId]:
        """File papers, each with that content as its file."""
        with self.services.writing():
            store = self.services.store
            source = store.work / "paper.pdf"
            source.write_bytes(content)
            kept = store.blobs.put(source)
            store.records.save_batch(batch(), [replace(item(), sha256=kept.sha256, size=kept.size)])
            return [
                store.records.save_document(
                    replace(each, object_sha256=kept.sha256, object_size=kept.size)
                ).id
                for each in papers
            ]


def made_store(folder: Path) -> Path:
    """A store with its demo keys and nothing in it."""
    with Services(read_settings({"MOTLAN_DATA": str(folder)}), clock=Clock()) as services:
        services.create()
    return folder


def copy_of(made: Path, folder: Path) -> Path:
    """The same store for one test alone."""
    return Path(shutil.copytree(made, folder))

"""A day of a serving installation on invented people, and every trace that it leaves.

``motlan serve`` runs as a process of its own with its own Prefect server and its HTTP service; files are
handed in through it, one-stop software asks and asks wrongly, and a paper whose term is over is destroyed to
the end: list, proposal, two approvals, certificate, sweep. Names stand wherever people can put them: in names
of files, in reasons, in addresses, heads and bodies of requests.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import httpx

from dossier.admission import FieldScope, Role, Scopes
from dossier.documents import Document, DocumentState, Party, PartyRole
from dossier.ids import DocumentId
from flows.admission import new_key
from tests.end_to_end.everything import BYSTANDER, BYSTANDER_NUMBER, OWNER, handed_in, run
from tests.end_to_end.line import installation
from tests.storage.builders import batch, document, event, item
from wiring.services import Services

PROCEDURE: Final = "1.001193"
DOSSIER: Final = "H26.5.12-261102-0007"
REASON: Final = f"trả bản giấy cho {BYSTANDER}, {BYSTANDER_NUMBER}"
_LISTENING: Final = re.compile(r"(http://)?(127\.0\.0\.1:\d+)/")
_FIGURES: Final = "/v1/indicators?from=2026-01-01&to=2026-12-31"
_DUE: Final = timedelta(days=3 * 366)
_ERROR: Final = 400
_SOME_REFUSED: Final = 10


@dataclass(repr=False)
class Day:
    """What a day left.

    Attributes:
        data: the data folder, with what Prefect keeps inside it.
        outputs: what people asked out of it: certificate of destruction, journal.
        said: what the serving process wrote, its Prefect server included.
        refused: heads and bodies of answers that refuse, and what commands complained of.
        accepted: calls that should have been refused.
        open_answers: answers that anybody at the machine may ask for, metrics among them.
        journal: entries.
        destroyed: the paper that was destroyed, as it is now.
    """

    data: Path
    outputs: Path
    said: bytes = b""
    refused: list[str] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    open_answers: dict[str, bytes] = field(default_factory=dict)
    journal: str = ""
    destroyed: Document | None = None


def served_day(folder: Path) -> Day:
    """The whole day."""
    day = Day(folder / "data", folder / "out")
    day.outputs.mkdir()
    with installation(day.data) as services:
        due = _due_paper(services, folder)
        secret, observing = _key(services, Role.ONE_STOP), _key(services, Role.OBSERVER)
    inbox = handed_in(folder / "hand")
    with _serving(day, folder / "serve.log") as address:
        _good(day, "ingest", inbox, "--owner", OWNER)
        with httpx.Client(base_url=f"http://{address}", timeout=60) as client:
            _ask(client, secret)
            _ask_wrongly(day, client, secret)
            _destroy(day, due)
            for path in ("/v1/health", "/metrics", "/v1/openapi.json", _FIGURES):
                answer = client.get(path, headers=_bearer(observing))
                assert answer.is_success, (path, answer.text)
                day.open_answers[path] = answer.content
    with installation(day.data) as services:
        records = services.store.records
        day.journal = "\n".join(str(entry.event) for entry in records.journal(limit=100_000))
        day.destroyed = records.document(due)
    return day


def _due_paper(services: Services, folder: Path) -> DocumentId:
    """A paper of somebody, filed years ago, of a type that this office keeps for one year."""
    place = services.settings.data / "rulebook" / "papers"
    place.mkdir(parents=True, exist_ok=True)
    (place / "terms.toml").write_text(
        'extends = "marriage_certificate"\nretention = { years = 1, article = "MẪU", verified = true }\n',
        "utf-8",
    )
    path = folder / "old.pdf"
    path.write_bytes(b"%PDF-1.7 bytes of an old paper")
    with services.writing():
        kept = services.store.blobs.put(path)
        records = services.store.records
        records.save_batch(batch(), [replace(item(), sha256=kept.sha256, name=f"{BYSTANDER}.pdf")])
        filed = replace(
            document("old", of="item"),
            type="marriage_certificate",
            state=DocumentState.FILED,
            filed_at=services.clock() - _DUE,
            object_sha256=kept.sha256,
            object_size=kept.size,
            parties=(Party(role=PartyRole.OWNER, relation="wife", number=BYSTANDER_NUMBER, name=BYSTANDER),),
        )
        return records.save_document(filed, events=[event()]).id


def _key(services: Services, role: Role) -> str:
    scopes = Scopes(role=role, offices=("H26",), procedures=("*",), fields=FieldScope.BASIC)
    return new_key(services, f"{role.value.replace('_', '-')}-mau", scopes, days=30).text


@contextmanager
def _serving(day: Day, log: Path) -> Iterator[str]:
    """The process as an office starts it; what it says goes into a file."""
    environment = {name: value for name, value in os.environ.items() if name != "MOTLAN_PREFECT_URL"}
    environment |= {
        "MOTLAN_DATA": str(day.data),
        "MOTLAN_LANG": "vi",
        # Louder than any installation is: nothing may be in there to be told.
        "PREFECT_LOGGING_LEVEL": "DEBUG",
        "PREFECT_LOGGING_TO_API_ENABLED": "true",
        "PREFECT_SERVER_LOGGING_LEVEL": "DEBUG",
    }
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli", "serve", "--listen", "127.0.0.1:0"],
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            # Bounded by the test's own time limit.
            while not (found := _LISTENING.search(log.read_text("utf-8"))) or not _takes_batches(day.data):
                assert process.poll() is None, log.read_text("utf-8")
                time.sleep(0.1)
            yield found[2]
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()
            day.said = log.read_bytes()


def _takes_batches(data: Path) -> bool:
    return (data / "run" / "motlan.sock").exists()


def _good(day: Day, *arguments: object, actor: str = "quay-1") -> str:
    """A command that must not fail but for refused files; what it said."""
    code, said, complained = _as(actor, day, *arguments)
    assert code in (0, _SOME_REFUSED), (arguments, complained)
    return said


def _wrong(day: Day, *arguments: object) -> None:
    """A command that must be refused, in both languages."""
    for language in ("vi", "en"):
        code, _, complained = _as("quay-1", day, *arguments, language=language)
        day.refused.append(complained)
        if not code:
            day.accepted.append(str(arguments))


def _as(actor: str, day: Day, *arguments: object, language: str = "vi") -> tuple[int, str, str]:
    before = os.environ.get("MOTLAN_ACTOR")
    os.environ["MOTLAN_ACTOR"] = actor
    try:
        return run(day.data, *arguments, language=language)
    finally:
        if before is None:
            del os.environ["MOTLAN_ACTOR"]
        else:
            os.environ["MOTLAN_ACTOR"] = before


def _destroy(day: Day, paper: DocumentId) -> None:
    """From the list to the certificate, with names in every reason, and wrongly before rightly."""
    assert paper in _good(day, "disposal", "list", "--json")
    _wrong(day, "disposal", "propose", BYSTANDER_NUMBER, "--reason", REASON)
    case = json.loads(_good(day, "disposal", "propose", paper, "--reason", REASON, "--json"))["disposal"]
    _wrong(day, "disposal", "approve", case)
    for approver in ("lanh-dao-1", "lanh-dao-2"):
        _good(day, "disposal", "approve", case, actor=approver)
    hold = json.loads(_good(day, "hold", "add", paper, "--reason", REASON, "--json"))["hold"]
    _wrong(day, "disposal", "execute", case)
    _good(day, "hold", "lift", hold, "--reason", REASON)
    assert json.loads(_good(day, "disposal", "execute", case, "--json"))["state"] == "executed"
    _good(day, "disposal", "certificate", case, "-o", day.outputs / "certificate.json")
    _good(day, "disposal", "sweep")
    day.refused.append(_good(day, "show", paper))
    _wrong(day, "get", paper, "-o", day.outputs / f"{BYSTANDER}.pdf")
    _good(day, "journal", "seal")
    _good(day, "journal", "export", "-o", day.outputs / "journal.jsonl")


def _ask(client: httpx.Client, secret: str) -> None:
    """What one-stop software asks on a day."""
    owner = {"code": DOSSIER, "procedure": PROCEDURE, "owner": OWNER}
    check = {"dossier": DOSSIER, "owner": OWNER}
    for path, body in (("/v1/dossiers", owner), ("/v1/reuse-checks", check)):
        answer = client.post(path, json=body, headers=_bearer(secret))
        assert answer.is_success, answer.text
    assert client.get(f"/v1/dossiers/{DOSSIER}", headers=_bearer(secret)).is_success


def _ask_wrongly(day: Day, client: httpx.Client, secret: str) -> None:
    """Names and numbers in every part of a request where nobody wants them."""
    name, number, key = quote(BYSTANDER), BYSTANDER_NUMBER, dict(_bearer(secret))
    check = {"dossier": DOSSIER, "owner": OWNER}
    child = {
        "kind": "person",
        "dossier": DOSSIER,
        "procedure": PROCEDURE,
        "name": BYSTANDER,
        "birth": "1985-03-07",
    }
    requests: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("GET", f"/v1/{name}/{number}", {}),
        ("GET", f"/v1/documents/{number}", {"headers": key}),
        ("GET", f"/v1/documents/{name}/content?name={name}", {"headers": key}),
        ("GET", f"/v1/dossiers/{number}", {"headers": key}),
        ("GET", f"/v1/dossiers/H26.5.12-261102-9999?owner={number}", {"headers": key}),
        ("GET", f"/v1/changes?cursor={number}", {"headers": key}),
        ("GET", f"/metrics?owner={number}", {"headers": {"Authorization": f"Bearer {number}"}}),
        ("DELETE", f"/v1/dossiers/{name}", {"headers": key}),
        ("POST", "/v1/reuse-checks", {"headers": key, "json": {**check, "owner": BYSTANDER}}),
        ("POST", "/v1/reuse-checks", {"headers": key, "json": {**check, "owner": number}}),
        ("POST", "/v1/reuse-checks", {"headers": key, "json": {**check, BYSTANDER: number}}),
        ("POST", "/v1/reuse-checks", {"headers": key, "json": {**check, "dossier": number}}),
        (
            "POST",
            "/v1/reuse-checks",
            {"headers": key, "content": f'{{"owner": "{BYSTANDER}" {number}'.encode()},
        ),
        (
            "POST",
            "/v1/reuse-checks",
            {"headers": key, "json": {**check, "facts": [{"name": BYSTANDER, "holds": 1}]}},
        ),
        (
            "POST",
            "/v1/owners",
            {"headers": key, "json": {**child, "paper": {"type": BYSTANDER, "number": number}}},
        ),
        (
            "POST",
            "/v1/owners",
            {"headers": key, "json": {**child, "paper": {"type": "no_such_type", "number": number}}},
        ),
        (
            "POST",
            "/v1/dossiers",
            {"headers": key, "json": {"code": DOSSIER, "procedure": "1", "owner": number}},
        ),
        (
            "POST",
            "/v1/dossiers",
            {"headers": key, "json": {"code": DOSSIER, "procedure": PROCEDURE, "owner": number}},
        ),
        ("POST", f"/v1/verifications?name={name}", {"headers": key, "content": BYSTANDER.encode()}),
    )
    for method, path, more in requests:
        for language in ("vi", "en"):
            heads = {**more.get("headers", {}), "Accept-Language": language}
            answer = client.request(method, path, **{**more, "headers": heads})
            day.refused.append(f"{answer.headers}\n{answer.text}")
            if answer.status_code < _ERROR:
                day.accepted.append(f"{method} {answer.status_code} {path}")


def _bearer(secret: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {secret}"}

"""One run of the whole line on invented people, bad days included, and every trace that it leaves.

Traces are what anybody but the people at the counter could come to see: log lines at debug level, what other
programs were started with, files opened for writing, what a server of objects saw, what Prefect keeps.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cli.main import main
from dossier.access import Access, Purpose
from dossier.ids import DocumentId
from dossier.ports import Clock
from dossier.queries import PaperQuery
from flows.intake import Handed
from flows.lookup import find_papers, read_document
from flows.progress import silent
from flows.submit import ingest
from flows.upkeep import make_copies
from samples import bad
from storage.inbox import Declaration
from storage.places import Place
from tests.end_to_end.line import DOSSIERS, SAMPLES
from tests.flows.filing import DOSSIER, GIVEN, file_dossier
from tests.storage.buckets import place_on
from tests.storage.copies import bucket_of
from tests.storage.s3_server import Bucket, Refusal, s3_server
from wiring.services import Services
from wiring.settings import Settings, read_settings

GOOD = DOSSIERS / "1-dang-ky-khai-sinh" / "xac-nhan-cu-tru-ct07.jpg"
OWNER = "010091999101"
BYSTANDER, BYSTANDER_NUMBER = "Mẫu Thị Ngoài Cuộc", "001185000017"
"""On no paper: only in names of files and in what is typed wrongly."""

_AUDITED = frozenset(
    {
        *("open", "os.mkdir", "os.rename", "os.link", "os.symlink", "os.putenv", "shutil.copyfile"),
        *("tempfile.mkstemp", "tempfile.mkdtemp", "subprocess.Popen", "os.posix_spawn", "os.exec"),
        *("sqlite3.connect", "http.client.send", "socket.connect"),
    }
)
_READ = "r"


@dataclass
class Traces:
    """What a run left, by kind; the folders stay to be looked through."""

    data: Path
    outputs: Path
    log: io.StringIO = field(default_factory=io.StringIO)
    acts: list[str] = field(default_factory=list)
    commands: list[bytes] = field(default_factory=list)
    bucket: Bucket = field(default_factory=Bucket)
    errors: list[str] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)


class _Audit:
    """What the interpreter tells of files, programs and connections while it listens (PEP 578)."""

    def __init__(self) -> None:
        self._heard: list[str] | None = None
        self._own = ""
        sys.addaudithook(self._hear)

    @contextlib.contextmanager
    def into(self, acts: list[str], *, besides: Path) -> Iterator[None]:
        """Keep what is told; ``besides``: the folder that a person named, full of names of theirs."""
        self._heard, self._own = acts, str(besides)
        yield
        self._heard = None

    def _hear(self, name: str, arguments: tuple[Any, ...]) -> None:
        heard = self._heard
        if heard is None or name not in _AUDITED:
            return
        if name == "open" and _only_reads(arguments):
            return
        if name == "http.client.send":
            # Bytes of papers are sent in bodies; what servers note down stands in the head.
            arguments = (bytes(arguments[1]).partition(b"\r\n\r\n")[0],) if _is_head(arguments[1]) else ()
        heard.append(f"{name} {arguments!r}".replace(self._own, ""))


def _is_head(sent: object) -> bool:
    return isinstance(sent, bytes) and b" HTTP/1.1\r\n" in sent[:4096]


def _only_reads(arguments: tuple[Any, ...]) -> bool:
    mode, flags = arguments[1], arguments[2]
    return not flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) if mode is None else mode.startswith(_READ)


_AUDIT = _Audit()


def secrets() -> list[str]:
    """Names, numbers, birth dates and numbers of papers of everybody whom the run meets."""
    told = json.loads(GOOD.with_name(f"{GOOD.name}.expected.json").read_text("utf-8"))
    values = [
        found["value"]
        for document in told["documents"]
        for name, found in document["fields"].items()
        if name in ("document_number", "full_name", "date_of_birth", "personal_id")
    ]
    return [*values, OWNER, BYSTANDER, BYSTANDER_NUMBER, "0912345678", "1985-03-07"]


def full_run(folder: Path) -> Traces:
    """Take in, find, show, reuse, verify, copy, pack, back up, seal, export; and what goes wrong."""
    inbox = handed_in(folder / "hand")
    traces = Traces(folder / "data", folder / "out")
    traces.outputs.mkdir()
    root, factory = logging.getLogger(), logging.getLogRecordFactory()
    before = root.level

    def kept(*arguments: Any, **named: Any) -> logging.LogRecord:
        record = factory(*arguments, **named)
        traces.log.write(f"{record.name} {record.getMessage()}\n")
        return record

    # Handlers do not stay: Prefect sets logging up anew when it comes up.
    logging.setLogRecordFactory(kept)
    root.setLevel(logging.DEBUG)
    try:
        with s3_server(traces.bucket) as endpoint, _AUDIT.into(traces.acts, besides=inbox):
            _services(traces, endpoint, folder, inbox)
            _commands(traces)
    finally:
        root.setLevel(before)
        logging.setLogRecordFactory(factory)
    return traces


def handed_in(folder: Path) -> Path:
    """A folder of one good file and five bad ones; the bystander stands in the name of each."""
    folder.mkdir()
    shutil.copy(GOOD, folder / f"{BYSTANDER} {BYSTANDER_NUMBER}.jpg")
    for make in (bad.truncated_pdf, bad.truncated_jpeg, bad.encrypted_pdf, bad.empty_file, bad.text_as_jpeg):
        path = make(folder)
        path.rename(path.with_name(f"{BYSTANDER} {path.stem} 07-03-1985 0912345678{path.suffix}"))
    return folder


def _services(traces: Traces, endpoint: str, folder: Path, inbox: Path) -> None:
    calls = 0

    def fails_in_the_middle(method: str, _path: str) -> None:
        nonlocal calls
        calls += method == "PUT"
        if method == "PUT" and calls in (2, 3, 4):
            raise Refusal(503, "SlowDown")

    def second(_settings: Settings, _clock: Clock) -> Place:
        return bucket_of(place_on(endpoint, folder), folder / "work")

    with Services(_settings(traces), second_place=second) as services:
        services.create()
        services.trust.add((SAMPLES / "trust" / "co-quan-mau.pem").read_bytes())
        traces.bucket.trouble = fails_in_the_middle
        handed = ingest(services, [inbox], declared=Declaration(owner=OWNER), listen=silent)
        logging.getLogger().setLevel(logging.DEBUG)
        file_dossier(services, folder)
        make_copies(services, wait=False)
        traces.bucket.trouble = lambda _method, _path: None
        make_copies(services, wait=False)
        _look(services, handed)


def _settings(traces: Traces) -> Settings:
    """Those of the environment, as the commands see them, on the data folder of this run."""
    ours = {name: value for name, value in os.environ.items() if name.startswith("MOTLAN_")}
    return read_settings({**ours, "MOTLAN_DATA": str(traces.data), "MOTLAN_LANG": "vi"})


def _look(services: Services, handed: Handed) -> None:
    access = Access(actor="quay-1", purpose=Purpose.PROCEDURE, dossier="H38.21.3-261103-0007")
    found = find_papers(services, PaperQuery(number=OWNER), access=access)
    assert found, handed
    for document in (*found, *find_papers(services, PaperQuery(name="giang*"), access=access)):
        read_document(services, document.id, access=access)


def _commands(traces: Traces) -> None:
    paper = _first_paper(traces)
    out = traces.outputs
    os.environ["BACKUP_WORDS"] = "words of a backup"
    good: tuple[tuple[object, ...], ...] = (
        ("find", "--owner", OWNER, "--json"),
        ("show", paper, "--json"),
        ("reuse", "--procedure", "1.001193", "--owner", OWNER),
        ("get", paper, "-o", out / "paper.pdf"),
        ("verify", out / "paper.pdf"),
        ("journal", "seal"),
        ("journal", "verify"),
        ("journal", "export", "-o", out / "journal.jsonl"),
        ("package", "make", "--kind", "aip", "--dossier", DOSSIER, "-o", out / "aip.zip", *_given()),
        ("disposal", "list"),
        ("backup", "-o", out / "backup", "--keys", "env:BACKUP_WORDS"),
    )
    for arguments in good:
        code, complained = command(traces, *arguments)
        assert code == 0, (arguments, complained)
    wrong: tuple[tuple[object, ...], ...] = (
        ("find", "--owner", f"{BYSTANDER_NUMBER}99"),
        ("find", "--owner", BYSTANDER),
        ("find", "--type", BYSTANDER),
        ("show", BYSTANDER),
        ("show", BYSTANDER_NUMBER),
        ("reuse", "--procedure", BYSTANDER, "--owner", OWNER),
        ("reuse", "--procedure", "1.001193", "--owner", OWNER, "--on", "07/03/1985x"),
        ("review", paper, "--set", f"no_such_field={BYSTANDER}"),
        ("review", paper, "--set", f"date_of_birth={BYSTANDER_NUMBER}"),
        ("disposal", "execute", BYSTANDER_NUMBER),
        ("requests", "add", paper, "--kind", BYSTANDER),
        ("hold", "add", BYSTANDER, "--reason", "thanh tra MẪU"),
        ("package", "make", "--kind", "aip", "--dossier", BYSTANDER_NUMBER, "-o", out / "b.zip"),
    )
    # One item of the dossier is an invented one, whose bytes nobody has: told once, then known.
    for arguments in (("fixity",), ("repair",)):
        traces.errors.append(command(traces, *arguments)[1])
    for arguments in wrong:
        for language in ("vi", "en"):
            code, complained = command(traces, *arguments, language=language)
            traces.errors.append(complained)
            if not code:
                traces.accepted.append(str(arguments))


def _given() -> Sequence[str]:
    return [part for name, value in GIVEN.items() for part in ("--set", f"{name}={value}")]


def _first_paper(traces: Traces) -> DocumentId:
    with Services(_settings(traces)) as services:
        return services.store.records.documents_of_owner(OWNER)[0].id


def command(traces: Traces, *arguments: object, language: str = "vi") -> tuple[int, str]:
    """Exit code of ``motlan`` with these arguments, and what it complained of."""
    code, _, complained = run(traces.data, *arguments, language=language)
    return code, complained


def run(data: Path, *arguments: object, language: str = "vi") -> tuple[int, str, str]:
    """Exit code of ``motlan`` on that data folder, what it said, and what it complained of."""
    said, complained, code = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complained):
        try:
            main(["--lang", language, "--data", str(data), *map(str, arguments)])
        except SystemExit as ended:
            code = int(ended.code or 0)
    return code, said.getvalue(), complained.getvalue()

"""Talk to a running ``motlan serve``: over the socket of the desk, or over HTTP as one-stop software does.

``Client`` is for other software. Each call gives the signed
answer as it came, so it can be kept and proven later (``motlan answer verify``).
"""

from __future__ import annotations

import hashlib
import json
import socket
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from dossier.api_errors import ServiceRefusedError, ServiceUnreachableError
from dossier.errors import MotlanError, ObjectDamagedError, StoreError, all_errors
from flows.intake import Handed, RefusedRow
from flows.progress import Listener, Progress, Stage
from storage.inbox import Declaration

if TYPE_CHECKING:
    import httpx

_TRIES: Final = 4
_LONGEST_PAUSE: Final = 30.0
_COME_AGAIN: Final = (429, 503)


def socket_path(data: Path) -> Path:
    """Where the socket of a data folder is."""
    return data / "run" / "motlan.sock"


def is_up(data: Path) -> bool:
    """Whether a process answers on the socket; a file left by a killed process does not count."""
    path = socket_path(data)
    if not path.exists():
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


def ingest(data: Path, paths: Sequence[Path], *, declared: Declaration, listen: Listener) -> Handed:
    """Have the running process take files in and work on them; pass on what it tells.

    Raises:
        MotlanError: what ended the run there, rebuilt by its code.
        StoreError: the process went away in the middle; nothing is lost.
    """
    # Only this call needs the HTTP library, and importing it costs more than most commands.
    import httpx  # noqa: PLC0415

    asked = {"paths": [str(path.absolute()) for path in paths], **asdict(declared)}
    transport = httpx.HTTPTransport(uds=str(socket_path(data)))
    handed: Handed | None = None
    try:
        with (
            # A batch takes as long as it takes; each page has its own time limit over there.
            httpx.Client(transport=transport, base_url="http://motlan", timeout=None) as client,  # noqa: S113
            client.stream("POST", "/v1/batches", json=asked) as answer,
        ):
            answer.raise_for_status()
            for line in answer.iter_lines():
                handed = _hear(json.loads(line), listen) or handed
    except (httpx.HTTPError, ValueError) as error:
        raise StoreError(cause=str(error)) from error
    if handed is None:
        raise StoreError(cause="the serving process ended without an answer")
    return handed


def _hear(line: dict[str, Any], listen: Listener) -> Handed | None:
    """Pass progress on, raise what went wrong, give the outcome back."""
    if "error" in line:
        failure = line["error"]
        kinds = {kind.code: kind for kind in all_errors()}
        kind = kinds.get(str(failure["code"]), MotlanError)
        raise kind(str(failure["item"]), **failure["details"])
    if "handed" in line:
        told = line["handed"]
        return Handed(
            batch=told["batch"],
            items=tuple(told["items"]),
            refused=tuple(RefusedRow(**row) for row in told["refused"]),
            duplicates=tuple(told["duplicates"]),
            skipped=tuple(told["skipped"]),
        )
    listen(Progress(**{**line, "stage": Stage(line["stage"])}))
    return None


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the service.

    Attributes:
        request: its id; tell it when asking for help.
        told: what was answered, as docs/api.md describes it.
        kept: the whole as it came, with its proof: this is what to keep.
    """

    request: str
    told: Mapping[str, Any]
    kept: bytes


class Client:
    """Asks the HTTP service. Not for threads; make one for each.

    A call that is told to come again (429, 503) waits as long as it is told and does, a few times; every call
    may safely be repeated.
    """

    def __init__(  # noqa: PLR0913 - each is something a caller may have to say
        self,
        address: str,
        key: str,
        *,
        ca: Path | None = None,
        timeout_s: float = 30.0,
        pause: Callable[[float], None] = time.sleep,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Ask a service.

        Args:
            address: ``https://host:port``.
            key: API key, or a token of the identity provider.
            ca: PEM file of the authorities for the address; the system's when ``None``.
            timeout_s: limit for each wait on the network, in seconds.
            pause: how to wait, in seconds.
            transport: another way to the service.
        """
        import ssl  # noqa: PLC0415

        import httpx  # noqa: PLC0415

        self._failures: tuple[type[Exception], ...] = (httpx.HTTPError,)
        self._address = address
        self._pause = pause
        self._client = httpx.Client(
            base_url=address,
            headers={"Authorization": f"Bearer {key}"},
            verify=ssl.create_default_context(cafile=str(ca) if ca else None),
            timeout=timeout_s,
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def register_dossier(
        self, code: str, procedure: str, owner: str, persons: Sequence[tuple[str, str]] = ()
    ) -> Answer:
        """Register a dossier; ``persons`` are pairs of ``partner`` or ``child`` and a number."""
        others = [{"whose": whose, "number": number} for whose, number in persons]
        body = {"code": code, "procedure": procedure, "owner": owner, "persons": others}
        return self._ask("POST", "/v1/dossiers", json=body)

    def dossier(self, code: str) -> Answer:
        """How a dossier stands, and its papers."""
        return self._ask("GET", f"/v1/dossiers/{code}")

    def close_dossier(self, code: str) -> Answer:
        """The result was handed over, or the case dropped."""
        return self._ask("POST", f"/v1/dossiers/{code}/close")

    def declare_components(
        self,
        code: str,
        components: Sequence[tuple[str, str, str]],
        *,
        insisted: Mapping[str, tuple[str, str]] | None = None,
    ) -> Answer:
        """How each component came: its code, how it came (``handed_in`` …), id of a paper or empty.

        Args:
            code: of the dossier.
            components: all of them.
            insisted: by component, why the citizen was asked for it although it was held: reason and words.
        """
        reasons = {
            component: {"reason": reason, "words": words}
            for component, (reason, words) in (insisted or {}).items()
        }
        told = [
            {
                "code": component,
                "came": came,
                "document": document or None,
                "insisted": reasons.get(component),
            }
            for component, came, document in components
        ]
        return self._ask("PUT", f"/v1/dossiers/{code}/components", json={"components": told})

    def results(self, code: str, documents: Sequence[str], *, handed_over: bool) -> Answer:
        """Hold results of a dossier back from reuse, or say that the citizen has them."""
        told = {"documents": list(documents), "handed_over": handed_over}
        return self._ask("POST", f"/v1/dossiers/{code}/results", json=told)

    def changes(self, cursor: str = "") -> Answer:
        """What changed since the cursor of the answer before; from the oldest that is kept without one."""
        return self._ask("GET", "/v1/changes", params={"cursor": cursor} if cursor else {})

    def tell_handling(self, code: str, told: Mapping[str, Any]) -> Answer:
        """How a dossier went until now, whole, as docs/api.md describes it."""
        return self._ask("POST", f"/v1/dossiers/{code}/handling", json=dict(told))

    def flags(self, code: str) -> Answer:
        """The flags of a dossier under their national names."""
        return self._ask("GET", f"/v1/dossiers/{code}/flags")

    def tell_portal_counts(self, counts: Sequence[tuple[str, str, str, int]]) -> Answer:
        """Office, first day, last day, and dossiers received as the national portal counts them."""
        told = [
            {"office": office, "first": first, "last": last, "received": received}
            for office, first, last, received in counts
        ]
        return self._ask("POST", "/v1/portal-counts", json={"counts": told})

    def indicators(self, first: str, last: str, *, office: str = "", level: str = "") -> Answer:
        """The figures of dossiers received from one day (``2026-11-01``) to another."""
        narrower = {name: told for name, told in (("office", office), ("level", level)) if told}
        return self._ask("GET", "/v1/indicators", params={"from": first, "to": last, **narrower})

    def check_reuse(
        self,
        dossier: str,
        owner: str,
        *,
        persons: Sequence[tuple[str, str]] = (),
        facts: Mapping[str, bool] | None = None,
    ) -> Answer:
        """Which papers of the dossier's procedure are held, and which must be asked for."""
        return self._ask("POST", "/v1/reuse-checks", json=_question(dossier, owner, persons, facts or {}))

    def check_reuse_batch(self, questions: Sequence[tuple[str, str]]) -> Answer:
        """The same for pairs of dossier and owner, at most 100; each is answered or refused by itself."""
        checks = [_question(dossier, owner, (), {}) for dossier, owner in questions]
        return self._ask("POST", "/v1/reuse-checks/batch", json={"checks": checks})

    def document(self, document: str, *, dossier: str, fields: Sequence[str] = ()) -> Answer:
        """What a paper says; only ``fields`` when any are named."""
        path = f"/v1/documents/{document}"
        return self._ask("GET", path, headers={"Motlan-Dossier": dossier}, params={"field": list(fields)})

    def download(self, document: str, output: Path, *, dossier: str, original: bool = False) -> str:
        """Write the file of a paper; it appears whole and checked, or not at all.

        Returns:
            SHA-256 of the file (hexadecimal).

        Raises:
            ObjectDamagedError: what came is not what the service announced.
        """
        got = self._send(
            "GET",
            f"/v1/documents/{document}/file",
            headers={"Motlan-Dossier": dossier},
            params={"copy": "original" if original else "signed"},
        )
        sha256 = hashlib.sha256(got.content).hexdigest()
        if got.headers.get("etag") != f'"{sha256}"':
            raise ObjectDamagedError(document)
        with tempfile.NamedTemporaryFile(dir=output.parent, prefix=".motlan-", delete=False) as draft:
            draft.write(got.content)
        try:
            Path(draft.name).replace(output)
        except BaseException:
            with suppress(FileNotFoundError):
                Path(draft.name).unlink()
            raise
        return sha256

    def verify(self, pdf: Path) -> Answer:
        """Whether the signatures of a file are good."""
        headers = {"Content-Type": "application/pdf"}
        return self._ask("POST", "/v1/verifications", content=pdf.read_bytes(), headers=headers)

    def answer_keys(self) -> bytes:
        """The public keys of the answers, as a file for ``motlan answer verify --keys``."""
        return self._send("GET", "/v1/answer-keys").content

    def _ask(self, method: str, path: str, **more: Any) -> Answer:
        got = self._send(method, path, **more)
        told = got.json()
        return Answer(str(told["request"]), dict(told["answer"]), got.content)

    def _send(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One request, again where the service says so.

        Raises:
            ServiceRefusedError: it told a problem.
            ServiceUnreachableError: nothing came.
        """
        left = _TRIES
        while True:
            left -= 1
            try:
                got = self._client.request(method, path, **more)
            except self._failures as error:
                raise ServiceUnreachableError(self._address, cause=type(error).__name__) from error
            if got.status_code in _COME_AGAIN and left:
                self._pause(_seconds(got.headers.get("retry-after", "")))
                continue
            if not got.is_success:
                raise _refusal(got)
            return got


def _question(
    dossier: str, owner: str, persons: Sequence[tuple[str, str]], facts: Mapping[str, bool]
) -> dict[str, object]:
    return {
        "dossier": dossier,
        "owner": owner,
        "persons": [{"whose": whose, "number": number} for whose, number in persons],
        "facts": [{"name": name, "holds": holds} for name, holds in facts.items()],
    }


def _seconds(told: str) -> float:
    return min(float(told), _LONGEST_PAUSE) if told.isascii() and told.isdecimal() else 1.0


def _refusal(got: httpx.Response) -> ServiceRefusedError:
    request = got.headers.get("motlan-request-id", "")
    try:
        told = got.json()
        code, detail = str(told["code"]), str(told["detail"])
    except (ValueError, KeyError, TypeError):
        code, detail = "unknown", ""
    return ServiceRefusedError(request, told=code, status=got.status_code, detail=detail)

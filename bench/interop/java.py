"""The long-lived Java process with veraPDF and EU DSS: one line of JSON in, one out."""

from __future__ import annotations

import json
import os
import select
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bench.interop.jars import Jars

ANSWER_WITHIN_S = 120.0
# Whatever a library might want to look up goes to a closed port: proof must come from the file.
_NO_NETWORK = tuple(
    f"-D{scheme}.proxy{part}" for scheme in ("http", "https") for part in ("Host=127.0.0.1", "Port=9")
)


class JavaFailedError(Exception):
    """The process ended, or did not answer in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conformance:
    """What veraPDF says.

    Attributes:
        compliant: whether the file is PDF/A-2b.
        broken: clauses of ISO 19005-2 with the number of the test, or the reason why it could not be read.
    """

    compliant: bool
    broken: tuple[str, ...]

    @property
    def complaints(self) -> tuple[str, ...]:
        """Empty if the file is compliant."""
        return () if self.compliant else (self.broken or ("not compliant",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What EU DSS says about one signature or timestamp.

    Attributes:
        conclusion: ``TOTAL_PASSED`` and so on; for timestamps ``PASSED`` and so on.
        why: sub-indication; empty if there is none.
        level: ``PAdES-BASELINE-LTA`` and so on; empty for timestamps.
        messages: errors and warnings of the validator.
    """

    conclusion: str
    why: str
    level: str
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What EU DSS says about one file.

    Attributes:
        signatures: in the order of the file.
        timestamps: of signatures and of the document.
        error: why it could not judge; empty if it did.
    """

    signatures: tuple[Judged, ...] = ()
    timestamps: tuple[Judged, ...] = ()
    error: str = ""

    @property
    def passed(self) -> bool:
        """Whether there is a signature, and every signature and timestamp passed."""
        return (
            bool(self.signatures)
            and all(one.conclusion == "TOTAL_PASSED" for one in self.signatures)
            and all(one.conclusion == "PASSED" for one in self.timestamps)
        )


class JavaValidators:
    """Use it in a ``with`` block; one file after the other."""

    def __init__(self, jars: Jars, *, java: str = "java", answer_within_s: float = ANSWER_WITHIN_S) -> None:
        """Note what to start.

        Args:
            jars: the validators.
            java: the program.
            answer_within_s: how long one file may take, in seconds.
        """
        self._jars = jars
        self._java = java
        self._answer_within_s = answer_within_s
        self._process: subprocess.Popen[bytes] | None = None
        self._read = b""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [self._java, "-Xmx1g", "-XX:+UseSerialGC", "-Dfile.encoding=UTF-8", "-Djava.awt.headless=true",
             *_NO_NETWORK, "-cp", self._jars.class_path, "Validators"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        process = self._started
        assert process.stdin is not None  # noqa: S101  asked for above
        assert process.stdout is not None  # noqa: S101  asked for above
        with suppress(OSError):  # it may have ended with a request unread
            process.stdin.close()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()

    def conformance(self, file: Path) -> Conformance:
        """Whether a file is PDF/A-2b, by veraPDF.

        Raises:
            JavaFailedError: no answer.
        """
        answer = self._ask({"tool": "verapdf", "file": str(file)})
        if "error" in answer:
            return Conformance(compliant=False, broken=(str(answer["error"]),))
        return Conformance(compliant=bool(answer["compliant"]), broken=tuple(answer["broken"]))

    def judgement(
        self,
        file: Path,
        *,
        roots: Sequence[Path],
        at: datetime,
        crls: Sequence[Path] = (),
        detailed: Path | None = None,
    ) -> Judgement:
        """What EU DSS concludes by its default policy, without network.

        Args:
            file: a signed PDF.
            roots: certificates that are trusted, PEM or DER.
            at: aware; the moment of validation.
            crls: revocation lists at hand beside those in the file, DER or PEM.
            detailed: where to leave its detailed report (XML).

        Raises:
            JavaFailedError: no answer.
        """
        request: dict[str, Any] = {
            "tool": "dss",
            "file": str(file),
            "roots": [str(root) for root in roots],
            "at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        if crls:
            request["crls"] = [str(crl) for crl in crls]
        if detailed is not None:
            request["detailed"] = str(detailed)
        answer = self._ask(request)
        if "error" in answer:
            return Judgement(error=str(answer["error"]))
        return Judgement(
            signatures=tuple(map(_judged, answer["signatures"])),
            timestamps=tuple(map(_judged, answer["timestamps"])),
        )

    @property
    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise JavaFailedError("not started")
        return self._process

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        process = self._started
        assert process.stdin is not None  # noqa: S101  asked for above
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
        except OSError as error:
            raise JavaFailedError("ended") from error
        answer: dict[str, Any] = json.loads(self._line(process))
        return answer

    def _line(self, process: subprocess.Popen[bytes]) -> bytes:
        """The next line; a validator that hangs on a file is an error, not a wait."""
        assert process.stdout is not None  # noqa: S101  asked for above
        while b"\n" not in self._read:
            ready, _, _ = select.select([process.stdout], [], [], self._answer_within_s)
            part = os.read(process.stdout.fileno(), 65536) if ready else b""
            if not part:
                process.kill()
                raise JavaFailedError("ended" if ready else "no answer in time")
            self._read += part
        line, _, self._read = self._read.partition(b"\n")
        return line


def _judged(found: dict[str, Any]) -> Judged:
    why = str(found["why"])
    return Judged(
        conclusion=str(found["conclusion"]),
        why="" if why == "null" else why,
        level=str(found.get("level", "")),
        messages=tuple(map(str, found["messages"])),
    )

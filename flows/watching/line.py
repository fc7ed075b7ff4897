"""The working process as the watch sees it: begun when there is work, ended after a while without any."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, Final, Protocol

from dossier.errors import MotlanError, all_errors
from dossier.watch_errors import WatchBrokenOffError
from storage.hot_folder.plan import Told
from storage.inbox import Declaration

_LOOK_SECONDS: Final = 0.5
_END_SECONDS: Final = 20.0
_PIECE: Final = 1 << 16


class LineStoppedError(Exception):
    """Somebody asked the watch to stop; what was in hand is gone on with next time."""


class Line(Protocol):
    """Works on files."""

    def begin(self) -> None:
        """Be ready for work; makes the store when there is none.

        Raises:
            MotlanError: it cannot work, and why.
            WatchBrokenOffError, LineStoppedError: as below.
        """

    def hand_in(
        self, folder: Path, names: Sequence[str], declared: Declaration, *, step: Callable[[], None]
    ) -> Sequence[Told]:
        """Hand files in and work on them; ``step`` is called for each that is finished.

        Raises:
            MotlanError: going on is useless now; nothing is lost.
            WatchBrokenOffError: the process ended.
            LineStoppedError: the watch is to stop.
        """

    def rest(self, *, now: float) -> None:
        """Nothing is to be done at this moment (seconds of the monotonic clock)."""

    def end(self) -> None:
        """End the process."""


class ProcessLine:
    """A child process."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        idle_seconds: float,
        is_stopping: Callable[[], bool],
    ) -> None:
        """Work with a command that answers as ``flows.watching.line_work`` does.

        Args:
            command: program and arguments.
            environment: of the process.
            idle_seconds: without work for so long it is ended.
            is_stopping: whether the watch is to stop.
        """
        self._command = command
        self._environment = environment
        self._idle_seconds = idle_seconds
        self._is_stopping = is_stopping
        self._process: subprocess.Popen[bytes] | None = None
        self._kept = b""
        self._idle_since: float | None = None

    def begin(self) -> None:
        """See ``Line``: start the process unless it runs, and wait until it is ready."""
        if self._process is not None:
            if self._process.poll() is None:
                return
            self.end()
        self._kept = b""
        # What it says beyond its answers could name a file, and our own output may go to a log.
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(self._environment),
        )
        self._answer()

    def hand_in(
        self, folder: Path, names: Sequence[str], declared: Declaration, *, step: Callable[[], None]
    ) -> Sequence[Told]:
        """See ``Line``."""
        self._idle_since = None
        self.begin()
        request = {"folder": str(folder), "names": list(names), "declared": asdict(declared)}
        try:
            self._pipe("stdin").write(json.dumps(request).encode("ascii") + b"\n")
            self._pipe("stdin").flush()
        except OSError as error:
            raise self._died() from error
        while True:
            answer = self._answer()
            if "step" in answer:
                step()
            else:
                outcomes = answer["outcomes"]
                if not isinstance(outcomes, list):
                    raise self._died()
                return [Told(**told) for told in outcomes]

    def rest(self, *, now: float) -> None:
        """See ``Line``."""
        if self._process is None:
            return
        if self._idle_since is None:
            self._idle_since = now
        elif now - self._idle_since >= self._idle_seconds:
            self.end()

    def end(self) -> None:
        """See ``Line``. Without work it ends by itself; in the middle of work it is broken off."""
        process, self._process, self._idle_since = self._process, None, None
        if process is None:
            return
        with contextlib.suppress(OSError):
            if process.stdin is not None:
                process.stdin.close()
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()

    def _answer(self) -> Mapping[str, object]:
        """The next line of the process.

        Raises:
            MotlanError: what it tells went wrong, rebuilt by its code.
            WatchBrokenOffError, LineStoppedError.
        """
        answers = self._pipe("stdout").fileno()
        while b"\n" not in self._kept:
            if self._is_stopping():
                raise LineStoppedError
            if not select.select([answers], [], [], _LOOK_SECONDS)[0]:
                continue
            piece = os.read(answers, _PIECE)
            if not piece:
                raise self._died()
            self._kept += piece
        line, _, self._kept = self._kept.partition(b"\n")
        told: Mapping[str, object] = json.loads(line)
        failure = told.get("error")
        if isinstance(failure, dict):
            kinds = {kind.code: kind for kind in all_errors()}
            raise kinds.get(str(failure["code"]), MotlanError)(str(failure["item"]), **failure["details"])
        return told

    def _pipe(self, name: str) -> IO[bytes]:
        pipe: IO[bytes] | None = getattr(self._process, name)
        if pipe is None:
            raise self._died()
        return pipe

    def _died(self) -> WatchBrokenOffError:
        self.end()
        return WatchBrokenOffError("watch", cause="the working process ended")

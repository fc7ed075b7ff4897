"""An object store that survives ``kill -9``: the small server of the tests with a log of what it keeps.

``python -m tests.faults.province.store_host FOLDER HOST PORT``. Every change is in the log, synced, before it
is answered. ``FOLDER/mood`` says how it feels: empty is well, ``dead`` refuses, ``full`` takes nothing,
``slow SECONDS`` waits, ``deaf`` does what is asked and never answers.
"""

from __future__ import annotations

import os
import pickle
import sys
import threading
import time
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.storage import s3_server as small
from tests.storage.s3_server import Bucket, Refusal, Version


class Log:
    """What was changed, in order."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._guard = threading.Lock()
        self._file = path.open("ab")

    def add(self, *change: Any) -> None:
        """Keep a change; it is on the disk when this returns."""
        with self._guard:
            pickle.dump(change, self._file)
            self._file.flush()
            os.fdatasync(self._file.fileno())

    def read_into(self, bucket: Bucket) -> None:
        """Bring back what was kept; a change that was cut off by a kill never happened."""
        whole = 0
        with self._path.open("rb") as file:
            while True:
                try:
                    kind, *told = pickle.load(file)  # noqa: S301 - our own file
                except (EOFError, pickle.UnpicklingError):
                    break
                whole = file.tell()
                _apply(bucket, kind, told)
        os.truncate(self._path, whole)


def _apply(bucket: Bucket, kind: str, told: list[Any]) -> None:
    match kind, told:
        case "add", [key, version]:
            bucket.versions.setdefault(key, []).append(version)
        case "lock", [key, version_id, lock]:
            for version in bucket.versions.get(key, []):
                if version.id == version_id:
                    version.headers |= lock
        case "gone", [key, version_id]:
            left = [version for version in bucket.versions.get(key, []) if version.id != version_id]
            bucket.versions.pop(key, None)
            if left:
                bucket.versions[key] = left


class Handler(small._Handler):
    """Keeps what it does."""

    log: Log

    def _add(self, key: str, body: bytes, headers: dict[str, str]) -> Version:
        made = super()._add(key, body, headers)
        self.log.add("add", key, made)
        return made

    def _keep_lock(self, version: Version, lock: dict[str, str]) -> None:
        super()._keep_lock(version, lock)
        for key, versions in self.bucket.versions.items():
            if version in versions:
                self.log.add("lock", key, version.id, lock)

    def _delete(self, key: str, wanted: str | None) -> None:
        super()._delete(key, wanted)
        if wanted is not None:
            self.log.add("gone", key, wanted)


class Mood:
    """How the server feels, looked up for every request."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def before(self, method: str, _path: str) -> None:
        """Wait or refuse, as it feels."""
        feels, _, amount = self._feels().partition(" ")
        if feels == "dead":
            raise Refusal(503, "ServiceUnavailable")
        if feels == "full" and method in ("PUT", "POST"):
            raise Refusal(507, "InsufficientStorage")
        if feels == "slow":
            time.sleep(float(amount))

    def loses(self, method: str, _path: str) -> bool:
        """Whether the answer is lost."""
        return method == "PUT" and self._feels() == "deaf"

    def _feels(self) -> str:
        try:
            return self._path.read_text("utf-8").strip()
        except OSError:
            return ""


def main(folder: Path, host: str, port: int) -> None:
    """Serve until killed."""
    bucket, path, mood = Bucket(), folder / "changes", Mood(folder / "mood")
    path.touch()
    log = Log(path)
    log.read_into(bucket)
    bucket.trouble, bucket.lost_answer = mood.before, mood.loses
    handler = type("Kept", (Handler,), {"bucket": bucket, "log": log})
    ThreadingHTTPServer((host, port), handler).serve_forever()


def kept_in(folder: Path) -> Bucket:
    """What a server that is not running keeps."""
    bucket = Bucket()
    Log(folder / "changes").read_into(bucket)
    return bucket


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))

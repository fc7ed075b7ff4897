"""Verdicts that were reached before: the same bytes, policy, trust store, local lists, program and day.

A verdict may change overnight, when a list or a certificate ends, so the day (Vietnam) belongs to the key; an
undecided one is asked again after an hour, because what was missing may have come. An entry that is damaged,
cut short or of another key is no entry. Production and demonstrations never share one.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from dossier.moments import VIETNAM
from signing.atomic_files import replace_file
from signing.policies import SignaturePolicy
from signing.records import from_plain, to_plain
from signing.report import ExpectedSignature, Report
from signing.trust import TrustStore

UNDECIDED_FOR = timedelta(hours=1)
MOST_ENTRIES = 65536
_MOST_BYTES = 512 * 1024
_SHELVES = 256
_BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictKey:
    """Everything that a verdict depends on.

    Attributes:
        file: SHA-256 of the file's bytes, hexadecimal.
        policy: id, version and content of the policy.
        trust: version of the trust store; tells production and demonstration apart.
        lists: version of the local authorities and revocation lists.
        expected: what the register said must be there; ``None`` if nothing was said.
        day: of judging, in Vietnam.
        asked_day: whether the day was asked for and is not simply today.
        program: version of the program that judged.
    """

    file: str
    policy: str
    trust: str
    lists: str
    expected: str | None
    day: date
    asked_day: bool
    program: str

    @property
    def digest(self) -> str:
        """SHA-256 over all of it, hexadecimal."""
        return hashlib.sha256(json.dumps(to_plain(self), sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictCache:
    """Reports on disk.

    Attributes:
        folder: where they lie; made when first written to. May be lost at any time.
        program: version of the program; entries of another are never read.
        most_entries: how many are kept; the oldest leave.
    """

    folder: Path
    program: str
    most_entries: int = MOST_ENTRIES

    def key(  # noqa: PLR0913 - a verdict depends on all of these
        self,
        path: Path,
        *,
        policy: SignaturePolicy,
        trust: TrustStore,
        at: datetime,
        expected: Sequence[ExpectedSignature] | None,
        asked_day: bool,
    ) -> VerdictKey:
        """The key of a verdict about to be asked for.

        Raises:
            OSError: the file cannot be read.
        """
        told = None if expected is None else [to_plain(one) for one in expected]
        return VerdictKey(
            file=file_digest(path),
            policy=f"{policy.id}/{policy.version}/{policy.digest}",
            trust=trust.version,
            lists=trust.cache_version,
            expected=None if told is None else json.dumps(told, sort_keys=True),
            day=at.astimezone(VIETNAM).date(),
            asked_day=asked_day,
            program=self.program,
        )

    def find(self, key: VerdictKey, *, file: str, at: datetime) -> Report | None:
        """The report that was kept under a key; ``None`` if there is none that can be used.

        Args:
            key: of the verdict.
            file: how the file is called this time.
            at: aware; the moment of asking.
        """
        try:
            with self._path(key).open("rb") as stream:
                line, _, body = stream.read(_MOST_BYTES).partition(b"\n")
            if line.decode() != _seal(key, body):
                return None
            report = from_plain(Report, json.loads(body))
        except (OSError, ValueError, RecursionError):
            return None
        judged = report.judged_at
        if judged is None or (report.conclusion == "indeterminate" and abs(at - judged) > UNDECIDED_FOR):
            return None
        return replace(report, file=file)

    def keep(self, key: VerdictKey, report: Report) -> None:
        """Keep a report; where that is not possible, nothing is kept and nobody is told.

        The name of the file stays out: it may say whose paper it is.
        """
        body = json.dumps(to_plain(replace(report, file="")), ensure_ascii=False).encode()
        path = self._path(key)
        try:
            replace_file(path, _seal(key, body).encode() + b"\n" + body, durable=False)
            _shorten(path.parent, most=max(1, self.most_entries // _SHELVES))
        except OSError:
            return

    def clear(self) -> int:
        """Forget everything; says how many entries left."""
        found = list(self.folder.glob("??/*.json"))
        for path in found:
            path.unlink(missing_ok=True)
        return len(found)

    def _path(self, key: VerdictKey) -> Path:
        digest = key.digest
        return self.folder / digest[:2] / f"{digest}.json"


def file_digest(path: Path) -> str:
    """SHA-256 of a file, hexadecimal; in blocks, whatever its size.

    Raises:
        OSError: it cannot be read.
    """
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _seal(key: VerdictKey, body: bytes) -> str:
    """Binds an entry to its key, so that a damaged or misplaced one is seen."""
    return hashlib.sha256(key.digest.encode() + body).hexdigest()


def _shorten(shelf: Path, *, most: int) -> None:
    """Let the oldest entries of a shelf leave."""
    with os.scandir(shelf) as entries:
        found = [entry for entry in entries if entry.name.endswith(".json")]
        if len(found) <= most:
            return
        aged = sorted((entry.stat().st_mtime_ns, entry.name) for entry in found)
    for _, name in aged[: len(aged) - most]:
        (shelf / name).unlink(missing_ok=True)

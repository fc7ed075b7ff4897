"""Signing many files of a person's folder: one PIN or one confirmation for as many as the key allows.

Run again with the same files, it goes on where it stopped: batches that wait are taken up first, files that
are signed already are left alone.
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from dossier.errors import (
    InputNotAFileError,
    InputNotFoundError,
    MotlanError,
    PinRefusedError,
    SigningDeclinedError,
    SigningExpiredError,
    SigningRefusedError,
    SigningServiceError,
    SigningWaitingError,
    StoreBusyError,
    TokenMissingError,
)
from signing.gate import begins_with
from signing.interrupted import InterruptedSigning, Outcome, Paper
from signing.job_state import JobState
from signing.preflight import OFFICER_FIELD, ORGANISATION_FIELD, inspect
from signing.remote.confirming import ConfirmedKey
from signing.signer import Role

WORK_FOLDER = ".motlan-sign"
# Prepared files of one batch lie on the disk together; a crash costs at most these.
_AT_ONCE = 100
_STOPS = (
    PinRefusedError,
    SigningDeclinedError,
    SigningExpiredError,
    SigningServiceError,
    SigningWaitingError,
    TokenMissingError,
)
_FIELDS: dict[Role, str] = {"officer": OFFICER_FIELD, "organisation": ORGANISATION_FIELD}


@contextmanager
def only_one(work: Path) -> Iterator[None]:
    """Be the only process that uses a work folder.

    Raises:
        StoreBusyError: another one does.
    """
    work.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (work / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StoreBusyError(str(work.parent)) from error
        yield


def sign_files(
    flow: InterruptedSigning,
    papers: Sequence[Paper],
    *,
    out: Path,
    role: Role,
    done: Callable[[int], object] = lambda _: None,
) -> list[Outcome]:
    """Sign files, and finish what earlier calls left behind.

    Args:
        flow: prepares, asks, finishes; with ``out`` as its folder.
        papers: what to sign.
        out: folder of the signed files.
        role: who signs.
        done: told how many more files have an outcome.

    Returns:
        One outcome for each paper, in their order, then those of earlier calls.
    """
    told: dict[str, tuple[str, Outcome]] = {}
    others_wait: dict[str, tuple[str, Outcome]] = {}
    for state in flow.waiting():
        if state.role == role:
            told |= _named(state, _one_batch(flow, state))
        else:
            waits = [
                Outcome(item=one.item, out=None, error=SigningWaitingError(one.item)) for one in state.papers
            ]
            others_wait |= _named(state, waits)
    results: dict[int, Outcome] = {}
    fresh: list[int] = []
    names: set[str] = set()
    for index, paper in enumerate(papers):
        known = _without_signing(
            paper, told=others_wait | told, out=out, role=role, twice=paper.name in names
        )
        names.add(paper.name)
        if known is None:
            fresh.append(index)
        else:
            results[index] = known
            done(1)
    stopped = _stop([outcome for _, outcome in told.values()])
    for part in _parts(fresh, _at_once(flow)):
        # After a refusal, or while a person has a request before them, nobody is asked for more.
        outcomes = (
            [_same(stopped, papers[one]) for one in part]
            if stopped
            else _sign(flow, [papers[one] for one in part])
        )
        stopped = stopped or _stop(outcomes)
        results |= dict(zip(part, outcomes, strict=True))
        done(len(part))
    others = [outcome for name, (_, outcome) in told.items() if name not in names]
    return [results[index] for index in range(len(papers))] + others


def _named(state: JobState, outcomes: Sequence[Outcome]) -> dict[str, tuple[str, Outcome]]:
    return {
        paper.name: (paper.sha256, outcome) for paper, outcome in zip(state.papers, outcomes, strict=True)
    }


def _sign(flow: InterruptedSigning, papers: Sequence[Paper]) -> list[Outcome]:
    state, outcomes = flow.prepare(papers)
    if state is not None:
        outcomes = [*outcomes, *_one_batch(flow, state)]
    by_item = {outcome.item: outcome for outcome in outcomes}
    return [by_item[paper.item] for paper in papers]


def _one_batch(flow: InterruptedSigning, state: JobState) -> list[Outcome]:
    try:
        return flow.go_on(state)
    except MotlanError as error:
        return [Outcome(item=paper.item, out=None, error=error) for paper in state.papers]


def _stop(outcomes: Sequence[Outcome]) -> MotlanError | None:
    return next((outcome.error for outcome in outcomes if isinstance(outcome.error, _STOPS)), None)


def _same(error: MotlanError, paper: Paper) -> Outcome:
    return Outcome(item=paper.item, out=None, error=error)


def _without_signing(
    paper: Paper, *, told: dict[str, tuple[str, Outcome]], out: Path, role: Role, twice: bool
) -> Outcome | None:
    """The outcome of a file that needs no signing now; ``None`` if it does."""
    target = out / paper.name
    error: MotlanError | None = None
    if not paper.source.exists():
        error = InputNotFoundError(paper.item)
    elif not paper.source.is_file():
        error = InputNotAFileError(paper.item)
    elif twice:
        error = SigningRefusedError(paper.item, reason="hai tệp cùng tên sẽ ghi đè lên nhau")
    elif paper.name in told:
        sha256, outcome = told[paper.name]
        if sha256 == _sha256(paper.source):
            return replace(outcome, item=paper.item)
        error = SigningRefusedError(paper.item, reason="một tệp khác cùng tên đang được ký dở")
    elif target.exists():
        if _signed_already(target, paper, role):
            return Outcome(item=paper.item, out=target, earlier=True)
        error = SigningRefusedError(paper.item, reason="thư mục kết quả đã có một tệp khác cùng tên")
    return Outcome(item=paper.item, out=None, error=error) if error else None


def _signed_already(target: Path, paper: Paper, role: Role) -> bool:
    if target.samefile(paper.source) or not begins_with(target, paper.source):
        return False
    try:
        return _FIELDS[role] in inspect(target, item=paper.item).signed
    except MotlanError:
        return False


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _at_once(flow: InterruptedSigning) -> int:
    return flow.key.at_once if isinstance(flow.key, ConfirmedKey) else _AT_ONCE


def _parts(indexes: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(indexes), size):
        yield indexes[start : start + size]

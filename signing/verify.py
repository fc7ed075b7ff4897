"""Verification of signed PDF files: bytes, a trust store and a moment in, a report out.

Nothing is fetched: revocation data come from the file and from the trust store. Nothing is written but the
cache of verdicts, where one is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from dossier.errors import PdfUnreadableError
from dossier.moments import VIETNAM
from signing.policies import SignaturePolicy, load_policies
from signing.report import ExpectedSignature, Report
from signing.trust import TrustStore
from signing.verdict_cache import VerdictCache


def verify_file(  # noqa: PLR0913 - what a verdict depends on has these parts
    path: Path,
    *,
    trust: TrustStore,
    at: datetime,
    expected: Sequence[ExpectedSignature] | None = None,
    policy: SignaturePolicy | None = None,
    cache: VerdictCache | None = None,
    asked_day: bool = False,
) -> Report:
    """Verify every signature of a file; the conclusion is that of the worst.

    Never changes the file, never opens a connection, never raises on hostile content.

    Args:
        path: the file.
        trust: the roots that count; with none of them nothing passes.
        at: aware; the moment of verification.
        expected: what the register says must be there; a file that was cut back to an earlier signature
            then fails. ``None`` if nothing is known of the file.
        policy: what a signature must be like; the project's policy of the day of ``at`` by default.
        cache: verdicts reached before; nothing is looked up or kept without one.
        asked_day: whether ``at`` is a day somebody asked for, kept apart from verdicts of today.

    Raises:
        PolicyUnknownError: no policy was given, and none was in force that day.
        PdfUnreadableError: it is no PDF, or one that cannot be read and claims no signature.
    """
    chosen = policy or load_policies().on(at.astimezone(VIETNAM).date())
    if cache is None:
        return _judged(path, trust=trust, at=at, expected=expected, policy=chosen)
    try:
        before = _identity(path)
        key = cache.key(path, policy=chosen, trust=trust, at=at, expected=expected, asked_day=asked_day)
    except OSError as error:
        raise PdfUnreadableError(path.name, cause=type(error).__name__) from error
    found = cache.find(key, file=str(path), at=at)
    if found is not None:
        return found
    report = _judged(path, trust=trust, at=at, expected=expected, policy=chosen)
    # A file that somebody wrote to meanwhile is not the file that was hashed.
    if _identity(path) == before:
        cache.keep(key, report)
    return report


def _judged(
    path: Path,
    *,
    trust: TrustStore,
    at: datetime,
    expected: Sequence[ExpectedSignature] | None,
    policy: SignaturePolicy,
) -> Report:
    from signing.verifying import verify  # noqa: PLC0415  the library takes a second to load

    report = verify(path, trust=trust, at=at, expected=expected, policy=policy)
    return replace(
        report,
        policy=policy.id,
        policy_version=policy.version,
        trust_version=trust.version,
        judged_at=at,
    )


def _identity(path: Path) -> tuple[int, ...] | None:
    try:
        told = path.stat()
    except OSError:
        return None
    return told.st_dev, told.st_ino, told.st_size, told.st_mtime_ns, told.st_ctime_ns

"""Verification of signed PDF files: bytes, a trust store and a moment in, a report out.

Nothing is written and nothing is fetched: revocation data come from the file and from the trust store.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from signing.report import ExpectedSignature, Report
from signing.trust import TrustStore


def verify_file(
    path: Path,
    *,
    trust: TrustStore,
    at: datetime,
    expected: Sequence[ExpectedSignature] | None = None,
) -> Report:
    """Verify every signature of a file; the conclusion is that of the worst.

    Never changes the file, never opens a connection, never raises on hostile content.

    Args:
        path: the file.
        trust: the roots that count; with none of them nothing passes.
        at: aware; the moment of verification.
        expected: what the register says must be there; a file that was cut back to an earlier signature
            then fails. ``None`` if nothing is known of the file.

    Raises:
        PdfUnreadableError: it is no PDF, or one that cannot be read and claims no signature.
    """
    from signing.verifying import verify  # noqa: PLC0415  the library takes a second to load

    return verify(path, trust=trust, at=at, expected=expected)

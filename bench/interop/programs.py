"""pdfsig, openssl and qpdf: what they say about a signed file, and nothing else.

Each function returns the complaints of the program; none means that it agrees. pdfsig judges integrity only:
its line about trust depends on a certificate database that we do not fill.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.interop.tokens import Token, cut_out

LIMIT_S = 120
TOOLS = {"pdfsig": ("pdfsig", "-v"), "openssl": ("openssl", "version"), "qpdf": ("qpdf", "--version")}
"""The programs, and how each says its version."""
_PART = re.compile(r"^Signature #\d+:$", re.MULTILINE)
_TIMESTAMP_TYPE = re.compile(r"Signature Type: (unknown|ETSI\.RFC3161)$", re.MULTILINE)
_EMPTY = "not signed"
_VALID = "Signature Validation: Signature is Valid."


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a program says about a file.

    Attributes:
        count: how many signatures or tokens it judged.
        complaints: what it does not agree with; empty if it agrees.
    """

    count: int
    complaints: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether it judged anything and objects to nothing."""
        return self.count > 0 and not self.complaints


def pdfsig(file: Path) -> Said:
    """Every signature valid, by poppler; document timestamps and empty fields are none of its business."""
    done = _run(["pdfsig", "-nocert", str(file)])
    parts = _PART.split(done.stdout)[1:]
    signatures = [part for part in parts if not _TIMESTAMP_TYPE.search(part) and _EMPTY not in part]
    complaints = [_verdict_line(part) for part in signatures if _VALID not in part]
    return Said(count=len(signatures), complaints=tuple(complaints))


def openssl(file: Path, *, roots: Sequence[Path]) -> Said:
    """Every CMS signature (``cms -verify -cades``) and timestamp (``ts -verify``) under given roots (PEM)."""
    try:
        tokens = cut_out(file.read_bytes())
    except ValueError as error:
        return Said(count=1, complaints=(f"no token: {error}",))
    complaints = [complaint for token in tokens if (complaint := openssl_token(token, roots=roots))]
    return Said(count=len(tokens), complaints=tuple(complaints))


def openssl_token(token: Token, *, roots: Sequence[Path]) -> str:
    """What openssl objects to in one token; empty if nothing."""
    with tempfile.TemporaryDirectory(prefix="motlan-interop-") as name:
        der, data = Path(name) / "token.der", Path(name) / "data.bin"
        der.write_bytes(token.der)
        data.write_bytes(token.data)
        trusted = Path(name) / "roots.pem"
        trusted.write_bytes(b"".join(root.read_bytes() for root in roots))
        command = _ts(der, data, trusted) if token.is_timestamp else _cms(der, data, trusted)
        done = _run(command)
    if done.returncode == 0:
        return ""
    return f"{token.kind}: {(done.stderr.strip().splitlines() or [str(done.returncode)])[-1]}"


def qpdf(file: Path) -> Said:
    """The syntax of the file without fault or warning."""
    done = _run(["qpdf", "--check", str(file)])
    lines = (done.stderr.strip().splitlines() or [f"exit {done.returncode}"]) if done.returncode else []
    return Said(count=1, complaints=tuple(lines[:1]))


def version(command: Sequence[str]) -> str:
    """The first line that a program prints about its version."""
    done = _run(command)
    return ((done.stdout or done.stderr).strip().splitlines() or ["?"])[0]


def _cms(der: Path, data: Path, trusted: Path) -> list[str]:
    return [
        "openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", str(der),
        "-content", str(data), "-CAfile", str(trusted), "-purpose", "any", "-out", os.devnull,
    ]  # fmt: skip


def _ts(der: Path, data: Path, trusted: Path) -> list[str]:
    return [
        "openssl", "ts", "-verify", "-token_in", "-in", str(der), "-data", str(data), "-CAfile", str(trusted)
    ]  # fmt: skip


def _verdict_line(part: str) -> str:
    return next(
        (line.strip(" -") for line in part.splitlines() if "Signature Validation" in line), "no verdict"
    )


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=LIMIT_S,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )

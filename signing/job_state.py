"""What is known of a batch that waits for its signatures, as one small file beside the prepared ones.

Written whole, synced and renamed, so a crash leaves the old state or the new one. Only the owner of the
folder may read it: prepared files are papers of people, and a ticket lets its holder fetch signatures.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from signing.prepared import Prepared
from signing.remote.confirming import Request

_STATE = "job.json"
_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfSigned:
    """One prepared file of a batch.

    Attributes:
        item: how the person named the file.
        name: file name of the signed file.
        sha256: of the source, hexadecimal.
        prepared: what is needed to put its signature in.
    """

    item: str
    name: str
    sha256: str
    prepared: Prepared


@dataclass(frozen=True, slots=True, kw_only=True)
class JobState:
    """One batch: prepared, asked for, signed.

    Attributes:
        id: of the batch and of the request to sign; a UUID.
        role: who signs.
        fingerprint: SHA-256 of the certificate, hexadecimal.
        papers: the prepared files, in the order of the request.
        asked: whether a request may have been sent.
        request: the request as the service confirmed it.
        signatures: one for each paper, once they are there.
    """

    id: str
    role: Literal["officer", "organisation"]
    fingerprint: str
    papers: tuple[HalfSigned, ...]
    asked: bool = False
    request: Request | None = field(default=None, repr=False)
    signatures: tuple[bytes, ...] = field(default=(), repr=False)


def half_path(folder: Path, number: int) -> Path:
    """Where the prepared file of the paper with that number (from 1) lies."""
    return folder / f"{number}.pdf"


def write_state(folder: Path, state: JobState) -> None:
    """Write the state so that it survives whatever comes next.

    Raises:
        OSError: the disk does not take it.
    """
    fresh = folder / f"{_STATE}.new"
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(_as_json(state), stream, ensure_ascii=False)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(folder / _STATE)
    sync_folder(folder)


def read_state(folder: Path) -> JobState | None:
    """The state in a folder; ``None`` if there is none that this version understands."""
    try:
        value = json.loads((folder / _STATE).read_text(encoding="utf-8"))
        return _from_json(value) if value["version"] == _VERSION else None
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return None


def sync_folder(folder: Path) -> None:
    """Force the names in a folder to disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file(path: Path) -> None:
    """Force a file to disk."""
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def throw_away(folder: Path) -> None:
    """Remove a batch with its prepared files; sources and signed files lie elsewhere."""
    shutil.rmtree(folder, ignore_errors=True)


def _as_json(state: JobState) -> dict[str, object]:
    request = state.request
    return {
        "version": _VERSION,
        "id": state.id,
        "role": state.role,
        "fingerprint": state.fingerprint,
        "asked": state.asked,
        "request": request
        and {"id": request.id, "ticket": request.ticket, "expires": request.expires.isoformat()},
        "signatures": [_text(one) for one in state.signatures],
        "papers": [
            {
                "item": paper.item,
                "name": paper.name,
                "sha256": paper.sha256,
                "field": paper.prepared.field_name,
                "source_size": paper.prepared.source_size,
                "digest": _text(paper.prepared.digest),
                "gap": [paper.prepared.start, paper.prepared.end],
                "attributes": _text(paper.prepared.attributes),
            }
            for paper in state.papers
        ],
    }


def _from_json(value: Mapping[str, Any]) -> JobState:
    asked = value["request"]
    request = asked and Request(
        id=asked["id"], ticket=asked["ticket"], expires=datetime.fromisoformat(asked["expires"])
    )
    return JobState(
        id=value["id"],
        role=value["role"],
        fingerprint=value["fingerprint"],
        asked=value["asked"],
        request=request,
        signatures=tuple(_bytes(one) for one in value["signatures"]),
        papers=tuple(_paper(one) for one in value["papers"]),
    )


def _paper(value: Mapping[str, Any]) -> HalfSigned:
    start, end = value["gap"]
    prepared = Prepared(
        field_name=value["field"],
        source_size=value["source_size"],
        digest=_bytes(value["digest"]),
        start=start,
        end=end,
        attributes=_bytes(value["attributes"]),
    )
    return HalfSigned(item=value["item"], name=value["name"], sha256=value["sha256"], prepared=prepared)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(value: str) -> bytes:
    return base64.b64decode(value, validate=True)

"""The private key that answers are signed with: from the settings, or a demo key made once."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from dossier.errors import DemoKeyError, StoreError
from wiring.settings import Settings


@dataclass(frozen=True, slots=True)
class AnswerKey:
    """A private key as PEM, and whether it is the demo key."""

    pem: str = field(repr=False)
    demo: bool


def answer_key(settings: Settings, make: Callable[[], bytes]) -> AnswerKey:
    """The key of an installation.

    Args:
        settings: of the installation.
        make: makes a private key as PEM; called at most once in the life of a data folder.

    Raises:
        DemoKeyError: production without a key of its own.
        StoreError: the demo key cannot be kept.
    """
    if settings.api.answer_key is not None:
        return AnswerKey(settings.api.answer_key(), demo=False)
    if settings.production:
        raise DemoKeyError("MOTLAN_ANSWER_KEY")
    path = settings.data / "demo-answer-key.pem"
    try:
        if not path.exists():
            _keep_first(path, make())
        return AnswerKey(path.read_text("ascii"), demo=True)
    except OSError as error:
        raise StoreError(path.name, cause=type(error).__name__) from error


def _keep_first(path: Path, content: bytes) -> None:
    """Put a private file in place whole; of several that try, the first one's stays."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".motlan-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        Path(draft).unlink()

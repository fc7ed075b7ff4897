"""Places that hold objects: a folder or a bucket, each with its name, its blobs and what tends them.

Upkeep (copies, fixity, repair) asks more of a place than the line does: to list its objects in order, to put
damaged bytes aside, to sweep up after killed writers. That is ``Tending``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dossier.ids import Sha256
from dossier.ports import DisposableBlobs
from storage.trials import Trial

FIRST = "kho"
"""Name of the first place where the settings give it none."""

SECOND = "ban-sao"
"""The same for the place of second copies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An object as a place lists it, its bytes not read.

    Attributes:
        sha256: the hash it is kept under.
        size: bytes.
        stored_at: when it came, aware, UTC.
    """

    sha256: Sha256
    size: int
    stored_at: datetime


class Tending(Protocol):
    """What upkeep asks of a place, beside its blobs. Only ``walk`` and ``need_reachable`` need no lock."""

    def need_reachable(self) -> None:
        """Make sure that the place itself is there, so that one lost mount is not a million lost objects.

        Raises:
            StoreUnavailableError: or what else keeps us from it.
        """

    def walk(self, *, after: str = "") -> Iterator[Listed]:
        """Every object whose hash is above ``after``, in order of hash; memory does not grow with them.

        Raises:
            StoreError: the place cannot be listed.
        """

    def set_aside(self, sha256: Sha256) -> bool:
        """Take damaged bytes out of the way of good ones; they stay kept. True when something was moved.

        Raises:
            StoreError: they cannot be moved.
        """

    def remove(self, sha256: Sha256) -> bool:
        """Remove an object that nothing names; false where a lock does not let it go yet.

        Raises:
            StoreError: the place refuses for another reason.
        """

    def leftovers(self, *, before: datetime, remove: bool) -> int:
        """Drafts and unfinished uploads begun before that moment: how many; taken away when asked to.

        Raises:
            StoreError: they cannot be listed or removed.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place that holds objects.

    Attributes:
        name: as settings, journal and people call it; names no machine and no person.
        blobs: its bytes.
        tending: what upkeep does to it.
        prepare: makes a folder, or looks whether a bucket is fit; before its first use.
        prove: tries on a canary what must not be possible there; raises StoreError where nothing answers.
    """

    name: str
    blobs: DisposableBlobs
    tending: Tending
    prepare: Callable[[], None]
    prove: Callable[[], Sequence[Trial]]

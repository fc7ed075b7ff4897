"""Object Lock as it stands at an object: asked for with the bytes, read back from the server.

Some servers take the headers of a lock and keep none. So what counts is never what was sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from minio.retention import Retention

from dossier.errors import StoreLockError

Mode = Literal["GOVERNANCE", "COMPLIANCE"]

_MODE: Final = "x-amz-object-lock-mode"
_UNTIL: Final = "x-amz-object-lock-retain-until-date"
_HOLD: Final = "x-amz-object-lock-legal-hold"
# Servers write fractions of a second of any length; the date of a lock is whole seconds.
_WHOLE_SECONDS: Final = 19


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """How long nobody can remove a version.

    Attributes:
        mode: ``COMPLIANCE`` binds every user of the server, ``GOVERNANCE`` those without the bypass right.
        until: aware, UTC, whole seconds.
        hold: legal hold: no removal whatever the date, until it is lifted.
    """

    mode: Mode
    until: datetime
    hold: bool = False

    def retention(self) -> Retention:
        """The same for the client."""
        return Retention(self.mode, self.until.astimezone(UTC).replace(microsecond=0))

    def at_least(self, wanted: Lock) -> bool:
        """Whether this lock protects as long and as firmly as the wanted one."""
        firm = self.mode == "COMPLIANCE" or wanted.mode == "GOVERNANCE"
        return firm and self.until >= wanted.until.replace(microsecond=0) and (self.hold or not wanted.hold)


def lock_of(headers: Mapping[str, str]) -> Lock | None:
    """The lock that the headers of an object tell of; nothing when there is none or it cannot be read."""
    mode, until = headers.get(_MODE), headers.get(_UNTIL)
    if mode not in {"GOVERNANCE", "COMPLIANCE"} or not until:
        return None
    try:
        moment = datetime.fromisoformat(until[:_WHOLE_SECONDS]).replace(tzinfo=UTC)
    except ValueError:
        return None
    firm: Mode = "COMPLIANCE" if mode == "COMPLIANCE" else "GOVERNANCE"
    return Lock(mode=firm, until=moment, hold=is_held(headers))


def is_held(headers: Mapping[str, str]) -> bool:
    """Whether the headers of an object tell of a legal hold, with a lock or without."""
    return headers.get(_HOLD) == "ON"


def need_lock(headers: Mapping[str, str], wanted: Lock, *, item: str) -> Lock:
    """Make sure that an object bears its lock; gives the one it bears.

    Raises:
        StoreLockError: it bears none, a shorter or a weaker one.
    """
    found = lock_of(headers)
    if found is None or not found.at_least(wanted):
        raise StoreLockError(item, cause="no lock" if found is None else "a weaker lock")
    return found

"""The feed of changes as others read it: within their scope, in bounded pages, from a cursor on."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from dossier.admission import EVERYTHING, Scopes
from dossier.changes import Change
from dossier.service_errors import ChangesGoneError, CursorInvalidError
from wiring.services import Services

MOST_CHANGES: Final = 200
KEPT_DAYS: Final = 400
"""How long a change is kept; whoever was away longer compares everything once."""

_LOOKED_THROUGH: Final = 2000
_AT_ONCE: Final = 1000
_PROOF_DIGITS: Final = 16
_CURSOR: Final = re.compile(r"^(?P<serial>[0-9a-f]{1,15})-(?P<proof>[0-9a-f]{16})\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Changes in order, the cursor that the next page begins at, and whether there is one already."""

    changes: Sequence[Change]
    cursor: str
    more: bool


def read_changes(
    services: Services, scopes: Scopes, *, cursor: str = "", limit: int = MOST_CHANGES
) -> FeedPage:
    """One page of the feed. Nothing is skipped, whoever writes meanwhile: the order is that of commits.

    A page looks through a bounded part of the feed, so it may be empty although more follows.

    Args:
        services: of this installation.
        scopes: changes of other offices and procedures are left out.
        cursor: of the page before; empty for the oldest change that is kept.
        limit: at most so many changes.

    Raises:
        CursorInvalidError: the cursor is none of ours.
        ChangesGoneError: what follows it is not kept any more, or the records were put back to before it.
    """
    feed = services.store.records.changes
    bounds = feed.bounds()
    after = serial_of(services, cursor) if cursor else max(bounds.first - 1, 0)
    if after > bounds.last or (bounds.first and after < bounds.first - 1):
        raise ChangesGoneError
    found: list[Change] = []
    for change in feed.after(after, limit=_LOOKED_THROUGH):
        if len(found) == limit:
            break
        after = change.serial
        if covers(scopes, change):
            found.append(change)
    return FeedPage(found, cursor_of(services, after), more=after < bounds.last)


def covers(scopes: Scopes, change: Change) -> bool:
    """Whether a change lies within rights; one without office or procedure is for those who have all."""
    office = scopes.covers_office(change.office) if change.office else EVERYTHING in scopes.offices
    return office and scopes.covers_procedure(change.procedure)


def cursor_of(services: Services, serial: int) -> str:
    """The cursor behind a change."""
    return f"{serial:x}-{_proof(services, serial)}"


def serial_of(services: Services, cursor: str) -> int:
    """The change a cursor stands behind.

    Raises:
        CursorInvalidError: it is none of ours.
    """
    found = _CURSOR.match(cursor)
    if found is None:
        raise CursorInvalidError
    serial = int(found["serial"], 16)
    if not hmac.compare_digest(_proof(services, serial), found["proof"]):
        raise CursorInvalidError
    return serial


def change_json(change: Change) -> Mapping[str, object]:
    """A change as the service and its webhooks tell it."""
    return {
        "kind": change.kind.value,
        "document": change.document,
        "version": change.version,
        "type": change.type,
        "dossier": change.dossier,
        "procedure": change.procedure,
        "at": change.at.isoformat(timespec="milliseconds"),
    }


def forget_old_changes(services: Services) -> int:
    """Take changes out of the feed that are kept long enough; gives how many."""
    before, total = services.clock() - timedelta(days=KEPT_DAYS), 0
    while count := services.looking.records.changes.trim(before=before, limit=_AT_ONCE):
        total += count
    return total


def _proof(services: Services, serial: int) -> str:
    return services.store.records.owner_ref(f"changes:{serial}")[:_PROOF_DIGITS]

"""The journal at the station: finding entries, and proving one of them to somebody else."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from dossier.admission import covers
from dossier.codes import is_dossier_code, office_of
from dossier.errors import RecordMissingError
from dossier.events import Event, EventKind
from dossier.ids import is_id
from dossier.moments import VIETNAM
from dossier.ports import JournalCheck, JournalEntry
from dossier.queries import PaperQuery
from storage.layout import Layout
from storage.sealed_heads import HeadFolder, KeptHead, SealedHead
from wiring.services import Services

PAGE: Final = 50
STEPS: Final = 20_000
"""Entries that one page walks over when nothing but kind, actor or period is known."""
_ROWS: Final = 1000
_FIRST_DAY: Final = date(2000, 1, 1)
_LAST_DAY: Final = date(9000, 12, 31)
_PAPERS: Final = 200
"""Papers of a dossier whose entries are found with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for.

    Attributes:
        about: id of a paper, file, batch, request or order, or a dossier code; empty for anything.
        kind: nothing for all.
        actor: opaque name, empty for all.
        first, last: days in Vietnam, both included; nothing for no bound.
    """

    about: str = ""
    kind: EventKind | None = None
    actor: str = ""
    first: date | None = None
    last: date | None = None

    @property
    def fits(self) -> str:
        """By what it is found, for the journal: never the value itself."""
        parts = (
            ("about", self.about),
            ("kind", self.kind),
            ("actor", self.actor),
            ("days", self.first or self.last),
        )
        return ",".join(name for name, value in parts if value) or "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of entries, the newest first.

    Attributes:
        entries: that whoever asks may be shown.
        hidden: of dossiers of other offices, left out.
        before: where the next page begins; 0 when everything was looked through.
        walked_to: number of the oldest entry that was looked at.
    """

    entries: Sequence[JournalEntry]
    hidden: int
    before: int
    walked_to: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainState:
    """How the journal stands.

    Attributes:
        kept: number and hash of the last entry, as kept outside the database; nothing when that is gone.
        sealed: the newest sealed head; nothing when none was sealed.
    """

    kept: JournalCheck | None
    sealed: SealedHead | None


def search(
    services: Services, wanted: Wanted, *, actor: str, offices: tuple[str, ...], before: int = 0
) -> Found:
    """One page of entries; that somebody looked is an entry itself.

    Args:
        services: of this installation.
        wanted: what is looked for.
        actor: opaque name of who looks.
        offices: whose dossiers they may be told of.
        before: only entries before that number; 0 for the newest.
    """
    found, following, walked = (
        _about(services, wanted, before=before) if wanted.about else _walked(services, wanted, before=before)
    )
    shown = [entry for entry in found if _may_see(entry.event, offices)]
    services.store.records.record(
        Event(
            kind=EventKind.JOURNAL_LOOKED_AT,
            at=services.clock(),
            actor=actor,
            subject=wanted.about if is_id(wanted.about) else "",
            dossier=wanted.about if is_dossier_code(wanted.about) else "",
            details={"by": wanted.fits, "shown": len(shown)},
        )
    )
    return Found(entries=shown, hidden=len(found) - len(shown), before=following, walked_to=walked)


def state(services: Services) -> ChainState:
    """How the journal stands, without walking it."""
    heads = HeadFolder(Layout(services.settings.data).heads)
    return ChainState(kept=services.store.records.kept_head(), sealed=heads.last())


def entry(services: Services, number: int, *, offices: tuple[str, ...]) -> JournalEntry:
    """One entry.

    Raises:
        RecordMissingError: there is none, or it is of another office's dossier.
    """
    found = services.store.records.journal_entry(number)
    if found is None or not _may_see(found.event, offices):
        raise RecordMissingError(str(number))
    return found


def proof(services: Services, number: int, *, actor: str, offices: tuple[str, ...]) -> Iterator[str]:
    """The proof of one entry as lines for ``tools/verify_journal.py``; that it was handed out is an entry.

    It goes from the entry to the first sealed head behind it, or, before one is sealed, to the kept head.
    What stands between is needed to compute the hash that was signed, and holds ids and codes alone.

    Raises:
        RecordMissingError: there is none, or it is of another office's dossier.
    """
    wanted = entry(services, number, offices=offices)
    sealed = _head_over(services, number)
    kept = services.store.records.kept_head()
    last = sealed.head.entries if sealed is not None else (kept.entries if kept else number)
    services.store.records.record(
        Event(
            kind=EventKind.JOURNAL_PROVEN,
            at=services.clock(),
            actor=actor,
            subject=wanted.event.subject,
            dossier=wanted.event.dossier,
            details={"entry": number, "sealed": int(sealed is not None)},
        )
    )
    return _lines(services, wanted, last=last, sealed=sealed, kept=kept)


def _lines(
    services: Services,
    wanted: JournalEntry,
    *,
    last: int,
    sealed: KeptHead | None,
    kept: JournalCheck | None,
) -> Iterator[str]:
    yield json.dumps({"proof": {"entry": wanted.number, "after": wanted.previous}})
    # Page by page: whoever reads may be slow, and holds up nobody who writes.
    for first in range(wanted.number, last + 1, _ROWS):
        until = min(last, first + _ROWS - 1)
        for row in services.store.records.journal_lines(first=first, last=until):
            yield json.dumps(row, ensure_ascii=False)
    if sealed is not None:
        signature = base64.b64encode(sealed.signature).decode()
        yield json.dumps({"head": sealed.head.content.decode(), "signature": signature})
    elif kept is not None:
        yield json.dumps({"kept": {"number": kept.entries, "hash": kept.head}})


def _head_over(services: Services, number: int) -> KeptHead | None:
    """The first sealed head that covers an entry."""
    return HeadFolder(Layout(services.settings.data).heads).first_over(number)


def _about(services: Services, wanted: Wanted, *, before: int) -> tuple[Sequence[JournalEntry], int, int]:
    """Entries about a record, or about a dossier and its papers, by the index."""
    records, keys = services.store.records, [wanted.about]
    if is_dossier_code(wanted.about):
        papers = records.find_documents(PaperQuery(dossier=wanted.about), limit=_PAPERS)
        keys += [one for paper in papers for one in (paper.id, paper.item)]
    first, end = _bounds(services, wanted)
    start = min(before or end, end)
    rows = [row for row in records.journal_looked_up(keys, before=start, limit=PAGE) if row.number >= first]
    following = rows[-1].number if len(rows) == PAGE else 0
    fitting = [row for row in rows if _fits(row.event, wanted)]
    return fitting, following, rows[-1].number if rows else 0


def _walked(services: Services, wanted: Wanted, *, before: int) -> tuple[Sequence[JournalEntry], int, int]:
    """Entries of a kind, an actor or a period, over a bounded stretch of the journal."""
    first, end = _bounds(services, wanted)
    stretch = services.store.records.journal_walked(
        kind=wanted.kind,
        actor=wanted.actor,
        first=first,
        before=min(before or end, end),
        limit=PAGE,
        steps=STEPS,
    )
    following = stretch.walked_to if stretch.walked_to > max(first, 1) else 0
    return stretch.entries, following, stretch.walked_to


def _bounds(services: Services, wanted: Wanted) -> tuple[int, int]:
    """Number of the first entry of the period, and the number behind its last."""
    records = services.store.records
    first = records.journal_number_at(_midnight(wanted.first)) if wanted.first else 1
    kept = records.kept_head()
    newest = (kept.entries if kept else 0) + 1
    end = records.journal_number_at(_midnight(wanted.last, behind=1)) if wanted.last else newest
    return first, end


def _midnight(day: date, *, behind: int = 0) -> datetime:
    """When a day begins in Vietnam, or one so many days behind it; days nobody lives on are cut off."""
    known = min(max(day, _FIRST_DAY), _LAST_DAY) + timedelta(days=behind)
    return datetime.combine(known, time.min, tzinfo=VIETNAM).astimezone(UTC)


def _fits(event: Event, wanted: Wanted) -> bool:
    same_kind = wanted.kind is None or event.kind is wanted.kind
    return same_kind and (not wanted.actor or event.actor == wanted.actor)


def _may_see(event: Event, offices: tuple[str, ...]) -> bool:
    """Entries hold no personal data; those of a dossier are for its office and those above it."""
    return not event.dossier or covers(offices, office_of(event.dossier) or "-")

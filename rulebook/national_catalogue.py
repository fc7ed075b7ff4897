"""The national catalogue of procedures over time: editions come in, versions of the past never change.

A dossier keeps the version of the day it was received. So an edition closes what it changes on the day before
it counts, adds what is new, and leaves every day that has passed as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby, zip_longest

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ListedComponent:
    """A component as the catalogue lists it; ``types`` and ``results`` when a column names them."""

    code: str
    name_vi: str
    types: tuple[str, ...] = ()
    results: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A procedure as an edition lists it. No first day: from the day on which the edition counts."""

    code: str
    name_vi: str
    field_vi: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    components: tuple[ListedComponent, ...] = ()

    def with_components(self, components: Iterable[ListedComponent]) -> Listed:
        """The same procedure with these components."""
        return replace(self, components=tuple(components))


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A version that is kept: days of reception it is for, the edition it came with, and what it says."""

    first: date
    last: date | None
    edition: str
    listed: Listed

    def in_force(self, day: date) -> bool:
        """Whether it is the version of that day."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One import.

    Attributes:
        name: as the person who imported it calls it.
        counts_from: first day on which it could change something.
        imported: day of the import.
        sha256: of the file.
    """

    name: str
    counts_from: date
    imported: date
    sha256: str


@dataclass(frozen=True, slots=True)
class History:
    """Everything that was imported: editions, oldest first, and the versions of each code, oldest first."""

    editions: tuple[Edition, ...] = ()
    versions: Mapping[str, tuple[Kept, ...]] = field(default_factory=dict)


class Change(StrEnum):
    """What an edition does to a procedure."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One procedure that an edition changes.

    Attributes:
        code, name_vi: of the procedure.
        change: what happens.
        day: first day of it; of a removed one the first day without it.
        until: last day of the version, when it has one.
        renamed: the name it had, empty when it keeps it.
        added, removed, changed: names of its components.
    """

    code: str
    name_vi: str
    change: Change
    day: date
    until: date | None = None
    renamed: str = ""
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The history after an edition, what it changed, and the codes that it does not list."""

    history: History
    differences: tuple[Difference, ...]
    not_listed: tuple[str, ...]


def take_in(history: History, edition: Edition, listed: Sequence[Listed], *, whole: bool) -> Outcome:
    """Bring an edition into the history; the days before it counts stay as they are.

    Args:
        history: so far.
        edition: what the import is.
        listed: its procedures, by code and first day.
        whole: the edition lists every procedure there is, so what it does not list has ended.

    Returns:
        The new history; the very same one when nothing changes.
    """
    versions = dict(history.versions)
    differences: list[Difference] = []
    for code, entries in groupby(listed, key=lambda entry: entry.code):
        found = _take_one(versions, edition, code, list(entries))
        if found is not None:
            differences.append(found)
    codes = {entry.code for entry in listed}
    missing = tuple(
        code for code, kept in sorted(versions.items()) if code not in codes and _is_open(kept, edition)
    )
    if whole:
        differences += [_ended(versions, edition, code) for code in missing]
    if not differences:
        return Outcome(history, (), () if whole else missing)
    kept_versions = {code: kept for code, kept in versions.items() if kept}
    return Outcome(
        History((*history.editions, edition), kept_versions), tuple(differences), () if whole else missing
    )


def _take_one(
    versions: dict[str, tuple[Kept, ...]], edition: Edition, code: str, entries: Sequence[Listed]
) -> Difference | None:
    """One procedure of an edition into the versions; nothing when it says what is there already."""
    before = versions.get(code, ())
    settled = any(kept.first < edition.counts_from for kept in before)
    new = _new_versions(edition, entries, settled=settled)
    if not new:
        return _ended(versions, edition, code) if _is_open(before, edition) else None
    start = new[0].first
    old = [
        replace(kept, first=max(kept.first, start))
        for kept in before
        if kept.last is None or kept.last >= start
    ]
    if [_said(kept) for kept in old] == [_said(kept) for kept in new]:
        return None
    versions[code] = (*_closed(before, start), *new)
    for kept in new:
        then = next((one for one in old if one.in_force(kept.first)), None)
        if then is None or _said(then)[2:] != _said(kept)[2:] or kept is new[-1]:
            return _difference(then.listed if then else None, kept)
    return None


def _new_versions(edition: Edition, entries: Sequence[Listed], *, settled: bool) -> list[Kept]:
    """The entries as versions, each until the day before the next one.

    What has passed is settled for a code that was in force then: its versions count at the earliest with the
    edition. A code that is new may bring the days it was in force before it was imported.
    """
    found: list[Kept] = []
    for entry, following in zip_longest(entries, entries[1:]):
        first = entry.valid_from or edition.counts_from
        if settled:
            first = max(first, edition.counts_from)
        last = entry.valid_to
        if following is not None and following.valid_from is not None:
            until = following.valid_from - _ONE_DAY
            last = until if last is None else min(last, until)
        if last is None or first <= last:
            found.append(Kept(first=first, last=last, edition=edition.name, listed=entry))
    return found


def _ended(versions: dict[str, tuple[Kept, ...]], edition: Edition, code: str) -> Difference:
    """Close a procedure on the day before the edition counts."""
    name = versions[code][-1].listed.name_vi
    versions[code] = _closed(versions[code], edition.counts_from)
    return Difference(code=code, name_vi=name, change=Change.REMOVED, day=edition.counts_from)


def _is_open(kept: Sequence[Kept], edition: Edition) -> bool:
    """Whether a version is in force on the day the edition counts, or will be."""
    return any(one.last is None or one.last >= edition.counts_from for one in kept)


def _closed(kept: Iterable[Kept], day: date) -> tuple[Kept, ...]:
    """The versions as far as they lie before a day."""
    left = (one for one in kept if one.first < day)
    return tuple(
        replace(one, last=day - _ONE_DAY) if one.last is None or one.last >= day else one for one in left
    )


def _said(kept: Kept) -> tuple[object, ...]:
    """What a version says, whichever edition it came with; its days first."""
    listed = kept.listed
    return kept.first, kept.last, listed.name_vi, listed.field_vi, listed.components


def _difference(before: Listed | None, kept: Kept) -> Difference:
    after, day = kept.listed, kept.first
    if before is None:
        return Difference(
            code=after.code, name_vi=after.name_vi, change=Change.ADDED, day=day, until=kept.last
        )
    old = {component.code: component for component in before.components}
    new = {component.code: component for component in after.components}
    both = [code for code in new if code in old]
    return Difference(
        code=after.code,
        name_vi=after.name_vi,
        change=Change.CHANGED,
        day=day,
        until=kept.last,
        renamed=before.name_vi if before.name_vi != after.name_vi else "",
        added=tuple(component.name_vi for code, component in new.items() if code not in old),
        removed=tuple(component.name_vi for code, component in old.items() if code not in new),
        changed=tuple(new[code].name_vi for code in both if new[code] != old[code]),
    )

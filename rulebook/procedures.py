"""Procedures and their components on a given day: what may stand in for a paper, and when it is not asked.

Versions are dated, because a dossier keeps the version of the day it was received. They come from tables
(``procedure_tables``) and from the national catalogue (``national_catalogue``). What a database already holds
(Resolution 66.7/2025/NQ-CP) and what may no longer be demanded (Law on criminal records as amended, from
1 July 2026) are dates too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dossier.access import Purpose
from dossier.errors import ProcedureUnknownError
from dossier.trust import Trust
from rulebook.time_limits import TimeLimit


class Whose(StrEnum):
    """Whose paper a component asks for."""

    APPLICANT = "applicant"
    PARTNER = "partner"
    """The other party: the future spouse, the other parent, the other side of a transaction."""
    CHILD = "child"
    """Of the applicant; a paper of a child that names the applicant as parent is looked at too."""
    PARENT = "parent"
    """Of the applicant."""
    DECEASED = "deceased"
    """Whose death is registered."""
    HOST = "host"
    """Who owns the dwelling or heads the household the applicant lives in."""


class Scope(StrEnum):
    """Where a paper must come from (phạm vi có hiệu lực)."""

    NATION = "nation"
    PLACE = "place"
    """Only papers issued in the place the question names."""


class Handling(StrEnum):
    """What becomes of a point that the program cannot settle."""

    ACCEPT = "accept"
    """Held, with the reason that a clerk must check the status."""
    PERSON = "person"
    """A clerk settles it: unsure."""
    ASK = "ask"
    """The citizen is asked for another paper."""


class Anew(StrEnum):
    """Whether the component is handed in anew each time, whatever the store holds."""

    NO = "no"
    FORM = "form"
    """A form the applicant fills in."""
    SINGLE_USE = "single_use"
    """A paper that serves one dossier only (giấy chứng sinh)."""


class DataMode(StrEnum):
    """What a database does to a component."""

    REPLACES = "replaces"
    """The officer reads the data; the paper must not be asked for."""
    LOOK_FIRST = "look_first"
    """The officer looks there first; only what is not found is taken from papers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSource:
    """A database that covers a component from a day on.

    Attributes:
        code: short name programs use (``population``).
        database: name in Vietnamese.
        since: first day.
        mode: whether the data takes the place of the paper, or is only looked at first.
        source: legal ground.
        verified: it was read there; what is from memory counts, and is shown as not verified.
    """

    code: str
    database: str
    since: date
    mode: DataMode
    source: str
    verified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedPurpose:
    """A paper type that counts only for the purpose written on it.

    Attributes:
        type: the paper type.
        words: phrases of which one must stand in the purpose on the paper.
        other_words: phrases that show that it was issued for something else.
        source: legal ground.
    """

    type: str
    words: tuple[str, ...]
    other_words: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One component of a procedure (thành phần hồ sơ).

    Attributes:
        code: unique within its version, at most 50 characters.
        name_vi: as clerks know it.
        source: legal ground, or where the rule is from.
        anew: a form or single-use paper is never taken from the store.
        types: paper types that are this component.
        unmapped: nobody has said which paper types it is; a clerk looks before the citizen is asked.
        replacement_results: result-type codes (``KQ.G15.000031``) that stand in for it.
        trust: the weakest step of the ladder that is enough.
        whose: whose paper it may be.
        scope: where it must come from.
        status_check: for a paper that a later event may end (marriage, land, business).
        unknown_term: for a paper whose term is not known; never ``ACCEPT``.
        read_by_person: the type says too little (any decision is a ``decision``): a clerk reads the content.
        newest_wins: a newer paper of the kind ends the older one.
        dossier_wanted: sensitive content, only looked at for a named dossier.
        purposes: why the paper may be looked at.
        stated_purposes: paper types bound to the purpose written on them.
        data: the databases that cover it.
        not_required_since: the day it was switched off, if it was.
        not_required_unless_vi: when it may be asked for all the same; empty when never.
        condition_fact: name of the fact the component depends on, empty when it is always asked.
        condition_vi: that condition in words.
        verified: the source was read; what is from memory counts, and is shown as not verified.
    """

    code: str
    name_vi: str
    source: str
    anew: Anew
    types: tuple[str, ...]
    replacement_results: tuple[str, ...]
    trust: Trust
    whose: tuple[Whose, ...]
    scope: Scope
    status_check: Handling
    unknown_term: Handling
    read_by_person: bool
    newest_wins: bool
    dossier_wanted: bool
    purposes: tuple[Purpose, ...]
    stated_purposes: tuple[StatedPurpose, ...]
    data: tuple[DataSource, ...]
    not_required_since: date | None
    condition_fact: str
    condition_vi: str
    unmapped: bool = False
    not_required_unless_vi: str = ""
    verified: bool = False

    def replaced_by(self, day: date, *, unreadable: Collection[str] = ()) -> DataSource | None:
        """The database read in place of the paper on that day, when it can be read; the earliest such one."""
        ready = (
            entry
            for entry in self.data
            if entry.mode is DataMode.REPLACES and entry.since <= day and entry.code not in unreadable
        )
        return min(ready, key=lambda entry: entry.since, default=None)

    def switched_off(self, day: date) -> bool:
        """Whether the paper may no longer be demanded on that day."""
        return self.not_required_since is not None and self.not_required_since <= day


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """One version of a procedure, in force from its first to its last day, both included.

    Attributes:
        code: short (``1.001193``).
        name_vi: as the catalogue prints it.
        valid_from, valid_to: days of reception it is for; no last day means open.
        source: legal ground.
        components: in the order of the procedure.
        results: paper types that it gives.
        field_vi: lĩnh vực, empty when not told.
        limit: how long handling may take, nothing when not told.
        verified: the source was read.
        catalogue: edition of the national catalogue it was taken from, empty for a table.
    """

    code: str
    name_vi: str
    valid_from: date
    valid_to: date | None
    source: str
    components: tuple[Component, ...]
    results: tuple[str, ...] = ()
    field_vi: str = ""
    limit: TimeLimit | None = None
    verified: bool = False
    catalogue: str = ""

    def in_force(self, day: date) -> bool:
        """Whether this is the version of that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def asks_for(self, type_: str) -> bool:
        """Whether papers of a type are among its components."""
        return any(type_ in component.types for component in self.components)

    @property
    def unverified(self) -> int:
        """How many of its rules nobody has verified."""
        marks = [self.verified, *(component.verified for component in self.components)]
        marks += [entry.verified for component in self.components for entry in component.data]
        return len(marks) - sum(marks) + (self.limit is not None and not self.limit.verified)


@dataclass(frozen=True, slots=True)
class Procedures:
    """All procedures: versions by code, oldest first."""

    versions: Mapping[str, tuple[Procedure, ...]]

    def on(self, code: str, day: date) -> Procedure:
        """The version in force on a day.

        Args:
            code: short procedure code (``1.001193``).
            day: day of reception.

        Raises:
            ProcedureUnknownError: no such code, or not in force on that day.
        """
        for version in self.versions.get(code, ()):
            if version.in_force(day):
                return version
        raise ProcedureUnknownError(code, on=f"{day:%d/%m/%Y}")

    def codes(self, day: date) -> tuple[str, ...]:
        """Codes of the procedures in force on a day, in order."""
        return tuple(
            code
            for code, versions in sorted(self.versions.items())
            if any(version.in_force(day) for version in versions)
        )

"""What papers may be used for, and by whom they were: for whoever shows a paper or a person's papers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from dossier.documents import Document, DocumentState
from dossier.errors import MotlanError
from dossier.matching import Match
from dossier.moments import VIETNAM
from flows.admission import find_dossier
from flows.citizen import Look
from reuse.uses import Use, components_by_type, uses_of
from wiring.services import Services

_MONTHS: Final = 12


class PaperUses:
    """What papers may be used for today; made once for a page of them."""

    def __init__(self, services: Services) -> None:
        """Look at the procedures in force today."""
        self._on = services.today()
        in_force = (
            version
            for versions in services.procedures.versions.values()
            for version in versions
            if version.in_force(self._on)
        )
        self._by_type = components_by_type(in_force, self._on)

    def of(self, document: Document) -> Sequence[Use]:
        """Of one paper; none of one that is not filed."""
        if document.state is not DocumentState.FILED:
            return ()
        return uses_of(document, self._by_type, self._on)

    def counts(self, document: Document) -> tuple[int, int]:
        """For how many procedures a paper counts, and for how many a person looks first."""
        found = self.of(document)
        sure = {use.procedure.code for use in found if use.outcome is Match.YES}
        unsure = {use.procedure.code for use in found if use.outcome is Match.UNSURE}
        return len(sure), len(unsure - sure)


@dataclass(frozen=True, slots=True)
class UsedMonth:
    """A month and how many looks fell into it."""

    month: date
    looks: int


def used_months(services: Services, looks: Sequence[Look]) -> Sequence[UsedMonth]:
    """The looks month by month, the last twelve up to today; nothing when there were none."""
    if not looks:
        return ()
    counts = Counter(look.at.astimezone(VIETNAM).date().replace(day=1) for look in looks)
    month, found = services.today().replace(day=1), list[UsedMonth]()
    for _ in range(_MONTHS):
        found.append(UsedMonth(month, counts[month]))
        month = (
            month.replace(year=month.year - 1, month=12)
            if month.month == 1
            else month.replace(month=month.month - 1)
        )
    return found[::-1]


def procedures_of(services: Services, looks: Sequence[Look]) -> Mapping[str, str]:
    """What procedure each dossier of these looks is about, by its name; those that are known."""
    names: dict[str, str] = {}
    for code in {look.dossier for look in looks} - {""}:
        dossier = find_dossier(services, code)
        if dossier is None:
            continue
        try:
            names[code] = services.procedures.on(dossier.procedure, dossier.received_on).name_vi
        except MotlanError:
            names[code] = dossier.procedure
    return names

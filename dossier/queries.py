"""What papers are asked for by: every part narrows, an empty part asks for nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperQuery:
    """A question to the citizen index.

    Attributes:
        number: identity number (normalised); papers under linked numbers count too.
        related: also papers that only name the bearer of the number.
        name: words beside each other in a party's name; a last word that ends in ``*`` is a beginning.
        accents: whether they count in the name; ``None``: when it has any.
        types: vocabulary types.
        dossier: dossier code the paper was handed in for.
        office: agency part of dossier codes.
        since, until: first and last day of filing in Vietnam; papers that wait have none.
    """

    number: str = ""
    related: bool = True
    name: str = ""
    accents: bool | None = None
    types: tuple[str, ...] = ()
    dossier: str = ""
    office: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing is asked for."""
        parts = (self.number, self.name.strip(), self.types, self.dossier, self.office)
        return not any(parts) and self.since is None and self.until is None

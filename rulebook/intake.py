"""Which legal forms of a paper are digitised on a day, and which types bear a red seal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

from dossier.errors import RulebookError
from dossier.legal_form import LegalForm
from rulebook.table_files import read_table


class Outcome(StrEnum):
    """What becomes of a paper of a form."""

    ACCEPT = "accept"
    COMPARE = "compare"
    """Accepted once an officer compared it with the original."""
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRule:
    """A form on the days ``since`` to ``until`` (both included; no ``until`` means still).

    Attributes:
        form: of the paper.
        label_vi, label_en: as people read it.
        outcome: what becomes of it.
        article: where it stands; ``verified`` whether that was read.
    """

    form: LegalForm
    label_vi: str
    label_en: str
    outcome: Outcome
    since: date
    article: str
    verified: bool
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedTypes:
    """Types that are handed out under a red seal, on the days ``since`` to ``until``."""

    types: frozenset[str]
    since: date
    article: str
    verified: bool
    until: date | None = None


_Dated = TypeVar("_Dated", FormRule, SealedTypes)


@dataclass(frozen=True, slots=True)
class IntakeRules:
    """The table of an installation."""

    forms: tuple[FormRule, ...]
    sealed: tuple[SealedTypes, ...]

    def on(self, form: LegalForm, day: date) -> FormRule | None:
        """The rule for a form on a day of reception; nothing when none speaks of it."""
        return _newest([rule for rule in self.forms if rule.form is form], day)

    def outcome(self, form: LegalForm, day: date) -> Outcome:
        """What becomes of a form; what no rule speaks of is accepted."""
        rule = self.on(form, day)
        return rule.outcome if rule is not None else Outcome.ACCEPT

    def bears_seal(self, type_: str, day: date) -> bool:
        """Whether papers of a type bear a red seal."""
        rule = _newest(self.sealed, day)
        return rule is not None and type_ in rule.types


@lru_cache(maxsize=1)
def load_intake(source: Traversable | None = None) -> IntakeRules:
    """The rules of the project, or of another table.

    Raises:
        RulebookError: the table is wrong.
    """
    table = source or resources.files("rulebook") / "tables" / "intake" / "forms.toml"
    data: Mapping[str, Any] = read_table(table)
    try:
        rules = IntakeRules(forms=tuple(map(_form, data["form"])), sealed=tuple(map(_sealed, data["sealed"])))
        for overlapping in _overlaps(rules.forms):
            msg = f"form {overlapping}: since, until"
            raise ValueError(msg)  # noqa: TRY301 - told like the other mistakes of the table
    except (KeyError, TypeError, ValueError) as error:
        raise RulebookError(table.name, line=0, reason=f"thiếu hoặc sai {error}") from error
    return rules


def _newest(rules: Sequence[_Dated], day: date) -> _Dated | None:
    found = [rule for rule in rules if rule.since <= day and (rule.until is None or day <= rule.until)]
    return max(found, key=lambda rule: rule.since, default=None)


def _overlaps(rules: Sequence[FormRule]) -> Iterator[LegalForm]:
    """Forms of which two rows count on one day."""
    for index, rule in enumerate(rules):
        for other in rules[index + 1 :]:
            apart = (rule.until is not None and rule.until < other.since) or (
                other.until is not None and other.until < rule.since
            )
            if rule.form is other.form and not apart:
                yield rule.form


def _form(entry: Mapping[str, Any]) -> FormRule:
    since, until = _days(entry)
    return FormRule(
        form=LegalForm(_word(entry["form"], "form")),
        label_vi=_word(entry["label_vi"], "label_vi"),
        label_en=_word(entry["label_en"], "label_en"),
        outcome=Outcome(entry["outcome"]),
        since=since,
        until=until,
        article=_word(entry["article"], "article"),
        verified=_truth(entry["verified"]),
    )


def _sealed(entry: Mapping[str, Any]) -> SealedTypes:
    since, until = _days(entry)
    return SealedTypes(
        types=frozenset(_word(each, "types") for each in entry["types"]),
        since=since,
        until=until,
        article=_word(entry["article"], "article"),
        verified=_truth(entry["verified"]),
    )


def _days(entry: Mapping[str, Any]) -> tuple[date, date | None]:
    since, until = entry["since"], entry.get("until")
    if type(since) is not date or not (until is None or (type(until) is date and since <= until)):
        msg = "since, until"
        raise ValueError(msg)
    return since, until


def _word(value: object, name: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(name)
    return value


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        msg = "verified"
        raise TypeError(msg)
    return value

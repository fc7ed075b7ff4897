"""All checks across fields, and the door to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from dossier.fields import Field
from extraction.checking import addresses, codes, days, identity, origins, people
from extraction.checking.effects import Effect, apply_effects
from extraction.checking.known import Known

Check = Callable[[Mapping[str, Field], Known], Iterator[Effect]]

CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "sex_and_year": identity.sex_and_year,
        "province": identity.province,
        "parents": identity.parents,
        "bearers": identity.bearers,
        "in_words": days.in_words,
        "order": days.order,
        "generations": days.generations,
        "ages": days.ages,
        "number_year": days.number_year,
        "form_days": days.form_days,
        "twice": people.twice,
        "in_zone": people.in_zone,
        "tax_digit": codes.tax_digit,
        "household_owner": codes.household_owner,
        "ethnicity": origins.ethnicity,
        "nationality": origins.nationality,
        "endings": addresses.endings,
    }
)
"""Checks by name; they speak in any order."""


def effects_of(fields: Mapping[str, Field], known: Known) -> tuple[Effect, ...]:
    """What all checks say about the fields as they are."""
    return tuple(effect for check in CHECKS.values() for effect in check(fields, known))


def run_checks(fields: Mapping[str, Field], known: Known) -> dict[str, Field]:
    """The fields with what the checks say about them."""
    return apply_effects(fields, effects_of(fields, known))

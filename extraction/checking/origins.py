"""Ethnicity and nationality against the tables of peoples and nations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dossier.fields import Field
from extraction.checking.effects import Effect
from extraction.checking.known import Known
from rulebook.names import load_names
from rulebook.spelling import Lexicon

_LONGEST = 60


def ethnicity(fields: Mapping[str, Field], _: Known) -> Iterator[Effect]:
    """One of the 54 peoples, in any of its spellings."""
    yield from _known(fields, "ethnicity", load_names().peoples)


def nationality(fields: Mapping[str, Field], _: Known) -> Iterator[Effect]:
    """A nation papers name."""
    yield from _known(fields, "nationality", load_names().nations)


def _known(fields: Mapping[str, Field], ending: str, lexicon: Lexicon[str]) -> Iterator[Effect]:
    for name, field in fields.items():
        if not name.endswith(ending) or len(field.value) > _LONGEST:
            continue
        # Bilingual papers print both names: "VIỆT NAM / VIETNAMESE".
        value = field.value.partition("/")[0].strip()
        if lexicon.known(value):
            yield Effect(name, f"{ending}.known", raises=True, weak=True)
        elif meant := lexicon.near(value):
            yield Effect(name, f"{ending}.near_miss_conflict", raises=False, weak=True, suggestion=meant)

"""Names that are printed twice, and the name in the machine-readable zone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from dossier.fields import Field
from extraction.checking.effects import Effect, agreement, conflict
from extraction.checking.known import Known
from extraction.folding import alike, squash, strokes
from extraction.values.names import is_syllable
from rulebook.paper_spec import Kind

_NEAR_NAME = 0.86
_SURE_NAME = 0.9
_STATE = 5
"""Characters before the name in the first line of a passport: ``P<VNM``."""


def twice(fields: Mapping[str, Field], known: Known) -> Iterator[Effect]:
    """The same name twice agrees; two names that differ by a letter or two are one name, once misread."""
    names = [
        fields[spec.name]
        for spec in known.spec.fields
        if spec.kind is Kind.PERSON_NAME and spec.name in fields
    ]
    for left, right in combinations(names, 2):
        if left.value == right.value:
            # A letter misread once is misread twice where the print is the same: odd syllables stay doubted.
            if all(is_syllable(word) for word in left.value.split()):
                yield agreement(left.name, "name.twice")
                yield agreement(right.name, "name.twice")
        elif alike(strokes(left.value), strokes(right.value)) > _NEAR_NAME:
            surer, other = (left, right) if left.confidence >= right.confidence else (right, left)
            yield conflict(other.name, "name.twice")
            if surer.confidence < _SURE_NAME:
                yield conflict(surer.name, "name.twice")


def in_zone(fields: Mapping[str, Field], _: Known) -> Iterator[Effect]:
    """The machine-readable zone prints the name without accents, which are what is misread most."""
    name, zone = fields.get("full_name"), fields.get("mrz")
    if name is None or zone is None:
        return
    lines = zone.value.split("\n")
    printed = lines[0][_STATE:] if len(lines) == 2 else lines[-1]
    said, read = squash(printed), squash(name.value)
    # A zone too short for the name cuts it off.
    if said and (said == read or (not printed.endswith("<") and read.startswith(said))):
        yield agreement(name.name, "mrz.name", weak=True)
        yield agreement(zone.name, "mrz.name")

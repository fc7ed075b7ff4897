"""The end of an address against the gazetteer. A near miss is asked, never rewritten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dossier.fields import Field
from extraction.checking.effects import Effect, note
from extraction.checking.known import Known, issued_on
from rulebook.addresses import Judged, Standing, read_ending
from rulebook.paper_spec import Kind


def endings(fields: Mapping[str, Field], known: Known) -> Iterator[Effect]:
    """A place that ends in a known province and district is surer; nearly known ones are asked."""
    made = issued_on(fields)
    for spec in known.spec.fields:
        field = fields.get(spec.name)
        if field is None or spec.kind is not Kind.PLACE:
            continue
        ending = read_ending(field.value, known.places)
        yield from _judge(field.name, "place.province", ending.province)
        yield from _judge(field.name, "place.district", ending.district)
        yield from _judge(field.name, "place.commune", ending.commune)
        after = made is not None and made >= known.places.merged_on
        if after and ending.district.standing is Standing.KNOWN:
            yield note(field.name, "place.before_merger")


def _judge(name: str, code: str, judged: Judged) -> Iterator[Effect]:
    match judged.standing:
        case Standing.KNOWN:
            yield Effect(name, f"{code}_known", raises=True, weak=True)
        case Standing.NEAR:
            yield Effect(name, "place.near_miss_conflict", raises=False, weak=True, suggestion=judged.meant)
        case Standing.FORMER:
            yield note(name, f"{code}_former")
        case Standing.UNKNOWN:
            yield Effect(name, f"{code}_unknown", raises=False, weak=True)
        case Standing.SILENT:
            return

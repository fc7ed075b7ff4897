"""The fields of one paper with all that speaks for and against each; and how sure that makes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dossier.fields import Field
from extraction.checks import check
from extraction.choose import choose_fields
from extraction.classify import Guess
from extraction.confidence import sign_values, sure
from extraction.dating import heed_dates
from extraction.echoes import heed_echoes
from extraction.gather import prepare
from extraction.layout import Sheet
from extraction.locate import read_form
from rulebook.paper_spec import FieldSpec, Kind, PaperSpec
from rulebook.places import Places

_HARD_PAGE = 0.99
"""Mean confidence of its words below which a page is hard to read: few but bad ones are."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A field, its specification, and its signs as ``extraction.confidence`` weighs them.

    Attributes:
        field: with the reasons of all checks; its confidence is that of the model where there are signs.
        spec: of the table.
        values: the signs; nothing where a machine-readable zone or code gave the value.
        hard: it stands on a page that is hard to read.
    """

    field: Field
    spec: FieldSpec
    values: tuple[float, ...] | None
    hard: bool = False


def weigh(spec: PaperSpec, sheets: Sequence[Sheet], guess: Guess, *, places: Places) -> Mapping[str, Weighed]:
    """The fields of a paper by name.

    Args:
        spec: of the paper's type.
        sheets: its printed pages, at least one.
        guess: how its type was told; where its title stands.
        places: the gazetteer.
    """
    form = read_form(spec, sheets, page=guess.page, title=guess.title)
    paper = prepare(form, title=(guess.page, guess.title_row), title_tokens=guess.title)
    chosen = choose_fields(paper)
    bare = {name: found.field for name, found in chosen.items()}
    checked = check(heed_echoes(bare, spec, sheets), spec, places)
    legible = {sheet.page: _legible(sheet) for sheet in sheets}
    weighed: dict[str, Weighed] = {}
    for name, field in checked.items():
        signs = chosen[name].signs
        if signs is None:
            weighed[name] = Weighed(field, spec.by_name[name], None)
            continue
        values = sign_values(
            signs,
            field.reasons,
            value=field.value if spec.by_name[name].kind is Kind.PERSON_NAME else "",
            legible=legible.get(field.page, 1.0),
            type_confidence=guess.score,
        )
        confidence = sure(field, spec.by_name[name], values)
        hard = legible.get(field.page, 1.0) < _HARD_PAGE
        weighed[name] = Weighed(replace(field, confidence=confidence), spec.by_name[name], values, hard)
    dated = heed_dates({name: one.field for name, one in weighed.items()}, spec, form)
    return {name: replace(one, field=dated[name]) for name, one in weighed.items()}


def _legible(sheet: Sheet) -> float:
    """Mean confidence of the words of a page."""
    words = [token.confidence for row in sheet.rows for token in row.tokens if token.plain]
    return sum(words) / len(words) if words else 0.0

"""Sums and areas that the paper writes out beside the digits: ``(Bằng chữ: Một tỷ đồng)``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from dossier.fields import Field
from extraction.checking.effects import Effect, apply_effects, verdict
from extraction.folding import fold
from extraction.layout import Sheet
from extraction.values.amount_words import amount_in_words
from rulebook.paper_spec import Kind, PaperSpec

_WORDS = re.compile(r"\(?\s*(?:viet )?bang chu\s*[:;.,]?\s*")
_ROWS = 3
"""Rows from the one with the digits on in which the words may stand."""


def heed_amounts(fields: Mapping[str, Field], spec: PaperSpec, sheets: Sequence[Sheet]) -> dict[str, Field]:
    """The fields, sums and areas among them raised or doubted by the words beside them."""
    effects: list[Effect] = []
    for wanted in spec.fields:
        field = fields.get(wanted.name)
        if field is None or wanted.kind not in {Kind.MONEY, Kind.AREA}:
            continue
        said = next((said for sheet in sheets if (said := _said(field, sheet)) is not None), None)
        value = _number(field.value)
        if said is not None and value is not None:
            effects.append(verdict(field.name, "amount.words", agrees=said == value))
    return apply_effects(fields, effects)


def _said(field: Field, sheet: Sheet) -> Decimal | None:
    """What the words behind or under the digits say."""
    if sheet.page != field.page:
        return None
    own = next(
        (
            index
            for index, row in enumerate(sheet.rows)
            if any(token.box.intersection_area(field.box) for token in row.tokens)
        ),
        None,
    )
    if own is None:
        return None
    text = " ".join(row.text for row in sheet.rows[own : own + _ROWS])
    match = _WORDS.search(fold(text))
    if match is None:
        return None
    # ``fold`` keeps every character in its place.
    return amount_in_words(re.split(r"[).;]", text[match.end() :])[0])


def _number(value: str) -> Decimal | None:
    try:
        return Decimal(value)
    except InvalidOperation:
        return None

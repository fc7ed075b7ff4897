"""How sure a field is in the end."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.fields import Evidence, Field
from dossier.geometry import Box
from extraction.confidence import FAMILIES, SIGNS, family, sign_values, sure
from extraction.evidence import Signs
from rulebook.paper_spec import FieldSpec, Kind

_SHARE = st.floats(0, 1)


def _field(
    *, evidence: Evidence = Evidence.PRINT, confidence: float = 0.5, reasons: tuple[str, ...] = ()
) -> Field:
    return Field(
        name="full_name",
        value="Trần Minh Khôi",
        printed="TRẦN MINH KHÔI",
        confidence=confidence,
        page=1,
        box=Box(0, 0, 10, 10),
        evidence=evidence,
        reasons=reasons,
    )


def _spec(kind: Kind, *, choices: tuple[str, ...] = ()) -> FieldSpec:
    return FieldSpec(name="full_name", label_vi="Họ và tên", kind=kind, key=True, choices=choices)


def _signs(least: float = 0.99, together: float = 0.98) -> Signs:
    return Signs(place=0.99, shape=0.98, least=least, together=together, words=3, whole=1.0)


def _sure(signs: Signs, *reasons: str, value: str = "Trần Minh Khôi", legible: float = 0.995) -> float:
    values = sign_values(signs, reasons, value=value, legible=legible, type_confidence=0.99)
    return sure(_field(reasons=reasons), _spec(Kind.PERSON_NAME), values)


def test_the_kept_weights_are_for_the_signs_of_this_program() -> None:
    table = json.loads((files("extraction") / "data" / "confidence.json").read_text(encoding="utf-8"))
    assert table["signs"] == list(SIGNS)
    assert all(len(weights) == len(SIGNS) for weights in table["weights"].values())
    assert set(table["weights"]) <= set(FAMILIES.values())


def test_a_name_whose_words_were_read_surely_is_surer_than_one_with_a_doubtful_word() -> None:
    assert _sure(_signs()) > 0.9
    assert _sure(_signs(least=0.4, together=0.4)) < _sure(_signs()) - 0.02


def test_agreement_raises_and_conflict_lowers() -> None:
    bare = _sure(_signs(least=0.7, together=0.65))
    assert _sure(_signs(least=0.7, together=0.65), "name.echo_agrees") > bare
    assert _sure(_signs(least=0.7, together=0.65), "name.echo_conflict") < bare


def test_an_unusual_word_with_a_usual_sibling_is_doubted_more_than_a_usual_one() -> None:
    assert _sure(_signs(), value="Dương Báo Quỳnh") < _sure(_signs(), value="Dương Bảo Quỳnh")


def test_a_worn_page_makes_every_field_less_sure() -> None:
    assert _sure(_signs(), legible=0.9) < _sure(_signs(), legible=0.999)


def test_the_day_of_the_paper_instead_of_another_day_is_never_sure() -> None:
    values = sign_values(_signs(), ("date.other_day",), value="", legible=1.0, type_confidence=0.99)
    assert sure(_field(reasons=("date.other_day",)), _spec(Kind.DATE), values) <= 0.7


@pytest.mark.parametrize("evidence", [Evidence.QR, Evidence.MRZ])
def test_codes_and_zones_keep_the_confidence_of_their_rules(evidence: Evidence) -> None:
    values = sign_values(_signs(least=0.01), (), value="", legible=0.5, type_confidence=0.5)
    assert sure(_field(evidence=evidence, confidence=0.97), _spec(Kind.PERSON_NAME), values) == 0.97


@given(_SHARE, _SHARE, _SHARE, _SHARE, st.integers(0, 40), st.sampled_from(list(Kind)))
def test_a_confidence_is_a_share_whatever_the_signs(  # noqa: PLR0917
    place: float, least: float, together: float, whole: float, words: int, kind: Kind
) -> None:
    signs = Signs(place=place, shape=place, least=least, together=together, words=words, whole=whole)
    values = sign_values(signs, (), value="", legible=least, type_confidence=place)
    assert 0.0 < sure(_field(), _spec(kind), values) < 1.0


def test_a_value_of_few_choices_is_weighed_as_a_code() -> None:
    assert family(_spec(Kind.TEXT)) == "text"
    assert family(_spec(Kind.TEXT, choices=("A1", "B2"))) == "code"

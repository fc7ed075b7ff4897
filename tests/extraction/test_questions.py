"""What a person is asked to look at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dossier.fields import Field
from dossier.geometry import Box
from extraction.questions import questions
from rulebook.paper_spec import Papers, PaperSpec, ThresholdFrom

_SURE = 0.98


def _fields(spec: PaperSpec, **confidences: float) -> list[Field]:
    return [
        Field(
            name=name,
            value="x",
            printed="x",
            confidence=confidences.get(name, _SURE),
            page=1,
            box=Box(0, 0, 1, 1),
        )
        for name in spec.key_fields
    ]


@pytest.fixture
def spec(papers: Papers) -> PaperSpec:
    return papers.spec("birth_certificate")


def test_nothing_is_asked_of_a_paper_that_was_read_surely(spec: PaperSpec) -> None:
    assert questions(spec, _fields(spec), score=0.99) == ()


def test_a_missing_key_field_a_doubtful_one_and_a_doubtful_type_are_asked(spec: PaperSpec) -> None:
    fields = [field for field in _fields(spec, sex=0.5) if field.name != "date_of_birth"]
    assert questions(spec, fields, score=0.6) == ("type", "date_of_birth", "sex")


def test_a_name_on_a_page_that_is_hard_to_read_is_asked_about_sooner(spec: PaperSpec) -> None:
    fields = _fields(spec, full_name=0.92, sex=0.92)
    assert questions(spec, fields, score=0.99) == ()
    assert questions(spec, fields, score=0.99, hard={"full_name", "sex"}) == ("full_name",)


def test_what_an_office_says_holds_on_hard_pages_too(spec: PaperSpec) -> None:
    own = tuple(
        replace(field, ask_below=0.5, threshold_from=ThresholdFrom.OFFICE)
        if field.name == "full_name"
        else field
        for field in spec.fields
    )
    fields = _fields(spec, full_name=0.6)
    assert questions(replace(spec, fields=own), fields, score=0.99, hard={"full_name"}) == ()


def test_a_contradiction_is_asked_however_sure_the_field_is(spec: PaperSpec) -> None:
    fields = [
        replace(field, reasons=("id.year_conflict",)) if field.name == "personal_id" else field
        for field in _fields(spec)
    ]
    assert questions(spec, fields, score=0.99) == ("personal_id",)

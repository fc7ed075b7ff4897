"""How the understanding of papers is scored."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bench.understanding.cases import Case, cases_of, same_value
from bench.understanding.fit import Sample, fit
from bench.understanding.report import as_json, errors_json, table
from bench.understanding.score import calibration_error, measure, sums
from extraction.confidence import SIGNS
from rulebook.papers import load_papers
from tests.extraction.papers import BIRTH
from tests.extraction.writing import page

_CASE = Case(
    image=Path("a.png"),
    half="tune",
    grade="clean",
    layout="birth_certificate",
    type="birth_certificate",
    fields={"full_name": "Trần Minh Khôi", "sex": "male", "date_of_birth": "1999-01-01"},
)


def test_values_are_the_same_whatever_their_case_and_white_space() -> None:
    assert same_value("Trần  Minh\nKhôi", "TRẦN MINH KHÔI")
    assert not same_value("Trần Minh Khôi", "Trần Minh Khỏi")


def test_a_missing_field_is_wrong_and_one_that_nobody_printed_counts_against_precision() -> None:
    outcome = measure(replace(_CASE, fields={"father_full_name": "Ai Đó"}), page(BIRTH), load_papers())
    by_name = {field.name: field for field in outcome.fields}
    assert not by_name["father_full_name"].right
    assert by_name["document_number"].wanted == ""
    assert not by_name["document_number"].right
    found = sums([outcome])
    assert found.key_fields == 0
    assert found.precision < 0.1


def test_key_fields_are_wrong_asked_or_both() -> None:
    outcome = measure(_CASE, page(BIRTH), load_papers())
    wrong = [field for field in outcome.fields if field.wanted and not field.right]
    assert "date_of_birth" in {field.name for field in wrong}
    unasked = [field for field in outcome.fields if field.key and not field.right and not field.asked]
    assert sums([outcome]).unasked_wrong == pytest.approx(len(unasked) / 3)


def test_of_fields_given_nine_tenths_nine_in_ten_should_be_right() -> None:
    assert calibration_error([(0.9, True)] * 9 + [(0.9, False)]) == pytest.approx(0.0)
    assert calibration_error([(0.9, False)] * 10) == pytest.approx(0.9)
    assert calibration_error([(0.25, False), (0.95, True)]) == pytest.approx(0.15)


def test_pages_of_a_set_come_by_half_and_some_are_always_the_same(tmp_path: Path) -> None:
    entries = [
        {
            "file": f"{number}.png",
            "half": "test" if number % 2 else "tune",
            "grade": "clean",
            "type": "unknown",
            "layout": "annex",
            "fields": {"full_name": {"value": "Ai Đó", "printed": "AI ĐÓ"}},
        }
        for number in range(20)
    ]
    (tmp_path / "truth.json").write_text(json.dumps(entries), encoding="utf-8")
    assert len(cases_of(tmp_path)) == 20
    assert {case.half for case in cases_of(tmp_path, half="test")} == {"test"}
    assert cases_of(tmp_path, limit=5) == cases_of(tmp_path, limit=5)
    assert cases_of(tmp_path)[0].fields == {"full_name": "Ai Đó"}


def test_the_report_has_a_row_for_each_grade_and_lists_what_was_wrong() -> None:
    outcomes = [
        measure(replace(_CASE, grade=grade), page(BIRTH), load_papers()) for grade in ("clean", "bad")
    ]
    assert set(as_json(outcomes)) == {"clean", "bad", "mean"}
    assert [line.split()[0] for line in table(outcomes).splitlines()[1:]] == ["clean", "bad", "mean"]
    wrong = errors_json(outcomes)
    assert {entry["field"] for entry in wrong} >= {"date_of_birth"}


def test_a_fitted_model_trusts_the_signs_that_told_right_from_wrong() -> None:
    least = SIGNS.index("least")

    def sample(value: float, *, right: bool) -> Sample:
        values = [0.0] * len(SIGNS)
        values[0], values[least] = 1.0, value
        return Sample("name", tuple(values), right)

    weights = fit([sample(2.0, right=True)] * 50 + [sample(-2.0, right=False)] * 50)
    assert weights[least] > 1.0
    assert abs(weights[SIGNS.index("page")]) < 0.01

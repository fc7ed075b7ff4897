from __future__ import annotations

import pytest

from dossier.fields import Field
from dossier.geometry import Box
from extraction.checks import check, has_conflict
from rulebook.paper_spec import Papers
from rulebook.places import Places


def _fields(**values: str) -> dict[str, Field]:
    return {
        name: Field(name=name, value=value, printed=value, confidence=0.8, page=1, box=Box(0, 0, 9, 9))
        for name, value in values.items()
    }


def _checked(papers: Papers, places: Places, type_: str, **values: str) -> dict[str, Field]:
    return check(_fields(**values), papers.spec(type_), places)


def test_a_number_that_agrees_with_sex_and_year_makes_all_three_surer(papers: Papers, places: Places) -> None:
    fields = _checked(
        papers,
        places,
        "birth_certificate",
        personal_id="025219000123",
        sex="male",
        date_of_birth="2019-04-12",
    )
    assert fields["sex"].confidence > 0.9
    assert fields["date_of_birth"].confidence > 0.9
    assert fields["personal_id"].confidence > 0.8
    assert set(fields["personal_id"].reasons) == {"id.year_agrees", "id.sex_agrees"}


@pytest.mark.parametrize(
    ("values", "doubted", "reason"),
    [
        ({"personal_id": "025319000123", "sex": "male"}, "sex", "id.sex_conflict"),
        ({"personal_id": "025218000123", "date_of_birth": "2019-04-12"}, "personal_id", "id.year_conflict"),
        (
            {"date_of_birth": "2019-04-12", "date_of_birth_in_words": "Ngày mười ba tháng tư năm hai nghìn"},
            "date_of_birth",
            "date.words_conflict",
        ),
        ({"date_of_birth": "2019-04-12", "registration_date": "2019-04-11"}, "registration_date",
         "date.order_conflict"),
        ({"date_of_birth": "2019-04-12", "mother_birth_year": "2015"}, "mother_birth_year",
         "date.generation_conflict"),
        ({"father_full_name": "Lê Văn Dũng", "declarant_full_name": "Lê Văn Dung"}, "declarant_full_name",
         "name.twice_conflict"),
    ],
)  # fmt: skip
def test_a_contradiction_lowers_and_asks_but_changes_nothing(
    papers: Papers, places: Places, values: dict[str, str], doubted: str, reason: str
) -> None:
    fields = _checked(papers, places, "birth_certificate", **values)
    assert reason in fields[doubted].reasons
    assert has_conflict(fields[doubted])
    assert fields[doubted].confidence < 0.8
    assert fields[doubted].value == values[doubted]


def test_the_date_in_words_makes_the_digits_surer(papers: Papers, places: Places) -> None:
    fields = _checked(
        papers,
        places,
        "birth_certificate",
        date_of_birth="2019-04-12",
        date_of_birth_in_words="Ngày mười hai tháng tư năm hai nghìn không trăm mười chín",
    )
    assert fields["date_of_birth"].confidence > 0.9


def test_an_unknown_prefix_is_noted_and_nothing_more(papers: Papers, places: Places) -> None:
    fields = _checked(papers, places, "identity_card", personal_id="777190123456")
    assert fields["personal_id"].reasons == ("id.place_unknown",)
    assert fields["personal_id"].confidence == 0.8
    assert not has_conflict(fields["personal_id"])


def test_a_wife_has_a_womans_number(papers: Papers, places: Places) -> None:
    fields = _checked(papers, places, "marriage_certificate", wife_personal_id="025092000789")
    assert "id.sex_conflict" in fields["wife_personal_id"].reasons


def test_a_year_alone_is_not_compared_with_a_day(papers: Papers, places: Places) -> None:
    fields = _checked(
        papers, places, "birth_certificate", date_of_birth="2019", registration_date="2019-01-01"
    )
    assert not any(has_conflict(field) for field in fields.values())


def test_an_address_that_ends_with_no_province_is_less_sure(papers: Papers, places: Places) -> None:
    cut = _checked(papers, places, "birth_certificate", place_of_origin="Xã Tả Củ Tỷ, tỉnh Lào")
    whole = _checked(papers, places, "birth_certificate", place_of_origin="Xã Tả Củ Tỷ, tỉnh Lào Cai")
    assert cut["place_of_origin"].confidence < 0.8 < whole["place_of_origin"].confidence


def test_a_zone_that_agrees_with_the_name_says_little_about_accents(papers: Papers, places: Places) -> None:
    fields = _checked(papers, places, "identity_card", full_name="Trần Thị Thu", mrz="A\nB\nTRAN<<THI<THU<<<")
    assert 0.8 < fields["full_name"].confidence < 0.85

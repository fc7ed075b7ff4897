"""Each check agrees, contradicts, and is silent where there is nothing to compare."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from dossier.fields import Field
from dossier.geometry import Box
from extraction.checking.effects import Effect
from extraction.checking.known import Known
from extraction.checking.registry import CHECKS
from rulebook.paper_spec import Papers
from rulebook.places import Places

WORDS = "Ngày mười hai tháng tư năm hai nghìn không trăm mười chín"
ZONE = "P<VNMLE<<VAN<DUNG<<<<<<<<<<<<<<<<<<<<<<<<<<<\nC1234567"
Values = dict[str, str]

# check, paper type, values, field it speaks about, reason
SPEAKS: list[tuple[str, str, Values, str, str]] = [
    ("sex_and_year", "identity_card", {"personal_id": "025092000789", "sex": "male"}, "sex", "id.sex_agrees"),
    (
        "sex_and_year",
        "identity_card",
        {"personal_id": "025092000789", "sex": "female"},
        "sex",
        "id.sex_conflict",
    ),
    (
        "sex_and_year",
        "marriage_certificate",
        {"wife_personal_id": "025192000789"},
        "wife_personal_id",
        "id.sex_agrees",
    ),
    (
        "sex_and_year",
        "live_birth_notice",
        {"mother_personal_id": "025092000789"},
        "mother_personal_id",
        "id.sex_conflict",
    ),
    (
        "sex_and_year",
        "identity_card",
        {"personal_id": "025092000789", "date_of_birth": "1993"},
        "date_of_birth",
        "id.year_conflict",
    ),
    (
        "province",
        "identity_card",
        {"personal_id": "010092000789", "place_of_origin": "Bắc Hà, Lào Cai"},
        "personal_id",
        "id.place_agrees",
    ),
    (
        "province",
        "identity_card",
        {"personal_id": "777092000789", "place_of_origin": "Bắc Hà, Lào Cai"},
        "personal_id",
        "id.place_unknown",
    ),
    (
        "province",
        "birth_certificate",
        {
            "personal_id": "015219000123",
            "registration_date": "2019-05-01",
            "registered_at": "UBND xã A, tỉnh Nghệ An",
        },
        "personal_id",
        "id.registered_conflict",
    ),
    (
        "province",
        "birth_certificate",
        {
            "personal_id": "015219000123",
            "registration_date": "2019-05-01",
            "registered_at": "UBND xã A, tỉnh Yên Bái",
        },
        "personal_id",
        "id.registered_agrees",
    ),
    (
        "parents",
        "live_birth_notice",
        {"mother_personal_id": "025312000789", "date_of_birth": "2020-01-01"},
        "mother_personal_id",
        "id.generation_conflict",
    ),
    (
        "bearers",
        "marriage_certificate",
        {"wife_personal_id": "025192000789", "husband_personal_id": "025192000789"},
        "wife_personal_id",
        "id.same_conflict",
    ),
    (
        "in_words",
        "birth_certificate",
        {"date_of_birth": "2019-04-12", "date_of_birth_in_words": WORDS},
        "date_of_birth_in_words",
        "date.words_agrees",
    ),
    (
        "in_words",
        "birth_certificate",
        {"date_of_birth": "2019-04-13", "date_of_birth_in_words": WORDS},
        "date_of_birth",
        "date.words_conflict",
    ),
    (
        "order",
        "passport",
        {"issue_date": "2030-01-01", "expiry_date": "2020-01-01"},
        "expiry_date",
        "date.order_conflict",
    ),
    (
        "order",
        "diploma",
        {"date_of_birth": "2010-01-01", "graduation_year": "2009"},
        "graduation_year",
        "date.order_conflict",
    ),
    (
        "generations",
        "birth_certificate",
        {"date_of_birth": "2019-04-12", "mother_birth_year": "1919"},
        "mother_birth_year",
        "date.generation_conflict",
    ),
    (
        "ages",
        "marriage_certificate",
        {"wife_date_of_birth": "2008-04-12", "registration_date": "2020-01-01"},
        "wife_date_of_birth",
        "date.age_conflict",
    ),
    (
        "ages",
        "identity_card",
        {"date_of_birth": "1880-04-12", "issue_date": "2022-01-01"},
        "date_of_birth",
        "date.age_conflict",
    ),
    (
        "number_year",
        "birth_certificate",
        {"document_number": "303/2019", "registration_date": "2019-04-12"},
        "document_number",
        "number.year_agrees",
    ),
    (
        "number_year",
        "birth_certificate",
        {"document_number": "303/2018", "registration_date": "2019-04-12"},
        "registration_date",
        "number.year_conflict",
    ),
    (
        "number_year",
        "decision",
        {"document_number": "12/2021/QĐ-UBND", "issue_date": "2021-04-12"},
        "issue_date",
        "number.year_agrees",
    ),
    (
        "twice",
        "birth_certificate",
        {"father_full_name": "Lê Văn Dũng", "declarant_full_name": "Lê Văn Dũng"},
        "declarant_full_name",
        "name.twice_agrees",
    ),
    (
        "twice",
        "birth_certificate",
        {"father_full_name": "Lê Văn Dũng", "declarant_full_name": "Lê Văn Dung"},
        "declarant_full_name",
        "name.twice_conflict",
    ),
    ("in_zone", "passport", {"full_name": "Lê Văn Dũng", "mrz": ZONE}, "mrz", "mrz.name_agrees"),
    (
        "tax_digit",
        "enterprise_certificate",
        {"enterprise_code": "0100109106"},
        "enterprise_code",
        "tax.digit_agrees",
    ),
    (
        "tax_digit",
        "enterprise_certificate",
        {"enterprise_code": "0100109107"},
        "enterprise_code",
        "tax.digit_conflict",
    ),
    (
        "tax_digit",
        "enterprise_certificate",
        {"enterprise_code": "4102001235", "first_registration_date": "2003-01-01"},
        "enterprise_code",
        "tax.digit_unknown",
    ),
    (
        "household_owner",
        "household_business_certificate",
        {"business_code": "025092000789", "owner_personal_id": "025092000789"},
        "business_code",
        "tax.owner_agrees",
    ),
    (
        "household_owner",
        "household_business_certificate",
        {"business_code": "025092000789", "owner_personal_id": "025092000788"},
        "business_code",
        "tax.owner_conflict",
    ),
    ("ethnicity", "birth_certificate", {"ethnicity": "H'Mông"}, "ethnicity", "ethnicity.known"),
    (
        "ethnicity",
        "birth_certificate",
        {"mother_ethnicity": "Tấy"},
        "mother_ethnicity",
        "ethnicity.near_miss_conflict",
    ),
    (
        "nationality",
        "identity_card",
        {"nationality": "VIỆT NAM / VIETNAMESE"},
        "nationality",
        "nationality.known",
    ),
    ("nationality", "identity_card", {"nationality": "Việt Nam"}, "nationality", "nationality.known"),
    (
        "nationality",
        "identity_card",
        {"nationality": "Viêt Nam"},
        "nationality",
        "nationality.near_miss_conflict",
    ),
    (
        "endings",
        "identity_card",
        {"residence": "Tả Củ Tỷ, Bắc Hà, Lào Cai"},
        "residence",
        "place.district_known",
    ),
    (
        "endings",
        "identity_card",
        {"residence": "xã Tả Củ Tỷ, tỉnh Lào Cái"},
        "residence",
        "place.near_miss_conflict",
    ),
    (
        "endings",
        "identity_card",
        {"residence": "xã Tả Củ Tỷ, tỉnh Lào"},
        "residence",
        "place.province_unknown",
    ),
    (
        "endings",
        "birth_certificate",
        {"place_of_birth": "Thạch Thất, tỉnh Hà Tây"},
        "place_of_birth",
        "place.province_former",
    ),
    (
        "endings",
        "identity_card",
        {"residence": "xã A, huyện Bắc Hà, tỉnh Lào Cai", "issue_date": "2025-08-01"},
        "residence",
        "place.before_merger",
    ),
]

SILENT: list[tuple[str, str, Values]] = [
    ("sex_and_year", "identity_card", {"personal_id": "123456789", "sex": "male", "date_of_birth": "1990"}),
    ("province", "identity_card", {"personal_id": "010092000789", "place_of_origin": "Vinh, Nghệ An"}),
    (
        "province",
        "birth_certificate",
        {
            "personal_id": "010092000789",
            "registration_date": "2019-05-01",
            "registered_at": "UBND xã A, tỉnh Nghệ An",
        },
    ),
    ("parents", "live_birth_notice", {"mother_personal_id": "025192000789", "date_of_birth": "2020-01-01"}),
    (
        "bearers",
        "marriage_certificate",
        {"wife_personal_id": "025192000789", "husband_personal_id": "025092000789"},
    ),
    ("in_words", "birth_certificate", {"date_of_birth": "2019-04-12", "date_of_birth_in_words": "xin chào"}),
    ("order", "passport", {"issue_date": "2020-01-01", "expiry_date": "2020"}),
    ("generations", "birth_certificate", {"date_of_birth": "2019-04-12", "mother_birth_year": "1990"}),
    ("ages", "marriage_certificate", {"wife_date_of_birth": "2000-04-12", "registration_date": "2020-01-01"}),
    (
        "number_year",
        "birth_certificate",
        {"document_number": "12/2021/TLKS-BS", "registration_date": "2019-04-12"},
    ),
    ("number_year", "decision", {"document_number": "12/QĐ-UBND", "issue_date": "2021-04-12"}),
    ("form_days", "birth_certificate", {"registration_date": "2019-04-12"}),
    ("twice", "birth_certificate", {"father_full_name": "Lê Văn Dũng", "mother_full_name": "Trần Thị Thu"}),
    ("in_zone", "passport", {"full_name": "Trần Thị Thu", "mrz": ZONE}),
    ("tax_digit", "household_business_certificate", {"business_code": "10A8012345"}),
    ("tax_digit", "household_business_certificate", {"business_code": "025092000789"}),
    (
        "household_owner",
        "household_business_certificate",
        {"business_code": "10A8012345", "owner_personal_id": "025092000789"},
    ),
    ("ethnicity", "birth_certificate", {"ethnicity": "Một dân tộc khác"}),
    ("nationality", "identity_card", {"nationality": "Wakanda"}),
    ("endings", "identity_card", {"residence": "Paris, Cộng hòa Pháp"}),
    ("endings", "identity_card", {"residence": "HA NOI, VIET NAM"}),
    ("endings", "decision", {"place": "Vĩnh Phuc"}),
]


def _effects(papers: Papers, places: Places, check: str, type_: str, values: Values) -> tuple[Effect, ...]:
    fields = {
        name: Field(name=name, value=value, printed=value, confidence=0.8, page=1, box=Box(0, 0, 9, 9))
        for name, value in values.items()
    }
    return tuple(CHECKS[check](fields, Known(papers.spec(type_), places)))


@pytest.mark.parametrize("case", SPEAKS)
def test_a_check_says_what_it_sees(
    papers: Papers, places: Places, case: tuple[str, str, Values, str, str]
) -> None:
    check, type_, values, field, reason = case
    said = {
        (effect.field, effect.reason): effect for effect in _effects(papers, places, check, type_, values)
    }
    assert (field, reason) in said
    assert said[field, reason].raises == reason.endswith(("_agrees", "_known", ".known"))


@pytest.mark.parametrize(("check", "type_", "values"), SILENT)
def test_a_check_is_silent_where_nothing_can_be_told(
    papers: Papers, places: Places, check: str, type_: str, values: Values
) -> None:
    assert _effects(papers, places, check, type_, values) == ()


def test_a_form_is_used_on_the_days_its_table_says(papers: Papers, places: Places) -> None:
    spec = replace(papers.spec("land_certificate"), valid_from=date(2024, 8, 1), valid_to=date(2030, 1, 1))
    for issued, doubted in (("2024-07-31", True), ("2024-08-01", False), ("2030-01-02", True)):
        field = Field(
            name="issue_date", value=issued, printed=issued, confidence=0.8, page=1, box=Box(0, 0, 9, 9)
        )
        said = [effect.reason for effect in CHECKS["form_days"]({"issue_date": field}, Known(spec, places))]
        assert said == (["date.form_conflict"] if doubted else [])


def test_every_check_is_tested_speaking_and_silent() -> None:
    assert {case[0] for case in SPEAKS} | {"form_days"} == set(CHECKS)
    assert {case[0] for case in SILENT} == set(CHECKS)


def test_a_near_miss_keeps_what_was_meant_and_the_value_as_printed(papers: Papers, places: Places) -> None:
    (effect,) = (
        effect
        for effect in _effects(
            papers, places, "endings", "identity_card", {"residence": "xã A, huyện Bắc Hạ, tỉnh Lào Cai"}
        )
        if effect.reason == "place.near_miss_conflict"
    )
    assert effect.suggestion == "huyện Bắc Hà"
    assert effect.weak

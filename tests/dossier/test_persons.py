"""Identity numbers and names of invented people."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.errors import ArgumentError
from dossier.persons import (
    NumberKind,
    Sex,
    identity_number,
    parse_owner,
    personal_id,
    search_form,
)

VIETNAMESE = st.text(
    alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ "
)


@pytest.mark.parametrize(
    ("digit", "sex", "century"),
    [
        (0, Sex.MALE, 1900),
        (1, Sex.FEMALE, 1900),
        (2, Sex.MALE, 2000),
        (3, Sex.FEMALE, 2000),
        (4, Sex.MALE, 2100),
        (5, Sex.FEMALE, 2100),
        (6, Sex.MALE, 2200),
        (7, Sex.FEMALE, 2200),
        (8, Sex.MALE, 2300),
        (9, Sex.FEMALE, 2300),
    ],
)
def test_the_fourth_digit_tells_sex_and_century(digit: int, sex: Sex, century: int) -> None:
    found = personal_id(f"011{digit}26000004")
    assert found is not None
    assert (found.place_prefix, found.sex, found.birth_year) == ("011", sex, century + 26)


@given(st.integers(1900, 2399), st.sampled_from(Sex), st.integers(0, 999), st.integers(0, 999_999))
def test_a_number_tells_what_it_was_made_from(year: int, sex: Sex, place: int, serial: int) -> None:
    digit = (year // 100 - 19) * 2 + (sex is Sex.FEMALE)
    found = personal_id(f"{place:03d}{digit}{year % 100:02d}{serial:06d}")
    assert found is not None
    assert (found.birth_year, found.sex, found.place_prefix) == (year, sex, f"{place:03d}")


@pytest.mark.parametrize("text", ["011 190 000 001", "011.190.000.001", "\t011190000001\n"])
def test_spaces_and_dots_between_digits_are_dropped(text: str) -> None:
    found = personal_id(text)
    assert found is not None
    assert found.digits == "011190000001"


@pytest.mark.parametrize(
    "text", ["", "01119000000", "0111900000011", "01119000000O", "٠١١١٩٠٠٠٠٠٠١", "０１１１９０００００００"]
)
def test_anything_but_twelve_plain_digits_is_no_personal_number(text: str) -> None:
    assert personal_id(text) is None


@pytest.mark.parametrize(
    ("text", "number", "kind"),
    [
        ("011190000001", "011190000001", NumberKind.PERSONAL_ID),
        ("063 123 456", "063123456", NumberKind.OLD_CARD),
        ("0100109106", "0100109106", NumberKind.TAX_CODE),
        ("0100109106-001", "0100109106001", NumberKind.TAX_CODE),
        ("0100109106001", "0100109106001", NumberKind.TAX_CODE),
        ("c1234567", "C1234567", NumberKind.PASSPORT),
    ],
)
def test_every_kind_of_identity_number_is_normalised(text: str, number: str, kind: NumberKind) -> None:
    assert identity_number(text) == (number, kind)


@given(st.text(max_size=20))
def test_a_normalised_number_stays_as_it_is(text: str) -> None:
    found = identity_number(text)
    if found is not None:
        assert identity_number(found[0]) == found
        assert found[0].isascii()
        assert found[0].isalnum()


def test_what_is_no_number_is_refused_without_repeating_it() -> None:
    with pytest.raises(ArgumentError) as caught:
        parse_owner("Giàng Thị Mỷ")
    assert "--owner" in caught.value.message()
    assert "Giàng" not in str(caught.value)
    assert parse_owner("011.190.000.001") == "011190000001"


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Giàng Seo Chứ", "giang seo chu"),
        ("ĐẶNG  Thị\nĐào", "dang thi dao"),
        (unicodedata.normalize("NFD", "Nguyễn Hường"), "nguyen huong"),
        ("", ""),
    ],
)
def test_the_search_form_has_no_accents(text: str, bare: str) -> None:
    assert search_form(text) == bare


@given(VIETNAMESE)
def test_the_search_form_is_plain_ascii_and_final(text: str) -> None:
    found = search_form(text)
    assert found.isascii()
    assert search_form(found) == found
    assert search_form(unicodedata.normalize("NFD", text.upper())) == found

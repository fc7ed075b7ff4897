from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.geometry import Box
from dossier.text import Code
from extraction.qr.read import qr_candidates, read_payload

HOME = "Bản Nà Ỏ, xã Co Mạ, huyện Thuận Châu, tỉnh Sơn La"
CARD = f"025190000123|123456789|Lường Thị Hặc|12041990|Nữ|{HOME}|02032021"
VALUES = {
    "personal_id": "025190000123",
    "old_identity_number": "123456789",
    "full_name": "Lường Thị Hặc",
    "date_of_birth": "1990-04-12",
    "sex": "female",
    "residence": HOME,
    "issue_date": "2021-03-02",
}
LAND = (
    "Số phát hành: AA 01234567|Thửa đất số: 125|Tờ bản đồ số: 12|Diện tích: 1.250,5 m²"
    "|Người sử dụng đất: Lò Văn Xiên"
)


JSON = (
    '{"SoPhatHanh": "AA 01234567", "Số thửa": 125, "Tờ bản đồ số": "12", "Diện tích": "1.250,5 m²",'
    ' "Người sử dụng đất": "Lò Văn Xiên"}'
)


def _code(text: str) -> Code:
    return Code(text, "QRCode", Box(1, 2, 3, 4))


def test_the_seven_parts_of_a_card_with_chip_are_its_fields() -> None:
    assert read_payload(CARD).values == VALUES


def test_an_empty_old_number_is_no_field_and_further_parts_are_kept() -> None:
    payload = read_payload(CARD.replace("123456789", "") + "||Lường Văn Xiên")
    assert "old_identity_number" not in payload.values
    assert payload.values["full_name"] == "Lường Thị Hặc"
    assert payload.extras == ("Lường Văn Xiên",)


def test_another_order_is_told_by_the_shapes_of_the_parts() -> None:
    number, old, name, born, sex, home, issued = CARD.split("|")
    payload = read_payload(f"{number}|{name}|{born}|{sex}|{home}|{issued}|{old}||Lường Văn A|Lò Thị B")
    assert payload.values == VALUES
    assert payload.extras == ("Lường Văn A", "Lò Thị B")


@pytest.mark.parametrize(
    "broken",
    [
        CARD.replace("|Nữ|", "|Nam|"),
        CARD.replace("12041990", "12041991"),
        CARD.replace("12041990", "31021990"),
        CARD.replace("025190000123", "02519000012"),
        CARD.replace("025190000123", "0251900O0123"),
        CARD.replace("02032021", "02031989"),
        CARD.rpartition("|")[0],
    ],
)
def test_a_card_that_contradicts_itself_says_nothing(broken: str) -> None:
    assert read_payload(broken).values == {}


def test_letters_with_separate_marks_and_broken_bytes_are_set_right() -> None:
    apart = unicodedata.normalize("NFD", CARD)
    broken = CARD.encode("utf-8").decode("latin-1")
    assert read_payload(apart).values == VALUES
    assert read_payload(broken).values == VALUES


@given(
    born=st.dates(date(1930, 1, 1), date(2015, 12, 31)),
    male=st.booleans(),
    tail=st.from_regex(r"[0-9]{6}", fullmatch=True),
)
def test_every_card_is_read_back(born: date, tail: str, *, male: bool) -> None:
    mark = (born.year // 100 - 19) * 2 + (0 if male else 1)
    number = f"010{mark}{born:%y}{tail}"
    payload = read_payload(
        f"{number}||Y Blô Niê|{born:%d%m%Y}|{'Nam' if male else 'Nữ'}|Buôn A, Đắk Lắk|01022022"
    )
    assert payload.values["personal_id"] == number
    assert payload.values["date_of_birth"] == born.isoformat()
    assert payload.values["sex"] == ("male" if male else "female")


@pytest.mark.parametrize(
    "text",
    [
        LAND,
        LAND.replace("|", "\n"),
        LAND.replace("|", "; "),
        JSON,
    ],
)
def test_a_land_certificate_is_read_by_the_names_before_its_parts(text: str) -> None:
    payload = read_payload(text)
    assert payload.kind == "land_certificate"
    assert payload.values == {
        "serial_number": "AA01234567",
        "parcel_number": "125",
        "map_sheet_number": "12",
        "area_m2": "1250.5",
        "owner_full_name": "Lò Văn Xiên",
    }


def test_a_serial_number_is_told_by_its_shape_and_two_owners_are_no_owner() -> None:
    payload = read_payload("AA 01234567|Người sử dụng đất: Lò Văn Xiên|Người sử dụng đất: Lò Thị Ín")
    assert payload.values == {"serial_number": "AA01234567"}


def test_what_does_not_validate_is_not_taken() -> None:
    payload = read_payload("Số phát hành: AA 01234567|Diện tích: rộng|Ngày cấp: 31/02/2025|CCCD: 12345")
    assert payload.values == {"serial_number": "AA01234567"}


def test_the_code_of_a_dossier_is_found_in_what_the_system_prints() -> None:
    assert read_payload("H26.1.12-261112-0041|2.000720|079186999401").values == {
        "dossier_code": "H26.1.12-261112-0041"
    }
    assert read_payload("000.00.18.H26-250704-0012").values == {"dossier_code": "000.00.18.H26-250704-0012"}
    assert read_payload("H26.1.12-261332-0041").values == {}
    assert read_payload("H26.1.12-٢٦١١١٢-0041").values == {}
    assert read_payload("H26.1.12-261112-0041 H26.1.12-261112-0042").values == {}


def test_an_address_of_a_page_is_kept_and_says_nothing() -> None:
    payload = read_payload("https://tracuu.example/?so=AA01234567")
    assert (payload.kind, payload.values) == ("link", {})
    assert payload.link == "https://tracuu.example/?so=AA01234567"


@given(st.text(max_size=300))
def test_no_text_whatever_breaks_the_reading(text: str) -> None:
    payload = read_payload(text)
    assert all("\x00" not in value for value in payload.values.values())


def test_a_code_of_endless_length_is_cut() -> None:
    assert read_payload(CARD + "|x" * 100_000).values == {}


def test_codes_of_other_papers_say_nothing_about_this_one() -> None:
    assert qr_candidates({1: [_code(CARD)]}, "birth_certificate") == {}
    assert qr_candidates({1: [_code(LAND)]}, "identity_card") == {}


def test_a_value_says_where_its_code_stands() -> None:
    found = qr_candidates({1: [], 2: [_code("https://a.example"), _code(CARD)]}, "identity_card")
    assert found["full_name"].value == "Lường Thị Hặc"
    assert (found["full_name"].page, found["full_name"].box) == (2, Box(1, 2, 3, 4))


def test_two_cards_that_contradict_each_other_say_nothing() -> None:
    other = CARD.replace("000123", "000124").replace("Hặc", "Ín")
    found = qr_candidates({1: [_code(CARD), _code(other)]}, "identity_card")
    assert "personal_id" not in found
    assert "full_name" not in found
    assert found["sex"].value == "female"

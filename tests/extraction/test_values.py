from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.values.amounts import read_area, read_money, read_number
from extraction.values.codes import read_code, read_sign
from extraction.values.dates import read_date, read_year
from extraction.values.identity import read_identity
from extraction.values.names import read_name, title_case
from extraction.values.sexes import read_sex
from extraction.values.texts import read_text
from extraction.values.words import date_in_words, number_in_words
from tests.extraction.spelling import spelled_date

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31))
SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Giàng", "Đặng", "Nông", "Bế", "Vàng", "Triệu")
GIVEN_NAMES = ("Thị", "Văn", "Seo", "Ánh", "Tuyết", "Chứ", "Mỷ", "Đức", "Ngọc", "Quỳnh", "Ý", "Ước")
NAMES = st.tuples(
    st.sampled_from(SURNAMES), st.lists(st.sampled_from(GIVEN_NAMES), min_size=1, max_size=4)
).map(lambda parts: " ".join((parts[0], *parts[1])))


@given(DAYS)
def test_a_date_survives_every_way_of_printing_it(day: date) -> None:
    for printed in (
        f"{day:%d/%m/%Y}",
        f"{day:%d-%m-%Y}",
        f"{day:%d.%m.%Y}",
        f"ngày {day.day:02d} tháng {day.month} năm {day.year}",
        f"Phú Thọ, ngày {day.day} tháng {day.month:02d} năm {day.year}",
        f"ngay {day.day} thang {day.month} nam {day.year}",
    ):
        reading = read_date(printed)
        assert reading is not None
        assert reading.value == day.isoformat()
        assert reading.quality == 1.0


@given(DAYS)
def test_a_date_in_words_says_the_same_day(day: date) -> None:
    assert date_in_words(spelled_date(day)) == day


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("muoi hai", 12),
        ("hai muoi lam", 25),
        ("ba muoi mot", 31),
        ("mot nghin chin tram chin muoi mot", 1991),
        ("hai nghin khong tram linh nam", 2005),
        ("hai ngan khong tram le tu", 2004),
        ("hai khong hai mot", 2021),
    ],
)
def test_numbers_in_words_are_understood(words: str, number: int) -> None:
    assert number_in_words(words.split()) == number


def test_a_word_that_is_no_number_gives_nothing() -> None:
    assert number_in_words(["hoa", "binh"]) is None
    assert date_in_words("Ngày ba mươi hai tháng hai năm hai nghìn") is None


def test_letters_that_look_like_digits_count_less() -> None:
    reading = read_date("O5/03/2021")
    assert reading is not None
    assert reading.value == "2021-03-05"
    assert reading.quality < 0.7
    assert reading.reasons == ("ocr.digit_corrected",)


@pytest.mark.parametrize("printed", ["1209/2024", "12/09I2024", "12!09I2024", "1210912024"])
def test_a_date_with_a_broken_stroke_is_mended_and_says_so(printed: str) -> None:
    reading = read_date(printed)
    assert reading is not None
    assert reading.value == "2024-09-12"
    assert reading.reasons == ("ocr.date_mended",)


@pytest.mark.parametrize("printed", ["31/02/2020", "00/13/2020", "hôm nay", "12/2019"])
def test_what_is_no_day_is_no_full_date(printed: str) -> None:
    assert read_date(printed, year_alone=False) is None


def test_a_year_alone_is_kept_as_a_year() -> None:
    reading = read_date("Năm sinh 1950")
    assert reading is not None
    assert reading.value == "1950"
    year = read_year("21/12/1990")
    assert year is not None
    assert year.value == "1990"


@given(NAMES)
def test_a_name_in_capitals_comes_back_in_title_case(name: str) -> None:
    reading = read_name(name.upper())
    assert reading is not None
    assert reading.value == name


@given(NAMES)
def test_title_case_twice_changes_nothing(name: str) -> None:
    assert title_case(title_case(name)) == title_case(name) == name


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("H'BIA MLÔ", "H'Bia Mlô"),
        ("Y BLÔ NIÊ ;", "Y Blô Niê"),
        ("Ông: Lê Văn Dũng, sinh năm 1990", "Lê Văn Dũng"),
        ("Bà Trần Thị Ngọc Hà về việc", "Trần Thị Ngọc Hà"),
        ("ĐẶNG Ý NHI Giới", "Đặng Ý Nhi"),
    ],
)
def test_what_stands_around_a_name_is_left_out(printed: str, value: str) -> None:
    reading = read_name(printed)
    assert reading is not None
    assert reading.value == value


def test_a_name_with_an_impossible_syllable_is_doubted() -> None:
    good, odd = read_name("GIÀNG SEO CHỨ"), read_name("GLÀNG SEO CHỨ")
    assert good is not None
    assert odd is not None
    assert odd.quality < good.quality


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("TRẦN THU HÀ", "TRẤN THU HÀ"), ("LÊ THỊ HÀ", "LÊ THÌ HÀ"), ("NGUYỄN AN", "NGUYÊN AN")],
)
def test_a_frequent_surname_with_other_accents_is_doubted(right: str, wrong: str) -> None:
    good, doubted = read_name(right), read_name(wrong)
    assert good is not None
    assert doubted is not None
    assert doubted.quality < good.quality - 0.2


@given(st.from_regex(r"[0-9]{12}", fullmatch=True))
def test_an_identity_number_survives_spaces_dots_and_boxes(number: str) -> None:
    for printed in (
        number,
        " ".join(number),
        f"Căn cước công dân số {number}, cấp ngày",
        f"{number[:3]} {number[3:6]} {number[6:9]} {number[9:]}",
        "|".join(number),
        "|" + "|".join(number) + "|",
    ):
        reading = read_identity(printed)
        assert reading is not None
        assert reading.value == number


def test_twelve_digits_are_taken_before_nine() -> None:
    reading = read_identity("CMND 131234567 nay là 025090000456")
    assert reading is not None
    assert reading.value == "025090000456"


@pytest.mark.parametrize("printed", ["12345", "0250900004561", "không có"])
def test_other_lengths_are_no_identity_number(printed: str) -> None:
    assert read_identity(printed) is None


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("241 /QĐ-UBND", "241/QĐ-UBND"),
        ("09/UBND-XNTTHN", "09/UBND-XNTTHN"),
        ("40/2013/QH13", "40/2013/QH13"),
        ("125/2019", "125/2019"),
        ("15 /TTr - SYT", "15/TTr-SYT"),
        ("01/ĐA-UBND", "01/ĐA-UBND"),
        ("01/DA-UBND", "01/DA-UBND"),
    ],
)
def test_number_and_sign_lose_their_spaces_and_keep_their_letters(printed: str, value: str) -> None:
    reading = read_sign(printed)
    assert reading is not None
    assert reading.value == value
    assert reading.reasons == ()


def test_a_sign_that_only_one_abbreviation_fits_is_corrected_and_says_so() -> None:
    reading = read_sign("239/QD-UBND")
    assert reading is not None
    assert reading.value == "239/QĐ-UBND"
    assert reading.reasons == ("ocr.sign_corrected",)


@pytest.mark.parametrize(
    ("printed", "value"), [("AA 01234567", "AA01234567"), ("CS-12345;", "CS-12345"), ("248;", "248")]
)
def test_codes_lose_their_inner_spaces(printed: str, value: str) -> None:
    reading = read_code(printed)
    assert reading is not None
    assert reading.value == value


@given(st.integers(min_value=1, max_value=10**12))
def test_money_survives_its_dots(amount: int) -> None:
    reading = read_money(f"{amount:,} đồng".replace(",", "."))
    assert reading is not None
    assert reading.value == str(amount)


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("250,5 m²", "250.5"),
        ("1.250,5 m2", "1250.5"),
        ("1.250 m²", "1250"),
        ("120", "120"),
        ("862.4", "862.4"),
    ],
)
def test_areas_have_a_point_before_decimals(printed: str, value: str) -> None:
    reading = read_area(printed)
    assert reading is not None
    assert reading.value == value


def test_a_change_number_is_a_plain_number() -> None:
    reading = read_number("thứ 02, ngày")
    assert reading is not None
    assert reading.value == "2"


@pytest.mark.parametrize(
    ("printed", "value"), [("Nam", "male"), ("Nữ", "female"), ("Nu", "female"), ("Male", "male")]
)
def test_sex_is_male_or_female(printed: str, value: str) -> None:
    reading = read_sex(printed)
    assert reading is not None
    assert reading.value == value


def test_the_country_is_no_sex() -> None:
    assert read_sex("Việt Nam") is None


def test_text_loses_leaders_and_edges() -> None:
    reading = read_text(" - Thôn Sẻ Chải , xã Tả Củ Tỷ ;")
    assert reading is not None
    assert reading.value == "Thôn Sẻ Chải, xã Tả Củ Tỷ"
    assert read_text(" ..., ") is None


@given(st.text(max_size=80))
def test_no_text_whatever_breaks_a_reader(text: str) -> None:
    for read in (read_date, read_year, read_name, read_identity, read_sign, read_code, read_area, read_money,
                 read_sex, read_text, date_in_words):  # fmt: skip
        read(text)

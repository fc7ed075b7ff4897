from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from dossier.persons import Sex
from extraction.layout import lay_out
from extraction.mrz.digits import check_digit
from extraction.mrz.td1 import find_td1, parse_td1
from tests.extraction.papers import CARD_BACK
from tests.extraction.writing import page

LINES = ("IDVNM1901234569001190123456<<0", "9001158F3001156VNM<<<<<<<<<<<8", "NGUYEN<<THI<VI<DU<<<<<<<<<<<<<")
DAYS = st.dates(min_value=date(1930, 1, 1), max_value=date(2020, 12, 31))


def _lines(number: str, birth: date, *, sex: str, expiry: date) -> tuple[str, str, str]:
    document = number[-9:]
    first = f"IDVNM{document}{check_digit(document)}{number}<<{check_digit(number)}"
    b, e = f"{birth:%y%m%d}", f"{expiry:%y%m%d}"
    head = f"{b}{check_digit(b)}{sex}{e}{check_digit(e)}VNM<<<<<<<<<<<"
    composite = check_digit(first[5:30] + head[0:7] + head[8:15] + head[18:29])
    return first, head + composite, "LE<<VAN<DUNG<<<<<<<<<<<<<<<<<<"


def test_the_known_specimen_passes_all_four_digits() -> None:
    zone = parse_td1(LINES)
    assert zone.passed == 1.0
    assert zone.number == "001190123456"
    assert zone.birth == date(1990, 1, 15)
    assert zone.expiry == date(2030, 1, 15)
    assert zone.sex is Sex.FEMALE


@given(birth=DAYS, tail=st.from_regex(r"[0-9]{6}", fullmatch=True), male=st.booleans())
def test_whatever_is_printed_is_read_back(birth: date, tail: str, *, male: bool) -> None:
    gender = (birth.year // 100 - 19) * 2 + (0 if male else 1)
    number = f"025{gender}{birth:%y}{tail}"
    zone = parse_td1(_lines(number, birth, sex="M" if male else "F", expiry=date(2045, 1, 1)))
    assert (zone.number, zone.birth, zone.expiry, zone.passed) == (number, birth, date(2045, 1, 1), 1.0)


def test_letters_read_for_digits_are_set_right_by_their_place() -> None:
    broken = (LINES[0].replace("001190", "OO1I90"), LINES[1].replace("9001158F", "9OO1158F"), LINES[2])
    zone = parse_td1(broken)
    assert zone.number == "001190123456"
    assert zone.birth == date(1990, 1, 15)


def test_of_two_prints_of_the_number_the_check_digits_take_the_right_one() -> None:
    zone = parse_td1((LINES[0].replace("001190123456", "001190123457"), LINES[1], LINES[2]))
    assert zone.number == "001190123456"
    assert zone.corrected
    assert zone.lines == LINES
    assert zone.said()["personal_id"].reasons == ("mrz.digit_corrected",)


def test_a_digit_that_is_wrong_in_both_prints_fails() -> None:
    first = LINES[0].replace("190123456", "190123457")
    zone = parse_td1((first, LINES[1], LINES[2]))
    assert zone.number == ""
    assert not zone.corrected
    assert zone.passed < 1.0


def test_the_zone_is_found_among_other_rows() -> None:
    zone = find_td1(lay_out(page(CARD_BACK)))
    assert zone is not None
    assert zone.lines == LINES
    assert zone.complete


def test_the_line_of_dates_alone_still_tells_the_dates() -> None:
    zone = find_td1(lay_out(page([LINES[1]])))
    assert zone is not None
    assert not zone.complete
    assert zone.number == ""
    assert zone.birth == date(1990, 1, 15)


def test_a_page_without_a_zone_has_none() -> None:
    assert find_td1(lay_out(page(["Nơi thường trú: VNM", "ABC<<DEF"]))) is None


@given(st.lists(st.text(max_size=40), min_size=3, max_size=3))
def test_no_text_whatever_breaks_the_parser(lines: list[str]) -> None:
    zone = parse_td1(lines)
    assert all(len(line) == 30 for line in zone.lines)

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from dossier.persons import Sex
from extraction.layout import lay_out
from extraction.mrz.digits import check_digit
from extraction.mrz.find import find_zone
from extraction.mrz.td1 import parse_td1
from extraction.mrz.td3 import parse_td3
from tests.extraction.writing import page


def _lines(number: str, born: date, expiry: date, *, sex: str, person: str) -> tuple[str, str]:
    head = f"{number.ljust(9, '<')}{check_digit(number.ljust(9, '<'))}"
    b, e = f"{born:%y%m%d}", f"{expiry:%y%m%d}"
    own = person.ljust(14, "<")
    tail = f"{b}{check_digit(b)}{sex}{e}{check_digit(e)}{own}{check_digit(own)}"
    return (
        "P<VNMNGUYEN<<THI<VI<DU".ljust(44, "<"),
        f"{head}VNM{tail}{check_digit(head + tail[:7] + tail[8:])}",
    )


LINES = _lines("C8501234", date(1990, 1, 15), date(2030, 1, 15), sex="F", person="001190123456")
DAYS = st.dates(date(1931, 1, 1), date(2030, 12, 31))


@given(
    st.from_regex(r"[BCNPQ][0-9]{7,8}", fullmatch=True), DAYS, st.from_regex(r"[0-9]{6}", fullmatch=True),
    st.booleans(),
)  # fmt: skip
def test_whatever_is_printed_is_read_back(number: str, born: date, tail: str, male: bool) -> None:
    person = f"025{(born.year // 100 - 19) * 2 + (0 if male else 1)}{born:%y}{tail}"
    lines = _lines(number, born, date(2045, 1, 1), sex="M" if male else "F", person=person)
    zone = parse_td3(lines)
    assert (zone.number, zone.person, zone.birth, zone.expiry) == (number, person, born, date(2045, 1, 1))
    assert zone.lines == lines
    assert (zone.passed, zone.corrected) == (1.0, ())


def test_letters_read_for_digits_are_set_right_where_one_reading_fits() -> None:
    zone = parse_td3((LINES[0], LINES[1].replace("C8501234", "CB5O1234").replace("001190", "OO1I90")))
    assert (zone.number, zone.person) == ("C8501234", "001190123456")
    assert zone.lines == LINES


def test_a_number_that_begins_with_a_misread_letter_is_set_right() -> None:
    lines = _lines("B8501234", date(1990, 1, 15), date(2030, 1, 15), sex="F", person="001190123456")
    assert parse_td3((lines[0], f"8{lines[1][1:]}")).number == "B8501234"


def test_a_wrong_digit_is_never_guessed() -> None:
    zone = parse_td3((LINES[0], LINES[1].replace("C8501234", "C8501235")))
    assert zone.number == ""
    assert zone.said()["passport_number"].value == ""
    assert zone.passed < 1.0
    assert zone.birth == date(1990, 1, 15)


def test_where_two_readings_fit_none_is_taken() -> None:
    # S may be 5 or 8 twice: two of the four readings agree with the check digit or none does.
    for pair in ("SS", "BB", "GG", "QQ"):
        zone = parse_td3((LINES[0], f"C{pair}01234<{LINES[1][9:]}"))
        held = [
            number
            for number in (f"C{a}{b}01234" for a in "0123456789" for b in "0123456789")
            if check_digit(number.ljust(9, "<")) == LINES[1][9]
        ]
        assert zone.number in {"", *held}


def test_fillers_that_were_lost_do_not_shift_the_rest() -> None:
    lost = LINES[1].replace("<<", "").replace("C8501234<", "C8501234")
    zone = parse_td3((LINES[0].rstrip("<"), lost))
    assert (zone.number, zone.person) == ("C8501234", "001190123456")
    assert zone.lines == LINES
    assert zone.passed == 1.0


def test_a_passport_without_an_own_number_still_tells_its_days() -> None:
    lines = _lines("C8501234", date(1990, 1, 15), date(2030, 1, 15), sex="M", person="")
    zone = parse_td3(lines)
    assert (zone.person, zone.sex, zone.expiry) == ("", Sex.MALE, date(2030, 1, 15))


def test_the_zone_is_found_among_other_rows() -> None:
    zone = find_zone([lay_out(page(["HỘ CHIẾU / PASSPORT", "Nguyễn Thị Vi Dư", *LINES]))])
    assert zone is not None
    assert zone.lines == LINES
    assert {name: said.value for name, said in zone.said().items() if name != "mrz"} == {
        "passport_number": "C8501234",
        "personal_id": "001190123456",
        "date_of_birth": "1990-01-15",
        "expiry_date": "2030-01-15",
        "sex": "female",
    }


def test_a_page_without_a_zone_has_none() -> None:
    assert find_zone([lay_out(page(["P<VNM", "C8501234 VNM 900115"]))]) is None


@given(st.lists(st.text(alphabet="<0123456789ABCVNMPOQISB«", max_size=50), min_size=3, max_size=3))
def test_no_text_whatever_breaks_the_parsers(lines: list[str]) -> None:
    assert all(len(line) == 44 for line in parse_td3(lines[:2]).lines)
    assert all(len(line) == 30 for line in parse_td1(lines).lines)

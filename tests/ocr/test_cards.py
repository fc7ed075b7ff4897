from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ocr.cards import card_rows
from ocr.segments import rows_of
from tests.ocr.placed import placed, row_texts, segment, texts

Places = tuple[tuple[str, int, int], ...]

_PASSPORT: Places = (
    ("Họ và tên / Full name", 400, 100),
    ("VỪ THỊ MỶ", 400, 150),
    ("Ngày sinh / Date of birth", 400, 200), ("Nơi sinh / Place of birth", 860, 200),
    ("12/04/1990", 400, 250), ("HÀ GIANG", 860, 250),
    ("Giới tính / Sex", 400, 300), ("Số định danh / ID No", 860, 300),
    ("Nữ / F", 400, 350), ("002190004321", 860, 350),
)  # fmt: skip
_FRONT: Places = (
    ("Số / No.: 002190004321", 400, 200),
    ("Họ và tên / Full name: VỪ THỊ MỶ", 400, 250),
    ("Ngày sinh / Date of birth: 12/04/1990", 400, 300),
    ("Nơi thường trú / Place of residence: Lũng Lừ", 400, 350),
)


def _rows(*places: tuple[str, int, int]) -> list[str]:
    """The rows of a card in order, segments of a row apart by a bar."""
    return row_texts(card_rows(rows_of([segment(*place) for place in places])))


def test_values_below_two_labels_side_by_side_are_read_label_by_label() -> None:
    assert texts(*(placed(*place) for place in _PASSPORT)) == [
        "Họ và tên / Full name",
        "VỪ THỊ MỶ",
        "Ngày sinh / Date of birth",
        "12/04/1990",
        "Nơi sinh / Place of birth",
        "HÀ GIANG",
        "Giới tính / Sex",
        "Nữ / F",
        "Số định danh / ID No",
        "002190004321",
    ]


def test_labels_that_hold_their_values_stay_beside_each_other() -> None:
    pair = (("Giới tính / Sex: Nữ", 400, 400), ("Quốc tịch / Nationality: Việt Nam", 760, 400))
    assert _rows(*_FRONT, *pair)[-1] == "Giới tính / Sex: Nữ | Quốc tịch / Nationality: Việt Nam"


def test_values_that_begin_elsewhere_than_their_labels_keep_their_row() -> None:
    moved = (("12/04/1990", 460, 250), ("HÀ GIANG", 860, 250))
    rows = _rows(*_PASSPORT[:4], *moved, *_PASSPORT[6:])
    assert rows[2:4] == ["Ngày sinh / Date of birth | Nơi sinh / Place of birth", "12/04/1990 | HÀ GIANG"]


def test_values_far_below_their_labels_keep_their_row() -> None:
    far = (("12/04/1990", 400, 310), ("HÀ GIANG", 860, 310))
    assert _rows(*_PASSPORT[:4], *far, ("Giới tính / Sex", 400, 360))[2:4] == [
        "Ngày sinh / Date of birth | Nơi sinh / Place of birth",
        "12/04/1990 | HÀ GIANG",
    ]


def test_a_value_that_was_lost_leaves_the_others_with_their_labels() -> None:
    assert _rows(*_PASSPORT[:5], *_PASSPORT[6:8])[2:5] == [
        "Ngày sinh / Date of birth",
        "12/04/1990",
        "Nơi sinh / Place of birth",
    ]
    assert _rows(*_PASSPORT[:4], *_PASSPORT[5:8])[2:5] == [
        "Ngày sinh / Date of birth",
        "Nơi sinh / Place of birth",
        "HÀ GIANG",
    ]


_BACK: Places = (
    ("Đặc điểm nhận dạng / Personal identification:", 100, 100),
    ("Ngày, tháng, năm / Date, month, year: 01/01/2021", 100, 150),
    ("Số / No.: 002190004321", 100, 200),
)


def test_what_stands_beside_a_column_comes_after_it() -> None:
    fingers = (("Ngón trỏ trái", 1200, 260), ("Ngón trỏ phải", 1500, 260))
    signer = (("Lò Vĩnh Quang Mẫu", 300, 320),)
    assert _rows(*_BACK, *fingers, *signer)[3:] == ["Lò Vĩnh Quang Mẫu", "Ngón trỏ trái | Ngón trỏ phải"]


def test_what_stands_right_of_the_last_row_alone_keeps_its_place() -> None:
    assert _rows(*_BACK, ("Ngón trỏ trái", 1500, 260))[-1] == "Ngón trỏ trái"


def test_lines_under_the_portrait_come_after_the_text_beside_them() -> None:
    card = (
        *_FRONT,
        ("Có giá trị đến: 12/04/2030", 40, 360),
        ("Thôn Lũng Lừ, Lũng Pù,", 400, 400),
        ("Date of expiry", 40, 410),
        ("Mèo Vạc, Hà Giang", 400, 450),
    )
    assert texts(*(placed(*place) for place in card))[3:] == [
        "Nơi thường trú / Place of residence: Lũng Lừ",
        "Thôn Lũng Lừ, Lũng Pù,",
        "Mèo Vạc, Hà Giang",
        "Có giá trị đến: 12/04/2030",
        "Date of expiry",
    ]


def test_what_stands_well_below_the_portrait_comes_after_its_lines() -> None:
    expiry = ("Có giá trị đến: 12/04/2030", 40, 360)
    code = ("IDVNM1900043210002190004321<<5", 40, 460)
    assert _rows(*_FRONT, expiry, code)[-2:] == [expiry[0], code[0]]


def test_a_page_with_two_such_labels_is_no_card() -> None:
    two = (*_PASSPORT[2:6], ("Nghề nghiệp", 40, 330), ("Làm ruộng tại xã Lũng Pù", 400, 300))
    rows = rows_of([segment(*place) for place in two])
    assert card_rows(rows) == rows
    assert row_texts(rows)[:2] == [
        "Ngày sinh / Date of birth | Nơi sinh / Place of birth",
        "12/04/1990 | HÀ GIANG",
    ]


def test_numbers_of_papers_with_a_slash_make_no_card() -> None:
    paper = (
        ("Căn cứ Nghị định số 30/2020/NĐ-CP;", 100, 100), ("Nơi nhận", 900, 100),
        ("Căn cứ Thông tư số 04/2020/TT-BTP;", 100, 150), ("Lưu: VT", 900, 150),
        ("Căn cứ Quyết định số 12/QĐ-UBND.", 100, 200), ("Hộ tịch", 900, 200),
    )  # fmt: skip
    rows = rows_of([segment(*place) for place in paper])
    assert card_rows(rows) == rows


_WORDS = st.sampled_from(
    ("Họ tên / Full name", "Giới tính / Sex:", "Nơi sinh / Place of birth", "Hà Giang", "12/04/1990")
)


@given(
    st.lists(st.tuples(_WORDS, st.sampled_from((40, 400, 405, 860)), st.integers(0, 12)), max_size=20),
)
def test_every_segment_of_a_card_is_read_once(places: list[tuple[str, int, int]]) -> None:
    segments = [segment(text, left, 40 * line) for text, left, line in places]
    read = [part for row in card_rows(rows_of(segments)) for part in row]
    assert sorted(map(id, read)) == sorted(map(id, segments))

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dossier.geometry import Box
from ocr.entries import whole_entries
from ocr.segments import rows_of
from tests.ocr.placed import placed, row_texts, segment, texts

# The lines of a page end here: two entries of a row have room for some 31 letters each.
_PAGE = Box(100, 100, 880, 1200)
_PAIR = (("7. Chủ hộ: Nghiêm Như Bảo", 100, 200), ("8. Quan hệ với chủ hộ: Con gái", 500, 200))


def _rows(*places: tuple[str, int, int]) -> list[str]:
    return row_texts(whole_entries(rows_of([segment(*place) for place in places]), _PAGE))


def test_values_of_two_entries_side_by_side_are_each_read_to_their_end() -> None:
    assert _rows(
        ("7. Chủ hộ: Nghiêm Thị Như Quỳnh", 100, 200), ("8. Quan hệ với chủ hộ: Con gái", 500, 200),
        ("Trang", 100, 240), ("nuôi", 500, 240),
    ) == ["7. Chủ hộ: Nghiêm Thị Như Quỳnh | Trang | 8. Quan hệ với chủ hộ: Con gái | nuôi"]  # fmt: skip


def test_a_value_that_goes_on_on_the_left_alone_is_read_before_the_entry_beside_it() -> None:
    assert _rows(("7. Chủ hộ: Nghiêm Thị Như Quỳnh", 100, 200), _PAIR[1], ("Trang", 100, 240)) == [
        "7. Chủ hộ: Nghiêm Thị Như Quỳnh | Trang | 8. Quan hệ với chủ hộ: Con gái"
    ]


def test_a_value_that_goes_on_on_the_right_alone_stays_behind_its_entry() -> None:
    assert _rows(*_PAIR, ("nuôi", 500, 240), ("9. Dân tộc: Mông", 100, 290)) == [
        "7. Chủ hộ: Nghiêm Như Bảo | 8. Quan hệ với chủ hộ: Con gái | nuôi",
        "9. Dân tộc: Mông",
    ]


def test_such_a_form_is_read_so_on_a_page() -> None:
    form = [
        placed("Họ, chữ đệm và tên người khai: Nghiêm Thị Như Quỳnh, ở xã Lũng Pù", 100, 150),
        placed("7. Chủ hộ: Nghiêm Thị Như Quỳnh", 100, 200), placed("8. Quan hệ: Con của chủ hộ", 540, 200),
        placed("Trang", 100, 240), placed("trước", 540, 240),
        placed("9. Nội dung đề nghị: tách hộ", 100, 290),
    ]  # fmt: skip
    assert texts(*form)[1:] == [
        "7. Chủ hộ: Nghiêm Thị Như Quỳnh Trang 8. Quan hệ: Con của chủ hộ trước",
        "9. Nội dung đề nghị: tách hộ",
    ]


def test_a_line_whose_first_word_had_room_above_is_no_end_of_a_value() -> None:
    assert _rows(*_PAIR, ("Làm", 100, 240)) == [
        "7. Chủ hộ: Nghiêm Như Bảo | 8. Quan hệ với chủ hộ: Con gái",
        "Làm",
    ]


def test_a_line_with_a_label_is_an_entry_of_its_own() -> None:
    full = ("7. Chủ hộ: Nghiêm Thị Như Quỳnh", 100, 200)
    assert _rows(full, _PAIR[1], ("Nơi ở: Lũng Pù", 100, 240))[1:] == ["Nơi ở: Lũng Pù"]


def test_a_line_further_below_or_further_in_is_no_end_of_a_value() -> None:
    full = ("7. Chủ hộ: Nghiêm Thị Như Quỳnh", 100, 200)
    assert _rows(full, _PAIR[1], ("Trang", 100, 270))[1:] == ["Trang"]
    assert _rows(full, _PAIR[1], ("Trang", 200, 240))[1:] == ["Trang"]


def test_a_line_that_runs_on_below_the_next_entry_is_no_end_of_a_value() -> None:
    full = ("7. Chủ hộ: Nghiêm Thị Như Quỳnh", 100, 200)
    below = ("Trang phục của người trong ảnh là áo trắng", 100, 240)
    assert _rows(full, _PAIR[1], below)[1:] == [below[0]]


def test_one_entry_alone_in_its_row_is_left_to_the_next_row() -> None:
    alone = ("10. Nơi thường trú: Thôn Lũng Lừ, xã Lũng Pù, huyện Mèo Vạc", 100, 200)
    assert _rows(alone, ("tỉnh", 100, 240)) == [alone[0], "tỉnh"]


def test_rows_without_labels_stay_as_they_are() -> None:
    rows = rows_of(
        [
            segment("Nghiêm Thị Như Quỳnh và những", 100, 200), segment("Con gái của chủ hộ nay", 540, 200),
            segment("người", 100, 240), segment("khác", 540, 240),
        ]
    )  # fmt: skip
    assert whole_entries(rows, _PAGE) == rows


_PARTS = st.sampled_from(("7. Chủ hộ: Nghiêm Thị Như Quỳnh", "8. Quan hệ: Con", "Trang", "nuôi", "Làm ruộng"))


@given(st.lists(st.tuples(_PARTS, st.sampled_from((100, 110, 500)), st.integers(0, 8)), max_size=16))
def test_every_segment_of_a_form_is_read_once(places: list[tuple[str, int, int]]) -> None:
    segments = [segment(text, left, 100 + 40 * line) for text, left, line in places]
    read = [part for row in whole_entries(rows_of(segments), _PAGE) for part in row]
    assert sorted(map(id, read)) == sorted(map(id, segments))

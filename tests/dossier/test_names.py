"""One name, written in many ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.names import Likeness, likeness, name_key


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("Nguyễn Thị Hoà", "NGUYỄN  THỊ HOÀ", Likeness.SAME),
        ("Nguyễn Thị Hoà", "Nguyễn Thị Hòa", Likeness.SPELLING),
        ("Trần Thuý Quỳnh", "Trần Thúy Quỳnh", Likeness.SPELLING),
        ("Giàng Thị Mỷ", "Giàng Thị Mỉ", Likeness.SPELLING),
        ("Lý Văn Quý", "Lí Văn Quí", Likeness.SPELLING),
        ("Bà Giàng Thị Mỷ", "Giàng Thị Mỷ", Likeness.SPELLING),
        ("Ông (bà): Lê Văn An", "Lê Văn An", Likeness.SPELLING),
        ("Ông Thị Hoa", "ông thị hoa", Likeness.SAME),
        ("H\u2019Hen Ayŭn", "H'Hen Ayŭn", Likeness.SAME),
        ("Nguyễn Thị Hòa", "NGUYEN THI HOA", Likeness.BARE),
        ("Đỗ Thị Mã", "DO THI MA", Likeness.BARE),
        ("Giàng Thị Mỷ", "GIANG THI MI", Likeness.BARE),
        ("Nguyễn Thị Hòa", "Nguyễn Thị Hoa", Likeness.ACCENTS),
        ("Nguyễn Thị Hòa", "Nguyễn Hòa", Likeness.SHORTER),
        ("Nguyễn Thị Thu Hòa", "NGUYEN THU HOA", Likeness.SHORTER),
        ("Nguyễn Thị Thu Hòa", "Nguyễn Thu Thị Hòa", Likeness.OTHER),
        ("Nguyễn Thị Hòa", "Trần Thị Hòa", Likeness.OTHER),
        ("Nguyễn Thị Hòa", "Nguyễn Thị Hà", Likeness.OTHER),
        ("Lê Thúy", "Lê Thúi", Likeness.OTHER),
        ("Hòa", "Nguyễn Thị Hòa", Likeness.OTHER),
        ("", "", Likeness.OTHER),
        ("  ", "Nguyễn Thị Hòa", Likeness.OTHER),
        (".,:", ".,:", Likeness.OTHER),
    ],
)
def test_two_names_agree_as_far_as_they_do(left: str, right: str, expected: Likeness) -> None:
    assert likeness(left, right) is expected
    assert likeness(right, left) is expected


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Nguyễn Thị Hoà", "nguyen hoa"),
        ("NGUYEN VAN THI HOA", "nguyen hoa"),
        ("Bà Giàng Thị Mỷ", "giang mi"),
        ("Mỷ", "mi"),
        ("", ""),
    ],
)
def test_a_key_holds_what_every_way_to_write_a_name_has_in_common(name: str, key: str) -> None:
    assert name_key(name) == key


_WORDS = st.sampled_from(
    ["Nguyễn", "Thị", "Hoà", "Hòa", "Hoa", "HOA", "Mỷ", "Mĩ", "Ông", "Y", "đ", "Quý", "."]
)
_NAMES = st.lists(_WORDS, max_size=6).map(" ".join) | st.text(max_size=12)


@given(_NAMES, _NAMES)
def test_the_order_of_two_names_makes_no_difference(left: str, right: str) -> None:
    assert likeness(left, right) is likeness(right, left)


@given(_NAMES, _NAMES)
def test_names_that_agree_in_spelling_share_their_key(left: str, right: str) -> None:
    if likeness(left, right) in (Likeness.SAME, Likeness.BARE, Likeness.ACCENTS):
        assert name_key(left) == name_key(right)


@given(st.text(max_size=2000))
def test_any_text_at_all_is_compared_with_itself(text: str) -> None:
    assert likeness(text, text) in (Likeness.SAME, Likeness.OTHER)

from __future__ import annotations

import pytest

from extraction.values.names import read_name
from rulebook.names import load_names

# Invented people; only how their peoples name is real.
MINORITY = (
    "Giàng Seo Chứ", "Vàng Thị Mỷ", "Lừu A Chớ", "Hờ Mí Sính", "Thào Thị Sung", "Vừ A Dơ",
    "Y Blô Niê", "H'Bia Mlô", "Y Wih Êban", "H'Ngăn Kbuôr", "Y Đhăm Ayŭn",
    "Siu Blưn", "Rơ Châm Tuêk", "Ksor H'Nhút", "Kpă Hyơ", "Rah Lan H'Uyên", "Nay Phin",
    "Thạch Sà Rây", "Sơn Thị Pha Ly", "Kim Rạch Tha", "Danh Na Ri", "Chau Sóc Khă", "Néang Srây",
    "Đàng Năng Quạ", "Bá Văn Phố", "Đạo Thị Mỹ Hoanh", "Thiên Sanh Thức", "Quảng Nữ Ái Thương",
    "Lò Văn Ựng", "Quàng Thị Hặc", "Cà Văn Xiên", "Lường Thị Ín", "Vì Văn Páng", "Tòng Thị Muôn",
    "Nông Ích Thuận", "Bế Thị Pẻn", "Ma Đình Cẩn", "Lục Thúy Nga", "Hoàng Thị Ngầm",
)  # fmt: skip


def test_there_are_54_peoples_and_no_spelling_means_two() -> None:
    peoples = load_names().peoples
    assert len({people for _, people in peoples.entries}) == 54
    for spelling, people in peoples.entries:
        assert peoples.known(spelling) == (people,)


@pytest.mark.parametrize(
    ("spelling", "people"),
    [
        ("Mông", "Mông"),
        ("H'Mông", "Mông"),
        ("Hmông", "Mông"),
        ("Ê-đê", "Ê Đê"),
        ("ÊĐÊ", "Ê Đê"),
        ("Jrai", "Gia Rai"),
        ("Khơ-me", "Khmer"),
        ("Vân Kiều", "Bru - Vân Kiều"),
        ("kinh", "Kinh"),
        ("Cơ Tu", "Cơ Tu"),
    ],
)  # fmt: skip
def test_a_people_is_known_in_its_spellings(spelling: str, people: str) -> None:
    assert load_names().peoples.known(spelling) == (people,)


@pytest.mark.parametrize(
    ("printed", "meant"), [("Tấy", "Tày"), ("Nung", "Nùng"), ("Mưởng", "Mường"), ("Khmér", "Khmer")]
)
def test_an_accent_off_one_people_is_a_near_miss(printed: str, meant: str) -> None:
    assert load_names().peoples.near(printed) == meant


@pytest.mark.parametrize("printed", ["Kinh", "Lào Cai", "Dan tộc", "", "Tá"])
def test_another_word_is_no_near_miss(printed: str) -> None:
    assert load_names().peoples.near(printed) == ""


def test_a_nation_is_known_by_name_and_by_code() -> None:
    nations = load_names().nations
    assert nations.known("việt nam") == nations.known("VNM") == ("Việt Nam",)
    assert nations.near("Viêt Nam") == "Việt Nam"


@pytest.mark.parametrize("name", MINORITY)
def test_names_of_all_peoples_read_as_well_as_those_of_the_kinh(name: str) -> None:
    reading, kinh = read_name(name), read_name("Nguyễn Văn An")
    assert reading is not None
    assert kinh is not None
    assert reading.value == name
    first, *rest = name.split()
    assert not load_names().surnames.accents_doubtful(first)
    assert not load_names().middles.accents_doubtful(rest[0])


@pytest.mark.parametrize("name", ["Nguyên", "Tràn", "Phám", "Đăng", "Vừơng"])
def test_a_frequent_surname_with_other_accents_is_doubtful(name: str) -> None:
    assert load_names().surnames.accents_doubtful(name)


def test_a_rare_surname_says_nothing() -> None:
    assert not load_names().surnames.accents_doubtful("Zơrâm")
    assert not load_names().surnames.accents_doubtful("Chamaléa")

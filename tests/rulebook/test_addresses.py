from __future__ import annotations

from datetime import date

import pytest

from rulebook.addresses import Ending, Judged, Standing, read_ending
from rulebook.places import load_places
from rulebook.units import DISTRICTS, Unit, UnitKind

KNOWN, SILENT = Judged(Standing.KNOWN), Judged(Standing.SILENT)


def _read(text: str) -> Ending:
    return read_ending(text, load_places())


def test_every_old_province_has_its_districts_and_no_name_twice_in_one_kind() -> None:
    places = load_places()
    for province in places.provinces:
        districts = [unit for _, unit in places.units.districts(province.name).entries]
        assert len(districts) >= 6
        today = [unit for unit in districts if unit.until == date(2025, 7, 1)]
        assert len({(unit.name, unit.kind) for unit in today}) == len(today)
    # 696 of them, give or take what memory lost.
    assert 680 < sum(u.kind in DISTRICTS and u.until == date(2025, 7, 1) for u in places.units.units) < 710


@pytest.mark.parametrize(
    "text",
    [
        "Tả Van Chư, Bắc Hà, Lào Cai",
        "xã Tả Van Chư, huyện Bắc Hà, tỉnh Lào Cai",
        "Xã Hòa An, huyện Hoà An, tỉnh Cao Bằng",
        "Phường 1, Quận 3, TP. Hồ Chí Minh",
        "Thôn 3, xã A, thành phố Buôn Ma Thuột, Đắc Lắc",
        "thị xã Từ Sơn, tỉnh Bắc Ninh",
        "xã X - huyện Châu Đức - tỉnh Bà Rịa - Vũng Tàu",
        "Lâm Thao, Phú Thọ, Việt Nam",
        "huyện Vị Xuyên, tỉnh Tuyên Quang",
        "Ia Grai, Gia Lai",
        "HUYỆN CƯ M'GAR, TỈNH ĐẮK LẮK",
    ],
)
def test_province_and_district_are_known_however_they_are_written(text: str) -> None:
    ending = _read(text)
    assert (ending.province, ending.district) == (KNOWN, KNOWN)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("xã A, tỉnh Lào Cái", "Lào Cai"),
        ("Thôn B, xã A, Quảng Trí", "Quảng Trị"),
        ("xã A, tỉnh Khánh Hóa", "Khánh Hòa"),
        ("xã A, tỉnh Ninh Thuâ", "Ninh Thuận"),
    ],
)
def test_a_province_that_is_an_accent_or_a_letter_off_is_a_near_miss(text: str, meant: str) -> None:
    assert _read(text).province == Judged(Standing.NEAR, meant)


def test_a_district_is_a_near_miss_within_its_province_only() -> None:
    assert _read("xã A, huyện Bắc Hạ, tỉnh Lào Cai").district == Judged(Standing.NEAR, "huyện Bắc Hà")
    assert _read("xã A, huyện Bắc Hạ, tỉnh Cà Mau").district == SILENT
    assert _read("xã A, huyện Thanh Thuỷ, tỉnh Phú Thọ").district == KNOWN


@pytest.mark.parametrize(
    "text",
    [
        "Paris, Cộng hòa Pháp",
        "HA NOI",
        "xa A, tinh Lao Cai",
        "phường B, thành phố Vinh",
        "Cao Sơn",
        "",
        ",,,",
        "Quảng Phú, Quảng Phu",
    ],
)
def test_what_cannot_be_told_is_silent(text: str) -> None:
    assert _read(text) == Ending(province=SILENT)


def test_a_commune_is_a_near_miss_only_where_all_communes_are_listed() -> None:
    ward = Unit(name="Tả Củ Tỷ", kind=UnitKind.COMMUNE, province="Lào Cai", code="02671", listed=True)
    places = load_places().with_units([ward])
    text = "Thôn Sẻ Chải, xã Tả Củ Tý, tỉnh Lào Cai"
    assert _read(text).commune == SILENT
    assert read_ending(text, places).commune == Judged(Standing.NEAR, "xã Tả Củ Tỷ")
    assert read_ending(text.replace("Tý", "Tỷ"), places).commune == KNOWN
    assert _read("số 2, phường Ba Đình, thành phố Hà Nội").commune == KNOWN
    assert _read("số 2, phường Ba Đinh, thành phố Hà Nội").commune == SILENT


def test_a_province_before_the_63_is_known_as_such() -> None:
    assert _read("Thạch Thất, tỉnh Hà Tây").province == Judged(Standing.FORMER)

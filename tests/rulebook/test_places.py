from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dossier.errors import RulebookError
from rulebook.places import load_places, read_places


def test_there_are_63_provinces_that_became_34() -> None:
    places = load_places()
    assert len(places.provinces) == 63
    assert len({province.now for province in places.provinces}) == 34
    assert len({province.unit for province in places.provinces}) == 34
    assert places.merged_on == date(2025, 7, 1)


def test_the_prefix_is_not_the_unit_code() -> None:
    places = load_places()
    yen_bai = places.by_prefix("015")
    assert yen_bai is not None
    assert (yen_bai.name, yen_bai.now, yen_bai.unit) == ("Yên Bái", "Lào Cai", "15")


def test_a_prefix_of_a_birth_abroad_is_no_province() -> None:
    assert load_places().by_prefix("777") is None


@pytest.mark.parametrize("text", ["tỉnh Phú Thọ", "PHÚ THỌ", "Phu Tho"])
def test_a_new_name_means_every_province_that_joined(text: str) -> None:
    names = {province.name for province in load_places().named(text)}
    assert names == {"Phú Thọ", "Vĩnh Phúc", "Hòa Bình"}


def test_an_old_name_means_the_old_province() -> None:
    assert [province.prefix for province in load_places().named("tỉnh Yên Bái")] == ["015"]


def test_a_table_with_too_few_provinces_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "provinces.toml"
    table.write_text('source = "x"\nmerged_on = 2025-07-01\n', encoding="utf-8")
    with pytest.raises(RulebookError, match="63"):
        read_places(table)

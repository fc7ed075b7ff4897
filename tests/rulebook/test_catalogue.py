from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.errors import InputTableError
from rulebook.catalogue import COLUMNS, read_units, write_units
from rulebook.places import load_places
from rulebook.units import Unit, UnitKind

HEAD = ",".join(COLUMNS)


def _read(*rows: str) -> tuple[Unit, ...]:
    return read_units([HEAD, *rows], item="danh-muc.csv", names=load_places().name_of)


def test_units_stand_below_the_province_of_their_days() -> None:
    units = _read(
        "02671,Tả Củ Tỷ,xã,15,2025-07-01,",
        "02647,Thị trấn Bắc Hà,thi_tran,080,,2025-07-01",
        "080,Bắc Hà,Huyện,10,,2025-07-01",
    )
    assert [(unit.code, unit.name, unit.kind, unit.province) for unit in units] == [
        ("02647", "Bắc Hà", UnitKind.TOWNLET, "Lào Cai"),
        ("02671", "Tả Củ Tỷ", UnitKind.COMMUNE, "Lào Cai"),
        ("080", "Bắc Hà", UnitKind.DISTRICT, "Lào Cai"),
    ]
    assert units[0].until == date(2025, 7, 1)


def test_a_code_that_was_given_anew_means_the_province_of_those_days() -> None:
    found = {
        unit.name: unit.province
        for unit in _read("132,Nghĩa Lộ,thi_xa,15,,2025-07-01", "04252,A,phuong,15,,")
    }
    assert found == {"Nghĩa Lộ": "Yên Bái", "A": "Lào Cai"}
    rows = (
        "15,Yên Bái,tinh,,,2025-07-01",
        "15,Lào Cai,tinh,,2025-07-01,",
        "132,Nghĩa Lộ,thi_xa,15,,2025-07-01",
    )
    assert _read(*rows)[0].province == "Yên Bái"


@pytest.mark.parametrize(
    ("rows", "line", "reason"),
    [
        (["1,A,xa,15,,"], 2, "2, 3 hoặc 5"),
        (["00001,A,lang,15,,"], 2, "kind"),
        (["00001,,xa,15,,"], 2, "name"),
        (["00001,A,xa,15,01/07/2025,"], 2, "YYYY-MM-DD"),
        (["00001,A,xa,15,20250701,"], 2, "YYYY-MM-DD"),
        (["00001,A,xa,15,2025-W27-2,"], 2, "YYYY-MM-DD"),
        (["00001,=cmd|'/c calc'!A1,xa,15,,"], 2, "bắt đầu bằng chữ"),
        (["00001,-2+3,xa,15,,"], 2, "bắt đầu bằng chữ"),
        (["00001,A\x1b[31m,xa,15,,"], 2, "ký tự điều khiển"),
        (['00001,"A\n', 'B",xa,15,,\n'], 2, "ký tự điều khiển"),
        (['00001,"A",xa,15,\n', '"2025-07-01\n', '",\n'], 2, "cột"),
        (['00001,A,xa,15,,"\n', "\n", '"\n', "00002,B,lang,15,,\n"], 5, "kind"),
        (["00001,A,xa,15,2025-07-01,2025-07-01"], 2, "until"),
        (["00001,A,xa,99,,"], 2, "parent"),
        (["00001,A,xa,15"], 2, "cột"),
        (["00001,A,xa,15,,", "00001,B,xa,15,,"], 3, "nội dung khác"),
        ([], 1, "không có đơn vị"),
    ],
)
def test_a_wrong_line_is_named(rows: list[str], line: int, reason: str) -> None:
    with pytest.raises(InputTableError, match=r"danh-muc\.csv") as told:
        _read(*rows)
    assert told.value.details["line"] == line
    assert reason in told.value.sentence("vi")


def test_a_wrong_header_is_told_and_a_byte_order_mark_is_not() -> None:
    with pytest.raises(InputTableError, match="1"):
        read_units(["a,b"], item="x", names=load_places().name_of)
    assert len(read_units(["\ufeff" + HEAD, "00001,A,xa,15,,"], item="x", names=load_places().name_of)) == 1


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_cells_are_parted_as_the_header_shows(mark: str) -> None:
    lines = [mark.join(COLUMNS) + "\r\n", mark.join(("00001", "A, B", "xa", "15", "", "")) + "\r\n"]
    if mark == ",":
        lines[1] = '00001,"A, B",xa,15,,\r\n'
    (unit,) = read_units(lines, item="x", names=load_places().name_of)
    assert (unit.code, unit.name, unit.province) == ("00001", "A, B", "Lào Cai")


UNITS = st.lists(
    st.tuples(
        st.from_regex(r"[0-9]{5}", fullmatch=True),
        st.text("abcđêộ Quận,\"'", min_size=1, max_size=20)
        .map(str.strip)
        .filter(lambda name: name[:1].isalnum()),
        st.sampled_from(["xa", "phuong", "dac_khu"]),
    ),
    min_size=1,
    unique_by=lambda row: row[0],
)


@given(UNITS)
def test_what_is_written_is_read_back(rows: list[tuple[str, str, str]]) -> None:
    units = tuple(
        Unit(name=name, kind=UnitKind(kind), province="Lào Cai", code=code, parent="15", listed=True)
        for code, name, kind in sorted(rows)
    )
    text = [",".join(_quoted(cell) for cell in row) for row in write_units(units)]
    assert read_units(text, item="x", names=load_places().name_of) == units


def _quoted(cell: str) -> str:
    doubled = cell.replace('"', '""')
    return f'"{doubled}"'


@given(st.lists(st.text(max_size=60), max_size=5))
def test_no_file_whatever_breaks_the_reading(lines: list[str]) -> None:
    with pytest.raises(InputTableError):
        read_units(lines, item="x", names=load_places().name_of)

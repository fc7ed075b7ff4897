"""Workbooks from outside: read as text, and refused when they are bombs or nonsense."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.errors import InputTableError
from rulebook.xlsx import xlsx_rows
from tests.rulebook.workbooks import sheet, workbook

ROWS = [["mã", "tên"], ["1.001193", "Đăng ký khai sinh"], ["", "trống ở đầu"]]
BILLION = (
    '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
)


def rows(content: bytes, most: int = 100) -> list[tuple[int, tuple[str, ...]]]:
    return list(xlsx_rows(content, item="danh-muc.xlsx", most_rows=most))


@pytest.mark.parametrize("shared", [False, True])
def test_the_first_sheet_is_read_with_the_numbers_of_its_rows(shared: bool) -> None:
    assert rows(workbook(ROWS, shared=shared)) == [
        (1, ("mã", "tên")),
        (2, ("1.001193", "Đăng ký khai sinh")),
        (3, ("", "trống ở đầu")),
    ]


def test_empty_rows_are_left_out_and_numbers_kept() -> None:
    assert [number for number, _ in rows(workbook([["a"], [""], ["b"]]))] == [1, 3]


def refused(content: bytes, most: int = 100) -> tuple[int, str]:
    with pytest.raises(InputTableError) as caught:
        rows(content, most)
    return int(caught.value.details["line"]), str(caught.value.details["reason"])


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"PK not a zip", 0, "không phải tệp XLSX"),
        (workbook(ROWS, sheet=None), 0, "tệp XLSX không có trang tính"),
        (workbook(ROWS, relations=None), 0, "không phải tệp XLSX"),
        (workbook(ROWS, workbook="<workbook/>"), 0, "tệp XLSX không có trang tính"),
        (workbook(ROWS, sheet="<worksheet"), 0, "phần XML trong tệp XLSX bị hỏng"),
        (workbook(ROWS, sheet=BILLION), 0, "tệp XLSX có khai báo DOCTYPE, không được đọc"),
        (workbook(ROWS, shared=True, strings=None), 1, "ô trỏ tới chữ không có trong tệp"),
        (workbook([["x"] * 65]), 1, "quá 64 cột"),
        (workbook([["x"], ["y" * 2001]]), 2, "ô dài quá 2000 ký tự"),
        (workbook([["x" * 2001]], shared=True), 0, "ô dài quá 2000 ký tự"),
        (workbook([["x"]] * 101), 101, "quá 100 dòng"),
        (workbook(ROWS, sheet=sheet(ROWS).replace('t="inlineStr"', 't="e"')), 1, "ô có lỗi công thức"),
    ],
)
def test_what_is_no_workbook_or_beyond_the_bounds_is_refused(content: bytes, line: int, reason: str) -> None:
    assert refused(content) == (line, reason)


def test_a_part_that_unpacks_to_a_hundred_times_its_size_is_refused() -> None:
    bomb = workbook(ROWS, sheet=sheet(ROWS).replace("<sheetData>", " " * 3_000_000 + "<sheetData>"))
    assert len(bomb) < 10_000
    assert refused(bomb) == (0, "tệp XLSX bung ra quá lớn")


def test_a_workbook_of_very_many_parts_is_refused() -> None:
    made = io.BytesIO(workbook(ROWS))
    with zipfile.ZipFile(made, "a") as archive:
        for number in range(2000):
            archive.writestr(f"xl/media/{number}", "")
    assert refused(made.getvalue()) == (0, "tệp XLSX có quá nhiều phần")


CELLS = st.text(
    st.characters(codec="utf-8", max_codepoint=0x1EFF, exclude_categories=("Cc", "Cs", "Cn")), max_size=12
)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=3), max_size=4), st.booleans())
def test_what_is_written_is_read(table: list[list[str]], shared: bool) -> None:
    wanted = []
    for number, row in enumerate(table, start=1):
        while row and not row[-1]:
            row.pop()
        if row:
            wanted.append((number, tuple(row)))
    assert rows(workbook(table, shared=shared)) == wanted


@given(st.binary(max_size=400))
def test_any_bytes_are_rows_or_an_error_of_ours(content: bytes) -> None:
    with pytest.raises(InputTableError):
        rows(b"PK" + content)


@given(st.data())
def test_a_workbook_with_bytes_changed_is_rows_or_an_error_of_ours(data: st.DataObject) -> None:
    content = bytearray(workbook(ROWS, shared=True))
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        content[place] ^= data.draw(st.integers(1, 255))
    with suppress(InputTableError):
        assert all(cells for _, cells in rows(bytes(content)))

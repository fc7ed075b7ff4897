"""Inventories of boxes: what is counted, what is refused, with its line."""

from __future__ import annotations

import io

import openpyxl
import pytest

from dossier.campaigns import DeclaredBox
from dossier.errors import InputTableError
from rulebook.inventory import read_inventory

TYPES = frozenset({"birth_certificate", "marriage_certificate"})


def read(content: bytes | str) -> tuple[DeclaredBox, ...]:
    data = content.encode() if isinstance(content, str) else content
    return read_inventory(data, item="danh-muc.csv", office="H26.5.12", known_types=TYPES)


def test_one_line_a_box() -> None:
    found = read("Hộp;Năm;Loại;Số kết quả;Cơ quan\nH-01;2015;birth_certificate;320;\nH-02;;;50;H26.5.13\n")
    assert found == (
        DeclaredBox(label="H-01", office="H26.5.12", year=2015, type="birth_certificate", results=320),
        DeclaredBox(label="H-02", office="H26.5.13", year=0, type="", results=50),
    )


def test_one_line_a_result_adds_up_and_what_differs_is_several() -> None:
    found = read(
        "box,year,type,number\nH-1,2015,birth_certificate,01\nH-1,2016,birth_certificate,02\n"
        "H-2,2016,,03\nH-1,2016,marriage_certificate,04\n"
    )
    assert found == (
        DeclaredBox(label="H-1", office="H26.5.12", year=0, type="", results=3),
        DeclaredBox(label="H-2", office="H26.5.12", year=2016, type="", results=1),
    )


def test_a_workbook_is_read_like_a_table() -> None:
    book = openpyxl.Workbook()
    book.active.append(["Số hộp", "Năm", "Số lượng"])
    book.active.append(["Hộp 7", 2014, 120])
    target = io.BytesIO()
    book.save(target)
    assert read(target.getvalue()) == (
        DeclaredBox(label="Hộp 7", office="H26.5.12", year=2014, type="", results=120),
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("năm\n2015\n", 1),
        ("hộp,năm\nH-1,15\n", 2),
        ("hộp,năm\nH-1,2015\n,2016\n", 3),
        ("hộp,loại\nH-1,poem\n", 2),
        ("hộp,số kết quả\nH-1,-4\n", 2),
        ("hộp,số kết quả\nH-1,2000000\n", 2),
        ("hộp,cơ quan\nH-1,26.5\n", 2),
        ("hộp,cơ quan\nH-1,H26.5\nH-1,H26.6\n", 3),
        ("hộp\n", 0),
        ("", 0),
        ("hộp\n" + "x" * 201 + "\n", 2),
    ],
)
def test_a_wrong_line_is_named(text: str, line: int) -> None:
    with pytest.raises(InputTableError) as caught:
        read(text)
    assert caught.value.details["line"] == line


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(InputTableError):
        read(b"h\xf4p\nH-1\n")

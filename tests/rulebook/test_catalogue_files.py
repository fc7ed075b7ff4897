"""Editions of the national catalogue as CSV, XLSX and JSON."""

from __future__ import annotations

import json
from datetime import date

import pytest

from dossier.errors import InputTableError
from rulebook.catalogue_files import read_edition
from rulebook.national_catalogue import Listed, ListedComponent
from rulebook.vocabulary import VOCABULARY
from tests.rulebook.workbooks import workbook

HEAD = [
    "Mã thủ tục",
    "Tên thủ tục",
    "Lĩnh vực",
    "Ngày hiệu lực",
    "Mã thành phần",
    "Tên thành phần",
    "Loại giấy tờ",
]
BIRTH = ["1.999001", "Cấp thẻ thử", "Thử", "01/07/2026", "A1", "Giấy khai sinh", "birth_certificate"]
PHOTO = ["1.999001", "Cấp thẻ thử", "Thử", "01/07/2026", "A2", "Ảnh", ""]
OTHER = ["1.999002.000.00.00.H26", "Thủ tục không giấy tờ", "", "", "", "", ""]
WANTED = (
    Listed(
        code="1.999001",
        name_vi="Cấp thẻ thử",
        field_vi="Thử",
        valid_from=date(2026, 7, 1),
        components=(
            ListedComponent("A1", "Giấy khai sinh", ("birth_certificate",)),
            ListedComponent("A2", "Ảnh"),
        ),
    ),
    Listed(code="1.999002", name_vi="Thủ tục không giấy tờ"),
)


def read(content: bytes) -> tuple[Listed, ...]:
    return read_edition(content, item="danh-muc", known_types=VOCABULARY)


def as_csv(*rows: list[str], mark: str = ",") -> bytes:
    return "\r\n".join(mark.join(row) for row in (HEAD, *rows)).encode()


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_csv_is_read_as_its_header_parts_it(mark: str) -> None:
    assert read(as_csv(BIRTH, PHOTO, OTHER, mark=mark)) == WANTED
    assert read(b"\xef\xbb\xbf" + as_csv(BIRTH, PHOTO, OTHER, mark=mark)) == WANTED


def test_a_workbook_and_json_say_the_same() -> None:
    assert read(workbook([HEAD, BIRTH, PHOTO, OTHER], shared=True)) == WANTED
    told = {
        "procedures": [
            {
                "code": "1.999001",
                "name": "Cấp thẻ thử",
                "field": "Thử",
                "valid_from": "2026-07-01",
                "components": [
                    {"code": "A1", "name": "Giấy khai sinh", "types": ["birth_certificate"]},
                    {"code": "A2", "name": "Ảnh"},
                ],
            },
            {"code": "1.999002", "name": "Thủ tục không giấy tờ"},
        ]
    }
    assert read(json.dumps(told).encode()) == WANTED
    assert read(json.dumps(told["procedures"]).encode()) == WANTED


@pytest.mark.parametrize("day", ["2026-07-01", "1/7/2026", "2026-07-01T00:00:00", "46204"])
def test_a_day_is_read_as_people_and_spreadsheets_write_it(day: str) -> None:
    assert read(as_csv([*BIRTH[:3], day, *BIRTH[4:]]))[0].valid_from == date(2026, 7, 1)


def test_components_without_a_code_are_numbered() -> None:
    rows = [[*row[:4], "", *row[5:]] for row in (BIRTH, PHOTO)]
    assert [component.code for component in read(as_csv(*rows))[0].components] == ["TP-01", "TP-02"]


@pytest.mark.parametrize(
    ("rows", "line", "reason"),
    [
        ([["khai sinh", *BIRTH[1:]]], 2, "mã thủ tục"),
        ([["1.999001", " ", *BIRTH[2:]]], 2, "thiếu tên"),
        ([[*BIRTH[:3], "31/02/2026", *BIRTH[4:]]], 2, "valid_from: cần ngày"),
        ([[*BIRTH[:3], "20260701", *BIRTH[4:]]], 2, "valid_from: cần ngày"),
        ([[*BIRTH[:6], "birth_paper"]], 2, "không có loại giấy tờ"),
        ([BIRTH, ["1.999001", "Tên khác", *PHOTO[2:]]], 3, "khác với dòng trước"),
        ([BIRTH, BIRTH], 3, "lặp lại"),
        ([["1.999001", "x" * 601, *BIRTH[2:]]], 2, "name: dài quá"),
        ([["1.999001", "a\x1b[31m", *BIRTH[2:]]], 2, "name: có ký tự điều khiển"),
        ([], 1, "không có thủ tục nào"),
    ],
)
def test_a_wrong_row_is_named(rows: list[list[str]], line: int, reason: str) -> None:
    with pytest.raises(InputTableError, match="danh-muc") as caught:
        read(as_csv(*rows))
    assert caught.value.details["line"] == line
    assert reason in caught.value.sentence()


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"a,b\n1,2\n", 1, "dòng đầu thiếu cột code, name, component_name"),
        (b"\xff\xfe", 1, "không phải UTF-8"),
        (b'{"procedures": 3}', 0, "cần danh sách thủ tục"),
        (b"[1]", 1, "cần một đối tượng"),
        (b'[{"code": 3}]', 1, "code: cần chữ"),
        (b'[{"code": "1.999001", "name": "A", "components": [1]}]', 1, "components: cần danh sách"),
        (
            b'[{"code":"1.999001","name":"A","components":[{"name":"B","types":"x"}]}]',
            1,
            "types: cần danh sách",
        ),
        (b'[\n{"code"\n', 3, "không phải JSON"),
        (b"[" * 100_000, 0, "không phải JSON"),
        (
            b'[{"code":"1.999001","name":"A","valid_from":"2026-02-01","valid_to":"2026-01-01"}]',
            1,
            "ngày hết hiệu lực trước",
        ),
        (
            b'[{"code":"1.999001","name":"A","components":[{"name":"B","result_codes":["X"]}]}]',
            1,
            "mã kết quả",
        ),
    ],
)
def test_a_file_that_is_no_catalogue_is_refused(content: bytes, line: int, reason: str) -> None:
    with pytest.raises(InputTableError) as caught:
        read(content)
    assert caught.value.details["line"] == line
    assert reason in caught.value.sentence()

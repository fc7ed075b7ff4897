from __future__ import annotations

import io
from dataclasses import replace

import pdfplumber
import pikepdf
import pytest

from signing.report import Report
from signing.reporting.pdf import pdf_report
from signing.trust import TrustStore
from signing.verify import verify_file
from tests.signing.conftest import NOW, Files
from tests.signing.reporting.builders import NAME, report, signature
from tests.signing.reporting.test_html import HOSTILE


def text_of(data: bytes) -> list[str]:
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return [page.extract_text() for page in pdf.pages]


def test_the_report_of_a_sealed_file_is_one_a4_page(files: Files, trust: TrustStore) -> None:
    data = pdf_report(verify_file(files.sealed, trust=trust, at=NOW), "vi")
    with pikepdf.open(io.BytesIO(data)) as pdf:
        (page,) = pdf.pages
        assert [round(float(number)) for number in page.MediaBox] == [0, 0, 595, 842]
        fonts = {str(font.BaseFont): font for font in page.Resources.Font.values()}
        own = [font for name, font in fonts.items() if "MotLanSerif" in name]
        assert len(own) >= 2
        assert all("/FontFile2" in font.FontDescriptor for font in own)
    (text,) = text_of(data)
    for part in (
        "HỢP LỆ",
        "Cán bộ số hóa MẪU (DEMO)",
        "Gốc tin cậy MẪU (DEMO)",
        "21.11.2026 10:57:37 +07:00",
    ):
        assert part in text
    assert "không có giá trị pháp lý" in text


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_set_bounded_on_one_page(name: str) -> None:
    made = report([signature(name=name, organisation=name)] * 2, file=f"/x/{name or 'a'}.pdf")
    pages = text_of(pdf_report(made, "vi"))
    assert len(pages) == 1
    assert "KHÔNG" not in pages[0].split("\n")[1]
    assert "HỢP LỆ" in pages[0]


def test_long_names_wrap_inside_the_page() -> None:
    long = "Trung tâm Phục vụ hành chính công thuộc Ủy ban nhân dân xã Mẫu (DEMO) " * 3
    data = pdf_report(report([signature(name=long, organisation=long)] * 2), "vi")
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        (page,) = pdf.pages
        assert max(word["x1"] for word in page.extract_words()) < page.width - 28


def test_many_signatures_start_with_a_list_and_go_on_on_further_pages() -> None:
    many = [signature(name=f"{NAME} {number}") for number in range(12)]
    pages = text_of(pdf_report(report([*many, signature("failed", "HASH_FAILURE")]), "vi"))
    assert len(pages) > 2
    assert "KHÔNG HỢP LỆ" in pages[0]
    assert pages[0].count(NAME) == 13
    assert "Chi tiết từng chữ ký" in pages[0]


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_the_same_report_gives_the_same_bytes(count: int) -> None:
    made: Report = report([signature()] * count)
    assert pdf_report(made, "en") == pdf_report(made, "en")


def test_what_went_wrong_is_told_in_english_too() -> None:
    failed = signature("indeterminate", "TRY_LATER")
    (text,) = text_of(pdf_report(report([replace(failed, root=None)]), "en"))
    for part in (
        "CANNOT BE DECIDED",
        "INDETERMINATE / TRY_LATER",
        "not found",
        "Put a fresh revocation list",
    ):
        assert part in text


def test_a_signature_that_could_not_be_read_still_has_its_place() -> None:
    unread = replace(signature("failed", "FORMAT_FAILURE", name="", organisation=""), details=None, field="")
    (text,) = text_of(pdf_report(report([unread]), "vi"))
    assert "(không đọc được)" in text
    assert "Cấu trúc chữ ký" in text

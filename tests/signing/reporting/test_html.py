from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from signing.reporting.html import html_report
from tests.signing.reporting.builders import NAME, NUMBER, report, signature

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}{% raw %}",
    "&lt;b&gt; </style><b>",
    "\u202e\u2066 MẪU \x00",
    "A" * 10_000,
    "",
)


def page(text: str) -> lxml_html.HtmlElement:
    return lxml_html.fromstring(text)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_data(name: str) -> None:
    made = html_report(report([signature(name=name, organisation=name)], file=f"/x/{name or 'a'}.pdf"), "vi")
    tags = {element.tag for element in page(made).iter() if isinstance(element.tag, str)}
    assert not tags & {"script", "img", "iframe", "object", "link", "base", "form"}
    assert len(made) < 60_000
    assert not re.search(r"[\u202a-\u202e\u2066-\u2069\x00]", made)
    assert "49" not in page(made).xpath("string(//h2)")


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=40, deadline=None)
@given(st.text(max_size=300))
def test_any_name_leaves_the_page_as_it_is(name: str) -> None:
    plain, odd = (page(html_report(report([signature(name=one)]), "vi")) for one in (NAME, name))
    assert [element.tag for element in plain.iter()] == [element.tag for element in odd.iter()]


def test_the_page_needs_nothing_from_elsewhere_and_runs_nothing() -> None:
    made = page(html_report(report([signature()]), "vi"))
    addresses = [value for element in made.iter() for value in element.attrib.values() if "//" in value]
    assert addresses == []
    handlers = [name for element in made.iter() for name in element.attrib if name.startswith("on")]
    assert handlers == []
    style = made.xpath("string(//style)")
    assert "url(" not in style
    assert "@import" not in style
    (policy,) = made.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'")


@pytest.mark.parametrize(("lang", "shown"), [("vi", "show-vi"), ("en", "show-en")])
def test_both_languages_are_in_the_page_and_the_asked_one_shows(lang: str, shown: str) -> None:
    made = page(html_report(report([signature("failed", "HASH_FAILURE")]), lang))  # type: ignore[arg-type]
    assert made.xpath("//input[@checked]/@id") == [shown]
    vietnamese, english = (made.xpath(f"string(//article[@lang='{one}'])") for one in ("vi", "en"))
    assert "KHÔNG HỢP LỆ" in vietnamese
    assert "Nội dung đã ký bị thay đổi" in vietnamese
    assert "NOT VALID" in english
    assert "The signed content was changed" in english
    assert "ask its issuer for the original" in english


def test_who_verifies_sees_the_whole_number_and_every_part_of_the_verdict() -> None:
    text = page(html_report(report([signature()]), "vi")).xpath("string(//article[@lang='vi'])")
    for part in (
        "HỢP LỆ", "TOTAL-PASSED", NAME, NUMBER, "Phó Giám đốc", "danh sách công cộng (NEAC)", "RSA 3072 bit",
        "RSASSA-PSS", "21.11.2026 10:57:37 +07:00", "2 trên 3", "1.000 trên 1.200", "ef" * 32, "12" * 32,
        "thêm dữ liệu kiểm chứng – được phép", "PAdES B-LTA", "khoảng không ký (gap)",
        "Dịch vụ dấu thời gian MẪU",
    ):  # fmt: skip
        assert part in text


def test_many_signatures_are_listed_before_their_details() -> None:
    many = [signature(name=f"{NAME} {number}") for number in range(30)]
    many.append(signature("failed", "MODIFIED_AFTER_SIGNING"))
    made = page(html_report(report(many), "vi"))
    assert len(made.xpath("//article[@lang='vi']//tbody/tr")) == 31
    assert len(made.xpath("//article[@lang='vi']//section")) == 31
    assert "KHÔNG HỢP LỆ" in made.xpath("string(//article[@lang='vi']//div[contains(@class,'verdict')])")


def test_an_unsigned_file_has_a_page_that_says_so() -> None:
    text = page(html_report(report(), "vi")).xpath("string(//article[@lang='vi'])")
    assert "KHÔNG CÓ CHỮ KÝ" in text
    assert "Tệp không có chữ ký số." in text


def test_the_folder_of_a_file_is_not_told() -> None:
    assert "/kho/bi-mat" not in html_report(report([signature()], file="/kho/bi-mat/to-khai.pdf"), "vi")

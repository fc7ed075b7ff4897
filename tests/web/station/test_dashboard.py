"""The dashboard: figures of one's offices, by office and month, as picture, CSV and XLSX."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from fractions import Fraction

import pytest
from lxml import html
from openpyxl import load_workbook

from dossier.campaigns import DeclaredBox
from dossier.staff import StaffRole
from flows.campaigns import new_campaign
from flows.month_lines import LINES
from tests.web.office import DOSSIER, HUSBAND, PROCEDURE, WIFE, Office
from tests.web.station.browser import Browser
from tests.web.station.people import Staff

YEAR = {"from": "2026-01-01", "to": "2026-11-20"}


@pytest.fixture
def manager(office: Office, browser: Browser, open_browser: Callable[..., Browser], staff: Staff) -> Browser:
    """Somebody who looks at figures; two dossiers of two offices were received."""
    officer = open_browser()
    staff.inside(officer, login="mau.cua")
    officer.open("/counter")
    for code, owner in ((DOSSIER, WIFE), ("H26.7-261005-0001", HUSBAND)):
        officer.send("/counter", {"dossier": code, "procedure": PROCEDURE, "owner": owner})
        assert officer.where() == f"/counter/{code}", officer.text()
        officer.open("/counter")
    staff.inside(browser, StaffRole.MANAGER, login="mau.lanh.dao", name="Mẫu Lãnh Đạo")
    return browser


def test_figures_stand_large_with_offices_below_and_a_picture(manager: Browser) -> None:
    told = manager.open("/dashboard", params=YEAR)
    assert told.status_code == 200
    text = manager.text()
    assert "Hồ sơ" in text
    assert "H26.5.12" in text
    assert "H26.7" in text
    assert "<svg" in told.text
    assert "Quyết định 766/QĐ-TTg" in told.text
    assert WIFE not in told.text


def test_an_office_is_asked_about_alone(manager: Browser) -> None:
    manager.open("/dashboard", params={**YEAR, "office": "h26.7"})
    assert "H26.7" in manager.text()
    assert "H26.5.12" not in manager.text()


def test_an_office_beyond_ones_rights_is_refused(manager: Browser) -> None:
    told = manager.open("/dashboard", params={**YEAR, "office": "H27"})
    assert told.status_code == 403
    assert "access.role" in told.text


@pytest.mark.parametrize(
    "asked",
    [
        {"from": "2026-05-01", "to": "2026-04-01"},
        {"from": "nonsense"},
        {"from": "2020-01-01", "to": "2020-12-31"},
        {"from": "0001-01-01"},
        {"from": "2027-01-01", "to": "2027-12-31"},
    ],
    ids=str,
)
def test_a_period_that_cannot_be_counted_is_said(manager: Browser, asked: dict[str, str]) -> None:
    told = manager.open("/dashboard", params=asked)
    assert told.status_code == 409
    assert "request.period" in told.text


@pytest.mark.parametrize("typed", ["H26.SAI!", "<script>", "Ｈ26"])
def test_an_office_that_cannot_be_one_is_said_and_not_taken_for_a_period(
    manager: Browser, typed: str
) -> None:
    told = manager.open("/dashboard", params={**YEAR, "office": typed})
    assert told.status_code == 409
    assert "request.value" in told.text
    assert "request.period" not in told.text
    assert "<script>" not in told.text.partition("<main")[2]


def test_a_period_ends_today_however_far_it_was_asked_for(manager: Browser) -> None:
    for path in ("/dashboard", "/dashboard/months"):
        told = manager.open(path, params={"from": "2026-01-01", "to": "9999-12-31"})
        assert told.status_code == 200, path
    assert "11/20261 " in manager.text()
    assert "12/2026" not in manager.text()


def test_months_are_counted_one_by_one(manager: Browser) -> None:
    manager.open("/dashboard/months", params=YEAR)
    text = manager.text()
    assert "11/20261 " in text
    assert "10/20261 " in text
    assert "09/20260 " in text


def test_months_are_the_last_twelve_and_say_each_figure_in_a_picture_and_in_words(manager: Browser) -> None:
    told = manager.open("/dashboard/months", params={"from": "2024-01-01", "to": "2026-11-20"})
    assert "12/2025" in manager.text()
    assert "11/2025" not in told.text
    page = html.fromstring(told.content.decode())
    pictures = page.xpath("//svg[@class='line']/@aria-label")
    assert len(pictures) == len(LINES)
    (late,) = (one for one in pictures if one.startswith("Giải quyết không trễ hạn"))
    assert late.count(";") == 11
    assert "N/A" in late


def test_offices_are_sorted_by_a_figure_and_those_without_it_come_last(manager: Browser) -> None:
    def offices(**asked: str) -> list[str]:
        page = html.fromstring(manager.open("/dashboard", params={**YEAR, **asked}).content.decode())
        assert page.xpath("//th[@aria-sort='ascending' or @aria-sort='descending']")
        return [str(one) for one in page.xpath("//table[@class='offices']//tbody//th//text()")]

    assert offices() == offices(sort="nonsense") == ["H26.5.12", "H26.7"]
    assert offices(table="plan", sort="waiting", order="up") == ["H26.5.12", "H26.7"]
    assert "Thời gian chờ" in manager.text()
    assert "766" not in offices(table="nonsense")


def test_a_new_dossier_is_counted_at_once_whatever_was_kept(
    manager: Browser, open_browser: Callable[..., Browser], staff: Staff
) -> None:
    def count() -> str:
        manager.open("/dashboard", params=YEAR)
        return manager.text().partition("mỗi phút.")[2].partition("Hồ sơ")[0].strip()

    assert (count(), count()) == ("2", "2")
    officer = open_browser()
    staff.inside(officer, login="mau.ba")
    officer.open("/counter")
    officer.send("/counter", {"dossier": "H26.7-261006-0002", "procedure": PROCEDURE, "owner": WIFE})
    assert count() == "3"


def test_every_table_comes_as_csv_and_as_a_workbook(manager: Browser) -> None:
    told = manager.open("/dashboard/months.csv", params=YEAR)
    rows = list(csv.DictReader(io.StringIO(told.content.decode("utf-8-sig"))))
    counted = {row["name"]: row["counted"] for row in rows if row["figure"] == "dossiers"}
    assert counted["2026-11"] == counted["2026-10"] == "1"
    assert counted["2026-09"] == "0"
    book = load_workbook(io.BytesIO(manager.open("/dashboard/months.xlsx", params=YEAR).content))
    assert book.sheetnames == ["Theo tháng"]
    for ending in ("csv", "xlsx"):
        assert manager.open(f"/dashboard/campaigns.{ending}", params=YEAR).status_code == 200


def test_open_campaigns_of_ones_offices_show_how_far_they_are(office: Office, manager: Browser) -> None:
    manager.open("/dashboard/campaigns", params=YEAR)
    assert "Không có chiến dịch nào đang mở" in manager.text()
    made = new_campaign(
        office.services,
        "Khai sinh <cũ>",
        office="H26.5.12",
        types=["birth_certificate"],
        targets={2026: Fraction(1, 2)},
    )
    boxes = [
        DeclaredBox(
            label=f"Hộp {number}", office="H26.5.12", year=2019, type="birth_certificate", results=100
        )
        for number in (1, 2)
    ]
    office.services.store.records.campaigns.declare(made.id, boxes, events=())
    new_campaign(office.services, "Nơi khác", office="H27.1", types=["birth_certificate"], targets={})
    told = manager.open("/dashboard/campaigns", params=YEAR)
    assert "0 xong, 0 đang làm, 2 còn lại, trong 2 hộp" in manager.text()
    assert "0 / 200" in manager.text()
    assert "chưa đủ số liệu" in manager.text()
    assert "Khai sinh &lt;cũ&gt;" in told.text
    assert "Nơi khác" not in told.text
    text = manager.open("/dashboard/campaigns.csv", params=YEAR).content.decode("utf-8-sig")
    rows = {row["figure"]: row for row in csv.DictReader(io.StringIO(text))}
    assert (rows["boxes_free"]["counted"], rows["boxes_free"]["of"]) == ("2", "2")
    assert rows["digitised"]["full_at"] == "50.00"


def test_the_first_view_is_small(manager: Browser) -> None:
    assert len(manager.open("/dashboard", params=YEAR).content) < 40_000


def test_the_same_figures_come_as_csv_and_as_a_workbook(manager: Browser) -> None:
    told = manager.open("/dashboard/figures.csv", params=YEAR)
    assert told.headers["content-disposition"] == 'attachment; filename="motlan-20260101-20261120.csv"'
    rows = list(csv.DictReader(io.StringIO(told.content.decode("utf-8-sig"))))
    whole = next(row for row in rows if (row["place"], row["figure"]) == ("all", "dossiers"))
    assert whole["counted"] == "2"
    told = manager.open("/dashboard/figures.xlsx", params=YEAR)
    book = load_workbook(io.BytesIO(told.content))
    assert book.sheetnames == ["Tổng hợp", "Chi tiết"]
    assert [cell.value for cell in book["Tổng hợp"]["B"]][1] == 2


def test_an_officer_sees_the_figures_of_their_offices_alone(
    manager: Browser, open_browser: Callable[..., Browser], staff: Staff
) -> None:
    other = open_browser()
    staff.inside(other, login="mau.hep", offices=("H26.7",))
    other.open("/dashboard", params=YEAR)
    assert "H26.7" in other.text()
    assert "H26.5.12" not in other.text()
    manager.open("/dashboard", params=YEAR)
    assert "H26.5.12" in manager.text()

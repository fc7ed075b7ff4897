"""The dashboard: figures of one's offices, by office and month, as picture, CSV and XLSX."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date

import pytest
from openpyxl import load_workbook

from dossier.staff import StaffRole
from tests.web.office import DOSSIER, HUSBAND, PROCEDURE, WIFE, Office
from tests.web.station.browser import Browser
from tests.web.station.people import Staff
from web.station.screens.dashboard import months_of

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


@pytest.mark.parametrize("typed", ["H26.SAI!", "<script>", "H26\0", "Ｈ26"])
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


def test_months_of_a_period_begin_and_end_with_it() -> None:
    found = months_of(date(2026, 1, 15), date(2026, 3, 2))
    assert found == [
        (date(2026, 1, 15), date(2026, 1, 31)),
        (date(2026, 2, 1), date(2026, 2, 28)),
        (date(2026, 3, 1), date(2026, 3, 2)),
    ]
    assert len(months_of(date(2024, 1, 1), date(2026, 11, 20))) == 12


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

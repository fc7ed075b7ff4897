"""``motlan report`` as whoever reports for a commune or a province meets it."""

from __future__ import annotations

import csv
import shutil
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree
from openpyxl import load_workbook

from dossier.admission import DossierPerson
from dossier.handling import Channel, Status, StatusChange
from dossier.told import Told, ToldFile, ToldResult
from flows.admission import find_dossier, register_dossier
from flows.handling import tell_handling
from storage.layout import Layout
from tests.cli.desk import Desk
from wiring.services import Services
from wiring.settings import read_settings

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
FIRST, SECOND = "011190000001", "011088000002"  # invented
BROUGHT = ToldFile(component="KS-01", paper="birth_certificate", digitised=True)
REUSED = replace(BROUGHT, reused=1)
PLAN = """
[[campaign]]
name = "=Kết quả mẫu còn hiệu lực"
office = "H26.5.12"
types = ["birth_certificate"]
results = 200
targets = { "2026" = 0.5 }
source = "kế hoạch mẫu"
"""
PERIOD = ("--from", "2026-11-01", "--to", "2026-11-30")


def told(received_at: datetime, days: int, *files: ToldFile, channel: Channel = Channel.DIRECT) -> Told:
    """A dossier that was promised for two days later and handled after ``days``."""
    return Told(
        channel=channel,
        received_at=received_at,
        promised_at=received_at + timedelta(days=2),
        waited=timedelta(minutes=6),
        changes=(StatusChange(Status.HANDLED, received_at + timedelta(days=days)),),
        officer="can-bo-mau",
        files=files,
        results=(ToldResult(name="Giấy tờ mẫu", link="https://motcua.example/1", code="KQ.1"),),
        synchronised=True,
    )


CASES = {
    "H26.5.12-261001-0001": (FIRST, 1, (BROUGHT,), Channel.DIRECT),
    "H26.5.12-261102-0001": (FIRST, 1, (BROUGHT,), Channel.DIRECT),
    "H26.5.12-261102-0002": (SECOND, 2, (REUSED,), Channel.ONLINE),
    "H26.5.13-261103-0001": (SECOND, 3, (), Channel.POST),
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report") / "data"
    with Services(read_settings({"MOTLAN_DATA": str(folder)}), clock=lambda: NOW) as services:
        services.create()
        for code, (number, days, files, channel) in CASES.items():
            persons = [DossierPerson("applicant", number)]
            dossier, _ = register_dossier(
                services, code, procedure="1.001193", persons=persons, caller="quay-1"
            )
            received_at = datetime.combine(dossier.received_on, NOW.timetz())
            tell_handling(
                services, dossier, told(received_at, days, *files, channel=channel), caller="quay-1"
            )
        assert find_dossier(services, code) is not None
    return folder


@pytest.fixture
def desk(data: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(data, capsys)


def test_the_figures_of_a_period_are_those_of_its_dossiers(desk: Desk) -> None:
    found = desk.json("report", *PERIOD)
    assert (found["from"], found["to"]) == ("2026-11-01", "2026-11-30")
    whole = found["whole"]
    shares = {name: (figure["counted"], figure["of"], figure["value"]) for name, figure in whole.items()}
    assert shares["dossiers"] == (3, None, None)
    assert shares["1.4"] == (3, 3, 100.0)
    assert shares["2.1"] == (2, 3, 66.67)
    assert shares["3.3"] == (1, 3, 33.33)
    assert shares["4.2"] == (2, 3, 66.67)
    assert [shares[kind][0] for kind in ("before", "on_time", "late")] == [1, 1, 1]
    assert [shares[kind][0] for kind in ("direct", "online", "post")] == [1, 1, 1]
    # The first person had brought the paper in October.
    assert shares["nothing_twice"] == (1, 2, 50.0)
    assert shares["reused"] == (1, 3, 33.33)
    assert (whole["waiting"]["value"], whole["handling"]["value"]) == (6.0, 48.0)
    assert whole["4.2"]["full_at"] == 80.0
    assert list(found["offices"]) == ["H26.5.12", "H26.5.13"]
    assert found["levels"].keys() == {"commune"}
    assert found["offices"]["H26.5.13"]["2.1"]["value"] == 0.0
    # Nobody brought a paper there again: what somebody brought elsewhere counts where it was asked for.
    assert found["offices"]["H26.5.13"]["nothing_twice"] == {
        "counted": 1,
        "of": 1,
        "value": 100.0,
        "full_at": 80.0,
    }


def test_the_office_sees_its_targets_and_how_its_campaigns_stand(desk: Desk, tmp_path: Path) -> None:
    plans = desk.data / "rulebook" / "plans"
    plans.mkdir(parents=True, exist_ok=True)
    table = plans / "ke-hoach.toml"
    table.write_text(PLAN, "utf-8")
    try:
        found = desk.json("report", *PERIOD)
        assert desk.json("report", *PERIOD, "--office", "H26.5.13")["campaigns"] == []
        assert desk.run("report", *PERIOD, "--csv", tmp_path / "bao-cao.csv") == 0
        assert desk.run("report", *PERIOD) == 0
    finally:
        table.unlink()
    assert found["whole"]["nothing_twice"]["full_at"] == 80.0
    (campaign,) = found["campaigns"]
    assert (campaign["results"], campaign["digitised"], campaign["left"]) == (200, 0, 100)
    assert "(chỉ tiêu 80 %)" in desk.said
    assert "0/200  (còn 2026: 100)" in desk.said
    # A name that a spreadsheet would take for a formula is told as text.
    assert "'=Kết quả mẫu" in (tmp_path / "bao-cao.csv").read_text("utf-8")


def test_days_for_dossiers_on_shelves_come_from_what_a_page_cost_here(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = Desk(Path(shutil.copytree(data, tmp_path / "data")), capsys)
    (unmeasured,) = desk.json("report", *PERIOD)["backlogs"]
    assert (unmeasured["dossiers"], unmeasured["example"], unmeasured["measured"]) == (461_997, True, None)
    assert unmeasured["machines"] == []
    assert desk.run("report", *PERIOD) == 0
    assert "tỉnh mẫu (ví dụ" in desk.said
    assert "Chưa đo" in desk.said
    with Services(read_settings({"MOTLAN_DATA": str(desk.data)})) as services, services.writing():
        done = services.store.records.upkeep.operating.add_done
        done({"pages": 40, "cpu_seconds.read": 30.0, "cpu_seconds.file": 10.0})
    (found,) = desk.json("report", *PERIOD)["backlogs"]
    assert desk.json("report", *PERIOD, "--office", "H26.5")["backlogs"] == []
    assert desk.run("report", *PERIOD, "--csv", tmp_path / "ton.csv") == 0
    assert desk.run("report", *PERIOD) == 0
    # 4,619,970 pages: two cores read and file two a second, the one writer files four.
    assert found["measured"] == {"pages": 40, "read_cpu_seconds": 0.75, "file_cpu_seconds": 0.25}
    assert found["machines"] == [
        {"machines": 1, "days": 26.74, "one_writer": False},
        {"machines": 4, "days": 13.37, "one_writer": True},
        {"machines": 16, "days": 13.37, "one_writer": True},
    ]
    assert "461.997 hồ sơ × 10 trang; máy 2 nhân, 24 giờ/ngày" in desk.said
    assert "1,00 giây CPU mỗi trang (40 trang)" in desk.said
    assert "  1 máy: 27 ngày\n" in desk.said
    assert " 16 máy: 13 ngày (giới hạn ở một nơi ghi" in desk.said
    rows = list(csv.reader((tmp_path / "ton.csv").read_text("utf-8-sig").splitlines()))
    assert [row[2] for row in rows if row[0] == "backlog"] == ["days_1", "days_4", "days_16"]


def test_an_office_a_level_and_an_empty_period_are_told_as_asked(desk: Desk) -> None:
    assert desk.json("report", *PERIOD, "--office", "H26.5.13")["whole"]["dossiers"]["counted"] == 1
    assert desk.json("report", *PERIOD, "--office", "H26.5")["whole"]["dossiers"]["counted"] == 3
    assert desk.json("report", *PERIOD, "--level", "province")["whole"]["dossiers"]["counted"] == 0
    empty = desk.json("report", "--from", "2020-01-01", "--to", "2026-01-01")
    # Without anything to count there is no figure, never a zero.
    assert empty["whole"]["4.2"]["value"] is None
    assert empty["offices"] == {}


def test_a_person_reads_a_table(desk: Desk) -> None:
    assert desk.run("report", *PERIOD) == 0
    lines = desk.said.splitlines()
    assert lines[0] == "Kỳ báo cáo 01/11/2026 - 30/11/2026"
    assert next(line.split() for line in lines if "2.1 " in line)[-2:] == ["%", "2/3"]
    assert any("Giải quyết quá hạn" in line and "33.33 %" in line for line in lines)
    assert lines[-1].split() == [
        "H26.5.13",
        "1",
        "0.00",
        "0.00",
        "100.00",
        "0.00",
        "0.00",
        "100.00",
        "0.00",
        "0.00",
    ]
    assert desk.run("report", *PERIOD, lang="en") == 0
    assert "Handled in time" in desk.said


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--from", "2026-12-01", "--to", "2026-11-01"), "ngày cuối"),
        (("--from", "hôm qua"), "YYYY-MM-DD"),
        (("--office", "../etc"), "mã cơ quan"),
        (("--level", "huyen"), "commune"),
    ],
)
def test_what_cannot_be_reported_is_told(desk: Desk, arguments: tuple[str, ...], word: str) -> None:
    assert desk.run("report", *arguments) == 10
    assert word in desk.complained


def test_a_table_goes_into_csv_and_a_workbook_with_numbers(desk: Desk, tmp_path: Path) -> None:
    table, book = tmp_path / "bao-cao.csv", tmp_path / "bao-cao.xlsx"
    assert desk.run("report", *PERIOD, "--csv", table, "--xlsx", book) == 0
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["place"] for row in rows} == {"all", "level", "office"}
    (late,) = [row for row in rows if (row["place"], row["figure"]) == ("all", "late")]
    assert (late["counted"], late["of"], late["value"]) == ("1", "3", "33.33")
    summary, details = load_workbook(book).worksheets
    assert [cell.value for cell in summary[2]][:4] == ["Toàn bộ", 3, 100, 66.67]
    assert details.max_row == len(rows) + 1
    assert summary.freeze_panes == "B2"


def test_a_picture_is_drawn_with_what_the_figures_say_and_no_data_of_people(
    desk: Desk, tmp_path: Path
) -> None:
    place = tmp_path / "bao-cao.svg"
    assert desk.run("report", *PERIOD, "--picture", place) == 0
    texts = etree.parse(place).xpath("//*[local-name()='text']/text()")
    assert "66,67 %" in texts
    assert "H26.5.12" in texts
    drawn = place.read_text("utf-8")
    assert not [word for word in (FIRST, SECOND, "can-bo-mau", "motcua", "script") if word in drawn]
    assert desk.run("report", "--from", "2023-01-01", "--to", "2023-01-02", "--picture", place) == 0
    assert "N/A" in place.read_text("utf-8")


def test_figures_computed_from_the_raw_facts_and_counted_rows_are_the_same(desk: Desk) -> None:
    counted, computed = desk.json("report", *PERIOD), desk.json("report", *PERIOD, "--from-events")
    assert counted["whole"]["dossiers"]["counted"] == 3
    for found in (counted, computed):
        del found["made_at"]
    assert counted == computed


def test_rows_that_differ_from_the_raw_facts_are_told_and_made_anew(desk: Desk) -> None:
    assert desk.json("recount", "--check") == {"dossiers": 4, "differing": 0, "repaired": False}
    with sqlite3.connect(Layout(desk.data).database) as raw:
        raw.execute("UPDATE dossier_counts SET paid_online = 1 WHERE code = 'H26.5.12-261102-0001'")
    raw.close()
    assert desk.run("recount", "--check") == 12
    assert "1 dòng lệch với dữ liệu gốc" in desk.said
    assert "[store.counts_differ]" in desk.complained
    assert desk.run("recount") == 0
    assert "1 dòng đã ghi lại" in desk.said
    assert desk.run("--lang", "en", "recount", "--check") == 0
    assert "0 rows differ" in desk.said

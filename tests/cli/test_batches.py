"""``motlan batches`` as an operator meets it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from dossier.feeding import ScannedPage
from flows.intake import take_in
from ocr.assembling import write_joined
from storage.inbox import Declaration
from tests.cli.desk import Desk
from tests.extraction.papers import BIRTH
from tests.extraction.test_copies import CLAUSE
from tests.extraction.writing import blank, page
from tests.flows.fed import OWNER, filed, numbered, open_desk
from tests.signing.pdfs import make_pdfa

REASON = "Đã xem bản chính"
NOBODY = "0b1cbb10-6a0f-5b5e-9d8e-2f0a0a2a2a2a"


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    """A desk with one batch: a paper with its empty back, and a certified copy."""
    with open_desk(tmp_path) as services:
        pages = numbered(page(BIRTH), blank(2), page([*BIRTH[:12], *BIRTH[14:], *CLAUSE]), blank(4))
        declared = Declaration(
            owner=OWNER,
            dossier="H26.5.12-261102-0001",
            operator="ha.tran",
            device="fi-7160",
            papers=1,
            pages=2,
        )
        filed(services, tmp_path / "tap-1.tif", pages, declared)
    return Desk(tmp_path / "data", capsys)


def test_a_batch_is_listed_shown_closed_and_opened_again(desk: Desk) -> None:
    (row,) = desk.json("batches", "list", "--open", "--operator", "ha.tran")["batches"]
    batch = row["batch"]
    assert (row["state"], row["files"], row["devices"]) == ("open", 1, ["fi-7160"])
    assert desk.run("batches", "list") == 0
    assert ("fi-7160" in desk.said, "đang mở" in desk.said) == (True, True)
    shown = desk.json("batches", "show", batch)
    assert (shown["declared"], shown["found"]) == ({"papers": 1, "pages": 2}, {"papers": 2, "pages": 2})
    assert [problem["code"] for problem in shown["problems"]] == ["batch.papers_differ"]
    assert desk.run("batches", "close", batch) == 10
    assert "batch.papers_differ" in desk.complained
    assert desk.run("batches", "close", batch, "--papers", "2", "--pages", "2", "--operator", "minh.le") == 0
    assert "đã đóng" in desk.said
    assert desk.json("batches", "list", "--closed", "--from", "2020-01-01")["batches"][0]["batch"] == batch
    assert desk.json("batches", "list", "--to", "2020-01-01") == {"batches": []}
    assert desk.run("batches", "reopen", batch) == 10
    assert desk.run("batches", "reopen", batch, "--reason", REASON, lang="en") == 0
    assert "reopened (quay" in desk.said or "reopened" in desk.said
    assert [one["act"] for one in desk.json("batches", "show", batch)["history"]] == [
        "batch.closed",
        "batch.reopened",
    ]


def test_of_a_scan_each_page_is_shown_with_its_time_and_hash(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk, sha256 = Desk(tmp_path / "data", capsys), "0a" * 32
    scan = tmp_path / "quet.pdf"
    told = ScannedPage(number=1, sha256=sha256, at=datetime(2026, 11, 27, 3, 2, 1, tzinfo=UTC))
    write_joined([make_pdfa(tmp_path / "page.pdf")], scan, scanned=[told])
    with open_desk(tmp_path) as services, services.writing():
        batch = take_in(services, [scan], declared=Declaration(device="fi-7160")).batch
    assert batch is not None
    (file,) = desk.json("batches", "show", batch)["files"]
    assert file["scanned"] == [{"page": 1, "sha256": sha256, "at": "2026-11-27T03:02:01+00:00"}]
    assert desk.run("batches", "show", batch) == 0
    assert "tr. 1 27.11.2026 10:02:01 +07:00  SHA-256 0a0a0a0a0a0a0a0a…" in desk.said


def test_backs_kept_aside_are_listed_with_the_command_that_takes_them_back(desk: Desk) -> None:
    (row,) = desk.json("batches", "list")["batches"]
    backs = desk.json("batches", "blank", "list", row["batch"])["blank_backs"]
    assert [back["page"] for back in backs] == [2, 4]
    assert desk.run("batches", "blank", "list", row["batch"]) == 0
    command = desk.said.splitlines()[0].partition(": motlan ")[2].split()
    taken = desk.json(*command)
    assert (taken["version"], taken["pages"]) == (2, [1, 2])
    backs = desk.json("batches", "blank", "list", row["batch"])["blank_backs"]
    assert [back["page"] for back in backs] == [4]
    # Behind a paper that is not digitised there is no paper to take it back to.
    assert desk.run("batches", "blank", "take-back", backs[0]["item"], "4") == 10


def test_a_refused_paper_is_digitised_after_all_with_a_reason(desk: Desk) -> None:
    (row,) = desk.json("batches", "list")["batches"]
    (file,) = desk.json("batches", "show", row["batch"])["files"]
    refused = next(paper for paper in file["papers"] if paper["state"] == "refused")
    assert desk.run("batches", "show", row["batch"]) == 0
    assert "không số hóa" in desk.said
    assert desk.run("batches", "form", refused["document"], "--form", "original") == 10
    assert "lý do" in desk.complained
    said = desk.json("batches", "form", refused["document"], "--form", "original", "--reason", REASON)
    assert [paper["document"] for paper in said["papers"]] == [refused["document"]]
    assert said["papers"][0]["state"] in {"filed", "waiting"}


WRONG = [
    ("batches", "show", "x"),
    ("batches", "close", NOBODY),
    ("batches", "alike", NOBODY, "1", "2", "--as", "note"),
    ("batches", "alike", NOBODY, "1:1", "1:2", "--as", "maybe"),
    ("batches", "form", NOBODY, "--form", "bản sao"),
    ("batches", "form", NOBODY, "--form", "original", "--operator", "Trần Thị Hà"),
    ("batches", "blank", "take-back", NOBODY, "1"),
    ("batches", "list", "--from", "hôm qua"),
    ("ingest", ".", "--form", "giấy"),
    ("ingest", ".", "--operator", "Trần Thị Hà"),
]


def test_what_is_typed_wrong_is_told_and_changes_nothing(desk: Desk) -> None:
    before = desk.json("batches", "list")
    for wrong in WRONG:
        assert desk.run(*wrong) in {10, 12}, wrong
        assert "→" in desk.complained, wrong
    assert desk.json("batches", "list") == before

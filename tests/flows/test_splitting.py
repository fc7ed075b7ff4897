"""Separator sheets and counts on the whole way of a file: no page is lost, and what differs asks a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pikepdf
import pytest

from dossier.documents import Document, DocumentState
from dossier.errors import ArgumentError
from dossier.events import EventKind
from dossier.ids import BatchId, ItemId
from dossier.review import DOSSIER_QUESTION, PAGES_QUESTION
from dossier.totals import Count, Difference
from flows.capture import read_item
from flows.intake import Handed, take_in
from flows.issue import file_item
from flows.progress import silent
from flows.report import batch_report
from flows.review import review
from flows.separators import Asked, separator_file
from flows.splitting import as_findings, batch_count, batch_differences
from storage.inbox import Declaration
from tests.end_to_end.line import DOSSIERS
from wiring.services import Services
from wiring.settings import read_settings

SCAN = DOSSIERS / "2-dang-ky-ket-hon" / "giay-khai-sinh-nu.pdf"
DOSSIER = "H26.5.12-261102-0001"
OTHER = "H26.5.12-261102-0002"
OWNER = "004300999201"
TODAY = date(2026, 11, 21)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Services]:
    """A fresh desk with demo keys, the one writer."""
    with Services(read_settings({"MOTLAN_DATA": str(tmp_path / "data")})) as made:
        made.create()
        with made.writing():
            yield made


def sheets_around(desk: Services, path: Path, *, pages: int = 1) -> Path:
    """A file as the feeder gives it: dossier sheet, component sheet, the paper, end sheet."""
    asked = Asked(dossier=DOSSIER, procedure="1.001193", components=(("KS-05", 1, pages),))
    made = separator_file(desk, asked, on=TODAY).pdf
    whole = path / "chong-ho-so.pdf"
    drawn = path / "to-ngan.pdf"
    drawn.write_bytes(made)
    with pikepdf.open(drawn) as sheets, pikepdf.open(SCAN) as scan, pikepdf.new() as target:
        for page in (*list(sheets.pages)[:2], *scan.pages, list(sheets.pages)[2]):
            target.pages.append(page)
        target.save(whole)
    return whole


def file_of(desk: Services, path: Path, declared: Declaration) -> tuple[Handed, ItemId]:
    handed = take_in(desk, [path], declared=declared)
    (item,) = handed.items
    read_item(desk, item, listen=silent)
    return handed, item


def filed(desk: Services, path: Path, *, dossier: str = "") -> tuple[Handed, Document]:
    handed, item = file_of(desk, path, Declaration(dossier=dossier, owner=OWNER))
    file_item(desk, item, listen=silent)
    (document,) = desk.store.records.documents_of_item(item)
    return handed, document


def batch_of(handed: Handed) -> BatchId:
    assert handed.batch is not None
    return handed.batch


def test_sheets_are_no_papers_and_say_for_which_dossier_and_component_a_paper_is(
    desk: Services, tmp_path: Path
) -> None:
    handed, document = filed(desk, sheets_around(desk, tmp_path))
    assert (document.pages, document.type) == ((3,), "birth_certificate")
    assert (document.dossier, document.procedure, document.component) == (DOSSIER, "1.001193", "KS-05")
    assert PAGES_QUESTION not in document.questions
    told = [entry.event for entry in desk.store.records.journal() if entry.event.kind is EventKind.ITEM_SPLIT]
    assert [event.details for event in told] == [
        {
            "papers": 1,
            "pages": 4,
            "separators": 3,
            "blank_pages": 0,
            "separator_backs": 0,
            "blank_backs": 0,
            "differences": 0,
        }
    ]
    _, line = batch_report(desk, handed, []).as_json()
    assert line["pages"] == 4
    assert line["papers"] == [[3]]
    assert [(sheet["page"], sheet["kind"]) for sheet in as_list(line["separators"])] == [
        (1, "dossier"),
        (2, "paper"),
        (4, "end"),
    ]
    assert desk.store.records.document(document.id) == document


def as_list(value: object) -> Sequence[dict[str, object]]:
    assert isinstance(value, list)
    return value


def test_another_count_on_the_sheet_waits_for_a_person_who_may_say_that_it_is_right(tmp_path: Path) -> None:
    with Services(read_settings({"MOTLAN_DATA": str(tmp_path / "data")})) as desk:
        desk.create()
        with desk.writing():
            handed, document = filed(desk, sheets_around(desk, tmp_path, pages=2))
        assert document.state is DocumentState.WAITING
        assert PAGES_QUESTION in document.questions
        (row,) = batch_report(desk, handed, []).files
        assert Difference(code="batch.pages_differ", page=2, declared=2, found=1) in row.stack.differences
        settled = review(desk, document.id, values={}, confirmed=True)
        assert (settled.state, settled.questions) == (DocumentState.FILED, ())
        assert settled.findings == document.findings


def test_a_sheet_of_another_dossier_than_was_declared_asks_a_person(desk: Services, tmp_path: Path) -> None:
    _, document = filed(desk, sheets_around(desk, tmp_path), dossier=OTHER)
    assert document.dossier == DOSSIER
    assert DOSSIER_QUESTION in document.questions


def test_what_was_counted_for_a_batch_is_compared_with_all_its_files(desk: Services) -> None:
    declared = Declaration(owner=OWNER, papers=2, pages=1)
    handed, item = file_of(desk, SCAN, declared)
    batch = batch_of(handed)
    assert batch_count(desk, batch) == Count(1, 1)
    differing = batch_differences(desk, batch)
    assert differing == (Difference(code="batch.papers_differ", page=0, declared=2, found=1),)
    file_item(desk, item, listen=silent, noticed=as_findings(differing))
    (document,) = desk.store.records.documents_of_item(item)
    assert document.state is DocumentState.WAITING
    assert PAGES_QUESTION in document.questions
    report = batch_report(desk, handed, [])
    assert report.counted is not None
    assert report.counted.differences == differing
    assert report.as_json()[-1] == {
        "batch": batch,
        "declared": {"papers": 2, "pages": 1},
        "found": {"papers": 1, "pages": 1},
        "differences": [{"code": "batch.papers_differ", "page": 0, "declared": 2, "found": 1}],
    }


def test_counts_said_again_replace_those_said_before_and_are_journalled_once(desk: Services) -> None:
    handed, _ = file_of(desk, SCAN, Declaration(papers=2))
    again = Declaration(papers=1, pages=1)
    for declared in (again, again, Declaration()):
        take_in(desk, [SCAN], declared=declared)
    assert desk.store.records.declared_count(batch_of(handed)) == Count(1, 1)
    assert batch_differences(desk, batch_of(handed)) == ()
    told = [
        entry.event for entry in desk.store.records.journal() if entry.event.kind is EventKind.BATCH_COUNTED
    ]
    assert [event.details for event in told] == [{"papers": 2, "pages": 0}, {"papers": 1, "pages": 1}]


# --- the sheets to print


def test_a_dossier_gets_a_sheet_to_begin_one_for_each_component_and_one_to_end(desk: Services) -> None:
    asked = Asked(dossier=DOSSIER, procedure="1.001193", components=(("KS-02", 1, 2), ("KS-05", 2, 3)))
    made = separator_file(desk, asked, on=TODAY)
    told = [
        (sheet.says.kind.name, sheet.says.component, sheet.says.papers, sheet.says.pages)
        for sheet in made.sheets
    ]
    assert told == [
        ("DOSSIER", "", 3, 5),
        ("PAPER", "KS-02", 1, 2),
        ("PAPER", "KS-05", 2, 3),
        ("END", "", 3, 5),
    ]


def test_neutral_sheets_need_no_dossier_and_half_a_count_is_no_count(desk: Services) -> None:
    plain = separator_file(desk, Asked(neutral=2), on=TODAY)
    assert [sheet.code for sheet in plain.sheets] == ["ML1|P||||1||" + plain.sheets[0].code[-8:]] * 2
    mixed = Asked(dossier=DOSSIER, components=(("A", 1, 2), ("B", 1, 0)))
    assert separator_file(desk, mixed, on=TODAY).sheets[0].says.pages == 0


@pytest.mark.parametrize(
    "asked",
    [
        Asked(),
        Asked(procedure="1.001193"),
        Asked(dossier="x", neutral=1),
        Asked(procedure="1.001193", components=(("KS-99", 1, 0),)),
        Asked(components=(("họ tên", 1, 0),)),
    ],
)
def test_sheets_that_could_not_be_read_back_are_not_printed(desk: Services, asked: Asked) -> None:
    with pytest.raises(ArgumentError):
        separator_file(desk, asked, on=TODAY)


def test_a_procedure_the_rulebook_does_not_know_is_printed_without_its_name(desk: Services) -> None:
    asked = Asked(procedure="9.999999", components=(("X-1", 1, 0),))
    (sheet,) = separator_file(desk, asked, on=TODAY).sheets
    assert replace(sheet.says, component="").procedure == "9.999999"

"""``motlan search``: papers by the words on them, bounded and journalled. Nobody is real."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dossier.documents import DocumentState
from dossier.events import EventKind
from dossier.searching import SearchText
from storage.store import open_store
from tests.cli.test_find import Counter
from tests.storage.builders import OWNER, Clock, batch, document, item, party

LINES = ("Số: 12/TLKT-BS", "Họ, chữ đệm, tên: Mẫu Thị Thử", "Nơi cư trú: xã Mẫu Sơn")


@pytest.fixture
def counter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Counter:
    """Three papers of two offices whose words are in the index."""
    made = Counter(tmp_path / "data", capsys)
    made.run("init")
    with open_store(made.data, clock=Clock(), read_only=False) as store:
        store.records.save_batch(batch(), [item()])
        for number, dossier in enumerate(
            ("H26.5.12-261102-0001", "H26.5.12-261102-0002", "H27.1-261102-0001")
        ):
            store.records.save_document(
                replace(
                    document(f"paper {number}"),
                    state=DocumentState.FILED,
                    dossier=dossier,
                    parties=(party("Mẫu Thị Thử", number=OWNER),),
                    filed_at=datetime(2026, 11, 2 + number, 3, tzinfo=UTC),
                )
            )
        waiting = store.records.words.waiting(limit=10)
        text = SearchText(pages=((1, LINES),), fields={"registered_at": "xã Mẫu Sơn"})
        store.records.words.keep([(one, text) for one in waiting])
    return made


def found(counter: Counter, *arguments: str) -> dict[str, Any]:
    """What ``search`` says in JSON."""
    return dict(json.loads(counter.run("search", *arguments, "--json")))


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        (("mẫu thị thử",), 3),
        (("mau thi thu",), 3),
        (('"thị thử"', "--office", "H26"), 2),
        (('"thử thị"',), 0),
        (("mẫu thị thứ",), 0),
        (("mẫu thị thứ", "--no-accents"), 3),
        (("mẫu", "--type", "birth_certificate"), 0),
        (("mẫu", "--from", "2026-11-03", "--to", "03/11/2026"), 1),
    ],
)
def test_papers_are_found_by_the_words_on_them(
    counter: Counter, arguments: tuple[str, ...], count: int
) -> None:
    assert len(found(counter, *arguments)["papers"]) == count


def test_a_paper_shows_the_line_with_the_words_and_its_page(counter: Counter) -> None:
    said = counter.run("search", "thử", "--office", "H27")
    assert "trang 1: Họ, chữ đệm, tên: Mẫu Thị [Thử]" in said
    assert "H27.1-261102-0001" in said
    told = found(counter, "thử", "--office", "H27")["papers"][0]
    assert (told["page"], told["marked"], told["type"]) == (1, ["Thử"], "marriage_certificate")


def test_pages_go_on_where_the_one_before_ended(counter: Counter) -> None:
    first = found(counter, "mẫu", "--limit", "2")
    rest = found(counter, "mẫu", "--behind", first["next"])
    seen = [paper["document"] for told in (first, rest) for paper in told["papers"]]
    assert len(first["papers"]) == 2
    assert len(set(seen)) == 3
    assert rest["next"] is None
    assert "[input.argument]" in counter.run("search", "mẫu", "--behind", "../x", code=10)


def test_the_question_may_come_from_standard_input(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("mẫu thị thử\n"))
    assert len(found(counter, "-")["papers"]) == 3


def test_that_somebody_searched_is_in_the_journal_and_the_words_are_not(counter: Counter) -> None:
    found(counter, "mẫu thị thử", "--purpose", "luu_tru")
    with open_store(counter.data, clock=Clock(), read_only=True) as store:
        events = [entry.event for entry in store.records.journal()]
    (searched,) = [event for event in events if event.kind is EventKind.PAPERS_SEARCHED]
    assert dict(searched.details) == {"count": 3, "opened": 3}
    assert searched.purpose == "luu_tru"
    assert sum(event.kind is EventKind.DOCUMENT_READ for event in events) == 3
    assert "thử" not in str(events).casefold()


def test_a_question_without_words_and_a_purpose_that_is_none_are_refused(counter: Counter) -> None:
    assert "[search.empty]" in counter.run("search", "…", code=17)
    assert "[access" in counter.run("search", "mẫu", "--purpose", "to_mo", code=15)

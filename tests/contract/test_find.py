"""What every implementation of records answers when papers are asked for by several things at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from dossier.documents import Document, DocumentState, PartyRole
from dossier.errors import RecordMissingError
from dossier.ids import DocumentId
from dossier.ports import Records
from dossier.queries import PaperQuery
from tests.storage.builders import OTHER_OWNER, OWNER, batch, document, item, party

DOSSIER = "H26.5.12-261102-0001"
OTHER_DOSSIER = "H26.5.13-261102-0001"


def paper(name: str, *parties: str, day: int = 2, kind: str = "marriage_certificate") -> Document:
    """A filed paper whose first party is its owner, the others are named on it."""
    made = tuple(
        party(words, number=OWNER if not place else "", role=PartyRole.RELATED if place else PartyRole.OWNER)
        for place, words in enumerate(parties or ("Đỗ Thị Mã",))
    )
    filed_at = datetime(2026, 11, day, 8, tzinfo=UTC)
    return replace(
        document(name),
        state=DocumentState.FILED,
        parties=made,
        filed_at=filed_at,
        dossier=DOSSIER,
        type=kind,
    )


@pytest.fixture
def filled(records: Records) -> Records:
    records.save_batch(batch(), [item()])
    return records


def save(records: Records, *papers: Document) -> list[Document]:
    return [records.save_document(each) for each in papers]


def ids(found: Sequence[Document]) -> list[DocumentId]:
    return [each.id for each in found]


def test_an_empty_question_finds_nothing(filled: Records) -> None:
    save(filled, paper("a"))
    assert list(filled.find_documents(PaperQuery())) == []
    assert list(filled.find_documents(PaperQuery(name=" * "))) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (PaperQuery(number=OWNER), "cba"),
        (PaperQuery(number=OTHER_OWNER), ""),
        (PaperQuery(types=("decision",)), "c"),
        (PaperQuery(types=("decision", "marriage_certificate")), "cba"),
        (PaperQuery(dossier=DOSSIER), "ca"),
        (PaperQuery(office="H26.5.13"), "b"),
        (PaperQuery(office="H26.5.1"), ""),
        (PaperQuery(since=date(2026, 11, 3)), "cb"),
        (PaperQuery(until=date(2026, 11, 3)), "ba"),
        (PaperQuery(since=date(2026, 11, 3), until=date(2026, 11, 3)), "b"),
        (PaperQuery(number=OWNER, office="H26.5.12", until=date(2026, 11, 3)), "a"),
        (PaperQuery(name="đỗ thị", types=("decision",)), "c"),
        (PaperQuery(name="do thi ma", dossier=OTHER_DOSSIER), "b"),
        (PaperQuery(name="do thi ma", number=OTHER_OWNER), ""),
    ],
)
def test_every_part_of_a_question_narrows_it(filled: Records, query: PaperQuery, found: str) -> None:
    a, b, c = paper("a"), paper("b", day=3), paper("c", day=4, kind="decision")
    saved = save(filled, a, replace(b, dossier=OTHER_DOSSIER), c)
    by_name = dict(zip("abc", ids(saved), strict=True))
    assert ids(filled.find_documents(query)) == [by_name[name] for name in found]


def test_a_day_is_a_day_in_vietnam(filled: Records) -> None:
    late = replace(paper("late"), filed_at=datetime(2026, 11, 2, 17, 30, tzinfo=UTC))
    save(filled, late)
    assert ids(filled.find_documents(PaperQuery(since=date(2026, 11, 3)))) == [late.id]
    assert ids(filled.find_documents(PaperQuery(until=date(2026, 11, 2)))) == []


@pytest.mark.parametrize(
    ("name", "accents", "is_found"),
    [
        ("thị m*", None, True),
        ("thi m*", None, True),
        ("thi m", None, False),
        ("thị mạ*", None, False),
        ("Đỗ*", None, True),
        ("đổ*", None, False),
        ("do*", None, True),
        ("do*", True, False),
        ("má", None, False),
        ("má", False, True),
        ("mã", True, True),
        ("ma", True, False),
        ("m*", True, True),
        ("ỗ*", None, False),
        ("đỗ* mã", None, False),
    ],
)
def test_beginnings_of_words_are_found_with_and_without_accents(
    filled: Records, name: str, accents: bool | None, is_found: bool
) -> None:
    (saved,) = save(filled, paper("a"))
    found = ids(filled.find_documents(PaperQuery(name=name, accents=accents)))
    assert found == ([saved.id] if is_found else [])


QUERIES = (
    PaperQuery(number=OWNER),
    PaperQuery(dossier=DOSSIER),
    PaperQuery(since=date(2026, 1, 1)),
    PaperQuery(name="thi"),
    PaperQuery(name="m*"),
    PaperQuery(name="mã", number=OWNER, since=date(2026, 11, 2)),
)


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_pages_hold_every_paper_once_and_in_order(filled: Records, query: PaperQuery, limit: int) -> None:
    names = ("Đỗ Thị Mã", "Mai Thị Mận", "Đỗ Thị Mã")
    save(
        filled,
        *(paper(f"p{n}", names[n % 3], "Mẫu Thị Mã", day=2 + n % 4) for n in range(7)),
        paper("two names", "Lò Thị Mã", "Đỗ Thị Mã"),
    )
    whole = ids(filled.find_documents(query, limit=1000))
    found: list[DocumentId] = []
    while page := ids(filled.find_documents(query, after=found[-1] if found else None, limit=limit)):
        found += page
        assert len(page) <= limit
    assert found == whole
    assert len(set(found)) == len(found) == 8


def test_papers_filed_meanwhile_move_no_paper_to_another_page(filled: Records) -> None:
    first, second, third = save(filled, paper("a"), paper("b"), paper("c"))
    query = PaperQuery(number=OWNER)
    page = filled.find_documents(query, limit=2)
    assert ids(page) == [third.id, second.id]
    save(filled, paper("newer", day=5))
    assert ids(filled.find_documents(query, after=page[-1].id, limit=2)) == [first.id]


def test_a_page_after_a_paper_that_is_none_is_refused(filled: Records) -> None:
    (saved,) = save(filled, paper("a"))
    for after in (DocumentId("none"), document("never saved").id):
        with pytest.raises(RecordMissingError):
            filled.find_documents(PaperQuery(name="mã"), after=after)
    with pytest.raises(RecordMissingError):
        filled.find_documents(PaperQuery(name="hoa"), after=saved.id)


def test_a_name_that_was_corrected_is_found_no_more(filled: Records) -> None:
    (saved,) = save(filled, paper("a", "Đỗ Thị Mả"))
    mended = filled.save_document(saved.next_version(parties=(party("Đỗ Thị Mã", number=OWNER),)))
    assert ids(filled.documents_named("mả")) == []
    assert ids(filled.documents_named("mã")) == [mended.id]
    again = filled.save_document(mended.next_version(parties=(party("Đỗ Thị Mả", number=OWNER),)))
    assert ids(filled.documents_named("mả")) == [again.id]

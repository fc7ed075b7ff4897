"""Papers found by their words, on every database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import func, insert, select, text

from dossier.documents import Document, DocumentState
from dossier.events import EventKind
from dossier.ids import DocumentId
from dossier.keeping import Act, KeepingAct
from dossier.searching import SearchRange, SearchTerm, SearchText, SearchWord
from storage import word_index
from storage.postings import PLACES
from storage.records import SqlRecords
from storage.schema import facts
from storage.search_tables import search_offices, search_papers, search_pending, search_postings
from tests.storage.builders import MOMENT, batch, document, event, item

OFFICE = "H26.5.12"
OTHER = "H27.1.1"


def put_down(records: SqlRecords, *names: str, office: str = OFFICE, **changes: object) -> list[Document]:
    """Papers that wait for their words to be taken in."""
    saved = []
    for name in names:
        records.save_batch(batch(), [item(name)])
        paper = replace(document(name, of=name), dossier=f"{office}-261120-0001", **changes)  # type: ignore[arg-type]
        saved.append(records.save_document(paper, events=(event(),)))
    return saved


def said(*lines: str, **fields: str) -> SearchText:
    return SearchText(((1, lines),), fields)


def fill(records: SqlRecords, texts: dict[DocumentId, SearchText], *, limit: int = 50) -> int:
    waiting = records.words.waiting(limit=limit)
    return records.words.keep([(one, texts.get(one.document.id, said())) for one in waiting])


def word(bare: str, accented: str = "", field: str = "") -> SearchTerm:
    return SearchTerm(((SearchWord(bare, accented, field),),))


def found(records: SqlRecords, *terms: SearchTerm, office: str = OFFICE, **more: object) -> list[DocumentId]:
    settings: dict[str, object] = {"behind": None, "limit": 50, "most_parts": 64, "within": SearchRange()}
    told = records.words.candidates(terms, office, **(settings | more))  # type: ignore[arg-type]
    return [one.document.id for one in told.papers]


def rows(records: SqlRecords, table: object) -> int:
    with records.upkeep.writing() as writing:
        return int(writing.connection.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]


def test_a_paper_waits_until_its_words_are_taken_in_and_again_when_it_changes(records: SqlRecords) -> None:
    (first,) = put_down(records, "first")
    assert [one.document.id for one in records.words.waiting(limit=5)] == [first.id]
    assert fill(records, {first.id: said("Nguyễn Văn Thử")}) == 1
    assert list(records.words.waiting(limit=5)) == []
    assert found(records, word("nguyen"), word("thu")) == [first.id]
    records.save_document(first.next_version(), events=(event(EventKind.DOCUMENT_STAMPED),))
    assert list(records.words.waiting(limit=5)) == []
    records.save_document(replace(first, version=3), events=(event(EventKind.DOCUMENT_CORRECTED),))
    fill(records, {first.id: said("Trần Văn Thử")})
    assert found(records, word("nguyen")) == []
    assert found(records, word("tran"), word("thu")) == [first.id]


def test_a_version_that_came_meanwhile_keeps_the_paper_waiting(records: SqlRecords) -> None:
    (first,) = put_down(records, "first")
    waiting = records.words.waiting(limit=5)
    records.save_document(first.next_version(), events=(event(EventKind.DOCUMENT_CORRECTED),))
    assert records.words.keep([(one, said("cũ")) for one in waiting]) == 0
    assert found(records, word("cu")) == []
    assert [one.document.version for one in records.words.waiting(limit=5)] == [2]


def test_words_are_found_in_one_office_with_accents_or_without_the_newest_first(records: SqlRecords) -> None:
    papers = put_down(records, "a", "b", "c")
    (far,) = put_down(records, "far", office=OTHER)
    texts = {
        papers[0].id: said("nguyễn"),
        papers[1].id: said("nguyên", full_name="Mẫu Thử"),
        papers[2].id: said("nguyễn", "hòa 012 345"),
        far.id: said("nguyễn"),
    }
    for _ in papers:
        # One after the other: who comes later stands before.
        fill(records, texts, limit=1)
    fill(records, texts)
    everybody = found(records, word("nguyen"))
    assert set(everybody) == {paper.id for paper in papers}
    assert found(records, word("nguyen"), office=OTHER) == [far.id]
    accented = found(records, word("nguyen", "nguyên\u0303"))
    assert {papers[0].id, papers[2].id} <= set(accented)
    assert found(records, word("012345")) == [papers[2].id]
    assert found(records, word("mau", field="full_name")) == [papers[1].id]
    assert found(records, word("mau")) == []
    either = SearchTerm(((SearchWord("hoa"),), (SearchWord("mau", field="full_name"),)))
    assert found(records, either, word("nguyen")) == [one for one in everybody if one != papers[0].id]
    assert found(records, word("khong")) == []
    assert found(records, word("nguyen"), office="H99") == []


def test_a_list_is_cut_by_keys_and_goes_on_behind_the_last_paper(records: SqlRecords) -> None:
    papers = put_down(records, *"abcdefg")
    fill(records, {paper.id: said("chung") for paper in papers})
    settings = {"within": SearchRange(), "limit": 3, "most_parts": 64}
    seen: list[DocumentId] = []
    behind: int | None = None
    for _ in range(3):
        page = records.words.candidates([word("chung")], OFFICE, behind=behind, **settings)  # type: ignore[arg-type]
        seen += [one.document.id for one in page.papers]
        behind = page.behind.place if page.behind else None
    assert behind is None
    assert seen == found(records, word("chung"))
    assert len(set(seen)) == 7


def test_types_and_days_narrow_what_is_found(records: SqlRecords) -> None:
    (birth,) = put_down(records, "birth", type="birth_certificate", filed_at=MOMENT)
    (map_,) = put_down(records, "map", type="land_certificate", filed_at=MOMENT)
    fill(records, {paper.id: said("chung") for paper in (birth, map_)})
    day = MOMENT.date()
    for within, expected in (
        (SearchRange(types=("land_certificate",)), {map_.id}),
        (SearchRange(since=day.replace(year=day.year + 1)), set()),
        (SearchRange(until=day.replace(year=day.year - 1)), set()),
        (
            SearchRange(since=day.replace(year=day.year - 1), until=day.replace(year=day.year + 1)),
            {birth.id, map_.id},
        ),
    ):
        assert set(found(records, word("chung"), within=within)) == expected


def test_a_search_of_too_many_parts_ends_and_tells_where_it_goes_on(records: SqlRecords) -> None:
    (first,) = put_down(records, "first")
    fill(records, {first.id: said("chung")})
    with records.upkeep.writing() as writing:
        (token,) = writing.connection.execute(select(search_postings.c.token)).scalars().all()
        # A paper that is gone leaves parts in which nobody is found.
        writing.connection.execute(
            insert(search_postings),
            [{"token": token, "part": -part, "papers": b"\x00\xff"} for part in range(1, 200)],
        )
    page = records.words.candidates(
        [word("chung")], OFFICE, within=SearchRange(), behind=None, limit=5, most_parts=64
    )
    assert [one.document.id for one in page.papers] == [first.id]
    assert (page.parts, page.behind.place if page.behind else None) == (64, -63 * PLACES)


def test_a_paper_that_moves_to_another_office_is_found_there_alone(records: SqlRecords) -> None:
    (first,) = put_down(records, "first")
    fill(records, {first.id: said("chung")})
    moved = first.next_version(dossier=f"{OTHER}-261120-0001")
    records.save_document(moved, events=(event(EventKind.DOCUMENT_CORRECTED),))
    fill(records, {first.id: said("chung")})
    assert found(records, word("chung")) == []
    assert found(records, word("chung"), office=OTHER) == [first.id]
    assert list(records.words.offices()) == [OFFICE, OTHER]


def test_of_a_destroyed_paper_no_word_is_left(records: SqlRecords) -> None:
    first, second = put_down(records, "first", "second")
    fill(records, {first.id: said("một hai", full_name="Mẫu"), second.id: said("hai ba")})
    destroyed = first.remnant().next_version(state=DocumentState.DESTROYED)
    act = KeepingAct(case="case", act=Act.DISPOSAL_EXECUTED, target=first.id, at=MOMENT, actor="user-1")
    records.act(act, seen=0, events=(event(),), document=destroyed)
    assert found(records, word("hai")) == [second.id]
    assert rows(records, search_papers) == 1
    assert rows(records, search_postings) == 2
    assert rows(records, search_pending) == 0


def old_store(records: SqlRecords, newest: Sequence[Document]) -> None:
    """As the upgrade leaves it: nothing was taken in, nothing waits."""
    with records.upkeep.writing() as writing:
        word_index.clear(writing.connection)
    assert rows(records, search_pending) == 0
    assert len(newest) == rows(records, search_offices) + len(newest)


def test_papers_of_before_are_walked_through_and_stand_behind_what_came_since(records: SqlRecords) -> None:
    papers = put_down(records, *"abc")
    old_store(records, papers)
    (new,) = put_down(records, "new")
    texts = {paper.id: said("chung") for paper in (*papers, new)}
    assert records.words.waiting(limit=9)[0].document.id == new.id
    while fill(records, texts, limit=2):
        pass
    assert found(records, word("chung")) == [new.id, *(paper.id for paper in reversed(papers))]
    with records.upkeep.writing() as writing:
        assert (
            writing.connection.execute(select(facts).where(facts.c.name == word_index.MARK)).first() is None
        )
    assert list(records.words.waiting(limit=9)) == []


def test_the_database_alone_shows_no_word(records: SqlRecords) -> None:
    (first,) = put_down(records, "first")
    fill(records, {first.id: said("Nguyễn Văn Thử", full_name="Nguyễn Văn Thử")})
    with records.upkeep.writing() as writing:
        told = [
            str(bytes(value) if isinstance(value, (bytes, memoryview)) else value)
            for name in ("search_papers", "search_postings", "search_pending")
            for row in writing.connection.execute(text(f"SELECT * FROM {name}"))  # noqa: S608 - our tables
            for value in row
        ]
    assert told
    assert not any(part.lower() in " ".join(told).lower() for part in ("Nguyễn", "nguyen", "Thử"))

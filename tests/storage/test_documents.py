from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from dossier.documents import Batch, Document, DocumentState, Item
from dossier.errors import VersionConflictError
from storage.bodies import document_from_text, document_to_text
from storage.database import Database
from storage.heads import MemoryHead
from storage.records import SqlRecords
from storage.store import Store
from tests.storage.builders import (
    ANY_BATCH,
    ANY_ITEM,
    KEY,
    NAMESPACE,
    OWNER,
    any_document,
    batch,
    document,
    event,
    item,
    party,
)


def memory_records() -> SqlRecords:
    return SqlRecords(
        Database.in_memory(), heads=MemoryHead(), namespace=NAMESPACE, key=KEY, result_type_code=str
    )


@settings(max_examples=25, deadline=None)
@given(first=any_document(), second=any_document(version=2))
def test_any_document_comes_back_as_it_was(first: Document, second: Document) -> None:
    records = memory_records()
    records.save_batch(batch(), [item()])
    assert records.save_document(first) == first
    assert records.save_document(second) == second
    assert records.document(first.id, version=1) == first
    assert records.document(first.id) == second
    records.close()


@settings(max_examples=20, deadline=None)
@given(handed_in=ANY_BATCH, member=ANY_ITEM)
def test_any_batch_and_item_come_back_as_they_were(handed_in: Batch, member: Item) -> None:
    records = memory_records()
    records.save_batch(handed_in, [member])
    assert records.batch(handed_in.id) == handed_in
    assert list(records.items(handed_in.id)) == [member]
    records.close()


def test_half_a_surrogate_pair_from_a_broken_pdf_comes_back_too() -> None:
    broken = replace(document(), type="\ud83d", parties=(party("Mã \udc00"),))
    assert document_from_text(document_to_text(broken)) == broken
    records = memory_records()
    records.save_batch(batch(), [item()])
    saved = records.save_document(replace(broken, type="decision"))
    assert records.document(saved.id).parties == broken.parties
    records.close()


@settings(max_examples=20, deadline=None)
@given(words=st.lists(st.sampled_from(["Đỗ", "Thị", "Mã", "Ân", "Hoà", "Văn"]), min_size=1, max_size=6))
def test_every_run_of_words_of_a_name_finds_it_with_and_without_accents(words: Sequence[str]) -> None:
    records = memory_records()
    records.save_batch(batch(), [item()])
    paper = records.save_document(replace(document(), parties=(party(" ".join(words)),)))
    bare = {"Đỗ": "do", "Thị": "thi", "Mã": "ma", "Ân": "an", "Hoà": "hoa", "Văn": "van"}
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            run = words[start:end]
            assert list(records.documents_named(" ".join(run))) == [paper]
            assert list(records.documents_named(" ".join(bare[word] for word in run))) == [paper]
    records.close()


def race(work: Sequence[threading.Thread]) -> None:
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()


def test_of_writers_of_one_version_one_wins_and_the_others_are_told(store: Store) -> None:
    store.records.save_batch(batch(), [item()])
    current = store.records.save_document(document())
    for _ in range(10):
        outcomes: list[str] = []

        def write(mark: str, base: Document = current, outcomes: list[str] = outcomes) -> None:
            try:
                store.records.save_document(base.next_version(dossier=mark), events=[event()])
            except VersionConflictError:
                outcomes.append("told")
            else:
                outcomes.append(mark)

        race([threading.Thread(target=write, args=(mark,)) for mark in ("a", "b", "c")])
        winner = (set(outcomes) - {"told"}).pop()
        assert sorted(outcomes) == sorted([winner, "told", "told"])
        current = store.records.document(current.id)
        assert current.dossier == winner
    assert current.version == 11
    assert store.records.check_journal().entries == 11


def test_writers_at_the_same_time_never_share_a_result_code(store: Store) -> None:
    store.records.save_batch(batch(), [item()])
    codes: list[str] = []

    def file(name: str) -> None:
        paper = replace(
            document(name), state=DocumentState.FILED, parties=(party("Đỗ Thị Mã", number=OWNER),)
        )
        codes.append(store.records.save_document(paper, events=[event()]).result_code)

    race([threading.Thread(target=file, args=(name,)) for name in "abcdefgh"])
    assert sorted(codes) == [f"{OWNER}.marriage_certificate..{order:02d}" for order in range(1, 9)]
    assert store.records.check_journal().entries == 9

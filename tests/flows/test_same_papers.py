"""A paper that is scanned again is asked about, and nothing is lost whatever the answer is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, insert

from dossier.access import Access, Purpose
from dossier.documents import Document
from dossier.errors import ArgumentError
from dossier.events import EventKind
from dossier.same import CHANGED_DIGITS, SAME_BYTES, SAME_NUMBER, SAME_PICTURE, SAME_WORDS, SameAnswer
from dossier.trust import Standing
from flows.capture import read_item
from flows.citizen import papers_about
from flows.intake import take_in
from flows.issue import file_item
from flows.progress import silent
from flows.same_papers import answer_same, look_back_through, look_for_same
from flows.same_pictures import differences, write_pictures
from storage.inbox import Declaration
from storage.old_papers import MARK
from storage.same_tables import same_pending
from storage.schema import facts
from tests.flows.papers import MIDDLE, written
from wiring.services import Services
from wiring.settings import read_settings

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
OWNER = "001185999017"
LOOK = Access("thu-nghiem", Purpose.OWNER)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with Services(read_settings({"MOTLAN_DATA": str(tmp_path / "data")}), clock=lambda: NOW) as made:
        made.create()
        yield made


def certificate(folder: Path, name: str, *, number: str = "31", residence: str = "Thôn Ba") -> Path:
    """A confirmation of residence of an invented person."""
    return written(
        folder / name,
        [
            (24.0, "CÔNG AN XÃ MẪU"),
            (24.0, f"Số: {number}/XN-CAX"),
            (MIDDLE, "XÁC NHẬN THÔNG TIN VỀ CƯ TRÚ"),
            (24.0, "1. Họ, chữ đệm và tên: MẪU THỊ MỘT"),
            (24.0, "2. Ngày, tháng, năm sinh: 12/04/1985"),
            (24.0, "3. Giới tính: Nữ"),
            (24.0, f"4. Số định danh cá nhân: {OWNER}"),
            (24.0, f"5. Nơi thường trú: {residence}, xã Mẫu, tỉnh Mẫu"),
            (24.0, f"6. Nơi ở hiện tại: {residence}, xã Mẫu, tỉnh Mẫu"),
            (24.0, "Xã Mẫu, ngày 10 tháng 03 năm 2026"),
        ],
    )


def digitise(services: Services, path: Path, *, dossier: str = "") -> Document:
    with services.writing():
        declared = Declaration(dossier=dossier, owner=OWNER)
        (item,) = take_in(services, [path], declared=declared).items
        read_item(services, item, listen=silent)
        file_item(services, item, listen=silent)
        look_for_same(services)
        (document,) = services.store.records.documents_of_item(item)
    return document


def shown(services: Services) -> list[str]:
    return [held.document.id for held in papers_about(services, OWNER, access=LOOK).papers]


def test_the_same_bytes_for_another_dossier_are_known_at_once_and_one_paper(
    services: Services, tmp_path: Path
) -> None:
    path = certificate(tmp_path, "a.pdf")
    first = digitise(services, path, dossier="H26.5.12-261102-0001")
    with services.writing():
        handed = take_in(services, [path], declared=Declaration(dossier="H26.5.12-261103-0002"))
    (known,) = handed.known
    assert (known.received_on, known.dossier) == ("2026-11-21", "H26.5.12-261102-0001")
    second = digitise(services, path, dossier="H26.5.12-261103-0002")
    (pair,) = services.store.records.same.pairs_of(second.id)
    assert (pair.because, pair.answer) == ((SAME_BYTES,), SameAnswer.SAME)
    assert shown(services) == [first.id]
    assert services.store.records.same.open_count() == 0


def test_a_copy_with_other_words_is_asked_about_and_shown_with_what_changed(
    services: Services, tmp_path: Path
) -> None:
    first = digitise(services, certificate(tmp_path, "a.pdf"))
    second = digitise(services, certificate(tmp_path, "b.pdf", residence="Thôn 7"))
    (pair,) = services.store.records.same.pairs()
    assert (pair.earlier, pair.later) == (first.id, second.id)
    assert {SAME_NUMBER, SAME_PICTURE, SAME_WORDS} <= set(pair.because)
    found = differences(services, pair)
    assert ("Ba,", "7,") in {(one.before, one.after) for one in found}
    paths = write_pictures(found, tmp_path / "pictures")
    assert len(paths) == len(found) >= 1
    assert {path.stat().st_mode & 0o777 for path in paths} == {0o600}
    assert len(shown(services)) == 2


def test_another_number_and_other_digits_are_called_changed(services: Services, tmp_path: Path) -> None:
    digitise(services, certificate(tmp_path, "a.pdf"))
    digitise(services, certificate(tmp_path, "b.pdf", number="37"))
    (pair,) = services.store.records.same.pairs()
    assert CHANGED_DIGITS in pair.because
    assert SAME_NUMBER not in pair.because


def test_an_answer_same_makes_one_paper_and_touches_no_record(services: Services, tmp_path: Path) -> None:
    first = digitise(services, certificate(tmp_path, "a.pdf"))
    second = digitise(services, certificate(tmp_path, "b.pdf", residence="Thôn 7"))
    (pair,) = services.store.records.same.pairs()
    answered = answer_same(services, pair.id, SameAnswer.SAME)
    assert answered.answer is SameAnswer.SAME
    (held,) = papers_about(services, OWNER, access=LOOK).papers
    assert (held.document.id, held.scans) == (first.id, (second.id,))
    assert services.store.records.document(first.id) == first
    assert services.store.records.document(second.id) == second
    (told,) = services.store.records.journal_of(EventKind.SAME_ANSWERED)
    assert told.event.details["answer"] == "same"


def test_a_newer_version_replaces_the_earlier_until_the_answer_is_taken_back(
    services: Services, tmp_path: Path
) -> None:
    first = digitise(services, certificate(tmp_path, "a.pdf"))
    second = digitise(services, certificate(tmp_path, "b.pdf", residence="Thôn 7"))
    (pair,) = services.store.records.same.pairs()

    def standings() -> list[Standing]:
        return [services.store.records.document(paper.id).standing for paper in (first, second)]

    answer_same(services, pair.id, SameAnswer.NEWER)
    assert standings() == [Standing.REPLACED, Standing.IN_FORCE]
    answer_same(services, pair.id, SameAnswer.OLDER)
    assert standings() == [Standing.IN_FORCE, Standing.REPLACED]
    answer_same(services, pair.id, SameAnswer.DIFFERENT)
    assert standings() == [Standing.IN_FORCE, Standing.IN_FORCE]
    assert len(shown(services)) == 2
    objects = [services.store.records.document(paper.id).object_sha256 for paper in (first, second)]
    assert objects == [first.object_sha256, second.object_sha256]


def test_no_answer_is_no_answer(services: Services, tmp_path: Path) -> None:
    digitise(services, certificate(tmp_path, "a.pdf"))
    digitise(services, certificate(tmp_path, "b.pdf", residence="Thôn 7"))
    (pair,) = services.store.records.same.pairs()
    with pytest.raises(ArgumentError):
        answer_same(services, pair.id, SameAnswer.OPEN)


def test_a_run_that_was_killed_before_it_compared_is_made_good_by_the_next(
    services: Services, tmp_path: Path
) -> None:
    digitise(services, certificate(tmp_path, "a.pdf"))
    with services.writing():
        (item,) = take_in(
            services, [certificate(tmp_path, "b.pdf", residence="Thôn 7")], declared=Declaration()
        ).items
        read_item(services, item, listen=silent)
        file_item(services, item, listen=silent)
    assert list(services.store.records.same.pairs()) == []
    with services.writing():
        assert len(look_for_same(services)) == 1
        assert look_for_same(services) == []


def test_papers_of_before_are_compared_by_bytes_and_number_and_asked_about_once(
    services: Services, tmp_path: Path
) -> None:
    with services.writing():
        for name, residence in (("a.pdf", "Thôn Ba"), ("b.pdf", "Thôn 7")):
            path = certificate(tmp_path, name, residence=residence)
            (item,) = take_in(services, [path], declared=Declaration(owner=OWNER)).items
            read_item(services, item, listen=silent)
            file_item(services, item, listen=silent)
        with services.store.records.upkeep.writing() as writing:
            writing.connection.execute(delete(same_pending))
            writing.connection.execute(insert(facts).values(name=MARK, value="1000000"))
        assert look_for_same(services) == []
    told: list[int] = []
    assert look_back_through(services, told=told.append) == 2
    assert told[-1] == 2
    (pair,) = services.store.records.same.pairs()
    assert {SAME_NUMBER, SAME_PICTURE, SAME_WORDS} <= set(pair.because)
    assert look_back_through(services, told=told.append) == 0


def test_papers_of_other_days_are_no_question(services: Services, tmp_path: Path) -> None:
    assert date(2026, 3, 10) < NOW.date()
    digitise(services, certificate(tmp_path, "a.pdf"))
    other = certificate(tmp_path, "b.pdf", number="88", residence="Số 12 phố Mới, phường Hai")
    with services.writing():
        text = look_for_same(services)
    assert text == []
    assert other.exists()

"""A paper type that an office dropped in as one file goes the whole way. People are invented."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dossier.documents import DocumentState
from dossier.errors import ArgumentError
from dossier.trust import TermKind
from flows.review import review
from tests.flows.papers import MIDDLE, digitised, written
from tests.rulebook.tables import LIBRARY_CARD, office
from wiring.services import Services
from wiring.settings import read_settings

NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
OWNER = "002190000017"


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """A desk whose office has a paper type of its own."""
    office(tmp_path / "data" / "rulebook", card=LIBRARY_CARD)
    with Services(read_settings({"MOTLAN_DATA": str(tmp_path / "data")}), clock=lambda: NOW) as made:
        made.create()
        yield made


def card(folder: Path, *, title: str = "THẺ THƯ VIỆN") -> Path:
    """A library card."""
    rows = [
        (MIDDLE, "ỦY BAN NHÂN DÂN XÃ MẪU SƠN"),
        (MIDDLE, title),
        (25.0, "Số thẻ: TV-0042"),
        (25.0, "Bạn đọc: Lý Thị Mẩy"),
        (25.0, f"Số định danh cá nhân: {OWNER}"),
        (25.0, "Giá trị đến ngày: 31/12/2027"),
    ]
    return written(folder / "the.pdf", rows)


def test_it_is_recognised_read_and_filed_for_its_owner_with_its_term(
    services: Services, tmp_path: Path
) -> None:
    filed = digitised(services, card(tmp_path))
    assert (filed.type, filed.state) == ("library_card", DocumentState.FILED)
    assert filed.value("card_number") == "TV-0042"
    assert (filed.term.kind, filed.term.until) == (TermKind.UNTIL, date(2027, 12, 31))
    assert [found.id for found in services.store.records.documents_of_owner(OWNER)] == [filed.id]


def test_a_person_may_say_that_a_paper_is_of_the_offices_type(services: Services, tmp_path: Path) -> None:
    waiting = digitised(services, card(tmp_path, title="GIẤY MƯỢN SÁCH"))
    assert waiting.type == "unknown"
    filed = review(services, waiting.id, values={}, type_="library_card", confirmed=True)
    assert (filed.type, filed.value("reader_full_name")) == ("library_card", "Lý Thị Mẩy")
    assert filed.state is DocumentState.FILED


def test_a_type_that_no_table_describes_is_refused(services: Services, tmp_path: Path) -> None:
    waiting = digitised(services, card(tmp_path, title="GIẤY MƯỢN SÁCH"))
    with pytest.raises(ArgumentError):
        review(services, waiting.id, values={}, type_="reader_pass", confirmed=True)

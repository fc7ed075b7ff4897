"""From three corrections to a label the fourth paper is read by. People are invented."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dossier.documents import Document
from dossier.errors import ProposalUnknownError, RulebookError
from dossier.events import EventKind
from flows.learning import adopt, proposals, reject
from flows.review import review
from rulebook.papers import load_papers
from tests.flows.papers import MIDDLE, digitised, written
from wiring.services import Services
from wiring.settings import read_settings

NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Person:
    name: str
    born: str
    number: str


PEOPLE = (
    Person("Lý Thị Mẩy", "02/03/1990", "010190000017"),
    Person("Vàng A Páo", "14/07/1985", "010085000021"),
    Person("Trần Thị Hương", "30/01/1999", "025199000034"),
    Person("Nguyễn Văn Tám", "09/11/1978", "025078000045"),
)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """A fresh desk with demo keys."""
    with Services(read_settings({"MOTLAN_DATA": str(tmp_path / "data")}), clock=lambda: NOW) as made:
        made.create()
        yield made


def health_paper(folder: Path, person: Person, *, label: str = "Người được khám") -> Path:
    """A born-digital health certificate whose label of the name no table knows."""
    rows = [
        (MIDDLE, "BỆNH VIỆN ĐA KHOA HUYỆN MẪU SƠN"),
        (MIDDLE, "GIẤY KHÁM SỨC KHỎE"),
        (25.0, f"{label}: {person.name.upper()}"),
        (25.0, f"Ngày sinh: {person.born}"),
        (25.0, f"Số định danh cá nhân: {person.number}"),
        (25.0, "Phân loại sức khỏe: Loại II"),
        (25.0, "Kết luận: Đủ sức khỏe để làm việc"),
        (120.0, "Mẫu Sơn, ngày 05 tháng 10 năm 2026"),
    ]
    return written(folder / f"{person.number}.pdf", rows)


def corrected(services: Services, folder: Path, person: Person) -> Document:
    """The paper with its name filled in by a person."""
    document = digitised(services, health_paper(folder, person))
    assert document.type == "health_certificate"
    assert "full_name" in document.questions
    return review(services, document.id, values={"full_name": person.name}, confirmed=False)


def test_three_corrections_make_a_proposal_and_with_it_the_fourth_paper_is_read(
    services: Services, tmp_path: Path
) -> None:
    for person in PEOPLE[:2]:
        corrected(services, tmp_path, person)
    assert proposals(services) == ()
    corrected(services, tmp_path, PEOPLE[2])
    (proposal,) = proposals(services)
    assert (proposal.type, proposal.field, proposal.printed) == (
        "health_certificate",
        "full_name",
        "Người được khám",
    )
    assert proposal.documents == 3

    taken, path = adopt(services, proposal.id)
    assert taken == proposal
    assert path == services.rules_folder / "papers" / "health_certificate.learned.toml"
    assert proposal.toml in path.read_text("utf-8")
    assert proposals(services) == ()

    fourth = digitised(services, health_paper(tmp_path, PEOPLE[3]))
    assert fourth.value("full_name") == "Nguyễn Văn Tám"
    assert "full_name" not in fourth.questions


def test_what_is_kept_names_the_form_and_nobody(services: Services, tmp_path: Path) -> None:
    document = corrected(services, tmp_path, PEOPLE[0])
    text = (services.settings.data / "learning" / "labels.jsonl").read_text("utf-8")
    (line,) = text.splitlines()
    assert json.loads(line) == {
        "type": "health_certificate",
        "field": "full_name",
        "key": "nguoiduockham",
        "printed": "Người được khám",
        "document": document.id,
        "actor": services.settings.actor,
        "day": "2026-11-26",
    }


def test_a_correction_of_a_field_with_a_known_label_teaches_nothing(
    services: Services, tmp_path: Path
) -> None:
    document = digitised(services, health_paper(tmp_path, PEOPLE[0]))
    review(services, document.id, values={"date_of_birth": "02/03/1990"}, confirmed=False)
    assert services.labels.notes() == ()


def test_notes_that_cannot_be_kept_do_not_stop_a_correction(services: Services, tmp_path: Path) -> None:
    document = digitised(services, health_paper(tmp_path, PEOPLE[0]))
    folder = services.settings.data / "learning"
    folder.mkdir()
    (folder / "labels.jsonl").write_text("not ours", encoding="utf-8")
    after = review(services, document.id, values={"full_name": PEOPLE[0].name}, confirmed=False)
    assert after.value("full_name") == PEOPLE[0].name
    assert "labels.not_learned" in (services.settings.data / "logs" / "motlan.jsonl").read_text("utf-8")


@pytest.fixture
def taught(services: Services, tmp_path: Path) -> Iterator[Services]:
    """A desk where one paper is enough for a proposal, and one was corrected."""
    settings = read_settings({"MOTLAN_DATA": str(services.settings.data), "MOTLAN_LABEL_CONFIRMATIONS": "1"})
    with Services(settings, clock=lambda: NOW) as desk:
        corrected(desk, tmp_path, PEOPLE[0])
        yield desk


def test_a_rejected_proposal_never_comes_back(taught: Services, tmp_path: Path) -> None:
    (proposal,) = proposals(taught)
    assert reject(taught, proposal.id) == proposal
    corrected(taught, tmp_path, PEOPLE[1])
    assert proposals(taught) == ()
    assert not taught.rules_folder.exists()
    with pytest.raises(ProposalUnknownError):
        adopt(taught, proposal.id)


def test_the_journal_tells_of_the_decision_without_the_words(taught: Services) -> None:
    (proposal,) = proposals(taught)
    adopt(taught, proposal.id)
    event = taught.store.records.journal(limit=1000)[-1].event
    assert (event.kind, event.subject) == (EventKind.RULES_CHANGED, proposal.id)
    assert event.details == {
        "verdict": "adopted",
        "type": "health_certificate",
        "field": "full_name",
        "documents": 1,
    }
    assert taught.store.records.check_journal().entries == event_number(taught)


def event_number(services: Services) -> int:
    """Number of the newest entry of the journal."""
    return services.store.records.journal(limit=1000)[-1].number


def test_what_stands_in_the_offices_file_by_hand_stays(taught: Services) -> None:
    path = taught.rules_folder / "papers" / "health_certificate.learned.toml"
    path.parent.mkdir(parents=True)
    by_hand = '# của trạm y tế\nextends = "health_certificate"\n[[field]]\nname = "sex"\nlabels = ["Phái"]\n'
    path.write_text(by_hand, encoding="utf-8")
    adopt(taught, proposals(taught)[0].id)
    assert path.read_text("utf-8").startswith(by_hand)
    fields = load_papers(office=taught.rules_folder).specs["health_certificate"].by_name
    assert fields["sex"].labels[-1] == "Phái"
    assert fields["full_name"].labels[-1] == "Người được khám"


def test_a_label_that_would_make_the_tables_wrong_is_not_written(taught: Services) -> None:
    (proposal,) = proposals(taught)
    path = taught.rules_folder / "papers" / "health_certificate.learned.toml"
    path.parent.mkdir(parents=True)
    wrong = 'extends = "health_certificate"\nfields = 3\n'
    # The tables in force were read before somebody broke the file.
    assert taught.papers.knows("health_certificate")
    path.write_text(wrong, encoding="utf-8")
    with pytest.raises(RulebookError, match="health_certificate"):
        adopt(taught, proposal.id)
    assert path.read_text("utf-8") == wrong
    assert taught.labels.decisions() == ()


def test_a_label_written_by_a_call_that_was_killed_is_decided_and_told_by_the_next(taught: Services) -> None:
    (proposal,) = proposals(taught)
    path = taught.rules_folder / "papers" / "health_certificate.learned.toml"
    path.parent.mkdir(parents=True)
    written = f'extends = "health_certificate"\n{proposal.toml}'
    path.write_text(written, encoding="utf-8")
    with Services(taught.settings, clock=lambda: NOW) as restarted:
        assert proposals(restarted) == ()
        taken, _ = adopt(restarted, proposal.id)
        assert taken.printed == "Người được khám"
        assert [decision.key for decision in restarted.labels.decisions()] == ["nguoiduockham"]
        assert restarted.store.records.journal(limit=1000)[-1].event.subject == proposal.id
        assert path.read_text("utf-8") == written
        with pytest.raises(ProposalUnknownError):
            adopt(restarted, proposal.id)


def test_words_that_a_table_of_others_knows_by_now_are_not_adopted(taught: Services) -> None:
    (proposal,) = proposals(taught)
    path = taught.rules_folder / "papers" / "tram-y-te.toml"
    path.parent.mkdir(parents=True)
    path.write_text(f'extends = "health_certificate"\n{proposal.toml}', encoding="utf-8")
    with (
        Services(taught.settings, clock=lambda: NOW) as restarted,
        pytest.raises(ProposalUnknownError, match=proposal.id),
    ):
        adopt(restarted, proposal.id)


def test_an_offices_file_that_is_no_utf8_is_named_and_kept(taught: Services) -> None:
    (proposal,) = proposals(taught)
    assert taught.papers.knows("health_certificate")
    path = taught.rules_folder / "papers" / "health_certificate.learned.toml"
    path.parent.mkdir(parents=True)
    path.write_bytes("extends = 'health_certificate'\n".encode("utf-16"))
    before = path.read_bytes()
    with pytest.raises(RulebookError, match="UTF-8"):
        adopt(taught, proposal.id)
    assert path.read_bytes() == before

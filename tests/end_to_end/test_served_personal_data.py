"""The scanner over what a serving installation leaves: its Prefect, its HTTP service, a destroyed paper."""

from __future__ import annotations

import json

import pytest

from dossier.documents import DocumentState
from tests.end_to_end.everything import secrets
from tests.end_to_end.served import Day, served_day
from tests.end_to_end.test_personal_data import findings, left_behind
from tools.personal_data import Scanner

pytestmark = [pytest.mark.prefect, pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    return served_day(tmp_path_factory.mktemp("served"))


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner.of(secrets())


def test_the_day_went_as_it_should(day: Day) -> None:
    assert day.accepted == []
    assert day.destroyed is not None
    assert (day.destroyed.state, day.destroyed.parties) == (DocumentState.DESTROYED, ())
    certificate = json.loads((day.outputs / "certificate.json").read_text("utf-8"))
    assert day.destroyed.id in str(certificate)
    wanted = ("disposal.executed", "document.filed", "item.quarantined", "api.answered", "api.refused")
    assert [kind for kind in wanted if kind not in day.journal] == []


def test_no_file_of_the_data_folder_names_anybody_and_nothing_that_prefect_keeps(
    day: Day, scanner: Scanner
) -> None:
    prefect = day.data / "prefect"
    assert any(path.stat().st_size > 100_000 for path in prefect.rglob("*.db*"))
    assert findings(scanner, left_behind(day.data)) == []


def test_the_serving_process_and_its_prefect_say_nothing_of_anybody(day: Day, scanner: Scanner) -> None:
    assert b"/v1" in day.said
    assert scanner.findings("serve", day.said) == []


def test_no_refusal_repeats_what_was_asked(day: Day, scanner: Scanner) -> None:
    assert len(day.refused) > 40
    told = [said for said in day.refused if scanner.findings("refused", said.encode())]
    assert told == []


def test_metrics_health_and_description_name_nobody(day: Day, scanner: Scanner) -> None:
    assert b"motlan" in day.open_answers["/metrics"]
    for path, raw in day.open_answers.items():
        assert scanner.findings(path, raw) == []


def test_a_certificate_of_destruction_and_the_journal_name_nobody(day: Day, scanner: Scanner) -> None:
    assert scanner.findings("journal", day.journal.encode()) == []
    assert findings(scanner, left_behind(day.outputs)) == []

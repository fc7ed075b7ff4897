"""A scanner over everything a whole run leaves behind: no name and no number of a person in clear.

Bytes of papers (``objects``, and what was asked out of the store) hold what the papers say. Everything else
is looked at: the database with the log of its last changes, notes on refused files, what Prefect keeps, log
lines at debug level, addresses and headers that a server of objects saw, programs started, files opened, and
the texts of errors.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from dossier.errors import VersionConflictError
from tests.end_to_end.everything import Traces, full_run, secrets
from tests.end_to_end.line import DOSSIERS, Line
from tools.personal_data import Finding, Scanner

pytestmark = [pytest.mark.prefect, pytest.mark.slow]

_PAPERS = "objects"


def people(line: Line) -> list[str]:
    """Names and numbers that the run has met: of papers, of batches, of the truth of the samples."""
    found: set[str] = set()
    for _, document in line.documents():
        for party in document.parties:
            found |= {party.name, party.number}
    for folder in DOSSIERS.iterdir():
        found.add(json.loads((folder / "dossier.json").read_text(encoding="utf-8"))["owner"])
    return sorted(text for text in found if len(text) > 5)


def left_behind(data: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder but those that hold the papers themselves, and the name of every file."""
    for path in sorted(data.rglob("*")):
        place = path.relative_to(data)
        yield "name", str(place).encode()
        if path.is_file() and _PAPERS not in place.parts:
            yield str(place), path.read_bytes()


def findings(scanner: Scanner, places: Iterator[tuple[str, bytes]]) -> list[Finding]:
    return [found for place, raw in places for found in scanner.findings(place, raw)]


# --- a run over everything


@pytest.fixture(scope="module")
def traces(tmp_path_factory: pytest.TempPathFactory) -> Traces:
    return full_run(tmp_path_factory.mktemp("everything"))


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner.of(secrets())


def test_the_run_went_through_its_bad_days(traces: Traces) -> None:
    assert len(list((traces.data / "quarantine").glob("*/note.json"))) == 5
    assert (len(traces.errors), traces.accepted) == (28, [])
    assert any("PUT" in request for request in traces.bucket.requests)
    assert any(act.startswith("open ") for act in traces.acts)
    assert traces.log.getvalue().count("urllib3.connectionpool http") > 20  # said at debug level only


def test_no_file_of_the_data_folder_names_anybody(traces: Traces, scanner: Scanner) -> None:
    assert (traces.data / "store.sqlite3").is_file()
    assert findings(scanner, left_behind(traces.data)) == []


def test_nothing_that_prefect_keeps_names_anybody(traces: Traces, scanner: Scanner) -> None:
    if os.environ.get("MOTLAN_PREFECT_URL"):
        pytest.skip("a Prefect server of somebody else's keeps its records elsewhere")
    home = Path(os.environ["PREFECT_HOME"])
    assert any(home.rglob("*.db*"))
    assert findings(scanner, left_behind(home)) == []


def test_no_log_line_names_anybody_at_debug_level(traces: Traces, scanner: Scanner) -> None:
    assert scanner.findings("log", traces.log.getvalue().encode()) == []


def test_a_server_of_objects_sees_no_name_in_keys_addresses_and_headers(
    traces: Traces, scanner: Scanner
) -> None:
    seen = [*traces.bucket.heads, *(key.encode() for key in traces.bucket.versions)]
    kept = [repr(each.headers).encode() for every in traces.bucket.versions.values() for each in every]
    assert len(kept) > 3
    assert [found for raw in (*seen, *kept) for found in scanner.findings("s3", raw)] == []


def test_no_program_file_or_connection_is_made_with_a_name(traces: Traces, scanner: Scanner) -> None:
    assert [(act, found) for act in traces.acts for found in scanner.findings("act", act.encode())] == []


def test_no_error_repeats_what_was_typed_wrongly(traces: Traces, scanner: Scanner) -> None:
    assert [
        (said, found) for said in traces.errors for found in scanner.findings("error", said.encode())
    ] == []


def test_a_journal_export_and_a_backup_name_nobody(traces: Traces, scanner: Scanner) -> None:
    raw = (traces.outputs / "journal.jsonl").read_bytes()
    assert raw.count(b"\n") > 20
    assert scanner.findings("journal", raw) == []
    assert findings(scanner, left_behind(traces.outputs / "backup")) == []


# --- all samples


def test_no_file_that_a_run_leaves_holds_a_name_or_a_number(line: Line) -> None:
    scanner = Scanner.of(people(line))
    assert len(scanner.words) + len(scanner.numbers) > 10
    assert findings(scanner, left_behind(line.data)) == []


def test_no_journal_entry_of_a_run_holds_a_name_or_a_number(line: Line) -> None:
    journal = "\n".join(str(entry.event) for entry in line.services.store.records.journal()).encode()
    assert Scanner.of(people(line)).findings("journal", journal) == []


def test_an_error_about_a_paper_names_it_by_its_id_alone(line: Line) -> None:
    _, document = next(pair for pair in line.documents() if pair[1].owners)
    with pytest.raises(VersionConflictError) as caught:
        line.services.store.records.save_document(document)
    error = caught.value
    said = f"{error} {error.message()} {error.message('en')} {error.cause} {error!r}".encode()
    assert document.id.encode() in said
    assert Scanner.of(people(line)).findings("error", said) == []

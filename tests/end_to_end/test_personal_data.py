"""A scanner over everything a whole run leaves behind: no name and no number of a person in clear.

Bytes of papers (``objects``) hold what the papers say; quarantine notes keep the file name as it was handed
in. Everything else is looked at as raw bytes: the database with the log of its last changes, what Prefect
keeps, logs, labels learned.
"""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from dossier.errors import VersionConflictError
from dossier.persons import search_form
from storage.names import accented_form
from tests.end_to_end.line import DOSSIERS, Line

pytestmark = [pytest.mark.prefect, pytest.mark.slow]

_KEPT_AS_HANDED_IN = ("objects", "quarantine")


def people(line: Line) -> set[str]:
    """Names and numbers that the run has met: of papers, of batches, of the truth of the samples."""
    found: set[str] = set()
    for _, document in line.documents():
        for party in document.parties:
            found |= {party.name, party.number}
    for folder in DOSSIERS.iterdir():
        found.add(json.loads((folder / "dossier.json").read_text(encoding="utf-8"))["owner"])
    return {text for text in found if len(text) > 5}


def forms(text: str) -> Iterator[bytes]:
    """A text as it could stand in a file: as printed, in capitals, bare, decomposed, escaped, in UTF-16."""
    for written in {text, text.upper(), accented_form(text), search_form(text), search_form(text).title()}:
        yield written.encode()
        yield unicodedata.normalize("NFD", written).encode()
        yield json.dumps(written)[1:-1].encode()
        yield written.encode("utf-16-le")


def left_behind(data: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of the data folder but those that hold the papers themselves, by its place in it."""
    for path in sorted(data.rglob("*")):
        place = path.relative_to(data)
        if path.is_file() and place.parts[0] not in _KEPT_AS_HANDED_IN:
            yield str(place), path.read_bytes()


def test_the_scanner_finds_what_is_there(line: Line, tmp_path: Path) -> None:
    name = next(text for text in people(line) if " " in text)
    (tmp_path / "leak.log").write_bytes(b"x" * 9 + search_form(name).encode())
    assert [place for place, raw in left_behind(tmp_path) if any(form in raw for form in forms(name))] == [
        "leak.log"
    ]


def test_no_file_that_a_run_leaves_holds_a_name_or_a_number(line: Line) -> None:
    met = people(line)
    assert len(met) > 10
    seen: list[str] = []
    hits: list[tuple[str, str]] = []
    prefect = Path(os.environ["PREFECT_HOME"])
    for place, raw in (*left_behind(line.data), *left_behind(prefect)):
        seen.append(place)
        hits += [(place, text) for text in sorted(met) if any(form in raw for form in forms(text))]
    assert "store.sqlite3" in seen
    assert hits == []


def test_no_path_and_no_journal_entry_of_a_run_holds_a_name_or_a_number(line: Line) -> None:
    met = people(line)
    paths = "\n".join(str(path.relative_to(line.data)) for path in line.data.rglob("*")).encode()
    journal = "\n".join(str(entry.event) for entry in line.services.store.records.journal()).encode()
    for where in (paths, journal):
        assert [text for text in sorted(met) if any(form in where for form in forms(text))] == []


def test_an_error_about_a_paper_names_it_by_its_id_alone(line: Line) -> None:
    _, document = next(pair for pair in line.documents() if pair[1].owners)
    met = people(line)
    with pytest.raises(VersionConflictError) as caught:
        line.services.store.records.save_document(document)
    error = caught.value
    said = f"{error} {error.message()} {error.message('en')} {error.cause} {error!r}".encode()
    assert document.id.encode() in said
    assert [text for text in sorted(met) if any(form in said for form in forms(text))] == []

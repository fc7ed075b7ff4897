from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from signing.conclusions import SAYINGS
from signing.levels import Level
from signing.notes import NoteCode
from signing.trust import TrustStore
from signing.verify import verify_file
from tests.signing.attack_table import TABLE, Desk, Row
from tests.signing.offices import DAY, crl_of


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_every_row_of_the_table_gets_its_verdict_and_a_reason(row: Row, desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "row.pdf"
    path.write_bytes(row.make(desk))
    report = verify_file(path, trust=store_for(row, desk, tmp_path), at=row.at, expected=row.expected)
    assert report.conclusion == row.conclusion, report.as_json()
    causes = [one for one in report.signatures if one.conclusion == row.conclusion]
    assert causes
    if row.because is not None:
        assert row.because in {one.sub_indication for one in causes}, report.as_json()
    if row.conclusion != "passed":
        assert all(one.reasons and all(one.reasons) for one in causes)
        assert all(one.sub_indication in SAYINGS for one in causes)


def test_the_table_holds_every_number() -> None:
    numbers = {row.number.rstrip("bcd") for row in TABLE}
    assert numbers == {str(number) for number in range(50)}


def store_for(row: Row, desk: Desk, folder: Path) -> TrustStore:
    """The office's root, and the newest lists of its authorities on the day of verification."""
    store = TrustStore(folder / "trust")
    store.add(desk.office.root_pem)
    begin = row.at - DAY / 4
    store.add_crl(crl_of(desk.office.root, begin=begin))
    store.add_crl(crl_of(desk.office.issuing, begin=begin, revoked=row.revoked(desk)))
    return store


def test_a_forged_certificate_is_not_shown_under_the_trusted_root(desk: Desk, tmp_path: Path) -> None:
    row = next(row for row in TABLE if row.number == "18")
    path = tmp_path / "forged.pdf"
    path.write_bytes(row.make(desk))
    report = verify_file(path, trust=store_for(row, desk, tmp_path), at=row.at)
    assert [one.root for one in report.signatures] == [None]


@pytest.mark.parametrize("number", ["29", "29b"])
def test_the_reason_names_the_timestamp_where_that_is_the_cause(
    number: str, desk: Desk, tmp_path: Path
) -> None:
    row = next(row for row in TABLE if row.number == number)
    path = tmp_path / "stamped.pdf"
    path.write_bytes(row.make(desk))
    (one,) = verify_file(path, trust=store_for(row, desk, tmp_path), at=row.at).signatures
    assert one.reasons == ("Dấu thời gian không do nơi cấp được tin cậy tạo ra.",)


@pytest.mark.parametrize(
    "later", [DAY * 0, DAY * 4 * 365], ids=["at once", "when the signer's certificate ended"]
)
def test_a_strangers_timestamp_behind_the_archives_takes_nothing_away(
    later: timedelta, desk: Desk, tmp_path: Path
) -> None:
    row = next(row for row in TABLE if row.number == "30b")
    path = tmp_path / "stamped.pdf"
    path.write_bytes(row.make(desk))
    at = row.at + later
    report = verify_file(path, trust=store_for(replace(row, at=at), desk, tmp_path), at=at)
    assert [(one.conclusion, one.level) for one in report.signatures] == [("passed", Level.B_LTA)]
    assert NoteCode.STRANGERS_TIMESTAMP in {note.code for note in report.signatures[0].notes}


def test_a_strangers_timestamp_alone_makes_no_archive(desk: Desk, tmp_path: Path) -> None:
    archived = desk.office.sign(desk.archived, name="Sig2")
    row = next(row for row in TABLE if row.number == "30b")
    path = tmp_path / "second.pdf"
    path.write_bytes(desk.stranger.stamp(archived))
    report = verify_file(path, trust=store_for(row, desk, tmp_path), at=row.at)
    first, second = report.signatures
    assert (first.conclusion, first.level) == ("passed", Level.B_LTA)
    assert second.conclusion == "passed"
    assert second.level is not Level.B_LTA
    assert NoteCode.ARCHIVE_TIMESTAMP in {note.code for note in second.notes}

"""Revocation lists kept here: an unreadable one stops nobody, and a past day does not see later ones."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from signing import demo_certificates as made
from signing.demo import DemoPki
from signing.local_cache import KeptLists
from signing.notes import NoteCode
from signing.report import Report
from signing.trust import TrustStore
from signing.verify import verify_file
from tests.signing.conftest import NOW, Files

LATER = NOW + timedelta(days=30)


@pytest.fixture
def store(pki: DemoPki, tmp_path: Path) -> TrustStore:
    made_now = TrustStore(tmp_path / "trust")
    made_now.add(pki.root_certificate.read_bytes())
    for crl in pki.crls(now=NOW):
        made_now.add_crl(crl.der)
    return made_now


def told(report: Report, code: NoteCode) -> set[str]:
    return {note.subject for one in report.signatures for note in one.notes if note.code is code}


@pytest.mark.parametrize("content", [b"", b"not a list", b"-----BEGIN X509 CRL-----\nAAAA"])
def test_a_file_that_is_no_list_is_named_in_the_verdict_and_skipped(
    content: bytes, files: Files, store: TrustStore
) -> None:
    (store.folder / "crls" / "hỏng.crl").write_bytes(content)
    report = verify_file(files.sealed, trust=store, at=NOW)
    assert report.conclusion == "passed"
    assert told(report, NoteCode.LIST_UNREADABLE) == {"hỏng.crl"}
    assert all("hỏng.crl" in " ".join(one.reasons) for one in report.signatures)
    assert store.lists().unreadable == ("hỏng.crl",)
    assert len(store.crls()) == 2


def test_a_folder_or_an_odd_name_among_the_lists_is_told_in_printable_letters(store: TrustStore) -> None:
    (store.folder / "crls" / "folder.crl").mkdir()
    (store.folder / "crls" / f"a\x1b[31m{'x' * 200}.crl").write_bytes(b"junk")
    odd, folder = store.lists().unreadable
    assert (odd[:8], len(odd), folder) == ("a?[31mxx", 80, "folder.crl")


def test_a_new_list_is_kept_beside_one_that_cannot_be_read(pki: DemoPki, store: TrustStore) -> None:
    (store.folder / "crls" / "broken.crl").write_bytes(b"junk")
    store.add_authority((pki.folder / "issuing.pem").read_bytes())
    newer = made.make_crl(*made.read_pair(pki.folder, "issuing"), now=LATER, days=90)
    assert store.import_crl(newer, now=LATER, item="a.crl")[1] is True
    assert newer in {crl.der for crl in store.crls()}
    assert len(store.crls()) == 2


def test_a_past_day_does_not_see_a_revocation_that_was_told_later(
    files: Files, pki: DemoPki, store: TrustStore
) -> None:
    _, officer = made.read_pair(pki.folder, "officer")
    revoked = ((officer.serial_number, NOW - timedelta(hours=1)),)
    pair = made.read_pair(pki.folder, "issuing")
    store.add_crl(made.make_crl(*pair, now=LATER, days=90, revoked=revoked))
    then = verify_file(files.sealed, trust=store, at=NOW + timedelta(days=1))
    assert then.conclusion == "passed"
    assert told(then, NoteCode.LIST_LATER) == {"Cơ quan cấp chứng thư MẪU (DEMO)"}
    now = verify_file(files.sealed, trust=store, at=LATER)
    assert now.conclusion == "indeterminate"
    assert told(now, NoteCode.LIST_LATER) == set()
    # Without data of its own the file has none at all for that day.
    bare = verify_file(files.signed, trust=store, at=NOW + timedelta(days=1))
    assert "TRY_LATER" in {one.sub_indication for one in bare.signatures}


def test_ten_minutes_of_wrong_clocks_do_not_hide_a_list(store: TrustStore) -> None:
    lists = store.lists()
    issued = max(crl.this_update for crl in lists.crls)
    assert lists.as_of(issued - timedelta(minutes=10)) == lists
    early = lists.as_of(issued - timedelta(minutes=11))
    assert len(early.later) == 2
    assert early.crls == KeptLists().crls

"""Bundles one after the other: what is sent again, what is missing, and a desk whose history changed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dossier.bundle_errors import (
    BundleForkedError,
    BundleKeyError,
    BundleMissingError,
    BundleNotJoinedError,
)
from dossier.documents import DocumentState
from dossier.errors import ArgumentError
from dossier.ids import DocumentId
from dossier.queries import PaperQuery
from flows.bundle_check import Turn
from flows.bundle_export import acknowledge, export
from flows.bundle_keys import join, own_keys
from flows.review import review
from tests.bundles.desks import (
    MONDAY,
    Place,
    confirm,
    correct,
    facts,
    introduce,
    place,
    receive,
    send,
    work,
)


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Place, Place]]:
    """A centre and a desk that know each other; the desk worked a little."""
    with (
        place(tmp_path, "trung-tam", start=MONDAY + timedelta(days=6)) as centre,
        place(tmp_path, "ban-a", start=MONDAY) as desk,
    ):
        introduce(desk, centre)
        work(desk, tmp_path / "scans", dossiers=2, seed=2)
        yield centre, desk


def test_what_was_acknowledged_is_not_sent_again(both: tuple[Place, Place], tmp_path: Path) -> None:
    centre, desk = both
    first = receive(centre, send(desk, tmp_path / "usb"))
    assert (first.turn, first.documents) == (Turn.NEW, 4)
    assert confirm(desk, first)
    assert not confirm(desk, first)
    send(desk, tmp_path / "usb")
    nothing = desk.exports[-1].manifest
    assert (nothing.base, dict(nothing.counts)) == (1, {"object": 0})
    paper = desk.services.store.records.find_documents(first_dossier())[0]
    correct(desk, paper.id, "Nông Thị Giả")
    again = send(desk, tmp_path / "usb")
    told = desk.exports[-1].manifest.counts
    assert (told["document"], told["object"]) == (1, 0)
    # The empty one in between was never taken: it is contained in what follows.
    assert receive(centre, again).turn is Turn.NEW
    newest = centre.services.store.records.find_documents(first_dossier())
    assert "Nông Thị Giả" in {document.value("full_name") for document in newest}


def test_a_bundle_whose_base_is_not_here_is_told_and_taken_once_it_is(
    both: tuple[Place, Place], tmp_path: Path
) -> None:
    centre, desk = both
    shutil.copytree(centre.data, tmp_path / "restored" / "trung-tam")
    confirm(desk, receive(centre, send(desk, tmp_path / "usb")))
    work(desk, tmp_path / "scans", dossiers=1, seed=2, first=2)
    second = send(desk, tmp_path / "usb")
    with place(tmp_path / "restored", "trung-tam", start=MONDAY + timedelta(days=8)) as older:
        before = facts(older)
        with pytest.raises(BundleMissingError) as refused:
            receive(older, second)
        assert refused.value.details["base"] == 1
        assert facts(older) == before
        receive(older, tmp_path / "usb" / desk.exports[0].path.name)
        receive(older, second)
        receive(centre, second)
        assert facts(older) == facts(centre)


def test_everything_can_be_sent_once_more(both: tuple[Place, Place], tmp_path: Path) -> None:
    centre, desk = both
    shutil.copytree(centre.data, tmp_path / "restored" / "trung-tam")
    confirm(desk, receive(centre, send(desk, tmp_path / "usb")))
    whole = send(desk, tmp_path / "usb", full=True)
    receive(centre, whole)
    with place(tmp_path / "restored", "trung-tam", start=MONDAY + timedelta(days=8)) as older:
        receive(older, whole)
        assert facts(older) == facts(centre)


def test_a_desk_that_went_on_from_an_old_copy_is_found_out(both: tuple[Place, Place], tmp_path: Path) -> None:
    centre, desk = both
    send(desk, tmp_path / "usb")
    shutil.copytree(desk.data, tmp_path / "copy" / "ban-a")
    work(desk, tmp_path / "scans", dossiers=1, seed=2, first=5)
    receive(centre, send(desk, tmp_path / "usb"))
    before = facts(centre)
    with place(tmp_path / "copy", "ban-a", start=MONDAY + timedelta(days=2)) as other:
        work(other, tmp_path / "scans", dossiers=1, seed=2, first=7)
        send(other, tmp_path / "other")
        with pytest.raises(BundleForkedError):
            receive(centre, send(other, tmp_path / "other"))
    assert facts(centre) == before


def test_a_paper_that_was_decided_here_is_not_changed_back_without_a_question(
    both: tuple[Place, Place], tmp_path: Path
) -> None:
    centre, desk = both
    receive(centre, send(desk, tmp_path / "usb"))
    there = desk.services.store.records.find_documents(first_dossier())[0]
    here = next(
        document
        for document in centre.services.store.records.find_documents(first_dossier())
        if document.dossier == there.dossier
        and document.parties == there.parties
        and centre.services.store.records.item(document.item).sha256
        == desk.services.store.records.item(there.item).sha256
    )
    correct(centre, DocumentId(here.id), "Hoàng Thị Trung")
    correct(desk, there.id, "Hoàng Thị Bàn")
    taken = receive(centre, send(desk, tmp_path / "usb"))
    assert taken.questions == 1
    now = centre.services.store.records.document(DocumentId(here.id))
    assert now.questions == ("full_name",)
    (shown,) = [field for field in now.fields if field.name == "full_name"]
    assert {shown.value, shown.suggestion} == {"Hoàng Thị Trung", "Hoàng Thị Bàn"}
    answered = review(centre.services, now.id, values={"full_name": "Hoàng Thị Trung"}, confirmed=True)
    # It was sealed before the two were found to differ: nothing is signed again.
    assert (answered.state, answered.object_sha256, answered.result_code) == (
        DocumentState.FILED,
        now.object_sha256,
        now.result_code,
    )
    assert centre.services.store.records.desks.questions() == []
    settled = facts(centre)
    receive(centre, send(desk, tmp_path / "usb"))
    assert facts(centre)["paper"] == settled["paper"]


def test_a_store_without_a_centre_seals_for_nobody(tmp_path: Path) -> None:
    with (
        place(tmp_path, "ban-a", start=MONDAY) as alone,
        pytest.raises(BundleNotJoinedError),
    ):
        export(alone.services, tmp_path)


def test_files_for_enrolling_and_receipts_count_for_whom_they_were_made(
    both: tuple[Place, Place], tmp_path: Path
) -> None:
    centre, desk = both
    taken = receive(centre, send(desk, tmp_path / "usb"))
    with place(tmp_path, "ban-b", start=MONDAY) as stranger:
        request, _ = own_keys(stranger.services, "ban-b")
        with pytest.raises(BundleKeyError):
            join(stranger.services, request, item="ban.json")
        with pytest.raises(ArgumentError):
            own_keys(stranger.services, "Nguyễn Văn A")
    for broken in (taken.receipt.replace(b'"number": 1', b'"number": 2'), b"[]", b"\xff", b"{" * 5000):
        with pytest.raises(BundleKeyError):
            acknowledge(desk.services, broken, item="bien-nhan.json")
    assert desk.services.store.records.sent.exports()[0].acknowledged_at is None


def first_dossier() -> PaperQuery:
    """The papers of the first dossier."""
    return PaperQuery(dossier="H26.5.12-261102-0001")

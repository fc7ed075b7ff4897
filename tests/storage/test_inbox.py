from __future__ import annotations

import json
import os
import socket
import unicodedata
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.documents import ItemState
from dossier.errors import (
    InputEmptyError,
    InputFileTooLargeError,
    InputNotAFileError,
    InputNotFoundError,
    InputPermissionError,
    InputUnreadableError,
    RecordDamagedError,
    StoreFullError,
)
from dossier.ids import batch_id, is_id
from storage.files import FolderBlobs
from storage.inbox import Declaration, Inbox
from storage.listing import Skipped, SkipReason, natural_key
from storage.sources import display_name, input_error
from storage.store import Store
from tests.storage.builders import NAMESPACE, Clock
from tests.storage.faults import FaultyFiles

JPEG = b"\xff\xd8\xff"


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    folder = tmp_path / "ho so 1"
    folder.mkdir()
    return folder


def scan(folder: Path, name: str, content: bytes | None = None) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(JPEG + name.encode("utf-8", "surrogateescape") if content is None else content)
    return path


def test_files_become_items_of_a_batch_in_natural_order(store: Store, scans: Path) -> None:
    for name in ("trang 10.jpg", "trang 2.jpg", "Trang 1.jpg", "phụ lục/a.jpg"):
        scan(scans, name)
    taken = store.inbox.take_in([scans], declared=Declaration(dossier="D", procedure="P", owner="O"))
    assert [item.name for item in taken.items] == [
        "phụ lục/a.jpg",
        "Trang 1.jpg",
        "trang 2.jpg",
        "trang 10.jpg",
    ]
    assert [item.order for item in taken.items] == [1, 2, 3, 4]
    assert taken.batch is not None
    assert (taken.batch.dossier, taken.batch.procedure, taken.batch.owner) == ("D", "P", "O")
    assert taken.batch.id == batch_id(store.records.namespace, (item.id for item in taken.items), dossier="D")
    for item in taken.items:
        assert (item.state, item.batch) == (ItemState.RECEIVED, taken.batch.id)
        assert store.blobs.check(item.sha256).size == item.size
    store.records.save_batch(taken.batch, taken.items)
    assert tuple(store.records.items(taken.batch.id)) == taken.items


def test_the_same_files_handed_in_again_are_the_same_batch(store: Store, scans: Path) -> None:
    scan(scans, "a.jpg")
    scan(scans, "b.jpg")
    first = store.inbox.take_in([scans])
    again = store.inbox.take_in([scans / "b.jpg", scans / "a.jpg"])
    assert first.batch is not None
    assert again.batch is not None
    assert first.batch.id == again.batch.id
    assert {item.id for item in first.items} == {item.id for item in again.items}


def test_the_same_bytes_twice_are_one_item_and_reported(store: Store, scans: Path) -> None:
    scan(scans, "a.jpg", JPEG)
    scan(scans, "b.jpg", JPEG)
    taken = store.inbox.take_in([scans, scans / "a.jpg"])
    assert [item.name for item in taken.items] == ["a.jpg"]
    assert [(double.name, double.same_as) for double in taken.duplicates] == [
        ("b.jpg", "a.jpg"),
        ("a.jpg", "a.jpg"),
    ]
    assert taken.files == 3


def test_every_refused_file_has_its_reason_and_the_rest_goes_on(store: Store, scans: Path) -> None:
    good = scan(scans, "tốt.jpg")
    scan(scans, "rỗng.pdf", b"")
    (scans / "liên kết.jpg").symlink_to(good)
    os.mkfifo(scans / "ống.jpg")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(scans / "cổng.jpg"))
        taken = store.inbox.take_in([scans, scans / "không có.jpg", scans / "rỗng.pdf"])
    assert [item.name for item in taken.items] == ["tốt.jpg"]
    assert {(refused.name, type(refused.error)) for refused in taken.refused} == {
        ("rỗng.pdf", InputEmptyError),
        ("liên kết.jpg", InputNotAFileError),
        ("ống.jpg", InputNotAFileError),
        ("cổng.jpg", InputNotAFileError),
        ("không có.jpg", InputNotFoundError),
    }
    assert all(refused.name == refused.error.item for refused in taken.refused)
    notes = {note.id: note for note in store.quarantine.notes()}
    for refused in taken.refused:
        if isinstance(refused.error, InputNotFoundError):
            assert refused.note == ""
        else:
            assert notes[refused.note].message == refused.error.sentence("vi")


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (2, InputNotFoundError),
        (13, InputPermissionError),
        (40, InputNotAFileError),
        (5, InputUnreadableError),
    ],
)
def test_what_the_system_says_becomes_an_error_of_ours(number: int, kind: type[Exception]) -> None:
    error = input_error(OSError(number, "refused"), "a.jpg")
    assert type(error) is kind
    assert error.item == "a.jpg"


def test_a_folder_is_searched_for_scans_and_the_rest_is_reported(store: Store, scans: Path) -> None:
    scan(scans, "a.jpg")
    scan(scans, "không đuôi", b"%PDF-1.7 born digital")
    scan(scans, "đổi tên.txt", b"II*\0 a TIFF by its bytes")
    scan(scans, "lạ.exe", b"MZ")
    scan(scans, "giả.pdf", b"MZ renamed")
    scan(scans, "a.expected.json", b"{}")
    scan(scans, ".DS_Store")
    scan(scans, "~$don.docx")
    scan(scans, "Thumbs.db")
    taken = store.inbox.take_in([scans])
    assert {item.name for item in taken.items} == {"a.jpg", "không đuôi", "đổi tên.txt", "giả.pdf"}
    assert set(taken.skipped) == {
        Skipped("lạ.exe", SkipReason.NOT_A_SCAN),
        Skipped("a.expected.json", SkipReason.NOT_A_SCAN),
        Skipped(".DS_Store", SkipReason.SYSTEM_FILE),
        Skipped("~$don.docx", SkipReason.SYSTEM_FILE),
        Skipped("Thumbs.db", SkipReason.SYSTEM_FILE),
    }
    assert taken.refused == ()


def test_a_file_that_is_named_is_taken_whatever_it_looks_like(store: Store, scans: Path) -> None:
    taken = store.inbox.take_in([scan(scans, "lạ.exe", b"MZ")])
    assert [item.name for item in taken.items] == ["lạ.exe"]


def test_our_own_data_folder_is_never_taken_in(store: Store, scans: Path) -> None:
    scan(scans, "a.jpg")
    taken = store.inbox.take_in([store.folder.parent], exclude=[store.folder])
    assert [item.name for item in taken.items] == ["ho so 1/a.jpg"]
    assert taken.skipped == (Skipped("data/", SkipReason.OWN_DATA),)


def test_odd_names_are_taken_and_shown_readably(store: Store, scans: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "Giấy khai sinh.jpg")
    scan(scans, decomposed)
    scan(scans, os.fsdecode(b"gi\xe1y.jpg"))
    scan(scans, "dòng\nmới.jpg")
    names = [item.name for item in store.inbox.take_in([scans]).items]
    assert sorted(names) == sorted(["Giấy khai sinh.jpg", "gi\ufffdy.jpg", "dòng\ufffdmới.jpg"])


def test_nothing_to_take_makes_no_batch(store: Store, scans: Path) -> None:
    taken = store.inbox.take_in([scans])
    assert (taken.batch, taken.files) == (None, 0)


def test_a_full_store_stops_the_intake_and_the_same_call_later_takes_all(store: Store, scans: Path) -> None:
    scan(scans, "a.jpg", JPEG + bytes(100))
    scan(scans, "b.jpg", JPEG + bytes(200))
    files = FaultyFiles(scans.parent / "graves", room=150)
    full = Inbox(
        FolderBlobs(store.folder / "objects", files=files),
        quarantine=store.quarantine,
        namespace=NAMESPACE,
        clock=Clock(),
    )
    with pytest.raises(StoreFullError):
        full.take_in([scans])
    assert len(store.inbox.take_in([scans]).items) == 2
    assert len(list(store.blobs)) == 2


def test_progress_names_each_file_before_it_is_copied(store: Store, scans: Path) -> None:
    scan(scans, "a.jpg")
    scan(scans, "b.jpg")
    seen: list[str] = []
    store.inbox.take_in([scans], progress=seen.append)
    assert seen == ["a.jpg", "b.jpg"]


def test_quarantine_notes_are_opaque_stay_as_written_and_lead_back_to_the_bytes(
    store: Store, scans: Path
) -> None:
    content = store.blobs.put(scan(scans, "Đỗ Thị Mã.pdf"))
    error = InputUnreadableError("Đỗ Thị Mã.pdf")
    note = store.quarantine.keep(error, name="Đỗ Thị Mã.pdf", content=content)
    assert is_id(note.id)
    assert (note.code, note.next_step) == ("input.unreadable", error.next_step("vi"))
    assert store.quarantine.keep(error, name="other name.pdf", content=content) == note
    assert store.quarantine.note(note.id) == note
    assert list(store.quarantine.notes()) == [note]
    assert note.sha256 is not None
    assert store.blobs.check(note.sha256) == content
    paths = [str(path.relative_to(store.folder)) for path in store.folder.rglob("*")]
    assert not any("Thị" in path for path in paths)


@given(st.lists(st.text(max_size=12)))
def test_natural_order_is_an_order(names: list[str]) -> None:
    once = sorted(names, key=natural_key)
    once.reverse()
    assert sorted(names, key=natural_key) == sorted(once, key=natural_key)


@given(st.binary(max_size=20).filter(lambda raw: b"\0" not in raw))
def test_any_name_can_be_shown_and_stored(raw: bytes) -> None:
    shown = display_name(os.fsdecode(raw))
    assert len(shown.encode()) <= 3 * len(raw) * 3
    assert unicodedata.is_normalized("NFC", shown)
    assert "\n" not in shown


def test_marks_that_turn_the_writing_round_are_not_shown() -> None:
    assert display_name("giay\u202efdp.exe") == "giay\ufffdfdp.exe"


def test_a_note_is_found_by_code_and_bytes_and_says_when_the_file_was_taken_after_all(
    store: Store, tmp_path: Path
) -> None:
    content = store.blobs.put(scan(tmp_path, "a.jpg"))
    error = InputUnreadableError("a.jpg")
    assert store.quarantine.find(error.code, content.sha256) is None
    note = store.quarantine.keep(error, name="a.jpg", content=content)
    assert store.quarantine.find(error.code, content.sha256) == note
    assert store.quarantine.find("input.empty", content.sha256) is None
    store.quarantine.resolve("input.empty", content.sha256)
    assert note.resolved_at is None
    store.quarantine.resolve(error.code, content.sha256)
    resolved = store.quarantine.find(error.code, content.sha256)
    assert resolved is not None
    assert resolved.resolved_at is not None
    assert resolved.resolved_at > note.at
    store.quarantine.resolve(error.code, content.sha256)
    assert list(store.quarantine.notes()) == [resolved]
    # Refused again for the same reason: the note counts again.
    assert store.quarantine.keep(error, name="a.jpg", content=content) == note


def test_a_note_keeps_the_name_of_the_file_sealed(store: Store, tmp_path: Path) -> None:
    name = "Đỗ Thị Mã.jpg"
    note = store.quarantine.keep(InputUnreadableError(name), name=name)
    path = store.folder / "quarantine" / note.id / "note.json"
    told = json.loads(path.read_text("utf-8"))
    assert told.keys() == {"id", "at", "code", "sha256", "size", "resolved_at", "sealed"}
    assert (note.name, name in note.message) == (name, True)
    other = store.quarantine.keep(InputEmptyError(name), name=name)
    there = json.loads((path.parents[1] / other.id / "note.json").read_text("utf-8"))
    path.write_text(json.dumps(told | {"sealed": there["sealed"]}), "utf-8")
    with pytest.raises(RecordDamagedError):
        store.quarantine.note(note.id)


def test_a_note_of_an_older_version_is_read_and_sealed_by_the_next_writer(
    store: Store, tmp_path: Path
) -> None:
    note = store.quarantine.keep(InputUnreadableError("Đỗ Thị Mã.jpg"), name="Đỗ Thị Mã.jpg")
    folder = store.folder / "quarantine"
    path = folder / note.id / "note.json"
    plain = asdict(note) | {"at": note.at.isoformat()}
    del plain["resolved_at"]
    path.write_text(json.dumps(plain, ensure_ascii=False), "utf-8")
    (folder / "sealed").unlink()
    assert store.quarantine.note(note.id) == note
    store.quarantine.prepare()
    assert "Đỗ" not in path.read_text("utf-8")
    assert store.quarantine.note(note.id) == note


def test_a_file_beyond_the_limit_is_refused_and_not_copied(store: Store, scans: Path) -> None:
    scan(scans, "vừa.jpg", JPEG + bytes(999_997))
    scan(scans, "quá.jpg", JPEG + bytes(999_998))
    inbox = Inbox(
        store.blobs,
        quarantine=store.quarantine,
        namespace=NAMESPACE,
        clock=Clock(),
        max_file_bytes=1_000_000,
    )
    taken = inbox.take_in([scans])
    assert [item.name for item in taken.items] == ["vừa.jpg"]
    (refused,) = taken.refused
    assert (refused.name, type(refused.error)) == ("quá.jpg", InputFileTooLargeError)
    assert refused.error.sentence("vi") == "Tệp quá.jpg quá lớn (1.1 MB, tối đa 1.0 MB)."
    assert len(list(store.blobs)) == 1
    assert store.quarantine.note(refused.note).code == "input.file_too_large"

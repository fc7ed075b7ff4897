"""Bad files: a clear message, a stable code, quarantine; the rest of the batch goes on, nothing is lost."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dossier.documents import ItemState
from flows.progress import Progress, silent
from flows.report import BatchReport, batch_report
from flows.submit import ingest
from samples import bad
from storage.inbox import Declaration
from tests.end_to_end.line import DOSSIERS, installation
from wiring.services import Services

pytestmark = [pytest.mark.prefect, pytest.mark.slow]

GOOD = DOSSIERS / "1-dang-ky-khai-sinh" / "xac-nhan-cu-tru-ct07.jpg"
OWNER = "010091999101"


@dataclass(frozen=True, slots=True)
class Outcome:
    services: Services
    folder: Path
    report: BatchReport

    @property
    def codes(self) -> dict[str, str]:
        return {Path(row.file).name: row.code for row in self.report.refused}


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    """One batch of a good paper among every kind of bad file."""
    folder = tmp_path_factory.mktemp("bad")
    for make in (
        bad.encrypted_pdf,
        bad.truncated_pdf,
        bad.truncated_jpeg,
        bad.zero_page_pdf,
        bad.wide_png,
        bad.renamed_program,
        bad.empty_file,
        bad.text_as_jpeg,
    ):
        make(folder)
    inner = folder / "thư mục con" / "Đợt 1"
    inner.mkdir(parents=True)
    shutil.copy(GOOD, inner / "Giấy xác nhận (bản sao).jpg")
    shutil.copy(GOOD, folder / "cung-mot-tep.jpg")
    (folder / "lien-ket.jpg").symlink_to(GOOD)
    os.mkfifo(folder / "ong.jpg")
    data = tmp_path_factory.mktemp("store") / "data"
    with installation(data) as services:
        heard: list[Progress] = []
        handed = ingest(services, [folder], declared=Declaration(owner=OWNER), listen=heard.append)
        yield Outcome(services, folder, batch_report(services, handed, heard))


def test_each_bad_file_has_its_own_code(outcome: Outcome) -> None:
    assert outcome.codes == {
        "co-mat-khau.pdf": "input.encrypted",
        "pdf-cut.pdf": "input.truncated",
        "anh-cut.jpg": "input.truncated",
        "khong-trang.pdf": "input.no_pages",
        "rong-50000.png": "input.too_large",
        "chuong-trinh.pdf": "input.type_unknown",
        "rong.pdf": "input.empty",
        "khong-phai-anh.jpg": "input.type_unknown",
        "lien-ket.jpg": "input.not_a_file",
        "ong.jpg": "input.not_a_file",
    }


def test_each_message_names_the_file_and_the_next_step_in_vietnamese(outcome: Outcome) -> None:
    for row in outcome.report.refused:
        assert Path(row.file).name in row.message
        assert any(mark in row.message for mark in "ạảãàáâậầấẩẫăắằặẳẵóòọõỏôộổỗồốơờớợởỡéèẻẹẽêếềệểễđ")
        assert row.message.count(".") >= 2


def test_the_good_paper_among_them_is_filed(outcome: Outcome) -> None:
    assert [row.document.type for row in outcome.report.papers] == ["residence_confirmation"]


def test_the_same_bytes_twice_are_one_paper_and_reported(outcome: Outcome) -> None:
    assert len(outcome.report.duplicates) == 1


def test_bytes_of_refused_files_are_kept_with_a_note(outcome: Outcome) -> None:
    services = outcome.services
    notes = {Path(note.name).name: note for note in services.store.quarantine.notes()}
    assert set(notes) == set(outcome.codes)
    for name, note in notes.items():
        if note.sha256 is None:
            assert name in {"rong.pdf", "lien-ket.jpg", "ong.jpg"}
            continue
        with services.store.blobs.open(note.sha256) as kept:
            assert kept.read() == (outcome.folder / name).read_bytes()


def test_notes_are_readable_json_under_opaque_names(outcome: Outcome) -> None:
    for path in (outcome.services.settings.data / "quarantine").glob("*/note.json"):
        told = json.loads(path.read_text(encoding="utf-8"))
        assert told["code"].startswith("input.")
        assert not any(name.split(".")[0] in str(path.parent.name) for name in outcome.codes)


def test_handing_in_a_folder_of_only_bad_files_gives_an_exit_code(outcome: Outcome, tmp_path: Path) -> None:
    bad.empty_file(tmp_path)
    handed = ingest(outcome.services, [tmp_path], declared=Declaration(), listen=silent)
    assert handed.batch is None
    assert [row.code for row in handed.refused] == ["input.empty"]


def test_quarantined_items_are_tried_again_when_handed_in_again(outcome: Outcome, tmp_path: Path) -> None:
    path = bad.truncated_jpeg(tmp_path)
    services = outcome.services
    for _ in range(2):
        handed = ingest(services, [path], declared=Declaration(owner=OWNER), listen=silent)
        state = services.store.records.item(handed.items[0]).state
        assert state is ItemState.QUARANTINED

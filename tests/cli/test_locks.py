"""``motlan locks`` and the encryption of ``store buckets`` as an operator meets them."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.locks import _json, _text
from storage.lock_rows import LockBacklog
from storage.locker import LockReport, PlaceLocks
from tests.cli.test_commands import Desk
from tests.storage.copies import START


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    made = Desk(tmp_path / "data", capsys)
    assert made.run("init") == 0
    return made


def test_a_folder_says_honestly_that_it_locks_nothing(desk: Desk) -> None:
    assert desk.run("locks") == 0
    assert "kho: thư mục, không khóa được" in desk.said
    assert desk.run("locks", "--all", "--json") == 0
    (told,) = desk.lines
    assert told == {
        "papers": 0,
        "places": [
            {
                "place": "kho",
                "can_lock": False,
                "prolonged": 0,
                "held": 0,
                "lifted": 0,
                "failed": 0,
                "stopped_by": None,
            }
        ],
        "waiting": {"papers": 0, "objects": 0},
        "oldest": None,
    }


def test_what_was_done_and_what_is_owed_is_told_in_both_languages() -> None:
    far = PlaceLocks(
        place="xa", can_lock=True, prolonged=3, held=2, lifted=1, failed=4, stopped_by="store.unavailable"
    )
    report = LockReport(papers=5, places=(far,), backlog=LockBacklog(objects=4, oldest=START))
    assert _text("vi", report).splitlines() == [
        "xa: gia hạn 3 khóa, giữ 2, gỡ giữ 1, chưa được 4. [store.unavailable]",
        "Đã xem 5 giấy tờ; còn nợ khóa của 4 đối tượng.",
    ]
    assert _text("en", report).splitlines() == [
        "xa: 3 locks prolonged, 2 holds set, 1 lifted, 4 failed. [store.unavailable]",
        "5 papers looked at; the locks of 4 objects are owed.",
    ]
    assert _json(report)["oldest"] == START.isoformat()


def test_the_plan_of_a_bucket_says_how_it_encrypts(desk: Desk) -> None:
    assert desk.run("store", "buckets", "luu-tru", "--plan", "--json") == 0
    assert '"encryption": null' in desk.said
    assert desk.run("store", "buckets", "luu-tru", "--plan", "--encrypt") == 0
    assert '"SSEAlgorithm": "AES256"' in desk.said
    assert desk.run("store", "buckets", "luu-tru", "--plan", "--kms-key", "kho/2026") == 0
    assert '"KMSMasterKeyID": "kho/2026"' in desk.said
    assert desk.run("store", "buckets", "luu-tru", "--plan", "--kms-key", "'; rm -rf /") == 10

"""Putting files where they belong, begun anew after a kill at any point of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.watching.notes import NOTE_ENDING
from flows.watching.putting import Putting
from storage.hot_folder.after import After
from storage.hot_folder.look import Seen, look
from storage.hot_folder.plan import Told, WatchMemory
from storage.key_ring import ring_of_store
from storage.vault import Vault
from tests.storage.builders import KEY

GOOD, WRONG = Told(name="a.pdf", papers=1), Told(name="a.pdf", code="input.empty", message="Tệp rỗng.")


class Place:
    """A watched folder with one file, and where its files go."""

    def __init__(self, tmp_path: Path, after: After) -> None:
        self.folder, self.done, self.bad = (tmp_path / name for name in ("vao", "xong", "loi"))
        self.folder.mkdir()
        (self.folder / "a.pdf").write_bytes(b"one")
        memory = WatchMemory(tmp_path / "watch" / "id", vault=Vault(secret=KEY, ring=ring_of_store(KEY)))
        memory.prepare()
        memory.load()
        self.putting = Putting(
            self.folder,
            done=self.done,
            quarantine=self.bad,
            after=after,
            memory=memory,
            clock=lambda: datetime(2026, 11, 27, 20, tzinfo=UTC),
        )
        self.putting.prepare()

    @property
    def seen(self) -> Seen:
        return look(self.folder).files["a.pdf"]

    def lying(self, folder: Path) -> list[str]:
        return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("after", After)
@pytest.mark.parametrize("outcome", [GOOD, WRONG])
def test_doing_it_again_changes_nothing(tmp_path: Path, after: After, outcome: Told) -> None:
    place = Place(tmp_path, after)
    seen = place.seen
    assert place.putting.put(seen, outcome)
    before = [place.lying(folder) for folder in (place.folder, place.bad)]
    assert place.putting.put(seen, outcome)
    assert [place.lying(folder) for folder in (place.folder, place.bad)] == before
    if outcome is WRONG:
        note = [f"a.pdf{NOTE_ENDING}"]
        assert before == ([["a.pdf"], note] if after is After.KEEP else [[], ["a.pdf", *note]])


@pytest.mark.parametrize("outcome", [GOOD, WRONG])
def test_another_file_under_the_name_is_neither_moved_nor_explained(tmp_path: Path, outcome: Told) -> None:
    place = Place(tmp_path, After.MOVE)
    seen = place.seen
    (place.folder / "a.pdf").write_bytes(b"another")
    assert not place.putting.put(seen, outcome)
    assert [place.lying(folder) for folder in (place.folder, place.done, place.bad)] == [["a.pdf"], [], []]


def test_a_note_without_its_file_is_written_over_when_a_kill_came_between(tmp_path: Path) -> None:
    place = Place(tmp_path, After.MOVE)
    (place.bad / f"a.pdf{NOTE_ENDING}").write_bytes(b"half a")
    assert place.putting.put(place.seen, WRONG)
    assert place.lying(place.bad) == ["a.pdf", f"a.pdf{NOTE_ENDING}"]
    text = (place.bad / f"a.pdf{NOTE_ENDING}").read_bytes().decode("utf-8-sig")
    assert "Lúc:      28.11.2026 03:00\r\n" in text
    assert "Tệp rỗng." in text


def test_taken_files_lie_in_the_folder_of_the_day_in_vietnam(tmp_path: Path) -> None:
    place = Place(tmp_path, After.MOVE)
    assert place.putting.put(place.seen, GOOD)
    assert place.lying(place.done) == ["2026-11-28/a.pdf"]

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dossier.errors import StoreError
from dossier.scan_errors import ScanInUseError, ScanUnknownError
from storage.filesystem import SystemFiles
from storage.key_ring import KeyRing, ring_of_store
from storage.scans import PageFacts, Scan, Scans
from storage.vault import Vault

AT = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
OWNER = "010091999101"
TOLD = {"owner": OWNER, "dossier": "H38.21.3-261103-0007"}


def ring() -> KeyRing:
    return ring_of_store(b"k" * 32, "")


def scans(folder: Path) -> Scans:
    return Scans(folder / "scans", vault=Vault(secret=b"k" * 32, ring=ring()))


def facts(number: int) -> PageFacts:
    return PageFacts(
        number=number, kind="jpeg", sha256="", dpi=300, width=10, height=20, at=AT, run=1, place=number
    )


def keep(scan: Scan, *numbers: int) -> list[PageFacts]:
    return [scan.keep(f"trang {number} {OWNER}".encode(), facts(number)) for number in numbers]


def test_pages_come_back_in_order_with_all_that_is_known_of_them(tmp_path: Path) -> None:
    scan = scans(tmp_path).begin(TOLD)
    kept = keep(scan, 1, 2, 10)
    again = scans(tmp_path).open(scan.id)
    assert again.told == TOLD
    assert again.pages() == tuple(kept)
    assert again.picture(10) == f"trang 10 {OWNER}".encode()
    assert scans(tmp_path).unfinished() == (scan.id,)


def test_nothing_of_a_scan_can_be_read_without_the_keys(tmp_path: Path) -> None:
    keep(scans(tmp_path).begin(TOLD), 1)
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) == 2
    for path in written:
        assert OWNER.encode() not in path.read_bytes()
        assert OWNER not in str(path)
        assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("way", ["flipped", "cut", "moved"])
def test_a_page_that_was_changed_is_not_taken_for_the_page(tmp_path: Path, way: str) -> None:
    scan = scans(tmp_path).begin(TOLD)
    keep(scan, 1, 2)
    folder = tmp_path / "scans" / scan.id
    data = (folder / "page-0001").read_bytes()
    changed = {
        "flipped": data[:50] + bytes([data[50] ^ 1]) + data[51:],
        "cut": data[:-1],
        "moved": (folder / "page-0002").read_bytes(),
    }[way]
    (folder / "page-0001").write_bytes(changed)
    with pytest.raises(StoreError):
        scan.picture(1)


def test_the_last_page_is_set_aside_and_its_number_is_free_again(tmp_path: Path) -> None:
    scan = scans(tmp_path).begin(TOLD)
    keep(scan, 1, 2)
    with pytest.raises(ValueError, match="page 1 is not the last"):
        scan.set_aside(1)
    scan.set_aside(2)
    keep(scan, 2)
    scan.set_aside(2)
    assert scan.numbers() == (1,)
    aside = sorted(path.name for path in (tmp_path / "scans" / scan.id).glob("aside-*"))
    assert aside == ["aside-0002-1", "aside-0002-2"]


def test_a_scan_that_was_handed_in_is_gone_and_its_rest_is_swept(tmp_path: Path) -> None:
    all_scans = scans(tmp_path)
    scan = all_scans.begin(TOLD)
    keep(scan, 1)
    scan.remove()
    assert all_scans.unfinished() == ()
    with pytest.raises(ScanUnknownError):
        all_scans.open(scan.id)
    left = tmp_path / "scans" / f"gone-{scan.id}"
    left.mkdir()
    all_scans.begin(TOLD)
    assert not left.exists()


@pytest.mark.parametrize("name", ["", "..", "../..", "x", "00000000-0000-4000-8000-000000000000"])
def test_a_name_that_is_no_scan_is_told_so(tmp_path: Path, name: str) -> None:
    with pytest.raises(ScanUnknownError):
        scans(tmp_path).open(name)


def test_two_windows_do_not_work_on_one_scan(tmp_path: Path) -> None:
    scan = scans(tmp_path).begin(TOLD)
    with scan.alone(), pytest.raises(ScanInUseError), scans(tmp_path).open(scan.id).alone():
        pass


class PowerCutError(Exception):
    """The machine stops."""


class CutFiles(SystemFiles):
    """A file system that stops at the call of that number; what was not synced would be gone."""

    def __init__(self, calls: int) -> None:
        self.left = calls

    def _step(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise PowerCutError

    def create(self, path: Path) -> int:
        self._step()
        return super().create(path)

    def write(self, descriptor: int, data: bytes | memoryview) -> None:
        self._step()
        super().write(descriptor, bytes(data)[: len(data) // 2])
        self._step()
        super().write(descriptor, bytes(data)[len(data) // 2 :])

    def sync(self, descriptor: int) -> None:
        self._step()
        super().sync(descriptor)

    def replace(self, source: Path, target: Path) -> None:
        self._step()
        super().replace(source, target)

    def sync_folder(self, path: Path) -> None:
        self._step()
        super().sync_folder(path)


def test_stopped_at_any_moment_a_page_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    for moment in itertools.count():
        folder = tmp_path / str(moment)
        begun = scans(folder)
        folder.mkdir()
        scan = begun.begin(TOLD)
        keep(scan, 1)
        cut = Scans(folder / "scans", vault=Vault(secret=b"k" * 32, ring=ring()), files=CutFiles(moment))
        through = True
        try:
            cut.open(scan.id).keep(b"the second", facts(2))
        except PowerCutError:
            through = False
        again = scans(folder).open(scan.id)
        assert again.numbers() in {(1,), (1, 2)}
        again.pages()
        # Kept or not, the same page can be put again.
        assert again.keep(b"the second", facts(2)) == replace(facts(2), sha256=again.pages()[1].sha256)
        if through:
            break
    assert moment > 4

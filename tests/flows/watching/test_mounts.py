"""A real mount that is taken off and put on again under a watch; needs the right to mount."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.watching.happenings import Kind
from storage.hot_folder.overlap import need_apart
from tests.flows.watching.world import World
from wiring.services import Services
from wiring.settings import read_settings


class Share:
    """A folder that is there under another name, as a mounted share is."""

    def __init__(self, tmp_path: Path) -> None:
        self.far, self.here = tmp_path / "far", tmp_path / "vao"
        self.far.mkdir()
        self.here.mkdir()
        self.mounted = 0

    def mount(self) -> None:
        done = subprocess.run(
            ["mount", "--bind", str(self.far), str(self.here)], capture_output=True, check=False
        )
        if done.returncode:
            pytest.skip("KHÔNG CHẠY: cần quyền gắn hệ thống tệp (mount) để thử ổ mạng bị tháo")
        self.mounted += 1

    def unmount(self) -> None:
        """Not by force: it fails when somebody keeps a file or folder of the share open."""
        subprocess.run(["umount", str(self.here)], check=True)
        self.mounted -= 1


@pytest.fixture
def share(tmp_path: Path) -> Iterator[Share]:
    made = Share(tmp_path)
    made.mount()
    yield made
    while made.mounted:
        made.unmount()


def test_a_share_is_taken_off_and_put_on_under_a_watch_that_keeps_nothing_open(
    share: Share, tmp_path: Path
) -> None:
    with Services(read_settings({"MOTLAN_DATA": str(tmp_path / "data")})) as services:
        services.create()
        world = World(services, share.here)
        world.drop("a.pdf")
        world.after_s(40, share.unmount)
        world.after_s(60, lambda: (share.far / "b.pdf").write_bytes(b"%PDF-1.7 %%EOF"))
        world.after_s(100, share.mount)
        world.run(seconds=200)
        assert world.line.given == [("a.pdf",), ("b.pdf",)]
        assert world.kinds().count(Kind.AWAY) == world.kinds().count(Kind.BACK) == 1
        assert world.lying(world.done) == ["a.pdf", "b.pdf"]


def test_one_folder_mounted_twice_overlaps_itself(share: Share) -> None:
    with pytest.raises(Exception, match=r"watch\.overlap"):
        need_apart({"a": share.far / "loi", "b": share.here})

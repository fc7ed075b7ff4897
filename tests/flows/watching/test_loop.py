"""A watch over a folder, with a clock that is turned by hand; the line only notes what it is given."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dossier.errors import InputNotFoundError, MotlanError, StoreFullError
from dossier.watch_errors import WatchBrokenOffError, WatchBusyError, WatchOverlapError, WatchTakenError
from flows.watching.happenings import Kind
from flows.watching.line import LineStoppedError
from flows.watching.notes import NOTE_ENDING
from storage.hot_folder.after import After
from storage.hot_folder.mark import MARK
from storage.lock import writer_lock
from tests.flows.watching.world import World, scan
from wiring.services import Services
from wiring.settings import read_settings

MANY = int(os.environ.get("FAULT_WATCH_MANY", "1000"))
DOSSIER = "H26.5.12-261102-0001"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    data = tmp_path_factory.mktemp("watch") / "data"
    with Services(read_settings({"MOTLAN_DATA": str(data)})) as made:
        made.create()
        yield made


@pytest.fixture
def world(services: Services, tmp_path: Path) -> World:
    folder = tmp_path / "vao"
    folder.mkdir()
    return World(services, folder)


def memory_files(world: World) -> list[Path]:
    return [path for path in (world.services.settings.data / "watch").rglob("*") if path.is_file()]


# --- what is taken, when, and together with what


def test_loose_files_become_one_batch_and_lie_in_the_folder_of_the_day(world: World) -> None:
    for name in ("trang 10.pdf", "trang 2.pdf", "Ảnh.pdf"):
        world.drop(name)
    world.run()
    assert world.line.given == [("trang 2.pdf", "trang 10.pdf", "Ảnh.pdf")]
    assert world.lying(world.done) == sorted(["trang 2.pdf", "trang 10.pdf", "Ảnh.pdf"])
    assert world.lying(world.folder) == []


def test_a_file_is_taken_only_when_it_has_been_quiet_and_has_its_end(world: World) -> None:
    path = world.drop("cham.pdf", b"%PDF-1.7 ")
    taken_at: list[float] = []
    world.line.during = lambda: taken_at.append(world.now)
    begun = world.now
    for second in range(3, 120, 3):
        world.after_s(second, lambda: append(path, b"x" * 100))
    # The writer pauses longer than quiet time, without the end being there.
    world.after_s(200, lambda: append(path, b" %%EOF"))
    world.run()
    assert world.line.given == [("cham.pdf",)]
    assert taken_at[0] - begun >= 205


def test_a_file_that_never_gets_its_end_is_handed_in_after_patience_and_set_aside_with_a_note(
    world: World,
) -> None:
    world.drop("nua.pdf", b"%PDF-1.7 BAD")
    begun = world.now
    world.run()
    assert world.now - begun >= 300
    assert world.lying(world.quarantine) == ["nua.pdf", f"nua.pdf{NOTE_ENDING}"]
    text = (world.quarantine / f"nua.pdf{NOTE_ENDING}").read_bytes().decode("utf-8-sig")
    assert "Tệp nua.pdf bị hỏng, không đọc được." in text
    assert "Quét lại giấy tờ, hoặc xin bản gốc của tệp." in text
    assert text.rstrip().endswith("input.unreadable")
    assert [told.reason for told in world.of(Kind.WAITS)] == ["unfinished"]


def test_a_sub_folder_is_one_batch_taken_whole_and_says_what_it_is_for(world: World) -> None:
    name = f"{DOSSIER}_1.004222_010091999101"
    world.drop(f"{name}/2.pdf")
    world.after_s(15, lambda: world.drop(f"{name}/mat sau/3.pdf"))
    world.after_s(18, lambda: world.drop(f"{name}/1.pdf"))
    world.run()
    assert world.line.given == [(f"{name}/1.pdf", f"{name}/2.pdf", f"{name}/mat sau/3.pdf")]
    (declared,) = world.line.declared
    assert (declared.dossier, declared.procedure, declared.owner) == (DOSSIER, "1.004222", "010091999101")
    assert not (world.folder / name).exists()


def test_an_end_mark_makes_a_sub_folder_ready_at_once_and_goes_with_it(world: World) -> None:
    world.drop("may-1/1.pdf")
    world.drop("may-1/2.pdf", b"%PDF-1.7 BAD")
    world.drop("may-1/_XONG.txt", b"")
    begun = world.now
    world.run()
    assert world.now - begun < 20
    assert len(world.line.given) == 1
    assert world.lying(world.quarantine) == ["may-1/2.pdf", f"may-1/2.pdf{NOTE_ENDING}"]
    assert world.lying(world.folder) == []
    assert [told.name for told in world.of(Kind.WAITS)] == []


def test_defaults_hold_where_the_name_says_nothing(world: World) -> None:
    world.defaults = {"dossier": DOSSIER, "procedure": "2.000720", "operator": "ha.tran", "device": "fi-8170"}
    world.drop("scan0001.pdf")
    world.drop(f"{DOSSIER[:-1]}9_1.004222/a.pdf")
    world.run()
    told = {(one.dossier[-1], one.procedure, one.operator, one.device) for one in world.line.declared}
    assert told == {("1", "2.000720", "ha.tran", "fi-8170"), ("9", "1.004222", "ha.tran", "fi-8170")}


def test_a_name_whose_code_does_not_hold_is_told_and_nothing_is_handed_in(world: World) -> None:
    world.drop("H26.5.12-261302-0001/a.pdf")
    world.run()
    assert world.line.given == []
    text = (world.quarantine / f"H26.5.12-261302-0001/a.pdf{NOTE_ENDING}").read_bytes().decode("utf-8-sig")
    assert "mã hồ sơ" in text
    assert "watch.name" in text


def test_loose_files_that_keep_coming_are_taken_in_between(world: World) -> None:
    for number in range(100):
        world.after_s(number * 2, lambda number=number: world.drop(f"{number}.pdf"))  # type: ignore[misc]
    world.run(seconds=400)
    assert sum(len(names) for names in world.line.given) == 100
    assert len(world.line.given) > 1


def test_very_many_files_at_once_are_taken_once_each_in_batches(world: World) -> None:
    for number in range(MANY):
        (world.folder / f"{number}.pdf").write_bytes(scan(number))
    world.run()
    assert [len(names) for names in world.line.given] == [200] * (MANY // 200)
    assert len(set(world.line.bytes)) == len(world.line.bytes) == MANY
    assert world.lying(world.folder) == []


# --- what is left alone


def test_links_special_hidden_system_and_unfinished_files_are_left_alone(world: World) -> None:
    (world.folder / "lien-ket.pdf").symlink_to("/etc/hostname")
    (world.folder / "ngoai").symlink_to("/etc", target_is_directory=True)
    os.mkfifo(world.folder / "ong.pdf")
    left = ["Thumbs.db", ".DS_Store", "desktop.ini", "~$a.pdf", "a.pdf.filepart", "b.tmp", "c.pdf~", ".d.pdf"]
    for name in left:
        world.drop(name)
    world.drop("that.pdf")
    world.run()
    assert world.line.given == [("that.pdf",)]
    assert {(told.name, told.reason) for told in world.of(Kind.IGNORED)} == {
        ("lien-ket.pdf", "link"),
        ("ngoai", "link"),
        ("ong.pdf", "special"),
    }
    assert set(left) <= {path.name for path in world.folder.iterdir()}


def test_a_file_renamed_in_is_taken_under_its_last_name(world: World) -> None:
    draft = world.drop("a.pdf.filepart")
    world.after_s(60, lambda: draft.rename(world.folder / "a.pdf"))
    world.run(seconds=120)
    assert world.line.given == [("a.pdf",)]


def test_times_of_files_in_the_future_or_the_past_make_no_difference(world: World) -> None:
    for name, moment in (("mai.pdf", 4_000_000_000), ("xua.pdf", 0)):
        os.utime(world.drop(name), (moment, moment))
    begun = world.now
    world.run()
    assert sorted(world.line.given[0]) == ["mai.pdf", "xua.pdf"]
    assert world.now - begun < 30


# --- afterwards


def test_refused_files_are_set_aside_and_the_others_go_on(world: World) -> None:
    world.drop("tot.pdf")
    world.drop("hong.pdf", scan("BAD"))
    world.run()
    assert world.lying(world.done) == ["tot.pdf"]
    assert world.lying(world.quarantine) == ["hong.pdf", f"hong.pdf{NOTE_ENDING}"]
    (done,) = world.of(Kind.DONE)
    assert (done.files, done.papers, done.refused) == (2, 1, 1)


@pytest.mark.parametrize("after", After)
def test_the_longest_names_find_their_place_and_their_note(world: World, after: After) -> None:
    world.after = after
    long, wrong = "ệ" * 83 + ".pdf", "a" * 251 + ".pdf"
    world.drop(long)
    world.drop(wrong, scan("BAD"))
    world.run()
    world.drop(long, scan("another"))
    world.run()
    assert len(world.line.bytes) == 2
    assert world.of(Kind.TROUBLE) == []
    assert any(name.endswith(NOTE_ENDING) for name in world.lying(world.quarantine))


def test_removed_files_are_gone_and_kept_ones_are_remembered_over_a_restart(world: World) -> None:
    world.after = After.REMOVE
    world.drop("mot.pdf")
    world.run()
    assert (world.lying(world.folder), world.done.exists()) == ([], False)
    world.after = After.KEEP
    world.drop("hai.pdf")
    world.drop("hong.pdf", scan("BAD"))
    world.run()
    world.run()
    assert world.line.given == [("mot.pdf",), ("hai.pdf", "hong.pdf")]
    assert world.lying(world.folder) == ["hai.pdf", "hong.pdf"]
    assert world.lying(world.quarantine) == [f"hong.pdf{NOTE_ENDING}"]
    world.drop("hai.pdf", scan("a new scan under an old name"))
    world.run()
    assert world.line.given[2:] == [("hai.pdf",)]


def test_in_keep_mode_an_end_mark_stays_and_is_not_asked_again(world: World) -> None:
    world.after = After.KEEP
    world.drop("may/1.pdf")
    world.drop("may/_xong", b"")
    world.run()
    world.run()
    assert world.line.given == [("may/1.pdf",)]
    assert world.lying(world.folder) == ["may/1.pdf", "may/_xong"]


def test_two_files_of_one_name_lie_beside_each_other_and_the_same_bytes_once(world: World) -> None:
    world.drop("a.pdf", scan("one"))
    world.run()
    world.drop("a.pdf", scan("another"))
    world.run()
    world.drop("a.pdf", scan("one"))
    world.run()
    assert world.lying(world.done) == ["a (2).pdf", "a.pdf"]


def test_a_file_replaced_while_it_is_worked_on_stays_and_is_taken_again(world: World) -> None:
    path = world.drop("a.pdf", scan("first"))
    world.line.during = lambda: replace_once(world, path)
    world.run()
    assert world.line.given == [("a.pdf",), ("a.pdf",)]
    assert (next(world.done.glob("*/a.pdf"))).read_bytes() == scan("second")


def replace_once(world: World, path: Path) -> None:
    world.line.during = lambda: None
    path.write_bytes(scan("second"))


def test_files_that_cannot_be_put_away_are_never_taken_twice_and_go_when_they_can(world: World) -> None:
    world.drop("a.pdf")
    world.run(seconds=5)
    shutil.rmtree(world.done)
    world.done.write_bytes(b"a file in the way")
    with pytest.raises(MotlanError):
        world.run()
    world.done.unlink()
    moved = world.folder.with_name("cho")
    world.after_s(1, lambda: world.done.rename(moved))
    world.after_s(200, lambda: moved.rename(world.done))
    world.after_s(50, lambda: world.drop("b.pdf"))
    world.run(seconds=400)
    assert sorted(world.line.given) == [("a.pdf",), ("b.pdf",)]
    assert [told.code for told in world.of(Kind.TROUBLE)] == ["watch.not_moved"] * 2
    assert world.lying(world.done) == ["a.pdf", "b.pdf"]
    assert world.lying(world.folder) == []


# --- bad days


def test_a_share_that_goes_away_and_comes_back_is_waited_for(world: World) -> None:
    world.drop("a.pdf")
    mounted = world.folder.with_name("mounted")

    def unmount() -> None:
        world.folder.rename(mounted)
        world.folder.mkdir()

    def mount() -> None:
        world.folder.rmdir()
        mounted.rename(world.folder)

    world.after_s(3, unmount)
    world.after_s(500, mount)
    world.run()
    assert world.kinds().count(Kind.AWAY) == world.kinds().count(Kind.BACK) == 1
    assert world.line.given == [("a.pdf",)]
    assert world.lying(world.done) == ["a.pdf"]


def test_kept_files_are_still_remembered_when_an_empty_mount_point_was_seen(world: World) -> None:
    world.after = After.KEEP
    world.drop("a.pdf")
    world.run()
    mounted = world.folder.with_name("mounted")
    world.folder.rename(mounted)
    world.folder.mkdir()
    world.run(seconds=100)
    world.folder.rmdir()
    world.run(seconds=100)
    mounted.rename(world.folder)
    world.run()
    assert world.line.given == [("a.pdf",)]
    assert world.kinds().count(Kind.AWAY) == 2


def test_a_share_that_goes_away_during_the_work_is_gone_on_with(world: World) -> None:
    world.drop("a.pdf")
    mounted = world.folder.with_name("mounted")
    world.line.during = lambda: void_rename(world.folder, mounted)
    world.after_s(100, lambda: void_rename(mounted, world.folder))
    world.run()
    assert world.line.given == [("a.pdf",)]
    assert world.lying(world.done) == ["a.pdf"]


def void_rename(path: Path, target: Path) -> None:
    if path.exists():
        path.rename(target)


def test_a_mark_that_somebody_tidied_away_is_made_anew_in_the_very_folder(world: World) -> None:
    world.after_s(10, (world.folder / MARK).unlink)
    world.after_s(20, lambda: world.drop("a.pdf"))
    world.run(seconds=60)
    assert world.line.given == [("a.pdf",)]
    assert Kind.AWAY not in world.kinds()


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_killed_watch_goes_on_with_the_very_bundle(world: World, moment: str) -> None:
    for number in range(3):
        world.drop(f"{number}.pdf")

    class Killed(BaseException):
        """Nothing is tidied up after it."""

    def kill() -> None:
        world.line.during = lambda: None
        raise Killed

    if moment == "before":
        world.line.failures = [LineStoppedError()]
        world.run()
    else:
        world.line.during = kill
        with pytest.raises(Killed):
            world.run()
    world.drop("3.pdf")
    world.run()
    assert world.line.given[-2:] == [("0.pdf", "1.pdf", "2.pdf"), ("3.pdf",)]
    assert world.lying(world.done) == [f"{number}.pdf" for number in range(4)]


def test_a_full_disk_is_told_and_the_bundle_waits_longer_each_time(world: World) -> None:
    world.drop("a.pdf")
    world.line.failures = [StoreFullError("kho") for _ in range(4)]
    begun = world.now
    world.run()
    assert [told.code for told in world.of(Kind.TROUBLE)] == ["store.full"] * 4
    assert world.now - begun >= 30 + 60 + 120 + 240
    assert world.line.given == [("a.pdf",)]


def test_a_data_folder_that_cannot_be_written_is_told_and_nothing_is_lost(world: World) -> None:
    world.drop("a.pdf")
    world.run()
    (plan,) = [path for path in memory_files(world) if path.name == "plan" and held_by(path, world)]
    draft = plan.with_name("plan.part")
    draft.mkdir()
    world.after_s(100, draft.rmdir)
    world.drop("b.pdf")
    world.run()
    assert {told.code for told in world.of(Kind.TROUBLE)} == {"store.error"}
    assert world.line.given == [("a.pdf",), ("b.pdf",)]
    assert world.lying(world.done) == ["a.pdf", "b.pdf"]


def test_one_file_that_kills_the_line_is_set_aside_and_the_others_are_filed(world: World) -> None:
    for number in range(5):
        world.drop(f"{number}.pdf")
    world.drop("2.pdf", scan("DEADLY"))
    world.run()
    assert world.lying(world.done) == ["0.pdf", "1.pdf", "3.pdf", "4.pdf"]
    assert world.lying(world.quarantine) == ["2.pdf", f"2.pdf{NOTE_ENDING}"]
    assert [told.code for told in world.of(Kind.REFUSED)] == ["watch.crashed"]


def test_an_error_about_one_file_does_not_hold_the_others_up(world: World) -> None:
    for number in range(5):
        world.drop(f"{number}.pdf")
    world.line.unsignable = "3.pdf"
    begun = world.now
    world.run()
    assert world.lying(world.done) == ["0.pdf", "1.pdf", "2.pdf", "4.pdf"]
    assert [(told.name, told.code) for told in world.of(Kind.REFUSED)] == [("3.pdf", "signing.refused")]
    assert world.now - begun < 120


def test_a_line_that_dies_over_every_file_is_trouble_of_the_machine_not_of_the_files(world: World) -> None:
    for number in range(4):
        world.drop(f"{number}.pdf")
    world.line.failures = [WatchBrokenOffError("watch") for _ in range(5)]
    world.run()
    assert world.lying(world.quarantine) == []
    assert world.lying(world.done) == [f"{number}.pdf" for number in range(4)]


def test_a_second_watch_of_the_installation_and_one_of_another_are_refused(
    world: World, tmp_path: Path
) -> None:
    world.run()
    (lock,) = [path for path in memory_files(world) if path.name == "watch.lock" and held_by(path, world)]
    with writer_lock(lock), pytest.raises(WatchBusyError):
        world.run()
    with Services(read_settings({"MOTLAN_DATA": str(tmp_path / "other")})) as other:
        other.create()
        stranger = World(other, world.folder)
        with pytest.raises(WatchTakenError):
            stranger.run()
        stranger.take_over = True
        stranger.run()
    with pytest.raises(WatchTakenError):
        world.run()


def held_by(lock: Path, world: World) -> bool:
    return lock.parent.name in (world.folder / MARK).read_text()


def test_a_watch_whose_folder_is_taken_over_stops(world: World, tmp_path: Path) -> None:
    with Services(read_settings({"MOTLAN_DATA": str(tmp_path / "other")})) as other:
        other.create()
        stranger = World(other, world.folder, take_over=True)
        world.after_s(10, stranger.run)
        with pytest.raises(WatchTakenError):
            world.run(seconds=100)


def test_a_folder_that_never_was_there_is_a_slip_of_the_pen(world: World) -> None:
    world.folder.rmdir()
    with pytest.raises(InputNotFoundError):
        world.run()


@pytest.mark.parametrize("where", ["data", "above data", "in data", "in done"])
def test_folders_that_overlap_are_refused(world: World, where: str) -> None:
    data = world.services.settings.data
    world.folder = {
        "data": data,
        "above data": data.parent,
        "in data": data / "watch",
        "in done": world.done / "vao",
    }[where]
    if where == "in done":
        world.folder.mkdir(parents=True)
        link = world.folder.parent.parent / "vao-loi-khac"
        link.symlink_to(world.folder, target_is_directory=True)
        world.folder = world.folder.parent.with_name("vao")
        world.folder.rmdir()
        world.folder.symlink_to(link.resolve(), target_is_directory=True)
    with pytest.raises(WatchOverlapError):
        world.run()


def test_nothing_that_is_kept_names_a_file(world: World) -> None:
    world.after = After.KEEP
    world.drop("010091999101 Tran Thi Mau.pdf")
    world.line.during = lambda: check_unnamed(world)
    world.run()
    check_unnamed(world)


def check_unnamed(world: World) -> None:
    raw = b"".join(path.read_bytes() + bytes(path) for path in memory_files(world))
    assert b"010091999101" not in raw
    assert b"Mau" not in raw
    assert b"plan" in raw


# --- cost


def test_an_idle_watch_pauses_two_hundred_times_as_long_as_a_look_costs(world: World) -> None:
    world.cost = 0.05
    world.run(seconds=300)
    assert world.pauses == pytest.approx([10.0] * 30)
    assert world.line.rests == len(world.pauses)


def test_a_watch_ends_its_line_when_it_is_stopped(world: World) -> None:
    world.run(seconds=10)
    assert world.line.ended == 1
    assert world.kinds()[-1] is Kind.STOPPED


def append(path: Path, content: bytes) -> None:
    with path.open("ab") as file:
        file.write(content)

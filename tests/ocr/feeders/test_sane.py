"""Against SANE's own ``test`` backend, which plays a feeder of ten pages and every kind of trouble."""

from __future__ import annotations

import os
import shutil
import stat
import threading
from pathlib import Path

import pytest

from dossier.feeding import ScanWish
from dossier.scan_errors import (
    CoverOpenError,
    FeederEmptyError,
    PaperJamError,
    ScanError,
    ScanInUseError,
    ScannerBusyError,
    ScannerForbiddenError,
    ScannerHangsError,
    ScannerLostError,
    ScannerNotFoundError,
    ScannerOptionError,
    ScanPageDamagedError,
    ScanProgramMissingError,
)
from ocr.feeders.netpbm import raw_pixels
from ocr.feeders.sane import SaneFeeder, devices, feeding_alone, what_is_offered

sane = pytest.mark.skipif(
    shutil.which("scanimage") is None, reason="!! SANE is not installed (sane-utils): no scanner is tried"
)
SMALL = ScanWish(resolution=100, width_mm=40, height_mm=50)


def small(*options: str) -> ScanWish:
    return ScanWish(resolution=100, width_mm=40, height_mm=50, options=options)


@sane
def test_the_tray_gives_its_ten_pages_whole_and_in_order(tmp_path: Path) -> None:
    names = []
    for page in SaneFeeder("test:0", small("--test-picture=Grid")).feed(first=3, into=tmp_path):
        found = raw_pixels(page.path.read_bytes())
        assert found is not None
        assert found[0].shape == (196, 157, 3)
        assert page.dpi == 100
        names.append(page.path.name)
        page.path.unlink()
    assert names == [f"page-{number:05d}.pnm" for number in range(3, 13)]


@sane
@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("JAMMED", PaperJamError),
        ("COVER_OPEN", CoverOpenError),
        ("IO_ERROR", ScannerLostError),
        ("DEVICE_BUSY", ScannerBusyError),
        ("ACCESS_DENIED", ScannerForbiddenError),
        ("NO_DOCS", FeederEmptyError),
        ("INVAL", ScannerOptionError),
        ("CANCELLED", ScanError),
        ("EOF", ScanPageDamagedError),
    ],
)
def test_each_trouble_has_its_own_error_that_says_what_to_do(
    tmp_path: Path, status: str, error: type[ScanError]
) -> None:
    feeder = SaneFeeder("test:0", small(f"--read-return-value=SANE_STATUS_{status}"))
    with pytest.raises(error) as told:
        next(iter(feeder.feed(first=4, into=tmp_path)))
    assert type(told.value) is error
    assert "quét" in told.value.message("vi")


@sane
def test_a_device_that_is_not_there_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(ScannerNotFoundError):
        next(iter(SaneFeeder("test:7", SMALL).feed(first=1, into=tmp_path)))


@sane
def test_a_hand_scanner_that_does_not_know_its_length_gives_whole_pages(tmp_path: Path) -> None:
    pages = SaneFeeder("test:0", small("--hand-scanner=yes")).feed(first=1, into=tmp_path)
    first = next(pages)
    assert raw_pixels(first.path.read_bytes()) is not None
    pages.close()  # type: ignore[attr-defined]


@sane
def test_devices_are_listed_with_their_names(tmp_path: Path) -> None:
    (tmp_path / "dll.conf").write_text("test\n", encoding="ascii")
    shutil.copy("/etc/sane.d/test.conf", tmp_path / "test.conf")
    found = devices(environment={**os.environ, "SANE_CONFIG_DIR": str(tmp_path)})
    assert [device.name for device in found] == ["test:0", "test:1"]
    assert found[0].vendor == "Noname"
    assert "Automatic Document Feeder" in what_is_offered("test:0")["--source"]


@sane
def test_stopping_to_take_pages_stops_the_scanning_program(tmp_path: Path) -> None:
    slow = small("--read-delay=yes", "--read-delay-duration=100000")
    pages = SaneFeeder("test:0", slow).feed(first=1, into=tmp_path)
    next(pages)
    with pytest.raises(ScanInUseError), feeding_alone(tmp_path):
        pass
    pages.close()  # type: ignore[attr-defined]
    with feeding_alone(tmp_path):
        pass


def program(folder: Path, body: str) -> str:
    """A stand-in for ``scanimage`` that says nothing about itself and then does what is told."""
    path = folder / "scanimage"
    path.write_text(f'#!/bin/sh\ncase "$*" in *--all-options*) exit 0;; esac\n{body}\n', encoding="ascii")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_a_scanner_that_hangs_is_ended_with_all_it_started(tmp_path: Path) -> None:
    # Deaf to the gentle way, and with a child of its own.
    into = tmp_path / "raw"
    into.mkdir()
    stand_in = program(tmp_path, f"trap '' TERM\nsleep 600 &\necho $! >{tmp_path}/child\nwait\nsleep 600")
    feeder = SaneFeeder("any", ScanWish(stall_s=0.4), program=stand_in)
    with pytest.raises(ScannerHangsError) as told:
        next(iter(feeder.feed(first=5, into=into)))
    assert told.value.item == "5"
    child = int((tmp_path / "child").read_text(encoding="ascii"))
    # It was killed and may yet be dying; the time limit of the test ends the wait.
    while not is_dead(child):
        threading.Event().wait(0.02)


def is_dead(process: int) -> bool:
    """Gone, or waiting for somebody to take note of it."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii").split()[2] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_a_page_cut_short_is_never_given(tmp_path: Path) -> None:
    into = tmp_path / "raw"
    into.mkdir()
    page = into / "page-00001.pnm"
    stand_in = program(tmp_path, f"printf 'P5 10 10 255\\nshort' >{page}\necho {page}\nsleep 600")
    with pytest.raises(ScanPageDamagedError):
        next(iter(SaneFeeder("any", SMALL, program=stand_in).feed(first=1, into=into)))


def test_a_program_that_dies_is_a_lost_scanner(tmp_path: Path) -> None:
    stand_in = program(tmp_path, "kill -9 $$")
    with pytest.raises(ScannerLostError):
        next(iter(SaneFeeder("any", SMALL, program=stand_in).feed(first=1, into=tmp_path)))


def test_without_sane_the_package_to_install_is_named(tmp_path: Path) -> None:
    feeder = SaneFeeder("any", SMALL, program=str(tmp_path / "none"))
    with pytest.raises(ScanProgramMissingError) as told:
        next(iter(feeder.feed(first=1, into=tmp_path)))
    assert "sane-utils" in told.value.message("vi")

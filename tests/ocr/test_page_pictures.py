"""Pictures for people: upright at every turn, cut where the field is, in bounded memory for a huge scan."""

from __future__ import annotations

import resource
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from dossier.geometry import Box
from dossier.text import PageText
from ocr.arrays import turn_upright
from ocr.limits import ReadLimits
from ocr.page_pictures import part_as_stored, part_of, screen_page
from tests.processes import start

LIMITS = ReadLimits()
A3_600 = (7016, 9921)
"""Width and height in pixels."""


def pixels(picture: bytes) -> npt.NDArray[np.uint8]:
    return np.asarray(cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def scan(folder: Path, *, rotation: int) -> tuple[Path, PageText, npt.NDArray[np.uint8]]:
    """A picture with a gradient in which every place has its own grey; as it is read, upright."""
    rows, columns = np.mgrid[0:600, 0:400]
    stored = np.asarray((rows // 4 + columns // 8) % 256, dtype=np.uint8)
    path = folder / f"turned-{rotation}.png"
    cv2.imwrite(str(path), stored)
    upright = turn_upright(stored, rotation)
    height, width = upright.shape
    # What was read is half as large as what is stored.
    page = PageText(page=1, width=width // 2, height=height // 2, dpi=150, rotation=rotation)
    return path, page, upright


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_part_with_every_pixel_is_the_part_of_the_upright_page(tmp_path: Path, rotation: int) -> None:
    path, page, upright = scan(tmp_path, rotation=rotation)
    box = Box(20, 30, 120, 70)
    made = part_as_stored(path, page, box, name="mau", limits=LIMITS, most=2000)
    shown = pixels(made)
    wanted = upright[60:140, 40:240]
    assert shown.shape == wanted.shape
    assert np.abs(shown.astype(int) - wanted.astype(int)).mean() < 2


@pytest.mark.parametrize("top", [0, 100, 120, 250])
def test_a_strip_is_the_same_wherever_the_bands_end(tmp_path: Path, top: int) -> None:
    path, page, upright = scan(tmp_path, rotation=0)
    screen = screen_page(path, page, name="mau", limits=LIMITS, shown=100)
    box = Box(0, top, 200, top + 50)
    made = part_of(screen, box, of=(page.width, page.height), width=400)
    shown = pixels(made)
    # Without a density of its own the picture is taken for one that is read as it is.
    wanted = cv2.resize(upright, (screen.width, screen.height))[
        round(top * screen.height / page.height) : round((top + 50) * screen.height / page.height)
    ]
    wanted = cv2.resize(wanted, (shown.shape[1], shown.shape[0]))
    assert np.abs(shown.astype(int) - wanted.astype(int)).mean() < 3
    whole = pixels(screen.shown)
    assert whole.shape[1] == 100


def look(path: Path, told: Connection) -> None:
    """Decode a huge scan as a checker does, and say by how many bytes the process grew at most."""
    page = PageText(page=1, width=A3_600[0] // 2, height=A3_600[1] // 2, dpi=300)
    small = Box(100, 100, 700, 250)
    tiny = path.with_name("tiny.jpg")
    screen_page(tiny, page, name="mau", limits=LIMITS, shown=1000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    screen = screen_page(path, page, name="mau", limits=LIMITS, shown=1000)
    part_of(screen, small, of=(page.width, page.height), width=960)
    between = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    part = part_as_stored(path, page, small, name="mau", limits=LIMITS, most=2400)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    width = pixels(part).shape[1]
    told.send((screen.size, 1024 * (between - before), 1024 * (after - before), width))


@pytest.mark.slow
def test_a_scan_of_a3_at_600_dots_costs_bounded_memory(tmp_path: Path) -> None:
    noise = np.random.default_rng(7).integers(150, 256, (A3_600[1] // 4, A3_600[0] // 4, 3), dtype=np.uint8)
    large = cv2.resize(noise, A3_600, interpolation=cv2.INTER_NEAREST)
    path, tiny = tmp_path / "a3.jpg", tmp_path / "tiny.jpg"
    cv2.imwrite(str(tiny), noise[:400, :400])
    cv2.imwrite(str(path), large, [cv2.IMWRITE_JPEG_QUALITY, 94])
    density = b"\x01" + (600).to_bytes(2, "big") * 2
    content = path.read_bytes()
    path.write_bytes(content[:13] + density + content[18:])
    assert path.stat().st_size > 15_000_000
    ours, theirs = Pipe()
    process = start(look, path, theirs)
    kept, looked, closer, width = ours.recv()
    process.join(30)
    # What stays, what a look takes for a moment, and what one with all pixels takes: they are 209 MB.
    assert kept < 12_000_000
    assert looked < 150_000_000
    assert closer < 520_000_000
    assert width == 1200

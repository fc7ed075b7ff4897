from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from dossier.feeding import FedPage
from dossier.scan_errors import FeederEmptyError, ScannerNotFoundError, ScanPageDamagedError
from ocr.feeders.folder import FolderFeeder
from ocr.feeders.pictures import LOSSLESS, picture_of, with_density
from ocr.limits import ReadLimits
from tests.ocr.pages import coloured, draw_page, save


def raw(folder: Path, *, gray: bool = False) -> Path:
    page = draw_page()
    path = folder / "page.pnm"
    Image.fromarray(page if gray else coloured(page)).save(path, "PPM")
    return path


def taken(path: Path, *, quality: int = 90) -> tuple[bytes, str, int]:
    found = picture_of(path, dpi=300, page=1, quality=quality, limits=ReadLimits())
    return found.data, found.kind, found.dpi


def test_a_jpeg_is_kept_byte_for_byte(tmp_path: Path) -> None:
    page = save(draw_page(), tmp_path / "page.jpg")
    assert taken(page) == (page.read_bytes(), "jpeg", 150)


def test_a_raw_page_becomes_a_jpeg_that_says_its_resolution(tmp_path: Path) -> None:
    data, kind, dpi = taken(raw(tmp_path))
    assert (kind, dpi) == ("jpeg", 300)
    (tmp_path / "kept.jpg").write_bytes(data)
    with Image.open(tmp_path / "kept.jpg") as kept:
        assert kept.info["dpi"] == (300, 300)
        assert kept.mode == "RGB"


def test_without_loss_every_pixel_comes_back(tmp_path: Path) -> None:
    data, kind, _ = taken(raw(tmp_path, gray=True), quality=LOSSLESS)
    assert kind == "png"
    pixels = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_UNCHANGED)
    assert pixels is not None
    assert np.array_equal(pixels, draw_page())


def test_telling_the_resolution_leaves_the_pixels_alone() -> None:
    coded = cv2.imencode(".jpg", draw_page())[1].tobytes()
    told = with_density(coded, dpi=200)
    assert told != coded
    assert told[18:] == coded[18:]
    assert with_density(b"\xff\xd8\xff\xe1no JFIF here", dpi=200) == b"\xff\xd8\xff\xe1no JFIF here"


@pytest.mark.parametrize("content", [b"", b"P6 10 10 255\nshort", b"no picture", b"%PDF-1.7\n%%EOF"])
def test_what_is_no_whole_picture_is_refused_with_its_page(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "page.pnm"
    path.write_bytes(content)
    with pytest.raises(ScanPageDamagedError) as told:
        picture_of(path, dpi=300, page=7, quality=90, limits=ReadLimits())
    assert told.value.item == "7"


def test_a_folder_is_a_tray_in_natural_order_that_goes_on_where_it_was(tmp_path: Path) -> None:
    for name in ("trang 10.png", "trang 9.png", "Trang 1.jpg", ".an.png", "ghi-chu.txt"):
        (tmp_path / name).write_bytes(b"x")
    feeder = FolderFeeder(tmp_path, dpi=200)
    assert list(feeder.feed(first=2, into=tmp_path)) == [
        FedPage(path=tmp_path / "trang 9.png", dpi=200, passing=False),
        FedPage(path=tmp_path / "trang 10.png", dpi=200, passing=False),
    ]
    with pytest.raises(FeederEmptyError):
        next(feeder.feed(first=4, into=tmp_path))
    with pytest.raises(ScannerNotFoundError):
        next(FolderFeeder(tmp_path / "none").feed(first=1, into=tmp_path))

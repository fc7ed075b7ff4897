from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from dossier.feeding import ScannedPage
from dossier.moments import VIETNAM
from dossier.text import Finding
from ocr.assembling import scanned_pages, write_joined, write_page
from ocr.limits import ReadLimits
from ocr.reader import Reader
from ocr.sources import open_source
from tests.ocr.pages import FixedEngine, StillClock, coloured, draw_page, engine_word, save


def joined(folder: Path, pictures: list[Path], *, dpi: int = 150) -> tuple[Path, list[Path]]:
    parts = []
    for number, picture in enumerate(pictures, start=1):
        part = folder / f"part-{number}.pdf"
        write_page(picture, part, dpi=dpi, name=str(number), limits=ReadLimits())
        parts.append(part)
    out = folder / "all.pdf"
    write_joined(parts, out)
    return out, parts


def test_the_file_holds_the_very_bytes_of_each_picture(tmp_path: Path) -> None:
    first = save(coloured(draw_page()), tmp_path / "1.jpg")
    second = save(draw_page(), tmp_path / "2.jpg")
    out, _ = joined(tmp_path, [first, second])
    with pikepdf.open(out) as pdf:
        kept = [page.resources["/XObject"]["/Im0"].read_raw_bytes() for page in pdf.pages]
    assert kept == [first.read_bytes(), second.read_bytes()]


@pytest.mark.parametrize("name", ["1.png", "1.tif", "1.jpg"])
def test_every_kind_of_picture_is_read_back_at_its_size_and_resolution(tmp_path: Path, name: str) -> None:
    out, _ = joined(tmp_path, [save(coloured(draw_page()), tmp_path / name)])
    with open_source(out, name="all", limits=ReadLimits()) as source:
        page = source.page(1)
    assert (page.pixels.shape, page.dpi, page.turn) == ((600, 900, 3), 150, 0)


def test_a_picture_that_asks_to_be_turned_is_turned_in_the_file(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = tmp_path / "1.jpg"
    Image.fromarray(draw_page()).save(picture, dpi=(150, 150), exif=exif)
    out, _ = joined(tmp_path, [picture])
    with open_source(out, name="all", limits=ReadLimits()) as source:
        assert source.page(1).turn == 90


def test_the_same_pictures_make_the_same_file(tmp_path: Path) -> None:
    pictures = [save(coloured(draw_page()), tmp_path / name) for name in ("1.jpg", "2.png")]
    digests = set()
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        out, _ = joined(tmp_path / name, pictures)
        digests.add(hashlib.sha256(out.read_bytes()).hexdigest())
    assert len(digests) == 1


def test_a_page_of_a_scan_carries_when_it_came_out_and_the_hash_of_its_picture(tmp_path: Path) -> None:
    pictures = [save(coloured(draw_page()), tmp_path / "1.jpg"), save(draw_page(), tmp_path / "2.jpg")]
    plain, parts = joined(tmp_path, pictures)
    assert scanned_pages(plain) == ()
    at = datetime(2026, 11, 27, 10, 2, 3, tzinfo=VIETNAM)
    told = tuple(
        ScannedPage(number=number, sha256=hashlib.sha256(picture.read_bytes()).hexdigest(), at=at)
        for number, picture in enumerate(pictures, start=1)
    )
    out = tmp_path / "scan.pdf"
    write_joined(parts, out, scanned=told)
    assert scanned_pages(out) == told
    with pikepdf.open(out) as pdf:
        kept = [page.resources["/XObject"]["/Im0"].read_raw_bytes() for page in pdf.pages]
    assert [hashlib.sha256(raw).hexdigest() for raw in kept] == [one.sha256 for one in told]


@pytest.mark.parametrize(
    "piece",
    [
        pikepdf.Dictionary(),
        pikepdf.Dictionary(Motlan=pikepdf.String("x")),
        pikepdf.Dictionary(Motlan=pikepdf.Dictionary(LastModified=pikepdf.String("D:20261127100203Z"))),
        pikepdf.Dictionary(
            Motlan=pikepdf.Dictionary(
                LastModified=pikepdf.String("yesterday"),
                Private=pikepdf.Dictionary(SHA256=pikepdf.String("0" * 64)),
            )
        ),
        pikepdf.Dictionary(
            Motlan=pikepdf.Dictionary(
                LastModified=pikepdf.String("D:20261127100203Z"),
                Private=pikepdf.Dictionary(SHA256=pikepdf.String("Mẫu Thị Thử")),
            )
        ),
    ],
)
def test_what_a_strange_file_says_of_its_pages_is_not_taken_for_ours(
    tmp_path: Path, piece: pikepdf.Dictionary
) -> None:
    path = tmp_path / "strange.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page().obj["/PieceInfo"] = piece
        pdf.save(path)
    assert scanned_pages(path) == ()
    path.write_bytes(b"%PDF- no more")
    assert scanned_pages(path) == ()


def test_pages_read_ahead_are_the_pages_of_the_file_and_are_found_done(tmp_path: Path) -> None:
    engine = FixedEngine(words=(engine_word("Căn", (60, 60, 120, 90)),))
    reader = Reader(engine, cpu_clock=StillClock())
    page = draw_page(dpi=200, size=(8.27, 11.69))
    pictures = [save(coloured(page), tmp_path / name, dpi=200) for name in ("1.jpg", "2.jpg")]
    out, parts = joined(tmp_path, pictures, dpi=200)
    ahead = [reader.read_ahead(part, page=number, name="x") for number, part in enumerate(parts, start=1)]
    plain = reader.read(out, name="all", work=tmp_path / "plain").readings
    assert tuple(ahead) == plain
    reader.keep_ahead(out, ahead, work=tmp_path / "kept")
    asked = len(engine.asked)
    assert reader.read(out, name="all", work=tmp_path / "kept").readings == plain
    assert len(engine.asked) == asked


def test_findings_of_a_page_read_ahead_name_its_place_in_the_file(tmp_path: Path) -> None:
    reader = Reader(FixedEngine(), cpu_clock=StillClock())
    _, (part,) = joined(tmp_path, [save(draw_page(), tmp_path / "1.jpg", dpi=150)], dpi=100)
    reading = reader.read_ahead(part, page=8, name="x")
    assert reading.page.page == 8
    assert {finding.page for finding in reading.page.findings} == {8}
    assert Finding("page.low_resolution", 8, 100.0) in reading.page.findings

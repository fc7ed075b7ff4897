from __future__ import annotations

import hashlib
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from dossier.text import Finding
from ocr.assembling import write_joined, write_page
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

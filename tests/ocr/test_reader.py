from __future__ import annotations

import json
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import numpy as np
import pikepdf
import pytest
from PIL import Image

from dossier.errors import EngineError, EngineTimeoutError
from ocr.arrays import GrayImage
from ocr.engine import EngineWord, RecogniseMode
from ocr.limits import ReadLimits
from ocr.reader import Reader
from ocr.records import FileReading, FileReadingJson
from ocr.sources import open_source
from ocr.tesseract import TesseractEngine
from tests.ocr.pages import FixedEngine, StillClock, coloured, draw_page, engine_word, save

_CREATED = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
_WORDS = (
    engine_word("Giấy", (60, 60, 140, 90)),
    engine_word("khai", (150, 60, 220, 90)),
    engine_word("sinh", (230, 60, 300, 90)),
)


def _tiff(path: Path, pages: int) -> Path:
    sheets = [Image.fromarray(draw_page((f"Trang số {number}", *draw_lines()))) for number in range(pages)]
    sheets[0].save(path, save_all=True, append_images=sheets[1:], dpi=(150, 150))
    return path


def draw_lines() -> tuple[str, ...]:
    return ("Ủy ban nhân dân xã xác nhận các nội dung", "sau đây là đúng với sổ gốc đang được lưu giữ")


def _reader(engine: FixedEngine, *, workers: int = 1) -> Reader:
    return Reader(engine, workers=workers, cpu_clock=StillClock())


def test_a_run_that_was_stopped_goes_on_and_gives_the_same_reading(tmp_path: Path) -> None:
    path = _tiff(tmp_path / "a.tif", 4)
    whole = _reader(FixedEngine(words=_WORDS)).read(path, name="a.tif", work=tmp_path / "one")
    first = _reader(FixedEngine(words=_WORDS))
    kept = first.read(path, name="a.tif", work=tmp_path / "two")
    files = sorted((tmp_path / "two").iterdir())
    files[1].unlink()
    files[2].write_text("{ cut off", encoding="utf-8")
    again = FixedEngine(words=_WORDS)
    resumed = _reader(again, workers=2).read(path, name="a.tif", work=tmp_path / "two")
    assert whole == kept == resumed
    assert sum(1 for mode, _ in again.asked if mode == "page") == 2


def test_kept_pages_of_other_bytes_do_not_count(tmp_path: Path) -> None:
    work = tmp_path / "work"
    _reader(FixedEngine(words=_WORDS)).read(_tiff(tmp_path / "a.tif", 1), name="a", work=work)
    engine = FixedEngine()
    other = save(draw_page(("Khác hẳn",)), tmp_path / "b.png")
    _reader(engine).read(other, name="b", work=work)
    assert engine.asked


def test_progress_counts_every_page(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    _reader(FixedEngine(words=_WORDS), workers=2).read(
        _tiff(tmp_path / "a.tif", 3),
        name="a",
        work=tmp_path / "w",
        on_page=lambda n, of: seen.append((n, of)),
    )
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_a_reading_comes_back_from_json_unchanged(tmp_path: Path) -> None:
    reading = _reader(FixedEngine(words=_WORDS)).read(
        _tiff(tmp_path / "a.tif", 2), name="a", work=tmp_path / "w"
    )
    data = cast("FileReadingJson", json.loads(json.dumps(reading.to_json())))
    assert FileReading.from_json(data) == reading


def test_a_page_that_takes_too_long_is_named(tmp_path: Path) -> None:
    engine = FixedEngine(failure=EngineTimeoutError(page=0, seconds=7))
    with pytest.raises(EngineTimeoutError) as caught:
        _reader(engine).read(_tiff(tmp_path / "a.tif", 1), name="hồ sơ.tif", work=tmp_path / "w")
    assert (caught.value.item, caught.value.details) == ("hồ sơ.tif", {"page": 1, "seconds": 7})


def test_an_upside_down_page_is_turned_and_says_so(tmp_path: Path) -> None:
    page = draw_page(dpi=150)
    path = save(np.ascontiguousarray(page[::-1, ::-1]), tmp_path / "a.png")
    reading = Reader(TesseractEngine()).read(path, name="a", work=tmp_path / "w")
    assert reading.pages[0].rotation == 180
    assert [finding.code for finding in reading.pages[0].findings][-1] == "page.rotated"
    assert "Ủy ban nhân dân xã" in reading.pages[0].text


def test_a_back_that_bears_a_stamp_alone_is_not_blank_and_its_words_are_no_text(tmp_path: Path) -> None:
    stamp = ("SAO", "Y", "BẢN", "CHÍNH")
    words = tuple(
        engine_word(text, (60 + 90 * index, 60, 130 + 90 * index, 90)) for index, text in enumerate(stamp)
    )
    path = save(draw_page(), tmp_path / "a.png")
    (page,) = _reader(FixedEngine(words)).read(path, name="a", work=tmp_path / "w").pages
    assert (page.text, [line.text for line in page.stamps]) == ("", ["SAO Y BẢN CHÍNH"])
    assert not page.is_blank


@dataclass(slots=True)
class BusyEngine:
    """Notes how many calls are in it at the same time, and holds each until another one wants in."""

    now: int = 0
    most: int = 0
    failing: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def version(self) -> str:
        return "busy 1"

    def recognise(
        self, image: GrayImage, *, dpi: int, mode: RecogniseMode, seconds: float
    ) -> tuple[EngineWord, ...]:
        del image, dpi, mode, seconds
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        threading.Event().wait(0.02)
        with self.lock:
            self.now -= 1
        if self.failing:
            raise EngineError(cause="broken")
        return _WORDS


def test_pages_in_work_are_bounded_over_all_files_read_at_once(tmp_path: Path) -> None:
    engine = BusyEngine()
    reader = Reader(engine, workers=2, cpu_clock=StillClock())
    paths = [_tiff(tmp_path / f"{number}.tif", 3) for number in range(3)]
    with ThreadPoolExecutor(3) as pool:
        readings = list(pool.map(lambda path: reader.read(path, name="a", work=tmp_path / path.stem), paths))
    assert [len(reading.pages) for reading in readings] == [3, 3, 3]
    assert 1 <= engine.most <= 2


def test_boxes_of_a_fine_scan_are_in_its_own_pixels(tmp_path: Path) -> None:
    coarse = draw_page(dpi=300)
    fine = np.kron(coarse, np.ones((2, 2), dtype=np.uint8))[:, :-1]
    engine = FixedEngine(words=_WORDS)
    reading = _reader(engine).read(save(fine, tmp_path / "a.png", dpi=600), name="a", work=tmp_path / "w")
    page = reading.pages[0]
    assert (page.width, page.height, page.dpi) == (fine.shape[1], fine.shape[0], 600)
    assert max(max(shape) for _, shape in engine.asked) <= max(coarse.shape)
    assert page.words[0].box.left == pytest.approx(60 * 600 / 250, abs=3)


def test_a_failing_file_gives_its_room_back(tmp_path: Path) -> None:
    engine = BusyEngine(failing=True)
    reader = Reader(engine, workers=2, cpu_clock=StillClock())
    path = _tiff(tmp_path / "a.tif", 4)
    with pytest.raises(EngineError):
        reader.read(path, name="a", work=tmp_path / "w")
    engine.failing = False
    assert len(reader.read(path, name="a", work=tmp_path / "w").pages) == 4


def _written(tmp_path: Path, source: Path, *, top_clear_mm: float = 0.0) -> tuple[Path, float]:
    reader = _reader(FixedEngine(words=_WORDS))
    reading = reader.read(source, name="a", work=tmp_path / "w")
    out = tmp_path / f"{source.stem}-out.pdf"
    numbers = [page.page for page in reading.pages]
    result = reader.write_pdfa(
        source, reading, pages=numbers, out=out, title="Giấy <khai> sinh & sao", created=_CREATED,
        top_clear_mm=top_clear_mm,
    )  # fmt: skip
    assert result.pages == len(numbers)
    return out, result.band


def _words_of(path: Path) -> list[str]:
    return subprocess.run(
        ["pdftotext", str(path), "-"], check=True, capture_output=True, text=True
    ).stdout.split()


def test_jpeg_bytes_pass_through_and_the_words_can_be_found(tmp_path: Path) -> None:
    source = save(coloured(draw_page()), tmp_path / "a.jpg")
    out, _ = _written(tmp_path, source)
    with pikepdf.open(out) as pdf:
        image = pdf.pages[0].Resources.XObject.Im0
        assert image.read_raw_bytes() == source.read_bytes()
        assert image.Filter == pikepdf.Name.DCTDecode
        box = [float(side) for side in pdf.pages[0].MediaBox]
        assert box == pytest.approx([0, 0, 432, 288], abs=0.01)
        assert pdf.pages[0].get("/Rotate") is None
    assert _words_of(out) == ["Giấy", "khai", "sinh"]
    subprocess.run(["qpdf", "--check", str(out)], check=True, capture_output=True)


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    source = save(coloured(draw_page()), tmp_path / "a.png")
    first = _written(tmp_path, source)[0].read_bytes()
    assert _written(tmp_path, source)[0].read_bytes() == first


@pytest.mark.parametrize("mode", ["g4", "g4-inverted", "1-bit png", "grey", "colour", "cmyk", "palette"])
def test_the_picture_in_the_pdf_is_the_picture_that_was_scanned(tmp_path: Path, mode: str) -> None:
    page = draw_page()
    page[0:40, 0:100] = 0
    sheet = Image.fromarray(page)
    path = tmp_path / ("a.png" if "png" in mode else "a.tif")
    if mode.startswith("g4"):
        options = {262: 1 if "inverted" in mode else 0}
        sheet.convert("1").save(path, compression="group4", dpi=(150, 150), tiffinfo=options)
    else:
        kinds = {"1-bit png": "1", "grey": "L", "colour": "RGB", "cmyk": "CMYK", "palette": "P"}
        sheet.convert(kinds[mode]).save(path, dpi=(150, 150))
    out, _ = _written(tmp_path, path)
    with open_source(path, name="a", limits=ReadLimits()) as source:
        stored = source.page(1).pixels
    with pikepdf.open(out) as pdf:
        image = pdf.pages[0].Resources.XObject.Im0
        assert isinstance(image, pikepdf.Stream)
        shown = pikepdf.PdfImage(image).as_pil_image().convert("RGB")
    expected = np.asarray(Image.fromarray(stored).convert("RGB"))
    assert np.array_equal(np.asarray(shown), expected)


def test_a_scanned_pdf_keeps_its_image_stream(tmp_path: Path) -> None:
    first, _ = _written(tmp_path, save(coloured(draw_page()), tmp_path / "a.jpg"))
    second, _ = _written(tmp_path, first)
    with pikepdf.open(first) as one, pikepdf.open(second) as two:
        images = [pdf.pages[0].Resources.XObject.Im0.read_raw_bytes() for pdf in (one, two)]
    assert images[0] == images[1]


def test_a_full_head_gets_a_white_band_above_it_and_an_empty_one_does_not(tmp_path: Path) -> None:
    source = save(coloured(draw_page()), tmp_path / "a.jpg")
    out, band = _written(tmp_path, source, top_clear_mm=25)
    assert band == pytest.approx(70.866)
    with pikepdf.open(out) as pdf:
        assert float(pdf.pages[0].MediaBox[3]) == pytest.approx(288 + 70.866)
    low = np.full((600, 900), 255, dtype=np.uint8)
    low[250:280, 100:600:9] = 0
    reader = Reader(FixedEngine(), cpu_clock=StillClock())
    path = save(low, tmp_path / "low.png")
    reading = reader.read(path, name="a", work=tmp_path / "w")
    result = reader.write_pdfa(
        path, reading, pages=[1], out=tmp_path / "low.pdf", title="t", created=_CREATED, top_clear_mm=25
    )
    assert result.band == 0.0
    assert result.occupied
    assert all(bottom < 288 - 70 for _, bottom, _, _ in result.occupied)

"""A worker stays small, also with the largest page that an office scanner makes."""

from __future__ import annotations

import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from ocr import xobjects
from ocr.arrays import PageImage
from ocr.limits import ReadLimits
from ocr.pdfscan import deflated_bands
from ocr.pngbands import in_bands as png_in_bands
from ocr.pngbands import rows_of_png
from ocr.sources import open_source
from ocr.tiffbands import in_bands
from tests.ocr.pages import TEXT, coloured, draw_page, save

_LIMIT_MEGABYTES = 350
_A3_600 = (9921, 7016)
# Reads one page after the other with the networks, as a worker that goes on does, and prints after each the
# peak of resident memory so far, in megabytes. The peak that the system gives for a process may be that of
# the process that started it; /proc tells them apart.
_CHILD = """
import pathlib, sys, tempfile
from ocr.net.engine import NetEngine
from ocr.reader import Reader

reader = Reader(NetEngine())
for path in map(pathlib.Path, sys.argv[1:]):
    with tempfile.TemporaryDirectory() as work:
        page = reader.read(path, name="a3", work=pathlib.Path(work)).pages[0]
    status = pathlib.Path("/proc/self/status").read_text()
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    print(page.width, page.height, page.dpi, int(peak.split()[1]) // 1024)
"""
_KINDS = ("jpg", "tif", "png", "pdf", "deflated.pdf")


def _has_peak() -> bool:
    status = Path("/proc/self/status")
    return status.exists() and "VmHWM:" in status.read_text()


def _sheet() -> PageImage:
    small = draw_page(dpi=75, size=(16.535, 11.694), lines=TEXT)
    return coloured(np.asarray(Image.fromarray(small).resize(_A3_600), dtype=np.uint8))


def _full_page(pdf: pikepdf.Pdf, image: pikepdf.Object) -> pikepdf.Pdf:
    width, height = (side * 72 / 600 for side in _A3_600)
    page = pdf.add_blank_page(page_size=(width, height))
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=image))
    page.Contents = pdf.make_stream(f"q {width} 0 0 {height} 0 0 cm /Im Do Q".encode())
    return pdf


def _write(kind: str, folder: Path) -> Path:
    sheet = Image.fromarray(_sheet())
    path = folder / f"a3.{kind}"
    if kind == "deflated.pdf":
        with pikepdf.new() as pdf:
            image = xobjects.lossless(pdf, (np.asarray(sheet),), width=_A3_600[0], height=_A3_600[1])
            _full_page(pdf, image).save(path)
    elif kind == "pdf":
        sheet.save(folder / "a3.jpg", quality=90, dpi=(600, 600))
        with pikepdf.new() as pdf:
            image = xobjects.jpeg(
                pdf, (folder / "a3.jpg").read_bytes(), width=_A3_600[0], height=_A3_600[1], colours=3
            )
            _full_page(pdf, image).save(path)
    elif kind == "tif":
        sheet.save(path, compression="tiff_lzw", dpi=(600, 600))
    elif kind == "png":
        sheet.save(path, compress_level=1, dpi=(600, 600))
    else:
        sheet.save(path, quality=90, dpi=(600, 600))
    return path


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[list[int]]]:
    """For each kind of file, what a worker said after each of its pages: width, height, dpi, peak so far.

    One worker reads a page of every kind, and the first kind again at the end.
    """
    folder = tmp_path_factory.mktemp("a3")
    order = (*_KINDS, _KINDS[0])
    paths = {kind: str(_write(kind, folder)) for kind in _KINDS}
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, *(paths[kind] for kind in order)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    said = [[int(number) for number in line.split()] for line in done.stdout.splitlines()]
    return {kind: [told for name, told in zip(order, said, strict=True) if name == kind] for kind in _KINDS}


@pytest.mark.slow
@pytest.mark.skipif(not _has_peak(), reason="this system does not tell the peak of a process")
@pytest.mark.parametrize("kind", _KINDS)
def test_an_a3_page_of_600_dpi_in_colour_is_read_in_350_megabytes(
    kind: str, worker: dict[str, list[list[int]]]
) -> None:
    for width, height, dpi, peak in worker[kind]:
        assert ((width, height), dpi) == (_A3_600, 600)
        assert peak <= _LIMIT_MEGABYTES


@pytest.mark.parametrize("suffix", ["jpg", "png", "tif"])
@pytest.mark.parametrize("colour", [True, False])
def test_a_page_of_600_dpi_comes_at_half_its_size_when_that_is_enough(
    suffix: str, tmp_path: Path, *, colour: bool
) -> None:
    page = draw_page(dpi=600, size=(3.0, 2.0), lines=TEXT[:3])
    path = save(coloured(page) if colour else page, tmp_path / f"page.{suffix}", dpi=600)
    with open_source(path, name="page", limits=ReadLimits()) as source:
        whole, half = source.page(1), source.page(1, enough_dpi=300)
    assert (whole.stored, whole.dpi) == (None, 600)
    assert (half.dpi, half.size) == (300, whole.size)
    assert half.pixels.shape[:2] == (600, 900)
    expected = whole.pixels[::2, ::2].astype(int) + whole.pixels[1::2, 1::2]
    assert np.abs(expected / 2 - half.pixels).mean() < 6


@pytest.mark.parametrize(
    "compression", ["raw", "packbits", "tiff_lzw", "tiff_adobe_deflate", "jpeg", "group4"]
)
def test_the_bands_of_a_tiff_are_the_page(compression: str, tmp_path: Path) -> None:
    page = draw_page(dpi=200, size=(5.0, 6.0), lines=TEXT)
    picture = Image.fromarray(page) if compression != "group4" else Image.fromarray(page).convert("1")
    path = tmp_path / "page.tif"
    picture.save(path, compression=compression, tiffinfo={278: 104})
    with Image.open(path) as image:
        files = in_bands(image, path, whole=3)
        assert files is not None
        bands = [np.asarray(Image.open(file)) for file in files]
        assert len(bands) > 1
        assert all(band.shape[0] % 3 == 0 for band in bands[:-1])
        assert np.array_equal(np.concatenate(bands), np.asarray(image))


def test_a_tiff_in_one_compressed_piece_is_not_cut(tmp_path: Path) -> None:
    path = tmp_path / "page.tif"
    Image.fromarray(draw_page()).save(path, compression="tiff_lzw", tiffinfo={278: 100_000})
    with Image.open(path) as image:
        assert in_bands(image, path, whole=2) is None


def _noise(mode: str) -> Image.Image:
    depth = len(mode) if mode != "P" else 1
    values = np.random.default_rng(1).integers(0, 256, (700, 90, depth), dtype=np.uint8)
    smooth = np.asarray(draw_page(dpi=100, size=(0.9, 7.0), lines=TEXT))[..., None] // 2 + values // 2
    pixels = smooth.astype(np.uint8)
    if mode == "P":
        return Image.fromarray(pixels[..., 0]).convert("P")
    return Image.fromarray(pixels[..., 0] if depth == 1 else pixels, mode)


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "P"])
def test_the_bands_of_a_png_are_the_picture(mode: str, tmp_path: Path) -> None:
    picture = _noise(mode)
    picture.save(tmp_path / "page.png")
    rows = rows_of_png((tmp_path / "page.png").read_bytes())
    assert rows is not None
    bands = list(png_in_bands(rows, whole=3))
    assert len(bands) > 1
    assert all(band.height % 3 == 0 for band in bands[:-1])
    assert np.array_equal(np.concatenate([np.asarray(band) for band in bands]), np.asarray(picture))


def test_the_pixels_of_a_png_that_end_early_are_told(tmp_path: Path) -> None:
    _noise("RGB").save(tmp_path / "page.png")
    rows = rows_of_png((tmp_path / "page.png").read_bytes())
    assert rows is not None
    cut = replace(rows, deflated=(rows.deflated[0][: len(rows.deflated[0]) // 2],))
    with pytest.raises(OSError, match="truncated"):
        list(png_in_bands(cut, whole=2))


def test_the_exif_behind_the_pixels_of_a_png_turns_the_page(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / "page.png"
    Image.fromarray(draw_page()).save(path, exif=exif)
    data = path.read_bytes()
    start = data.index(b"eXIf") - 4
    end = start + 12 + int.from_bytes(data[start : start + 4])
    path.write_bytes(data[:start] + data[end:-12] + data[start:end] + data[-12:])
    with open_source(path, name="page", limits=ReadLimits()) as source:
        assert source.page(1).turn == 90


@pytest.mark.parametrize("predictor", [1, 15])
def test_a_deflated_image_in_a_pdf_comes_in_bands(predictor: int) -> None:
    page = np.asarray(_noise("RGB"))
    height, width = page.shape[:2]
    rows = page.reshape(height, -1)
    if predictor > 1:
        # Every row as the difference to the one above.
        above = np.vstack((np.zeros_like(rows[:1]), rows[:-1]))
        rows = np.hstack((np.full((height, 1), 2, dtype=np.uint8), rows - above))
    with pikepdf.new() as pdf:
        image = pikepdf.Stream(pdf, b"", Width=width, Height=height, BitsPerComponent=8)
        image.ColorSpace = pikepdf.Name.DeviceRGB
        told = pikepdf.Dictionary(Predictor=predictor, Columns=width, Colors=3)
        image.write(zlib.compress(rows.tobytes()), filter=pikepdf.Name.FlateDecode, decode_parms=told)
        bands = deflated_bands(image, whole=2)
        assert bands is not None
        assert np.array_equal(np.concatenate([np.asarray(band) for band in bands]), page)

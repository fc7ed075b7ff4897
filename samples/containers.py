"""Scanned pages as files: JPEG, multi-page TIFF, PDF of scans."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pikepdf
from numpy.typing import NDArray
from PIL import Image

POINTS_PER_INCH = 72

Packing = Literal["jpeg", "deflate", "g4"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One scanned page: colour or bilevel pixels, resolution, and how a file packs it."""

    pixels: NDArray[np.uint8]
    dpi: int
    quality: int = 72
    packing: Packing = "jpeg"


def jpeg_bytes(scan: Scan) -> bytes:
    """A colour JPEG with its resolution."""
    buffer = io.BytesIO()
    image = Image.fromarray(scan.pixels)
    image.save(buffer, "JPEG", quality=scan.quality, dpi=(scan.dpi, scan.dpi), optimize=True, subsampling=2)
    return buffer.getvalue()


def write_jpeg(path: Path, scans: list[Scan]) -> None:
    """One page as a JPEG file."""
    (scan,) = scans
    path.write_bytes(jpeg_bytes(scan))


def write_tiff(path: Path, scans: list[Scan]) -> None:
    """All pages in one TIFF, each in its own compression."""
    frames = [_frame(scan) for scan in scans]
    frames[0].save(path, "TIFF", save_all=True, append_images=frames[1:])


def _frame(scan: Scan) -> Image.Image:
    names = {"jpeg": "jpeg", "deflate": "tiff_adobe_deflate", "g4": "group4"}
    image = Image.fromarray(scan.pixels)
    if scan.packing == "g4":
        image = image.convert("1", dither=Image.Dither.NONE)
    image.encoderinfo = {"compression": names[scan.packing], "dpi": (scan.dpi, scan.dpi)}
    if scan.packing == "jpeg":
        image.encoderinfo["quality"] = scan.quality
    return image


def write_pdf(path: Path, scans: list[Scan]) -> None:
    """A PDF of scans: every page one JPEG, no text."""
    with pikepdf.new() as pdf:
        for scan in scans:
            _add_page(pdf, scan)
        pdf.docinfo["/Producer"] = "May quet van phong"
        pdf.save(path, min_version="1.4", deterministic_id=True)


def _add_page(pdf: pikepdf.Pdf, scan: Scan) -> None:
    height, width = scan.pixels.shape[:2]
    picture = pikepdf.Stream(pdf, jpeg_bytes(scan))
    picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    picture.Width, picture.Height = width, height
    picture.ColorSpace, picture.BitsPerComponent = pikepdf.Name.DeviceRGB, 8
    picture.Filter = pikepdf.Name.DCTDecode
    size = [round(side * POINTS_PER_INCH / scan.dpi, 3) for side in (width, height)]
    drawing = f"q {size[0]} 0 0 {size[1]} 0 0 cm /Im0 Do Q".encode()
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page,
        MediaBox=[0, 0, *size],
        Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=pdf.make_indirect(picture))),
        Contents=pdf.make_stream(drawing),
    )
    pdf.pages.append(pikepdf.Page(page))

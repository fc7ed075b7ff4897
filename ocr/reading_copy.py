"""A copy of a PDF for reading alone: each page drawn anew as a picture, with words across it that stay.

Nothing of the file goes along but what is seen: no signature, no text layer, no attachment, no script. So
nobody can take it for the original, and the words cannot be lifted off like a layer. The original is only
read.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pikepdf
import pypdfium2 as pdfium
from PIL import Image, ImageDraw, ImageFont

from dossier.errors import InputUnreadableError
from dossier.service_errors import ReadingCopyError
from ocr.images import check_size
from ocr.limits import ReadLimits
from ocr.pdfs import PDFIUM

MOST_PAGES: Final = 200
_DPI: Final = 110
_POINTS: Final = 72
_QUALITY: Final = 72
_LIMITS: Final = ReadLimits(max_pixels=30_000_000)
_INK: Final = (150, 30, 30)
_SHARE: Final = 56
_BAND_POINTS: Final = 9
_ACROSS_POINTS: Final = 15
_TURN: Final = 32
_ROWS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking:
    """What stands on each page.

    Attributes:
        label: that it is no original; at the head of the page and as title of the file.
        lines: who reads it, when, for what; across the page and at its foot.
        typeface: a TrueType file that has every letter of them.
    """

    label: str
    lines: Sequence[str]
    typeface: Path


def write_reading_copy(source: Path, target: Path, *, name: str, marking: Marking) -> int:
    """Draw a PDF page by page into another file.

    Args:
        source: is only read.
        target: is written anew.
        name: of the paper, for errors.
        marking: what stands on each page.

    Returns:
        How many pages there are.

    Raises:
        InputUnreadableError: it is no PDF that can be drawn.
        InputTooLargeError: a page is too large.
        ReadingCopyError: it has too many pages.
    """
    try:
        with PDFIUM:
            document = pdfium.PdfDocument(source)
            count = len(document)
    except pdfium.PdfiumError as error:
        raise InputUnreadableError(name, cause="not a PDF that can be drawn") from error
    try:
        if count > MOST_PAGES:
            raise ReadingCopyError(name, pages=MOST_PAGES)
        with pikepdf.Pdf.new() as made:
            for index in range(count):
                picture = _drawn(document, index, name=name)
                _add(made, _marked(picture, marking))
            made.docinfo["/Title"] = marking.label
            made.save(target)
    finally:
        with PDFIUM:
            document.close()
    return count


def _drawn(document: pdfium.PdfDocument, index: int, *, name: str) -> Image.Image:
    scale = _DPI / _POINTS
    # The lock is left between pages: whoever reads a batch meanwhile gets a turn.
    with PDFIUM:
        try:
            page = document[index]
            width, height = (round(side * scale) for side in page.get_size())
            check_size(width, height, limits=_LIMITS, name=name, page=index + 1)
            picture: Image.Image = page.render(scale=scale).to_pil().convert("RGB")
            page.close()
        except (pdfium.PdfiumError, ValueError) as error:
            raise InputUnreadableError(name, cause=f"page {index + 1}") from error
    return picture


def _marked(picture: Image.Image, marking: Marking) -> Image.Image:
    """The page between two bands of its own, so that they hide nothing of it, with the words across it."""
    band = 2 * _pixels(_BAND_POINTS)
    page = Image.new("RGBA", (picture.width, picture.height + 2 * band), (255, 255, 255, 255))
    page.paste(picture, (0, band))
    marked = Image.alpha_composite(page, _across(page.size, marking)).convert("RGB")
    draw, pad = ImageDraw.Draw(marked), band // 4
    for text, top in ((marking.label, 0), (" · ".join(marking.lines), marked.height - band)):
        font = _fitting(marking, text, width=marked.width - 2 * pad, points=_BAND_POINTS)
        draw.text((pad, top + pad), text, font=font, fill=_INK)
    return marked


def _across(size: tuple[int, int], marking: Marking) -> Image.Image:
    """The words, turned, again and again, so that no part of the page is without them."""
    width, height = size
    side = round((width**2 + height**2) ** 0.5)
    layer = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    draw = ImageDraw.Draw(layer)
    font = ImageFont.truetype(str(marking.typeface), _pixels(_ACROSS_POINTS))
    text = "   ·   ".join((marking.label, *marking.lines))
    long = max(1, round(draw.textlength(text, font=font)))
    for row in range(_ROWS):
        top = round((row + 0.5) * side / _ROWS)
        for left in range(-(row * long // 3) % long - long, side, long + _pixels(_ACROSS_POINTS)):
            draw.text((left, top), text, font=font, fill=(*_INK, _SHARE))
    turned = layer.rotate(_TURN, resample=Image.Resampling.BILINEAR)
    left, top = (side - width) // 2, (side - height) // 2
    return turned.crop((left, top, left + width, top + height))


def _fitting(marking: Marking, text: str, *, width: int, points: float) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(marking.typeface), _pixels(points))
    long = font.getlength(text)
    if long <= width:
        return font
    return ImageFont.truetype(str(marking.typeface), max(6, int(_pixels(points) * width / long)))


def _pixels(points: float) -> int:
    return round(points * _DPI / _POINTS)


def _add(made: pikepdf.Pdf, picture: Image.Image) -> None:
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=_QUALITY)
    width, height = (side * _POINTS / _DPI for side in picture.size)
    page = made.add_blank_page(page_size=(width, height))
    image = pikepdf.Stream(
        made,
        data.getvalue(),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=picture.width,
        Height=picture.height,
        ColorSpace=pikepdf.Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
    )
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
    page.Contents = pikepdf.Stream(made, f"q {width:.3f} 0 0 {height:.3f} 0 0 cm /Im0 Do Q".encode())

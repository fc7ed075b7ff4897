"""The two-layer PDF/A-2b: the untouched page image, and over it the words nobody sees. Before any signature.

ISO 19005-2 (PDF/A-2), level B. The same inputs give the same bytes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import cv2
import numpy as np
import pikepdf
from pikepdf import Array, Dictionary, Name

from dossier.text import PageText
from ocr.glyphless import add_font
from ocr.ink import any_ink
from ocr.metadata import add_metadata
from ocr.occupied import Rectangle, occupied_rectangles
from ocr.sources import Source
from ocr.textlayer import Sheet, page_content, sheet_of

_POINTS_PER_MM = 72 / 25.4
_MARK_ZONE_MM = 60.0
# A little more, so that the paper at the lower edge of the zone is judged by its surroundings.
_RIM_MM = 10.0
# Enough to see where ink is.
_INK_DPI = 300
# Page images wait in memory until so many bytes have gathered, then they move to the disk.
_GATHER_BYTES = 48 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfaResult:
    """What was written.

    Attributes:
        pages: how many.
        width, height: of the first page in points, the band above it included.
        band: height in points of the white band put above the image of the first page; 0 without one.
        occupied: rectangles (left, bottom, right, top) in points, origin bottom-left, of words and dark
            regions in the top 60 mm of the first page's image; a mark must not touch them.
    """

    pages: int
    width: float
    height: float
    band: float
    occupied: tuple[Rectangle, ...]


def write_searchable(  # noqa: PLR0913  each is part of what makes the bytes
    source: Source,
    pages: Sequence[PageText],
    *,
    out: Path,
    title: str,
    created: datetime,
    top_clear_mm: float = 0.0,
) -> PdfaResult:
    """Write the pages of an opened file as PDF/A-2b.

    Args:
        source: where the page images are.
        pages: what was read on them, in the order wanted; at least one.
        out: file to write; its folder is also used for what does not fit in memory.
        title: shown by readers as the title.
        created: time of making, aware; part of the bytes.
        top_clear_mm: when something stands in that much of the top of the first page, a white band of that
            height is put above its image, so that signature marks have room.

    Raises:
        InputError: a page image cannot be decoded.
        ValueError: there is no page.
    """
    if not pages:
        msg = "a PDF/A needs at least one page"
        raise ValueError(msg)
    sheet, occupied = _first_sheet(source, pages[0], top_clear_mm=top_clear_mm)
    with ExitStack() as stack:
        pdf = stack.enter_context(pikepdf.new())
        font = add_font(pdf)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=f"{out.name}-", dir=out.parent)))
        gathered = 0
        for index, page in enumerate(pages):
            image = source.place(page.page, into=pdf, dpi=page.dpi)
            gathered += _stored_bytes(image)
            if gathered > _GATHER_BYTES:
                image = _to_disk(pdf, image, folder / f"{index}.pdf", stack)
                gathered -= _GATHER_BYTES
            _add_page(pdf, page, sheet if index == 0 else sheet_of(page), image=image, font=font)
        add_metadata(pdf, title=title, created=created)
        pdf.save(
            out,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            compress_streams=True,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            min_version="1.7",
        )
    return PdfaResult(
        pages=len(pages),
        width=sheet.width,
        height=round(sheet.height + sheet.band, 3),
        band=sheet.band,
        occupied=occupied,
    )


def _first_sheet(
    source: Source, page: PageText, *, top_clear_mm: float
) -> tuple[Sheet, tuple[Rectangle, ...]]:
    raw = source.page(page.page, enough_dpi=_INK_DPI)
    rows = round((_MARK_ZONE_MM + _RIM_MM) / 25.4 * raw.dpi)
    upright = np.rot90(raw.pixels, k=-(page.rotation // 90))
    ink = any_ink(np.ascontiguousarray(upright[:rows]), dpi=raw.dpi)
    if raw.stored is not None:
        # In pixels of the page, like the boxes of its words.
        height = max(1, round(ink.shape[0] * page.width / ink.shape[1]))
        ink = np.asarray(cv2.resize(ink, (page.width, height)), dtype=np.uint8)
    plain = sheet_of(page)
    occupied = occupied_rectangles(page, ink, plain, depth_mm=_MARK_ZONE_MM)
    zone = plain.height - top_clear_mm * _POINTS_PER_MM
    if top_clear_mm <= 0 or not any(top > zone for _, _, _, top in occupied):
        return plain, occupied
    return sheet_of(page, band=round(top_clear_mm * _POINTS_PER_MM, 3)), occupied


def _add_page(
    pdf: pikepdf.Pdf, page: PageText, sheet: Sheet, *, image: pikepdf.Object, font: pikepdf.Object
) -> None:
    content = page_content(page, sheet, image="Im0", font="F0")
    dictionary = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, sheet.width, round(sheet.height + sheet.band, 3)]),
        Resources=Dictionary(XObject=Dictionary(Im0=image), Font=Dictionary(F0=font)),
        Contents=pdf.make_stream(content),
    )
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(dictionary)))


def _stored_bytes(image: pikepdf.Object) -> int:
    return int(image.get("/Length", 0)) or len(image.read_raw_bytes())


def _to_disk(pdf: pikepdf.Pdf, image: pikepdf.Object, path: Path, stack: ExitStack) -> pikepdf.Object:
    """The same stream, its bytes in a file of its own that is read when the PDF is saved."""
    with pikepdf.new() as part:
        part.Root.Kept = part.copy_foreign(image)
        part.save(path, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)
    kept = stack.enter_context(pikepdf.open(path))
    return pdf.copy_foreign(kept.Root.Kept)

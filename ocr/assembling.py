"""Single pictures become one PDF, each page the picture's own bytes. The same pictures give the same file.

Nothing is coded again: a JPEG stays the JPEG it was, a PNG keeps its stream, so the page that is read,
signed and kept for ever is the one that came out of the scanner. Each page of a scan carries when it came out
and the SHA-256 of its picture (page-piece dictionary, ISO 32000-1 14.5): the hash of the file, which is kept
for ever, covers both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC
from pathlib import Path
from typing import Final

import pikepdf
from pikepdf import Dictionary, Object, String
from pikepdf.models.metadata import decode_pdf_date, encode_pdf_date

from dossier.feeding import ScannedPage
from ocr.limits import ReadLimits
from ocr.sources import open_source

_POINTS: Final = 72
_IMAGE: Final = "/Im0"
_PIECE: Final = "/PieceInfo"
_OURS: Final = "/Motlan"
_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


def write_page(picture: Path, out: Path, *, dpi: int, name: str, limits: ReadLimits) -> None:
    """One picture as a PDF of one page, as large as it was scanned.

    Args:
        picture: JPEG, PNG or TIFF of one page.
        out: file to write.
        dpi: pixels per inch it was scanned at.
        name: what messages call the picture.
        limits: what is refused.

    Raises:
        InputError: the picture cannot be decoded.
    """
    with open_source(picture, name=name, limits=limits) as source, pikepdf.new() as pdf:
        raw = source.page(1, enough_dpi=_POINTS)
        image = source.place(1, into=pdf, dpi=dpi)
        width, height = int(image.Width) * _POINTS / dpi, int(image.Height) * _POINTS / dpi
        page = pdf.add_blank_page(page_size=(width, height))
        page.Resources = Dictionary(XObject=Dictionary({_IMAGE: image}))
        page.Contents = pdf.make_stream(f"q {width:.4f} 0 0 {height:.4f} 0 0 cm {_IMAGE} Do Q".encode())
        if raw.turn:
            page.Rotate = raw.turn
        _save(pdf, out)


def write_joined(pages: Sequence[Path], out: Path, *, scanned: Sequence[ScannedPage] = ()) -> None:
    """Files of ``write_page`` as one, in that order; their images are copied stream by stream.

    Args:
        pages: files of one page.
        out: file to write.
        scanned: what each page is to carry, in the same order; none for pages that came from no scanner.
    """
    with ExitStack() as stack, pikepdf.new() as pdf:
        for path in pages:
            pdf.pages.extend(stack.enter_context(pikepdf.open(path)).pages)
        for one in scanned:
            pdf.pages[one.number - 1].obj[_PIECE] = Dictionary({_OURS: _piece(one)})
        _save(pdf, out)


def scanned_pages(path: Path) -> tuple[ScannedPage, ...]:
    """What the pages of a file carry; empty for a file that no scan made, or that cannot be opened."""
    try:
        with pikepdf.open(path) as pdf:
            told = [_told(page.obj, number) for number, page in enumerate(pdf.pages, start=1)]
    except (pikepdf.PdfError, pikepdf.PasswordError):
        return ()
    return tuple(one for one in told if one is not None)


def _piece(scanned: ScannedPage) -> Dictionary:
    at = encode_pdf_date(scanned.at.astimezone(UTC))
    return Dictionary(LastModified=String(at), Private=Dictionary(SHA256=String(scanned.sha256)))


def _told(page: Object, number: int) -> ScannedPage | None:
    """What is not as we write it is not ours."""
    try:
        piece = page[_PIECE][_OURS]
        sha256, at = str(piece.Private.SHA256), decode_pdf_date(str(piece.LastModified))
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    if not _SHA256.fullmatch(sha256) or at.tzinfo is None:
        return None
    return ScannedPage(number=number, sha256=sha256, at=at)


def _save(pdf: pikepdf.Pdf, out: Path) -> None:
    # No time and no chance in the bytes: a killed run that is repeated must make the same file.
    pdf.save(out, static_id=True, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)

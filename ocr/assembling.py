"""Single pictures become one PDF, each page the picture's own bytes. The same pictures give the same file.

Nothing is coded again: a JPEG stays the JPEG it was, a PNG keeps its stream, so the page that is read,
signed and kept for ever is the one that came out of the scanner.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pikepdf
from pikepdf import Dictionary

from ocr.limits import ReadLimits
from ocr.sources import open_source

_POINTS: Final = 72
_IMAGE: Final = "/Im0"


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


def write_joined(pages: Sequence[Path], out: Path) -> None:
    """Files of ``write_page`` as one, in that order; their images are copied stream by stream."""
    with ExitStack() as stack, pikepdf.new() as pdf:
        for path in pages:
            pdf.pages.extend(stack.enter_context(pikepdf.open(path)).pages)
        _save(pdf, out)


def _save(pdf: pikepdf.Pdf, out: Path) -> None:
    # No time and no chance in the bytes: a killed run that is repeated must make the same file.
    pdf.save(out, static_id=True, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)

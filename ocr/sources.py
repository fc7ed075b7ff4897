"""Open a file by its content and give its pages one at a time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from dossier.text import Line
from ocr.arrays import PageImage
from ocr.limits import ReadLimits
from ocr.records import FileKind
from ocr.sniff import detect_kind

if TYPE_CHECKING:
    import pikepdf


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPage:
    """One page as it lies in its file.

    Attributes:
        number: 1-based.
        pixels: grey or RGB, as stored, before any turn.
        dpi: pixels per inch, the same both ways.
        turn: degrees clockwise that the file itself asks for (EXIF, PDF page and image matrix).
        bilevel: only black and white are stored.
        embedded: lines of trustworthy text that came with the page, boxes in pixels of ``pixels``; None
            where the page has to be recognised.
    """

    number: int
    pixels: PageImage
    dpi: int
    turn: int
    bilevel: bool
    embedded: tuple[Line, ...] | None = None


class Source(Protocol):
    """An opened file. A context manager; pages may be asked for from several threads, in any order."""

    @property
    def kind(self) -> FileKind:
        """What the content is."""
        ...

    @property
    def page_count(self) -> int:
        """Pages; at least 1."""
        ...

    @property
    def signed(self) -> bool:
        """A PDF with a filled signature field."""
        ...

    def page(self, number: int) -> RawPage:
        """Decode one page; ``number`` is 1-based.

        Raises:
            InputTooLargeError, InputTruncatedError, InputUnreadableError: the page cannot be decoded.
        """
        ...

    def place(self, number: int, *, into: pikepdf.Pdf, dpi: int) -> pikepdf.Object:
        """Put the page image into a PDF: the stored bytes unchanged where PDF/A allows them.

        ``dpi`` is the resolution the page was read at; pages that are drawn are drawn at it again.

        Raises:
            InputUnreadableError: the page cannot be decoded.
        """
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def open_source(path: Path, *, name: str, limits: ReadLimits) -> Source:
    """Open a JPEG, PNG, TIFF or PDF; the kind is taken from the content.

    Args:
        path: where the bytes are.
        name: what messages call the file.
        limits: what to refuse.

    Raises:
        InputError: one class of it for each way a file can be bad; see ``dossier.errors``.
    """
    kind = detect_kind(path, name=name)
    if kind == "pdf":
        from ocr.pdfs import PdfSource  # noqa: PLC0415  pictures are read without loading the PDF libraries

        return PdfSource(path, name=name, limits=limits)
    from ocr.rasters import RasterSource  # noqa: PLC0415  the same the other way round

    return RasterSource(path, kind=kind, name=name, limits=limits)

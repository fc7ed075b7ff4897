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
class StoredSize:
    """Pixels and pixels per inch of a page as it lies in its file, before any turn."""

    width: int
    height: int
    dpi: int

    def upright(self, rotation: int) -> tuple[int, int]:
        """Height and width after a turn of so many degrees."""
        return (self.height, self.width) if rotation % 180 == 0 else (self.width, self.height)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPage:
    """One page as it lies in its file, or as a smaller copy.

    Attributes:
        number: 1-based.
        pixels: grey or RGB, as stored, before any turn.
        dpi: pixels per inch of ``pixels``, the same both ways.
        turn: degrees clockwise that the file itself asks for (EXIF, PDF page and image matrix).
        bilevel: only black and white are stored.
        embedded: lines of trustworthy text that came with the page, boxes in pixels of ``pixels``; None
            where the page has to be recognised.
        stored: what lies in the file, where ``pixels`` are fewer.
    """

    number: int
    pixels: PageImage
    dpi: int
    turn: int
    bilevel: bool
    embedded: tuple[Line, ...] | None = None
    stored: StoredSize | None = None

    @property
    def size(self) -> StoredSize:
        """The size of the page in its file."""
        height, width = self.pixels.shape[:2]
        return self.stored or StoredSize(width=width, height=height, dpi=self.dpi)


def shrink_factor(dpi: float, enough: int | None) -> int:
    """Every so many-th pixel is enough: 2 from one and a half times the pixels per inch that are needed."""
    return max(1, round(dpi / enough)) if enough else 1


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

    def page(self, number: int, *, enough_dpi: int | None = None, text: bool = True) -> RawPage:
        """Decode one page; ``number`` is 1-based. Without ``text`` the text that comes with it is left alone.

        A page much finer than ``enough_dpi`` comes at a whole fraction of its size: one of A3 at 600 dpi has
        200 MB. All pixels come when it is not given. Without ``text`` no page is drawn finer.

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

"""Pictures as sources: JPEG, PNG, and TIFF of many pages."""

from __future__ import annotations

import io
import itertools
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import cv2
import numpy as np

from dossier.errors import InputNoPagesError, InputTooLargeError, InputTruncatedError, InputUnreadableError
from ocr import pngbands, xobjects
from ocr.arrays import PageImage
from ocr.images import (
    PictureHead,
    bands_smaller,
    check_size,
    decode_jpeg,
    decode_with_pillow,
    jpeg_is_whole,
    open_picture,
    picture_head,
)
from ocr.limits import ReadLimits
from ocr.records import FileKind
from ocr.resolution import settle_dpi
from ocr.sources import RawPage, StoredSize, shrink_factor
from ocr.tiffbands import in_bands

if TYPE_CHECKING:
    import pikepdf

_SUBFILE_TYPE = 254
_REDUCED_COPY = 1
# Where Pillow finds EXIF in a PNG.
_EXIF_NOTES = frozenset({"exif", "Raw profile type exif"})
# Those where a part decodes to the same pixels as the whole.
_BANDED_MODES = frozenset({"1", "L", "P", "RGB", "RGBA", "CMYK", "YCbCr", "I;16"})


class RasterSource:
    """A JPEG, PNG or TIFF file. One frame is in memory at a time."""

    def __init__(self, path: Path, *, kind: FileKind, name: str, limits: ReadLimits) -> None:
        self._path = path
        self._name = name
        self._limits = limits
        self._kind: FileKind = kind
        self._lock = threading.Lock()
        # A TIFF is read from the disk frame by frame; the others are one page and small.
        self._data = b"" if kind == "tiff" else path.read_bytes()
        if kind == "jpeg" and not jpeg_is_whole(self._data):
            raise InputTruncatedError(name)
        if kind == "png" and b"IEND" not in self._data[-64:]:
            raise InputTruncatedError(name)
        self._image = open_picture(str(path) if kind == "tiff" else io.BytesIO(self._data), name=name)
        if kind == "png" and not _EXIF_NOTES & self._image.info.keys():
            # Pillow would decode the whole picture to see whether EXIF follows the pixels.
            self._image.info["exif"] = pngbands.exif_of_png(self._data)
        try:
            self._frames = self._find_frames()
            self._check_heads()
        except BaseException:
            self._image.close()
            raise

    @property
    def kind(self) -> FileKind:
        """What the content is."""
        return self._kind

    @property
    def page_count(self) -> int:
        """Frames, without reduced copies."""
        return len(self._frames)

    @property
    def signed(self) -> bool:
        """Pictures hold no signature."""
        return False

    def page(self, number: int, *, enough_dpi: int | None = None, text: bool = True) -> RawPage:
        """See ``Source.page``; pictures bring no text."""
        del text
        with self._lock:
            head = self._seek(number)
            check_size(head.width, head.height, limits=self._limits, name=self._name, page=number)
            stored = self._stored(head)
            factor = shrink_factor(stored.dpi, enough_dpi)
            pixels = self._decode(factor)
        return RawPage(
            number=number,
            pixels=_square(pixels, head.dpi),
            dpi=round(stored.dpi / factor),
            turn=head.turn,
            bilevel=head.mode == "1",
            stored=stored if factor > 1 else None,
        )

    def _stored(self, head: PictureHead) -> StoredSize:
        dpi = settle_dpi(
            head.dpi[0] if head.dpi else None,
            width=head.width,
            height=head.height,
            default=self._limits.default_dpi,
        )
        return StoredSize(width=head.width, height=_square_height(head.height, head.dpi), dpi=dpi)

    def place(self, number: int, *, into: pikepdf.Pdf, dpi: int) -> pikepdf.Object:
        """See ``Source.place``; ``dpi`` plays no part, pictures are never drawn again."""
        del dpi
        with self._lock:
            head = self._seek(number)
            if self._kind == "jpeg" and head.mode in {"L", "RGB"}:
                return xobjects.jpeg(
                    into, self._data, width=head.width, height=head.height, colours=_colours(head.mode)
                )
            if self._kind == "png":
                stored = xobjects.png(into, self._data)
                if stored is not None:
                    return stored
            if self._kind == "tiff" and head.mode == "1":
                stored = xobjects.group4(into, self._image, self._path)
                if stored is not None:
                    return stored
            if head.mode == "1":
                return xobjects.bilevel(into, self._decode(1))
            files = self._band_files(1)
            bands = iter((self._decode(1),)) if files is None else map(self._band, files)
            return xobjects.lossless(into, bands, width=head.width, height=head.height)

    def _find_frames(self) -> tuple[int, ...]:
        if self._kind != "tiff":
            return (0,)
        frames: list[int] = []
        for index in itertools.count():
            if not self._try_seek(index):
                break
            tags = getattr(self._image, "tag_v2", {})
            if not (frames and int(tags.get(_SUBFILE_TYPE, 0)) & _REDUCED_COPY):
                frames.append(index)
        if not frames:
            raise InputNoPagesError(self._name)
        return tuple(frames)

    def _try_seek(self, index: int) -> bool:
        try:
            self._image.seek(index)
        except EOFError:
            return False
        except (OSError, ValueError, SyntaxError, KeyError, TypeError) as error:
            raise InputUnreadableError(self._name, cause=str(error)) from error
        return True

    def _check_heads(self) -> None:
        """The first page decides at the door; the others are checked when their turn comes."""
        head = self._seek(1)
        check_size(head.width, head.height, limits=self._limits, name=self._name, page=1)

    def _seek(self, number: int) -> PictureHead:
        if not self._try_seek(self._frames[number - 1]):
            raise InputTruncatedError(self._name, cause=f"frame {number} is gone")
        return picture_head(self._image)

    def _decode(self, factor: int) -> PageImage:
        """The current frame, one pixel for ``factor`` by ``factor``."""
        mode = self._image.mode
        if self._kind == "jpeg":
            components = {"L": 1, "CMYK": 4}.get(mode, 3)
            return decode_jpeg(self._data, components=components, name=self._name, factor=factor)
        if self._kind == "png":
            rows = pngbands.rows_of_png(self._data) if factor > 1 else None
            if rows is not None:
                bands = pngbands.in_bands(rows, whole=factor)
                return bands_smaller(bands, height=rows.height, name=self._name, factor=factor)
            with open_picture(io.BytesIO(self._data), name=self._name) as fresh:
                return decode_with_pillow(fresh, name=self._name, factor=factor)
        try:
            files = self._band_files(factor) if factor > 1 else None
            if files is not None:
                strips = (open_picture(file, name=self._name) for file in files)
                return bands_smaller(strips, height=self._image.height, name=self._name, factor=factor)
            return decode_with_pillow(self._image, name=self._name, factor=factor)
        except MemoryError as error:
            raise InputTooLargeError(
                self._name, page=0, width=self._image.width, height=self._image.height, cause=str(error)
            ) from error

    def _band_files(self, whole: int) -> Iterator[io.BytesIO] | None:
        """The current frame of a TIFF from top to bottom, or None where it comes in one piece."""
        if self._kind != "tiff" or self._image.mode not in _BANDED_MODES:
            return None
        return in_bands(self._image, self._path, whole=whole)

    def _band(self, file: io.BytesIO) -> PageImage:
        with open_picture(file, name=self._name) as band:
            return decode_with_pillow(band, name=self._name)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._image.close()


def _colours(mode: str) -> int:
    return 1 if mode == "L" else 3


def _square(pixels: PageImage, dpi: tuple[float, float] | None) -> PageImage:
    """Fax pages have fewer lines than columns to the inch: stretch them to square pixels."""
    height = _square_height(pixels.shape[0], dpi)
    if height == pixels.shape[0]:
        return pixels
    stretched = cv2.resize(pixels, (pixels.shape[1], height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(stretched, dtype=np.uint8)


def _square_height(height: int, dpi: tuple[float, float] | None) -> int:
    if dpi is None or abs(dpi[0] - dpi[1]) <= 0.05 * max(dpi):
        return height
    return max(1, round(height * dpi[0] / dpi[1]))

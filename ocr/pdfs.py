"""PDF as a source: scans give their stored image, other pages are drawn; embedded text comes along."""

from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import cv2
import numpy as np
import pikepdf
import pypdfium2 as pdfium

from dossier.errors import (
    InputEncryptedError,
    InputNoPagesError,
    InputTruncatedError,
    InputUnreadableError,
)
from dossier.text import Line
from ocr import pdfscan, xobjects
from ocr.arrays import PageImage
from ocr.embedded import EmbeddedText
from ocr.images import bands_smaller, check_size, decode_jpeg
from ocr.limits import ReadLimits
from ocr.pdfscan import ScanImage
from ocr.records import FileKind
from ocr.sources import RawPage, StoredSize, shrink_factor

PDFIUM = threading.Lock()
"""pdfium keeps global state: one call at a time in the whole process."""

_TAIL_BYTES = 4096
_FINEST_RENDER_DPI = 300
_RENDER_QUALITY = 85
_MAX_FIELD_DEPTH = 8
_SQUARE = 0.05


class PdfSource:
    """A PDF file. Pages are opened, decoded and closed one at a time."""

    def __init__(self, path: Path, *, name: str, limits: ReadLimits) -> None:
        self._name = name
        self._limits = limits
        self._lock = threading.Lock()
        self._pdf = _open_pikepdf(path, name=name)
        try:
            _check_pages(self._pdf, name=name)
            self._signed = _has_filled_signature(self._pdf)
            self._drawn = _open_pdfium(path, name=name)
        except BaseException:
            self._pdf.close()
            raise
        self._text = EmbeddedText(path)

    @property
    def kind(self) -> FileKind:
        """Always ``pdf``."""
        return "pdf"

    @property
    def page_count(self) -> int:
        """Pages of the document."""
        return len(self._pdf.pages)

    @property
    def signed(self) -> bool:
        """True when a signature field is filled."""
        return self._signed

    def page(self, number: int, *, enough_dpi: int | None = None, text: bool = True) -> RawPage:
        """See ``Source.page``."""
        with PDFIUM:
            page = self._load(number)
            try:
                scan, image = self._find_scan(page, number)
                if scan is not None:
                    return self._scanned(number, scan, image, factor=shrink_factor(scan.dpi[0], enough_dpi))
                dpi = self._render_dpi(page)
                if enough_dpi is not None and not text:
                    dpi = min(dpi, enough_dpi)
                pixels = self._render(page, number, dpi=dpi)
            finally:
                page.close()
        return RawPage(
            number=number,
            pixels=pixels,
            dpi=dpi,
            turn=0,
            bilevel=False,
            embedded=self._embedded(number, pixels, dpi=dpi) if text else None,
        )

    def place(self, number: int, *, into: pikepdf.Pdf, dpi: int) -> pikepdf.Object:
        """See ``Source.place``."""
        with PDFIUM:
            page = self._load(number)
            try:
                scan, image = self._find_scan(page, number)
                if scan is None:
                    pixels = self._render(page, number, dpi=dpi)
                    return xobjects.jpeg_of(into, pixels, quality=_RENDER_QUALITY)
                stored = self._stored(number, scan)
                if stored is not None and pdfscan.may_pass(stored):
                    return pdfscan.copy_image(stored, into=into)
                pixels = self._image_pixels(image, number)
            finally:
                page.close()
        return (
            xobjects.bilevel(into, pixels)
            if scan.bits == 1
            else xobjects.lossless(into, (pixels,), width=scan.width, height=scan.height)
        )

    def _scanned(self, number: int, scan: ScanImage, image: Any, *, factor: int) -> RawPage:
        """The page that is one image, one pixel for ``factor`` by ``factor``."""
        dpi = max(1, round(scan.dpi[0]))
        height = _square_height(scan.height, scan.dpi)
        if factor > 1:
            pixels = self._fewer_pixels(number, scan, image, factor=factor)
        else:
            pixels = self._image_pixels(image, number)
        return RawPage(
            number=number,
            pixels=_square(pixels, scan.dpi),
            dpi=max(1, round(dpi / factor)),
            turn=scan.turn,
            bilevel=scan.bits == 1,
            stored=StoredSize(width=scan.width, height=height, dpi=dpi) if factor > 1 else None,
        )

    def _fewer_pixels(self, number: int, scan: ScanImage, image: Any, *, factor: int) -> PageImage:
        stored = self._stored(number, scan)
        jpeg = None if stored is None else pdfscan.plain_jpeg(stored)
        if jpeg is not None:
            data, components = jpeg
            return decode_jpeg(data, components=components, name=self._name, factor=factor)
        bands = None if stored is None else pdfscan.deflated_bands(stored, whole=factor)
        if bands is not None:
            return bands_smaller(bands, height=scan.height, name=self._name, factor=factor)
        try:
            return _to_array(pdfscan.drawn_smaller(image, factor=factor))
        except (pdfium.PdfiumError, ValueError) as error:
            raise InputUnreadableError(self._name, cause=f"image of page {number}: {error}") from error

    def _load(self, number: int) -> pdfium.PdfPage:
        try:
            return self._drawn[number - 1]
        except pdfium.PdfiumError as error:
            raise InputUnreadableError(self._name, cause=f"page {number}: {error}") from error

    def _find_scan(self, page: pdfium.PdfPage, number: int) -> tuple[ScanImage | None, Any]:
        image = pdfscan.only_image(page)
        if image is None:
            return None, None
        width, height = image.get_px_size()
        check_size(width, height, limits=self._limits, name=self._name, page=number)
        scan = pdfscan.measure(image, page, bits=image.get_metadata().bits_per_pixel)
        return scan, image

    def _stored(self, number: int, scan: ScanImage) -> pikepdf.Object | None:
        with self._lock:
            return pdfscan.stored_image(self._pdf.pages[number - 1], scan.width, scan.height)

    def _image_pixels(self, image: Any, number: int) -> PageImage:
        try:
            return _to_array(image.get_bitmap(render=False))
        except (pdfium.PdfiumError, ValueError) as error:
            raise InputUnreadableError(self._name, cause=f"image of page {number}: {error}") from error

    def _render_dpi(self, page: pdfium.PdfPage) -> int:
        finest = pdfscan.finest_image_dpi(page)
        wished = min(_FINEST_RENDER_DPI, round(finest))
        return max(self._limits.render_dpi, wished)

    def _render(self, page: pdfium.PdfPage, number: int, *, dpi: int) -> PageImage:
        width, height = page.get_size()
        scale = dpi / 72
        check_size(
            round(width * scale), round(height * scale), limits=self._limits, name=self._name, page=number
        )
        try:
            return _to_array(page.render(scale=scale))
        except (pdfium.PdfiumError, ValueError) as error:
            raise InputUnreadableError(self._name, cause=f"page {number}: {error}") from error

    def _embedded(self, number: int, pixels: PageImage, *, dpi: int) -> tuple[Line, ...] | None:
        with self._lock:
            return self._text.lines(number, pixels, dpi=dpi)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._text.close()
            self._pdf.close()
        with PDFIUM:
            self._drawn.close()


def _open_pikepdf(path: Path, *, name: str) -> pikepdf.Pdf:
    try:
        return pikepdf.open(path, suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise InputEncryptedError(name, cause=str(error)) from error
    except (pikepdf.PdfError, ValueError, RuntimeError) as error:
        if _ends_early(path):
            raise InputTruncatedError(name, cause=str(error)) from error
        raise InputUnreadableError(name, cause=str(error)) from error


def _check_pages(pdf: pikepdf.Pdf, *, name: str) -> None:
    if len(pdf.pages) == 0:
        raise InputNoPagesError(name)


def _ends_early(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL_BYTES))
        return b"%%EOF" not in file.read()


def _open_pdfium(path: Path, *, name: str) -> pdfium.PdfDocument:
    if _ends_early(path):
        raise InputTruncatedError(name, cause="no end mark")
    try:
        with PDFIUM:
            return pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        raise InputUnreadableError(name, cause=str(error)) from error


def _has_filled_signature(pdf: pikepdf.Pdf) -> bool:
    form = pdf.Root.get("/AcroForm")
    if not isinstance(form, pikepdf.Dictionary):
        return False
    waiting = [(field, 0, False) for field in _kids(form, "/Fields")]
    while waiting:
        field, depth, inherited = waiting.pop()
        if not isinstance(field, pikepdf.Dictionary) or depth > _MAX_FIELD_DEPTH:
            continue
        is_signature = inherited or field.get("/FT") == pikepdf.Name.Sig
        if is_signature and "/V" in field:
            return True
        waiting.extend((kid, depth + 1, is_signature) for kid in _kids(field, "/Kids"))
    return False


def _kids(node: pikepdf.Object, key: str) -> list[pikepdf.Object]:
    entries = node.get(key)
    return list(entries) if isinstance(entries, pikepdf.Array) else []


def _to_array(bitmap: Any) -> PageImage:
    """Grey or RGB pixels of a pdfium bitmap, as an array of our own."""
    pixels = np.asarray(bitmap.to_numpy(), dtype=np.uint8)
    mode = bitmap.mode
    if pixels.ndim == 2:
        copied = pixels.copy()
    elif mode in {"BGRA", "BGRX"}:
        copied = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGRA2RGB), dtype=np.uint8)
    else:
        copied = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), dtype=np.uint8)
    return copied


def _square(pixels: PageImage, dpi: tuple[float, float]) -> PageImage:
    height = _square_height(pixels.shape[0], dpi)
    if height == pixels.shape[0]:
        return pixels
    stretched = cv2.resize(pixels, (pixels.shape[1], height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(stretched, dtype=np.uint8)


def _square_height(height: int, dpi: tuple[float, float]) -> int:
    if abs(dpi[0] - dpi[1]) <= _SQUARE * max(dpi):
        return height
    return max(1, round(height * dpi[0] / dpi[1]))

"""Decoding: bytes of a picture to an array. Sizes are checked in the header, before a pixel is decoded."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from dossier.errors import InputTooLargeError, InputTruncatedError, InputUnreadableError
from ocr.arrays import PageImage, reduced
from ocr.limits import ReadLimits

# Our own limits are checked from the header, with the numbers in the message; Pillow's would fire first.
Image.MAX_IMAGE_PIXELS = None
# One reading thread uses one core.
cv2.setNumThreads(1)

# The reduced flags of OpenCV say grey or blue-green-red; the grey ones beside the one for RGB give RGB.
_COLOUR = {
    1: cv2.IMREAD_COLOR_RGB,
    2: cv2.IMREAD_REDUCED_GRAYSCALE_2 | cv2.IMREAD_COLOR_RGB,
    4: cv2.IMREAD_REDUCED_GRAYSCALE_4 | cv2.IMREAD_COLOR_RGB,
    8: cv2.IMREAD_REDUCED_GRAYSCALE_8 | cv2.IMREAD_COLOR_RGB,
}
_GREY = {
    1: cv2.IMREAD_GRAYSCALE,
    2: cv2.IMREAD_REDUCED_GRAYSCALE_2,
    4: cv2.IMREAD_REDUCED_GRAYSCALE_4,
    8: cv2.IMREAD_REDUCED_GRAYSCALE_8,
}
_EXIF_ORIENTATION = 0x0112
# Markers without a length: fill byte, TEM, RST0 to RST7 and SOI (ITU-T T.81, B.1.1.3).
_STANDALONE = frozenset({0xFF, 0x01, *range(0xD0, 0xD9)})
# EXIF orientation to degrees clockwise; the mirrored ones (2, 4, 5, 7) are no output of scanner or camera.
_EXIF_TURNS = {1: 0, 3: 180, 6: 90, 8: 270}


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureHead:
    """What the header of a picture says.

    Attributes:
        width, height: pixels as stored.
        mode: Pillow's name for the pixel format.
        dpi: horizontal and vertical pixels per inch, or None where nothing is said.
        turn: degrees clockwise that EXIF asks for.
    """

    width: int
    height: int
    mode: str
    dpi: tuple[float, float] | None
    turn: int


def check_size(width: int, height: int, *, limits: ReadLimits, name: str, page: int) -> None:
    """Refuse a page beyond the limits.

    Raises:
        InputTooLargeError: a side or the number of pixels is over.
        InputUnreadableError: a side is zero.
    """
    if width <= 0 or height <= 0:
        raise InputUnreadableError(name, cause=f"page {page} has no extent: {width}x{height}")
    if max(width, height) > limits.max_side or width * height > limits.max_pixels:
        raise InputTooLargeError(name, page=page, width=width, height=height)


def picture_head(image: Image.Image) -> PictureHead:
    """Read the header facts of an opened picture; nothing is decoded."""
    dpi = image.info.get("dpi")
    try:
        stated = (float(dpi[0]), float(dpi[1])) if dpi else None
    except (TypeError, ValueError, ZeroDivisionError, IndexError):
        stated = None
    if stated is not None and (stated[0] <= 1 or stated[1] <= 1):
        stated = None
    return PictureHead(
        width=image.width, height=image.height, mode=image.mode, dpi=stated, turn=_exif_turn(image)
    )


def _exif_turn(image: Image.Image) -> int:
    try:
        orientation = image.getexif().get(_EXIF_ORIENTATION, 1)
    except Exception:  # noqa: BLE001  damaged EXIF raises nearly anything, and no picture is refused for it
        return 0
    return _EXIF_TURNS.get(orientation, 0)


def open_picture(file: io.BytesIO | str, *, name: str) -> Image.Image:
    """Open a picture lazily through Pillow.

    Raises:
        InputUnreadableError: its header makes no sense.
    """
    try:
        return Image.open(file, formats=("JPEG", "PNG", "TIFF"))
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        KeyError,
        TypeError,
        UserWarning,
    ) as error:
        raise InputUnreadableError(name, cause=str(error)) from error


def jpeg_is_whole(data: bytes) -> bool:
    """True when the compressed pixels are followed by an end mark (a thumbnail's does not count)."""
    position = 2
    while position + 4 <= len(data):
        if data[position] != 0xFF:
            return False
        marker = data[position + 1]
        if marker in _STANDALONE:
            position += 1 if marker == 0xFF else 2
            continue
        if marker == 0xDA:
            return data.find(b"\xff\xd9", position) >= 0
        position += 2 + int.from_bytes(data[position + 2 : position + 4])
    return False


def decode_jpeg(data: bytes, *, components: int, name: str, factor: int = 1) -> PageImage:
    """Pixels of a JPEG as stored: EXIF is not applied here.

    Args:
        data: the whole file.
        components: 1 grey, 3 colour, 4 CMYK.
        name: what messages call the file.
        factor: one pixel for so many by so many, made while decoding as far as JPEG can.

    Raises:
        InputTruncatedError, InputUnreadableError: the pixels end early or make no sense.
    """
    if not jpeg_is_whole(data):
        raise InputTruncatedError(name)
    if components == 4:
        picture = open_picture(io.BytesIO(data), name=name)
        drafted = _largest_step(factor)
        picture.draft(None, (picture.width // drafted, picture.height // drafted))
        return decode_with_pillow(picture, name=name, factor=factor // drafted)
    step = _largest_step(factor)
    flags = (_GREY if components == 1 else _COLOUR)[step]
    decoded = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), flags | cv2.IMREAD_IGNORE_ORIENTATION)
    if decoded is None:
        raise InputUnreadableError(name, cause="the JPEG cannot be decoded")
    return reduced(np.asarray(decoded, dtype=np.uint8), factor // step)


def _largest_step(factor: int) -> int:
    """The largest of 1, 2, 4 and 8 that divides it: what the cosines of a JPEG can be shrunk by."""
    return max(step for step in (1, 2, 4, 8) if factor % step == 0)


def decode_with_pillow(image: Image.Image, *, name: str, factor: int = 1) -> PageImage:
    """Pixels of the current frame in grey or RGB: 16 bit becomes 8, CMYK RGB, see-through white.

    With a ``factor``, the mean of so many by so many.

    Raises:
        InputTruncatedError, InputUnreadableError: the pixels end early or make no sense.
    """
    with _decoding(name):
        image.load()
        flat = _flatten(image)
        if factor > 1:
            # Before it leaves Pillow, so that there is no second copy of all pixels.
            flat = flat.reduce(factor)
    return np.asarray(flat, dtype=np.uint8)


def bands_smaller(bands: Iterator[Image.Image], *, height: int, name: str, factor: int) -> PageImage:
    """One picture of bands from top to bottom, the mean of ``factor`` by ``factor`` pixels of each.

    Args:
        bands: every one but the last has a multiple of ``factor`` rows.
        height: of all bands together.
        name: what messages call the file.
        factor: one pixel for so many by so many.

    Raises:
        InputTruncatedError, InputUnreadableError: the pixels end early or make no sense.
    """
    whole, top = np.zeros(0, dtype=np.uint8), 0
    with _decoding(name):
        for band in bands:
            part = decode_with_pillow(band, name=name, factor=factor)
            if top == 0:
                whole = np.empty((-(-height // factor), *part.shape[1:]), dtype=np.uint8)
            whole[top : top + part.shape[0]] = part
            top += part.shape[0]
    return whole


@contextmanager
def _decoding(name: str) -> Iterator[None]:
    """What Pillow raises as an error of our own."""
    try:
        yield
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, IndexError, KeyError) as error:
        text = str(error).lower()
        if "truncated" in text or "unexpected end" in text or isinstance(error, EOFError):
            raise InputTruncatedError(name, cause=str(error)) from error
        raise InputUnreadableError(name, cause=str(error)) from error


def _flatten(image: Image.Image) -> Image.Image:
    """To mode L or RGB."""
    mode = image.mode
    if mode in {"L", "RGB"} and "transparency" not in image.info:
        return image
    if mode == "1":
        return image.convert("L")
    if mode.startswith("I") or mode == "F":
        return _to_eight_bits(image)
    if image.has_transparency_data:
        clear = image.convert("RGBA")
        paper = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(paper, clear).convert("RGB")
    return image.convert("RGB")


def _to_eight_bits(image: Image.Image) -> Image.Image:
    """Sixteen-bit grey to eight: the high byte. A file of larger numbers is scaled to its own maximum."""
    values = np.asarray(image)
    top = float(values.max()) if values.size else 0.0
    if values.dtype.kind == "f" or top > 65_535:
        scale = 255.0 / top if top > 0 else 0.0
        return Image.fromarray(np.clip(values * scale, 0, 255).astype(np.uint8))
    return Image.fromarray((values.astype(np.int64) >> 8).clip(0, 255).astype(np.uint8))

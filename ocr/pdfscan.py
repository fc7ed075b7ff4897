"""Is a PDF page nothing but one scanned image? Then that image is the page, bit for bit."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw
from pikepdf import Name
from PIL import Image

from ocr import pngbands

_MAX_DEPTH = 3
_INVISIBLE = 3
_BITS = 8
# From this number on, every row says which of PNG's filters it has (ISO 32000-1, table 10).
_PNG_PREDICTORS = 10
# Scanners leave a small margin; a photo of a card in the middle of a page is not the page.
_COVER = 0.85
_HALF = 0.5
_OVERHANG = 0.02
# ISO 19005-2, 6.2.4 and 6.1.7.2: no uncalibrated CMYK beside an RGB output intent, no LZW.
_DEVICE_SPACES = frozenset({Name.DeviceGray, Name.DeviceRGB})
_FILTERS = frozenset(
    {Name.DCTDecode, Name.JPXDecode, Name.CCITTFaxDecode, Name.JBIG2Decode, Name.FlateDecode}
)
_KEPT_KEYS = frozenset(
    {"/Type", "/Subtype", "/Width", "/Height", "/ColorSpace", "/BitsPerComponent", "/Decode",
     "/Filter", "/DecodeParms", "/Length"}
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanImage:
    """The one image of a page.

    Attributes:
        width, height: pixels as stored.
        dpi: horizontal and vertical pixels per inch on the page.
        turn: degrees clockwise from the stored image to the page as shown.
        bits: bits per colour, 1 for black and white.
    """

    width: int
    height: int
    dpi: tuple[float, float]
    turn: int
    bits: int


def only_image(page: pdfium.PdfPage) -> Any | None:
    """The page's image object when nothing else can be seen on it."""
    images: list[Any] = []
    for item in page.get_objects(max_depth=1):
        if item.type == pdfium_raw.FPDF_PAGEOBJ_IMAGE:
            images.append(item)
        elif item.type == pdfium_raw.FPDF_PAGEOBJ_TEXT:
            if pdfium_raw.FPDFTextObj_GetTextRenderMode(item.raw) != _INVISIBLE:
                return None
        else:
            return None
    if len(images) != 1 or _has_visible_annotation(page):
        return None
    return images[0]


def _has_visible_annotation(page: pdfium.PdfPage) -> bool:
    for index in range(pdfium_raw.FPDFPage_GetAnnotCount(page.raw)):
        annotation = pdfium_raw.FPDFPage_GetAnnot(page.raw, index)
        if not annotation:
            continue
        subtype = pdfium_raw.FPDFAnnot_GetSubtype(annotation)
        pdfium_raw.FPDFPage_CloseAnnot(annotation)
        if subtype not in {pdfium_raw.FPDF_ANNOT_LINK, pdfium_raw.FPDF_ANNOT_POPUP}:
            return True
    return False


def measure(image: Any, page: pdfium.PdfPage, *, bits: int) -> ScanImage | None:
    """Size, resolution and turn of the image, or None when it is not the whole page, upright or turned."""
    a, b, c, d, _, _ = image.get_matrix().get()
    turn = _turn_of(a, b, c, d)
    left, bottom, right, top = image.get_bounds()
    page_left, page_bottom, page_right, page_top = page.get_cropbox()
    page_width, page_height = page_right - page_left, page_top - page_bottom
    if turn is None or page_width <= 0 or page_height <= 0:
        return None
    covered = (right - left) * (top - bottom) / (page_width * page_height)
    overhang = max(
        (page_left - left) / page_width,
        (right - page_right) / page_width,
        (page_bottom - bottom) / page_height,
        (top - page_top) / page_height,
    )
    width, height = image.get_px_size()
    if covered < _COVER or overhang > _OVERHANG or width <= 0 or height <= 0:
        return None
    return ScanImage(
        width=width,
        height=height,
        dpi=(width * 72 / math.hypot(a, b), height * 72 / math.hypot(c, d)),
        turn=(turn + page.get_rotation()) % 360,
        bits=bits,
    )


def _turn_of(a: float, b: float, c: float, d: float) -> int | None:
    """Degrees clockwise of an image matrix; None when it slants or mirrors."""
    size = max(abs(a), abs(b), abs(c), abs(d))
    if size <= 0:
        return None
    if max(abs(b), abs(c)) < size * 1e-3:
        return {(True, True): 0, (False, False): 180}.get((a > 0, d > 0))
    if max(abs(a), abs(d)) < size * 1e-3:
        return {(True, False): 270, (False, True): 90}.get((b > 0, c > 0))
    return None


def finest_image_dpi(page: pdfium.PdfPage) -> float:
    """Pixels per inch of the finest image that covers half the page or more; 0 without one."""
    width, height = page.get_size()
    finest = 0.0
    for item in page.get_objects(filter=(pdfium_raw.FPDF_PAGEOBJ_IMAGE,), max_depth=_MAX_DEPTH):
        a, b, c, d, _, _ = item.get_matrix().get()
        across, along = math.hypot(a, b), math.hypot(c, d)
        if across * along >= _HALF * width * height:
            finest = max(finest, item.get_px_size()[0] * 72 / across)
    return finest


def stored_image(page: pikepdf.Page, width: int, height: int) -> pikepdf.Object | None:
    """The image stream of that size in the page's resources; None when it is not exactly one."""
    images = page.resources.get("/XObject", pikepdf.Dictionary())
    found = [
        image
        for image in images.values()
        if image.get("/Subtype") == Name.Image
        and int(image.get("/Width", 0)) == width
        and int(image.get("/Height", 0)) == height
    ]
    return found[0] if len(found) == 1 else None


def plain_jpeg(image: pikepdf.Object) -> tuple[bytes, int] | None:
    """The bytes of a JPEG in grey or RGB and how many colours it has; None where more is said about it."""
    if any(key in image for key in ("/SMask", "/Mask", "/Decode", "/ImageMask")):
        return None
    space = image.get("/ColorSpace")
    components = 1 if space == Name.DeviceGray else 3 if space == Name.DeviceRGB else None
    filters = image.get("/Filter")
    if isinstance(filters, pikepdf.Array) and len(filters) == 1:
        filters = filters[0]
    if filters != Name.DCTDecode or components is None:
        return None
    return bytes(image.read_raw_bytes()), components


def deflated_bands(image: pikepdf.Object, *, whole: int) -> Iterator[Image.Image] | None:
    """The pixels of a deflated image in grey or RGB, from top to bottom; None where more is said about it.

    Every band but the last has a multiple of ``whole`` rows.
    """
    if any(key in image for key in ("/SMask", "/Mask", "/Decode", "/ImageMask")):
        return None
    space = image.get("/ColorSpace")
    colours = 1 if space == Name.DeviceGray else 3 if space == Name.DeviceRGB else None
    if (
        colours is None
        or int(image.get("/BitsPerComponent", 0)) != _BITS
        or image.get("/Filter") != Name.FlateDecode
    ):
        return None
    width, height = int(image.Width), int(image.Height)
    told = image.get("/DecodeParms", pikepdf.Dictionary())
    if not isinstance(told, pikepdf.Dictionary):
        return None
    predictor = int(told.get("/Predictor", 1))
    if predictor == 1:
        data = bytes(image.read_raw_bytes())
        return pngbands.plain_bands(data, width=width, height=height, colours=colours, whole=whole)
    samples = (int(told.get("/Columns", 1)), int(told.get("/Colors", 1)))
    if (
        predictor < _PNG_PREDICTORS
        or samples != (width, colours)
        or int(told.get("/BitsPerComponent", _BITS)) != _BITS
    ):
        return None
    rows = pngbands.rows_of_stream(bytes(image.read_raw_bytes()), width=width, height=height, colours=colours)
    return pngbands.in_bands(rows, whole=whole)


def drawn_smaller(image: Any, *, factor: int) -> Any:
    """The bitmap of an image drawn at a fraction of its size: pdfium then need not hold all of it."""
    width, height = image.get_px_size()
    own = image.get_matrix()
    image.set_matrix(pdfium.PdfMatrix(max(1, width // factor), 0, 0, max(1, height // factor), 0, 0))
    try:
        return image.get_bitmap(render=True, scale_to_original=False)
    finally:
        image.set_matrix(own)


def may_pass(image: pikepdf.Object) -> bool:
    """True when PDF/A-2 lets the stream in as it is."""
    if any(key in image for key in ("/SMask", "/Mask", "/ImageMask", "/SMaskInData")):
        return False
    filters = image.get("/Filter")
    names = list(filters) if isinstance(filters, pikepdf.Array) else [filters]
    if not names or any(name not in _FILTERS for name in names):
        return False
    # A JPEG 2000 file describes its own colours in ways that PDF/A-2 (6.2.8.3) restricts: decoded instead.
    if Name.JPXDecode in names:
        return image.get("/ColorSpace") in _DEVICE_SPACES and _jpx_is_plain(image)
    return _space_is_plain(image.get("/ColorSpace"))


def _space_is_plain(space: pikepdf.Object | None) -> bool:
    if space in _DEVICE_SPACES:
        return True
    if isinstance(space, pikepdf.Array) and len(space) > 1 and space[0] == Name.Indexed:
        return space[1] in _DEVICE_SPACES
    return False


def _jpx_is_plain(image: pikepdf.Object) -> bool:
    """A JP2 file with one colour description, enumerated sRGB or grey."""
    head = image.read_raw_bytes()[:4096]
    if head.count(b"colr") != 1:
        return False
    start = head.index(b"colr") + 4
    method, space = head[start], int.from_bytes(head[start + 3 : start + 7])
    return method == 1 and space in {16, 17}


def copy_image(image: pikepdf.Object, *, into: pikepdf.Pdf) -> pikepdf.Object:
    """The stream in another PDF: its bytes unchanged, its dictionary without what PDF/A forbids."""
    copy = into.copy_foreign(image)
    for key in [key for key in copy.keys() if key not in _KEPT_KEYS]:  # noqa: SIM118  pikepdf needs keys()
        del copy[key]
    return copy

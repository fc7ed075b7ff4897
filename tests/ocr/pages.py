"""Synthetic pages for the tests of this folder: drawn print, seals, shadows. Nobody in them exists."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from dossier.geometry import Box
from ocr.arrays import GrayImage, PageImage
from ocr.engine import EngineWord, RecogniseMode

TEXT = (
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6",
    "năm 2015 và các văn bản hướng dẫn thi hành;",
    "Theo đề nghị của Trưởng phòng Tư pháp tại Tờ trình số 52,",
    "Ủy ban nhân dân xã xác nhận các nội dung sau đây là đúng",
    "với sổ gốc đang được lưu giữ tại cơ quan đăng ký hộ tịch.",
    "Giấy này có giá trị kể từ ngày ký và được cấp một bản chính.",
    "Người yêu cầu đã nộp đủ giấy tờ theo quy định của pháp luật.",
    "Bản trích lục được lập thành hai bản, mỗi bên giữ một bản.",
)
_FONTS = ("DejaVuSerif.ttf", "Tinos-Regular.ttf", "FreeSerif.ttf", "DejaVuSans.ttf", "NotoSerif-Regular.ttf")


def font(size: int) -> ImageFont.FreeTypeFont:
    """A font with every Vietnamese letter, whichever of the usual ones is installed."""
    for name in _FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    msg = "none of these fonts is installed: " + ", ".join(_FONTS)
    raise RuntimeError(msg)


def draw_page(
    lines: tuple[str, ...] = TEXT, *, dpi: int = 150, size: tuple[float, float] = (6.0, 4.0)
) -> GrayImage:
    """Black lines on white; ``size`` in inches; print of some 13 points."""
    width, height = round(size[0] * dpi), round(size[1] * dpi)
    sheet = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(sheet)
    letters = font(round(13 * dpi / 72))
    for index, line in enumerate(lines):
        pen.text((0.4 * dpi, (0.4 + index * 0.32) * dpi), line, font=letters, fill=0)
    return np.asarray(sheet, dtype=np.uint8).copy()


def skewed(image: GrayImage, degrees: float) -> GrayImage:
    """Lines rise to the right for positive degrees."""
    height, width = image.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    turned = cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=255.0)
    return np.asarray(turned, dtype=np.uint8)


def coloured(image: GrayImage) -> PageImage:
    """The same page in three colours."""
    return np.repeat(image[:, :, None], 3, axis=2)


def save(image: PageImage, path: Path, *, dpi: int = 150) -> Path:
    """Write through Pillow in the format of the name."""
    Image.fromarray(image).save(path, dpi=(dpi, dpi))
    return path


@dataclass(slots=True)
class FixedEngine:
    """An engine that gives the same words for every page and remembers what it was asked."""

    words: tuple[EngineWord, ...] = ()
    failure: Exception | None = None
    asked: list[tuple[RecogniseMode, tuple[int, ...]]] = field(default_factory=list)

    def version(self) -> str:
        return "fixed 1"

    def recognise(
        self, image: GrayImage, *, dpi: int, mode: RecogniseMode, seconds: float
    ) -> tuple[EngineWord, ...]:
        del dpi, seconds
        self.asked.append((mode, image.shape))
        if self.failure is not None:
            raise self.failure
        return self.words


class StillClock:
    """A CPU clock that stands still, so that readings compare."""

    def seconds(self) -> float:
        return 0.0


def engine_word(
    text: str, box: tuple[int, int, int, int], *, confidence: float = 0.95, block: int = 1, line: int = 1
) -> EngineWord:
    return EngineWord(text=text, box=Box(*box), confidence=confidence, block=block, line=line)


def photographed(
    page: PageImage, corners: tuple[tuple[float, float], ...], *, size: tuple[int, int], table: int = 90
) -> tuple[PageImage, np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    """A grey or RGB page as a phone sees it on a table, with uneven light.

    Args:
        page: the sheet seen from above.
        corners: where its corners come to lie, from the top left on, clockwise.
        size: width and height of the photo.
        table: brightness of the table.

    Returns:
        The photo, and the matrix from points of the page to points of the photo.
    """
    height, width = page.shape[:2]
    sheet = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(sheet, np.array(corners, dtype=np.float32))
    grain = np.random.default_rng(11).normal(table, 4, (size[1], size[0]))
    background = np.clip(grain, 0, 255).astype(np.uint8)
    if page.ndim == 3:
        background = coloured(background)
    photo = cv2.warpPerspective(page, matrix, size, background, borderMode=cv2.BORDER_TRANSPARENT)
    light = cv2.resize(np.array([[1.0, 0.85], [0.9, 0.75]], dtype=np.float32), size)
    lit = photo * (light if page.ndim == 2 else light[..., None])
    return lit.astype(np.uint8), np.asarray(matrix, dtype=np.float64)

"""How well the look of a field tells the same writing from another: ``python -m bench.field_looks``.

Names of invented people are set in several fonts, scanned as by a machine (slant, blur, shade, JPEG, another
resolution) and compared: the same name in the same font must look alike, another name must not. Printed are
both rates at several limits; the limit of ``ocr.field_looks`` is one of them.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ocr.arrays import GrayImage
from ocr.field_looks import ALIKE, FieldLook, field_look

_FOLDER: Final = Path("/usr/share/fonts")
_FONTS: Final = (
    "LiberationSerif-Regular",
    "Tinos-Regular",
    "Arimo-Regular",
    "DejaVuSerif",
    "NotoSans-Regular",
)
_SURNAMES: Final = ("Nguyễn", "Nông", "Giàng", "Hoàng", "Lý", "Vàng")
_MIDDLES: Final = ("Thị", "Văn", "Thị Bích", "Seo")
_GIVEN: Final = ("Liên", "Liễu", "Chứ", "Chử", "Mẩy", "Hòa", "Hoa", "Sáng")
_SCANS: Final = 3
_LIMITS: Final = (0.08, 0.1, 0.12, 0.13, 0.14, 0.16, 0.2)


def main() -> int:
    """Set, scan, compare, tell."""
    rng = random.Random(9)  # noqa: S311 - the same scans every time
    names = [f"{a} {b} {c}" for a in _SURNAMES for b in _MIDDLES for c in _GIVEN]
    chosen = rng.sample(names, 60)
    fonts = [found for name in _FONTS if (found := _font(name)) is not None]
    looks: dict[tuple[str, str], list[FieldLook]] = {}
    count = 0
    for font in fonts:
        for name in chosen:
            for _ in range(_SCANS):
                look = field_look(_scanned(name, font, rng))
                count += 1
                if look is not None:
                    looks.setdefault((font, name), []).append(look)
    same = [a.distance(b) for found in looks.values() for a, b in combinations(found, 2)]
    other = [
        a.distance(b)
        for font in fonts
        for one, two in combinations(chosen, 2)
        for a, b in [(looks[font, one][0], looks[font, two][1])]
    ]
    _say(f"{len(fonts)} fonts, {len(chosen)} names, {count} scans")
    for limit in _LIMITS:
        mark = " <- ALIKE" if limit == ALIKE else ""
        hit, taken = _share(same, limit), _share(other, limit)
        _say(f"limit {limit:.2f}: same found {hit:.3f}, others taken {taken:.4f}{mark}")
    scanned = _scanned(chosen[0], fonts[0], rng)
    began = time.process_time()
    for _ in range(1000):
        field_look(scanned)
    _say(f"{time.process_time() - began:.3f} ms CPU for one look")
    return 0


def _share(distances: Sequence[float], limit: float) -> float:
    return sum(one <= limit for one in distances) / len(distances)


def _font(name: str) -> str | None:
    return next((str(path) for path in sorted(_FOLDER.rglob(f"{name}.ttf"))), None)


def _scanned(text: str, font: str, rng: random.Random) -> GrayImage:
    """The text as a scan of 150 to 225 pixels per inch has it."""
    type_ = ImageFont.truetype(font, 52)
    left, top, right, bottom = type_.getbbox(text)
    paper = Image.new("L", (round(right - left) + 40, round(bottom - top) + 30), 235)
    ImageDraw.Draw(paper).text((20 - left, 15 - top), text, font=type_, fill=rng.randint(10, 60))
    turned = paper.rotate(rng.uniform(-0.6, 0.6), resample=Image.Resampling.BICUBIC, fillcolor=235)
    scale = rng.uniform(0.45, 0.65)
    small = turned.resize((round(turned.width * scale), round(turned.height * scale)), Image.Resampling.BOX)
    pixels = np.asarray(small, dtype=np.float32)
    pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), rng.uniform(0.4, 0.9)), dtype=np.float32)
    grain = np.random.default_rng(rng.randrange(1 << 30)).normal(0, 6, pixels.shape)
    grey = np.clip(pixels + grain, 0, 255).astype(np.uint8)
    _, packed = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, 80])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())

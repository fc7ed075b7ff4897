"""Things pressed or written on a finished paper: round seals, signatures, emblem, portrait, QR code."""

from __future__ import annotations

import itertools
import math

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from samples.fonts import load

Mask = NDArray[np.uint8]
Path2D = NDArray[np.float64]
PIXELS_PER_MM = 24


def _star(centre: float, radius: float) -> list[tuple[float, float]]:
    points = []
    for index in range(10):
        reach = radius if index % 2 == 0 else radius * 0.4
        angle = math.pi / 5 * index - math.pi / 2
        points.append((centre + reach * math.cos(angle), centre + reach * math.sin(angle)))
    return points


def _ring_text(image: Image.Image, text: str, *, radius: float, middle: float, upper: bool) -> None:
    """Letters along a circle: over the top clockwise, or along the foot the other way."""
    centre = image.width / 2
    face = load("sans-bold", int(image.width * 0.088))
    advance = [face.getlength(letter) + image.width * 0.008 for letter in text]
    angle = middle - sum(advance) / radius / 2 if upper else middle + sum(advance) / radius / 2
    for letter, step in zip(text, advance, strict=True):
        turn = step / radius / 2
        angle += turn if upper else -turn
        tile_side = int(image.width * 0.16)
        tile = Image.new("L", (tile_side, tile_side), 0)
        ImageDraw.Draw(tile).text((tile_side / 2, tile_side / 2), letter, fill=255, font=face, anchor="mm")
        lean = -(math.degrees(angle) + 90) if upper else -(math.degrees(angle) - 90)
        tile = tile.rotate(lean, resample=Image.Resampling.BICUBIC)
        x = int(centre + radius * math.cos(angle) - tile_side / 2)
        y = int(centre + radius * math.sin(angle) - tile_side / 2)
        image.paste(255, (x, y), tile)
        angle += turn if upper else -turn


def seal(upper: str, lower: str, rng: np.random.Generator, *, side: int = 36 * PIXELS_PER_MM) -> Mask:
    """A round agency seal with uneven ink, tilted by hand."""
    image = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(image)
    for inset, width in ((0.015, 0.017), (0.045, 0.006), (0.195, 0.006)):
        edge = side * inset
        draw.ellipse((edge, edge, side - edge, side - edge), outline=255, width=max(2, int(side * width)))
    draw.polygon(_star(side / 2, side * 0.2), fill=255)
    _ring_text(image, upper, radius=side * 0.375, middle=-math.pi / 2, upper=True)
    _ring_text(image, lower, radius=side * 0.375, middle=math.pi / 2, upper=False)
    image = image.rotate(float(rng.uniform(-9, 9)), resample=Image.Resampling.BICUBIC)
    patches = cv2.resize(rng.random((9, 9)).astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC)
    grain = rng.random((side, side), dtype=np.float32)
    strength = np.clip(0.62 + 0.42 * patches, 0.35, 1.0) * (grain < 0.93)
    return np.asarray(np.asarray(image) * strength, dtype=np.uint8)


def signature(rng: np.random.Generator, *, width: int = 1000, height: int = 460) -> Mask:
    """A quick pen signature in one of three hands."""
    hand = (_zigzag, _loops, _flourish)[int(rng.integers(0, 3))]
    image = np.zeros((height, width), np.uint8)
    path = np.clip(hand(rng), 0.02, 0.98) * (width, height)
    phase = float(rng.uniform(0, 6))
    for index, (start, end) in enumerate(itertools.pairwise(path)):
        thick = 6 + round(4 * math.sin(index / 9.0 + phase) + 2 * math.sin(index / 23.0))
        a, b = (int(start[0]), int(start[1])), (int(end[0]), int(end[1]))
        cv2.line(image, a, b, 255, max(4, thick), cv2.LINE_AA)
    return image


def _zigzag(rng: np.random.Generator) -> Path2D:
    """Up and down strokes, a crossing stroke, a line beneath."""
    strokes = int(rng.integers(4, 7))
    anchors = [(0.06, float(rng.uniform(0.5, 0.75)))]
    for index in range(strokes):
        left = 0.1 + 0.62 * index / strokes
        anchors.append((left + float(rng.uniform(0.05, 0.12)), float(rng.uniform(0.05, 0.32))))
        anchors.append((left + float(rng.uniform(0.0, 0.05)), float(rng.uniform(0.62, 0.93))))
    anchors += [(0.97, float(rng.uniform(0.2, 0.5))), (0.3, float(rng.uniform(0.72, 0.86))), (0.9, 0.9)]
    return _smooth(np.array(anchors))


def _loops(rng: np.random.Generator) -> Path2D:
    """Round loops that shrink to the right, and a long tail."""
    turns = int(rng.integers(3, 6))
    t = np.linspace(0, 2 * math.pi * turns, 48 * turns)
    part = t / t[-1]
    x = 0.12 + 0.55 * part - (0.11 - 0.05 * part) * np.sin(t)
    y = 0.48 + (0.4 - 0.26 * part) * np.cos(t + float(rng.uniform(-0.4, 0.4)))
    tail = _smooth(
        np.array([(x[-1], y[-1]), (0.78, 0.3), (0.84, 0.62), (0.97, float(rng.uniform(0.3, 0.5)))])
    )
    return np.vstack([np.column_stack([x, y]), tail])


def _flourish(rng: np.random.Generator) -> Path2D:
    """One tall initial, a quick wave, a stroke back under the name."""
    t = np.linspace(-2.2, 4.6, 70)
    initial = np.column_stack([0.2 + 0.13 * np.cos(t), 0.45 + 0.41 * np.sin(t)])
    waves = float(rng.uniform(3, 6))
    x = np.linspace(initial[-1, 0], 0.93, 120)
    part = np.linspace(0, 1, 120)
    wave = np.column_stack([x, 0.55 + (0.22 - 0.16 * part) * np.sin(2 * math.pi * waves * part)])
    back = _smooth(np.array([wave[-1], (0.96, 0.72), (0.5, float(rng.uniform(0.8, 0.9))), (0.16, 0.86)]))
    return np.vstack([initial, wave, back])


def _smooth(anchors: Path2D, steps: int = 24) -> Path2D:
    """Catmull-Rom curve through the anchors."""
    padded = np.vstack([anchors[:1], anchors, anchors[-1:]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    pieces = []
    for p0, p1, p2, p3 in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        a, b, c = 2 * p1, p2 - p0, 2 * p0 - 5 * p1 + 4 * p2 - p3
        d = -p0 + 3 * p1 - 3 * p2 + p3
        pieces.append(0.5 * (a + b * t + c * t**2 + d * t**3))
    return np.vstack([*pieces, anchors[-1:]])


def fingerprint(rng: np.random.Generator, *, side: int = 360) -> Mask:
    """An inked fingertip: whorled ridges in an oval, patchy at the rim."""
    y, x = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j]
    bend = cv2.resize(rng.normal(0, 0.06, (6, 6)), (side, side), interpolation=cv2.INTER_CUBIC)
    reach = np.hypot(x * 1.35 + bend, y - 0.25 * x**2 + bend)
    ridges = np.sin(reach * 62) > -0.15
    pressed = np.clip(1.25 - np.hypot(x * 1.45, y) * 1.15, 0, 1) * (0.75 + bend * 3)
    return np.asarray(np.clip(ridges * pressed, 0, 1) * 230, dtype=np.uint8)


def emblem(side: int = 480) -> tuple[Mask, Mask]:
    """Disc with garland, and the star on it: a stand-in for the national emblem, in two inks."""
    disc = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(disc)
    draw.ellipse((2, 2, side - 2, side - 2), outline=255, width=side // 26)
    inner = side * 0.12
    draw.ellipse((inner, inner, side - inner, side - inner), fill=235)
    star = Image.new("L", (side, side), 0)
    pen = ImageDraw.Draw(star)
    points = _star(side / 2, side * 0.23)
    pen.polygon(points, fill=255)
    draw.polygon(points, fill=0)
    for index in range(36):
        angle = 2 * math.pi * index / 36
        x, y = side / 2 + side * 0.42 * math.cos(angle), side / 2 + side * 0.42 * math.sin(angle)
        pen.ellipse((x - 8, y - 14, x + 8, y + 14), fill=200)
    return np.asarray(disc), np.asarray(star)


def portrait(rng: np.random.Generator, *, width: int = 480, height: int = 640) -> Mask:
    """A featureless head and shoulders."""
    image = Image.new("L", (width, height), 40)
    draw = ImageDraw.Draw(image)
    lean = int(rng.integers(-10, 10))
    middle = width // 2 + lean
    draw.ellipse((middle - 205, 420, middle + 205, 860), fill=205)
    draw.rectangle((middle - 45, 340, middle + 45, 450), fill=120)
    draw.ellipse((middle - 105, 130, middle + 105, 400), fill=110)
    draw.pieslice((middle - 118, 95, middle + 118, 380), 180, 360, fill=240)
    return np.asarray(image)


def qr(payload: str) -> Mask:
    """A QR code of UTF-8 text with its quiet zone; 255 = dark."""
    code = cv2.QRCodeEncoder.create().encode(payload)
    return np.asarray(255 - np.asarray(code, dtype=np.uint8), dtype=np.uint8)


def drum(side: int = 1600) -> Mask:
    """Faint rings and rays like a bronze drum, the ground of land certificates."""
    image = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(image)
    for step in range(2, 16):
        reach = side * 0.031 * step
        middle = side / 2
        draw.ellipse((middle - reach, middle - reach, middle + reach, middle + reach), outline=38, width=3)
    for index in range(56):
        angle = 2 * math.pi * index / 56
        near, far = side * (0.12 if index % 2 else 0.2), side * (0.19 if index % 2 else 0.44)
        ray = [
            (side / 2 + reach * math.cos(angle), side / 2 + reach * math.sin(angle)) for reach in (near, far)
        ]
        draw.line(ray, fill=30, width=3)
    return np.asarray(image)

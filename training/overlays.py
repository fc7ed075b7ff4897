"""What lies over and beside a line of print: dotted lines, rules, sides of boxes, seals, strokes of pens."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from training.faces import load


@dataclass(frozen=True, slots=True)
class Bare:
    """A drawn line that something may be laid over.

    Args:
        canvas: ink, 0 none and 255 full.
        base: row of the baseline.
        left: column where its print begins.
        right: column where its print ends.
        height: its x-height in pixels.
        face: font of what is printed.
    """

    canvas: Image.Image
    base: float
    left: float
    right: float
    height: float
    face: Path


def overlaid(line: Bare, words: str, rng: random.Random) -> None:
    """Lay something over two lines in five; ``words`` are for the rim of a seal."""
    pen = ImageDraw.Draw(line.canvas)
    pick = rng.random()
    for share, lay in _KINDS:
        if pick < share:
            lay(pen, line, rng)
            return
        pick -= share
    if pick < _SEALS:
        _seal(line, words, rng)


def _dots(pen: ImageDraw.ImageDraw, line: Bare, rng: random.Random) -> None:
    """The dotted line of a form, under the print or after it."""
    y = line.base + rng.uniform(1, 3)
    step = rng.uniform(3, 6)
    start = rng.choice((line.left, line.right, line.left - 5))
    grey = rng.randint(90, 255)
    for index in range(int(max(0.0, line.canvas.width - start) / step)):
        x, radius = start + index * step, rng.uniform(0.4, 0.9)
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=grey)


def _rule(pen: ImageDraw.ImageDraw, line: Bare, rng: random.Random) -> None:
    """A line below or above."""
    shift = rng.choice((rng.uniform(2, 6), rng.uniform(6, 12), -line.height * rng.uniform(2.2, 2.7)))
    y = line.base + shift
    ends = (rng.uniform(0, line.left + 10), rng.uniform(line.right - 10, line.canvas.width))
    pen.line((ends[0], y, ends[1], y), fill=rng.randint(90, 255), width=rng.choice((1, 1, 2)))


def _sides(pen: ImageDraw.ImageDraw, line: Bare, rng: random.Random) -> None:
    """Sides of a cell beside the print, whole or what a cleaner left of them."""
    for x in (rng.uniform(0, line.left - 2), rng.uniform(line.right + 3, line.right + 14)):
        if rng.random() < 0.7:
            low, high = (0.0, float(line.canvas.height)) if rng.random() < 0.5 else _part(line, rng)
            pen.line((x, low, x, high), fill=rng.randint(90, 255), width=rng.choice((1, 2)))


def _part(line: Bare, rng: random.Random) -> tuple[float, float]:
    middle = rng.uniform(line.base - 2.2 * line.height, line.base)
    return middle, middle + rng.uniform(3, 16)


def _arc(pen: ImageDraw.ImageDraw, line: Bare, rng: random.Random) -> None:
    """The rim of a large seal."""
    radius = rng.uniform(60, 160)
    x = rng.uniform(-50, line.canvas.width + 50)
    y = rng.choice((-1, 1)) * rng.uniform(0, radius) + line.canvas.height / 2
    box = (x - radius, y - radius, x + radius, y + radius)
    pen.ellipse(box, outline=rng.randint(40, 255), width=rng.choice((1, 2, 3)))


def _stroke(pen: ImageDraw.ImageDraw, line: Bare, rng: random.Random) -> None:
    """A pen that went across."""
    points = [
        (rng.uniform(0, line.canvas.width), rng.uniform(-20, line.canvas.height + 20))
        for _ in range(rng.randint(2, 5))
    ]
    pen.line(points, fill=rng.randint(30, 255), width=rng.choice((1, 2)), joint="curve")


def _loops(pen: ImageDraw.ImageDraw, line: Bare, rng: random.Random) -> None:
    """Loops of a pen that run into a name, as dark as the print or paler."""
    x = rng.choice((line.left, line.right, rng.uniform(line.left, line.right))) + rng.uniform(-60, 60)
    wide, high = rng.uniform(8, 40), rng.uniform(8, 45)
    turns, drift = rng.uniform(0.7, 3.5), rng.uniform(-40, 40)
    lean, phase = rng.uniform(-0.8, 0.8), rng.uniform(0, 2 * math.pi)
    middle = line.base - rng.uniform(0, 34)
    points = []
    for step in range(48):
        angle = phase + turns * 2 * math.pi * step / 48
        down = high * math.sin(angle)
        points.append((x + wide * math.cos(angle) + lean * down + drift * step / 48, middle + down))
    pen.line(points, fill=rng.randint(60, 255), width=rng.choice((1, 2, 2, 3)), joint="curve")


def _seal(line: Bare, words: str, rng: random.Random) -> None:
    """A part of a round seal: rings, and letters that stand on them at any angle."""
    pen = ImageDraw.Draw(line.canvas)
    radius = line.height * rng.uniform(4.5, 8.0)
    x = rng.choice((line.left, line.right, rng.uniform(line.left, line.right))) + rng.uniform(-radius, radius)
    y = line.base - line.height / 2 + rng.uniform(-1.05, 1.05) * radius
    grey, width = rng.randint(50, 255), rng.choice((1, 1, 2, 3))
    for share in (1.0, rng.uniform(0.5, 0.7)):
        reach = radius * share
        pen.ellipse((x - reach, y - reach, x + reach, y + reach), outline=grey, width=width)
    font = load(line.face, max(8, round(line.height * rng.uniform(1.0, 1.5))))
    first, step = rng.uniform(0, 2 * math.pi), rng.uniform(0.13, 0.2)
    side = round(line.height * 3)
    for index, letter in enumerate(f"{words} * ".upper() * 2):
        angle = first + index * step
        if index * step > 2 * math.pi:
            break
        at = (x + radius * 0.82 * math.cos(angle), y + radius * 0.82 * math.sin(angle))
        if not (-side < at[1] < line.canvas.height + side):
            continue
        tile = Image.new("L", (side, side), 0)
        ImageDraw.Draw(tile).text((side / 2, side / 2), letter, font=font, fill=grey, anchor="mm")
        turned = tile.rotate(-math.degrees(angle) - 90)
        line.canvas.paste(grey, (round(at[0] - side / 2), round(at[1] - side / 2)), turned)


def _edge_of_page(pen: ImageDraw.ImageDraw, line: Bare, rng: random.Random) -> None:
    """The dark edge that a scanner sees beside the paper."""
    x = rng.choice((0.0, line.canvas.width - 1.0))
    reach = rng.uniform(1, 8)
    pen.rectangle((x - reach, 0, x + reach, line.canvas.height), fill=rng.randint(120, 255))


_SEALS = 0.07
_KINDS: tuple[tuple[float, Callable[[ImageDraw.ImageDraw, Bare, random.Random], None]], ...] = (
    (0.05, _dots),
    (0.06, _rule),
    (0.05, _sides),
    (0.03, _arc),
    (0.03, _stroke),
    (0.09, _loops),
    (0.01, _edge_of_page),
)

"""What stands on papers beside print: handwriting, signatures, seals, pictures, edges, frames."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageDraw

from training.faces import load
from training.sheet import HEIGHT, WIDTH, Sheet


def write(sheet: Sheet, x: float, base: float, *, room: float, size: float) -> None:
    """Handwriting: no print."""
    path = sheet.faces.written(sheet.rng)
    font = load(path, max(8, round(size)))
    signs = max(2, int(room / size * 2))
    text = "".join(mark for mark in sheet.texts.draw() if mark.isascii())[:signs]
    if not text.strip():
        return
    for pen in (sheet.pen, sheet.other):
        pen.text((x, base), text, font=font, fill=255, anchor="ls")


def sign(sheet: Sheet, x: float, y: float) -> None:
    """A signature."""
    rng = sheet.rng
    points: list[tuple[float, float]] = []
    phase = rng.uniform(0, 6)
    for index in range(60):
        t = index / 60
        swing = 26 * (1 - t) * math.sin(t * rng.choice((20, 21, 22)) + phase)
        points.append((x - 60 + 130 * t + 14 * math.cos(9 * t + phase), y + swing + rng.uniform(-3, 3)))
    for pen in (sheet.pen, sheet.other):
        pen.line(points, fill=rng.randint(120, 255), width=rng.choice((1, 2, 2, 3)), joint="curve")


def seal(sheet: Sheet, x: float, y: float) -> None:
    """A round seal with words along its rim."""
    rng = sheet.rng
    radius = rng.uniform(55, 72)
    grey = rng.randint(60, 230)
    for pen in (sheet.pen, sheet.other):
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), outline=grey, width=rng.choice((1, 2)))
        inner = radius * 0.62
        pen.ellipse((x - inner, y - inner, x + inner, y + inner), outline=grey, width=1)
    words = "ỦY BAN NHÂN DÂN * " + sheet.texts.draw().upper()
    font = load(sheet.face, 11)
    for index, letter in enumerate(words[:38]):
        angle = math.pi * (0.7 + index * 1.6 / 38)
        at = (x + radius * 0.8 * math.cos(angle), y + radius * 0.8 * math.sin(angle))
        tile = Image.new("L", (18, 18), 0)
        ImageDraw.Draw(tile).text((9, 9), letter, font=font, fill=grey, anchor="mm")
        turned = tile.rotate(-math.degrees(angle) - 90)
        for image in (sheet.ink, sheet.foreign):
            image.paste(grey, (round(at[0]) - 9, round(at[1]) - 9), turned)


def picture(sheet: Sheet, x: float, y: float, *, side: float) -> None:
    """A QR code or a portrait."""
    rng = sheet.rng
    if rng.random() < 0.5:
        cells = rng.choice((25, 33, 41))
        dark = np.random.default_rng(rng.randrange(1 << 30)).random((cells, cells)) < 0.5
        tile = Image.fromarray(np.asarray(dark, dtype=np.uint8) * 255).resize(
            (round(side), round(side)), Image.Resampling.NEAREST
        )
    else:
        noise = np.random.default_rng(rng.randrange(1 << 30)).integers(0, 255, (9, 7)).astype(np.uint8)
        tile = Image.fromarray(noise).resize((round(side), round(side * 1.2)), Image.Resampling.BICUBIC)
    sheet.ink.paste(tile, (round(x), round(y)))
    sheet.other.rectangle((x, y, x + tile.width, y + tile.height), fill=255)


def disturb(sheet: Sheet) -> None:
    """Stamps over print, strokes, punched holes, a dark edge, a frame."""
    rng = sheet.rng
    if rng.random() < 0.2:
        seal(sheet, rng.uniform(80, WIDTH - 80), rng.uniform(100, HEIGHT - 100))
    for _ in range(rng.choice((0, 0, 0, 1, 2))):
        sign(sheet, rng.uniform(80, WIDTH - 80), rng.uniform(100, HEIGHT - 100))
    for _ in range(rng.choice((0, 0, 1, 2))):
        x, y = rng.uniform(60, WIDTH - 200), rng.uniform(60, HEIGHT - 60)
        write(sheet, x, y, room=150, size=rng.uniform(16, 30))
    if rng.random() < 0.15:
        width = rng.randint(3, 26)
        edge = rng.choice((0, WIDTH - width))
        sheet.pen.rectangle((edge, 0, edge + width, HEIGHT), fill=rng.randint(120, 255))
    if rng.random() < 0.12:
        inset = rng.uniform(12, 40)
        sheet.pen.rectangle(
            (inset, inset, WIDTH - inset, HEIGHT - inset),
            outline=rng.randint(100, 255),
            width=rng.choice((1, 2, 4)),
        )
    if rng.random() < 0.1:
        x, y = rng.uniform(60, WIDTH - 260), rng.uniform(60, HEIGHT - 100)
        sheet.pen.rectangle(
            (x, y, x + rng.uniform(120, 240), y + rng.uniform(30, 80)), outline=255, width=rng.choice((1, 2))
        )

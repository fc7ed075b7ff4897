"""How office papers are laid out: heads, titles, paragraphs, forms, tables, feet, cards, columns."""

from __future__ import annotations

from itertools import pairwise

from training.marks import picture, seal, sign, write
from training.sheet import HEIGHT, WIDTH, Sheet, points


def head(sheet: Sheet) -> None:
    """The two-column head of an office paper."""
    rng = sheet.rng
    size = points(rng.choice((11, 12, 13)))
    middle = sheet.left + (sheet.right - sheet.left) * rng.uniform(0.36, 0.46)
    rows = rng.randint(2, 4)
    pitch = size * rng.uniform(1.15, 1.5)
    for low, high in ((sheet.left, middle - 8), (middle + 8, sheet.right)):
        for row in range(rows):
            if rng.random() < 0.1:
                continue
            text = sheet.texts.draw()[: rng.randint(10, 45)].strip() or "Số:"
            text = text.upper() if row < 2 and rng.random() < 0.6 else text
            face = sheet.faces.printed(rng) if rng.random() < 0.3 else sheet.face
            while sheet.width_of(text, size, face=face) > high - low and len(text) > 3:
                text = text[:-3].strip()
            x = (low + high - sheet.width_of(text, size, face=face)) / 2
            sheet.put(text, x, sheet.y + row * pitch, size=size, face=face)
        if rng.random() < 0.7:
            y = sheet.y + (rows - 1) * pitch + rng.uniform(3, 7)
            sheet.pen.line(((low + high) / 2 - 40, y, (low + high) / 2 + 40, y), fill=255, width=1)
    sheet.y += rows * pitch + rng.uniform(10, 30)


def title(sheet: Sheet) -> None:
    """Some centred lines, larger."""
    rng = sheet.rng
    size = sheet.body * rng.uniform(1.0, 1.7)
    for _ in range(rng.randint(1, 3)):
        text = sheet.fitting(rng.uniform(0.2, 0.85) * (sheet.right - sheet.left), size)
        text = text.upper()[: rng.randint(8, 60)] if rng.random() < 0.5 else text
        width = sheet.width_of(text, size)
        sheet.y += size * rng.uniform(1.15, 1.5)
        if text:
            sheet.put(text, max(5, (sheet.left + sheet.right - width) / 2), sheet.y, size=size)
    sheet.y += size * 0.3


def paragraph(sheet: Sheet) -> None:
    """Justified or ragged lines."""
    rng = sheet.rng
    size = sheet.body * rng.choice((1, 1, 1, rng.uniform(0.62, 1.15)))
    pitch = size * rng.uniform(1.08, 1.75)
    indent = rng.choice((0, 30, 50))
    rows = rng.randint(1, 9)
    for row in range(rows):
        if sheet.y + pitch > HEIGHT - 40:
            return
        sheet.y += pitch
        x = sheet.left + (indent if row == 0 else 0)
        share = rng.uniform(0.15, 0.9) if row == rows - 1 else rng.uniform(0.93, 1.0)
        text = sheet.fitting((sheet.right - x) * share, size)
        if text:
            sheet.put(text, x, sheet.y, size=size)


def form(sheet: Sheet) -> None:
    """Labels with values, dotted lines, boxes for digits, at times filled in by hand."""
    rng = sheet.rng
    size = sheet.body
    for _ in range(rng.randint(2, 9)):
        sheet.y += size * rng.uniform(1.2, 1.9)
        if sheet.y > HEIGHT - 40:
            return
        x = sheet.left
        while x < sheet.right - 120:
            label = sheet.texts.draw()[: rng.randint(6, 34)].strip(" .,") + ":"
            sheet.put(label, x, sheet.y, size=size)
            end = x + sheet.width_of(label, size)
            if end > sheet.right:
                break
            x = _filled(sheet, end + 6, size)
            if rng.random() < 0.6:
                break


def _filled(sheet: Sheet, x: float, size: float) -> float:
    """The value of a label from ``x`` on; gives where the next label may begin."""
    rng = sheet.rng
    room = min(sheet.right - x, rng.uniform(60, 420))
    pick = rng.random()
    if room < 40:
        return sheet.right
    if pick < 0.35:
        text = sheet.fitting(room, size)
        if text:
            sheet.put(text, x, sheet.y, size=size)
    elif pick < 0.5:
        _boxes(sheet, x, room=room, size=size)
    else:
        for index in range(int(room / 3.4)):
            sheet.pen.point((x + index * 3.4, sheet.y), fill=rng.choice((255, 180)))
        if rng.random() < 0.4:
            base = sheet.y - rng.uniform(0, 3)
            write(sheet, x + 4, base, room=room * 0.8, size=size * rng.uniform(1.0, 1.5))
    return x + room + rng.uniform(10, 60)


def _boxes(sheet: Sheet, x: float, *, room: float, size: float) -> None:
    """A box for each digit."""
    rng = sheet.rng
    side = size * rng.uniform(1.0, 1.3)
    for index in range(min(12, int(room / side))):
        box = (x + index * side, sheet.y - side * 0.85, x + (index + 1) * side, sheet.y + side * 0.15)
        sheet.pen.rectangle(box, outline=255)
        if rng.random() < 0.7:
            sheet.put(str(rng.randint(0, 9)), box[0] + side * 0.25, sheet.y, size=size * 0.9)


def table(sheet: Sheet) -> None:
    """Rows and columns with or without rules."""
    rng = sheet.rng
    columns = rng.randint(2, 7)
    edges = sorted(rng.uniform(sheet.left, sheet.right) for _ in range(columns - 1))
    edges = [sheet.left, *edges, sheet.right]
    edges = [edge for index, edge in enumerate(edges) if index == 0 or edge - edges[index - 1] > 26]
    size = sheet.body * rng.uniform(0.62, 0.95)
    ruled = rng.random() < 0.85
    top = sheet.y
    for _ in range(rng.randint(2, 9)):
        lines = rng.choice((1, 1, 1, 2, 3))
        height = lines * size * 1.25 + 6
        if sheet.y + height > HEIGHT - 60:
            break
        for low, high in pairwise(edges):
            _cell(sheet, low + 4, high - 4, size=size, lines=lines)
        sheet.y += height
        if ruled:
            sheet.pen.line((sheet.left, sheet.y, edges[-1], sheet.y), fill=255, width=1)
    if ruled:
        sheet.pen.line((sheet.left, top, edges[-1], top), fill=255, width=1)
        for edge in edges:
            sheet.pen.line((edge, top, edge, sheet.y), fill=255, width=1)
    sheet.y += 8


def _cell(sheet: Sheet, low: float, high: float, *, size: float, lines: int) -> None:
    rng = sheet.rng
    for row in range(rng.randint(0, lines) if rng.random() < 0.3 else lines):
        text = sheet.fitting((high - low) * rng.uniform(0.3, 1.0), size)
        if not text:
            text = str(rng.randint(0, 99)) if high - low > 22 else ""
        if text:
            width = sheet.width_of(text, size)
            x = rng.choice((low, low, (low + high - width) / 2))
            sheet.put(text, x, sheet.y + (row + 1) * size * 1.25, size=size)


def foot(sheet: Sheet) -> None:
    """Recipients on the left, the signer on the right with seal and signature."""
    rng = sheet.rng
    top = max(sheet.y + 24, HEIGHT * 0.5)
    small = sheet.body * rng.uniform(0.7, 0.9)
    for row in range(rng.randint(2, 6)):
        text = sheet.texts.draw()[: rng.randint(8, 30)]
        sheet.put(text, sheet.left, top + row * small * 1.25, size=small)
    middle = sheet.left + (sheet.right - sheet.left) * rng.uniform(0.68, 0.78)
    base = top
    for _ in range(rng.randint(1, 3)):
        sheet.centred(sheet.texts.draw()[: rng.randint(6, 26)].upper(), middle, base)
        base += sheet.body * 1.25
    if rng.random() < 0.8:
        sign(sheet, middle + rng.uniform(-50, 50), base + 35)
    if rng.random() < 0.8:
        seal(sheet, middle - rng.uniform(20, 110), base + rng.uniform(-10, 45))
    sheet.centred(sheet.texts.draw()[: rng.randint(8, 24)], middle, base + rng.uniform(75, 110))
    sheet.y = HEIGHT


def scattered(sheet: Sheet) -> None:
    """A card: labels and values anywhere, a picture, a QR code."""
    rng = sheet.rng
    taken: list[tuple[float, float, float, float]] = []
    for _ in range(rng.randint(1, 3)):
        side = rng.uniform(70, 170)
        x, y = rng.uniform(20, WIDTH - side), rng.uniform(20, HEIGHT - side)
        taken.append((x - 8, y - 8, x + side + 8, y + side * 1.2 + 8))
        picture(sheet, x, y, side=side)
    for _ in range(rng.randint(15, 60)):
        size = sheet.body * rng.uniform(0.55, 1.6)
        text = sheet.texts.draw()[: rng.randint(3, 50)].strip()
        if not text:
            continue
        width = sheet.width_of(text, size)
        x, y = rng.uniform(10, max(11, WIDTH - width - 10)), rng.uniform(40, HEIGHT - 20)
        box = (x - 12, y - size * 1.1, x + width + 12, y + size * 0.4)
        if all(box[2] < t[0] or box[0] > t[2] or box[3] < t[1] or box[1] > t[3] for t in taken):
            taken.append(box)
            sheet.put(text, x, y, size=size)


def dense_columns(sheet: Sheet) -> None:
    """Two columns of small print, as on a marriage certificate or in a gazette."""
    top, left, right = sheet.y, sheet.left, sheet.right
    gap = sheet.rng.uniform(18, 50)
    middle = (left + right) / 2
    sheet.body *= sheet.rng.uniform(0.7, 0.95)
    for low, high in ((left, middle - gap / 2), (middle + gap / 2, right)):
        sheet.left, sheet.right, sheet.y = low, high, top
        while sheet.y < HEIGHT - 120:
            sheet.rng.choice((paragraph, paragraph, form))(sheet)
            sheet.y += sheet.rng.uniform(0, 10)

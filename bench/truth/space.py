"""Where text stands on a sheet: whether it fits, whether two texts meet, and where a pen still finds room."""

from __future__ import annotations

from collections.abc import Iterable

from bench.truth.chance import Chance
from samples.fonts import MM_PER_POINT, width_mm
from samples.sheet import Mark, Sheet, Text

# left, top, right, bottom in millimetres.
Area = tuple[float, float, float, float]
# The line at the foot that says nothing here is real; it stands below everything else.
SPECIMEN = "MẪU – người và giấy tờ không có thật"
_ASCENT, _DESCENT = 0.62, 0.12
_EDGE = 4.0
_FOOT = 8.0
_TRIES = 60


def text_areas(sheet: Sheet) -> list[Area]:
    """The body of every text: from the top of small letters' stems to the baseline, tails left out."""
    areas = []
    for op in sheet.ops:
        if isinstance(op, Text) and op.content.strip() and op.content != SPECIMEN:
            height = op.style.size * MM_PER_POINT
            width = width_mm(op.content, op.style.face, op.style.size) + op.gap * op.content.count(" ")
            areas.append((op.x, op.y - height * _ASCENT, op.x + width, op.y + height * _DESCENT))
    return areas


def fits(sheet: Sheet) -> bool:
    """Whether all text stands on the sheet and no text meets another."""
    areas = text_areas(sheet)
    foot = sheet.height - (_FOOT if sheet.height > 150 else 1.5)
    edge = _EDGE if sheet.width > 150 else 0.0
    inside = all(
        left >= edge and top >= 0 and right <= sheet.width - edge and bottom <= foot
        for left, top, right, bottom in areas
    )
    return inside and not any(
        meets(area, other) for index, area in enumerate(areas) for other in areas[index + 1 :]
    )


def meets(first: Area, second: Area) -> bool:
    """Whether two areas have anything in common."""
    return first[0] < second[2] and second[0] < first[2] and first[1] < second[3] and second[1] < first[3]


def room(sheet: Sheet, chance: Chance, *, width: float, height: float) -> tuple[float, float] | None:
    """Left and top of a place of that size that no text or mark touches; None where none was found."""
    taken = [*text_areas(sheet), *_marks(sheet)]
    for _ in range(_TRIES):
        left = float(chance.rng.uniform(6, max(7, sheet.width - width - 6)))
        top = float(chance.rng.uniform(6, max(7, sheet.height - height - 12)))
        area = (left - 1, top - 1, left + width + 1, top + height + 1)
        if not any(meets(area, other) for other in taken):
            return left, top
    return None


def _marks(sheet: Sheet) -> Iterable[Area]:
    for op in sheet.ops:
        if isinstance(op, Mark):
            yield (op.x, op.y, op.x + op.width, op.y + op.height)

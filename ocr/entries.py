"""Entries of a form that stand side by side: a value that goes on in a second line is read to its end first.

``7. Chủ hộ: Nghiêm Như   8. Quan hệ: Con`` with ``Ý`` and ``đẻ`` below them. A line ends a value of the row
above where it begins at the edge of that entry and its first word had no room up there.
"""

from __future__ import annotations

from collections.abc import Sequence

from dossier.geometry import Box
from ocr.segments import Row, Segment

# In heights of a line: how level edges are, how close lines of one entry follow each other, a space.
_LEVEL = 1.0
_CLOSE = 0.9
_SPACE = 0.25


def whole_entries(rows: Sequence[Row], page: Box) -> list[Row]:
    """The rows, those with entries side by side together with what goes on below them."""
    ordered: list[Row] = []
    for row in rows:
        above = ordered[-1] if ordered else []
        ends = _ends_of(above, row, page)
        if len(ends) == len(row) > 0:
            ordered[-1] = [part for entry in above for part in (entry, *ends.get(id(entry), ()))]
        else:
            ordered.append(row)
    return ordered


def _ends_of(entries: Row, row: Row, page: Box) -> dict[int, tuple[Segment, ...]]:
    """For each entry the segment of the row that ends it; empty where the row is none of that."""
    if len(entries) < 2 or not all(_has_label(entry) for entry in entries):
        return {}
    ends: dict[int, tuple[Segment, ...]] = {}
    for place, entry in enumerate(entries):
        limit = entries[place + 1].box.left if place + 1 < len(entries) else page.right
        for segment in row:
            if _ends(entry, segment, limit):
                ends[id(entry)] = (segment,)
    return ends


def _has_label(segment: Segment) -> bool:
    return any(":" in word.text for word in segment.words)


def _ends(entry: Segment, segment: Segment, limit: int) -> bool:
    height = entry.box.height
    below = segment.box.top - entry.box.bottom <= _CLOSE * height
    level = abs(segment.box.left - entry.box.left) <= _LEVEL * height
    no_room = entry.box.right + _SPACE * height + segment.words[0].box.width > limit - height
    return below and level and no_room and segment.box.right <= limit and not _has_label(segment)

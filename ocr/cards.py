"""The order of lines on cards and passports: values below their labels, and what stands below the portrait.

Labels are in Vietnamese and English, ``Ngày sinh / Date of birth``: identity cards (Circular 06/2021/TT-BCA,
17/2024/TT-BCA), passports (31/2023/TT-BCA), driving licences. Where two labels stand side by side, each with
its value below it, a reader goes from label to value, not from label to label.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ocr.segments import Row, Segment

_BILINGUAL = re.compile(r"[^\W\d_].*?[^\W\d_.:]\s?/\s?[A-Z][A-Za-z]+")
_BARE_LABEL = re.compile(r"[^:]*[^\W\d_]\s?/\s?[A-Za-z][A-Za-z .,]*:?")
# So many such labels make a card.
_LABELS = 3
# A portrait takes the height of so many rows of labels at least; a form has text beside its first rows too.
_PORTRAIT_ROWS = 3
# How far a value may stand from the left edge of its label, and below it, in heights of the label.
_LEVEL = 0.8
_BELOW = 2.5
# What follows a portrait's lines so closely stands beside them.
_NEXT = 1.2


def card_rows(rows: list[Row]) -> list[Row]:
    """The rows of a page in the order of a card; as they are where there is no card."""
    labels = [segment for row in rows for segment in row if _is_bilingual(segment)]
    if len(labels) < _LABELS:
        return rows
    edge = _edge(labels)
    ordered = _label_by_label(rows)
    return _portrait_last(ordered, edge) if _has_portrait(ordered, edge) else ordered


def _is_bilingual(segment: Segment) -> bool:
    return _BILINGUAL.match(segment.text) is not None


def _label_by_label(rows: Sequence[Row]) -> list[Row]:
    """Labels side by side, each followed by the value below it."""
    ordered: list[Row] = []
    index = 0
    while index < len(rows):
        row, below = rows[index], rows[index + 1] if index + 1 < len(rows) else []
        if len(row) > 1 and _are_values(row, below):
            ordered += [[cell] for pair in zip(row, below, strict=True) for cell in pair]
            index += 2
        else:
            ordered.append(row)
            index += 1
    return ordered


def _are_values(labels: Row, values: Row) -> bool:
    return len(labels) == len(values) and all(
        _BARE_LABEL.fullmatch(label.text) is not None
        and not _is_bilingual(value)
        and abs(value.box.left - label.box.left) <= _LEVEL * label.box.height
        and value.box.top - label.box.bottom <= _BELOW * label.box.height
        for label, value in zip(labels, values, strict=True)
    )


def _edge(labels: Sequence[Segment]) -> int:
    """Where the text begins right of the portrait: the left edge that most labels share."""
    height = sorted(label.box.height for label in labels)[len(labels) // 2]
    places = Counter(round(label.box.left / height) for label in labels)
    place = places.most_common(1)[0][0]
    return min(label.box.left for label in labels if round(label.box.left / height) == place)


def _has_portrait(rows: Sequence[Row], edge: int) -> bool:
    """Whether nothing stands left of that edge beside the first rows with labels at it."""
    labelled = [
        row
        for row in rows
        if any(
            _is_bilingual(segment) and abs(segment.box.left - edge) <= segment.box.height for segment in row
        )
    ]
    return len(labelled) >= _PORTRAIT_ROWS and all(
        segment.box.right > edge for row in labelled[:_PORTRAIT_ROWS] for segment in row
    )


def _portrait_last(rows: Sequence[Row], edge: int) -> list[Row]:
    """The lines below the portrait after the text that they stand beside."""
    ordered: list[Row] = []
    aside: list[Segment] = []
    for row in rows:
        left = [segment for segment in row if segment.box.right <= edge]
        rest = [segment for segment in row if segment.box.right > edge]
        if aside and not left and rest[0].box.top - aside[-1].box.bottom > _NEXT * aside[-1].box.height:
            ordered += [[segment] for segment in aside]
            aside = []
        aside += left
        if rest:
            ordered.append(rest)
    return ordered + [[segment] for segment in aside]

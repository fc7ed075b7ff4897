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
# Of what stands beside a column, so many rows of the column are above it at least.
_BESIDE = 2
# What follows a portrait's lines so closely stands beside them.
_NEXT = 1.2


def card_rows(rows: list[Row]) -> list[Row]:
    """The rows of a page in the order of a card; as they are where there is no card."""
    labels = [segment for row in rows for segment in row if _is_bilingual(segment)]
    if len(labels) < _LABELS:
        return rows
    edge = _edge(labels)
    ordered = _beside_last(_label_by_label(rows))
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
            ordered += [
                [cell]
                for label in row
                for cell in (label, *(value for value in below if _stands_below(value, label)))
            ]
            index += 2
        else:
            ordered.append(row)
            index += 1
    return ordered


def _are_values(labels: Row, values: Row) -> bool:
    """Whether all of the lower row stand below labels of the upper; one of them may have been lost."""
    bare = all(_BARE_LABEL.fullmatch(label.text) is not None for label in labels)
    return (
        bare
        and bool(values)
        and all(
            not _is_bilingual(value) and sum(_stands_below(value, label) for label in labels) == 1
            for value in values
        )
    )


def _stands_below(value: Segment, label: Segment) -> bool:
    level = abs(value.box.left - label.box.left) <= _LEVEL * label.box.height
    return level and value.box.top - label.box.bottom <= _BELOW * label.box.height


def _beside_last(rows: Sequence[Row]) -> list[Row]:
    """What stands by itself right of several rows, as the names of fingers do, after these rows."""
    ordered = list(rows)
    for index in range(len(rows) - 2, _BESIDE - 1, -1):
        left = min(segment.box.left for segment in ordered[index])
        before = ordered[index - _BESIDE : index]
        after = [_ends_before(row, left) for row in ordered[index + 1 :]]
        count = after.index(False) if False in after else len(after)
        alone = not any(_is_bilingual(segment) for segment in ordered[index])
        if alone and count and all(_ends_before(row, left) for row in before):
            ordered[index : index + count + 1] = [*ordered[index + 1 : index + count + 1], ordered[index]]
    return ordered


def _ends_before(row: Row, left: int) -> bool:
    return max(segment.box.right for segment in row) <= left


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

"""Is this the same paper once more? Words against words, key fields against key fields. Pure functions.

What was read twice never agrees in every letter, so a run of words that differs is told only when its digits
differ or when it is more than a misreading. Nothing here decides: it says what a person should look at.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rapidfuzz.distance import Levenshtein

from dossier.documents import Document
from dossier.fields import Evidence
from dossier.geometry import Box, bounding
from dossier.same import CHANGED_DIGITS, CHANGED_FIELD, SAME_NUMBER, SAME_PICTURE, SAME_WORDS
from dossier.text import PageText, Word
from extraction.folding import alike, fold

_SURE: Final = 0.9
_MOST_WORDS: Final = 3000
# So alike two runs of words are one run, read twice.
_MISREAD: Final = 0.6
_ALIKE_WITH_NUMBER: Final = 0.5
_ALIKE_WITH_PICTURE: Final = 0.7
_MOST_CHANGED_WITH_NUMBER: Final = 2
_MOST_CHANGED_WITH_PICTURE: Final = 1
_DIGIT: Final = re.compile(r"\d")


class ChangeKind(StrEnum):
    """What became different between two readings."""

    DIGITS = "digits"
    WORDS = "words"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Place:
    """Where words stand: page of the file, from 1, and box on it."""

    page: int
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Words that differ.

    Attributes:
        kind: what became different.
        before, after: the words, empty where there are none.
        left, right: where they stand on the earlier and the later paper.
        sure: both were read surely.
    """

    kind: ChangeKind
    before: str
    after: str
    left: Place | None
    right: Place | None
    sure: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far two papers say the same: share of their words, 0 to 1, and what differs, in reading order."""

    likeness: float
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    page: int
    word: Word


def compare(left: Sequence[PageText], right: Sequence[PageText]) -> Comparison:
    """Compare what was read on two papers, the earlier one left."""
    before, after = _tokens(left), _tokens(right)
    total = max(_letters(before), _letters(after))
    if not total:
        return Comparison(0.0, ())
    agreed, changes = 0, []
    steps = Levenshtein.opcodes([one.text for one in before], [one.text for one in after])
    for step in steps:
        ours, theirs = before[step.src_start : step.src_end], after[step.dest_start : step.dest_end]
        if step.tag == "equal":
            agreed += _letters(ours)
            continue
        change = _change(ours, theirs)
        if change is None:
            agreed += min(_letters(ours), _letters(theirs))
        else:
            changes.append(change)
    return Comparison(min(1.0, agreed / total), tuple(changes))


def changed_fields(left: Document, right: Document, *, key_fields: Sequence[str]) -> tuple[str, ...]:
    """Key fields that were surely read on both papers and differ."""
    found = []
    for name in key_fields:
        ours, theirs = left.field(name), right.field(name)
        if ours is None or theirs is None or fold(ours.value) == fold(theirs.value):
            continue
        if all(one.evidence is Evidence.PERSON or one.confidence >= _SURE for one in (ours, theirs)):
            found.append(name)
    return tuple(found)


def judge(
    left: Document,
    right: Document,
    said: Comparison | None,
    *,
    pictures_agree: bool,
    key_fields: Sequence[str],
) -> tuple[str, ...]:
    """Why two papers may be one, as reason codes; nothing when they are not worth a question.

    Args:
        left: the earlier paper.
        right: the later one, of the same type.
        said: how far their words agree; nothing where a reading is no longer there.
        pictures_agree: their pages are candidates by fingerprint.
        key_fields: of the type.
    """
    changed = changed_fields(left, right, key_fields=key_fields)
    same_number = bool(left.own_number) and fold(left.own_number) == fold(right.own_number)
    likeness = said.likeness if said is not None else 0.0
    by_number = (
        same_number
        and (pictures_agree or likeness >= _ALIKE_WITH_NUMBER)
        and len(changed) <= _MOST_CHANGED_WITH_NUMBER
    )
    by_picture = (
        pictures_agree
        and (said is None or likeness >= _ALIKE_WITH_PICTURE)
        and len(changed) <= _MOST_CHANGED_WITH_PICTURE
    )
    if not (by_number or by_picture):
        return ()
    digits = said is not None and any(
        change.sure and change.kind is ChangeKind.DIGITS for change in said.changes
    )
    told = (
        (SAME_NUMBER, same_number),
        (SAME_PICTURE, pictures_agree),
        (SAME_WORDS, likeness >= _ALIKE_WITH_PICTURE),
        (CHANGED_FIELD, bool(changed)),
        (CHANGED_DIGITS, digits),
    )
    return tuple(code for code, holds in told if holds)


def _tokens(pages: Sequence[PageText]) -> list[_Token]:
    found = [
        _Token(text, page.page, word) for page in pages for word in page.words if (text := _bare(word.text))
    ]
    return found[:_MOST_WORDS]


def _bare(text: str) -> str:
    """Letters and digits alone: points and leaders are read differently every time."""
    return "".join(letter for letter in fold(text) if letter.isalnum())


def _letters(tokens: Sequence[_Token]) -> int:
    return sum(len(token.text) for token in tokens)


def _change(before: Sequence[_Token], after: Sequence[_Token]) -> Change | None:
    """What a run of other words means; nothing for one that is all but the same."""
    ours, theirs = "".join(one.text for one in before), "".join(one.text for one in after)
    if ours == theirs:
        return None
    kind = _kind(ours, theirs)
    if kind is None:
        return None
    return Change(
        kind=kind,
        before=" ".join(one.word.text for one in before),
        after=" ".join(one.word.text for one in after),
        left=_place(before),
        right=_place(after),
        sure=all(one.word.confidence >= _SURE for one in (*before, *after)),
    )


def _kind(ours: str, theirs: str) -> ChangeKind | None:
    digits = _DIGIT.findall(ours), _DIGIT.findall(theirs)
    if digits[0] != digits[1] and digits[0] and digits[1]:
        return ChangeKind.DIGITS
    if not ours or not theirs:
        return ChangeKind.ADDED if theirs else ChangeKind.REMOVED
    return None if alike(ours, theirs) >= _MISREAD else ChangeKind.WORDS


def _place(tokens: Sequence[_Token]) -> Place | None:
    """Where a run stands, on the page it begins on."""
    if not tokens:
        return None
    page = tokens[0].page
    return Place(page, bounding(one.word.box for one in tokens if one.page == page))

"""A piece of print that may hold a field's value, and the value read from it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from dossier.fields import Evidence
from dossier.geometry import Box, bounding
from extraction.layout import Token
from extraction.stock import stock_confidence
from extraction.values.reading import Reading

# Each further word of a long text may hold a wrong accent that the reader was sure of.
_SURE_WORD = 0.992
_FREE_WORDS = 4
_HOLE_BEFORE = 3.0
_HOLE_WITHIN = 1.7
_HOLE_FACTOR = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Tokens in reading order that may hold a value.

    Attributes:
        page: 1-based.
        tokens: as they stand behind or under a label, or in a zone.
        quality: 0 to 1, how sure it is that the value stands here.
        label_x1: where the label before the first token ends, on the same row.
    """

    page: int
    tokens: tuple[Token, ...]
    quality: float
    label_x1: float | None = None

    @property
    def text(self) -> str:
        """The tokens, one space between, colons kept."""
        return "".join(part for part, _ in _parts(self.tokens)).rstrip()

    def between(self, start: int, end: int) -> tuple[Token, ...]:
        """Tokens that print the characters from start to end of the text."""
        found: list[Token] = []
        at = 0
        for part, token in _parts(self.tokens):
            if at < end and at + len(token.text) > start:
                found.append(token)
            at += len(part)
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What speaks for and against a value before other fields are asked (see ``extraction.confidence``).

    Attributes:
        place: 0 to 1, how sure it is that the value stands here (label, zone).
        shape: 0 to 1, how well the text fits the kind of value.
        least: 0 to 1, confidence of the least sure word.
        together: 0 to 1, the product of the confidences of all words.
        words: how many.
        whole: 1, or lower where space is left for a word that was not read.
    """

    place: float
    shape: float
    least: float
    together: float
    words: int
    whole: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A value that may be a field's.

    Attributes:
        field: name of the field.
        value, printed: normalised and as printed.
        page, box: where.
        confidence: 0 to 1, before other fields are asked.
        evidence: print, MRZ or embedded text.
        reasons: codes of what was corrected or looks odd.
        signs: what speaks for it and against; nothing for values of machine-readable zones and codes.
    """

    field: str
    value: str
    printed: str
    page: int
    box: Box
    confidence: float
    evidence: Evidence = Evidence.PRINT
    reasons: tuple[str, ...] = ()
    signs: Signs | None = None


def candidate(
    field: str,
    passage: Passage,
    reading: Reading,
    *,
    embedded: bool,
    stock: bool,
) -> Candidate | None:
    """Join a reading with the tokens that print it; nothing when no token does.

    Args:
        field: name of the field.
        passage: where the value stands.
        reading: the value within its text.
        embedded: the page's text came with the file.
        stock: the value stands in a zone that is made of stock words (see ``extraction.stock``).
    """
    tokens = passage.between(reading.start, reading.end)
    if not tokens:
        return None
    whole = _wholeness(passage, tokens)
    sure = [stock_confidence(token.text, token.confidence) if stock else token.confidence for token in tokens]
    return Candidate(
        field=field,
        value=reading.value,
        printed=passage.text[reading.start : reading.end],
        page=passage.page,
        box=bounding(token.box for token in tokens),
        confidence=passage.quality
        * reading.quality
        * _legibility(tokens)
        * whole
        * _SURE_WORD ** max(0, len(tokens) - _FREE_WORDS),
        evidence=Evidence.EMBEDDED if embedded else Evidence.PRINT,
        reasons=reading.reasons,
        signs=Signs(
            place=passage.quality,
            shape=reading.quality,
            least=min(sure),
            together=math.prod(sure),
            words=len(tokens),
            whole=whole,
        ),
    )


def _legibility(tokens: Sequence[Token]) -> float:
    """How surely the tokens were read: a value is as sure as its worst word, softened by the rest."""
    weights = [(max(0.05, token.confidence), max(1, len(token.text))) for token in tokens]
    letters = sum(weight for _, weight in weights)
    mean = sum(sure * weight for sure, weight in weights) / letters
    return 0.5 * mean + 0.5 * min(sure for sure, _ in weights)


def _wholeness(passage: Passage, tokens: Sequence[Token]) -> float:
    """Lower where an empty space before or within the value is wide enough for a word that was not read."""
    factor = 1.0
    first = passage.tokens[0]
    behind = first is tokens[0] and passage.label_x1 is not None and not first.leader
    if behind and first.x0 - (passage.label_x1 or 0.0) > _HOLE_BEFORE * first.box.height:
        factor *= _HOLE_FACTOR
    for left, right in pairwise(tokens):
        apart = right.x0 - left.x1
        if right.y - left.y < left.box.height and apart > _HOLE_WITHIN * left.box.height and not right.leader:
            factor *= _HOLE_FACTOR
    return factor


def _parts(tokens: Sequence[Token]) -> list[tuple[str, Token]]:
    return [(f"{token.text}: " if token.colon else f"{token.text} ", token) for token in tokens]

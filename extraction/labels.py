"""Finds printed labels in the rows of a sheet, also where recognition broke some letters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from extraction.folding import alike, squash
from extraction.layout import Row, Sheet, Token
from rulebook.variants import OPENING

# Letters of labels that have to be read exactly, and of those that may lose one.
_SHORT, _MEDIUM = 4, 8
# Letters of a bullet or number: "a)", "12.".
_BULLET = 3
# As good as letter for letter.
_EXACT = 0.97
# Quality of a label inside a sentence, and of one known by its opening alone: the rest may say another thing.
_IN_SENTENCE, _OPENING_QUALITY = 0.75, 0.9
# Words that a label, and a heading up to its colon, may have.
_LONGEST, _HEADING = 24, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelHit:
    """A label found on a sheet.

    Attributes:
        label: squashed form of the label.
        page: 1-based.
        row: index of the row on its sheet.
        start, end: token indexes, end exclusive.
        quality: 0 to 1; letters alike, and a colon or the start of a segment where labels stand.
        x0, x1, y: where it stands, straightened pixels.
        leads: it opens a row or a segment of one.
    """

    label: str
    page: int
    row: int
    start: int
    end: int
    quality: float
    x0: float
    x1: float
    y: float
    leads: bool = True

    @property
    def order(self) -> tuple[int, int, float]:
        """Reading order."""
        return (self.page, self.row, self.x0)


def key_of(label: str) -> str:
    """How a hit names a label of a table: squashed, and with ``…`` where it is only an opening."""
    return f"{squash(label)}{OPENING}" if label.endswith(OPENING) else squash(label)


def find_labels(sheet: Sheet, labels: Iterable[str]) -> tuple[LabelHit, ...]:
    """Every place where one of the labels stands; where several fit, the longest good one.

    Args:
        sheet: the page.
        labels: printed forms; they are squashed here. One that is written with a small letter may stand
            inside a sentence (``tờ bản đồ số``); the others open with a capital wherever they stand. One
            that ends with ``…`` opens a heading: ``Bên …`` is ``BÊN NHẬN CHUYỂN NHƯỢNG (Bên B):``.
    """
    small = frozenset(squash(label) for label in labels if label[:1].islower())
    openings = tuple(squash(label) for label in labels if label.endswith(OPENING))
    whole = {squash(label) for label in labels if not label.endswith(OPENING)}
    plain = sorted(whole - {""}, key=len, reverse=True)
    hits: list[LabelHit] = []
    for index, row in enumerate(sheet.rows):
        found: list[LabelHit] = []
        joined = "".join(token.plain for token in row.tokens)
        found.extend(_openings(sheet, index, row=row, openings=openings))
        for label in plain:
            if _may_stand(label, joined):
                found.extend(_in_row(sheet, index, row=row, label=label, small=label in small))
        hits.extend(_best_apart(found))
    return tuple(sorted(hits, key=lambda hit: hit.order))


def _threshold(label: str) -> float:
    """How alike the letters must be: short labels exactly, long ones may lose some letters."""
    if len(label) <= _SHORT:
        return 1.0
    return 0.85 if len(label) <= _MEDIUM else 0.8


def _may_stand(label: str, joined: str) -> bool:
    if len(label) <= _SHORT:
        return label in joined
    return fuzz.partial_ratio(label, joined, score_cutoff=_threshold(label) * 100 - 8) > 0


def _in_row(sheet: Sheet, index: int, *, row: Row, label: str, small: bool) -> Iterable[LabelHit]:
    tokens = row.tokens
    cutoff = _threshold(label)
    starts = _starts(sheet, row)
    longest = len(label) / cutoff + 1
    for start in range(len(tokens)):
        if start not in starts and not small and _inside_sentence(tokens, start):
            continue
        text = ""
        for end in range(start + 1, min(len(tokens), start + _LONGEST) + 1):
            text += tokens[end - 1].plain
            if len(text) > longest or (end - 1 > start and tokens[end - 2].colon):
                break
            if not tokens[end - 1].plain or not tokens[start].plain:
                continue
            likeness = alike(label, text, at_least=cutoff)
            if not likeness:
                continue
            colon = tokens[end - 1].colon or (end < len(tokens) and tokens[end].text in {":", "/", ";"})
            if not colon and likeness < _EXACT and _sentence_follows(tokens, end):
                continue
            english = start > 0 and tokens[start - 1].text.endswith("/")
            short = len(label) <= _SHORT and not english
            quality = likeness * _standing(at_start=start in starts, colon=colon, short=short)
            if small and not quality and likeness >= _EXACT and not short:
                quality = _IN_SENTENCE
            if quality:
                yield LabelHit(
                    label=label,
                    page=row.page,
                    row=index,
                    start=start,
                    end=end,
                    quality=quality,
                    x0=tokens[start].x0,
                    x1=tokens[end - 1].x1,
                    y=row.y,
                    leads=start in starts,
                )


def _standing(*, at_start: bool, colon: bool, short: bool) -> float:
    """Labels stand before a colon, or open a segment; a phrase inside a sentence is none."""
    if colon:
        return 1.0 if at_start else 0.97
    return 0.9 if at_start and not short else 0.0


def _sentence_follows(tokens: Sequence[Token], end: int) -> bool:
    """Whether a word in small letters follows: ``Bên A ủy quyền cho`` is not the label ``Bên ủy quyền``."""
    return end < len(tokens) and tokens[end].text[:1].islower() and tokens[end].plain.isalpha()


def _openings(sheet: Sheet, index: int, *, row: Row, openings: Sequence[str]) -> Iterable[LabelHit]:
    """Headings that open with the words: up to their colon, or, in capitals, the words alone."""
    tokens = row.tokens
    for start in sorted(_starts(sheet, row)):
        for opening in openings:
            words = _words_of(tokens, start, opening)
            if not words:
                continue
            colon = next(
                (at for at in range(start, min(len(tokens), start + _HEADING)) if tokens[at].colon), None
            )
            capitals = all(token.text.isupper() for token in tokens[start : start + words] if token.plain)
            if colon is None and not capitals:
                continue
            end = max(start + words, colon + 1 if colon is not None else 0)
            yield LabelHit(
                label=f"{opening}{OPENING}",
                page=row.page,
                row=index,
                start=start,
                end=end,
                quality=_OPENING_QUALITY,
                x0=tokens[start].x0,
                x1=tokens[end - 1].x1,
                y=row.y,
            )


def _words_of(tokens: Sequence[Token], start: int, opening: str) -> int:
    """How many tokens make the opening exactly; 0 when they do not."""
    text = ""
    for count, token in enumerate(tokens[start : start + _HEADING], 1):
        text += token.plain
        if text == opening:
            return count
        if not opening.startswith(text):
            return 0
    return 0


def _inside_sentence(tokens: Sequence[Token], start: int) -> bool:
    """Whether a word goes on with the one before: a small letter behind a word (``Có án tích: 01``)."""
    before = tokens[start - 1]
    return tokens[start].text[:1].islower() and before.plain.isalpha() and not before.colon


def _starts(sheet: Sheet, row: Row) -> frozenset[int]:
    """Token indexes at which a segment begins, also behind a bullet or number such as ``a)`` or ``1.``."""
    starts: set[int] = set()
    index = 0
    for segment in row.segments(sheet.text_height, gap=1.6):
        starts.add(index)
        if len(segment) > 1 and len(segment[0].text) <= _BULLET and len(segment[0].plain) <= 2:
            starts.add(index + 1)
        if len(segment) > 2 and segment[0].plain == "dieu" and segment[1].plain.isdigit():
            starts.add(index + 2)
        for offset, token in enumerate(segment[1:], 1):
            if token.leader or segment[offset - 1].text.endswith((";", ",", "/")):
                starts.add(index + offset)
        index += len(segment)
    return frozenset(starts)


def _best_apart(hits: Sequence[LabelHit]) -> list[LabelHit]:
    """The hits that do not overlap, longest and surest first."""
    kept: list[LabelHit] = []
    for hit in sorted(hits, key=lambda found: (-len(found.label) * found.quality**3, found.start)):
        if all(hit.end <= other.start or hit.start >= other.end for other in kept):
            kept.append(hit)
    return kept

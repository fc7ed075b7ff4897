"""Which paper type a page opens, with score and reasons. What nothing fits is ``unknown``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from extraction.folding import alike, capitals_share, squash
from extraction.layout import Row, Sheet
from rulebook.paper_spec import Papers, PaperSpec
from rulebook.vocabulary import UNKNOWN_TYPE

_TITLE_LIKE = 0.84
_ANCHOR_LIKE = 88.0
_TITLE_ROWS = 4
_TITLE_ZONE = 0.62
_CAPITALS = 0.7
_LEAST = 0.5
_CLOSE = 0.12


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A paper type for a page.

    Attributes:
        type: vocabulary type.
        score: 0 to 1.
        title_row: index of the title's last row; -1 when only other phrases speak for it.
        reasons: ``title``, ``anchors``, ``type.close_second`` …
    """

    type: str
    score: float
    title_row: int = -1
    reasons: tuple[str, ...] = ()


UNKNOWN = Guess(type=UNKNOWN_TYPE, score=0.5, reasons=("type.nothing_fits",))


def classify(sheet: Sheet, papers: Papers) -> Guess:
    """The type a page shows, judged by its title and by the phrases of its form."""
    text = squash(" ".join(row.text for row in sheet.rows))
    titles = _title_texts(sheet)
    guesses = sorted(
        (_guess(sheet, spec, text=text, titles=titles) for spec in papers.recognisable),
        key=lambda guess: -guess.score,
    )
    if not guesses or guesses[0].score < _LEAST:
        return UNKNOWN
    best = guesses[0]
    second = next((guess for guess in guesses[1:] if guess.type != best.type), None)
    if second is not None and best.score - second.score < _CLOSE:
        return Guess(
            type=best.type,
            score=best.score * 0.6,
            title_row=best.title_row,
            reasons=(*best.reasons, "type.close_second"),
        )
    return best


def _guess(
    sheet: Sheet, spec: PaperSpec, *, text: str, titles: Sequence[tuple[int, str, str]]
) -> Guess:
    title, row, likeness = _best_title(spec, titles)
    anchors = _anchor_share(spec, text)
    reasons = (["title"] if title else []) + (["anchors"] if anchors else [])
    if title:
        score = likeness * (0.8 + 0.2 * min(1.0, 2 * anchors))
    else:
        # Phrases without a title: the page goes on from another, or its title was not read.
        score = min(0.75, 1.1 * anchors) if not spec.administrative else 0.0
    return Guess(type=spec.type, score=min(0.99, score), title_row=row, reasons=tuple(reasons))


def _best_title(spec: PaperSpec, titles: Sequence[tuple[int, str, str]]) -> tuple[str, int, float]:
    """(title, last row, likeness) of the title that fits best; longer titles win among equals."""
    found: tuple[str, int, float] = ("", -1, 0.0)
    excluded = tuple(squash(opening) for opening in spec.excluded)
    for title in spec.titles:
        plain = squash(title)
        for row, line, before in titles:
            if before.startswith(excluded) or line.startswith(excluded):
                continue
            likeness = alike(plain, line, at_least=1.0 if len(plain) < 8 else _TITLE_LIKE)
            if likeness and (likeness, len(plain)) > (found[2], len(squash(found[0]))):
                found = (title, row, likeness)
    return found


def _anchor_share(spec: PaperSpec, text: str) -> float:
    """Share of the form's other phrases that stand on the page."""
    if not spec.anchors:
        return 0.0
    found = sum(_stands(squash(anchor), text) for anchor in spec.anchors)
    return found / len(spec.anchors)


def _stands(phrase: str, text: str) -> bool:
    if len(phrase) < 6:
        return phrase in text
    return phrase in text or fuzz.partial_ratio(phrase, text, score_cutoff=_ANCHOR_LIKE) > 0


def _title_texts(sheet: Sheet) -> list[tuple[int, str, str]]:
    """(last row, squashed text, squashed text of the row above) of one to four rows in capitals."""
    rows = [
        (index, segment)
        for index, row in enumerate(sheet.rows)
        if row.y < _TITLE_ZONE * sheet.height
        for segment in _capital_segments(row, sheet)
    ]
    texts: list[tuple[int, str, str]] = []
    for start, (first, _) in enumerate(rows):
        joined, before = "", rows[start - 1][1] if start and rows[start - 1][0] == first - 1 else ""
        last = first
        for index, segment in rows[start : start + _TITLE_ROWS]:
            if index - last > 1 or (index == last and joined):
                break
            joined += segment
            last = index
            texts.append((index, joined, before))
    return texts


def _capital_segments(row: Row, sheet: Sheet) -> list[str]:
    """The row and its parts as squashed texts, where they are mostly capitals."""
    segments = row.segments(sheet.text_height, gap=4.0)
    texts = [" ".join(token.text for token in segment) for segment in segments]
    if len(texts) > 1:
        texts.insert(0, " ".join(texts))
    return [squash(text) for text in texts if capitals_share(text) >= _CAPITALS and squash(text)]

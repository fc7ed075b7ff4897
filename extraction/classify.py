"""Which paper type a page opens, with score and reasons. What nothing fits is ``unknown``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from extraction.folding import alike, capitals_share, squash, strokes
from extraction.heading import has_motto, letter_summary
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
_ENOUGH_WITH_TITLE = 3
# Score by number of phrases where no title was read; never as sure as a title.
_ANCHORS_ONLY = {1: 0.25, 2: 0.48, 3: 0.7, 4: 0.8}
_MANY = 0.87
_EXCLUDED = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A paper type for a page.

    Attributes:
        type: vocabulary type.
        score: 0 to 1.
        title_row: index of the title's last row; -1 when only other phrases speak for it.
        page: the page it was made from, 1-based.
        reasons: ``title``, ``anchors``, ``type.close_second`` …
    """

    type: str
    score: float
    title_row: int = -1
    page: int = 0
    reasons: tuple[str, ...] = ()


UNKNOWN = Guess(type=UNKNOWN_TYPE, score=0.5, reasons=("type.nothing_fits",))


def classify(sheet: Sheet, papers: Papers) -> Guess:
    """The type a page shows, judged by its title and by the phrases of its form."""
    text = squash(" ".join(row.text for row in sheet.rows))
    titles = _title_texts(sheet)
    guesses = [
        _guess(spec, text=text, titles=titles) if spec.titles else _letter(spec, sheet, text=text)
        for spec in papers.recognisable
    ]
    guesses.sort(key=lambda guess: -guess.score)
    if not guesses or guesses[0].score < _LEAST:
        return replace(UNKNOWN, page=sheet.page)
    best = replace(guesses[0], page=sheet.page)
    second = next((guess for guess in guesses[1:] if guess.type != best.type), None)
    if second is not None and best.score - second.score < _CLOSE:
        return replace(best, score=best.score * 0.6, reasons=(*best.reasons, "type.close_second"))
    return best


def _guess(spec: PaperSpec, *, text: str, titles: Sequence[tuple[int, str, str]]) -> Guess:
    title, row, likeness = _best_title(spec, titles)
    anchors = _anchors_found(spec, text)
    reasons = (["title"] if title else []) + (["anchors"] if anchors else [])
    if title:
        score = likeness * (0.8 + 0.2 * min(1.0, anchors / _ENOUGH_WITH_TITLE))
    else:
        # Phrases without a title: the page goes on from another, or its title was not read.
        score = _ANCHORS_ONLY.get(anchors, _MANY) if anchors and not spec.administrative else 0.0
        if any(line.startswith(_openings(spec)) for _, line, _ in titles):
            score *= _EXCLUDED
    return Guess(type=spec.type, score=min(0.99, score), title_row=row, reasons=tuple(reasons))


def _letter(spec: PaperSpec, sheet: Sheet, *, text: str) -> Guess:
    """A letter has no title: it shows the motto, ``V/v`` under its number, and an addressee."""
    subject = letter_summary(sheet) is not None
    addressed = "kinhgui" in text
    score = (0.9 if addressed else 0.6) if subject and has_motto(sheet) else 0.0
    return Guess(type=spec.type, score=score, reasons=("letter",) if score else ())


def _best_title(spec: PaperSpec, titles: Sequence[tuple[int, str, str]]) -> tuple[str, int, float]:
    """(title, last row, likeness) of the title that fits best; longer titles win among equals."""
    found: tuple[str, int, float] = ("", -1, 0.0)
    excluded = _openings(spec)
    for title in spec.titles:
        plain = squash(title)
        for row, line, before in titles:
            if before.startswith(excluded) or line.startswith(excluded):
                continue
            least = 1.0 if len(plain) < 8 else _TITLE_LIKE
            likeness = alike(strokes(plain), strokes(line), at_least=least)
            if likeness and (likeness, len(plain)) > (found[2], len(squash(found[0]))):
                found = (title, row, likeness)
    return found


def _openings(spec: PaperSpec) -> tuple[str, ...]:
    return tuple(squash(opening) for opening in spec.excluded)


def _anchors_found(spec: PaperSpec, text: str) -> int:
    """How many of the form's other phrases stand on the page."""
    return sum(_stands(squash(anchor), text) for anchor in spec.anchors)


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

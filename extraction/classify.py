"""Which paper type a page opens, with score and reasons. What nothing fits is ``unknown``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from rapidfuzz import fuzz

from extraction.folding import alike, capitals_share, squash, strokes
from extraction.heading import letter_summary
from extraction.layout import Row, Sheet, Token, words_of
from extraction.motto import has_motto
from rulebook.paper_spec import Papers, PaperSpec
from rulebook.variants import OPENING
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
_LATER_PAGE = 0.78
_SHORT_TITLE = 8
_OPENING_FACTOR = 0.98
_TITLE_SURE = 0.995
_TITLE_LEAST = 0.75
_UNKNOWN_SURE = 0.89
CERTAIN = "type.told"
"""Reason code: a person said the type."""
_WHOLE_TITLE = "title"
_TITLE_STEP = 2.6
_TITLE_SIZES = 1.35


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A paper type for a page.

    Attributes:
        type: vocabulary type.
        score: 0 to 1.
        title_row: index of the title's last row; -1 when only other phrases speak for it.
        title: the words of the title.
        page: the page it was made from, 1-based.
        reasons: ``title``, ``anchors``, ``type.close_second`` …
    """

    type: str
    score: float
    title_row: int = -1
    title: tuple[Token, ...] = ()
    page: int = 0
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleText:
    """What may be a title.

    Attributes:
        row: index of its last row.
        plain: its squashed text.
        before: squashed text of the row right above it.
        tokens: its words.
    """

    row: int
    plain: str
    before: str
    tokens: tuple[Token, ...]


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
    whole = _WHOLE_TITLE in best.reasons and second is not None and _WHOLE_TITLE not in second.reasons
    if second is not None and best.score - second.score < _CLOSE and not whole:
        return replace(best, score=best.score * 0.6, reasons=(*best.reasons, "type.close_second"))
    return best


def type_confidence(guess: Guess) -> float:
    """The share of papers with such a guess that are of that type, 0 to 1; measured on made pages.

    A title is nearly always right. Phrases alone never reach 0.9, however many fit: a paper that nobody has
    a table for may share them.
    """
    if CERTAIN in guess.reasons:
        return 1.0
    if guess.type == UNKNOWN_TYPE:
        return _UNKNOWN_SURE
    if "type.close_second" in guess.reasons or not (guess.title_row >= 0 or "letter" in guess.reasons):
        return guess.score
    return max(guess.score, _TITLE_SURE) if guess.score >= _TITLE_LEAST else guess.score


def _guess(spec: PaperSpec, *, text: str, titles: Sequence[TitleText]) -> Guess:
    title, likeness, whole = _best_title(spec, titles)
    anchors = _anchors_found(spec, text)
    reasons = ([_WHOLE_TITLE if whole else "title_opening"] if title else []) + (
        ["anchors"] if anchors else []
    )
    if title:
        score = likeness * (0.8 + 0.2 * min(1.0, anchors / _ENOUGH_WITH_TITLE))
    else:
        # Phrases without a title: the page goes on from another, or its title was not read.
        score = _ANCHORS_ONLY.get(anchors, _MANY) if anchors and not spec.administrative else 0.0
        if any(_stands(squash(phrase), text) for phrase in spec.later_pages):
            score, reasons = max(score, _LATER_PAGE), [*reasons, "later_page"]
        if any(title_text.plain.startswith(_openings(spec)) for title_text in titles):
            score *= _EXCLUDED
    return Guess(
        type=spec.type,
        score=min(0.99, score),
        title_row=title.row if title is not None else -1,
        title=title.tokens if title is not None else (),
        reasons=tuple(reasons),
    )


def _letter(spec: PaperSpec, sheet: Sheet, *, text: str) -> Guess:
    """A letter has no title: it shows the motto, ``V/v`` under its number, and an addressee."""
    subject = letter_summary(sheet) is not None
    addressed = "kinhgui" in text
    score = (0.9 if addressed else 0.6) if subject and has_motto(sheet) else 0.0
    return Guess(type=spec.type, score=score, reasons=("letter",) if score else ())


def _best_title(spec: PaperSpec, titles: Sequence[TitleText]) -> tuple[TitleText | None, float, bool]:
    """(title, likeness, whether it is a whole title) of what fits best; longer titles win among equals.

    A title of the table that ends with ``…`` fits every title that opens with it: ``BIÊN BẢN KIỂM TRA``.
    """
    found: TitleText | None = None
    best, whole = (0.0, 0), False
    excluded = _openings(spec)
    for title in spec.titles:
        opening, plain = title.endswith(OPENING), squash(title)
        for text in titles:
            if text.before.startswith(excluded) or text.plain.startswith(excluded):
                continue
            likeness = _opening_like(plain, text.plain) if opening else _title_like(plain, text.plain)
            size = len(text.plain) if opening else len(plain)
            if likeness and (likeness, size) > best:
                best, found, whole = (likeness, size), text, not opening
    return found, best[0], whole


def _title_like(plain: str, line: str) -> float:
    least = 1.0 if len(plain) < _SHORT_TITLE else _TITLE_LIKE
    return alike(strokes(plain), strokes(line), at_least=least)


def _opening_like(plain: str, line: str) -> float:
    """How well a line opens with the words of a title, a little less sure than a whole title."""
    if len(line) <= len(plain):
        return 0.0
    return _OPENING_FACTOR * _title_like(plain, line[: len(plain)])


def _openings(spec: PaperSpec) -> tuple[str, ...]:
    return tuple(squash(opening) for opening in spec.excluded)


def _anchors_found(spec: PaperSpec, text: str) -> int:
    """How many of the form's other phrases stand on the page."""
    return sum(_stands(squash(anchor), text) for anchor in spec.anchors)


def _stands(phrase: str, text: str) -> bool:
    if len(phrase) < 6:
        return phrase in text
    return phrase in text or fuzz.partial_ratio(phrase, text, score_cutoff=_ANCHOR_LIKE) > 0


def _title_texts(sheet: Sheet) -> list[TitleText]:
    """One to four rows in capitals, one under the other, as what may be a title."""
    rows = [
        (index, segment)
        for index, row in enumerate(sheet.rows)
        if row.y < _TITLE_ZONE * sheet.height
        for segment in _capital_segments(row, sheet)
    ]
    texts: list[TitleText] = []
    for start, (first, opening) in enumerate(rows):
        before = _plain(rows[start - 1][1]) if start and rows[start - 1][0] == first - 1 else ""
        joined: tuple[Token, ...] = ()
        last = first
        for index, segment in rows[start : start + _TITLE_ROWS]:
            if index - last > 1 or (index == last and joined):
                break
            if joined and not _belongs(sheet, last, index, opening=opening, segment=segment):
                break
            joined += segment
            last = index
            texts.append(TitleText(row=last, plain=_plain(joined), before=before, tokens=joined))
    return texts


def _belongs(
    sheet: Sheet, last: int, index: int, *, opening: Sequence[Token], segment: Sequence[Token]
) -> bool:
    """Whether a row goes on with the title above it: near, in letters of its size, no label or number."""
    tall, small = _tall(opening), _tall(segment)
    if any(token.colon or token.plain.isdigit() for token in segment):
        return False
    near = sheet.rows[index].y - sheet.rows[last].y < _TITLE_STEP * max(tall, small)
    return near and max(tall, small) < _TITLE_SIZES * min(tall, small)


def _tall(tokens: Sequence[Token]) -> float:
    return float(median(token.box.height for token in tokens))


def _plain(tokens: Sequence[Token]) -> str:
    return squash("".join(token.plain for token in tokens))


def _capital_segments(row: Row, sheet: Sheet) -> list[tuple[Token, ...]]:
    """The row and its parts, where they are mostly capitals."""
    segments = list(row.segments(sheet.text_height, gap=4.0))
    if len(segments) > 1:
        segments.insert(0, row.tokens)
    return [
        segment for segment in segments if capitals_share(words_of(segment)) >= _CAPITALS and _plain(segment)
    ]

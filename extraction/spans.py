"""Where a value that a person gave stands in a row, however the paper writes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from extraction.folding import alike, squash
from extraction.layout import Token
from rulebook.paper_spec import Kind

Span = tuple[int, int]
"""Token indexes in a row, end exclusive."""

_LONGEST_RUN = 30
_LEAST_TEXT = 4
_FUZZY_FROM = 8
_LIKE = 0.86
_BEGINNING = 8
_LONG_NUMBER = 9
_LEAST_AMOUNT = 3
_DATE_WORDS = frozenset({"ngay", "thang", "nam"})
_SEXES = {"male": {"nam"}, "female": {"nữ", "nư"}}
_TEXTS = frozenset({Kind.PERSON_NAME, Kind.PLACE, Kind.TEXT})
_AMOUNTS = frozenset({Kind.MONEY, Kind.AREA, Kind.NUMBER})


def value_spans(tokens: Sequence[Token], kind: Kind, value: str) -> Iterator[Span]:
    """Every place in a row where the value stands, or where a long one begins; recognition may have erred.

    Args:
        tokens: of one row, left to right.
        kind: of the field.
        value: normalised.
    """
    if kind in _TEXTS:
        yield from _texts(tokens, squash(value))
    elif kind is Kind.DATE:
        yield from _dates(tokens, value)
    elif kind is Kind.SEX:
        meant = _SEXES.get(value, set())
        yield from ((at, at + 1) for at, token in enumerate(tokens) if token.text.casefold() in meant)
    elif kind in _AMOUNTS:
        yield from _amounts(tokens, value.partition(".")[0])
    elif kind is not Kind.MRZ:
        yield from _numbers(tokens, squash(value))


def _texts(tokens: Sequence[Token], wanted: str) -> Iterator[Span]:
    """The whole text or, where the row ends, its beginning; the likeliest run from each place."""
    if len(wanted) < _LEAST_TEXT:
        return
    found: list[tuple[float, Span]] = []
    for start, end, joined in _runs(tokens, limit=len(wanted) + 3):
        likeness = 1.0 if joined == wanted else 0.0
        if not likeness and len(wanted) >= _FUZZY_FROM:
            likeness = alike(joined, wanted, at_least=_LIKE)
        if not likeness and end == len(tokens) and len(joined) >= _BEGINNING:
            likeness = 0.99 if wanted.startswith(joined) else 0.0
        if likeness:
            found.append((likeness, (start, end)))
    yield from _apart(found)


def _numbers(tokens: Sequence[Token], wanted: str) -> Iterator[Span]:
    """The number with its parts joined; of a long one, one digit may have been misread."""
    found: list[tuple[float, Span]] = []
    for start, end, joined in _runs(tokens, limit=len(wanted)):
        if not any(mark.isdigit() for mark in tokens[start].plain):
            continue
        if joined == wanted:
            found.append((1.0, (start, end)))
        elif len(wanted) == len(joined) >= _LONG_NUMBER:
            wrong = sum(left != right for left, right in zip(joined, wanted, strict=True))
            found += [(0.9, (start, end))] if wrong == 1 else []
    yield from _apart(found)


def _amounts(tokens: Sequence[Token], wanted: str) -> Iterator[Span]:
    """Money, areas and counts by their digits; small ones stand everywhere and say nothing."""
    if len(wanted) < _LEAST_AMOUNT:
        return
    for start, token in enumerate(tokens):
        digits = "".join(mark for mark in token.text if mark.isdigit())
        if token.plain[:1].isdigit() and digits.startswith(wanted):
            yield start, start + 1


def _dates(tokens: Sequence[Token], value: str) -> Iterator[Span]:
    """``02/03/1990``, ``02 - 3 - 1990`` or ``ngày 02 tháng 3 năm 1990``; ``ngày`` counts behind a colon."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        if len(value) == _LEAST_TEXT and value.isdigit():
            yield from ((at, at + 1) for at, token in enumerate(tokens) if token.plain == value)
        return
    wanted = {f"{day.day:02}{day.month:02}{day.year}", f"{day.day}{day.month}{day.year}"}
    wanted |= {f"{day.day:02}{day.month}{day.year}", f"{day.day}{day.month:02}{day.year}"}
    found: list[tuple[float, Span]] = []
    for start, end, joined in _runs(tokens, limit=len("ngaythangnam") + 8):
        opened = start == 0 or tokens[start - 1].colon
        if not tokens[start].plain[:1].isdigit() and not opened:
            continue
        digits = joined
        for word in _DATE_WORDS:
            digits = digits.replace(word, "", 1)
        if digits in wanted:
            found.append((1.0 + 0.1 * opened, (start, end)))
    yield from _apart(found)


def _runs(tokens: Sequence[Token], *, limit: int) -> Iterator[tuple[int, int, str]]:
    """(start, end, joined letters) of every run of tokens that begins and ends with print."""
    for start, token in enumerate(tokens):
        if not token.plain:
            continue
        joined = ""
        for end in range(start + 1, min(len(tokens), start + _LONGEST_RUN) + 1):
            joined += tokens[end - 1].plain
            if len(joined) > limit:
                break
            if tokens[end - 1].plain:
                yield start, end, joined


def _apart(found: Sequence[tuple[float, Span]]) -> Iterator[Span]:
    """The likeliest spans that do not overlap; the longer one among equals."""
    kept: list[Span] = []
    for _, (start, end) in sorted(found, key=lambda entry: (-entry[0], entry[1][0] - entry[1][1])):
        if all(end <= left or start >= right for left, right in kept):
            kept.append((start, end))
    yield from sorted(kept)

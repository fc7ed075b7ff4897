"""Whether a paper has what is asked for, and where: the index says which may, the text which do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dossier.search_words import Spoken, spoken
from dossier.searching import SearchTerm, SearchText, SearchWord

_AROUND: Final = 90
"""Characters before and behind the first hit that a snippet shows of a long line."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a term stands: characters of a line of a page, or a field.

    Attributes:
        field: name of the field; empty for a line.
        page: 1-based page of the file, 0 for a field.
        line: from 0, as the page was read.
        begin, end: characters of the line.
    """

    field: str = ""
    page: int = 0
    line: int = 0
    begin: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a snippet, marked where it is what was asked for."""

    text: str
    marked: bool


class Text:
    """The words of a paper, told apart once for all terms."""

    def __init__(self, text: SearchText) -> None:
        """Look at a text."""
        self._pages = [
            (page, [(number, spoken(line)) for number, line in enumerate(lines)])
            for page, lines in text.pages
        ]
        self._fields: Mapping[str, Sequence[Spoken]] = {
            name: spoken(value) for name, value in text.fields.items()
        }

    def hits(self, term: SearchTerm, sees: Callable[[str], bool]) -> Sequence[Hit]:
        """Where a term stands; nothing where the paper does not have it.

        Args:
            term: what is asked for.
            sees: whether whoever asks may see a field; the empty name: all that stands on the pages.
        """
        found: list[Hit] = []
        for choice in term.choices:
            field = choice[0].field
            if sees(field):
                found += self._field(choice, term) if field else self._lines(choice, term)
        return found

    def _field(self, choice: Sequence[SearchWord], term: SearchTerm) -> Sequence[Hit]:
        name = choice[0].field
        words = self._fields.get(name, ())
        if term.phrase:
            plain = [word for word in words if not word.whole]
            is_there = any(_begins(choice, plain, start) for start in range(len(plain)))
        else:
            is_there = all(any(_is(word, one) for one in words) for word in choice)
        return [Hit(field=name)] if is_there else []

    def _lines(self, choice: Sequence[SearchWord], term: SearchTerm) -> Sequence[Hit]:
        if term.phrase:
            return [hit for page, lines in self._pages for hit in _phrases(choice, page, lines)]
        found: list[Hit] = []
        for word in choice:
            theirs = [
                Hit(page=page, line=number, begin=one.begin, end=one.end)
                for page, lines in self._pages
                for number, words in lines
                for one in words
                if _is(word, one)
            ]
            if not theirs:
                return []
            found += theirs
        return found


def hits_of(
    text: SearchText, terms: Sequence[SearchTerm], *, sees: Callable[[str], bool]
) -> Sequence[Hit] | None:
    """Where the terms stand; nothing when one of them is not there for whoever asks."""
    read, found = Text(text), list[Hit]()
    for term in terms:
        theirs = read.hits(term, sees)
        if not theirs:
            return None
        found += theirs
    return found


def best_line(hits: Sequence[Hit]) -> Sequence[Hit]:
    """The hits of the line that has most of them, the first of several; none where only fields were hit."""
    lines: dict[tuple[int, int], set[Hit]] = {}
    for hit in hits:
        if not hit.field:
            lines.setdefault((hit.page, hit.line), set()).add(hit)
    if not lines:
        return ()
    best = min(lines, key=lambda place: (-len(lines[place]), place))
    return sorted(lines[best], key=lambda hit: hit.begin)


def snippet(line: str, hits: Sequence[Hit]) -> Sequence[Piece]:
    """A line with its hits marked, cut to what stands around them.

    Args:
        line: as it was read.
        hits: on it, at least one, the first one first.
    """
    begin, end = max(0, hits[0].begin - _AROUND), min(len(line), hits[-1].end + _AROUND)
    found = [Piece("…" if begin else "", marked=False)]
    at = begin
    for hit in hits:
        if hit.begin >= at:
            found += [
                Piece(line[at : hit.begin], marked=False),
                Piece(line[hit.begin : hit.end], marked=True),
            ]
            at = hit.end
    found.append(Piece(line[at:end] + ("…" if end < len(line) else ""), marked=False))
    return [piece for piece in found if piece.text]


def _is(word: SearchWord, one: Spoken) -> bool:
    return one.bare == word.bare and (not word.accented or one.accented == word.accented)


def _begins(choice: Sequence[SearchWord], words: Sequence[Spoken], start: int) -> bool:
    beside = words[start : start + len(choice)]
    return len(beside) == len(choice) and all(map(_is, choice, beside))


def _phrases(
    choice: Sequence[SearchWord], page: int, lines: Sequence[tuple[int, Sequence[Spoken]]]
) -> Iterator[Hit]:
    """A phrase may go on in the next line; each line it touches is one hit."""
    flat = [(number, word) for number, words in lines for word in words if not word.whole]
    plain = [word for _, word in flat]
    for start in range(len(plain)):
        if not _begins(choice, plain, start):
            continue
        touched = flat[start : start + len(choice)]
        for number in dict.fromkeys(line for line, _ in touched):
            theirs = [word for line, word in touched if line == number]
            yield Hit(page=page, line=number, begin=theirs[0].begin, end=theirs[-1].end)

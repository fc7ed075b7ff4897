"""All that was read on a page of a paper, and beside it what the engine read before the language was asked.

The words of a reading are what print and language together say (``ocr.wording``). Where that is not what the
engine read by itself, the reading keeps both; readings made before it was kept have the chosen words alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from dossier.check_errors import CheckNotHeldError
from dossier.ids import DocumentId
from dossier.text import Line, PageText, Word
from flows.capture import load_reading
from flows.checking.desk import Checker, need_held
from flows.checking.difference import Kind, Piece, difference
from wiring.services import Services

MOST_LINES: Final = 400
"""Lines that are shown of a page: five times what a sheet of print has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageWords:
    """The text of a page, line by line.

    Attributes:
        page: 1-based number in the file.
        pages: of the paper, in order.
        lines: in reading order, letters that were read otherwise marked; an empty one between text blocks.
        changed: words that the language chose otherwise, on the lines that are shown.
        embedded: the text came with the file, no engine read it.
        cut: there are more lines.
    """

    page: int
    pages: tuple[int, ...]
    lines: tuple[tuple[Piece, ...], ...]
    changed: int
    embedded: bool
    cut: bool


def page_words(services: Services, checker: Checker, document: DocumentId, number: int) -> PageWords:
    """The text of a page of a paper on the person's table.

    Args:
        services: of this installation.
        checker: on whose table it lies.
        document: the paper.
        number: 1-based page of the file.

    Raises:
        CheckNotHeldError: the paper does not lie there, or has no such page that was read.
        StoreError: the reading cannot be opened.
    """
    held = need_held(services, checker, document)
    read = {page.page: page for page in load_reading(services, held.item).pages}
    page = read.get(number) if number in held.pages else None
    if page is None:
        raise CheckNotHeldError
    return words_of(page, pages=held.pages)


def words_of(page: PageText, *, pages: tuple[int, ...]) -> PageWords:
    """The text of a page that was read; ``pages`` are those of its paper."""
    shown = page.lines[:MOST_LINES]
    return PageWords(
        page=page.page,
        pages=pages,
        lines=tuple(_lines(shown)),
        changed=sum(bool(word.read) for line in shown for word in line.words),
        embedded=page.source == "embedded",
        cut=len(page.lines) > len(shown),
    )


def _lines(lines: Sequence[Line]) -> Iterator[tuple[Piece, ...]]:
    block: int | None = None
    for line in lines:
        if block is not None and line.block != block:
            yield ()
        yield tuple(_pieces(line.words))
        block = line.block


def _pieces(words: Sequence[Word]) -> Iterator[Piece]:
    """Words that were read as they stand in one piece, the others letter by letter."""
    plain = ""
    for number, word in enumerate(words):
        plain += " " if number else ""
        if not word.read:
            plain += word.text
            continue
        if plain:
            yield Piece(Kind.SAME, plain)
        yield from difference(word.read, word.text, capitals=True)
        plain = ""
    if plain:
        yield Piece(Kind.SAME, plain)

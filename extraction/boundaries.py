"""Whether a page opens a new paper after the pages of another: what speaks for it and what against."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from extraction.classify import Guess
from extraction.traits import Traits
from rulebook.paper_spec import Papers
from rulebook.vocabulary import UNKNOWN_TYPE

_SIZE_CHANGE = 1.25
_WORDS_OF_A_CARD = 60
_WORDS_OF_A_SIGNATURE = 60
_MISREAD_DIGITS = 2


@dataclass(slots=True)
class Opened:
    """The printed pages of a paper so far, in as much as the next page asks; it does not grow with them.

    Attributes:
        first, last: pages.
        count: how many.
        closed: one of them bears a signature or the list of recipients.
        sides: of cards.
        numbers: identity numbers on cards.
        guess: the surest; what a title says comes first.
    """

    first: Traits
    last: Traits
    count: int
    closed: bool
    sides: frozenset[str]
    numbers: frozenset[str]
    guess: Guess

    @classmethod
    def by(cls, page: Traits) -> Opened:
        """A paper that begins with that page."""
        sides = frozenset({page.side} if page.side else ())
        return cls(page, page, 1, page.closed, sides, page.numbers, page.guess)

    def add(self, page: Traits) -> None:
        """The paper goes on with that page."""
        self.last, self.count, self.closed = page, self.count + 1, self.closed or page.closed
        self.sides |= {page.side} if page.side else set()
        self.numbers |= page.numbers
        self.guess = max(self.guess, page.guess, key=lambda guess: (guess.title_row >= 0, guess.score))


def opens(page: Traits, before: Opened, papers: Papers) -> float:
    """Above 0 when the page opens a paper; the farther from 0, the surer.

    Args:
        page: with print.
        before: the paper so far.
        papers: the rulebook's paper types.
    """
    card = _of_cards(page, before, papers)
    if card is not None:
        return card
    return sum(weight for weight, _ in evidence(page, before, papers))


def evidence(page: Traits, before: Opened, papers: Papers) -> list[tuple[float, str]]:
    """Weights and what each stands for; chosen on the pages of the tune half of the bench."""
    return [
        (-0.5, "prior"),
        *_heads(page, before.first, papers),
        *_signs(page, before.first),
        *_folios(page, before),
        *_ends(page, before),
        *_sizes(page, before.last),
    ]


def _heads(page: Traits, first: Traits, papers: Papers) -> Iterator[tuple[float, str]]:
    """What stands at the top of first pages."""
    known = page.guess.type != UNKNOWN_TYPE
    titled = page.guess.title_row >= 0
    if page.motto:
        yield 5.0, "motto"
    if titled and known:
        # "QUYẾT ĐỊNH:" also stands in the middle of a decision.
        within = papers.spec(page.guess.type).administrative and not page.motto
        yield (2.0 if within else 4.0), "title"
    elif known and page.guess.type != first.guess.type:
        yield 2.0 * page.guess.score, "other type"
    elif known:
        # Phrases of the form go on where its title stood on the first page.
        yield (-3.0 if first.guess.title_row >= 0 else -1.5), "same type"
    if page.form:
        yield 2.0, "form number"
    if page.titled and not titled:
        yield 0.8, "capitals"


def _signs(page: Traits, first: Traits) -> Iterator[tuple[float, str]]:
    """Number and sign: of its own, of the paper before, or of the paper it goes with."""
    if page.sign:
        yield (-3.0, "same number") if page.sign == first.sign else (2.0, "own number")
    if page.annex:
        yield -3.5, "annex"
    if page.belongs_to and first.sign:
        yield (-5.0, "goes with it") if page.belongs_to == first.sign else (2.5, "goes with another")


def _folios(page: Traits, before: Opened) -> Iterator[tuple[float, str]]:
    """Printed page numbers, here and on the page before."""
    last = before.last
    if page.folio is not None:
        if page.folio.number == 1:
            yield 3.5, "page one"
        else:
            yield (-6.0, "next number") if page.folio.number == before.count + 1 else (-2.0, "later number")
    if last.folio is not None and last.folio.total:
        yield (-4.0 if last.folio.number < last.folio.total else 4.0), "of so many"
    elif last.folio is not None and page.folio is None and last.folio.number > 1:
        yield 1.0, "no number any more"


def _ends(page: Traits, before: Opened) -> Iterator[tuple[float, str]]:
    """Whether the paper before has come to its end."""
    yield (2.0, "signed before") if before.closed else (-1.5, "not signed yet")
    if before.last.runs_on:
        yield -1.5, "sentence goes on"
    if page.closed and page.words <= _WORDS_OF_A_SIGNATURE and not (page.motto or page.sign):
        yield -3.0, "hardly more than a signature"
    if page.begins_within:
        yield -2.0, "begins within"


def _sizes(page: Traits, last: Traits) -> Iterator[tuple[float, str]]:
    if _resized(page, last):
        yield 4.0, "other size"
    elif page.upright != last.upright and not page.annex:
        yield 1.0, "other way round"


def _of_cards(page: Traits, before: Opened, papers: Papers) -> float | None:
    """How sides of cards follow each other; nothing where neither is a card."""
    known = before.guess.type
    sides = papers.spec(known).sides
    if page.side and sides and page.guess.type in {known, UNKNOWN_TYPE}:
        full = before.count >= sides or "both" in before.sides
        other = page.side in before.sides or _other_person(page, before)
        return 6.0 if full or other else -6.0
    lone = before.count == 1 and before.sides == {"front"}
    if sides and lone and _is_plain_back(page, before.last):
        return -2.0
    if sides or page.side:
        return 6.0
    return None


def _other_person(page: Traits, before: Opened) -> bool:
    both = bool(page.numbers and before.numbers)
    return both and not share_number(page.numbers, before.numbers)


def share_number(mine: Collection[str], theirs: Collection[str]) -> bool:
    """Whether two pages print one identity number; a digit or two may be misread on either."""
    return any(_distance(one, other) <= _MISREAD_DIGITS for one in mine for other in theirs)


def _distance(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=False)) + abs(len(one) - len(other))


def _is_plain_back(page: Traits, last: Traits) -> bool:
    """A sheet that could not be told but follows a lone front and is of its size: the card's other side."""
    told = page.guess.type != UNKNOWN_TYPE or page.motto or page.titled or page.sign or page.closed
    return not told and page.words <= _WORDS_OF_A_CARD and not _resized(page, last)


def _resized(page: Traits, last: Traits) -> bool:
    """Whether the sheet is of quite another size; turned sheets are the same size."""
    return any(
        max(a, b) > _SIZE_CHANGE * min(a, b)
        for a, b in zip(page.inches, last.inches, strict=True)
        if min(a, b) > 0
    )

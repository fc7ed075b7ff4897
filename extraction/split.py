"""Pages of one file to papers. Every page is in exactly one paper: none is dropped, none doubled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extraction.classify import Guess
from extraction.folding import squash
from extraction.heading import has_motto
from extraction.layout import Sheet
from extraction.mrz.td1 import find_td1
from rulebook.paper_spec import Papers
from rulebook.vocabulary import UNKNOWN_TYPE

_SIZE_CHANGE = 1.25
_NUMBER_ZONE = 0.12
_FRONT = ("fullname", "hovaten", "hochudemvaten", "dateofbirth", "socialistrepublic")
_BACK = ("dateofissue", "datemonthyear", "ngontro", "dacdiemnhandang", "dauvettrai")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A page with what splitting needs to know about it; dots per inch make sizes comparable."""

    sheet: Sheet
    guess: Guess
    blank: bool
    dpi: int


@dataclass(frozen=True, slots=True)
class Group:
    """Pages of one paper, in order."""

    leaves: tuple[Leaf, ...]

    @property
    def pages(self) -> tuple[int, ...]:
        """1-based page numbers."""
        return tuple(leaf.sheet.page for leaf in self.leaves)

    @property
    def guess(self) -> Guess:
        """The surest guess among its pages; what the title of the first page says comes first."""
        printed = [leaf.guess for leaf in self.leaves if not leaf.blank]
        titled = [guess for guess in printed if guess.title_row >= 0]
        return max(titled or printed or [self.leaves[0].guess], key=lambda guess: guess.score)


def split(leaves: Sequence[Leaf], papers: Papers) -> tuple[Group, ...]:
    """Group the pages of a file into papers, by where papers begin."""
    groups: list[list[Leaf]] = []
    for leaf in leaves:
        if not groups or (_has_print(groups[-1]) and _begins(leaf, groups[-1], papers)):
            groups.append([leaf])
        else:
            groups[-1].append(leaf)
    return tuple(Group(tuple(group)) for group in groups)


def _has_print(group: Sequence[Leaf]) -> bool:
    """Blank pages that lead a file belong to the paper behind them."""
    return any(not leaf.blank for leaf in group)


def _begins(leaf: Leaf, before: Sequence[Leaf], papers: Papers) -> bool:
    """Whether a page opens a new paper after the pages of another."""
    if leaf.blank:
        return False
    known = Group(tuple(before)).guess
    sides = papers.spec(known.type).sides
    if _is_card(leaf) and known.type == leaf.guess.type and sides:
        return (
            _side(leaf) in {_side(other) for other in before if not other.blank} or len(before) >= 2 * sides
        )
    if sides and _is_plain_back(leaf, before):
        return False
    if sides or _is_card(leaf) or _resized(leaf, before):
        return True
    opens = papers.spec(leaf.guess.type)
    if leaf.guess.title_row >= 0 and not opens.administrative and leaf.guess.type != UNKNOWN_TYPE:
        return True
    return has_motto(leaf.sheet) and _page_number(leaf.sheet) < 2


def _is_card(leaf: Leaf) -> bool:
    return leaf.guess.type == "identity_card"


def _is_plain_back(leaf: Leaf, before: Sequence[Leaf]) -> bool:
    """A sheet that could not be told but follows a lone front and is of its size: the card's other side."""
    alone = [_side(other) for other in before if not other.blank] == ["front"]
    told = leaf.guess.type != UNKNOWN_TYPE or has_motto(leaf.sheet)
    return alone and not told and not _resized(leaf, before)


def _side(leaf: Leaf) -> str:
    """Front, back, or both sides on one sheet."""
    text = squash(" ".join(row.text for row in leaf.sheet.rows))
    front = leaf.guess.title_row >= 0 or any(phrase in text for phrase in _FRONT)
    back = find_td1(leaf.sheet) is not None or any(phrase in text for phrase in _BACK)
    if front and back:
        return "both"
    return "front" if front else "back"


def _resized(leaf: Leaf, before: Sequence[Leaf]) -> bool:
    """Whether the sheet is of quite another size than the one before; turned sheets are the same size."""
    mine, other = _inches(leaf), _inches(before[-1])
    return any(
        max(a, b) > _SIZE_CHANGE * min(a, b) for a, b in zip(mine, other, strict=True) if min(a, b) > 0
    )


def _inches(leaf: Leaf) -> tuple[float, float]:
    dpi = leaf.dpi or 1
    short, long = sorted((leaf.sheet.width / dpi, leaf.sheet.height / dpi))
    return short, long


def _page_number(sheet: Sheet) -> int:
    """The number printed alone at the head or foot of a page; 0 when there is none."""
    for row in sheet.rows:
        edge = row.y < _NUMBER_ZONE * sheet.height or row.y > (1 - _NUMBER_ZONE) * sheet.height
        text = row.text.strip(" -–.")
        if edge and text.isdigit() and len(text) <= 3:
            return int(text)
    return 0

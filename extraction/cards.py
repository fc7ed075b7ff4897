"""The two sides of a card among papers: joined by the number both print, else left for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from extraction.boundaries import share_number
from extraction.traits import Traits

Papers = list[list[Traits]]


def join_sides(papers: Papers) -> tuple[Papers, frozenset[int]]:
    """Join lone fronts and lone backs of one card that other sides lie between.

    Cards that lie front, front, back, back are told by the number both sides print. Where that cannot be
    read, nothing is guessed.

    Returns:
        The papers, and the first pages of cards whose other side may be another one of them.
    """
    joined, asked = [*papers], set[int]()
    for run in _runs(papers):
        fronts = [place for place in run if _lone(papers[place]) == "front"]
        backs = [place for place in run if _lone(papers[place]) == "back"]
        open_fronts = set(fronts)
        open_backs = set()
        for back in backs:
            fitting = [
                front
                for front in open_fronts
                if share_number(_numbers(papers[front]), _numbers(papers[back]))
            ]
            if len(fitting) == 1:
                joined[fitting[0]] = sorted((*joined[fitting[0]], *papers[back]), key=lambda page: page.page)
                joined[back] = []
                open_fronts.discard(fitting[0])
            else:
                open_backs.add(back)
        if open_fronts and open_backs:
            asked |= {papers[place][0].page for place in open_fronts | open_backs}
    return [paper for paper in joined if paper], frozenset(asked)


def _runs(papers: Sequence[Sequence[Traits]]) -> Iterator[list[int]]:
    """Places of cards that lie side by side."""
    run: list[int] = []
    for place, paper in enumerate(papers):
        if any(page.side for page in paper):
            run.append(place)
        else:
            yield run
            run = []
    yield run


def _lone(paper: Sequence[Traits]) -> str:
    """The side of a card of which only one is there."""
    sides = [page.side for page in paper if not page.blank]
    return sides[0] if len(sides) == 1 else ""


def _numbers(paper: Sequence[Traits]) -> frozenset[str]:
    return frozenset().union(*(page.numbers for page in paper))

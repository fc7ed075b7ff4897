from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bench.stacks.compose import LEAST_PAGES, MOST_PAGES, Made, Supply, compose
from bench.stacks.make import wanted
from bench.stacks.papers import LONG
from bench.stacks.score import score
from bench.truth.chance import Chance
from bench.truth.fonts import HALVES, Half, dressed, shares
from bench.truth.kit import Draft, Look
from bench.truth.plan import LAYOUTS
from bench.truth.space import fits
from dossier.separators import SeparatorSheet, SheetKind
from dossier.text import PageText
from rulebook.papers import load_papers
from tests.extraction.stacks import DOSSIER, stack

PAPERS = load_papers()


def supply() -> Supply:
    """Two papers, an empty page, the sheets of one dossier."""

    def sheet(kind: SheetKind, pages: int = 0) -> SeparatorSheet:
        return SeparatorSheet(kind=kind, dossier=DOSSIER, papers=1 if pages else 0, pages=pages)

    says = [
        sheet(SheetKind.DOSSIER),
        sheet(SheetKind.PAPER, 1),
        sheet(SheetKind.PAPER, 2),
        sheet(SheetKind.END),
    ]
    sheets = [
        {"grade": "clean", "says": {"kind": one.kind, "pages": one.pages}, "file": f"s{place}"}
        for place, one in enumerate(says)
    ]
    names = ["birth", "decision", "second", "blank", *(f"s{place}" for place in range(len(says)))]
    read = dict(zip(names, stack("birth", "decision", "second", "blank", *says), strict=True))
    return Supply(papers=[["birth"], ["decision", "second"]], blanks=["blank"], sheets=sheets, read=read)


def made(*, separated: bool, seed: int = 1) -> Made:
    return compose(supply(), separated=separated, rng=np.random.default_rng(seed))


@pytest.mark.parametrize("separated", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_a_stack_is_numbered_through_and_every_page_is_in_a_paper_or_a_sheet(
    *, separated: bool, seed: int
) -> None:
    found = made(separated=separated, seed=seed)
    assert LEAST_PAGES <= len(found.pages) <= MOST_PAGES
    assert [page.page for page in found.pages] == list(range(1, len(found.pages) + 1))
    held = [page for paper in found.papers for page in paper] + list(found.sheets)
    assert sorted(held) == list(range(1, len(found.pages) + 1))
    assert bool(found.sheets) == separated


@pytest.mark.parametrize("separated", [False, True])
def test_stacks_that_are_split_rightly_score_everything_right(*, separated: bool) -> None:
    summed = score([made(separated=separated)], PAPERS)
    assert (summed.precision, summed.recall, summed.lost) == (1.0, 1.0, 0)
    assert summed.exact == summed.papers


def test_a_boundary_that_is_not_found_and_one_that_is_made_up_are_told() -> None:
    found = made(separated=False)
    first, second, *rest = found.papers
    joined = replace(found, papers=((*first, *second), *rest))
    summed = score([joined], PAPERS)
    assert summed.errors == [(0, second[0], "made up")]
    assert summed.precision < 1.0 == summed.recall
    parted = replace(found, pages=without_headings(found.pages, second[0]))
    assert score([parted], PAPERS).errors[0][1:] == (second[0], "missed")


def without_headings(pages: tuple[PageText, ...], number: int) -> tuple[PageText, ...]:
    (going_on,) = stack("second")
    return tuple(replace(going_on, page=number) if page.page == number else page for page in pages)


@pytest.mark.parametrize("half", HALVES)
def test_every_layout_is_wanted_in_every_grade(half: Half) -> None:
    papers = wanted(half)
    assert [paper.index for paper in papers] == list(range(len(papers)))
    for name in (*LONG, *(name for name in LAYOUTS if name != "annex")):
        assert {paper.grade for paper in papers if paper.layout == name} == {"clean", "light", "worn", "bad"}


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("name", LONG)
def test_long_papers_have_more_than_one_sheet_and_no_text_leaves_them(half: Half, name: str) -> None:
    with dressed(shares(half)[0]):
        chance = Chance(half, np.random.default_rng(5))
        drawn = LONG[name][HALVES.index(half)](Draft(chance=chance, look=Look.of(chance, scale=1.0)))
        assert len(drawn.sheets) > 1
        assert all(fits(sheet) for sheet in drawn.sheets)

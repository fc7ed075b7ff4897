"""Stacks put together by chance from pages that were read, with the truth of where each paper lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench.stacks.read import numbered
from dossier.text import PageText

LEAST_PAGES, MOST_PAGES = 30, 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One stack.

    Attributes:
        pages: numbered from 1.
        papers: page numbers of each paper, empty backs among them.
        sheets: page numbers of separator sheets and of their empty backs.
        origins: for each page the file it comes from.
        separated: whether separator sheets lie in it.
    """

    pages: tuple[PageText, ...]
    papers: tuple[tuple[int, ...], ...]
    sheets: tuple[int, ...]
    origins: tuple[str, ...]
    separated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """What stacks are made of: papers as lists of files, empty pages, sheets by grade, and all readings."""

    papers: Sequence[Sequence[str]]
    blanks: Sequence[str]
    sheets: Sequence[Mapping[str, Any]]
    read: Mapping[str, PageText]


def compose(supply: Supply, *, separated: bool, rng: np.random.Generator) -> Made:
    """A stack of 30 to 80 pages; half of them from both sides of every sheet, empty backs and all."""
    size = int(rng.integers(LEAST_PAGES, MOST_PAGES - 8))
    duplex = bool(rng.random() < 0.5)
    grades = sorted({sheet["grade"] for sheet in supply.sheets})
    grade = grades[int(rng.integers(0, len(grades)))]
    own = {_key(sheet["says"]): sheet["file"] for sheet in supply.sheets if sheet["grade"] == grade}
    files: list[str] = []
    papers: list[tuple[int, ...]] = []
    sheets: list[int] = []

    def put(name: str) -> int:
        files.append(name)
        return len(files)

    def blank() -> str:
        return supply.blanks[int(rng.integers(0, len(supply.blanks)))]

    def sheet(key: tuple[str, int]) -> None:
        sheets.append(put(own[key]))
        if duplex:
            sheets.append(put(blank()))

    if separated:
        sheet(("D", 0))
    while len(files) < size:
        paper = supply.papers[int(rng.integers(0, len(supply.papers)))]
        if separated:
            sheet(("P", len(paper)))
        pages = [put(name) for name in paper]
        if duplex and len(pages) % 2:
            pages.append(put(blank()))
        papers.append(tuple(pages))
    if separated:
        sheet(("E", 0))
    return Made(
        pages=tuple(numbered(supply.read[name], number) for number, name in enumerate(files, start=1)),
        papers=tuple(papers),
        sheets=tuple(sheets),
        origins=tuple(files),
        separated=separated,
    )


def _key(says: Mapping[str, Any]) -> tuple[str, int]:
    return str(says["kind"]), int(says["pages"])

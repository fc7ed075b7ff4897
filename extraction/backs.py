"""Empty backs of a duplex scan: kept aside, in no paper, and recoverable.

A feeder that takes both sides gives two images for every sheet, the back of a one-sided paper among them.
Such a back bears nothing, so it is no page of the paper (Circular 01/2023/TT-VPCP Article 8 counts the
pages of the paper); it stays in the original file, is told, and a person may take it back as a page.
Anything that is not surely the empty back of a printed front stays where it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dossier.text import PageText
from extraction.split import PaperPages, Stack

_LEAST_RED_MM2 = 10.0


def backs_aside(stack: Stack, pages: Sequence[PageText]) -> Stack:
    """The same split with empty backs in ``asides`` instead of in their papers.

    A back is an even page of a file with an even number of pages, as duplex feeding makes them, right behind
    a printed page of the same paper, without red ink: a seal alone makes a page. Where pages were drawn by a
    program nothing was fed, and all stays.

    Args:
        stack: as ``split_pages`` gave it.
        pages: of the file, in order.
    """
    if len(pages) % 2 or any(page.source == "embedded" for page in pages):
        return stack
    red = frozenset(page.page for page in pages if (page.red_mm2 or 0.0) >= _LEAST_RED_MM2)
    papers, asides = [], list(stack.asides)
    for paper in stack.papers:
        backs = frozenset(page for page in paper.blanks if _is_back(page, paper) and page not in red)
        asides += sorted(backs)
        papers.append(
            replace(
                paper,
                pages=tuple(page for page in paper.pages if page not in backs),
                blanks=tuple(page for page in paper.blanks if page not in backs),
            )
        )
    return replace(stack, papers=tuple(papers), asides=tuple(sorted(asides)))


def _is_back(page: int, paper: PaperPages) -> bool:
    front = page - 1
    return page % 2 == 0 and front in paper.pages and front not in paper.blanks

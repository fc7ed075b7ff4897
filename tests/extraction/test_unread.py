"""Pages with something on them that nobody could read: neither lost nor taken for an empty back."""

from __future__ import annotations

import pytest

from dossier.text import Finding, PageText
from extraction.document import understand
from extraction.split import split_pages
from rulebook.paper_spec import Papers
from tests.extraction.papers import DECISION
from tests.extraction.writing import blank, page


def unread(number: int, code: str) -> PageText:
    return page([], number=number, findings=[Finding(code, number, 300.0)])


@pytest.mark.parametrize("code", ["page.no_text", "page.picture"])
def test_an_unread_page_alone_is_an_unknown_paper_with_print(papers: Papers, code: str) -> None:
    pages = [unread(1, code)]
    (paper,) = understand(pages, papers)
    assert (paper.type, paper.fields, paper.questions) == ("unknown", (), ("type",))
    assert [finding.code for finding in paper.findings] == [code]
    assert split_pages(pages, papers).count.pages == 1


def test_an_unread_page_within_a_paper_asks_for_its_pages(papers: Papers) -> None:
    begun = page(DECISION[:-6], number=1)
    (paper,) = understand([begun, unread(2, "page.no_text")], papers)
    assert (paper.type, paper.pages) == ("decision", (1, 2))
    assert paper.questions[0] == "pages"


def test_an_empty_back_asks_nothing(papers: Papers) -> None:
    begun = page(DECISION[:-6], number=1)
    (paper,) = understand([begun, blank(2)], papers)
    assert paper.pages == (1, 2)
    assert "pages" not in paper.questions

"""Signs that a paper is a copy: certification clauses, and words like SAO Y or BẢN SAO that stand alone.

A clause of certification with its number is certain: the paper is a certified copy on paper, which Circular
01/2023/TT-VPCP Article 4 leaves out. Any other sign asks a person. Words inside a sentence (``xin cấp bản
sao``) are no sign, and neither is the title of an extract from a register (``TRÍCH LỤC KHAI SINH (BẢN
SAO)``), which stands for the original.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from dossier.text import Finding, Line, PageText
from extraction.folding import capitals_share, squash
from rulebook.paper_spec import Papers

CERTIFIED_COPY: Final = "paper.certified_copy"
COPY_WORDS: Final = "paper.copy_words"
NO_RED_INK: Final = "paper.no_red_ink"
NOT_COMPARED: Final = "paper.not_compared"
"""Said to be a photograph that was compared with its original, and nobody confirmed it."""
SHARED_DATA: Final = "paper.shared_data"
"""Its component is read in a database, and nobody wrote down why the paper was asked for."""
NOT_ELECTRONIC: Final = "paper.not_electronic"
"""Said to be an electronic copy, and it is a scan."""
CERTAIN: Final = 0.95
"""Value of a sign from which nobody needs to be asked."""

_CLAUSE = re.compile(r"^(?:chungthuc)?(?:bansao|sao)(?:nay)?(?:nay)?dungvoibanchinh")
_NUMBER = re.compile(r"sochungthuc|quyenso|sctbs")
_WORDS = frozenset(
    {
        "saoy",
        "saoybanchinh",
        "saoluc",
        "trichsao",
        "bansao",
        "bansaoy",
        "banphoto",
        "photo",
        "photocopy",
        "copy",
    }
)
# A clause stands alone on its line; what follows it is a name or a number at most.
_LONGEST_CLAUSE = 70
_SURE = 0.6
_CLAUSE_ALONE, _CLAUSE_NUMBERED, _WORDS_ALONE, _NO_INK = 0.8, 0.99, 0.7, 0.6
_LEAST_RED_MM2 = 10.0


def copy_signs(pages: Sequence[PageText], papers: Papers) -> tuple[Finding, ...]:
    """Signs in the words of a paper; the value of each is how sure it is (0 to 1).

    Args:
        pages: of one paper, stamps among them.
        papers: whose titles may say BẢN SAO of an extract from a register.
    """
    return tuple(found for page in pages for found in _on_page(page, papers))


def no_red_ink(pages: Sequence[PageText]) -> tuple[Finding, ...]:
    """A sign where a paper that should bear a red seal was scanned in colour and shows no red.

    Nothing is said where a page has no colours, or was read before red ink was measured.
    """
    measured = [page.red_mm2 for page in pages if not page.is_blank]
    if not measured or any(red is None for red in measured):
        return ()
    if sum(red for red in measured if red is not None) >= _LEAST_RED_MM2:
        return ()
    return (Finding(NO_RED_INK, pages[0].page, _NO_INK),)


def is_certain(signs: Sequence[Finding]) -> bool:
    """Whether one of the signs needs no person."""
    return any(sign.value >= CERTAIN for sign in signs)


def _on_page(page: PageText, papers: Papers) -> Iterator[Finding]:
    lines = [*page.lines, *page.stamps]
    clause = next((line for line in lines if _is_clause(line)), None)
    if clause is not None:
        numbered = any(_NUMBER.search(squash(line.text)) for line in lines)
        sure = numbered and _confidence(clause) >= _SURE
        yield Finding(CERTIFIED_COPY, page.page, _CLAUSE_NUMBERED if sure else _CLAUSE_ALONE)
        return
    before = ""
    for line in lines:
        if _is_word(line) and not _is_title(before, line, papers):
            yield Finding(COPY_WORDS, page.page, _WORDS_ALONE)
            return
        before = line.text


def _is_clause(line: Line) -> bool:
    return len(line.text) <= _LONGEST_CLAUSE and _CLAUSE.match(squash(line.text)) is not None


def _is_word(line: Line) -> bool:
    return squash(line.text) in _WORDS and capitals_share(line.text) == 1.0 and _confidence(line) >= _SURE


def _is_title(before: str, line: Line, papers: Papers) -> bool:
    """Whether the words end the title of a form that is called a copy and stands for the original."""
    whole = squash(f"{before} {line.text}")
    return any(whole.endswith(title) for title in _titles(papers))


def _titles(papers: Papers) -> frozenset[str]:
    return frozenset(
        title for spec in papers.recognisable for title in map(squash, spec.titles) if "bansao" in title
    )


def _confidence(line: Line) -> float:
    return sum(word.confidence for word in line.words) / max(1, len(line.words))

"""Full text of papers: what is kept to find them by, what is asked, and what keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final, Protocol

from dossier.aside import ToldAside, tell_nobody
from dossier.documents import Document
from dossier.ids import DocumentId

MOST_TERMS: Final = 8
"""Words, phrases and fields of one question."""
MOST_TEXT: Final = 200_000
"""Characters of one paper that are kept to be found by."""


@dataclass(frozen=True, slots=True)
class SearchText:
    """What one version of a paper is found by.

    Attributes:
        pages: page of the file (1-based) and the lines read on it, each as it was read.
        fields: values by their names in the vocabulary.
    """

    pages: tuple[tuple[int, tuple[str, ...]], ...] = ()
    fields: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class SearchWord:
    """One word that is asked for.

    Attributes:
        bare: without accents.
        accented: with them, when they count; empty when they do not.
        field: name of the field that it must stand in; empty for anywhere on the pages.
    """

    bare: str
    accented: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """A part of a question that a paper must meet: all words of one of the choices.

    Attributes:
        choices: of words.
        phrase: the words stand beside each other, in this order.
    """

    choices: tuple[tuple[SearchWord, ...], ...]
    phrase: bool = False

    @property
    def fields(self) -> frozenset[str]:
        """The fields it is about; none for words of the pages."""
        return frozenset(word.field for choice in self.choices for word in choice) - {""}


@dataclass(frozen=True, slots=True)
class SearchPlace:
    """Where a paper stands in the index: what the next page of a list begins behind."""

    office: str
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRange:
    """Which papers a question is about.

    Attributes:
        types: of the vocabulary; all when empty.
        since, until: first and last day of filing in Vietnam.
    """

    types: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Indexed:
    """A paper of the index with what it is found by."""

    document: Document
    text: SearchText
    place: SearchPlace


@dataclass(frozen=True, slots=True)
class Candidates:
    """Papers that have all words of a question, the newest first.

    Attributes:
        papers: of this stretch.
        behind: where the next stretch begins; nothing when there is no more.
        parts: how many parts of the index were looked at.
    """

    papers: Sequence[Indexed]
    behind: SearchPlace | None
    parts: int


@dataclass(frozen=True, slots=True)
class Unfound:
    """A paper that cannot be found by its words yet; ``old``: it is from before there was an index."""

    document: Document
    old: bool


class PaperSearch(Protocol):
    """Keyed words of papers, office by office, filled behind the papers and emptied with them.

    A paper waits from the version that changed it until ``keep``; a crash in between forgets none.
    """

    def waiting(self, *, limit: int, told: ToldAside = tell_nobody) -> Sequence[Unfound]:
        """Papers that cannot be found by their words yet, the newest first; those of before come last.

        One whose record is damaged is set aside on the way: it waits no more until it is changed, and
        ``told`` hears its id and the code of the reason. There may be none left then although others wait.
        """

    def set_aside(self, papers: Sequence[Unfound], *, code: str, told: ToldAside = tell_nobody) -> None:
        """Go on past papers whose words cannot be taken in: they wait no more until they are changed."""

    def keep(self, texts: Sequence[tuple[Unfound, SearchText]]) -> int:
        """Let papers be found by these words and no others; gives how many were taken.

        A paper that changed meanwhile stays waiting; of one that was destroyed nothing is kept.
        """

    def offices(self) -> Sequence[str]:
        """Agency parts of dossier codes that any paper of the index has; empty: papers without a dossier."""

    def candidates(  # noqa: PLR0913 - a question has these parts
        self,
        terms: Sequence[SearchTerm],
        office: str,
        *,
        within: SearchRange,
        behind: int | None,
        limit: int,
        most_parts: int,
    ) -> Candidates:
        """Papers of one office with all words of a question, the newest first.

        Args:
            terms: at least one.
            office: agency part of dossier codes.
            within: types and days.
            behind: place of the last paper that was looked at; nothing to begin.
            limit: papers in the answer.
            most_parts: parts of the index that are looked at.
        """

    def texts(self, documents: Sequence[DocumentId]) -> Mapping[DocumentId, SearchText]:
        """What these papers are found by; those that wait are left out."""

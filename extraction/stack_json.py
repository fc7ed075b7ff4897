"""How a file was split, as plain data: kept once, so that a run that goes on splits as it began."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NotRequired, TypedDict

from dossier.separators import SeparatorSheet, SheetKind
from dossier.text import Finding, FindingJson
from dossier.totals import Difference
from extraction.split import PaperPages, SeparatorPage, Stack


class PaperPagesJson(TypedDict):
    """One paper of a file."""

    pages: list[int]
    blanks: list[int]
    dossier: str
    procedure: str
    component: str
    sheet: int
    findings: list[FindingJson]


class SeparatorJson(TypedDict):
    """A separator sheet, as commands print it too; a count of 0 was not declared."""

    page: int
    kind: str
    dossier: str
    procedure: str
    component: str
    papers: int
    pages: int


class DifferenceJson(TypedDict):
    """A declared count that was not found."""

    code: str
    page: int
    declared: int
    found: int


class StackJson(TypedDict):
    """All pages of a file, each in one of papers, separators, backs and asides.

    Records made before empty backs were kept aside have no ``asides``: theirs are in the papers.
    """

    papers: list[PaperPagesJson]
    separators: list[SeparatorJson]
    backs: list[int]
    differences: list[DifferenceJson]
    asides: NotRequired[list[int]]


def stack_to_json(stack: Stack) -> StackJson:
    """The record as plain data."""
    return {
        "papers": [
            {
                "pages": list(paper.pages),
                "blanks": list(paper.blanks),
                "dossier": paper.dossier,
                "procedure": paper.procedure,
                "component": paper.component,
                "sheet": paper.sheet,
                "findings": [finding.as_json() for finding in paper.findings],
            }
            for paper in stack.papers
        ],
        "separators": separators_json(stack.separators),
        "backs": list(stack.backs),
        "differences": [
            {"code": one.code, "page": one.page, "declared": one.declared, "found": one.found}
            for one in stack.differences
        ],
        "asides": list(stack.asides),
    }


def separators_json(sheets: Sequence[SeparatorPage]) -> list[SeparatorJson]:
    """The sheets of a file."""
    return [
        {
            "page": sheet.page,
            "kind": sheet.says.kind.name.lower(),
            "dossier": sheet.says.dossier,
            "procedure": sheet.says.procedure,
            "component": sheet.says.component,
            "papers": sheet.says.papers,
            "pages": sheet.says.pages,
        }
        for sheet in sheets
    ]


def stack_from_json(data: StackJson) -> Stack:
    """Rebuild from ``stack_to_json``.

    Raises:
        LookupError, ValueError: the data is no such record.
    """
    return Stack(
        papers=tuple(
            PaperPages(
                pages=tuple(paper["pages"]),
                blanks=tuple(paper["blanks"]),
                dossier=paper["dossier"],
                procedure=paper["procedure"],
                component=paper["component"],
                sheet=paper["sheet"],
                findings=tuple(
                    Finding(found["code"], found["page"], found["value"]) for found in paper["findings"]
                ),
            )
            for paper in data["papers"]
        ),
        separators=tuple(
            SeparatorPage(
                sheet["page"],
                SeparatorSheet(
                    kind=SheetKind[sheet["kind"].upper()],
                    dossier=sheet["dossier"],
                    procedure=sheet["procedure"],
                    component=sheet["component"],
                    papers=sheet["papers"],
                    pages=sheet["pages"],
                ),
            )
            for sheet in data["separators"]
        ),
        backs=tuple(data["backs"]),
        differences=tuple(Difference(**one) for one in data["differences"]),
        asides=tuple(data.get("asides", [])),
    )

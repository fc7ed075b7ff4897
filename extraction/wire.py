"""The papers of a file as ``motlan extract --json`` prints them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from dossier.fields import FieldJson
from extraction.document import Understood


class DocumentJson(TypedDict):
    """One paper, as the vocabulary fixes it."""

    type: str
    type_confidence: float
    pages: list[int]
    fields: dict[str, FieldJson]
    questions: list[str]


def documents_json(papers: Sequence[Understood]) -> list[DocumentJson]:
    """The ``documents`` list of a file."""
    return [
        {
            "type": paper.type,
            "type_confidence": round(paper.type_confidence, 4),
            "pages": list(paper.pages),
            "fields": {field.name: field.as_json() for field in paper.fields},
            "questions": list(paper.questions),
        }
        for paper in papers
    ]

"""Papers to understand: a picture of each page, and the type and fields that stand on it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from bench.reading.cases import spread
from ocr.scoring import fold


class KnownField(TypedDict):
    """One field of ``truth.json``."""

    value: str
    printed: str


class KnownPaper(TypedDict):
    """One entry of ``truth.json``; other keys stand beside these."""

    file: str
    half: str
    grade: str
    type: str
    layout: str
    fields: dict[str, KnownField]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One page.

    Attributes:
        image: picture of the page.
        half, grade, layout: of the truth set.
        type: vocabulary type.
        fields: normalised values by field name, of those that stand on the page.
    """

    image: Path
    half: str
    grade: str
    layout: str
    type: str
    fields: Mapping[str, str]

    @property
    def name(self) -> str:
        """File name of the picture."""
        return self.image.name


def cases_of(folder: Path, *, half: str = "", limit: int = 0) -> list[Case]:
    """The pages of a truth set, in its order.

    Args:
        folder: of the set, with ``truth.json``.
        half: ``tune`` or ``test``; empty for both.
        limit: most pages, drawn as if by lot but always the same; 0 means all.
    """
    known: list[KnownPaper] = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    cases = [
        Case(
            image=folder / entry["file"],
            half=entry["half"],
            grade=entry["grade"],
            layout=entry["layout"],
            type=entry["type"],
            fields={name: field["value"] for name, field in entry["fields"].items()},
        )
        for entry in known
        if half in {"", entry["half"]}
    ]
    return spread(cases, limit)


def same_value(left: str, right: str) -> bool:
    """Whether two values are equal after NFC, case folding and white-space folding (vocabulary, scoring)."""
    return fold(left).casefold() == fold(right).casefold()

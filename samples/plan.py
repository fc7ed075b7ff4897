"""What a dossier, a file and a page of the sample set are to be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from samples.containers import Packing
from samples.degrade import Grade, Wear
from samples.truth import Paper

Draw = Callable[[np.random.Generator], Paper]
Origin = Literal["scan", "digital", "signed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePlan:
    """How one page is scanned; a `blank` page is the empty back of the page before it."""

    wear: Wear = field(default_factory=Wear)
    dpi: int = 300
    quality: int = 72
    packing: Packing = "jpeg"
    blank: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlan:
    """One file: the papers in it, in order, and how each page is scanned (empty for born-digital files)."""

    name: str
    draws: tuple[Draw, ...]
    grade: Grade
    purpose: str
    pages: tuple[PagePlan, ...] = ()
    origin: Origin = "scan"


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierPlan:
    """One dossier: what is applied for, by whom, when, with which files."""

    folder: str
    code: str
    procedure: str
    owner: str
    story: str
    files: tuple[FilePlan, ...]

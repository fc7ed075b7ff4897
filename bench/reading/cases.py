"""Find the pages to read and what stands on them; every page becomes one image file, the same for all ways.

A folder holds images or PDFs, each with the text of its pages in a ``.txt`` of the same name beside it (a
form feed between pages), and perhaps a ``truth.json``: a list of entries as ``Known`` describes them.
The layout of public scans differs in two things: ``name_p1.txt`` and ``name_p1-3.txt`` hold only those pages
of ``name.pdf``, and the cells of a table are parted by `` | ``, which stands on no paper.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, TypedDict, TypeVar

import numpy as np
from PIL import Image

from ocr.arrays import PageImage, turn_upright
from ocr.limits import ReadLimits
from ocr.sources import RawPage, open_source

KINDS = (".tif", ".tiff", ".png", ".jpg", ".jpeg", ".pdf")
_SOME_PAGES = re.compile(r"^(?P<stem>.+)_p(?P<first>\d+)(?:-(?P<last>\d+))?$")
_CELL = " | "
_FORM_FEED = "\f"
_DRAWN = "pages"


class _Named(Protocol):
    @property
    def name(self) -> str: ...


NamedCase = TypeVar("NamedCase", bound=_Named)


class Known(TypedDict, total=False):
    """One entry of ``truth.json``; other keys may stand beside these."""

    file: str
    grade: str
    half: Literal["tune", "test"]
    rotation: int
    keys: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One page to read.

    Attributes:
        name: file and page, as ``a.pdf#2``.
        image: a picture of that page alone, as stored; PNG, TIFF (bilevel) or the JPEG itself.
        truth: what stands on the page, in reading order.
        grade, half: of a made page; ``real`` or ``drawn`` and empty for the public scans.
        rotation: degrees clockwise the picture must be turned to stand upright; None where nobody noted it.
        keys: numbers and dates that have to be right.
    """

    name: str
    image: Path
    truth: str
    grade: str = "—"
    half: str = ""
    rotation: int | None = None
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pages:
    """The text of some pages (1-based) of one file."""

    source: Path
    first: int
    texts: tuple[str, ...]
    known: Known = field(default_factory=Known)


def cases_of_folder(folder: Path, *, work: Path) -> list[Case]:
    """Pages of a folder with truth beside the files, in the order of their names."""
    known = _known(folder)
    found = [
        Pages(source, 1, _texts(beside), known.get(source.name, Known()))
        for source in sorted(folder.iterdir())
        if source.suffix.lower() in KINDS and (beside := source.with_suffix(".txt")).is_file()
    ]
    return [case for pages in found for case in _cases(pages, work=work)]


def cases_of_scans(folder: Path, *, work: Path) -> list[Case]:
    """Pages of the public scans, and of the drawn pages beside them."""
    scans = [_named_pages(path) for path in sorted(folder.glob("*.txt"))]
    drawn = [
        Pages(source, 1, _texts(source.with_suffix(".txt")), Known(grade="drawn"))
        for source in sorted((folder / _DRAWN).glob("*"))
        if source.suffix.lower() in KINDS and source.with_suffix(".txt").is_file()
    ]
    return [case for pages in (*scans, *drawn) if pages for case in _cases(pages, work=work)]


def spread(cases: Sequence[NamedCase], limit: int) -> list[NamedCase]:
    """At most ``limit`` cases, as if drawn by lot but always the same, in their order; 0 means all.

    Every n-th case would be wrong: made sets go through their grades in turn.
    """
    if not 0 < limit < len(cases):
        return list(cases)
    drawn = sorted(range(len(cases)), key=lambda index: zlib.crc32(cases[index].name.encode()))[:limit]
    return [cases[index] for index in sorted(drawn)]


def of_half(cases: Iterable[Case], half: str) -> list[Case]:
    """Cases of that half; pages that belong to neither are kept."""
    return [case for case in cases if not half or case.half in {"", half}]


def _known(folder: Path) -> Mapping[str, Known]:
    path = folder / "truth.json"
    if not path.is_file():
        return {}
    entries: list[Known] = json.loads(path.read_text(encoding="utf-8"))
    return {entry["file"]: entry for entry in entries}


def _texts(path: Path) -> tuple[str, ...]:
    return tuple(path.read_text(encoding="utf-8").split(_FORM_FEED))


def _named_pages(text: Path) -> Pages | None:
    """The scan a text belongs to, whole or in part; None where the scan is not there."""
    whole, part = text.with_suffix(".pdf"), _SOME_PAGES.match(text.stem)
    texts = tuple(page.replace(_CELL, " ") for page in _texts(text))
    if whole.is_file():
        return Pages(whole, 1, texts, Known(grade="real"))
    source = text.with_name(f"{part['stem']}.pdf") if part else whole
    if part is None or not source.is_file():
        return None
    first = int(part["first"])
    wanted = int(part["last"] or first) - first + 1
    return Pages(source, first, texts[:wanted], Known(grade="real"))


def _cases(pages: Pages, *, work: Path) -> Iterable[Case]:
    with open_source(pages.source, name=pages.source.name, limits=ReadLimits()) as source:
        last = min(source.page_count, pages.first + len(pages.texts) - 1)
        alone = source.page_count == 1 and source.kind != "pdf"
        for number in range(pages.first, last + 1):
            name = pages.source.name if alone else f"{pages.source.name}#{number}"
            picture = work / f"{pages.source.stem}-{number}"
            yield Case(
                name=name,
                image=pages.source if alone else _picture(source.page(number), picture),
                truth=pages.texts[number - pages.first],
                grade=pages.known.get("grade", "—"),
                half=pages.known.get("half", ""),
                rotation=pages.known.get("rotation"),
                keys=tuple(pages.known.get("keys", ())),
            )


def _picture(raw: RawPage, path: Path) -> Path:
    """The page as an image file of its own, turned as its file asks for; black and white stays so."""
    upright: PageImage = turn_upright(raw.pixels, raw.turn)
    image = Image.fromarray(np.ascontiguousarray(upright))
    if raw.bilevel:
        target = path.with_suffix(".tif")
        image.convert("L").convert("1", dither=Image.Dither.NONE).save(
            target, compression="group4", dpi=(raw.dpi, raw.dpi)
        )
        return target
    target = path.with_suffix(".png")
    image.save(target, dpi=(raw.dpi, raw.dpi), compress_level=1)
    return target

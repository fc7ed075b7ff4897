"""Build the sample set: `python -m samples.make [--out DIR] [--seed N]`.

The same seed gives the same bytes for everything but the one signed PDF, whose keys are made anew.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from samples.containers import Scan, write_jpeg, write_pdf, write_tiff
from samples.degrade import dirty_blank, to_bilevel, wear_out
from samples.digital import make_pdf
from samples.fonts import FontMissingError, check_fonts
from samples.plan import DossierPlan, FilePlan, PagePlan
from samples.plans import DOSSIERS
from samples.raster import Pixels, render
from samples.readme import write_readme
from samples.signed import sign_file
from samples.truth import Paper

DEFAULT_SEED = 20261121
_DRAWING = 1000
_WRITERS = {".jpg": write_jpeg, ".tif": write_tiff, ".pdf": write_pdf}


@dataclass(frozen=True, slots=True)
class Placed:
    """A paper and the pages of the file it stands on."""

    paper: Paper
    pages: tuple[int, ...]


def build(out: Path, *, seed: int, dossiers: Sequence[DossierPlan] = DOSSIERS) -> None:
    """Build dossiers below `out`, with truth files, and the README of all dossiers."""
    check_fonts()
    for dossier in dossiers:
        folder = out / "dossiers" / dossier.folder
        folder.mkdir(parents=True, exist_ok=True)
        papers = [build_file(folder, plan, seed=seed, trust=out / "trust") for plan in dossier.files]
        _write_json(folder / "dossier.json", _dossier_truth(dossier, papers))
    write_readme(out / "README.md", DOSSIERS, seed=seed)


def build_file(folder: Path, plan: FilePlan, *, seed: int, trust: Path) -> list[Placed]:
    """Build one file with its truth beside it."""
    drawn = [draw(_rng(seed, plan.name, _DRAWING)) for draw in plan.draws]
    path = folder / plan.name
    placed = _place(drawn, plan)
    if plan.origin == "scan":
        _WRITERS[path.suffix](path, _scan(drawn, plan, seed=seed))
    else:
        sheets = [sheet for paper in drawn for sheet in paper.sheets]
        data = make_pdf(sheets, title=path.stem, author="Co quan MAU")
        path.write_bytes(data)
        if plan.origin == "signed":
            sign_file(path, trust)
    _write_json(folder / f"{plan.name}.expected.json", _file_truth(plan, placed))
    texts = _page_texts(drawn, plan)
    (folder / f"{plan.name}.txt").write_text("\f".join(texts), encoding="utf-8")
    return placed


def _rng(seed: int, name: str, turn: int) -> np.random.Generator:
    """Randomness of one page of one file, independent of every other."""
    return np.random.default_rng([seed, zlib.crc32(name.encode()), turn])


def _page_plans(drawn: Sequence[Paper], plan: FilePlan) -> tuple[PagePlan, ...]:
    count = sum(len(paper.sheets) for paper in drawn)
    pages = plan.pages or (PagePlan(),) * count
    if sum(not page.blank for page in pages) != count:
        message = f"{plan.name}: {count} sheets drawn, {len(pages)} pages planned"
        raise ValueError(message)
    return pages


def _place(drawn: Sequence[Paper], plan: FilePlan) -> list[Placed]:
    filled = [number for number, page in enumerate(_page_plans(drawn, plan), start=1) if not page.blank]
    placed = []
    for paper in drawn:
        own, filled = filled[: len(paper.sheets)], filled[len(paper.sheets) :]
        placed.append(Placed(paper, tuple(own)))
    return placed


def _scan(drawn: Sequence[Paper], plan: FilePlan, *, seed: int) -> list[Scan]:
    """Render every sheet, then wear and pack each page as planned."""
    pages = _page_plans(drawn, plan)
    filled = [page for page in pages if not page.blank]
    sheets = [sheet for paper in drawn for sheet in paper.sheets]
    clean = iter([render(sheet, page.dpi) for sheet, page in zip(sheets, filled, strict=True)])
    fronts: list[Pixels] = []
    for page in pages:
        fronts.append(dirty_blank(fronts[-1]) if page.blank else next(clean))
    scans = []
    for index, (page, front) in enumerate(zip(pages, fronts, strict=True)):
        behind = fronts[index - 1] if index % 2 else fronts[min(index + 1, len(fronts) - 1)]
        worn = wear_out(front, page.wear, rng=_rng(seed, plan.name, index), behind=behind)
        pixels = to_bilevel(worn) if page.packing == "g4" else worn
        scans.append(Scan(pixels=pixels, dpi=page.dpi, quality=page.quality, packing=page.packing))
    return scans


def _page_texts(drawn: Sequence[Paper], plan: FilePlan) -> list[str]:
    texts = iter([sheet.text for paper in drawn for sheet in paper.sheets])
    return ["" if page.blank else next(texts) for page in _page_plans(drawn, plan)]


def _file_truth(plan: FilePlan, placed: Sequence[Placed]) -> dict[str, Any]:
    pages = _page_plans([item.paper for item in placed], plan)
    owners = {owner: None for item in placed for owner in item.paper.owners}
    return {
        "file": plan.name,
        "pages": len(pages),
        "grade": plan.grade,
        "documents": [_document_truth(item) for item in placed],
        "blank_pages": [number for number, page in enumerate(pages, start=1) if page.blank],
        "rotated_pages": {
            str(number): page.wear.turn for number, page in enumerate(pages, start=1) if page.wear.turn
        },
        "owners": list(owners),
    }


def _document_truth(item: Placed) -> dict[str, Any]:
    entries = item.paper.fields.entries
    return {
        "type": item.paper.kind,
        "pages": list(item.pages),
        "key_fields": item.paper.key_fields,
        "fields": {name: {"value": truth.value, "printed": truth.printed} for name, truth in entries.items()},
        "owners": list(item.paper.owners),
    }


def _dossier_truth(dossier: DossierPlan, files: Sequence[Sequence[Placed]]) -> dict[str, Any]:
    return {
        "code": dossier.code,
        "procedure": dossier.procedure,
        "owner": dossier.owner,
        "papers": [
            {"file": plan.name, "types": [item.paper.kind for item in placed]}
            for plan, placed in zip(dossier.files, files, strict=True)
        ],
    }


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m samples.make", description="Dựng bộ hồ sơ mẫu.")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="thư mục đích")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="hạt giống ngẫu nhiên")
    options = parser.parse_args(arguments)
    # The library warns that nothing is fetched while signing, which is what is wanted here.
    logging.getLogger("pyhanko").setLevel(logging.ERROR)
    try:
        build(options.out, seed=options.seed)
    except FontMissingError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

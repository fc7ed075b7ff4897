"""Separator sheets as they come back from printer and scanner: drawn, worn, and what each says."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2

from bench.truth.chance import Chance
from bench.truth.fonts import Half
from bench.truth.make import store
from bench.truth.wear import GRADES, scene_of, take
from dossier.separators import SeparatorSheet, SheetKind, encode_sheet
from ocr.separator_sheets import PrintedSheet, separator_pdf
from samples.degrade import Pixels
from signing import typeface

_POINTS = 72
_MOST_PAGES = 4
_AFTER_PAPERS = 5000


def make_sheets(out: Path, half: Half, *, seed: int) -> list[dict[str, Any]]:
    """A dossier in each grade: the sheet that begins it, sheets for papers of one to four pages, its end."""
    listing = out / "sheets.json"
    if listing.is_file():
        return list(json.loads(listing.read_text(encoding="utf-8")))
    made = []
    for number, grade in enumerate(GRADES):
        for turn, says in enumerate(_of_dossier(f"H26.5.1{number}-261102-000{number}")):
            index = _AFTER_PAPERS + number * 100 + turn
            chance = Chance(half, np.random.default_rng([seed, index]))
            scene = scene_of(grade, chance)
            pixels = take(_printed(says, scene.dpi), scene, rng=chance.rng)
            file = store(pixels, scene, out / f"{index:04d}-1")
            made.append({"grade": grade, "says": asdict(says), "file": file.name})
    listing.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return made


def _of_dossier(code: str) -> list[SeparatorSheet]:
    def sheet(kind: SheetKind, *, pages: int = 0) -> SeparatorSheet:
        component, papers = (f"KS-0{pages}", 1) if pages else ("", 0)
        return SeparatorSheet(
            kind=kind, dossier=code, procedure="1.001193", component=component, papers=papers, pages=pages
        )

    papers = (sheet(SheetKind.PAPER, pages=pages) for pages in range(1, _MOST_PAGES + 1))
    return [sheet(SheetKind.DOSSIER), *papers, sheet(SheetKind.END)]


def _printed(says: SeparatorSheet, dpi: int) -> Pixels:
    """The sheet as the printer puts it on paper."""
    code = encode_sheet(says)
    sheet = PrintedSheet(
        code=code,
        title="Tờ ngăn: giấy tờ tiếp theo",
        lines=(
            f"Mã hồ sơ: {says.dossier}",
            f"Thành phần: {says.component}",
            "Đặt tờ này ngay trước giấy tờ.",
        ),
        foot=("Tờ này chỉ dùng để tách giấy tờ khi quét, không phải giấy tờ của hồ sơ.", code),
    )
    document = pypdfium2.PdfDocument(separator_pdf([sheet], typeface))
    try:
        return np.array(document[0].render(scale=dpi / _POINTS).to_pil().convert("RGB"), dtype=np.uint8)
    finally:
        document.close()

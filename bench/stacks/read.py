"""Read the pages of the stacks once each; what was read is kept beside the image."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from dossier.text import Finding, PageText, page_from_json, page_to_json
from ocr.reader import Reader


def read_pages(
    images: Sequence[Path], reader: Callable[[], Reader], *, tell: Callable[[int, int], None]
) -> dict[str, PageText]:
    """Page texts by file name.

    Args:
        images: of one page each.
        reader: makes the reader, which is not called for when everything was read before.
        tell: called with pages finished and pages in all.
    """
    used: Reader | None = None
    found: dict[str, PageText] = {}
    for image in images:
        kept = image.with_suffix(".json")
        if not kept.is_file():
            used = used or reader()
            with tempfile.TemporaryDirectory(prefix="motlan-bench-") as work:
                page = used.read(image, name=image.name, work=Path(work)).pages[0]
            kept.write_text(json.dumps(page_to_json(page), ensure_ascii=False), encoding="utf-8")
        found[image.name] = page_from_json(json.loads(kept.read_text(encoding="utf-8")))
        tell(len(found), len(images))
    return found


def numbered(page: PageText, number: int) -> PageText:
    """The page at another place of its file."""
    findings = tuple(Finding(found.code, number, found.value) for found in page.findings)
    return replace(page, page=number, findings=findings)

"""Pages as the project's own reader reads them, kept beside the set so that a second run need not read again.

The reader itself keeps finished pages by the hash of the picture, the engine and its own version: another
picture or another reader is read anew.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from dossier.text import PageText
from ocr.reader import Reader


def readings(
    images: Sequence[Path],
    *,
    kept: Path,
    environment: Mapping[str, str],
    workers: int = 1,
    tell: Callable[[int], None] = lambda _: None,
) -> list[PageText]:
    """The pages of single-page pictures, in their order.

    Args:
        images: pictures of one page each.
        kept: folder for what was read.
        environment: settings of the reader.
        workers: processes that read.
        tell: called with the number of pages finished.

    Raises:
        MotlanError: a picture cannot be read.
    """
    kept.mkdir(parents=True, exist_ok=True)
    found: list[PageText] = []
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        workers, mp_context=context, initializer=_prepare, initargs=(dict(environment), kept)
    ) as pool:
        for page in pool.map(_page, images):
            found.append(page)
            tell(len(found))
    return found


_tools: list[tuple[Reader, Path]] = []


def _prepare(environment: Mapping[str, str], kept: Path) -> None:
    from wiring.services import Services  # noqa: PLC0415  loaded in the worker only
    from wiring.settings import read_settings  # noqa: PLC0415

    reader = Services(read_settings({**os.environ, **environment, "MOTLAN_WORKERS": "1"})).reader
    _tools[:] = [(reader, kept)]


def _page(image: Path) -> PageText:
    reader, kept = _tools[0]
    return reader.read(image, name=image.name, work=kept).pages[0]

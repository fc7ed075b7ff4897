"""What differs between two papers that may be one, as small pictures: the earlier left, the later right."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dossier.documents import Document
from dossier.errors import OutputError
from dossier.geometry import Box
from dossier.same import SamePair
from extraction.sameness import Change, ChangeKind
from flows.same_papers import compared, readings_of
from ocr.alignment import Laid, lay_over, side_by_side
from ocr.arrays import PageImage, turn_upright
from ocr.limits import ReadLimits
from ocr.records import PageReading
from ocr.sources import Source, open_source
from wiring.services import Services

MOST_PICTURES: Final = 20
"""Of one pair: seals first, then digits, then the rest."""
_MARGIN: Final = 40
_PRIVATE: Final = 0o600


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One difference.

    Attributes:
        kind: ``seal``, ``ink``, or a kind of change of words.
        gone: only the earlier paper has it.
        before, after: words, empty where none are known.
        page: of the earlier paper's file.
        box: on that page.
        picture: PNG.
    """

    kind: str
    gone: bool
    before: str
    after: str
    page: int
    box: Box
    picture: bytes


@dataclass(frozen=True, slots=True)
class _Pages:
    """A page of each paper, upright, and the later one laid over the earlier."""

    earlier: PageReading
    before: PageImage
    laid: Laid


def differences(services: Services, pair: SamePair) -> Sequence[Difference]:
    """What differs, seals first; pages that do not lie on each other give none."""
    earlier, later, said = compared(services, pair)
    changes = said.changes if said is not None else ()
    found: list[Difference] = []
    for pages in _laid(services, earlier, later):
        found += _of_ink(pages)
        found += _of_words(pages, changes)
    order = {"seal": 0, ChangeKind.DIGITS.value: 1, ChangeKind.WORDS.value: 2, "ink": 3}
    found.sort(key=lambda one: order.get(one.kind, 4))
    return found[:MOST_PICTURES]


def write_pictures(found: Sequence[Difference], folder: Path) -> Sequence[Path]:
    """Write the pictures as ``01.png`` … for the account that asks alone; the folder must be new or empty.

    Raises:
        OutputError: it is neither, or cannot be written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise OutputError(str(folder))
        written = []
        for number, one in enumerate(found, start=1):
            path = folder / f"{number:02d}.png"
            path.touch(mode=_PRIVATE)
            path.write_bytes(one.picture)
            written.append(path)
    except OSError as error:
        raise OutputError(str(folder), cause=type(error).__name__) from error
    return written


def _laid(services: Services, earlier: Document, later: Document) -> list[_Pages]:
    pages: list[_Pages] = []
    before, after = readings_of(services, earlier), readings_of(services, later)
    with ExitStack() as stack:
        left, right = (
            stack.enter_context(_opened(services, stack, document)) for document in (earlier, later)
        )
        for ours, theirs in zip(before, after, strict=False):
            images = [
                turn_upright(source.page(one.page.page).pixels, one.page.rotation)
                for source, one in ((left, ours), (right, theirs))
            ]
            laid = lay_over(images[0], images[1], dpi=(ours.page.dpi, theirs.page.dpi))
            if laid is not None:
                pages.append(_Pages(ours, images[0], laid))
    return pages


def _opened(services: Services, stack: ExitStack, document: Document) -> Source:
    sha256 = services.store.records.item(document.item).sha256
    path = stack.enter_context(services.store.blobs.path(sha256))
    return open_source(path, name=document.id, limits=ReadLimits())


def _of_ink(pages: _Pages) -> list[Difference]:
    """Only what no word tells: strokes of pens, and seals."""
    return [
        Difference(
            kind="seal" if spot.seal else "ink",
            gone=spot.gone,
            before="",
            after="",
            page=pages.earlier.page.page,
            box=spot.box,
            picture=_picture(pages, spot.box),
        )
        for spot in pages.laid.spots
    ]


def _of_words(pages: _Pages, changes: Sequence[Change]) -> list[Difference]:
    return [
        Difference(
            kind=change.kind.value,
            gone=not change.after,
            before=change.before,
            after=change.after,
            page=change.left.page,
            box=change.left.box,
            picture=_picture(pages, change.left.box),
        )
        for change in changes
        if change.left is not None and change.left.page == pages.earlier.page.page
    ]


def _picture(pages: _Pages, box: Box) -> bytes:
    height, width = pages.before.shape[:2]
    rows = slice(max(0, box.top - _MARGIN), min(height, box.bottom + _MARGIN))
    columns = slice(max(0, box.left - _MARGIN), min(width, box.right + _MARGIN))
    return side_by_side(pages.before[rows, columns], pages.laid.later[rows, columns])

"""The pictures that signature fields draw on pages: since when they are there, and how much they hide."""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.fields import MAX_SIGNATURES, LimitError, signature_fields
from signing.objects import entry, members, plain_rectangle

# A mark takes a corner of the page; what takes more may hide what others have signed.
COVERING_SHARE = 0.25
_A4 = (0.0, 0.0, 595.0, 842.0)
_INHERITED_DEPTH = 32
_MAX_MARKS = 4 * MAX_SIGNATURES


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One picture of a signature field, signed or empty.

    Attributes:
        share: how much of its page it takes, 0 to 1.
        placed: number of the revision that made its place, from 0.
        since: number of the revision that made its place or painted it last.
    """

    share: float
    placed: int
    since: int

    @property
    def covers(self) -> bool:
        """Whether it may hide the text of the page."""
        return self.share >= COVERING_SHARE


def marks(reader: PdfFileReader) -> list[Mark]:
    """Every picture of a signature field that can be seen.

    Raises:
        LimitError: more of them than any honest file has.
    """
    found = []
    for field in signature_fields(reader):
        for widget in (field, *members(entry(field, "/Kids"))):
            share = _share(widget)
            if share > 0:
                touched = list(_changes(reader, widget))
                found.append(Mark(share=share, placed=_made(reader, widget), since=max(touched)))
            if len(found) > _MAX_MARKS:
                raise LimitError
    return found


def _made(reader: PdfFileReader, widget: generic.DictionaryObject) -> int:
    reference = widget.container_ref
    return (
        int(reader.xrefs.get_introducing_revision(reference))
        if isinstance(reference, generic.Reference)
        else reader.xrefs.total_revisions
    )


def _changes(reader: PdfFileReader, widget: generic.DictionaryObject) -> Iterator[int]:
    """The revisions that last touched a widget and what it draws."""
    pictures = entry(widget, "/AP")
    drawn = entry(pictures, "/N") if isinstance(pictures, generic.DictionaryObject) else None
    for part in (widget, pictures, drawn):
        reference = getattr(part, "container_ref", None)
        if isinstance(reference, generic.Reference):
            yield int(reader.xrefs.get_last_change(reference))
    yield 0


def _share(widget: generic.DictionaryObject) -> float:
    if "/AP" not in widget or "/Rect" not in widget:
        return 0.0
    place = plain_rectangle(widget.raw_get("/Rect"))
    if place is None:
        # A place that does not say where it is may be anywhere.
        return 1.0
    page = _page_box(entry(widget, "/P"))
    width = max(0.0, min(place[2], page[2]) - max(place[0], page[0]))
    height = max(0.0, min(place[3], page[3]) - max(place[1], page[1]))
    area = (page[2] - page[0]) * (page[3] - page[1])
    return width * height / area if area > 0 else 1.0


def _page_box(page: object) -> tuple[float, float, float, float]:
    for _ in range(_INHERITED_DEPTH):
        if not isinstance(page, generic.DictionaryObject):
            break
        box = plain_rectangle(entry(page, "/MediaBox"))
        if box is not None:
            return box
        page = entry(page, "/Parent")
    return _A4

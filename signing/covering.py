"""How much of its page the picture of a signature hides."""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

from pyhanko.pdf_utils import generic

from signing.objects import entry, members, plain_rectangle

# A mark takes a corner of the page; what takes more may hide what others have signed.
COVERING_SHARE = 0.25
_A4 = (0.0, 0.0, 595.0, 842.0)
_INHERITED_DEPTH = 32


def covers_its_page(field: generic.DictionaryObject) -> bool:
    """Whether the picture of a signature field takes so much of its page that it may hide the text."""
    return any(_share(widget) >= COVERING_SHARE for widget in (field, *members(entry(field, "/Kids"))))


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

"""XML of strangers, read as a stream: no entities, no DOCTYPE, no network, bounded depth and text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any, Final

from lxml import etree

from preservation.checking.report import Findings

XML_ERRORS: Final = (etree.XMLSyntaxError,)
_SAFE: Final[dict[str, Any]] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}
_MOST_SMALL: Final = 1 << 20


class DoctypeError(ValueError):
    """The file declares a document type."""


def elements(
    stream: IO[bytes], *, keep: frozenset[str], schema: etree.XMLSchema | None = None
) -> Iterator[tuple[str, etree._Element]]:
    """Starts and ends of elements; what has ended is forgotten, unless it is inside one named in ``keep``.

    Args:
        stream: the file.
        keep: tags whose content is wanted whole at their end.
        schema: validates on the way.

    Raises:
        DoctypeError, and ``XML_ERRORS``.
    """
    inside = 0
    first = True
    for event, element in etree.iterparse(stream, events=("start", "end"), schema=schema, **_SAFE):
        if first:
            first = False
            if element.getroottree().docinfo.doctype:
                raise DoctypeError
        if event == "start":
            inside += element.tag in keep
            yield event, element
            continue
        inside -= element.tag in keep
        yield event, element
        if not inside:
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def small(stream: IO[bytes], path: str, findings: Findings) -> etree._Element | None:
    """The root of a small file, or nothing; what is wrong is noted."""
    content = stream.read(_MOST_SMALL + 1)
    if len(content) > _MOST_SMALL:
        findings.add("xml.unreadable", path, "quá lớn")
        return None
    try:
        root = etree.fromstring(content, etree.XMLParser(**_SAFE))
    except XML_ERRORS as error:
        findings.add("xml.unreadable", path, f"dòng {error.lineno}")
        return None
    if root.getroottree().docinfo.doctype:
        findings.add("xml.doctype", path)
        return None
    return root

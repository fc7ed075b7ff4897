"""XML written as a stream, and small XML as bytes. Nothing here reads XML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO, Final

from lxml import etree

METS_NS: Final = "http://www.loc.gov/METS/"
XLINK_NS: Final = "http://www.w3.org/1999/xlink"
XSI_NS: Final = "http://www.w3.org/2001/XMLSchema-instance"
CSIP_NS: Final = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"
PREMIS_NS: Final = "http://www.loc.gov/premis/v3"


class XmlStream:
    """Elements written as they come; what is closed is not kept."""

    def __init__(
        self, stream: Any, namespace: str
    ) -> None:  # lxml gives its incremental writer no public name
        self._stream = stream
        self._namespace = namespace

    @contextmanager
    def element(
        self,
        name: str,
        attributes: Mapping[str, str] | None = None,
        *,
        nsmap: dict[str | None, str] | None = None,
    ) -> Iterator[None]:
        """An element with what is written inside the block."""
        with self._stream.element(f"{{{self._namespace}}}{name}", attrib=dict(attributes or {}), nsmap=nsmap):
            yield

    def leaf(self, name: str, text: str = "", attributes: Mapping[str, str] | None = None) -> None:
        """An element with nothing but text."""
        with self.element(name, attributes):
            if text:
                self._stream.write(printable(text))


@contextmanager
def xml_stream(target: BinaryIO, namespace: str) -> Iterator[XmlStream]:
    """Write an XML file in UTF-8 into the target, whose root is opened inside the block."""
    with etree.xmlfile(target, encoding="UTF-8") as stream:
        stream.write_declaration()
        yield XmlStream(stream, namespace)


def printable(text: str) -> str:
    """The text without characters that XML 1.0 has no place for."""
    return "".join(mark if mark in "\t\n" or ord(mark) >= ord(" ") else " " for mark in text)

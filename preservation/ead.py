"""Descriptive metadata: ``EAD.xml`` and ``EAD_doc_….xml``, and the schemas that belong to them.

The annexes call the root ``simpledc`` and give it neither namespace nor attributes. The schemas are made from
the table of fields, so a field never stands in the one and not in the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Final

from lxml import etree

from preservation.xmlfiles import printable
from rulebook.packages import FieldRule, PackageKind, ValueKind

ROOT: Final = "simpledc"
_XS: Final = "http://www.w3.org/2001/XMLSchema"


def ead(rules: Sequence[FieldRule], values: Mapping[str, str], *, kind: PackageKind) -> bytes:
    """The file: every field of the table in its order, empty where nothing is known."""
    root = etree.Element(ROOT)
    for rule in rules:
        name = rule.name_in(kind)
        etree.SubElement(root, name).text = printable(values.get(name, "")) or None
    return _file(root)


def ead_schema(rules: Sequence[FieldRule], *, kind: PackageKind, version: str) -> bytes:
    """XML Schema of such a file; the order of fields is free, as in the annexes."""
    schema = etree.Element(
        f"{{{_XS}}}schema", nsmap={"xs": _XS}, elementFormDefault="qualified", version=version
    )
    root = etree.SubElement(schema, f"{{{_XS}}}element", name=ROOT)
    fields = etree.SubElement(etree.SubElement(root, f"{{{_XS}}}complexType"), f"{{{_XS}}}all")
    for rule in rules:
        field = etree.SubElement(fields, f"{{{_XS}}}element", name=rule.name_in(kind), minOccurs="0")
        note = etree.SubElement(etree.SubElement(field, f"{{{_XS}}}annotation"), f"{{{_XS}}}documentation")
        note.text = rule.label_vi
        simple = etree.SubElement(field, f"{{{_XS}}}simpleType")
        base = etree.SubElement(simple, f"{{{_XS}}}restriction", base="xs:string")
        _facet(base, rule)
    return _file(schema)


def _facet(base: etree._Element, rule: FieldRule) -> None:
    patterns = {
        ValueKind.DATE: r"(\d{2}/\d{2}/\d{4})?",
        ValueKind.NUMBER: r"\d*",
        ValueKind.FLAG: "[01]?",
    }
    if rule.length:
        etree.SubElement(base, f"{{{_XS}}}maxLength", value=str(rule.length))
    if rule.kind in patterns:
        etree.SubElement(base, f"{{{_XS}}}pattern", value=patterns[rule.kind])


def _file(root: etree._Element) -> bytes:
    target = BytesIO()
    root.getroottree().write(target, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return target.getvalue()

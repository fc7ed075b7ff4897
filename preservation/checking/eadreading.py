"""Descriptive metadata of a package against the table of fields: names, codes, lengths, what is demanded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO

from lxml import etree

from preservation.checking.report import Findings
from preservation.checking.xmlreading import small
from preservation.ead import ROOT
from rulebook.packages import Level, PackageKind, PackageProfile


def read_ead(  # noqa: PLR0913 - a file, where it stands, and what it is judged by
    stream: IO[bytes],
    path: str,
    findings: Findings,
    *,
    profile: PackageProfile,
    kind: PackageKind,
    document: bool,
) -> Mapping[str, str]:
    """Read and judge one file; its values by name, empty when nobody can read it.

    Args:
        stream: the file.
        path: where it stands.
        findings: where everything that is wrong goes; the content of a field never.
        profile: the table.
        kind: of the package.
        document: describes a document, not the package.
    """
    root = small(stream, path, findings)
    if root is None:
        return {}
    if root.tag != ROOT:
        findings.add("ead.root", path, etree.QName(root).localname)
        return {}
    values = _values(root, path, findings)
    level = Level.DOCUMENT if document else _level(values)
    rules = profile.rules(level, kind)
    known = {rule.name_in(kind): rule for rule in rules}
    for name in values:
        if name not in known:
            findings.add("ead.unknown", path, name)
    for rule in profile.missing(rules, values, kind=kind):
        findings.add("ead.missing", path, f"{rule.name_in(kind)}: {rule.label_vi}")
    for name, rule in known.items():
        if profile.wrong(rule, values.get(name, "")):
            findings.add("ead.value", path, f"{name}: {rule.label_vi}")
    return values


def _values(root: etree._Element, path: str, findings: Findings) -> dict[str, str]:
    values: dict[str, str] = {}
    for field in root:
        name = str(field.tag)
        if name in values:
            findings.add("ead.twice", path, name)
        if len(field):
            findings.add("ead.value", path, name)
        values[name] = (field.text or "").strip()
    return values


def _level(values: Mapping[str, str]) -> Level:
    """What the fields of a package describe, told by those that only one level has."""
    if "requestID" in values:
        return Level.REQUEST
    return Level.BUNDLE if "source" in values else Level.DOSSIER

"""The text of a code as plain, bounded text, and what every kind of payload gives."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

_LONGEST = 4096
_DAY = re.compile(r"^([0-9]{2})[/.\-]?([0-9]{2})[/.\-]?([0-9]{4})$")
_ISO = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
_FIRST_YEAR, _LAST_YEAR = 1850, 2150
# UTF-8 bytes taken for Latin-1: "Nguyá»\x85n".
_BROKEN = re.compile("[\u00c3\u00c4\u00c6\u00e1][\u0080-\u00bf\u0152-\u203a]")
_LINK = re.compile(r"^(?:https?://|www\.)\S+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """What a code says.

    Attributes:
        kind: ``identity_card``, ``land_certificate``, ``dossier``, ``link``, or ``unknown``.
        values: by vocabulary field name; only what validates.
        extras: further parts, in their order, as printed.
        link: address of a page; never opened.
    """

    kind: str
    values: Mapping[str, str] = field(default_factory=dict)
    extras: tuple[str, ...] = ()
    link: str = ""


def plain(text: str) -> str:
    """NFC without control characters but line breaks; bytes of UTF-8 read as Latin-1 are set right."""
    kept = text[:_LONGEST]
    if _BROKEN.search(kept):
        try:
            kept = kept.encode("cp1252", errors="strict").decode("utf-8")
        except UnicodeError:
            try:
                kept = kept.encode("latin-1").decode("utf-8")
            except UnicodeError:
                kept = text[:_LONGEST]
    composed = unicodedata.normalize("NFC", kept)
    return "".join(mark for mark in composed if mark == "\n" or unicodedata.category(mark)[0] != "C").strip()


def read_link(text: str) -> str:
    """The address when the text is nothing else; empty otherwise."""
    return text if _LINK.match(text) else ""


def day(text: str) -> str:
    """``ddMMyyyy``, with or without strokes, or ISO 8601, as ISO 8601; empty when it is no day."""
    match = _DAY.match(text.strip())
    parts = (match[3], match[2], match[1]) if match else tuple(text.strip().split("-"))
    if not match and not _ISO.match(text.strip()):
        return ""
    try:
        found = date(*(int(part) for part in parts))
    except ValueError:
        return ""
    return found.isoformat() if _FIRST_YEAR <= found.year <= _LAST_YEAR else ""


def tidy(text: str) -> str:
    """One space between words."""
    return " ".join(text.split())

"""The code of the one-stop system on receipts and papers: at least the dossier's code (Circular 01/2023)."""

from __future__ import annotations

import re
from datetime import date

from extraction.qr.payload import Payload, tidy

_CODE = re.compile(
    r"(?<![0-9A-Z.\-])(?:[0-9A-Z]{3}(?:\.[0-9A-Z]{2}){2}\.[A-Z][0-9]{2}|[A-Z][0-9]{2}(?:\.[0-9A-Z]{1,3}){0,3})"
    r"-(?P<day>[0-9]{6})-[0-9]{4,6}(?![0-9A-Z\-])"
)


def read_dossier(text: str) -> Payload | None:
    """The payload; nothing when it holds no dossier code, or several, or one of no day."""
    found = {match.group(): match["day"] for match in _CODE.finditer(text)}
    if len(found) != 1:
        return None
    (code, day), *_ = found.items()
    if not _is_day(day):
        return None
    parts = tuple(tidy(part) for part in re.split(r"[|;\n]", text))
    extras = tuple(part for part in parts if part and code not in part)
    return Payload(kind="dossier", values={"dossier_code": code}, extras=extras)


def _is_day(text: str) -> bool:
    """``YYMMDD`` of this century."""
    try:
        date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError:
        return False
    return True

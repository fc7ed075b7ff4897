"""Separator sheets: what their code says, written and read strictly.

A sheet lies before the papers it announces. Its code holds the dossier, the procedure, the component and the
counts that staff declared, never a name or an identity number. Anybody can print such a code, so a sheet that
does not hold in every part is no separator, and the reader says so.

    ML1|P|H26.5.12-261102-0001|1.001193|GIAY_CHUNG_SINH|1|2|7C1A09EF

Parts: version, kind, dossier, procedure, component, papers, pages, CRC-32 of all that stands before it.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from dossier.codes import parse_dossier_code, parse_procedure_code
from dossier.errors import ArgumentError

_BAR = "|"
_VERSION = "ML1"
# Every version of ours begins so; what follows a later version is not for this program to read.
_FAMILY = re.compile(r"ML\d+\|", re.ASCII)
_COMPONENT = re.compile(r"[A-Za-z0-9_.\-]{1,50}", re.ASCII)
_COUNT = re.compile(r"[1-9]\d{0,3}", re.ASCII)
_PARTS = 8

COMPONENT_VI = "mã thành phần hồ sơ, tối đa 50 ký tự: chữ không dấu, số, dấu . _ -"
"""What a component's code has to be, for people."""


class SheetKind(StrEnum):
    """What a separator sheet begins or ends."""

    DOSSIER = "D"
    PAPER = "P"
    END = "E"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeparatorSheet:
    """What a separator sheet says about the papers behind it.

    Attributes:
        kind: begins a dossier, begins the papers of a component, or ends a dossier.
        dossier, procedure, component: codes; each may be empty.
        papers: papers declared; 0 when nobody counted. Of a sheet for papers: those up to the next sheet; of
            a sheet for a dossier: all of it.
        pages: sides of paper declared that bear print, counted in the same way.
    """

    kind: SheetKind
    dossier: str = ""
    procedure: str = ""
    component: str = ""
    papers: int = 0
    pages: int = 0


class SheetRefusedError(ValueError):
    """A code that begins like ours and does not hold; ``reason`` is a stable word."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def is_component(code: str) -> bool:
    """Whether a text can be the code of a component on a sheet."""
    return _COMPONENT.fullmatch(code) is not None


def encode_sheet(sheet: SeparatorSheet) -> str:
    """The text of the sheet's code.

    Raises:
        ArgumentError: a part breaks its grammar.
    """
    if sheet.component and not is_component(sheet.component):
        raise ArgumentError("--component", expected=COMPONENT_VI)
    for count in (sheet.papers, sheet.pages):
        if not 0 <= count <= 9999:
            raise ArgumentError("--component", expected="số lượng từ 1 đến 9999")
    head = _BAR.join(
        (
            _VERSION,
            sheet.kind,
            str(parse_dossier_code(sheet.dossier)) if sheet.dossier else "",
            parse_procedure_code(sheet.procedure) if sheet.procedure else "",
            sheet.component,
            str(sheet.papers or ""),
            str(sheet.pages or ""),
        )
    )
    return f"{head}{_BAR}{_checksum(head)}"


def parse_sheet(text: str) -> SeparatorSheet | None:
    """What the code of a sheet says; nothing when it is no code of ours.

    Raises:
        SheetRefusedError: it begins like one of ours; ``version``, ``checksum``, ``form``.
    """
    if _FAMILY.match(text) is None:
        return None
    head, _, checksum = text.rpartition(_BAR)
    parts = text.split(_BAR)
    if parts[0] != _VERSION:
        raise SheetRefusedError("version")
    if checksum != _checksum(head):
        raise SheetRefusedError("checksum")
    if len(parts) != _PARTS or parts[1] not in set(SheetKind):
        raise SheetRefusedError("form")
    _, kind, dossier, procedure, component, papers, pages, _ = parts
    sheet = SeparatorSheet(
        kind=SheetKind(kind),
        dossier=dossier,
        procedure=procedure,
        component=component,
        papers=_count(papers),
        pages=_count(pages),
    )
    try:
        again = encode_sheet(sheet)
    except ArgumentError as error:
        raise SheetRefusedError("form") from error
    if again != text:
        raise SheetRefusedError("form")
    return sheet


def sheet_of_codes(texts: Sequence[str]) -> SeparatorSheet | None:
    """What all codes of ours on one page say; each sheet bears its code twice.

    Raises:
        SheetRefusedError: none of them holds, or two say different things (``differ``).
    """
    found: set[SeparatorSheet] = set()
    refused: SheetRefusedError | None = None
    for text in texts:
        try:
            sheet = parse_sheet(text)
        except SheetRefusedError as error:
            refused = refused or error
            continue
        if sheet is not None:
            found.add(sheet)
    if len(found) > 1:
        raise SheetRefusedError("differ")
    if not found and refused is not None:
        raise refused
    return next(iter(found), None)


def _count(text: str) -> int:
    if not text:
        return 0
    if _COUNT.fullmatch(text) is None:
        raise SheetRefusedError("form")
    return int(text)


def _checksum(head: str) -> str:
    return f"{zlib.crc32(head.encode()):08X}"

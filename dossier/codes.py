"""Grammar of legal codes: parse, print, compare by parts, never as loose strings.

Sources: Circular 01/2018/TT-VPCP Article 19 and Circular 03/2025/TT-VPCP (dossier codes), Circular
01/2023/TT-VPCP Article 10 (code of a digitised result), Decree 30/2020/NĐ-CP Annex III (number and sign).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from dossier.errors import ArgumentError

_DOSSIER = re.compile(
    r"^(?P<agency>[0-9A-Z]{3}(?:\.[0-9A-Z]{2}){2}\.[A-Z]\d{2}|[A-Z]\d{2}(?:\.[0-9A-Z]{1,3}){0,3})"
    r"-(?P<day>\d{6})-(?P<order>\d{4,6})$",
    re.ASCII,
)
_OFFICE = re.compile(r"[0-9A-Z]{1,3}(?:\.[0-9A-Z]{1,3}){0,3}", re.ASCII)
_PROCEDURE = re.compile(r"^\d\.\d{6}(?:\.\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2})?$", re.ASCII)


@dataclass(frozen=True, slots=True)
class DossierCode:
    """Mã hồ sơ: receiving agency, day of reception, order of the day."""

    agency: str
    received: date
    order: str

    def __str__(self) -> str:
        return f"{self.agency}-{self.received:%y%m%d}-{self.order}"


def parse_dossier_code(text: str) -> DossierCode:
    """Read a dossier code in the old or the new order of agency parts.

    Raises:
        ArgumentError: the grammar or the date part does not hold.
    """
    match = _DOSSIER.match(text.strip().upper())
    expected = "mã hồ sơ, ví dụ H26.5.12-261102-0001"
    if match is None:
        raise ArgumentError("--dossier", expected=expected)
    try:
        # A calendar day without a time zone, as printed.
        received = datetime.strptime(match["day"], "%y%m%d").date()  # noqa: DTZ007
    except ValueError as error:
        raise ArgumentError("--dossier", expected=expected) from error
    return DossierCode(match["agency"], received, match["order"])


def is_dossier_code(text: str) -> bool:
    """Whether a text is a dossier code as it is written down."""
    try:
        return str(parse_dossier_code(text)) == text
    except ArgumentError:
        return False


def office_of(dossier: str) -> str:
    """The receiving agency in a dossier code; empty when the text is no code."""
    match = _DOSSIER.match(dossier.strip().upper())
    return match["agency"] if match else ""


def is_office(text: str) -> bool:
    """Whether it can be the code of an office, or the beginning of one that stands for all below it."""
    return _OFFICE.fullmatch(text) is not None


def parse_procedure_code(text: str) -> str:
    """The short form ``d.dddddd`` of a procedure code (mã thủ tục hành chính).

    Raises:
        ArgumentError: the grammar does not hold.
    """
    cleaned = text.strip().upper()
    if _PROCEDURE.match(cleaned) is None:
        raise ArgumentError("--procedure", expected="mã thủ tục, ví dụ 1.004222")
    return cleaned[:8]


def digitised_result_code(*, owner: str, type_code: str, number: str, order: int) -> str:
    """Mã kết quả số hóa: owner, type code, number and sign, running number.

    The parts are those of Circular 01/2023/TT-VPCP Article 10 in the order a province's system prints them;
    an owner without an identifier leaves the first part empty, which the circular allows. Dots, slashes and
    spaces inside a part are escaped so that the code splits back into its parts.

    Args:
        owner: identity number, or an empty text.
        type_code: national result code (``KQ.G15.000031``) or our type name.
        number: số, ký hiệu as printed, or an empty text.
        order: 1 and up, handed out by the database for each prefix.
    """
    parts = (owner, type_code.replace(".", "_"), number)
    escaped = (re.sub(r"[./\s]", "_", part) for part in parts)
    return ".".join((*escaped, f"{order:02d}"))

"""How far an item may be trusted, and whether it is in force. Unknown is a value of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum


class Trust(IntEnum):
    """The validity ladder, best first (``domain`` 1.8): a lower number is the stronger item."""

    T1 = 1
    """Data read from a national or sector database (Resolution 66.7/2025/NQ-CP)."""
    T2 = 2
    """Born-digital result signed by the issuing agency (Decree 45/2020/NĐ-CP Article 14)."""
    T3 = 3
    """E-copy from the register or certified e-copy."""
    T4 = 4
    """Digitised from the original, officer's and organisation's signature (Law 20/2023/QH15 Article 12)."""
    T5 = 5
    """Digitised from the original, officer's signature only (Circular 01/2023/TT-VPCP Article 8)."""
    T6 = 6
    """Uploaded by the citizen, not compared with the original."""

    def __str__(self) -> str:
        return self.name


class TermKind(StrEnum):
    """What is known about how long a paper counts."""

    UNLIMITED = "unlimited"
    UNTIL = "until"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Term:
    """Thời hạn có hiệu lực. ``until`` is the last valid day and set exactly when the kind is ``UNTIL``.

    ``status_check`` names the later event that may end the paper sooner (divorce, transfer, change of
    residence); empty when there is none. ``rule`` names the article the term comes from.
    """

    kind: TermKind
    until: date | None = None
    status_check: str = ""
    rule: str = ""

    def __post_init__(self) -> None:
        if (self.until is not None) != (self.kind is TermKind.UNTIL):
            msg = f"a term of kind {self.kind} with last day {self.until}"
            raise ValueError(msg)


class Standing(StrEnum):
    """Whether a document still counts."""

    IN_FORCE = "in_force"
    REPLACED = "replaced"
    REVOKED = "revoked"

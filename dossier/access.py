"""Why somebody looks at a citizen's data, and whether that reason is enough.

Law 91/2025/QH15 binds processing to a purpose; Decree 278/2025/NĐ-CP Articles 13 and 14 ask that every
sharing can be traced. So a look-up without a known purpose is refused before any record is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dossier.errors import AccessRefusedError


class Purpose(StrEnum):
    """Purposes the program knows."""

    PROCEDURE = "giai_quyet_thu_tuc"
    """Handling a dossier: the dossier code is wanted where there is one."""
    OWNER = "chu_the_du_lieu"
    """The citizen looks at their own papers."""
    ARCHIVE = "luu_tru"
    """An archivist keeps or proves."""
    OPERATION = "van_hanh"
    """Staff of the digitisation desk look at what they filed themselves."""
    EMERGENCY = "khan_cap"
    """Life, disaster or a court does not wait for a dossier; every such look raises an alarm."""


SEES_RESTRICTED: Final = frozenset({Purpose.OWNER, Purpose.ARCHIVE})
"""Purposes for which a restricted paper is shown all the same: the citizen's own look, and archiving."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who asks, for which purpose and dossier (code may be empty)."""

    actor: str
    purpose: Purpose
    dossier: str = ""


def parse_purpose(text: str) -> Purpose:
    """The purpose a caller gave.

    Raises:
        AccessRefusedError: not one of the known purposes.
    """
    try:
        return Purpose(text)
    except ValueError as error:
        raise AccessRefusedError(reason="mục đích không có trong danh mục") from error

"""Invented people and dossiers of the office that tests serve; no such numbers are handed out."""

from __future__ import annotations

from typing import Final

WIFE: Final = "011190000001"
HUSBAND: Final = "011088000002"
STRANGER: Final = "011199000003"

PROCEDURE: Final = "1.004222"
DOSSIER: Final = "H26.5.12-261120-0001"

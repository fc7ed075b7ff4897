"""Rules across the fields of one paper. Agreement raises confidence; conflict lowers it and asks.

Nothing is changed here but confidence, reasons and what a check thinks was meant: what is printed stays.
"""

from __future__ import annotations

from collections.abc import Mapping

from dossier.fields import Field
from extraction.checking.effects import CONFLICT, has_conflict
from extraction.checking.known import Known
from extraction.checking.registry import run_checks
from rulebook.paper_spec import PaperSpec
from rulebook.places import Places

__all__ = ["CONFLICT", "check", "has_conflict"]


def check(fields: Mapping[str, Field], spec: PaperSpec, places: Places) -> dict[str, Field]:
    """The fields with what the checks say about them."""
    return run_checks(fields, Known(spec, places))

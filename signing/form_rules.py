"""What a later signature may do to the form of a signed file: be there, and show its mark. Nothing else."""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

from collections.abc import Iterable

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver
from pyhanko.sign.diff_analysis import (
    FormUpdatingRule,
    ModificationLevel,
    SigFieldCreationRule,
    SigFieldModificationRule,
    SuspiciousModification,
)
from pyhanko.sign.diff_analysis.form_rules_api import FieldComparisonContext, FormUpdate

from signing.objects import entry, members, plain_rectangle

Updates = Iterable[tuple[ModificationLevel, FormUpdate]]


class PlainSignatureFields(SigFieldCreationRule):
    """New signature fields stand where they say: the corners of a mark are numbers, not references."""

    def apply(self, context: FieldComparisonContext) -> Updates:
        """Explain the new fields, or refuse them."""
        for spec in context.field_specs.values():
            if spec.old_field_ref is None and spec.new_field is not None:
                _refuse_veiled(spec.new_field)
        yield from super().apply(context)


class StillForm(FormUpdatingRule):
    """The form may get signature fields; it may not begin to ask readers to draw its fields anew."""

    def __init__(self) -> None:
        super().__init__(field_rules=[PlainSignatureFields(), SigFieldModificationRule()])

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Updates:
        """Explain the changes of the form, or refuse them."""
        if _redraws(new) and not _redraws(old):
            msg = "fields are to be drawn anew"
            raise SuspiciousModification(msg)
        yield from super().apply(old, new)


def _refuse_veiled(field: generic.DictionaryObject) -> None:
    for widget in (field, *members(entry(field, "/Kids"))):
        if "/Rect" in widget and plain_rectangle(widget.raw_get("/Rect")) is None:
            msg = "the place of a new field is not four numbers"
            raise SuspiciousModification(msg)


def _redraws(revision: HistoricalResolver) -> bool:
    form = entry(revision.root, "/AcroForm")
    if not isinstance(form, generic.DictionaryObject):
        return False
    asked = entry(form, "/NeedAppearances")
    return asked.value if isinstance(asked, generic.BooleanObject) else asked is not None

"""Labels of another time: a field whose label was not printed on papers of that day of issue gets a reason.

Offices use up old forms for years, so this says nothing against the value; it helps whoever keeps the tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dossier.fields import Evidence, Field
from extraction.labels import LabelHit, key_of
from extraction.locate import Form
from rulebook.paper_spec import FieldSpec, PaperSpec
from rulebook.validity import day_of_issue

OTHER_TIME = "label.other_time"
_READ = (Evidence.PRINT, Evidence.EMBEDDED)


def heed_dates(fields: Mapping[str, Field], spec: PaperSpec, form: Form) -> dict[str, Field]:
    """The fields, with the reason ``label.other_time`` where the label found is of another time."""
    issued = day_of_issue({name: field.value for name, field in fields.items()})
    kept = dict(fields)
    if issued is None:
        return kept
    for wanted in spec.fields:
        field = kept.get(wanted.name)
        if field is None or field.evidence not in _READ or not any(v.dated for v in wanted.variants):
            continue
        hit = _label_of(field, wanted, form)
        meant = [v for v in wanted.variants if hit is not None and key_of(v.text) == hit.label]
        if meant and not any(variant.covers(issued) for variant in meant):
            kept[wanted.name] = replace(field, reasons=(*field.reasons, OTHER_TIME))
    return kept


def _label_of(field: Field, wanted: FieldSpec, form: Form) -> LabelHit | None:
    """The label of the field that stands nearest before its value; nothing when none stands there."""
    labels = {key_of(label) for label in wanted.labels}
    before = []
    for hit in form.hits:
        if hit.page != field.page or hit.label not in labels:
            continue
        box = form.sheets[hit.page].rows[hit.row].tokens[hit.start].box
        if box.top < field.box.bottom and box.left <= field.box.right:
            before.append(hit)
    return max(before, key=lambda hit: hit.order, default=None)

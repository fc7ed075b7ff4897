"""The report as a clerk reads it on a terminal: the verdict, who, since when, why, what to do."""

from __future__ import annotations

from collections.abc import Iterator

from dossier.errors import Lang
from signing.report import Report
from signing.reporting.view import SignatureView, view_of
from signing.reporting.words import LABELS, word

_SHOWN = ("signer", "time", "later")


def text_report(report: Report, file: str, lang: Lang) -> str:
    """The lines, with the last line end.

    Args:
        report: the verdict.
        file: how to name the file; shown as it is.
        lang: of the words.
    """
    view = view_of(report, lang)
    lines = [f"{file}: {view.verdict} ({view.indication})", f"  {view.why}", f"  → {view.todo}"]
    if view.demo:
        lines.append(f"  {view.demo}")
    for one in view.signatures:
        lines += _signature(one, lang)
    return "\n".join(lines) + "\n"


def _signature(one: SignatureView, lang: Lang) -> Iterator[str]:
    who = f"{one.name} — {one.organisation}" if one.organisation else one.name
    yield f"  {one.number}. {who}: {one.verdict} ({one.level})"
    if one.conclusion != "passed":
        yield f"     {one.why}"
    for note in one.notes:
        yield f"     {word(LABELS, 'note', lang)}: {note}"
    if one.conclusion != "passed":
        yield f"     → {one.todo}"
    for group in one.groups:
        if group.key in _SHOWN:
            for row in group.rows:
                if row.value in {one.name, one.organisation}:
                    continue
                label = row.label if group.key != "later" else _under(group.title, row.label)
                yield f"     {label}: {row.value}" if label else f"     {row.value}"


def _under(title: str, label: str) -> str:
    """A label that says nothing without its heading, with it."""
    return title if label in {title, ""} else f"{title} – {label}"

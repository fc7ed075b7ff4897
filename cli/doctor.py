"""``motlan doctor``: looks a deployment over, point by point, and says how to mend what is wrong."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cli.context import AsJson, current, leave, print_json
from cli.words import Words, printable
from dossier.errors import ArgumentError

if TYPE_CHECKING:
    from dossier.errors import Lang
    from flows.doctor.findings import Finding

_FAILED: Final = 12
_MARKS: Final = {"passed": "✓", "warning": "⚠", "failed": "✗", "skipped": "–"}
_SUM: Final[Words] = {
    "vi": "{passed} đạt, {warning} cần chú ý, {failed} phải sửa, {skipped} không xem.\n",
    "en": "{passed} hold, {warning} to watch, {failed} to mend, {skipped} not looked at.\n",
}


def add_to(app: typer.Typer) -> None:
    """Put the command into the group."""
    app.command("doctor")(doctor)


def doctor(
    context: typer.Context,
    *,
    only: Annotated[
        list[str] | None, typer.Option(help="Chỉ xem phần này; lặp lại được.", show_default=False)
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Cần chú ý cũng tính là chưa đạt.")] = False,
    as_json: AsJson = False,
) -> None:
    """Xem cả cài đặt, từng điểm một: đạt, cần chú ý hay phải sửa, và sửa thế nào. Không thay đổi gì."""
    from flows.doctor.examination import CHECKS, examine, worst
    from flows.doctor.findings import Patient, State
    from flows.doctor.surroundings import of_this_machine

    wanted = only or []
    if unknown := [name for name in wanted if name not in CHECKS]:
        raise ArgumentError(f"--only {unknown[0]}", expected=", ".join(CHECKS))
    command = current(context)
    findings = []
    for finding in examine(Patient(command.services(), of_this_machine()), only=wanted):
        findings.append(finding)
        if not as_json:
            sys.stdout.write(in_words(finding, command.lang))
            sys.stdout.flush()
    counts = {state.value: sum(one.state is state for one in findings) for state in State}
    state = worst(findings)
    if as_json:
        print_json({"state": state.value, "counts": counts, "findings": _json(findings, command.lang)})
    else:
        sys.stdout.write(_SUM[command.lang].format(**counts))
    leave(_FAILED if state is State.FAILED or (strict and state is State.WARNING) else 0)


def in_words(finding: Finding, lang: Lang) -> str:
    """One finding as people read it: a line, and a second one where something is to be done."""
    from cli.doctor_words import POINTS

    said, step = sentences(finding, lang)
    point = POINTS[finding.point][0 if lang == "vi" else 1]
    lines = f"{_MARKS[finding.state.value]} {point}: {said}\n"
    return lines + (f"    → {step}\n" if step else "")


def sentences(finding: Finding, lang: Lang) -> tuple[str, str]:
    """What was found, and what to do; nothing where nothing is to be done."""
    from cli.doctor_words import BROKEN, SAID

    if finding.error is not None:
        said = f"{printable(finding.error.sentence(lang))}  [{finding.code}]"
        return said, printable(finding.error.next_step(lang))
    words = SAID.get(finding.code, BROKEN)
    said, step = (words.vi, words.do_vi) if lang == "vi" else (words.en, words.do_en)
    return printable(said.format(**finding.values)), step


def _json(findings: Sequence[Finding], lang: Lang) -> list[Mapping[str, object]]:
    return [
        {
            "point": one.point,
            "state": one.state.value,
            "code": one.code,
            "values": one.values,
            "message": sentences(one, lang)[0],
            "next_step": sentences(one, lang)[1],
        }
        for one in findings
    ]

"""A report as plain lines of text, ready to be set: what HTML, PDF and terminal show is the same.

Everything a stranger wrote has gone through :func:`signing.reporting.cleaning.shown` here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from dossier.errors import Lang
from signing.conclusions import PASSED, UNSIGNED, in_language, saying
from signing.report import Conclusion, Report, SignatureReport
from signing.reporting.cleaning import shown
from signing.reporting.groups import groups_of
from signing.reporting.lines import Group, Row
from signing.reporting.words import CONCLUSIONS, INDICATIONS, LABELS, count, moment, word

_MAX_NOTES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureView:
    """One signature as it is shown.

    Attributes:
        number: its place in the report, from 1.
        name: of the signer.
        organisation: of the signer; empty if it is the same as the name.
        conclusion: for colours.
        verdict: in words.
        indication: as ETSI EN 319 102-1 names it, with the sub-indication.
        level: ``B-LTA`` …
        proven: since when it is proven to exist; empty if it is not.
        why: one sentence.
        todo: one sentence.
        notes: further sentences.
        groups: the details; empty if the signature could not be read.
    """

    number: int
    name: str
    organisation: str
    conclusion: Conclusion
    verdict: str
    indication: str
    level: str
    proven: str
    why: str
    todo: str
    notes: tuple[str, ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """A whole report as it is shown.

    Attributes:
        lang: its language.
        title: heading.
        file: name of the file, without its folder.
        conclusion: for colours.
        verdict: in words.
        indication: as ETSI EN 319 102-1 names it.
        why: one sentence.
        todo: one sentence.
        demo: the line that says it is a demonstration; empty if it is none.
        rows: about the file and the moment.
        signatures: in the order in which they were made.
        foot: last line.
    """

    lang: Lang
    title: str
    file: str
    conclusion: Conclusion
    verdict: str
    indication: str
    why: str
    todo: str
    demo: str
    rows: tuple[Row, ...]
    signatures: tuple[SignatureView, ...]
    foot: str


def view_of(report: Report, lang: Lang) -> ReportView:
    """What to show of a report.

    Args:
        report: the verdict.
        lang: of the words.
    """
    signatures = tuple(_signature(one, number, lang) for number, one in enumerate(report.signatures, 1))
    worst = next((one for one in signatures if one.conclusion == report.conclusion), None)
    spoken = UNSIGNED if worst is None else None
    demo = any(one.details and one.details.trust_kind == "demo" for one in report.signatures)
    return ReportView(
        lang=lang,
        title=word(LABELS, "title", lang),
        file=shown(PurePath(report.file).name),
        conclusion=report.conclusion,
        verdict=word(CONCLUSIONS, report.conclusion, lang),
        indication=worst.indication if worst else INDICATIONS[report.conclusion],
        why=spoken.why(lang) if spoken else (worst.why if worst else ""),
        todo=spoken.todo(lang) if spoken else (worst.todo if worst else ""),
        demo=word(LABELS, "demo", lang) if demo else "",
        rows=tuple(_file_rows(report, lang)),
        signatures=signatures,
        foot=word(LABELS, "made_by", lang),
    )


def _signature(report: SignatureReport, number: int, lang: Lang) -> SignatureView:
    passed = report.conclusion == "passed"
    told = PASSED if passed else saying(report.sub_indication or "")
    reasons = tuple(shown(in_language(reason, lang), limit=400) for reason in report.reasons[:_MAX_NOTES])
    why, notes = (told.why(lang), reasons) if passed or not reasons else (reasons[0], reasons[1:])
    name = shown(report.signer) or shown(report.field) or word(LABELS, "unreadable", lang)
    organisation = shown(report.organisation)
    indication = INDICATIONS[report.conclusion]
    return SignatureView(
        number=number,
        name=name,
        organisation="" if organisation == name else organisation,
        conclusion=report.conclusion,
        verdict=word(CONCLUSIONS, report.conclusion, lang),
        indication=f"{indication} / {shown(report.sub_indication)}" if report.sub_indication else indication,
        level=report.level.label,
        proven=moment(report.proven_time) if report.proven_time else "",
        why=why,
        todo=told.todo(lang),
        notes=notes,
        groups=groups_of(report, lang),
    )


def _file_rows(report: Report, lang: Lang) -> Iterator[Row]:
    details = report.details
    yield Row(word(LABELS, "file", lang), shown(PurePath(report.file).name))
    if report.judged_at is not None:
        yield Row(word(LABELS, "verified_at", lang), moment(report.judged_at))
    yield Row(word(LABELS, "size", lang), f"{count(details.size, lang)} byte")
    policy = " ".join(part for part in (report.policy, report.policy_version) if part)
    if policy:
        yield Row(word(LABELS, "policy", lang), shown(policy))
    if report.trust_version:
        yield Row(word(LABELS, "trust_version", lang), shown(report.trust_version, limit=70), code=True)
    if details.sha256:
        yield Row(word(LABELS, "sha256", lang), details.sha256, code=True)

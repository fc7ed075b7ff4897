"""What was understood of a paper, for people: fields, what is asked and why, notes on its pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cli.words import Words, printable

if TYPE_CHECKING:
    from dossier.errors import Lang
    from dossier.fields import Field
    from dossier.text import Finding
    from extraction.document import Understood
    from rulebook.paper_spec import PaperSpec

_LONGEST = 200
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_SEXES = {"male": "Nam", "female": "Nữ"}
_WORDLESS = ("page.blank", "page.no_text", "page.picture")
_PAGE: Words = {"vi": "tr.", "en": "p."}
_ASKED: Words = {"vi": "cần người xem", "en": "to check"}
_MISSING: Words = {"vi": "không có hoặc không đọc được", "en": "not there or not readable"}
_DOUBTFUL: Words = {"vi": "đọc chưa chắc", "en": "read with doubt"}
_PRINTED: Words = {"vi": "trên giấy in", "en": "the paper prints"}
_MEANT: Words = {"vi": "có thể là", "en": "perhaps"}
_TYPE: Words = {"vi": "Loại giấy tờ", "en": "Type"}
_PAGES: Words = {"vi": "Trang của giấy tờ", "en": "Pages of the paper"}
_PAGES_WHY: Words = {
    "vi": "chưa chắc những trang nào là giấy tờ này, xem ghi chú",
    "en": "it is not sure which pages make this paper, see the notes",
}
_EMPTY: Words = {"vi": "không có chữ nào", "en": "there is no print"}
_NO_TYPE: Words = {
    "vi": "không giống loại giấy tờ nào trong bộ quy tắc",
    "en": "like no type of paper in the rulebook",
}
_TYPE_DOUBT: Words = {"vi": "chưa chắc đúng loại này", "en": "perhaps another type"}


def paper_lines(paper: Understood, spec: PaperSpec, *, name: str, lang: Lang) -> Iterator[str]:
    """One paper, a line each for what it is, its fields, what is missing, and what was noticed.

    Args:
        paper: as understood.
        spec: of its type.
        name: of its file.
        lang: of the sentences; labels are those of the papers.
    """
    from dossier.review import PAGES_QUESTION, TYPE_QUESTION
    from rulebook.vocabulary import UNKNOWN_TYPE

    sure = "" if paper.type == UNKNOWN_TYPE else f" ({paper.type_confidence:.0%})"
    yield f"{_shown(name)}: {spec.label_vi}{sure}, {_pages(paper.pages, lang)}"
    if TYPE_QUESTION in paper.questions:
        yield f"  {_TYPE[lang]}  ← {_ASKED[lang]}: {_why_type(paper)[lang]}"
    if PAGES_QUESTION in paper.questions:
        yield f"  {_PAGES[lang]}  ← {_ASKED[lang]}: {_PAGES_WHY[lang]}"
    found = {field.name: field for field in paper.fields}
    for wanted in spec.fields:
        asked = wanted.name in paper.questions
        field = found.get(wanted.name)
        if field is not None:
            why = f"  ← {_ASKED[lang]}: {'; '.join(_why(field, lang))}" if asked else ""
            value = as_written(field.value, wanted.kind)
            yield f"  {wanted.label_vi}: {_shown(value)} ({field.confidence:.0%}){why}"
        elif asked:
            yield f"  {wanted.label_vi}: —  ← {_ASKED[lang]}: {_MISSING[lang]}"
    for finding in paper.findings:
        yield f"  {note(finding, lang)}"


def as_written(value: str, kind: str) -> str:
    """A value as people write it: days day first, Nam or Nữ; others as they are."""
    day = _DAY.fullmatch(value) if kind == "date" else None
    if day is not None:
        return f"{day[3]}/{day[2]}/{day[1]}"
    return _SEXES.get(value, value) if kind == "sex" else value


def note(finding: Finding, lang: Lang) -> str:
    """What people are told about a finding, with its page; the code itself where it is not known."""
    from extraction.copy_sentences import SENTENCES as OF_COPIES
    from extraction.sentences import SENTENCES as OF_PAPERS
    from ocr.checks.sentences import SENTENCES as OF_PAGES

    told = {**OF_PAGES, **OF_PAPERS, **OF_COPIES}.get(finding.code, (finding.code, finding.code))
    return f"{_where(finding.page, lang)}: {told[lang != 'vi']}"


def _where(page: int, lang: Lang) -> str:
    """The page a finding is about; 0 stands for all that was handed in together."""
    if page == 0:
        return "cả lần đưa vào" if lang == "vi" else "the whole batch"
    return f"{_PAGE[lang]} {page}"


def _why(field: Field, lang: Lang) -> Iterator[str]:
    """Why a person is asked about a field that was found: what contradicts it, else doubt."""
    from extraction.checking.effects import CONFLICT, has_conflict
    from extraction.reasons import sentence

    if has_conflict(field):
        yield from (sentence(reason, lang) for reason in field.reasons if reason.endswith(CONFLICT))
    else:
        yield _DOUBTFUL[lang]
    if field.printed and _is_another(field):
        yield f"{_PRINTED[lang]}: {_shown(field.printed)}"
    if field.suggestion:
        yield f"{_MEANT[lang]}: {_shown(field.suggestion)}"


def _is_another(field: Field) -> bool:
    """Whether the value does not come from what is printed."""
    from dossier.fields import Evidence

    return field.evidence in {Evidence.QR, Evidence.MRZ} and field.printed != field.value


def _why_type(paper: Understood) -> Words:
    from rulebook.vocabulary import UNKNOWN_TYPE

    if paper.type != UNKNOWN_TYPE:
        return _TYPE_DOUBT
    bare = {finding.page for finding in paper.findings if finding.code in _WORDLESS}
    return _EMPTY if bare.issuperset(paper.pages) else _NO_TYPE


def _pages(pages: tuple[int, ...], lang: Lang) -> str:
    """``tr. 3`` or ``tr. 3–5``; pages that do not follow each other one by one."""
    if len(pages) > 2 and pages[-1] - pages[0] == len(pages) - 1:
        return f"{_PAGE[lang]} {pages[0]}–{pages[-1]}"
    return f"{_PAGE[lang]} {', '.join(map(str, pages))}"


def _shown(text: str) -> str:
    """Text of a scan or code on one line of bounded length, without marks that steer a terminal."""
    line = " ".join(printable(text).split())
    return line if len(line) <= _LONGEST else line[:_LONGEST] + "…"

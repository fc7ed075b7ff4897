"""Quyết định of a people's committee in the layout of Decree 30/2020."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from samples.fonts import width_mm
from samples.forms import Agency, Signer, heading, sign, specimen_line, title
from samples.sheet import Sheet, Style
from samples.truth import Fields, Paper
from samples.words import long_date

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import numpy as np

    from samples.people import Person

BODY = Style("serif", 13.5)
STRONG = Style("serif-bold", 13.5)
PAGE_FOOT = 268.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision; `articles` holds the paragraphs of each article, `grounds` what it rests on."""

    number: str
    issued_on: date
    summary: str
    deciding: str
    grounds: Sequence[str]
    articles: Sequence[Sequence[str]]
    recipients: Sequence[str]
    person: Person
    agency: Agency
    signer: Signer
    face: str = "serif"


def draw(paper: Decision, rng: np.random.Generator) -> Paper:
    """Lay out a decision over as many pages as it needs."""
    fields = Fields()
    sheets = [Sheet()]
    y = _top(sheets[0], fields, paper)
    body = Style(paper.face, BODY.size)
    for ground in paper.grounds:
        style = Style(f"{paper.face}-italic", BODY.size)
        y = _flow(sheets, y, ground, style=style)
    y = title(sheets[-1], y + 3, ("QUYẾT ĐỊNH:",)) + 2
    for number, paragraphs in enumerate(paper.articles, start=1):
        for index, text in enumerate(paragraphs):
            lead = f"Điều {number}." if index == 0 else ""
            y = _flow(sheets, y, text, style=body, lead=lead)
    fields.name("person_full_name", paper.person.name, capitals=False)
    fields.put("person_personal_id", paper.person.number)
    _close(sheets, fields, paper, y, rng=rng)
    for page, sheet in enumerate(sheets[1:], start=2):
        sheet.write(105, 15, str(page), style=body, align="centre")
        sheet.lines.insert(0, sheet.lines.pop())
    for sheet in sheets:
        specimen_line(sheet)
    owners = (paper.person.number,)
    return Paper(kind="decision", sheets=tuple(sheets), fields=fields, owners=owners)


def _top(sheet: Sheet, fields: Fields, paper: Decision) -> float:
    number = fields.put("document_number", paper.number)
    day = long_date(paper.issued_on)
    fields.day("issue_date", paper.issued_on, day)
    fields.put("place", paper.agency.place)
    y = heading(sheet, paper.agency, number=f"Số: {number}", day=day, face=paper.face)
    y = title(sheet, y + 2, ("QUYẾT ĐỊNH",)) + 0.5
    summary = fields.put("summary", paper.summary)
    strong = Style(f"{paper.face}-bold", BODY.size)
    for line in sheet.balanced(summary, 130, strong):
        sheet.write(105, y, line, style=strong, align="centre")
        y += 6
    sheet.rule(83, y - 3.4, 127, width=0.25)
    fields.put("issuer", paper.agency.issuer)
    return title(sheet, y + 6, (paper.deciding.upper(),)) + 3


def _flow(sheets: list[Sheet], y: float, text: str, *, style: Style, lead: str = "") -> float:
    """A paragraph after a bold lead, its lines carried over to a new page where the page ends."""
    x0, x1 = 30.0, 192.0
    strong = Style(f"{style.face}-bold", style.size)
    indent = 12.7 + (width_mm(lead + " ", strong.face, strong.size) if lead else 0.0)
    sheet = sheets[-1]
    lines = sheet.wrap(text, x1 - x0, style, first=x1 - x0 - indent)
    for index, line in enumerate(lines):
        if y > PAGE_FOOT:
            sheets.append(Sheet())
            y = 25.0
        left = x0 + (indent if index == 0 else 0.0)
        spaces = line.count(" ")
        spare = x1 - left - width_mm(line, style.face, style.size)
        gap = spare / spaces if spaces and index < len(lines) - 1 else 0.0
        if lead and index == 0:
            sheets[-1].write(x0 + 12.7, y, lead, style=strong)
        sheets[-1].write(left, y, line, style=style, gap=gap, joins=bool(lead) and index == 0)
        y += style.size * 0.3528 * 1.35
    return y + 1.8


def _close(
    sheets: list[Sheet], fields: Fields, paper: Decision, y: float, *, rng: np.random.Generator
) -> None:
    """Recipients on the left, signature on the right, on a page that has room for both."""
    if y > 225:
        sheets.append(Sheet())
        y = 25.0
    sheet = sheets[-1]
    y += 4
    sheet.write(30, y, "Nơi nhận:", style=Style("serif-bold-italic", 12))
    small = Style(paper.face, 11)
    for index, line in enumerate(paper.recipients, start=1):
        sheet.write(30, y + index * 4.8, line, style=small)
    fields.put("signer_role", " ".join(paper.signer.titles))
    fields.name("signer_full_name", paper.signer.name, capitals=False)
    sign(sheet, x=146, y=y, signer=paper.signer, rng=rng, agency=paper.agency, face=paper.face)

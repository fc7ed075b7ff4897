"""What a person does to a plan, one step at a time. A step that leads nowhere gives the plan as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from dossier.arranging import AsideKind, Plan, PlannedPaper

_ROUND: Final = 360


def split_before(plan: Plan, page: int) -> Plan:
    """The paper ends before the page, and another one begins with it."""
    place, at = _place(plan, page)
    if place < 0 or at == 0:
        return plan
    paper = plan.papers[place]
    parts = (PlannedPaper(paper.pages[:at], paper.type_), PlannedPaper(paper.pages[at:]))
    return replace(plan, papers=(*plan.papers[:place], *parts, *plan.papers[place + 1 :]))


def merge_with_before(plan: Plan, page: int) -> Plan:
    """The paper of the page is the end of the paper before it."""
    place, _ = _place(plan, page)
    if place < 1:
        return plan
    first, second = plan.papers[place - 1], plan.papers[place]
    whole = PlannedPaper((*first.pages, *second.pages), first.type_)
    return replace(plan, papers=(*plan.papers[: place - 1], whole, *plan.papers[place + 1 :]))


def move(plan: Plan, page: int, *, by: int) -> Plan:
    """The page goes one place on (``by`` 1) or back (-1); beyond the edge of its paper into the next one."""
    place, at = _place(plan, page)
    if place < 0:
        return plan
    paper, to = plan.papers[place], at + by
    if 0 <= to < len(paper.pages):
        pages = list(paper.pages)
        pages[at], pages[to] = pages[to], pages[at]
        return _with(plan, {place: tuple(pages)})
    beside = place + by
    if not 0 <= beside < len(plan.papers):
        return plan
    theirs = plan.papers[beside].pages
    joined = (*theirs, page) if by < 0 else (page, *theirs)
    return _with(plan, {place: tuple(one for one in paper.pages if one != page), beside: joined})


def turn(plan: Plan, page: int, *, by: int) -> Plan:
    """The page is turned by so many degrees clockwise more; negative ones are counter-clockwise."""
    if page not in plan.pages:
        return plan
    turned = (plan.turns.get(page, 0) + by) % _ROUND
    others = {one: degrees for one, degrees in plan.turns.items() if one != page}
    return replace(plan, turns=others | ({page: turned} if turned else {}))


def set_aside(plan: Plan, page: int, kind: AsideKind) -> Plan:
    """The page is in no paper; of one that is in none already the kind changes."""
    place, _ = _place(plan, page)
    if place < 0 and page not in plan.aside:
        return plan
    aside = {**plan.aside, page: kind}
    if place < 0:
        return replace(plan, aside=aside)
    pages = tuple(one for one in plan.papers[place].pages if one != page)
    return replace(_with(plan, {place: pages}), aside=aside)


def take_back(plan: Plan, page: int) -> Plan:
    """A page that was set aside is one of the paper that the page before it in the file is in.

    Where no paper is before it, it is the first page of the paper behind it, or a paper of its own.
    """
    if page not in plan.aside:
        return plan
    aside = {one: kind for one, kind in plan.aside.items() if one != page}
    before = max((one for one in plan.pages if one < page and one not in plan.aside), default=0)
    plan = replace(plan, aside=aside)
    if before:
        place, at = _place(plan, before)
        pages = plan.papers[place].pages
        return _with(plan, {place: (*pages[: at + 1], page, *pages[at + 1 :])})
    if plan.papers:
        return _with(plan, {0: (page, *plan.papers[0].pages)})
    return replace(plan, papers=(PlannedPaper((page,)),))


def retype(plan: Plan, page: int, type_: str) -> Plan:
    """The paper of the page is of this type, as a person says; empty to tell it from its pages."""
    place, _ = _place(plan, page)
    if place < 0:
        return plan
    said = replace(plan.papers[place], type_=type_)
    return replace(plan, papers=(*plan.papers[:place], said, *plan.papers[place + 1 :]))


def _place(plan: Plan, page: int) -> tuple[int, int]:
    """The paper that holds a page and its place in that paper; -1 for a page that is in none."""
    for place, paper in enumerate(plan.papers):
        if page in paper.pages:
            return place, paper.pages.index(page)
    return -1, -1


def _with(plan: Plan, pages: Mapping[int, tuple[int, ...]]) -> Plan:
    """The plan with other pages in some of its papers; one without pages is none."""
    changed = (replace(paper, pages=pages.get(place, paper.pages)) for place, paper in enumerate(plan.papers))
    return replace(plan, papers=tuple(paper for paper in changed if paper.pages))

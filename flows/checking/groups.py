"""One field over many papers: the same question put for all of them at once, look-alikes beside each other.

A group lies on the person's table as single papers do, and each answer goes the way of single answers.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from dossier.check_errors import CheckAnswerError, CheckNotHeldError
from dossier.documents import Document
from dossier.errors import InputError, StoreError
from dossier.ids import DocumentId
from flows.checking.alike_strips import Strip, side_by_side
from flows.checking.answers import Act, Asking, HandedOver, Question, answer, on_table
from flows.checking.desk import Checker, free_before, free_papers, put_back, take_many
from flows.checking.pictures import Pictures
from flows.lookup import question_label
from wiring.services import Services

MOST: Final = 24
"""Papers of one group."""
_DECODES_S: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A field that is asked on many papers: its name and label, and on how many of those looked at."""

    field: str
    label: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A paper of a group and the question on it."""

    document: Document
    question: Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Papers that say the same.

    Attributes:
        members: writing that looks the same together.
        odd: papers of them whose writing looks otherwise than the rest.
        like_before: the writing looks like that of the set before.
    """

    members: tuple[Member, ...]
    odd: frozenset[DocumentId]
    like_before: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What lies on the person's table of one field.

    Attributes:
        field, label: of the question.
        alike: papers with the same value and the same doubt together, the largest such set first; sets whose
            writing looks alike stand beside each other.
        others: papers on the table on which other questions are left.
    """

    field: str
    label: str
    alike: tuple[Alike, ...]
    others: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """What came of answers: papers that are on their way, and why others were not taken."""

    handed_over: int
    wrong: Mapping[DocumentId, CheckAnswerError]


def offers(services: Services, checker: Checker, *, type_: str = "", office: str = "") -> Sequence[Offer]:
    """Fields that are asked on several of the oldest free papers, the most frequent first."""
    counted, labels = Counter[str](), dict[str, str]()
    for document in free_papers(services, checker, type_=type_, office=office):
        for name in _fields_asked(services, document):
            counted[name] += 1
            labels.setdefault(name, question_label(services, document, name))
    return [
        Offer(field=name, label=labels[name], count=count)
        for name, count in counted.most_common()
        if count > 1
    ]


def take_group(  # noqa: PLR0913 - a group is taken by these
    services: Services,
    pictures: Pictures,
    checker: Checker,
    field: str,
    *,
    type_: str = "",
    office: str = "",
    seconds: Callable[[], float] = time.monotonic,
) -> int:
    """Put papers on the person's table that ask for a field, until a group is full; gives how many came.

    Their pages are decoded here, as far as nobody else is having pages decoded: they are shown at once then,
    and what looks alike can stand together. The person waits meanwhile, so it goes on for a second and no
    longer; whatever is left is decoded when it is shown, and stands by what it says alone.
    """
    room = MOST - len(_members(services, checker, field)[0])
    if room <= 0:
        return 0
    taken = take_many(
        services,
        checker,
        wanted=lambda document: field in _fields_asked(services, document),
        most=room,
        type_=type_,
        office=office,
    )
    until = seconds() + _DECODES_S
    for document in taken:
        if seconds() >= until:
            break
        read = document.field(field)
        if read is not None:
            with suppress(InputError, StoreError, LookupError, StopIteration):
                pictures.make_ready(services, document, read.page)
    return len(taken)


def group(services: Services, pictures: Pictures, checker: Checker, field: str) -> Group:
    """The group on the person's table; all of it stays theirs by the look.

    Nothing is decoded for it: papers whose page is not at hand stand together by what they say alone.

    Raises:
        CheckNotHeldError: nothing on their table asks for that field or anything else.
    """
    now = services.shared_clock()
    services.store.records.checks.seen(checker.actor, at=now, free_before=free_before(services))
    members, others = _members(services, checker, field)
    if not members and not others:
        raise CheckNotHeldError
    by_paper = {member.document.id: member for member in members}
    sets = side_by_side([_strip(services, pictures, member) for member in members])
    alike = tuple(
        Alike(
            members=tuple(by_paper[document] for document in one.strips),
            odd=one.odd,
            like_before=one.like_before,
        )
        for one in sets
    )
    label = members[0].question.label if members else ""
    return Group(field=field, label=label, alike=alike, others=others)


def _strip(services: Services, pictures: Pictures, member: Member) -> Strip:
    question, document = member.question, member.document
    first = question.choices[0] if question.choices else ""
    look = pictures.look(services, document, question.page, question.box) if question.box else None
    return Strip(document.id, (question.value.casefold(), first.casefold()), look)


def confirm(services: Services, checker: Checker, field: str, values: Mapping[DocumentId, str]) -> Confirmed:
    """Answer the question on papers of the group, each for itself; one that is wrong stops no other.

    Args:
        services: of this installation.
        checker: on whose table they lie.
        field: the question.
        values: what is said about each paper.
    """
    handed_over, wrong = 0, dict[DocumentId, CheckAnswerError]()
    for document, value in values.items():
        try:
            told = answer(services, checker, document, question=field, act=Act.SAY, value=value)
        except CheckAnswerError as error:
            wrong[document] = error
        except CheckNotHeldError:
            # Idle for too long, and somebody else has it now; the page that follows does not show it.
            continue
        else:
            handed_over += isinstance(told, HandedOver)
    return Confirmed(handed_over=handed_over, wrong=wrong)


def leave_group(services: Services, checker: Checker, document: DocumentId) -> None:
    """An exception: it goes back to the queue and is asked for itself."""
    put_back(services, checker, document)


def _members(services: Services, checker: Checker, field: str) -> tuple[list[Member], int]:
    """Papers on the table on which the field is open, and how many others are there."""
    members, others = list[Member](), 0
    held = services.store.records.checks.held_by(checker.actor, free_before=free_before(services))
    for document in held:
        found = on_table(services, checker, document)
        if field not in found.left:
            others += 1
            continue
        asked = found if found.current.name == field else on_table(services, checker, document, ask=field)
        if asked.current.asking is Asking.FIELD:
            members.append(Member(document=asked.document, question=asked.current))
    return members, others


def _fields_asked(services: Services, document: Document) -> Sequence[str]:
    """Questions about fields that were read somewhere on the paper: those can be shown beside others."""
    known = services.papers.spec(document.type).by_name
    found = ((name, document.field(name)) for name in document.questions if name in known)
    return [name for name, field in found if field is not None and field.box.area]

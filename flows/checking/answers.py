"""What a person answers about a paper on their table, kept and checked at once; then it is on its way.

Nothing is decided here. What follows from the answers is worked out by ``flows.review``; here is only which
question comes next. ``flows.checking.saving`` saves the paper behind the person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from dossier.check_errors import CheckAnswerError, CheckNotHeldError
from dossier.checking import CheckDraft
from dossier.documents import Document
from dossier.errors import ArgumentError
from dossier.geometry import Box
from dossier.ids import DocumentId
from dossier.review import OWNER_QUESTION, TYPE_QUESTION
from flows.checking.desk import Checker, free_before
from flows.checking.difference import Piece, difference
from flows.checking.understood import alike, understood
from flows.lookup import question_label
from rulebook.vocabulary import UNKNOWN_TYPE
from wiring.services import Services

_ISO_DAY: Final = 10
_MOST_CHOICES: Final = 9
_WORDS: Final[Mapping[str, str]] = MappingProxyType({"male": "Nam", "female": "Nữ"})
"""Codes of the vocabulary as papers print them; no other field holds such a word in small letters."""


class Act(StrEnum):
    """What a person does about a question."""

    SAY = "say"
    """It is what the field shows or what was typed: the same confirms it, another one corrects it."""
    ABSENT = "absent"
    """The paper does not have it."""
    UNREADABLE = "unreadable"
    """The picture does not show it; somebody has to look at the paper itself."""
    ASK = "ask"
    """Ask this next, whether or not it was answered or asked."""


class Asking(StrEnum):
    """How a question is put."""

    FIELD = "field"
    TYPE = "type"
    OWNER = "owner"
    LOOK = "look"
    """There is nothing to type: a person looks and says it is right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question as a person meets it.

    Attributes:
        name: of the field, or of what is asked about the paper.
        label: in Vietnamese.
        asking: how it is put.
        value: what counts until they say otherwise, as people write it; empty when there is nothing.
        printed: what was read on the paper.
        choices: other values it may be, as people write them, the likeliest first.
        reasons: codes of what makes it doubtful.
        confidence: 0 to 1; nothing where there is no value.
        changed: how the value differs from what was read, letter by letter; nothing where it does not.
        page: 1-based page of the file, and ``box`` on it where it was read.
        box: nothing where the place is not known.
        again: the answer contradicts other fields.
    """

    name: str
    label: str
    asking: Asking
    value: str = ""
    printed: str = ""
    changed: Sequence[Piece] = ()
    choices: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    confidence: float | None = None
    page: int
    box: Box | None = None
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A question that was answered.

    Attributes:
        name, label: of the question.
        told: what was said, in words; empty for what cannot be read.
        changed: how it differs from what was read, letter by letter; nothing where it does not.
    """

    name: str
    label: str
    told: str
    changed: Sequence[Piece] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OnTable:
    """A paper on somebody's table.

    Attributes:
        document: as it would be saved now.
        draft: what was answered.
        current: what is asked now.
        left: questions that are open, the current one among them.
        answered: questions that were answered, in that order.
        came_back: code of the error for which the paper came back after its last answer.
    """

    document: Document
    draft: CheckDraft
    current: Question
    left: tuple[str, ...]
    answered: tuple[Answered, ...]
    came_back: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """A paper that left the table to be saved, and whether something on it cannot be read."""

    document: DocumentId
    aside: bool


def on_table(services: Services, checker: Checker, document: DocumentId, *, ask: str = "") -> OnTable:
    """The paper with what was answered so far and the next question.

    Args:
        services: of this installation.
        checker: on whose table it lies.
        document: the paper.
        ask: a question to put next; the first open one when empty.

    Raises:
        CheckNotHeldError: it does not lie there.
    """
    before, draft, came_back = _held(services, checker, document)
    found = _on_table(services, before, draft, ask=ask)
    if found is None:
        # Everything was answered, and it came back.
        found = _on_table(services, before, draft, ask=draft.done[-1] if draft.done else TYPE_QUESTION)
    if found is None:
        raise CheckNotHeldError
    return replace(found, came_back=came_back)


def answer(  # noqa: PLR0913 - an answer has these parts
    services: Services, checker: Checker, document: DocumentId, *, question: str, act: Act, value: str = ""
) -> OnTable | HandedOver:
    """Keep one answer; the last one puts the paper on its way into the records.

    Args:
        services: of this installation.
        checker: on whose table it lies.
        document: the paper.
        question: which was put.
        act: what the person does.
        value: what they typed; a type of the vocabulary for the question about the type.

    Raises:
        CheckNotHeldError: it does not lie on their table.
        CheckAnswerError: the answer is none; nothing is kept.
    """
    before, draft, _ = _held(services, checker, document)
    if act is Act.ASK:
        found = _on_table(services, before, draft, ask=question)
        if found is None:
            raise CheckAnswerError(reason="không có câu hỏi này")
        return found
    shown = _on_table(services, before, draft, ask=question)
    if shown is None or shown.current.name != question:
        raise CheckAnswerError(reason="không có câu hỏi này")
    said = _said(services, draft, shown, act, value)
    try:
        after = _on_table(services, before, said)
    except ArgumentError as error:
        raise CheckAnswerError(reason=f"cần {error.details.get('expected', 'giá trị khác')}") from error
    said = replace(said, saved_at=services.shared_clock())
    records = services.store.records
    keep = records.checks.keep if after is not None else records.saves.hand_over
    if not keep(said, free_before=free_before(services)):
        raise CheckNotHeldError
    return after if after is not None else HandedOver(document=document, aside=bool(said.unreadable))


def _held(services: Services, checker: Checker, document: DocumentId) -> tuple[Document, CheckDraft, str]:
    """The paper, what was answered about this very version, and why it came back, if it did."""
    hand = services.store.records.checks.on_hand(document, checker.actor, free_before=free_before(services))
    if hand is None:
        raise CheckNotHeldError
    before, kept = services.store.records.document(document), hand.draft
    if kept is not None and kept.version == before.version:
        return before, kept, hand.came_back
    if kept is not None and alike(services, before, looked_at=kept.version):
        return before, replace(kept, version=before.version), hand.came_back
    fresh = CheckDraft(
        document=before.id, version=before.version, actor=checker.actor, saved_at=services.shared_clock()
    )
    return before, fresh, hand.came_back


def _on_table(services: Services, before: Document, draft: CheckDraft, *, ask: str = "") -> OnTable | None:
    """What is asked next; nothing when everything is answered and no question is asked for."""
    after = understood(services, before, draft)
    settled = draft.stood_by | draft.unreadable
    left = tuple(name for name in _in_order(after.questions) if name not in settled)
    name = ask or (left[0] if left else "")
    if not name:
        return None
    current = _question(services, after, draft, name)
    if current is None:
        return None
    return OnTable(
        document=after,
        draft=draft,
        current=current,
        left=left,
        answered=tuple(_answered(services, after, draft, one) for one in draft.done),
    )


def _in_order(questions: Sequence[str]) -> Sequence[str]:
    """The type decides which fields there are, so it comes first."""
    return sorted(questions, key=lambda name: name != TYPE_QUESTION)


def _question(services: Services, document: Document, draft: CheckDraft, name: str) -> Question | None:
    label, first = question_label(services, document, name), document.pages[0]
    spec = services.papers.spec(document.type)
    if name == TYPE_QUESTION:
        known = "" if document.type == UNKNOWN_TYPE else document.type
        return Question(name=name, label=label, asking=Asking.TYPE, value=known, page=first)
    if name == OWNER_QUESTION:
        return _owner_question(document, label)
    wanted = spec.by_name.get(name)
    if wanted is None:
        is_asked = name in document.questions
        return Question(name=name, label=label, asking=Asking.LOOK, page=first) if is_asked else None
    field = document.field(name)
    if field is None:
        return Question(
            name=name, label=label, asking=Asking.FIELD, page=first, choices=_choices(wanted.choices, "")
        )
    typed, value = draft.values.get(name, ""), as_people_write(field.value)
    return Question(
        name=name,
        label=label,
        asking=Asking.FIELD,
        value=value,
        printed=field.printed,
        changed=difference(field.printed, value),
        choices=_choices((field.suggestion, field.printed, *wanted.choices), field.value),
        reasons=field.reasons,
        confidence=field.confidence,
        page=field.page,
        box=field.box if field.box.area else None,
        again=bool(typed) and name in document.questions,
    )


def _owner_question(document: Document, label: str) -> Question:
    """Whose paper it is: the numbers on it and the declared one are what it may be."""
    numbers = [party.number for party in document.owners if party.number]
    return Question(
        name=OWNER_QUESTION,
        label=label,
        asking=Asking.OWNER,
        value=numbers[0] if numbers else "",
        choices=_choices([party.number for party in document.parties], numbers[0] if numbers else ""),
        page=document.pages[0],
    )


def _choices(values: Sequence[str], besides: str) -> tuple[str, ...]:
    """As people write them, each once; capitals make no other value."""
    shown, found = as_people_write(besides).casefold(), dict[str, str]()
    for value in values:
        written = as_people_write(value)
        if written and written.casefold() != shown:
            found.setdefault(written.casefold(), written)
    return tuple(found.values())[:_MOST_CHOICES]


def as_people_write(value: str) -> str:
    """A value as people write it: days turned round, what is kept as a code in the word of the papers."""
    try:
        return f"{date.fromisoformat(value):%d/%m/%Y}" if len(value) == _ISO_DAY else _WORDS.get(value, value)
    except ValueError:
        return value


def _answered(services: Services, document: Document, draft: CheckDraft, name: str) -> Answered:
    told, field = _told(services, document, draft, name), document.field(name)
    read = field.printed if field is not None and name in draft.values else ""
    return Answered(
        name=name,
        label=question_label(services, document, name),
        told=told,
        changed=difference(read, told),
    )


def _told(services: Services, document: Document, draft: CheckDraft, name: str) -> str:
    """What was said about a question, in words; empty for one that cannot be read."""
    if name in draft.unreadable:
        return ""
    if name == TYPE_QUESTION:
        return services.papers.spec(document.type).label_vi
    if name == OWNER_QUESTION:
        return next((party.number for party in document.owners if party.number), "—")
    return as_people_write(document.value(name)) or "—"


def _said(services: Services, draft: CheckDraft, shown: OnTable, act: Act, value: str) -> CheckDraft:
    """The answers with this one among them."""
    question, name = shown.current, shown.current.name
    draft = replace(
        draft,
        stood_by=draft.stood_by - {name},
        unreadable=draft.unreadable - {name},
        done=(*(one for one in draft.done if one != name), name),
    )
    if act is Act.UNREADABLE:
        return replace(draft, unreadable=draft.unreadable | {name})
    if act is Act.ABSENT:
        if question.asking is not Asking.FIELD:
            raise CheckAnswerError(reason="chỉ một ô trên giấy mới có thể không có")
        return _with_value(draft, name, "")
    typed = value.strip()
    if question.asking is Asking.TYPE:
        return _with_type(services, draft, typed or question.value)
    if question.asking is Asking.LOOK or (typed and typed == question.value):
        return replace(draft, stood_by=draft.stood_by | {name})
    if not typed:
        raise CheckAnswerError(reason="ô này đang trống")
    if question.asking is Asking.OWNER:
        return replace(draft, owner=typed)
    return _with_value(draft, name, typed)


def _with_value(draft: CheckDraft, name: str, value: str) -> CheckDraft:
    return replace(draft, values={**draft.values, name: value})


def _with_type(services: Services, draft: CheckDraft, type_: str) -> CheckDraft:
    """Another type has other fields: answers about those it does not have go."""
    if not services.papers.knows(type_) or type_ == UNKNOWN_TYPE:
        raise CheckAnswerError(reason="chọn một loại giấy tờ trong danh sách")
    known = services.papers.spec(type_).by_name
    if type_ == draft.type_:
        return draft
    values = {name: value for name, value in draft.values.items() if name in known}
    stood_by = frozenset(name for name in draft.stood_by if name not in known)
    done = tuple(name for name in draft.done if name in values or name == TYPE_QUESTION or name in stood_by)
    return replace(draft, type_=type_, values=values, stood_by=stood_by, unreadable=frozenset(), done=done)

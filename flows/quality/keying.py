"""Blind second keying and the third look: who may key what, what they said, and what follows from it.

The second person sees the picture alone. Where they differ from what was filed, a third one sees both values
without being told which is which. Nobody keys a paper that they fed or checked, and the third is neither.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from dossier.access import Access, Purpose
from dossier.admission import covers
from dossier.check_errors import CheckAnswerError
from dossier.documents import Document, DocumentState
from dossier.events import Event, EventKind
from dossier.geometry import Box
from dossier.quality import WRONG, Key, KeyQuery, KeyState, Outcome
from dossier.quality_errors import KeyingNotHeldError
from extraction.answers import read_answer
from flows.checking.answers import as_people_write
from flows.checking.desk import Checker, free_before, sees_whole
from flows.lookup import question_label, read_document
from flows.quality.fixing import fix_found
from flows.quality.judging import judge_due
from flows.review import expected_of
from rulebook.paper_spec import Kind
from wiring.services import Services

_LOOKED_AT: Final = 50
_LETTERS_COUNT: Final = (Kind.PERSONAL_ID, Kind.MRZ)
"""Kinds in which another letter case would be another value."""
_NOBODY: Final = "quality"


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """A field as it is keyed: what to look at, and what may be chosen.

    Attributes:
        key: the field.
        document: the paper as it was filed.
        label: of the field, in Vietnamese.
        kind: of its value.
        page: 1-based page of the file.
        box: where it was read; nothing where the place is not known.
        values: for the third look, the two values as people write them, in an order that tells nothing; an
            empty one says that the paper does not have it.
    """

    key: Key
    document: Document
    label: str
    kind: Kind
    page: int
    box: Box | None
    values: tuple[str, ...] = ()


def take_next(services: Services, checker: Checker, *, turns: frozenset[KeyState]) -> Strip | None:
    """What lies on the person's table, else the next field that they may key; nothing when there is none.

    Args:
        services: of this installation.
        checker: who keys.
        turns: second looks, third looks, or both.
    """
    records = services.store.records.quality
    fix_found(services)
    held = records.held(checker.actor, free_before=free_before(services))
    if held is not None and held.state in turns:
        return _strip(services, held)
    query = KeyQuery(
        accounts=checker.accounts,
        offices=checker.offices,
        turns=turns,
        free_before=free_before(services),
    )
    after = 0
    while found := records.offered(query, after=after, limit=_LOOKED_AT):
        for key in found:
            strip = _take(services, checker, key)
            if strip is not None:
                return strip
        after = found[-1].serial
    return None


def on_table(services: Services, checker: Checker) -> Strip:
    """What lies on the person's table.

    Raises:
        KeyingNotHeldError: nothing does.
    """
    held = services.store.records.quality.held(checker.actor, free_before=free_before(services))
    if held is None:
        raise KeyingNotHeldError
    return _strip(services, held)


def leave(services: Services, checker: Checker) -> None:
    """Put the field back."""
    services.store.records.quality.leave(checker.actor)


def say(  # noqa: PLR0913 - an answer has these parts
    services: Services,
    checker: Checker,
    *,
    serial: int,
    value: str = "",
    absent: bool = False,
    unreadable: bool = False,
) -> Key:
    """Keep what the person says about the field on their table.

    Args:
        services: of this installation.
        checker: who keys.
        serial: of the field, as they saw it.
        value: as typed, or as chosen.
        absent: the paper does not have it.
        unreadable: the picture does not show it.

    Raises:
        KeyingNotHeldError: that field does not lie on their table.
        CheckAnswerError: no value of that kind; nothing is kept.
    """
    strip = on_table(services, checker)
    if strip.key.serial != serial:
        raise KeyingNotHeldError
    typed = "" if absent or unreadable else _normal(strip.kind, value)
    if strip.key.state is KeyState.SECOND:
        said = _second(strip, checker, typed, read=not unreadable)
    else:
        said = _third(strip, checker, typed, read=not unreadable)
    if said.outcome is Outcome.BOTH_WRONG:
        # Kept with the answer until the record says so, whatever dies in between.
        said = replace(said, told=typed)
    now = services.clock()
    events = [_decided(said, checker, services)] if said.third_by else []
    if not services.store.records.quality.tell(said, actor=checker.actor, at=now, events=events):
        raise KeyingNotHeldError
    if said.outcome in WRONG:
        fix_found(services)
    if said.state is KeyState.DONE:
        judge_due(services)
    return said


def same_value(kind: Kind, left: str, right: str) -> bool:
    """Whether two values are the same in the normal form of their kind."""
    return _folded(kind, left) == _folded(kind, right)


def _folded(kind: Kind, value: str) -> str:
    normal = (read_answer(kind, value) or value) if value else ""
    text = " ".join(normal.replace("–", "-").replace("’", "'").split())
    return text if kind in _LETTERS_COUNT else text.casefold()


def _normal(kind: Kind, typed: str) -> str:
    if not typed.strip():
        raise CheckAnswerError(reason="ô này đang trống")
    value = read_answer(kind, typed)
    if value is None:
        raise CheckAnswerError(reason=f"cần {expected_of(kind)}")
    return value


def _second(strip: Strip, checker: Checker, typed: str, *, read: bool) -> Key:
    key = replace(strip.key, second_by=checker.actor, second_read=read)
    if read and same_value(strip.kind, strip.document.value(key.field), typed):
        return replace(key, state=KeyState.DONE, outcome=Outcome.SAME)
    return replace(key, state=KeyState.THIRD, told=typed)


def _third(strip: Strip, checker: Checker, typed: str, *, read: bool) -> Key:
    key, filed = strip.key, strip.document.value(strip.key.field)
    if not read:
        outcome = Outcome.UNREADABLE
    elif same_value(strip.kind, filed, typed):
        outcome = Outcome.SECOND_WRONG
    elif key.second_read and same_value(strip.kind, key.told, typed):
        outcome = Outcome.FIRST_WRONG
    else:
        outcome = Outcome.BOTH_WRONG
    return replace(key, state=KeyState.DONE, third_by=checker.actor, outcome=outcome)


def _take(services: Services, checker: Checker, key: Key) -> Strip | None:
    current = services.store.records.document(key.document)
    if not covers(checker.offices, key.office or "-") or not sees_whole(services, checker, current):
        return None
    records, now, free = services.store.records.quality, services.shared_clock(), free_before(services)
    if not records.take(key.serial, checker.actor, turn=key.state, at=now, free_before=free):
        return None
    if current.restricted or current.state is DocumentState.DESTROYED:
        # Nobody may look at it any more: it says nothing about errors.
        gone = replace(
            key, state=KeyState.DONE, outcome=Outcome.UNREADABLE, second_by=key.second_by or _NOBODY
        )
        if key.state is KeyState.THIRD:
            gone = replace(gone, third_by=_NOBODY)
        records.tell(gone, actor=checker.actor, at=now, events=())
        judge_due(services)
        return None
    access = Access(checker.actor, Purpose.OPERATION, current.dossier)
    read_document(services, key.document, access=access)
    return _strip(services, key)


def _strip(services: Services, key: Key) -> Strip:
    document = services.store.records.document(key.document, version=key.version)
    field = document.field(key.field)
    spec = services.papers.spec(document.type).by_name[key.field]
    values: tuple[str, ...] = ()
    if key.state is KeyState.THIRD and key.second_read:
        values = _shuffled(key, [as_people_write(document.value(key.field)), as_people_write(key.told)])
    return Strip(
        key=key,
        document=document,
        label=question_label(services, document, key.field),
        kind=spec.kind,
        page=field.page if field else document.pages[0],
        box=field.box if field and field.box.area else None,
        values=values,
    )


def _shuffled(key: Key, values: Sequence[str]) -> tuple[str, ...]:
    """The same order each time one looks, and nothing in it tells which value was filed."""
    secret = f"{key.document} {key.field} {key.serial}".encode()
    return tuple(sorted(values, key=lambda value: hmac.digest(secret, value.encode(), "sha256")))


def _decided(key: Key, checker: Checker, services: Services) -> Event:
    return Event(
        kind=EventKind.QUALITY_DECIDED,
        at=services.clock(),
        actor=checker.actor,
        subject=key.document,
        details={
            "field": key.field,
            "outcome": key.outcome.value if key.outcome else "",
            "route": key.route.value,
            "group": key.group,
        },
    )

"""Reuse checks, any number at once: each is weighed, decided, and told with the entries it leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dossier.errors import MotlanError, RecordDamagedError, StoreKeyLostError
from dossier.events import Event
from flows.reuse_checks import Asked, Decided, decide_all
from reuse.question import Person
from rulebook.procedures import Whose
from web.api.context import Context
from web.api.shapes import ReuseCheckIn
from web.auth.caller import Caller
from web.auth.guard import Standing
from web.auth.matrix import Endpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A question as it came in.

    Attributes:
        caller: who asks, proven.
        asked: what, in its described shape.
        endpoint: at which address.
        request: id of the request.
    """

    caller: Caller
    asked: ReuseCheckIn
    endpoint: Endpoint
    request: str

    @property
    def numbers(self) -> tuple[str, ...]:
        """Whom it is about."""
        return (self.asked.owner, *(person.number for person in self.asked.persons))


@dataclass(frozen=True, slots=True)
class Told:
    """What a check is told, on what its caller stands."""

    standing: Standing
    answer: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Weighed:
    """What became of a check, and what the journal must hold before anybody hears of it."""

    outcome: Told | MotlanError
    events: tuple[Event, ...]


def weigh_all(context: Context, checks: Sequence[Check]) -> Sequence[Weighed]:
    """Decide checks on one state of the records; nothing is journalled yet.

    Where something of one of them cannot be opened, each is decided by itself: the paper of one person must
    not keep the others from their answers.

    Raises:
        StoreError: or one of its kinds; then none is decided.
    """
    try:
        return _weigh_together(context, checks)
    except (RecordDamagedError, StoreKeyLostError):
        if len(checks) == 1:
            raise
        return [_weigh_alone(context, check) for check in checks]


def _weigh_alone(context: Context, check: Check) -> Weighed:
    try:
        (weighed,) = _weigh_together(context, [check])
    except (RecordDamagedError, StoreKeyLostError) as error:
        return Weighed(error, ())
    return weighed


def _weigh_together(context: Context, checks: Sequence[Check]) -> Sequence[Weighed]:
    with context.services.store.records.holdings() as holdings:
        dossiers = holdings.dossiers({check.asked.dossier for check in checks})
        refused: list[list[Event]] = [[] for _ in checks]
        admitted: list[Standing | MotlanError] = []
        for check, events in zip(checks, refused, strict=True):
            guard = context.guard.telling(events.append)
            try:
                standing = guard.weigh_dossier(
                    check.caller,
                    check.endpoint,
                    dossiers.get(check.asked.dossier),
                    request=check.request,
                )
                guard.admit_persons(standing, check.numbers)
                admitted.append(standing)
            except MotlanError as error:
                admitted.append(error)
        questions = [
            _asked(check, standing)
            for check, standing in zip(checks, admitted, strict=True)
            if isinstance(standing, Standing)
        ]
        decided = iter(decide_all(context.services, questions, holdings))
    return [
        Weighed(standing, tuple(events))
        if isinstance(standing, MotlanError)
        else _weighed(context, check, standing, next(decided))
        for check, standing, events in zip(checks, admitted, refused, strict=True)
    ]


def answer_all(context: Context, checks: Sequence[Check]) -> Sequence[bytes | MotlanError]:
    """Bodies of signed answers, or why there is none; everything they leave is in the journal.

    Raises:
        StoreError: or one of its kinds; then none is answered.
    """
    replies: list[bytes | MotlanError] = []
    events: list[Event] = []
    for weighed in weigh_all(context, checks):
        events += weighed.events
        if isinstance(weighed.outcome, MotlanError):
            replies.append(weighed.outcome)
        else:
            body, answered = context.sealed(weighed.outcome.standing, weighed.outcome.answer)
            replies.append(body)
            events.append(answered)
    context.services.store.records.record(*events)
    return replies


def _asked(check: Check, standing: Standing) -> Asked:
    dossier = standing.need_dossier()
    return Asked(
        procedure=dossier.procedure,
        owner=check.asked.owner,
        on=dossier.received_on,
        access=standing.access,
        persons=tuple(Person(Whose(person.whose), person.number) for person in check.asked.persons),
        facts={fact.name: fact.holds for fact in check.asked.facts},
    )


def _weighed(context: Context, check: Check, standing: Standing, decided: Decided | MotlanError) -> Weighed:
    if isinstance(decided, MotlanError):
        return Weighed(decided, ())
    context.guard.looked(standing, check.numbers)
    answer = {"dossier": standing.need_dossier().code, **decided.answer.as_json()}
    return Weighed(Told(standing, answer), decided.events)

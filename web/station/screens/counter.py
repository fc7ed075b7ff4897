"""The counter: procedure and person, then what is held, what to ask for and why; the slip to print.

The same steps as the service for machines: a dossier is registered or known, the guard weighs it, the
question is decided and journalled, and how a component came is declared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from urllib.parse import urlencode

from starlette.responses import Response

from dossier.admission import Dossier, DossierPerson, Role
from dossier.asking import MOST_WORDS, AskReason
from dossier.codes import DossierCode, parse_dossier_code, parse_procedure_code
from dossier.declared import Came, DeclaredComponent
from dossier.errors import ArgumentError, MotlanError, ProcedureUnknownError
from dossier.persons import parse_owner, search_form
from dossier.rules_errors import MustNotAskError
from flows.admission import find_dossier, register_dossier
from flows.components import Insistence, declare_components
from flows.lookup import ask_reuse
from reuse.answer import Answer, Status
from reuse.asking import MUST_NOT_ASK
from reuse.question import Person
from reuse.sentences import ROUTINE
from rulebook.procedures import Whose
from web.auth.caller import Caller
from web.auth.guard import Standing
from web.auth.matrix import Endpoint
from web.station.door import Screen
from web.station.pages import Page
from web.station.visit import Visit

_MOST_FOUND: Final = 20
_PERSONS: Final = {"partner": Whose.PARTNER, "child": Whose.CHILD}
_FIELDS: Final = ("dossier", "procedure", "owner", "partner", "child")
_SAID: Final = frozenset({"yes", "no"})
_ORDER: Final = (Status.ASK, Status.UNSURE, Status.HELD, Status.DATA, Status.NOT_REQUIRED)
"""What the officer has to do something about comes first."""


def screens() -> Sequence[Screen]:
    """Its addresses; none of them tells anything about a person."""
    return [
        Screen(path="/counter", method="GET", page=Page.COUNTER, show=_ask),
        Screen(path="/counter", method="POST", page=Page.COUNTER, show=_begin),
        Screen(path="/counter/procedures", method="GET", page=Page.COUNTER, show=_procedures),
        Screen(path="/counter/{code}", method="GET", page=Page.COUNTER, show=_show),
        Screen(path="/counter/{code}", method="POST", page=Page.COUNTER, show=_declare),
        Screen(path="/counter/{code}/slip", method="GET", page=Page.COUNTER, show=_slip),
    ]


# the question


def _ask(visit: Visit) -> Response:
    return _form(visit, {})


def _form(visit: Visit, wrong: Mapping[str, str], error: MotlanError | None = None) -> Response:
    typed = {name: visit.form[name][:200] for name in _FIELDS}
    return visit.answer(
        "counter.html.j2",
        error,
        status=422 if wrong else 200,
        typed=typed,
        wrong=wrong,
        found=procedures_found(visit, typed["procedure"]),
    )


def _begin(visit: Visit) -> Response:
    wrong: dict[str, str] = {}
    code = _code(visit, wrong)
    procedure = _procedure(visit, code, wrong)
    numbers = {
        whose: _number(visit, field, wrong)
        for field, whose in (("owner", "applicant"), ("partner", "partner"), ("child", "child"))
    }
    if code is None or not procedure or wrong:
        return _form(visit, wrong)
    persons = [DossierPerson(whose, number) for whose, number in numbers.items() if number]
    try:
        dossier = _known_or_new(visit, code, procedure, persons)
    except MotlanError as error:
        return _form(visit, {}, error)
    return visit.go(f"/counter/{dossier.code}")


def _known_or_new(
    visit: Visit, code: DossierCode, procedure: str, persons: Sequence[DossierPerson]
) -> Dossier:
    context, caller = visit.context, visit.caller(Role.ONE_STOP)
    known = find_dossier(context.services, str(code))
    if known is not None:
        standing = context.guard.weigh_dossier(caller, Endpoint.REUSE_CHECK, known, request=visit.id)
        context.guard.admit_persons(standing, [person.number for person in persons])
        return known
    standing = context.guard.weigh_new(
        caller, Endpoint.DOSSIER_REGISTER, office=code.agency, procedure=procedure, request=visit.id
    )
    context.guard.admit(standing)
    dossier, _ = register_dossier(
        context.services, str(code), procedure=procedure, persons=persons, caller=caller.id
    )
    return dossier


def _code(visit: Visit, wrong: dict[str, str]) -> DossierCode | None:
    try:
        return parse_dossier_code(visit.form["dossier"])
    except ArgumentError:
        wrong["dossier"] = "counter.wrong_dossier"
        return None


def _procedure(visit: Visit, code: DossierCode | None, wrong: dict[str, str]) -> str:
    """The code that was typed, or the only procedure whose name was."""
    typed = visit.form["procedure"]
    try:
        short = parse_procedure_code(typed.partition(" ")[0])
        visit.context.services.procedures.on(short, code.received if code else _today(visit))
    except ProcedureUnknownError:
        wrong["procedure"] = "counter.unknown_procedure"
    except ArgumentError:
        found = procedures_found(visit, typed) if typed else []
        if len(found) == 1:
            return found[0][0]
        wrong["procedure"] = "counter.several_procedures" if found else "counter.unknown_procedure"
    else:
        return short
    return ""


def _number(visit: Visit, field: str, wrong: dict[str, str]) -> str:
    typed = visit.form[field]
    if not typed and field != "owner":
        return ""
    try:
        return parse_owner(typed)
    except ArgumentError:
        wrong[field] = "counter.wrong_number"
        return ""


def _procedures(visit: Visit) -> Response:
    words = visit.request.query_params.get("procedure", "")[:200]
    return visit.page("procedures.html.j2", found=procedures_found(visit, words))


def procedures_found(visit: Visit, words: str) -> Sequence[tuple[str, str]]:
    """Procedures of today by code or by words of their name, accents or not."""
    procedures, today = visit.context.services.procedures, _today(visit)
    wanted = search_form(words).split()
    named = ((code, procedures.on(code, today).name_vi) for code in procedures.codes(today))
    matching = (
        (code, name) for code, name in named if all(word in f"{code} {search_form(name)}" for word in wanted)
    )
    return [one for one, _ in zip(matching, range(_MOST_FOUND), strict=False)]


def _today(visit: Visit) -> date:
    return visit.context.services.today()


# the answer


def _asked(visit: Visit, endpoint: Endpoint) -> tuple[Caller, Standing, Dossier]:
    """The dossier of the address, weighed for whoever asks."""
    caller = visit.caller(Role.ONE_STOP)
    code = str(visit.request.path_params["code"])
    dossier = find_dossier(visit.context.services, code)
    standing = visit.context.guard.weigh_dossier(caller, endpoint, dossier, request=visit.id)
    return caller, standing, standing.need_dossier()


@dataclass(frozen=True, slots=True)
class Fact:
    """Something about the case on which a component depends; ``said`` is ``yes``, ``no`` or nothing."""

    name: str
    words: str
    said: str


def _facts(visit: Visit, dossier: Dossier) -> Sequence[Fact]:
    """What the officer may say about the case, and what they said: in the address, or with the form."""
    rules = visit.context.services.procedures.on(dossier.procedure, dossier.received_on)
    asked = visit.request.query_params
    words = {one.condition_fact: one.condition_vi for one in rules.components if one.condition_fact}
    said = {name: asked.get(name, "") or visit.form[f"fact.{name}"] for name in words}
    return [Fact(name, told, said[name] if said[name] in _SAID else "") for name, told in words.items()]


def _query(facts: Sequence[Fact]) -> str:
    """The same as part of an address; empty when nothing was said."""
    said = urlencode({fact.name: fact.said for fact in facts if fact.said})
    return f"?{said}" if said else ""


def _answer(visit: Visit, facts: Sequence[Fact], dossier: Dossier, standing: Standing) -> Answer:
    """What is held for a dossier: decided now, journalled, and counted among the looks of whoever asks."""
    context = visit.context
    context.guard.admit_persons(standing, dossier.numbers)
    answer = ask_reuse(
        context.services,
        dossier.procedure,
        owner=dossier.numbers[0] if dossier.numbers else "",
        on=dossier.received_on,
        access=standing.access,
        persons=[
            Person(_PERSONS[person.whose], person.number)
            for person in dossier.persons[1:]
            if person.whose in _PERSONS and person.number
        ],
        facts={fact.name: fact.said == "yes" for fact in facts if fact.said},
    )
    context.guard.looked(standing, dossier.numbers)
    return answer


def _show(visit: Visit) -> Response:
    return _answered(visit)


def _answered(visit: Visit, error: MotlanError | None = None) -> Response:
    _, standing, dossier = _asked(visit, Endpoint.REUSE_CHECK)
    facts = _facts(visit, dossier)
    answer = _answer(visit, facts, dossier, standing)
    found = visit.context.services.store.records.admissions.declared(dossier.code)
    return visit.answer(
        "answer.html.j2",
        error,
        dossier=dossier,
        answer=answer,
        facts=facts,
        query=_query(facts),
        components=sorted(answer.components, key=lambda one: _ORDER.index(one.status)),
        declared={one.code: one.came.value for one in (found.components if found else ())},
        routine=ROUTINE,
        reasons=list(AskReason),
        must_not_ask=MUST_NOT_ASK,
        most_words=MOST_WORDS,
        wrong=visit.form["component"] if error else "",
        typed=visit.form["words"] if error else "",
    )


def _declare(visit: Visit) -> Response:
    form, context = visit.form, visit.context
    caller, standing, dossier = _asked(visit, Endpoint.DOSSIER_COMPONENTS)
    context.guard.admit(standing)
    component, came = form["component"][:50], _came(form["came"])
    document = form["document"] if came is Came.REUSED else ""
    if document:
        context.guard.admit_paper(standing, document)
    try:
        declare_components(
            context.services,
            dossier,
            _with(visit, dossier, DeclaredComponent(component, came, document)),
            caller=caller.id,
            insisted={component: Insistence(AskReason(form["reason"]), form["words"])}
            if form["reason"] in set(AskReason)
            else {},
        )
    except MustNotAskError as error:
        return _answered(visit, error)
    return visit.go(f"/counter/{dossier.code}{_query(_facts(visit, dossier))}#c-{component}")


def _with(visit: Visit, dossier: Dossier, one: DeclaredComponent) -> Sequence[DeclaredComponent]:
    """What was declared before, with this one in its place: the flow takes the whole."""
    found = visit.context.services.store.records.admissions.declared(dossier.code)
    before = found.components if found else ()
    # The database is read from the rules of the day again.
    kept = [replace(each, database="") for each in before if each.code != one.code]
    return [*kept, one]


def _came(text: str) -> Came:
    try:
        return Came(text)
    except ValueError as error:
        raise ArgumentError("came", expected=", ".join(Came)) from error


def _slip(visit: Visit) -> Response:
    _, standing, dossier = _asked(visit, Endpoint.REUSE_CHECK)
    facts = _facts(visit, dossier)
    answer = _answer(visit, facts, dossier, standing)
    groups = [
        (status, [one for one in answer.components if one.status is status])
        for status in (Status.ASK, Status.UNSURE, Status.HELD, Status.DATA)
    ]
    return visit.page(
        "slip.html.j2",
        dossier=dossier,
        answer=answer,
        query=_query(facts),
        groups=[(status, found) for status, found in groups if found],
        routine=ROUTINE,
        at=visit.context.services.clock(),
        number=visit.id,
    )

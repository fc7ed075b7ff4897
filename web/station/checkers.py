"""Who checks: the person of a visit as the flows of the check station know them."""

from __future__ import annotations

from flows.checking.desk import Checker
from web.auth.guard import SEEN
from web.station.visit import Visit


def checker_of(visit: Visit) -> Checker:
    """The person inside.

    Raises:
        SessionEndedError: nobody is.
    """
    person = visit.need_person()
    login = {person.account.login} if person.account else set()
    return Checker(
        actor=person.actor,
        accounts=frozenset({person.actor, *login}),
        offices=person.scopes.offices,
        sees=SEEN[person.scopes.fields],
    )

"""Whoever works at a desk with pictures of papers, as the flows know them, and the pictures they get."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from flows.checking.desk import Checker
from web.auth.guard import SEEN
from web.station.visit import Visit

_KEPT_SECONDS: Final = 300


def checker_of(visit: Visit) -> Checker:
    """The person with their accounts, their offices and what they may see."""
    person = visit.need_person()
    login = {person.account.login} if person.account else set()
    return Checker(
        actor=person.actor,
        accounts=frozenset({person.actor, *login}),
        offices=person.scopes.offices,
        sees=SEEN[person.scopes.fields],
    )


def picture(content: bytes) -> Response:
    """A picture for this person alone, kept by their browser for a while."""
    headers = {"Cache-Control": f"private, max-age={_KEPT_SECONDS}", "Vary": "Cookie"}
    return Response(content, media_type="image/jpeg", headers=headers)

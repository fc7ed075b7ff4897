"""On which ground somebody looks at papers: a dossier being handled, or archiving for their own offices.

What it opens is decided by the guard of the service for machines and its table; here is only what a form or
an address names, and the questions that several pages put to the guard in the same words.
"""

from __future__ import annotations

from dataclasses import replace

from dossier.access import Purpose
from dossier.admission import Role
from dossier.codes import office_of, parse_dossier_code
from dossier.documents import Document, PartyRole
from flows.admission import relation_of
from web.auth.guard import SEEN, Named, Standing
from web.auth.matrix import Endpoint, Ownership, allowed
from web.station.pages import AT_THE_GUARD
from web.station.visit import Visit


def roles_of(visit: Visit) -> frozenset[Role]:
    """As what the guard knows the person."""
    has = visit.need_person().scopes.roles
    return frozenset(AT_THE_GUARD[role] for role in has if role in AT_THE_GUARD)


def is_archivist(visit: Visit) -> bool:
    """Whether they may name archiving."""
    return Role.ARCHIVIST in roles_of(visit)


def named_by(visit: Visit, dossier: str, ground: str) -> Named:
    """What a form names.

    Raises:
        ArgumentError: no dossier code.
    """
    if ground == Purpose.ARCHIVE and is_archivist(visit):
        return Named(ground=Purpose.ARCHIVE)
    return Named(dossier=str(parse_dossier_code(dossier)))


def named_in_address(visit: Visit) -> Named:
    """What the address names."""
    asked = visit.request.query_params
    return Named(dossier=asked.get("dossier", "")[:40], ground=asked.get("ground", "")[:40])


def query_of(named: Named) -> str:
    """The same in an address."""
    return f"ground={named.ground}" if named.ground else f"dossier={named.dossier}"


def weigh(visit: Visit, endpoint: Endpoint, named: Named) -> Standing:
    """What the person stands on.

    Raises:
        NotAdmittedError: or one of its kinds.
    """
    # Somebody of both roles stands on the one that belongs to the ground.
    roles = (Role.ARCHIVIST, Role.ONE_STOP) if named.ground else (Role.ONE_STOP, Role.ARCHIVIST)
    return visit.context.guard.weigh(visit.caller(*roles), endpoint, named, request=visit.id)


def is_told(visit: Visit, standing: Standing, paper: Document) -> bool:
    """Whether a paper may be listed: by the cells of the table that decide whether it may be read."""
    caller = standing.caller
    # An archivist's ground reaches as far as their offices; a paper without a dossier is for those of all.
    covered = standing.dossier is not None or caller.scopes.covers_office(office_of(paper.dossier) or "-")
    cell = (standing.ground, ownership(visit, standing, paper))
    return covered and allowed(caller.scopes.role, standing.endpoint, *cell)


def ownership(visit: Visit, standing: Standing, paper: Document) -> Ownership:
    """What the persons of the dossier are to a paper."""
    if standing.dossier is None:
        return Ownership.OTHER
    role = relation_of(visit.context.services, paper, standing.dossier.numbers)
    known = {PartyRole.OWNER: Ownership.OWN, PartyRole.RELATED: Ownership.NAMED}
    return known[role] if role else Ownership.OTHER


def sees(visit: Visit, standing: Standing, paper: Document, field: str) -> bool:
    """Whether they may see a field of a paper; the empty name: its pages, which show every field."""
    if not field:
        return visit.context.guard.shows_whole(replace(standing, endpoint=Endpoint.DOCUMENT_FILE), paper)
    spec = visit.context.services.papers.spec(paper.type).by_name.get(field)
    return spec is not None and spec.sensitivity in SEEN[standing.caller.scopes.fields]

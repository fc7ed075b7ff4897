"""No dossier, no view: weighs what a caller named against what it asks for, and tells the journal."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from dossier.access import Access, Purpose
from dossier.admission import Dossier, EmergencyGrant, FieldScope
from dossier.api_errors import (
    DossierClosedError,
    DossierNotOpenError,
    EmergencyEndedError,
    FieldBeyondScopeError,
    FileBeyondScopeError,
    NoGroundError,
    NotAdmittedError,
    NotTheirDossierError,
    SeveralGroundsError,
)
from dossier.codes import office_of
from dossier.documents import Document, PartyRole
from dossier.errors import MotlanError, RecordMissingError
from dossier.events import Event, EventKind
from dossier.ids import DocumentId, is_id
from flows.admission import find_dossier, find_grant, raise_alarm, relation_of, relation_to
from rulebook.paper_spec import Sensitivity
from web.auth.caller import Caller
from web.auth.matrix import Endpoint, Ground, Ownership, allowed, may, stands
from web.auth.patterns import Watch
from wiring.services import Services

_REFUSALS: Final[Mapping[Ground, type[NotAdmittedError]]] = MappingProxyType(
    {
        Ground.NOTHING: NoGroundError,
        Ground.OPEN: NotTheirDossierError,
        Ground.CLOSED: DossierClosedError,
        Ground.STRANGE: DossierNotOpenError,
        Ground.ARCHIVE: NoGroundError,
        Ground.EMERGENCY: NoGroundError,
        Ground.EMERGENCY_VOID: EmergencyEndedError,
        Ground.SELF: NotAdmittedError,
    }
)
SEEN: Final = MappingProxyType(
    {
        FieldScope.NONE: frozenset[Sensitivity](),
        FieldScope.BASIC: frozenset({Sensitivity.BASIC}),
        FieldScope.SENSITIVE: frozenset(Sensitivity),
    }
)
"""Which fields a scope shows."""
_RELATIONS: Final = MappingProxyType({PartyRole.OWNER: Ownership.OWN, PartyRole.RELATED: Ownership.NAMED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a caller names to justify itself; at most one of them."""

    dossier: str = ""
    ground: str = ""
    emergency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A caller at an address, and what it turned out to stand on."""

    caller: Caller
    endpoint: Endpoint
    ground: Ground
    request: str
    dossier: Dossier | None = None
    grant: EmergencyGrant | None = None

    @property
    def access(self) -> Access:
        """For the flows and the journal."""
        purposes = {
            Ground.ARCHIVE: Purpose.ARCHIVE,
            Ground.EMERGENCY: Purpose.EMERGENCY,
            Ground.SELF: Purpose.OWNER,
        }
        purpose = purposes.get(self.ground, Purpose.PROCEDURE)
        return Access(self.caller.id, purpose, self.dossier.code if self.dossier else "")

    def need_dossier(self) -> Dossier:
        """The dossier it stands on.

        Raises:
            NoGroundError: it stands on something else.
        """
        if self.dossier is None:
            raise NoGroundError
        return self.dossier

    def about(self, dossier: Dossier) -> Standing:
        """The same, for a dossier that was registered meanwhile."""
        return replace(self, dossier=dossier)


class Guard:
    """Admits or refuses; every refusal of a known caller is journalled, and many of them raise an alarm."""

    def __init__(self, services: Services, *, seconds: Callable[[], float] = time.monotonic) -> None:
        """Guard an installation; ``seconds`` only grow."""
        limits = services.settings.api
        self._services = services
        self._journal: Callable[[Event], None] = services.store.records.record
        self._watch = Watch(persons=limits.alarm_persons, refusals=limits.alarm_refusals, clock=seconds)

    def telling(self, journal: Callable[[Event], None]) -> Guard:
        """The same guard, whose refusals are told there instead: whoever collects them must journal them."""
        found = copy.copy(self)
        found._journal = journal  # noqa: SLF001 - its own
        return found

    def weigh(self, caller: Caller, endpoint: Endpoint, named: Named, *, request: str) -> Standing:
        """What a caller stands on at an address; refused at once when that is enough for nobody's papers.

        Raises:
            NotAdmittedError: or one of its kinds.
        """
        return self._checked(self._standing(caller, endpoint, named, request))

    def weigh_dossier(
        self, caller: Caller, endpoint: Endpoint, dossier: Dossier | None, *, request: str
    ) -> Standing:
        """What a caller stands on who named that dossier, or one that is not registered; see ``weigh``.

        Raises:
            NotAdmittedError: or one of its kinds.
        """
        ground = _ground_of(caller, dossier)
        return self._checked(
            Standing(
                caller=caller,
                endpoint=endpoint,
                ground=ground,
                request=request,
                # A dossier outside the caller's scope does not go into its access.
                dossier=None if ground is Ground.STRANGE else dossier,
            )
        )

    def weigh_new(
        self, caller: Caller, endpoint: Endpoint, *, office: str, procedure: str, request: str
    ) -> Standing:
        """What a caller stands on who brings a new dossier of an office and a procedure.

        Raises:
            NotAdmittedError: or one of its kinds.
        """
        ground = Ground.OPEN if in_scope(caller, office, procedure) else Ground.STRANGE
        standing = Standing(caller=caller, endpoint=endpoint, ground=ground, request=request)
        return self._checked(standing)

    def weigh_role(self, caller: Caller, endpoint: Endpoint, *, request: str) -> Standing:
        """A caller at an address where each part of what it asks is weighed by itself.

        Raises:
            NotAdmittedError: its role has no business there.
        """
        standing = Standing(caller=caller, endpoint=endpoint, ground=Ground.NOTHING, request=request)
        if not may(caller.scopes.role, endpoint):
            raise self._refuse(standing, NotAdmittedError())
        return standing

    def weigh_figures(self, caller: Caller, endpoint: Endpoint, *, office: str, request: str) -> Standing:
        """A caller who asks for figures, of one office or of all in its scope.

        Raises:
            NotAdmittedError: its role has no business there, or the office is not in its scope.
        """
        standing = self.weigh_role(caller, endpoint, request=request)
        if office and not caller.scopes.covers_office(office):
            raise self._refuse(standing, NotAdmittedError())
        self.admit(standing)
        return standing

    def admit(self, standing: Standing, ownership: Ownership = Ownership.NOBODY) -> None:
        """Admit it to what it asks for.

        Raises:
            NotAdmittedError: or one of its kinds.
        """
        if not allowed(standing.caller.scopes.role, standing.endpoint, standing.ground, ownership):
            raise self._refuse(standing, _REFUSALS[standing.ground]())

    def admit_persons(self, standing: Standing, numbers: Iterable[str]) -> None:
        """Admit questions about persons: each must be one of the dossier.

        Raises:
            NotAdmittedError: or one of its kinds.
        """
        theirs = set(standing.dossier.numbers) if standing.dossier else set()
        self.admit(standing, Ownership.OWN if set(numbers) <= theirs else Ownership.OTHER)

    def admit_paper(self, standing: Standing, document: str) -> Document:
        """Admit a look at a paper.

        Raises:
            RecordMissingError: there is none, or it is not for this caller; which of the two is not told.
        """
        if not is_id(document):
            raise RecordMissingError(document)
        try:
            found = self._services.store.records.document(DocumentId(document))
        except RecordMissingError as error:
            raise self._refuse(standing, error) from None
        cell = (self._for_paper(standing, found), self._ownership(standing, found))
        if not allowed(standing.caller.scopes.role, standing.endpoint, *cell):
            raise self._refuse(standing, RecordMissingError(document))
        return found

    def admit_file(self, standing: Standing, document: Document, *, original: bool) -> None:
        """Admit a look at a file, which shows every field of the paper.

        The original is the file as it was handed in: where other papers came in it, each must be for this
        caller too.

        Raises:
            FileBeyondScopeError: it shows more than the caller may see.
        """
        records = self._services.store.records
        shown = records.documents_of_item(document.item) if original else [document]
        if not all(self.shows_whole(standing, each) for each in shown):
            raise self._refuse(standing, FileBeyondScopeError(document.id))

    def admit_fields(self, standing: Standing, document: Document, names: Iterable[str]) -> None:
        """Admit saying what fields of a paper ought to be: nobody changes what they may not see.

        Raises:
            FieldBeyondScopeError: one of them is beyond the caller's scope.
        """
        known = self._services.papers.spec(document.type).by_name
        seen = SEEN[standing.caller.scopes.fields]
        if any(known[name].sensitivity not in seen for name in names if name in known):
            raise self._refuse(standing, FieldBeyondScopeError(document.id))

    def shows_whole(self, standing: Standing, document: Document) -> bool:
        """Whether every field of a paper, and so its pages, is for this caller; refuses nobody."""
        cell = (self._for_paper(standing, document), self._ownership(standing, document))
        if not allowed(standing.caller.scopes.role, standing.endpoint, *cell):
            return False
        specs = self._services.papers.spec(document.type).fields
        needed = {field.sensitivity for field in specs} | {Sensitivity.BASIC}
        return needed <= SEEN[standing.caller.scopes.fields]

    def looked(self, standing: Standing, numbers: Iterable[str]) -> None:
        """Note whose data a caller saw; very many persons in an hour raise an alarm."""
        reference = self._services.store.records.owner_ref
        if self._watch.looked(standing.caller.id, [reference(number) for number in numbers if number]):
            raise_alarm(self._services, standing.caller.id, "persons")

    def _checked(self, standing: Standing) -> Standing:
        role = standing.caller.scopes.role
        if not may(role, standing.endpoint):
            raise self._refuse(standing, NotAdmittedError())
        if not stands(role, standing.endpoint, standing.ground):
            raise self._refuse(standing, _REFUSALS[standing.ground]())
        return standing

    def _standing(self, caller: Caller, endpoint: Endpoint, named: Named, request: str) -> Standing:
        told = [text for text in (named.dossier, named.ground, named.emergency) if text]
        if len(told) > 1:
            nothing = Standing(caller=caller, endpoint=endpoint, ground=Ground.NOTHING, request=request)
            raise self._refuse(nothing, SeveralGroundsError())
        dossier = find_dossier(self._services, named.dossier) if named.dossier else None
        grant = find_grant(self._services, named.emergency) if named.emergency else None
        ground = self._ground(caller, named, dossier, grant)
        # A dossier outside the caller's scope does not go into its access.
        in_scope = ground in (Ground.OPEN, Ground.CLOSED)
        return Standing(
            caller=caller,
            endpoint=endpoint,
            ground=ground,
            request=request,
            dossier=dossier if in_scope else None,
            grant=grant,
        )

    def _ground(
        self, caller: Caller, named: Named, dossier: Dossier | None, grant: EmergencyGrant | None
    ) -> Ground:
        if named.dossier:
            return _ground_of(caller, dossier)
        if named.emergency:
            counts = (
                grant is not None and grant.caller == caller.id and self._services.clock() < grant.ends_at
            )
            return Ground.EMERGENCY if counts else Ground.EMERGENCY_VOID
        if named.ground == Purpose.ARCHIVE:
            return Ground.ARCHIVE
        return Ground.SELF if caller.person else Ground.NOTHING

    def _for_paper(self, standing: Standing, document: Document) -> Ground:
        """The ground, once it is known which paper is asked for."""
        if standing.ground is Ground.EMERGENCY and standing.grant and standing.grant.document != document.id:
            return Ground.EMERGENCY_VOID
        if standing.ground is Ground.ARCHIVE and not standing.caller.scopes.covers_office(
            office_of(document.dossier) or "-"
        ):
            return Ground.STRANGE
        return standing.ground

    def _ownership(self, standing: Standing, document: Document) -> Ownership:
        if standing.ground is Ground.SELF:
            relation = relation_of(self._services, document, [standing.caller.person])
        elif standing.dossier is not None:
            relation = relation_to(self._services, document, standing.dossier)
        else:
            relation = None
        return _RELATIONS[relation] if relation else Ownership.OTHER

    def _refuse(self, standing: Standing, error: MotlanError) -> MotlanError:
        """Journal a refusal; gives the error to raise."""
        self._journal(
            Event(
                kind=EventKind.API_REFUSED,
                at=self._services.clock(),
                actor=standing.caller.id,
                dossier=standing.dossier.code if standing.dossier else "",
                details={
                    "request": standing.request,
                    "endpoint": standing.endpoint.value,
                    "code": error.code,
                    "ground": standing.ground.value,
                },
            )
        )
        if self._watch.refused(standing.caller.id):
            raise_alarm(self._services, standing.caller.id, "refusals")
        return error


def _ground_of(caller: Caller, dossier: Dossier | None) -> Ground:
    """What a named dossier turned out to be to a caller; nothing stands for one that is not registered."""
    if dossier is None or not in_scope(caller, dossier.office, dossier.procedure):
        return Ground.STRANGE
    return Ground.OPEN if dossier.is_open else Ground.CLOSED


def in_scope(caller: Caller, office: str, procedure: str) -> bool:
    """Whether a caller's rights reach to dossiers of an office and a procedure."""
    return caller.scopes.covers_office(office) and caller.scopes.covers_procedure(procedure)

"""Who may do what: the one table that the check reads and the generated test reads.

A cell is a role, an address, the ground that was named and what the paper asked for is to that ground. What
does not stand here is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from dossier.admission import Role


class Endpoint(StrEnum):
    """What is asked of the service."""

    REUSE_CHECK = "reuse_check"
    REUSE_BATCH = "reuse_batch"
    DOCUMENT_READ = "document_read"
    DOCUMENT_FILE = "document_file"
    DOSSIER_REGISTER = "dossier_register"
    DOSSIER_STATUS = "dossier_status"
    DOSSIER_CLOSE = "dossier_close"
    DOSSIER_HANDLING = "dossier_handling"
    DOSSIER_FLAGS = "dossier_flags"
    DOCUMENT_CORRECT = "document_correct"
    CORRECTION_DECIDE = "correction_decide"
    EMERGENCY_OPEN = "emergency_open"
    VERIFICATION = "verification"
    DOSSIER_RESULTS = "dossier_results"
    DOSSIER_COMPONENTS = "dossier_components"
    CHANGES = "changes"
    ME_PAPERS = "me_papers"
    ME_LOOKS = "me_looks"
    ME_EXPORT = "me_export"
    ME_REQUESTS = "me_requests"
    ME_REQUEST_ADD = "me_request_add"
    PORTAL_COUNTS = "portal_counts"
    INDICATORS = "indicators"
    METRICS = "metrics"


class Ground(StrEnum):
    """What a caller names to justify itself, as it turned out."""

    NOTHING = "nothing"
    OPEN = "open"
    """An open dossier within the caller's offices and procedures."""
    CLOSED = "closed"
    """A closed one of those."""
    STRANGE = "strange"
    """A dossier that is not registered, or lies outside the caller's scope."""
    ARCHIVE = "archive"
    """The legal ground of archiving, for a paper of the caller's offices."""
    EMERGENCY = "emergency"
    """A grant that counts, of this caller, for this paper."""
    EMERGENCY_VOID = "emergency_void"
    """A grant that does not."""
    SELF = "self"
    """A citizen who signed in and names nothing else: it is about themselves."""


class Ownership(StrEnum):
    """What those named by the ground are to the papers or persons asked about."""

    OWN = "own"
    NAMED = "named"
    """Only named on the paper: a parent on the birth certificate of a child."""
    OTHER = "other"
    NOBODY = "nobody"
    """Nobody's papers are asked about."""


Cell = tuple[Ground, Ownership]

_ANY_GROUND: Final = frozenset((ground, Ownership.NOBODY) for ground in Ground)
_THEIRS: Final = frozenset(
    {
        (Ground.OPEN, Ownership.OWN),
        (Ground.OPEN, Ownership.NAMED),
        *((Ground.EMERGENCY, ownership) for ownership in (Ownership.OWN, Ownership.NAMED, Ownership.OTHER)),
    }
)
_ARCHIVED: Final = frozenset(
    (Ground.ARCHIVE, ownership) for ownership in (Ownership.OWN, Ownership.NAMED, Ownership.OTHER)
)
_ASKED: Final = frozenset({(Ground.OPEN, Ownership.OWN)})
_MINE: Final = frozenset({(Ground.SELF, Ownership.OWN)})
_ABOUT_ME: Final = frozenset({(Ground.SELF, Ownership.NOBODY)})
_FIGURES: Final = frozenset({(Ground.NOTHING, Ownership.NOBODY)})
_REGISTERED: Final = frozenset({(Ground.OPEN, Ownership.NOBODY), (Ground.CLOSED, Ownership.NOBODY)})

_COMPONENTS: Final = frozenset(
    (Ground.OPEN, ownership) for ownership in (Ownership.NOBODY, Ownership.OWN, Ownership.NAMED)
)

ALLOWED: Final[Mapping[Role, Mapping[Endpoint, frozenset[Cell]]]] = {
    Role.ONE_STOP: {
        Endpoint.REUSE_CHECK: _ASKED,
        Endpoint.REUSE_BATCH: _ASKED,
        Endpoint.DOCUMENT_READ: _THEIRS,
        Endpoint.DOCUMENT_FILE: _THEIRS,
        Endpoint.DOCUMENT_CORRECT: _ASKED,
        Endpoint.DOSSIER_REGISTER: _REGISTERED,
        Endpoint.DOSSIER_STATUS: _REGISTERED,
        Endpoint.DOSSIER_CLOSE: _REGISTERED,
        Endpoint.DOSSIER_RESULTS: _REGISTERED,
        Endpoint.DOSSIER_COMPONENTS: _COMPONENTS,
        Endpoint.CHANGES: _ANY_GROUND,
        Endpoint.DOSSIER_HANDLING: _REGISTERED,
        Endpoint.DOSSIER_FLAGS: _REGISTERED,
        Endpoint.EMERGENCY_OPEN: _ANY_GROUND,
        Endpoint.VERIFICATION: _ANY_GROUND,
        Endpoint.PORTAL_COUNTS: _FIGURES,
        Endpoint.INDICATORS: _FIGURES,
    },
    Role.ARCHIVIST: {
        Endpoint.DOCUMENT_READ: _ARCHIVED,
        Endpoint.DOCUMENT_FILE: _ARCHIVED,
        Endpoint.DOCUMENT_CORRECT: _ARCHIVED,
        Endpoint.CORRECTION_DECIDE: _ARCHIVED,
        Endpoint.DOSSIER_STATUS: _REGISTERED,
        Endpoint.CHANGES: _ANY_GROUND,
        Endpoint.VERIFICATION: _ANY_GROUND,
        Endpoint.INDICATORS: _FIGURES,
    },
    Role.VERIFIER: {Endpoint.VERIFICATION: _ANY_GROUND},
    Role.CITIZEN: {
        Endpoint.DOCUMENT_READ: _MINE,
        Endpoint.DOCUMENT_FILE: _MINE,
        Endpoint.ME_PAPERS: _ABOUT_ME,
        Endpoint.ME_LOOKS: _ABOUT_ME,
        Endpoint.ME_EXPORT: _ABOUT_ME,
        Endpoint.ME_REQUESTS: _ABOUT_ME,
        Endpoint.ME_REQUEST_ADD: _MINE,
        Endpoint.VERIFICATION: _ANY_GROUND,
    },
    Role.OBSERVER: {Endpoint.INDICATORS: _FIGURES, Endpoint.METRICS: _FIGURES},
}


def may(role: Role, endpoint: Endpoint) -> bool:
    """Whether a role has any business at an address."""
    return endpoint in ALLOWED[role]


def stands(role: Role, endpoint: Endpoint, ground: Ground) -> bool:
    """Whether a ground is enough there for anybody's paper at all."""
    return any(cell[0] is ground for cell in ALLOWED[role].get(endpoint, ()))


def allowed(role: Role, endpoint: Endpoint, ground: Ground, ownership: Ownership) -> bool:
    """Whether the cell is allowed."""
    return (ground, ownership) in ALLOWED[role].get(endpoint, frozenset())

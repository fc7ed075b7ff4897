"""Which page is for whom: the one table that the door reads and the generated test reads.

A page is for everybody, for whoever stands in the door, or for the roles that stand here. What a role may see
of dossiers and papers on a page is not decided here but by the guard of the API (``web.auth.guard``), under
the role of the API that belongs to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from dossier.admission import Role
from dossier.staff import StaffRole


class Page(StrEnum):
    """What somebody may be on."""

    VERIFY = "verify"
    ASSETS = "assets"
    LANGUAGE = "language"
    SHORTCUTS = "shortcuts"
    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    HOME = "home"
    ACCOUNT = "account"
    COUNTER = "counter"
    CITIZEN = "citizen"
    PAPER = "paper"
    DASHBOARD = "dashboard"
    CHECK = "check"
    ARRANGE = "arrange"
    SIGNING = "signing"
    ARCHIVE = "archive"
    ARCHIVE_WORK = "archive_work"
    DISPOSAL = "disposal"
    DISPOSAL_DECISION = "disposal_decision"
    JOURNAL = "journal"
    INTAKE = "intake"
    SECOND = "second"
    QUALITY = "quality"
    PROMISE = "promise"
    ACCOUNTS = "accounts"
    SEARCH = "search"


EVERYBODY: Final = frozenset({Page.VERIFY, Page.ASSETS, Page.LANGUAGE, Page.SHORTCUTS, Page.SIGN_IN})
"""Pages that ask nobody who they are."""

_ALL: Final = frozenset(StaffRole)

ROLES: Final[Mapping[Page, frozenset[StaffRole]]] = {
    Page.HOME: _ALL,
    Page.ACCOUNT: _ALL,
    Page.SIGN_OUT: _ALL,
    Page.COUNTER: frozenset({StaffRole.ONE_STOP}),
    Page.CITIZEN: frozenset({StaffRole.ONE_STOP, StaffRole.ARCHIVIST}),
    Page.PAPER: frozenset({StaffRole.ONE_STOP, StaffRole.ARCHIVIST}),
    Page.CHECK: frozenset({StaffRole.CHECKER}),
    Page.ARRANGE: frozenset({StaffRole.CHECKER}),
    Page.SIGNING: frozenset({StaffRole.SIGNER}),
    Page.ARCHIVE: frozenset({StaffRole.ARCHIVIST, StaffRole.MANAGER, StaffRole.AUDITOR}),
    Page.ARCHIVE_WORK: frozenset({StaffRole.ARCHIVIST}),
    Page.DISPOSAL: frozenset({StaffRole.ARCHIVIST, StaffRole.MANAGER, StaffRole.AUDITOR}),
    Page.DISPOSAL_DECISION: frozenset({StaffRole.ARCHIVIST, StaffRole.MANAGER}),
    Page.JOURNAL: frozenset({StaffRole.ARCHIVIST, StaffRole.AUDITOR}),
    Page.INTAKE: frozenset({StaffRole.SCANNER, StaffRole.ONE_STOP}),
    Page.SECOND: frozenset({StaffRole.CHECKER, StaffRole.MANAGER}),
    Page.QUALITY: frozenset({StaffRole.MANAGER, StaffRole.AUDITOR}),
    Page.PROMISE: frozenset({StaffRole.MANAGER}),
    Page.ACCOUNTS: frozenset({StaffRole.ADMINISTRATOR}),
    Page.SEARCH: frozenset({StaffRole.ONE_STOP, StaffRole.ARCHIVIST}),
    Page.DASHBOARD: frozenset(
        {StaffRole.ONE_STOP, StaffRole.ARCHIVIST, StaffRole.MANAGER, StaffRole.AUDITOR}
    ),
}
"""The other pages; a page that stands in neither is for nobody."""

AT_THE_GUARD: Final[Mapping[StaffRole, Role]] = {
    StaffRole.ONE_STOP: Role.ONE_STOP,
    StaffRole.ARCHIVIST: Role.ARCHIVIST,
    StaffRole.MANAGER: Role.OBSERVER,
    StaffRole.AUDITOR: Role.OBSERVER,
}
"""As what the guard of the API knows a role; the others have no business with dossiers and papers."""


def admits(page: Page, roles: frozenset[StaffRole]) -> bool:
    """Whether somebody of these roles may be on a page."""
    return page in EVERYBODY or bool(roles & ROLES.get(page, frozenset()))

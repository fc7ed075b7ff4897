"""The database: does it answer, whose tables it has, its clock, its connections, its copies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final
from urllib.parse import parse_qs, urlsplit

from dossier.errors import MotlanError
from flows.doctor.findings import Finding, Patient, Point
from storage.database import Database
from storage.database_state import ServerState, server_state
from storage.layout import Layout
from storage.schema import REVISION

_OLDEST_VERSION: Final = 14
_SPARE_CONNECTIONS: Final = 16
_LITTLE_OFF: Final = timedelta(seconds=2)
_FAR_OFF: Final = timedelta(seconds=30)


def look_at_database(patient: Patient) -> Iterator[Finding]:
    """Whether it answers with tables that suit this program, and what its server says of itself."""
    point = Point("database")
    try:
        database = patient.services.database_alone()
    except MotlanError as error:
        yield point.error(error)
        return
    try:
        yield from _look(patient, database, point)
    except MotlanError as error:
        yield point.error(error)
    finally:
        database.close()


def _look(patient: Patient, database: Database, point: Point) -> Iterator[Finding]:
    Layout(patient.data).check_complete()
    database.check_revision()
    found = database.revision()
    if found > REVISION:
        yield point.warning("newer", found=found, ours=REVISION)
    state = server_state(database)
    if state is None:
        if patient.settings.production:
            yield point.warning("file")
        yield point.passed("file_ok", revision=found)
        return
    yield from _server(patient, state, point)
    yield point.passed(version=state.version, revision=found, mib=state.size // 1024**2)


def _server(patient: Patient, state: ServerState, point: Point) -> Iterator[Finding]:
    if state.version < _OLDEST_VERSION:
        yield point.failed("old", version=state.version, oldest=_OLDEST_VERSION)
    if state.read_only:
        yield point.failed("read_only")
    off = abs(state.now - patient.now)
    if off > _LITTLE_OFF:
        make = point.failed if off > _FAR_OFF else point.warning
        yield make("clock", seconds=round(off.total_seconds()))
    spare = state.most_connections - state.connections
    if spare < _SPARE_CONNECTIONS:
        yield point.warning("connections", used=state.connections, most=state.most_connections)
    if state.archive_fails:
        yield point.failed("archive_fails")
    elif patient.settings.production and not state.archives:
        yield point.warning("no_archive")
    if patient.settings.database is not None and _names_several(patient.settings.database.url):
        if not state.copies:
            yield point.failed("no_standby")
        elif not state.waits_for_copies:
            yield point.warning("standby_behind", copies=state.copies)


def _names_several(url: str) -> bool:
    """Whether an address names more than one server."""
    return "," in parse_qs(urlsplit(url).query).get("host", [""])[0]

"""Keys, dossiers, emergency grants and used tokens in SQL; see ``dossier.admission.Admissions``."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from dossier.admission import (
    ApiKey,
    Dossier,
    DossierPerson,
    EmergencyGrant,
    EmergencyReason,
    FieldScope,
    Role,
    Scopes,
)
from dossier.codes import office_of
from dossier.declared import Declaration
from dossier.events import Event
from dossier.ids import DocumentId
from storage.applicants import applicant_reference, persons_place
from storage.bodies import canonical_json, moment_from_text, moment_to_text
from storage.database import Database
from storage.declared_text import components_from_text, components_to_text
from storage.dossier_counts import recount
from storage.schema import dossier_components, dossiers
from storage.service_tables import access_alarms, api_keys, emergency_grants, used_tokens
from storage.vault import vault_of
from storage.writing import Writing


def words_place(grant: str) -> str:
    """What the sealed words of a grant are bound to."""
    return f"emergency_grants/{grant}/words"


class SqlAdmissions:
    """``dossier.admission.Admissions`` on SQLAlchemy. Safe for threads."""

    def __init__(self, database: Database, *, writing: Callable[[], AbstractContextManager[Writing]]) -> None:
        """Use an open database; ``writing`` opens a transaction that may add to the journal."""
        self._database = database
        self._writing = writing

    def add_key(self, key: ApiKey, *, events: Sequence[Event]) -> None:
        """See ``Admissions``."""
        with self._writing() as writing:
            writing.connection.execute(
                insert(api_keys).values(
                    id=key.id,
                    label=key.label,
                    scopes=_scopes_to_text(key.scopes),
                    digest=key.digest,
                    made_at=moment_to_text(key.made_at),
                    ends_at=moment_to_text(key.ends_at),
                    revoked_at=moment_to_text(key.revoked_at) if key.revoked_at else None,
                )
            )
            writing.add(events)

    def key(self, key: str) -> ApiKey | None:
        """See ``Admissions``."""
        with self._database.reading() as connection:
            return _load_key(connection, key)

    def keys(self) -> Sequence[ApiKey]:
        """See ``Admissions``."""
        with self._database.reading() as connection:
            return [_key(row) for row in connection.execute(select(api_keys).order_by(api_keys.c.serial))]

    def revoke_key(self, key: str, *, at: datetime, events: Sequence[Event]) -> ApiKey | None:
        """See ``Admissions``."""
        with self._writing() as writing:
            connection = writing.connection
            changed = connection.execute(
                update(api_keys)
                .where(api_keys.c.id == key, api_keys.c.revoked_at.is_(None))
                .values(revoked_at=moment_to_text(at))
            )
            if changed.rowcount:
                writing.add(events)
            return _load_key(connection, key)

    def register(self, dossier: Dossier, *, events: Sequence[Event]) -> Dossier:
        """See ``Admissions``."""
        with self._writing() as writing:
            connection = writing.connection
            before = _load_dossier(connection, dossier.code)
            if before is not None:
                return before
            connection.execute(
                insert(dossiers).values(
                    code=dossier.code,
                    procedure=dossier.procedure,
                    received_on=dossier.received_on.isoformat(),
                    persons=vault_of(connection).seal(
                        canonical_json([[each.whose, each.number] for each in dossier.persons]),
                        place=persons_place(dossier.code),
                    ),
                    registered_by=dossier.registered_by,
                    registered_at=moment_to_text(dossier.registered_at),
                    closed_at=None,
                    applicant_ref=applicant_reference(connection, dossier.persons),
                )
            )
            recount(connection, [dossier.code])
            writing.add(events)
            return dossier

    def dossier(self, code: str) -> Dossier | None:
        """See ``Admissions``."""
        with self._database.reading() as connection:
            return _load_dossier(connection, code)

    def close_dossier(self, code: str, *, at: datetime, events: Sequence[Event]) -> Dossier | None:
        """See ``Admissions``."""
        with self._writing() as writing:
            connection = writing.connection
            changed = connection.execute(
                update(dossiers)
                .where(dossiers.c.code == code, dossiers.c.closed_at.is_(None))
                .values(closed_at=moment_to_text(at))
            )
            if changed.rowcount:
                recount(connection, [code])
                writing.add(events)
            return _load_dossier(connection, code)

    def declare(self, declaration: Declaration, *, events: Sequence[Event]) -> None:
        """See ``Admissions``."""
        with self._writing() as writing:
            connection = writing.connection
            before = _load_declared(connection, declaration.dossier)
            if before is not None and before.components == declaration.components:
                return
            same = dossier_components.c.code == declaration.dossier
            connection.execute(delete(dossier_components).where(same))
            connection.execute(
                insert(dossier_components).values(
                    code=declaration.dossier,
                    body=components_to_text(declaration.components),
                    declared_by=declaration.declared_by,
                    declared_at=moment_to_text(declaration.declared_at),
                )
            )
            recount(connection, [declaration.dossier])
            writing.add(events)

    def declared(self, code: str) -> Declaration | None:
        """See ``Admissions``."""
        with self._database.reading() as connection:
            return _load_declared(connection, code)

    def grant(self, grant: EmergencyGrant, *, events: Sequence[Event]) -> None:
        """See ``Admissions``."""
        with self._writing() as writing:
            connection = writing.connection
            connection.execute(
                insert(emergency_grants).values(
                    id=grant.id,
                    caller=grant.caller,
                    document_id=grant.document,
                    reason=grant.reason.value,
                    words=vault_of(connection).seal(grant.words, place=words_place(grant.id)),
                    at=moment_to_text(grant.at),
                    ends_at=moment_to_text(grant.ends_at),
                )
            )
            writing.add(events)

    def granted(self, grant: str) -> EmergencyGrant | None:
        """See ``Admissions``."""
        with self._database.reading() as connection:
            query = select(emergency_grants).where(emergency_grants.c.id == grant)
            row = connection.execute(query).first()
            if row is None:
                return None
            return EmergencyGrant(
                id=row.id,
                caller=row.caller,
                document=DocumentId(row.document_id),
                reason=EmergencyReason(row.reason),
                words=vault_of(connection).unseal(row.words, place=words_place(row.id)),
                at=moment_from_text(row.at),
                ends_at=moment_from_text(row.ends_at),
            )

    def alarm(
        self, caller: str, why: str, *, at: datetime, every: timedelta, events: Sequence[Event]
    ) -> bool:
        """See ``Admissions``."""
        with self._writing() as writing:
            connection, table = writing.connection, access_alarms.c
            same = (table.caller == caller) & (table.why == why)
            last = connection.execute(select(table.at).where(same)).scalar()
            if last is not None and at - every < moment_from_text(last) <= at:
                return False
            connection.execute(delete(access_alarms).where(same))
            connection.execute(insert(access_alarms).values(caller=caller, why=why, at=moment_to_text(at)))
            writing.add(events)
            return True

    def use_token(self, reference: str, *, ends_at: datetime, now: datetime) -> bool:
        """See ``Admissions``."""
        with self._writing() as writing:
            connection = writing.connection
            connection.execute(delete(used_tokens).where(used_tokens.c.ends_at < moment_to_text(now)))
            known = select(used_tokens.c.token_ref).where(used_tokens.c.token_ref == reference)
            if connection.execute(known).first() is not None:
                return False
            connection.execute(
                insert(used_tokens).values(token_ref=reference, ends_at=moment_to_text(ends_at))
            )
            return True


def _load_key(connection: Connection, key: str) -> ApiKey | None:
    row = connection.execute(select(api_keys).where(api_keys.c.id == key)).first()
    return _key(row) if row is not None else None


def _key(row: Row[Any]) -> ApiKey:
    return ApiKey(
        id=row.id,
        label=row.label,
        scopes=_scopes_from_text(row.scopes),
        digest=row.digest,
        made_at=moment_from_text(row.made_at),
        ends_at=moment_from_text(row.ends_at),
        revoked_at=moment_from_text(row.revoked_at) if row.revoked_at else None,
    )


def _scopes_to_text(scopes: Scopes) -> str:
    return canonical_json(
        {
            "role": scopes.role.value,
            "offices": list(scopes.offices),
            "procedures": list(scopes.procedures),
            "fields": scopes.fields.value,
        }
    )


def _scopes_from_text(text: str) -> Scopes:
    told = json.loads(text)
    return Scopes(
        role=Role(told["role"]),
        offices=tuple(told["offices"]),
        procedures=tuple(told["procedures"]),
        fields=FieldScope(told["fields"]),
    )


def _load_declared(connection: Connection, code: str) -> Declaration | None:
    row = connection.execute(select(dossier_components).where(dossier_components.c.code == code)).first()
    if row is None:
        return None
    return Declaration(
        dossier=row.code,
        components=components_from_text(row.body),
        declared_by=row.declared_by,
        declared_at=moment_from_text(row.declared_at),
    )


def _load_dossier(connection: Connection, code: str) -> Dossier | None:
    row = connection.execute(select(dossiers).where(dossiers.c.code == code)).first()
    return dossier_of(connection, row) if row is not None else None


def dossier_of(connection: Connection, row: Row[Any]) -> Dossier:
    """The dossier in a row of its table.

    Raises:
        StoreKeyLostError, RecordDamagedError: its persons cannot be opened.
    """
    persons = json.loads(vault_of(connection).unseal(row.persons, place=persons_place(row.code)))
    return Dossier(
        code=row.code,
        office=office_of(row.code),
        procedure=row.procedure,
        received_on=date.fromisoformat(row.received_on),
        persons=tuple(DossierPerson(whose, number) for whose, number in persons),
        registered_by=row.registered_by,
        registered_at=moment_from_text(row.registered_at),
        closed_at=moment_from_text(row.closed_at) if row.closed_at else None,
    )

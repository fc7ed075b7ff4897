"""Keys, dossiers, grants and used tokens, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

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
from dossier.events import EventKind
from dossier.ids import DocumentId
from dossier.webhooks import Webhook
from storage.database import Database
from storage.heads import MemoryHead
from storage.key_ring import ring_of_store
from storage.records import SqlRecords
from tests.storage.builders import KEY as SECRET
from tests.storage.builders import MOMENT, NAMESPACE, OTHER_OWNER, OWNER, event, record_id

FIRST, SECOND = f"2026-11 {'ab' * 32}", f"2027-01 {'cd' * 32}"

KEY = ApiKey(
    id="0123456789abcdef",
    label="mot-cua-xa-mau",
    scopes=Scopes(
        role=Role.ONE_STOP, offices=("H26.5",), procedures=("1.004222",), fields=FieldScope.SENSITIVE
    ),
    digest="ab" * 32,
    made_at=MOMENT,
    ends_at=MOMENT + timedelta(days=365),
)
DOSSIER = Dossier(
    code="H26.5.12-261102-0001",
    office="H26.5.12",
    procedure="1.004222",
    received_on=date(2026, 11, 2),
    persons=(DossierPerson("applicant", OWNER), DossierPerson("partner", OTHER_OWNER)),
    registered_by="key-0123456789abcdef",
    registered_at=MOMENT,
)
GRANT = EmergencyGrant(
    id=record_id("grant"),
    caller="key-0123456789abcdef",
    document=DocumentId(record_id("paper")),
    reason=EmergencyReason.LIFE,
    words="Người mẫu Đỗ Thị Mã đang cấp cứu",
    at=MOMENT,
    ends_at=MOMENT + timedelta(minutes=15),
)


def kinds(records: SqlRecords) -> list[EventKind]:
    return [entry.event.kind for entry in records.journal()]


def test_a_key_comes_back_as_it_was_made(records: SqlRecords) -> None:
    records.admissions.add_key(KEY, events=[event(EventKind.API_KEY_MADE)])
    assert records.admissions.key(KEY.id) == KEY
    assert list(records.admissions.keys()) == [KEY]
    assert records.admissions.key("0" * 16) is None
    assert kinds(records) == [EventKind.API_KEY_MADE]


def test_a_key_is_revoked_once_and_keeps_the_first_moment(records: SqlRecords) -> None:
    told = [event(EventKind.API_KEY_REVOKED)]
    records.admissions.add_key(KEY, events=())
    first = records.admissions.revoke_key(KEY.id, at=MOMENT, events=told)
    again = records.admissions.revoke_key(KEY.id, at=MOMENT + timedelta(days=1), events=told)
    assert first == again == replace(KEY, revoked_at=MOMENT)
    assert not first.counts(MOMENT)
    assert kinds(records) == [EventKind.API_KEY_REVOKED]
    assert records.admissions.revoke_key("0" * 16, at=MOMENT, events=told) is None


def test_a_key_counts_until_its_end_also_where_the_clock_is_behind_its_making() -> None:
    assert KEY.counts(KEY.made_at)
    assert KEY.counts(KEY.made_at - timedelta(minutes=15))
    assert not KEY.counts(KEY.ends_at)


def test_a_dossier_is_registered_once_and_the_first_registration_stays(records: SqlRecords) -> None:
    told = [event(EventKind.DOSSIER_REGISTERED)]
    assert records.admissions.register(DOSSIER, events=told) == DOSSIER
    other = replace(DOSSIER, persons=(DossierPerson("applicant", OTHER_OWNER),))
    assert records.admissions.register(other, events=told) == DOSSIER
    assert records.admissions.dossier(DOSSIER.code) == DOSSIER
    assert records.admissions.dossier("H26.5.12-261102-0002") is None
    assert kinds(records) == [EventKind.DOSSIER_REGISTERED]


def test_a_dossier_is_closed_once(records: SqlRecords) -> None:
    told = [event(EventKind.DOSSIER_CLOSED)]
    records.admissions.register(DOSSIER, events=())
    first = records.admissions.close_dossier(DOSSIER.code, at=MOMENT, events=told)
    again = records.admissions.close_dossier(DOSSIER.code, at=MOMENT + timedelta(days=1), events=told)
    assert first == again == replace(DOSSIER, closed_at=MOMENT)
    assert not first.is_open
    assert kinds(records) == [EventKind.DOSSIER_CLOSED]


def test_a_grant_comes_back_with_its_words(records: SqlRecords) -> None:
    records.admissions.grant(GRANT, events=[event(EventKind.EMERGENCY_OPENED)])
    assert records.admissions.granted(GRANT.id) == GRANT
    assert records.admissions.granted(record_id("other")) is None
    assert kinds(records) == [EventKind.EMERGENCY_OPENED]


def test_a_token_counts_once_and_is_forgotten_after_its_end(records: SqlRecords) -> None:
    ends = MOMENT + timedelta(minutes=5)
    assert records.admissions.use_token("a" * 32, ends_at=ends, now=MOMENT)
    assert not records.admissions.use_token("a" * 32, ends_at=ends, now=MOMENT)
    assert records.admissions.use_token("b" * 32, ends_at=ends, now=MOMENT)
    assert records.admissions.use_token("a" * 32, ends_at=ends, now=ends + timedelta(seconds=1))


def test_offices_below_one_in_scope_are_in_scope_and_others_are_not() -> None:
    assert KEY.scopes.covers_office("H26.5")
    assert KEY.scopes.covers_office("H26.5.12")
    assert not KEY.scopes.covers_office("H26.51")
    assert not KEY.scopes.covers_office("H26")
    assert not KEY.scopes.covers_office("")
    assert not Scopes(role=Role.VERIFIER, offices=()).covers_office("H26.5")
    assert Scopes(role=Role.ARCHIVIST, offices=("*",)).covers_office("H26")
    assert KEY.scopes.covers_procedure("1.004222")
    assert not KEY.scopes.covers_procedure("1.001193")


def test_identity_numbers_and_words_stand_nowhere_as_they_are(records: SqlRecords) -> None:
    records.admissions.register(DOSSIER, events=())
    records.admissions.grant(GRANT, events=())
    with records.upkeep.database.reading() as connection:
        rows = [
            str(value)
            for table in ("dossiers", "emergency_grants")
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}")  # noqa: S608 - our own names
            for value in row
        ]
    assert not [value for value in rows if OWNER in value or "Đỗ Thị Mã" in value]


def test_what_is_sealed_moves_to_a_new_key_and_is_read_as_before() -> None:
    database = Database.in_memory()
    old = _records(database, FIRST)
    old.admissions.register(DOSSIER, events=())
    old.admissions.grant(GRANT, events=())
    webhook = Webhook(
        id="ab" * 8,
        url="https://mau.example/nhan",
        secret="bWF1",  # noqa: S106 - invented
        scopes=Scopes(role=Role.ONE_STOP, offices=("H26",), fields=FieldScope.NONE),
        made_at=MOMENT,
        after=0,
    )
    old.webhooks.add(webhook, events=())
    assert old.key_usage() == {"2026-11": 4}
    both = _records(database, f"{FIRST}\n{SECOND}")
    assert both.rotate_keys() == 4
    new = _records(database, SECOND)
    assert new.key_usage() == {"2027-01": 4}
    assert new.webhooks.all() == [webhook]
    assert new.admissions.dossier(DOSSIER.code) == DOSSIER
    assert new.admissions.granted(GRANT.id) == GRANT


def _records(database: Database, ring: str) -> SqlRecords:
    return SqlRecords(
        database,
        heads=MemoryHead(),
        namespace=NAMESPACE,
        key=SECRET,
        result_type_code=str,
        ring=ring_of_store(SECRET, ring),
    )

"""Results are nobody's paper to rely on before they are handed over, without anybody having to say so."""

from __future__ import annotations

import pytest

from dossier.documents import Document, DocumentState
from dossier.events import EventKind
from dossier.ids import DocumentId
from dossier.trust import Trust
from flows.issue import issue
from tests.web.conftest import MakeOffice
from tests.web.office import WIFE, Caller, Office, paper

BIRTH, CHANGE = "H26.5.12-261120-0005", "H26.5.12-261120-0006"
PROCEDURES = {BIRTH: "1.001193", CHANGE: "2.000720"}
"""Registering a birth gives a certificate; changing a business asks for its certificate and gives one."""


@pytest.fixture
def key(office: Office, client: Caller) -> dict[str, str]:
    """A caller with one open dossier of each procedure."""
    return register(office, client)


def register(office: Office, client: Caller) -> dict[str, str]:
    made = dict(office.key())
    for code, procedure in PROCEDURES.items():
        body = {"code": code, "procedure": procedure, "owner": WIFE}
        assert client.post("/v1/dossiers", headers=made, json=body).status_code == 201
    return made


def file(office: Office, name: str, **changes: object) -> Document:
    """A paper that waited for a person and is filed now, as it goes for every paper."""
    waiting = paper(name, WIFE, state=DocumentState.WAITING, filed_at=None, **changes)
    (document,) = office.save(waiting)
    with office.services.writing():
        kept = office.services.store.records.document(document)
        return issue(office.services, kept.next_version())


def held_back(office: Office, document: Document) -> bool:
    return office.services.store.records.document(DocumentId(document.id)).held_back


def test_a_result_of_an_open_dossier_is_held_back_as_it_is_filed(
    office: Office, client: Caller, key: dict[str, str]
) -> None:
    result = file(office, "result", dossier=BIRTH)
    assert result.held_back
    (event,) = office.events(EventKind.RESULT_HELD_BACK)
    assert (event.subject, event.dossier) == (result.id, BIRTH)
    feed = client.get("/v1/changes", headers=key).json()["answer"]["changes"]
    assert [each["kind"] for each in feed] == ["filed", "held_back"]
    told = client.post(
        f"/v1/dossiers/{BIRTH}/results",
        headers=key,
        json={"documents": [result.id], "handed_over": True},
    )
    assert told.status_code == 200
    assert not held_back(office, result)


def test_what_is_no_result_of_an_open_dossier_counts_at_once(
    office: Office, client: Caller, key: dict[str, str]
) -> None:
    business = {"type": "household_business_certificate", "dossier": CHANGE}
    kept = {
        "component": file(office, "component", dossier=BIRTH, component="KS-02"),
        "other type": file(office, "type", dossier=BIRTH, type="marriage_certificate"),
        "unknown dossier": file(office, "unknown", dossier="H26.5.12-261120-0099"),
        "no dossier": file(office, "none", dossier=""),
        "may be the old one": file(office, "old", trust=Trust.T4, **business),
        "signed by its issuer": file(office, "new", trust=Trust.T2, **business),
    }
    assert {name for name, each in kept.items() if each.held_back} == {"signed by its issuer"}
    client.post(f"/v1/dossiers/{BIRTH}/close", headers=key)
    assert not file(office, "late", dossier=BIRTH).held_back


@pytest.mark.parametrize(("status", "counts"), [(None, True), (10, True), (7, False), (8, False)])
def test_closing_hands_over_unless_the_dossier_was_dropped(
    office: Office, client: Caller, key: dict[str, str], status: int | None, counts: bool
) -> None:
    result = file(office, "result", dossier=BIRTH)
    if status is not None:
        handling = {"statuses": [{"status": status, "at": "2026-11-20T09:00:00+07:00"}]}
        told = client.post(f"/v1/dossiers/{BIRTH}/handling", headers=key, json=handling)
        assert told.status_code == 200
        assert held_back(office, result) is (status != 10)
    for _ in range(2):
        assert client.post(f"/v1/dossiers/{BIRTH}/close", headers=key).status_code == 200
    assert held_back(office, result) is not counts
    assert len(office.events(EventKind.RESULT_HANDED_OVER)) == int(counts)


def test_an_installation_may_hold_back_only_what_it_is_told_to(make_office: MakeOffice) -> None:
    office = make_office(MOTLAN_HOLD_RESULTS="false")
    client = office.serve()
    register(office, client)
    assert not file(office, "result", dossier=BIRTH).held_back
    client.close()

"""An owner with no number at the counter: gets one of the store, is asked about, and is nobody else."""

from __future__ import annotations

import pytest

from dossier.documents import Document, Party, PartyRole
from dossier.events import EventKind
from tests.cli.desk import Desk
from tests.web.conftest import MakeOffice
from tests.web.office import WIFE, Caller, Office, paper

ASKING, PROCEDURE, COMPONENT = "H26.5.12-261120-0005", "1.004222", "TT-03"
NAME, BIRTH = "Mẫu Văn Bé", "2026-11-01"
GIVEN = "001226999405"
"""Invented; its digits tell a boy of 2026."""
BORN = {
    "dossier": ASKING,
    "procedure": PROCEDURE,
    "kind": "person",
    "name": NAME,
    "birth": BIRTH,
    "paper": {"type": "live_birth_notice", "number": "12/2026"},
}


def certificate(name: str, number: str) -> Document:
    """A birth certificate of a child of that name and day, under a number."""
    bearer = Party(role=PartyRole.OWNER, relation="subject", number=number, name=NAME, birth=BIRTH)
    return paper(name, number, parties=(bearer,))


def status_for(client: Caller, key: dict[str, str], owner: str, code: str = ASKING) -> str:
    asked = {"dossier": code, "owner": owner, "facts": [{"name": "joins_household", "holds": True}]}
    told = client.post("/v1/reuse-checks", headers=key, json=asked)
    assert told.status_code == 200, told.text
    components = told.json()["answer"]["components"]
    return str(next(each["status"] for each in components if each["code"] == COMPONENT))


def test_who_has_no_number_is_registered_asked_about_and_nobody_else(office: Office, client: Caller) -> None:
    key = dict(office.key())
    made = client.post("/v1/owners", headers=key, json=BORN)
    assert made.status_code == 201, made.text
    number = made.json()["answer"]["number"]
    assert NAME not in made.text
    again = client.post("/v1/owners", headers=key, json=BORN).json()["answer"]
    assert (again["number"], again["new"]) == (number, False)
    # Somebody of the same name and day, told for another dossier, and one with a number of the state.
    twin = client.post("/v1/owners", headers=key, json={**BORN, "dossier": "H26.5.12-261120-0006"})
    other = twin.json()["answer"]["number"]
    for code, owner in ((ASKING, number), ("H26.5.12-261120-0006", other), ("H26.5.12-261120-0007", WIFE)):
        body = {"code": code, "procedure": PROCEDURE, "owner": owner}
        assert client.post("/v1/dossiers", headers=key, json=body).status_code == 201
    (own,) = office.save(certificate("own", number))
    assert status_for(client, key, number) == "held"
    assert status_for(client, key, other, "H26.5.12-261120-0006") != "held"
    assert status_for(client, key, WIFE, "H26.5.12-261120-0007") != "held"
    read = client.get(f"/v1/documents/{own}", headers={**key, "Motlan-Dossier": "H26.5.12-261120-0006"})
    assert read.status_code == 404
    flags = client.get(f"/v1/dossiers/{ASKING}/flags", headers=key).json()["answer"]
    assert flags["DinhDanhCHS"] == []


NO_OWNERS: tuple[tuple[dict[str, object], int], ...] = (
    ({"birth": None}, 422),
    ({"birth": 20_500}, 422),
    ({"birth": "2026-11-21"}, 409),
    ({"name": "  "}, 422),
    ({"paper": {"type": "no_such_type", "number": "1"}}, 409),
    ({"paper": {"type": "live_birth_notice", "number": ""}}, 422),
    ({"dossier": "H27.1.1-261120-0001"}, 403),
    ({"dossier": "H26.5.12-261121-0001"}, 409),
    ({"kind": "animal"}, 422),
    ({"kind": "organisation"}, 422),
)


def test_what_is_no_owner_gets_no_number(client: Caller, office: Office) -> None:
    key = office.key()
    for change, status in NO_OWNERS:
        told = client.post("/v1/owners", headers=key, json={**BORN, **change})
        assert told.status_code == status, (change, told.text)
        assert NAME not in told.text
    assert office.events(EventKind.OWNER_REGISTERED) == []


def test_an_owner_with_no_number_at_all_and_one_that_was_never_given_are_refused(
    client: Caller, office: Office
) -> None:
    key = office.key()
    for owner, status in (("", 422), (" ", 422), ("MLN0000000000000", 404), ("MLX000000000000A", 422)):
        body = {"code": ASKING, "procedure": PROCEDURE, "owner": owner}
        told = client.post("/v1/dossiers", headers=key, json=body)
        assert told.status_code == status, (owner, told.text)
    told = client.post("/v1/dossiers", headers=key, json={"code": ASKING, "procedure": PROCEDURE})
    assert told.status_code == 422


def test_the_officer_gives_a_number_and_links_it_when_the_state_has_given_one(
    make_office: MakeOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    office = make_office()
    (born,) = office.save(certificate("born", GIVEN))
    desk = Desk(office.services.settings.data, capsys)
    office.close()
    told = (
        "--name",
        NAME,
        "--birth",
        BIRTH,
        "--paper-type",
        "live_birth_notice",
        "--paper-number",
        "12/2026",
    )
    assert desk.run("owners", "add", *told) == 0
    assert desk.said.startswith("Đã cấp mã: MLN-")
    made = desk.json("owners", "add", *told)
    assert made["new"] is False
    assert desk.run("owners", "add", *told[:-1], "") == 10
    assert desk.run("owners", "link", made["shown"], WIFE, "--document", born) != 0
    assert desk.run("owners", "link", made["shown"], GIVEN, "--document", born) == 0
    shown = desk.json("owners", "show", "--number", made["shown"])
    assert {each["number"] for each in shown["numbers"]} == {made["number"], GIVEN}
    found = desk.json("find", "--owner", made["shown"])
    assert born in str(found)

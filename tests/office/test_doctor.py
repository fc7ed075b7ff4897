"""A look at an office: its server of PostgreSQL, its buckets, and what they are when something is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from flows.doctor.examination import examine
from flows.doctor.findings import Finding, Patient, State
from flows.doctor.surroundings import of_this_machine
from tests.cli.test_commands import Desk
from tests.office.office import PASSWORD, Office
from wiring.services import Services, utc_now
from wiring.settings import read_settings


def look(office: Office, *only: str, ahead: timedelta = timedelta()) -> Sequence[Finding]:
    """What is found by a machine whose clock is so much ahead."""
    settings = read_settings(office.environment)
    with Services(settings, clock=lambda: utc_now() + ahead) as services:
        return list(examine(Patient(services, of_this_machine()), only=only))


def troubles(findings: Sequence[Finding]) -> dict[str, State]:
    return {one.code: one.state for one in findings if one.state in {State.WARNING, State.FAILED}}


def test_an_office_is_looked_over(desk: Desk, office: Office) -> None:
    assert desk.run("init") == 0
    found = look(office)
    assert {code for code, state in troubles(found).items() if state is State.FAILED} == set()
    (database,) = [one for one in found if one.point == "database"]
    assert database.code == "database.ok"
    assert int(database.values["version"]) >= 14
    assert [one.values["place"] for one in found if one.point == "places"] == ["kho", "ban-sao"]
    assert desk.run("doctor", "--only", "database", "--json") == 0
    assert desk.lines[0]["state"] == "passed"


def test_what_is_wrong_with_the_servers_is_told_and_no_secret(desk: Desk, office: Office) -> None:
    assert desk.run("init") == 0
    late = troubles(look(office, "database", ahead=timedelta(minutes=1)))
    assert late == {"database.clock": State.FAILED}
    office.second.go()
    assert troubles(look(office, "places")) == {"store.unavailable": State.FAILED}
    assert desk.run("doctor", "--only", "places") == 12
    assert "motlan@" not in desk.said + desk.complained
    office.second.come_back()
    office.sql("ALTER ROLE motlan SET default_transaction_read_only = on")
    read_only = troubles(look(office, "database"))
    office.sql("ALTER ROLE motlan RESET default_transaction_read_only")
    assert read_only == {"database.read_only": State.FAILED}


def test_a_server_without_its_standby_is_told(desk: Desk, office: Office) -> None:
    assert desk.run("init") == 0
    # The same server under two names: two are wanted, and no standby is there.
    host = str(office.server.folder)
    url = office.environment["MOTLAN_DATABASE"].replace(f"host={host}", f"host={host},{host}")
    doubled = replace(office, more={"MOTLAN_DATABASE": url})
    assert troubles(look(doubled, "database")) == {"database.no_standby": State.FAILED}


def test_a_wrong_password_is_one_finding_and_the_rest_is_not_looked_at(desk: Desk, office: Office) -> None:
    assert desk.run("init") == 0
    secret = office.folder / "db"
    secret.write_text("sai")
    found = look(office)
    assert troubles(found)["store.database_refused"] is State.FAILED
    assert {one.point for one in found if one.code.endswith("needs_store")} == {
        "places",
        "records",
        "keys",
        "trust",
    }
    secret.write_text(f"{PASSWORD}\n")

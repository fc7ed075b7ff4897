"""Reuse checks over HTTP: what is held, for whom, and on the day of the dossier."""

from __future__ import annotations

from dossier.admission import FieldScope
from dossier.documents import Party, PartyRole
from dossier.events import EventKind
from tests.web.office import (
    CLOSED,
    DOSSIER,
    HUSBAND,
    PROCEDURE,
    STRANGER,
    UNKNOWN,
    WIFE,
    Caller,
    Office,
    paper,
)


def ask(client: Caller, key: dict[str, str], **changes: object) -> dict[str, object]:
    body = {"dossier": DOSSIER, "owner": WIFE, **changes}
    told = client.post("/v1/reuse-checks", headers=key, json=body)
    return {"status": told.status_code, **told.json()}


def test_a_check_answers_each_component_on_the_day_of_the_dossier(
    client: Caller, registered: dict[str, str], office: Office
) -> None:
    told = ask(client, registered)
    assert told["status"] == 200
    answer = told["answer"]
    assert isinstance(answer, dict)
    assert (answer["procedure"], answer["owner"], answer["on"]) == (PROCEDURE, WIFE, "2026-11-20")
    assert {each["status"] for each in answer["components"]} <= {
        "held",
        "data",
        "ask",
        "unsure",
        "not_required",
    }
    assert answer["components"]
    asked = office.events(EventKind.REUSE_ASKED)
    assert [event.dossier for event in asked] == [DOSSIER]
    answered = office.events(EventKind.API_ANSWERED)[-1]
    assert answered.subject == told["request"]
    assert answered.purpose == "giai_quyet_thu_tuc"


def test_nobody_is_asked_about_without_an_open_dossier_of_theirs(
    client: Caller, registered: dict[str, str], office: Office
) -> None:
    for changes, code in (
        ({"dossier": UNKNOWN}, "access.dossier_not_open"),
        ({"dossier": CLOSED}, "access.dossier_closed"),
        ({"owner": STRANGER}, "access.not_their_dossier"),
        ({"persons": [{"whose": "partner", "number": STRANGER}]}, "access.not_their_dossier"),
    ):
        told = ask(client, registered, **changes)
        assert (told["status"], told["code"]) == (403, code)
    assert office.events(EventKind.REUSE_ASKED) == []
    assert [event.details["code"] for event in office.events(EventKind.API_REFUSED)] == [
        "access.dossier_not_open",
        "access.dossier_closed",
        "access.not_their_dossier",
        "access.not_their_dossier",
    ]


def test_a_batch_answers_and_refuses_each_question_by_itself(
    client: Caller, registered: dict[str, str]
) -> None:
    checks = [{"dossier": DOSSIER, "owner": each} for each in (WIFE, STRANGER, HUSBAND)]
    told = client.post("/v1/reuse-checks/batch", headers=registered, json={"checks": checks})
    assert told.status_code == 200
    answers = told.json()["answer"]["checks"]
    assert [each["answer"] and each["answer"]["owner"] for each in answers] == [WIFE, None, HUSBAND]
    assert answers[1]["refused"]["code"] == "access.not_their_dossier"


def test_a_batch_is_bounded(client: Caller, registered: dict[str, str]) -> None:
    one = {"dossier": DOSSIER, "owner": WIFE}
    told = client.post("/v1/reuse-checks/batch", headers=registered, json={"checks": [one] * 101})
    assert told.status_code == 422
    assert client.post("/v1/reuse-checks/batch", headers=registered, json={"checks": []}).status_code == 422


def test_an_owner_with_no_number_is_refused_and_the_number_is_not_repeated(
    client: Caller, registered: dict[str, str]
) -> None:
    for owner in ("", "01119900000", "Mẫu Thị Thử"):
        told = ask(client, registered, owner=owner)
        assert (told["status"], told["code"]) == (422, "request.invalid")
        assert told["places"] == [{"in": "body.owner", "why": "string_pattern_mismatch"}]
        assert not owner or owner not in str(told)


def test_a_paper_that_was_filed_is_held_and_can_be_read_for_the_dossier(
    client: Caller, office: Office
) -> None:
    key, code = dict(office.key(fields=FieldScope.BASIC)), "H26.5.12-261120-0007"
    partner = [{"whose": "partner", "number": HUSBAND}]
    body = {"code": code, "procedure": "1.001193", "owner": WIFE, "persons": partner}
    assert client.post("/v1/dossiers", headers=key, json=body).status_code == 201
    married = tuple(
        Party(role=PartyRole.OWNER, relation=relation, number=number, name=name)
        for relation, number, name in (("wife", WIFE, "Mẫu Thị Thử"), ("husband", HUSBAND, "Mẫu Văn Thử"))
    )
    (own,) = office.save(paper("marriage", WIFE, type="marriage_certificate", parties=married))
    told = ask(client, key, dossier=code, persons=partner, facts=[{"name": "parents_married", "holds": True}])
    assert told["status"] == 200, told
    answer = told["answer"]
    assert isinstance(answer, dict)
    component = next(each for each in answer["components"] if each["code"] == "KS-04")
    assert (component["status"], component["document"], component["trust"]) == ("held", own, "T4")
    assert component["flags"]["DuocTaiSuDung"] == 1
    read = client.get(f"/v1/documents/{own}", headers={**key, "Motlan-Dossier": code})
    assert read.json()["answer"]["fields"]["document_number"] == {"value": "12/2026", "confidence": 0.99}
    # A marriage certificate has no such field: what the rulebook does not know is withheld.
    assert "full_name" in read.json()["answer"]["withheld"]

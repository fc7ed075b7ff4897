"""What the one-stop software says of its dossiers, and the feed that others follow."""

from __future__ import annotations

import pytest

from dossier.admission import Role
from dossier.documents import DocumentState, Party, PartyRole
from dossier.events import EventKind
from dossier.trust import Standing
from flows.asking import insisted
from flows.changes import cursor_of, forget_old_changes
from flows.handling import FactsMaker
from tests.web.office import CLOSED, DOSSIER, HUSBAND, STRANGER, WIFE, Caller, Office, paper

ASKING, BIRTH_PROCEDURE, COMPONENT = "H26.5.12-261120-0005", "1.001193", "KS-04"


PARTNER = [{"whose": "partner", "number": HUSBAND}]
MARRIAGE = tuple(
    Party(role=PartyRole.OWNER, relation=relation, number=number, name=name)
    for relation, number, name in (("wife", WIFE, "Mẫu Thị Thử"), ("husband", HUSBAND, "Mẫu Văn Thử"))
)


@pytest.fixture
def asking(client: Caller, registered: dict[str, str]) -> dict[str, str]:
    """A caller with an open dossier in which a marriage certificate would be held."""
    body = {"code": ASKING, "procedure": BIRTH_PROCEDURE, "owner": WIFE, "persons": PARTNER}
    assert client.post("/v1/dossiers", headers=registered, json=body).status_code == 201
    return registered


def answered(client: Caller, key: dict[str, str]) -> tuple[str, list[str]]:
    """What the reuse check says of the certificate, and why."""
    facts = [{"name": "parents_married", "holds": True}]
    asked = {"dossier": ASKING, "owner": WIFE, "persons": PARTNER, "facts": facts}
    told = client.post("/v1/reuse-checks", headers=key, json=asked).json()["answer"]
    found = next(each for each in told["components"] if each["code"] == COMPONENT)
    return found["status"], found["reason_codes"]


def test_a_result_counts_for_reuse_once_it_was_handed_over(
    office: Office, client: Caller, asking: dict[str, str]
) -> None:
    certificate = paper("result", WIFE, type="marriage_certificate", parties=MARRIAGE, dossier=DOSSIER)
    (result,) = office.save(certificate)
    assert answered(client, asking)[0] == "held"
    path = f"/v1/dossiers/{DOSSIER}/results"
    told = client.post(path, headers=asking, json={"documents": [result], "handed_over": False})
    assert told.json()["answer"]["results"] == [{"document": result, "version": 2, "held_back": True}]
    status, reasons = answered(client, asking)
    assert status != "held"
    assert "handover.waiting" in reasons
    for _ in range(2):
        told = client.post(path, headers=asking, json={"documents": [result], "handed_over": True})
        assert told.json()["answer"]["results"] == [{"document": result, "version": 3, "held_back": False}]
    assert answered(client, asking)[0] == "held"
    assert len(office.events(EventKind.RESULT_HELD_BACK)) == 1
    (event,) = office.events(EventKind.RESULT_HANDED_OVER)
    assert (event.subject, event.dossier) == (result, DOSSIER)


def test_a_result_is_one_of_this_dossier(office: Office, client: Caller, asking: dict[str, str]) -> None:
    (own,) = office.save(paper("own", WIFE, dossier=CLOSED))
    (waiting,) = office.save(paper("waiting", WIFE, dossier=DOSSIER, state=DocumentState.WAITING))
    for document in (own, waiting, "00000000-0000-4000-8000-000000000000"):
        told = client.post(
            f"/v1/dossiers/{DOSSIER}/results",
            headers=asking,
            json={"documents": [document], "handed_over": True},
        )
        assert told.status_code == 404
    # A case that is over may still tell that its result was handed over.
    told = client.post(
        f"/v1/dossiers/{CLOSED}/results", headers=asking, json={"documents": [own], "handed_over": True}
    )
    assert told.status_code == 200


def test_components_are_declared_whole_and_told_with_the_dossier(
    office: Office, client: Caller, asking: dict[str, str]
) -> None:
    (own,) = office.save(paper("own", WIFE))
    path = f"/v1/dossiers/{ASKING}"
    expected: list[dict[str, str | None]] = []
    for came in ("handed_in", "reused", "reused"):
        body = {"components": [{"code": COMPONENT, "came": came, "document": own}]}
        told = client.request("PUT", f"{path}/components", headers=asking, json=body)
        assert told.status_code == 200, told.text
        expected = [{"code": COMPONENT, "came": came, "document": own, "form": None}]
        assert told.json()["answer"]["components"] == expected
    assert client.get(path, headers=asking).json()["answer"]["components"] == expected
    counted = [dict(event.details) for event in office.events(EventKind.COMPONENTS_DECLARED)]
    assert counted == [{"handed_in": 1}, {"reused": 1}]


def test_what_is_told_of_a_component_can_be_declared_again(
    office: Office, client: Caller, asking: dict[str, str]
) -> None:
    (own,) = office.save(paper("own", WIFE))
    path = f"/v1/dossiers/{ASKING}/components"
    for form in (None, "original"):
        sent = [{"code": COMPONENT, "came": "reused", "document": own, "form": form}]
        told = client.request("PUT", path, headers=asking, json={"components": sent})
        assert told.json()["answer"]["components"] == sent
    nothing = [{"code": COMPONENT, "came": "reused", "document": own, "form": ""}]
    assert client.request("PUT", path, headers=asking, json={"components": nothing}).status_code == 422


@pytest.mark.parametrize(
    ("components", "status", "code"),
    [
        ([{"code": "XX-99", "came": "data"}], 409, "request.component"),
        ([{"code": COMPONENT, "came": "data"}] * 2, 409, "request.component"),
        ([{"code": COMPONENT, "came": "somehow"}], 422, "request.invalid"),
        (
            [{"code": COMPONENT, "came": "reused", "document": "00000000-0000-4000-8000-000000000000"}],
            404,
            "store.record_missing",
        ),
    ],
)
def test_what_is_no_component_of_the_procedure_is_refused(  # noqa: PLR0917 - the case and three fixtures
    office: Office,
    client: Caller,
    asking: dict[str, str],
    components: list[dict[str, str]],
    status: int,
    code: str,
) -> None:
    path = f"/v1/dossiers/{ASKING}/components"
    told = client.request("PUT", path, headers=asking, json={"components": components})
    assert (told.status_code, told.json()["code"]) == (status, code)
    assert office.events(EventKind.COMPONENTS_DECLARED) == []


def test_the_feed_tells_what_changed_by_ids_and_codes_alone(office: Office, client: Caller) -> None:
    first, second = office.save(paper("one", WIFE), paper("two", STRANGER))
    key = office.key(offices="H26.5")
    told = client.get("/v1/changes?limit=1", headers=key).json()["answer"]
    assert ([each["document"] for each in told["changes"]], told["more"]) == ([first], True)
    rest = client.get(f"/v1/changes?cursor={told['cursor']}", headers=key).json()["answer"]
    assert ([each["document"] for each in rest["changes"]], rest["more"]) == ([second], False)
    with office.services.writing():
        records = office.services.store.records
        records.save_document(records.document(first).next_version(standing=Standing.REPLACED))
    answer = client.get(f"/v1/changes?cursor={rest['cursor']}", headers=key)
    assert [each["kind"] for each in answer.json()["answer"]["changes"]] == ["replaced"]
    assert "Mẫu" not in answer.text
    assert WIFE not in answer.text


def test_the_feed_leaves_other_offices_and_procedures_out(office: Office, client: Caller) -> None:
    office.save(paper("here", WIFE, procedure="1.004222"), paper("nowhere", WIFE, dossier=""))
    for scopes, count in (
        ({"offices": "H27"}, 0),
        ({"offices": "H26"}, 1),
        ({"offices": "H26", "procedures": ("1.001193",)}, 0),
        ({"offices": "*"}, 2),
    ):
        told = client.get("/v1/changes", headers=office.key(Role.ONE_STOP, **scopes)).json()["answer"]
        assert len(told["changes"]) == count
        assert not told["more"]


def test_a_cursor_that_is_too_old_is_gone_and_a_made_up_one_refused(office: Office, client: Caller) -> None:
    key = office.key()
    start = client.get("/v1/changes", headers=key).json()["answer"]["cursor"]
    office.save(paper("one", WIFE), paper("two", WIFE))
    office.save(paper("three", WIFE))
    assert len(client.get(f"/v1/changes?cursor={start}", headers=key).json()["answer"]["changes"]) == 3
    office.clock.tick(401 * 86_400)
    assert forget_old_changes(office.services) == 2
    key = office.key()
    gone = client.get(f"/v1/changes?cursor={start}", headers=key)
    assert (gone.status_code, gone.json()["code"]) == (410, "changes.gone")
    later = cursor_of(office.services, 99)
    assert client.get(f"/v1/changes?cursor={later}", headers=key).status_code == 410
    for made_up in ("1-0000000000000000", "x", later.replace("63-", "3-"), "१-0000000000000000"):
        told = client.get("/v1/changes", headers=key, params={"cursor": made_up})
        assert (told.status_code, told.json()["code"]) == (409, "changes.cursor")


INSISTED = {"reason": "copy_unreadable", "words": "Bản lưu mờ trang hai, không đọc được"}


def declare(client: Caller, key: dict[str, str], **component: object) -> tuple[int, str]:
    """Status and code of declaring the certificate."""
    body = {"components": [{"code": COMPONENT, **component}]}
    told = client.request("PUT", f"/v1/dossiers/{ASKING}/components", headers=key, json=body)
    return told.status_code, told.json().get("code", "")


def insisted_on(office: Office) -> list[tuple[str, str, str, str]]:
    return [(one.dossier, one.component, one.status, one.reason) for one in insisted(office.services)]


def test_asking_for_what_was_held_needs_a_reason_that_is_counted_once(
    office: Office, client: Caller, asking: dict[str, str]
) -> None:
    office.save(paper("held", WIFE, type="marriage_certificate", parties=MARRIAGE))
    assert answered(client, asking)[0] == "held"
    assert declare(client, asking, came="handed_in") == (409, "reuse.must_not_ask")
    assert insisted_on(office) == []
    assert client.get(f"/v1/dossiers/{ASKING}", headers=asking).json()["answer"]["components"] == []
    assert declare(client, asking, came="handed_in", insisted={**INSISTED, "words": "mờ"}) == (
        422,
        "request.invalid",
    )
    assert declare(client, asking, came="handed_in", insisted=INSISTED) == (200, "")
    assert declare(client, asking, came="handed_in") == (200, "")
    assert insisted_on(office) == [(ASKING, COMPONENT, "held", "copy_unreadable")]
    row = office.services.store.records.handlings.row(ASKING)
    assert row is not None
    assert row.insisted == 1
    assert INSISTED["words"] not in str(list(office.services.store.records.journal(limit=1000)))


def test_asking_without_ever_having_looked_needs_a_reason_too(
    office: Office, client: Caller, asking: dict[str, str]
) -> None:
    body = {"components": [{"code": "KS-05", "came": "handed_in"}]}
    path = f"/v1/dossiers/{ASKING}/components"
    told = client.request("PUT", path, headers=asking, json=body)
    assert (told.status_code, told.json()["code"]) == (409, "reuse.must_not_ask")
    body = {"components": [{"code": "KS-05", "came": "data"}]}
    assert client.request("PUT", path, headers=asking, json=body).status_code == 200


def test_what_the_answer_said_to_ask_for_is_handed_in_without_a_reason(
    office: Office, client: Caller, asking: dict[str, str]
) -> None:
    assert answered(client, asking)[0] == "ask"
    # Filed elsewhere afterwards: the citizen had been asked by then, and rightly.
    office.save(paper("late", WIFE, type="marriage_certificate", parties=MARRIAGE))
    assert answered(client, asking)[0] == "held"
    assert declare(client, asking, came="handed_in") == (200, "")


def test_the_paper_that_was_handed_in_here_is_no_reason_against_itself(
    office: Office, client: Caller, asking: dict[str, str]
) -> None:
    (own,) = office.save(paper("own", WIFE, type="marriage_certificate", parties=MARRIAGE, dossier=ASKING))
    assert answered(client, asking)[0] == "held"
    assert declare(client, asking, came="handed_in", document=own) == (200, "")
    assert insisted_on(office) == []


def test_what_was_declared_counts_for_flags_and_figures_without_being_told_again(
    office: Office, client: Caller, asking: dict[str, str]
) -> None:
    held, looked_at = office.save(
        paper("held", WIFE, type="marriage_certificate", parties=MARRIAGE), paper("other", WIFE)
    )
    read = client.get(f"/v1/documents/{looked_at}", headers={**asking, "Motlan-Dossier": ASKING})
    assert read.status_code == 200
    components = [
        {"code": COMPONENT, "came": "reused", "document": held},
        {"code": "KS-05", "came": "data"},
    ]
    path = f"/v1/dossiers/{ASKING}"
    told = client.request("PUT", f"{path}/components", headers=asking, json={"components": components})
    assert told.status_code == 200, told.text
    flags = client.get(f"{path}/flags", headers=asking).json()["answer"]
    (file,) = flags["TaiLieuNop"]
    assert (file["TepDinhKemId"], file["MaThanhPhanHoSo"], file["DuocTaiSuDung"]) == (held, COMPONENT, 1)
    assert file["TenTepDinhKem"] == "marriage_certificate.pdf"
    assert flags["DSKetNoiCSDL"] == ["population"]
    facts = FactsMaker(office.services)(office.services.store.records.handlings.row(ASKING))  # type: ignore[arg-type]
    assert [each.reused for each in facts.files] == [1]
    assert facts.population
    # What the handling says of the same component comes before it.
    handling = {"files": [{"component": COMPONENT, "paper": "marriage_certificate", "digitised": True}]}
    assert client.post(f"{path}/handling", headers=asking, json=handling).status_code == 200
    (file,) = client.get(f"{path}/flags", headers=asking).json()["answer"]["TaiLieuNop"]
    assert (file["MaThanhPhanHoSo"], file["DuocTaiSuDung"]) == (COMPONENT, 0)

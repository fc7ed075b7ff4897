"""Filed papers that are corrected: what changes, what never does, who may, and who is told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dossier.access import Access, Purpose
from dossier.admission import FieldScope, Role
from dossier.corrections import CorrectionGround, CorrectionState
from dossier.documents import Document, DocumentState
from dossier.errors import ArgumentError
from dossier.events import EventKind
from dossier.fields import Evidence
from dossier.ids import DocumentId
from dossier.keeping import Answer, RequestKind
from dossier.keeping_errors import CorrectionError, SubjectRequestError
from flows.corrections import approve, correct, corrections_of, reject
from flows.review import Said
from flows.subjects import add_request, answer_request, find_request
from tests.cli.desk import Desk
from tests.web.conftest import MakeOffice
from tests.web.office import DOSSIER, HUSBAND, STRANGER, WIFE, Caller, Office, paper
from tests.web.providers import PROVIDED, Provider

WHY = "Giấy tờ in là 05/04/1990, máy đọc thành 02/04/1990"
BY = Access("quay-1", Purpose.OWNER)
OTHER = Access("quay-2", Purpose.OWNER)
BIRTH = Said(values={"date_of_birth": "05/04/1990"}, confirmed=True)


@pytest.fixture
def office(make_office: MakeOffice) -> Office:
    return make_office(**PROVIDED)


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def client(office: Office, provider: Provider) -> Iterator[Caller]:
    made = office.serve(fetch=provider.document)
    yield made
    made.close()


def kept(office: Office, document: str, version: int | None = None) -> Document:
    return office.services.store.records.document(DocumentId(document), version=version)


def asked_to_correct(office: Office, document: str) -> str:
    words = "Ngày sinh trên hồ sơ bị sai"
    return add_request(
        office.services, DocumentId(document), RequestKind.CORRECT, words=words, number=WIFE
    ).id


def test_a_correction_is_a_new_version_and_the_signed_file_stays_as_it_is(office: Office) -> None:
    (document,) = office.save(paper("own", WIFE))
    before = kept(office, document)
    made = correct(office.services, document, BIRTH, ground=CorrectionGround.MISREAD, words=WHY, access=BY)
    assert (made.state, made.version, made.maker, made.decider) == (
        CorrectionState.APPLIED,
        2,
        "quay-1",
        "quay-1",
    )
    after = kept(office, document)
    field = after.field("date_of_birth")
    assert field is not None
    assert (field.value, field.printed, field.evidence) == ("1990-04-05", "1990-04-02", Evidence.PERSON)
    assert (after.state, after.object_sha256, after.filed_at) == (
        DocumentState.FILED,
        before.object_sha256,
        before.filed_at,
    )
    assert (after.signature, after.result_code) == (before.signature, before.result_code)
    assert kept(office, document, 1) == before


def test_a_paper_that_was_given_to_the_wrong_person_is_found_for_the_right_one_alone(office: Office) -> None:
    (document,) = office.save(paper("own", STRANGER))
    said = Said(values={"personal_id": HUSBAND, "sex": "Nam"}, owner=HUSBAND, confirmed=True)
    correct(office.services, document, said, ground=CorrectionGround.OWNER, words=WHY, access=BY)
    records = office.services.store.records
    assert [found.id for found in records.documents_of_owner(HUSBAND)] == [document]
    assert list(records.documents_of_owner(STRANGER)) == []
    told = office.events(EventKind.DOCUMENT_CORRECTED)
    assert {event.owner_ref for event in told} == {records.owner_ref(HUSBAND), records.owner_ref(STRANGER)}


def test_a_new_name_is_found_and_the_old_one_no_more(office: Office) -> None:
    (document,) = office.save(paper("own", WIFE))
    said = Said(values={"full_name": "Mẫu Thị Thu"}, confirmed=True)
    correct(office.services, document, said, ground=CorrectionGround.MISREAD, words=WHY, access=BY)
    records = office.services.store.records
    assert [found.id for found in records.documents_named("Mẫu Thị Thu")] == [document]
    assert list(records.documents_named("Mẫu Thị Thử")) == []


def test_the_request_is_answered_with_the_correction_and_not_without(office: Office) -> None:
    (document,) = office.save(paper("own", WIFE))
    request = asked_to_correct(office, document)
    with pytest.raises(SubjectRequestError, match="corrections add"):
        answer_request(office.services, request, grant=True, words="Đã sửa")
    correct(
        office.services,
        document,
        BIRTH,
        ground=CorrectionGround.MISREAD,
        words=WHY,
        request=request,
        access=BY,
    )
    assert find_request(office.services, request).answer is Answer.GRANTED
    with pytest.raises(CorrectionError, match="đã được trả lời"):
        correct(
            office.services,
            document,
            Said(values={"full_name": "Mẫu Thị Thư"}, confirmed=True),
            ground=CorrectionGround.MISREAD,
            words=WHY,
            request=request,
            access=BY,
        )
    assert kept(office, document).version == 2
    (event,) = office.events(EventKind.REQUEST_ANSWERED)
    assert event.details["answer"] == "granted"
    assert WHY not in str(list(office.services.store.records.journal(limit=1000)))


def test_a_request_about_something_else_is_no_ground(office: Office) -> None:
    first, second = office.save(paper("own", WIFE), paper("more", WIFE))
    view = add_request(office.services, first, RequestKind.VIEW, words="Xin xem", number=WIFE).id
    for request in (asked_to_correct(office, second), view):
        with pytest.raises(CorrectionError, match="không phải"):
            correct(
                office.services,
                first,
                BIRTH,
                ground=CorrectionGround.MISREAD,
                words=WHY,
                request=request,
                access=BY,
            )
    assert kept(office, first).version == 1


NO_CORRECTIONS: tuple[tuple[Said, str, type[Exception]], ...] = (
    (Said(values={"date_of_birth": "31/02/1990"}), WHY, ArgumentError),
    (Said(values={"no_such_field": "1"}), WHY, ArgumentError),
    (Said(values={}, type_="no_such_type"), WHY, ArgumentError),
    (Said(values={}, owner="12345"), WHY, ArgumentError),
    (Said(values={"date_of_birth": "02/04/1990"}, confirmed=True), WHY, CorrectionError),
    (Said(values={}), WHY, CorrectionError),
    (BIRTH, "sai", CorrectionError),
    (BIRTH, f"{WHY}\x07", CorrectionError),
    # The year contradicts the number: looked at and said to be right, or not at all.
    (Said(values={"date_of_birth": "05/04/1980", "personal_id": WIFE}), WHY, CorrectionError),
)


def test_what_is_no_correction_is_refused_and_changes_nothing(office: Office) -> None:
    (document,) = office.save(paper("own", WIFE))
    for said, words, error in NO_CORRECTIONS:
        with pytest.raises(error):
            correct(office.services, document, said, ground=CorrectionGround.MISREAD, words=words, access=BY)
    assert kept(office, document).version == 1
    assert list(corrections_of(office.services, document)) == []


def test_a_waiting_paper_is_reviewed_and_not_corrected(office: Office) -> None:
    (document,) = office.save(paper("own", WIFE, state=DocumentState.WAITING))
    with pytest.raises(CorrectionError, match="motlan review"):
        correct(office.services, document, BIRTH, ground=CorrectionGround.MISREAD, words=WHY, access=BY)


def test_where_two_are_wanted_the_maker_cannot_approve_and_nothing_counts_before(
    make_office: MakeOffice,
) -> None:
    office = make_office(MOTLAN_CORRECTION_SECOND_PERSON="true")
    (document,) = office.save(paper("own", WIFE))
    request = asked_to_correct(office, document)

    def proposed() -> str:
        made = correct(
            office.services,
            document,
            BIRTH,
            ground=CorrectionGround.MISREAD,
            words=WHY,
            request=request,
            access=BY,
        )
        assert made.state is CorrectionState.PROPOSED
        assert kept(office, document).value("date_of_birth") == "1990-04-02"
        return made.id

    first = proposed()
    with pytest.raises(CorrectionError, match="đang chờ"):
        proposed()
    with pytest.raises(CorrectionError, match="không được tự duyệt"):
        approve(office.services, first, access=BY)
    reject(office.services, first, words="Giấy tờ in đúng như hồ sơ", access=OTHER)
    assert find_request(office.services, request).answer is None
    second = proposed()
    made = approve(office.services, second, access=OTHER)
    assert (made.maker, made.decider, made.version) == ("quay-1", "quay-2", 2)
    assert kept(office, document).value("date_of_birth") == "1990-04-05"
    assert find_request(office.services, request).answer is Answer.GRANTED
    with pytest.raises(CorrectionError, match="không còn chờ"):
        approve(office.services, second, access=OTHER)


def test_over_http_the_feed_and_the_citizen_are_told_and_the_values_are_not(
    office: Office, client: Caller, provider: Provider
) -> None:
    (document,) = office.save(paper("own", WIFE))
    me = provider.citizen(office.clock.now, WIFE)
    asked = {"document": document, "kind": "correct", "words": "Ngày sinh bị sai, xin sửa"}
    request = client.post("/v1/me/requests", headers=me, json=asked).json()["answer"]["request"]
    key = {**office.key(Role.ARCHIVIST), "Motlan-Ground": "luu_tru"}
    body = {
        "ground": "misread",
        "words": WHY,
        "request": request,
        "fields": [{"name": "date_of_birth", "value": "05/04/1990"}],
        "confirmed": True,
    }
    told = client.post(f"/v1/documents/{document}/corrections", headers=key, json=body)
    assert told.status_code == 201, told.text
    answer = told.json()["answer"]
    assert (answer["state"], answer["version"], answer["fields"]) == ("applied", 2, ["date_of_birth"])
    assert "1990" not in told.text
    feed = client.get("/v1/changes", headers=office.key()).json()["answer"]["changes"]
    assert [(each["kind"], each["version"]) for each in feed] == [("filed", 1), ("corrected", 2)]
    (mine,) = client.get("/v1/me/papers", headers=me).json()["answer"]["papers"]
    assert mine["version"] == 2
    assert [(each["version"], each["request"]) for each in mine["corrections"]] == [(2, request)]
    (answered,) = client.get("/v1/me/requests", headers=me).json()["answer"]["requests"]
    assert answered["answer"] == "granted"
    looks = client.get("/v1/me/looks", headers=me).json()["answer"]["looks"]
    assert ("document.corrected", document) in [(each["what"], each["document"]) for each in looks]
    again = client.post(f"/v1/documents/{document}/corrections", headers=key, json=body)
    assert (again.status_code, again.json()["code"]) == (409, "corrections.refused")


def test_nobody_corrects_what_they_may_not_see(
    office: Office, client: Caller, registered: dict[str, str]
) -> None:
    own, other = office.save(paper("own", WIFE), paper("other", STRANGER))
    basic = {**office.key(fields=FieldScope.BASIC), "Motlan-Dossier": DOSSIER}
    body = {"ground": "misread", "words": WHY, "fields": [{"name": "ethnicity", "value": "Kinh"}]}
    told = client.post(f"/v1/documents/{own}/corrections", headers=basic, json=body)
    assert (told.status_code, told.json()["code"]) == (403, "access.field_scope")
    whole = {**registered, "Motlan-Dossier": DOSSIER}
    told = client.post(f"/v1/documents/{other}/corrections", headers=whole, json=body)
    assert told.status_code == 404
    assert client.post(f"/v1/documents/{own}/corrections", headers=whole, json=body).status_code == 201
    assert kept(office, own).value("ethnicity") == "Kinh"


def test_a_value_that_is_none_of_its_kind_is_refused_over_http_by_its_place(
    office: Office, client: Caller, registered: dict[str, str]
) -> None:
    (own,) = office.save(paper("own", WIFE))
    whole = {**registered, "Motlan-Dossier": DOSSIER}
    for name, value in (("date_of_birth", "31/02/1990"), ("no_such_field", "1")):
        body = {"ground": "misread", "words": WHY, "fields": [{"name": name, "value": value}]}
        told = client.post(f"/v1/documents/{own}/corrections", headers=whole, json=body)
        assert (told.status_code, told.json()["code"]) == (409, "request.value")
        assert told.json()["detail"].startswith(f"Giá trị {name} trong yêu cầu")
        assert value not in told.json()["detail"].split("cần")[0]
    assert kept(office, own).version == 1


def test_a_second_person_decides_over_http(make_office: MakeOffice) -> None:
    office = make_office(MOTLAN_CORRECTION_SECOND_PERSON="true")
    client = office.serve()
    (document,) = office.save(paper("own", WIFE))
    maker, checker = ({**office.key(Role.ARCHIVIST), "Motlan-Ground": "luu_tru"} for _ in range(2))
    body = {"ground": "misread", "words": WHY, "fields": [{"name": "full_name", "value": "Mẫu Thị Thu"}]}
    made = client.post(f"/v1/documents/{document}/corrections", headers=maker, json=body)
    assert made.status_code == 201, made.text
    made = made.json()["answer"]
    assert (made["state"], made["version"]) == ("proposed", None)
    basic = {**office.key(Role.ARCHIVIST, fields=FieldScope.NONE), "Motlan-Ground": "luu_tru"}
    change = {"name": "full_name", "now": "Mẫu Thị Thử", "proposed": "Mẫu Thị Thu"}
    for key, changes, withheld in ((checker, [change], []), (basic, [], ["full_name"])):
        view = client.get(f"/v1/corrections/{made['correction']}", headers=key).json()["answer"]
        assert (view["words"], view["changes"], view["withheld"]) == (WHY, changes, withheld)
    path = f"/v1/corrections/{made['correction']}/decision"
    for decision in ({"approve": True}, {"approve": False}):
        told = client.post(path, headers=maker, json=decision)
        assert (told.status_code, told.json()["code"]) == (409, "corrections.refused")
    told = client.post(path, headers=checker, json={"approve": True})
    assert (told.status_code, told.json()["answer"]["state"]) == (200, "applied")
    unknown = "/v1/corrections/00000000-0000-4000-8000-000000000000/decision"
    assert client.post(unknown, headers=checker, json={"approve": True}).status_code == 404
    client.close()


def test_an_officer_at_the_command_line_corrects_and_another_one_approves(
    make_office: MakeOffice, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    office = make_office()
    (document,) = office.save(paper("own", WIFE))
    request = asked_to_correct(office, document)
    desk = Desk(office.services.settings.data, capsys)
    office.close()
    monkeypatch.setenv("MOTLAN_CORRECTION_SECOND_PERSON", "true")
    what = ("--because", "misread", "--words", WHY, "--request", request)
    assert desk.run("corrections", "add", document, *what, "--set", "date_of_birth=31/02/1990") == 10
    made = desk.json("corrections", "add", document, *what, "--set", "date_of_birth=05/04/1990")
    assert (made["state"], made["fields"], made["decider"]) == ("proposed", ["date_of_birth"], None)
    assert desk.run("corrections", "show", made["correction"]) == 0
    assert "  date_of_birth: 1990-04-02 → 05/04/1990" in desk.said
    assert desk.run("corrections", "approve", made["correction"]) == 12
    assert "không được tự duyệt" in desk.complained
    monkeypatch.setenv("MOTLAN_ACTOR", "quay-2")
    assert desk.run("corrections", "approve", made["correction"]) == 0
    assert "đã chỉnh sửa, phiên bản 2; đọc, nhập sai so với giấy tờ" in desk.said
    assert "ban-so-hoa → quay-2" in desk.said
    assert desk.run("corrections", "list", "--waiting") == 0
    assert desk.said == "Không có chỉnh sửa nào.\n"
    assert desk.run("citizen", "papers", "--owner", WIFE) == 0
    assert "(phiên bản 2); bản cũ vẫn giữ" in desk.said
    assert desk.run("requests", "list") == 0
    assert "đã chấp thuận" in desk.said

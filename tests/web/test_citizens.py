"""The citizen's side over HTTP: what is held about me, who looked, my papers, my requests."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace

import pytest

from dossier.documents import DocumentState, Party, PartyRole
from dossier.events import EventKind
from tests.web.conftest import MakeOffice
from tests.web.office import DOSSIER, HUSBAND, STRANGER, WIFE, Caller, Clock, Office, paper
from tests.web.providers import PROVIDED, Provider

CONTENT = b"%PDF-1.7 B\xe1\xba\xa3n \xc4\x91\xc3\xa3 k\xc3\xbd M\xe1\xba\xaaU\n"
MARRIAGE = (
    Party(role=PartyRole.OWNER, relation="wife", number=WIFE, name="Mẫu Thị Thử"),
    Party(role=PartyRole.OWNER, relation="husband", number=HUSBAND, name="Mẫu Văn Chồng"),
)
CHILD = (
    Party(role=PartyRole.OWNER, relation="subject", number=STRANGER, name="Mẫu Văn Con"),
    Party(role=PartyRole.RELATED, relation="mother", number=WIFE, name="Mẫu Thị Thử"),
)


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


@pytest.fixture
def me(provider: Provider, clock: Clock) -> dict[str, str]:
    return provider.citizen(clock.now, WIFE)


def test_a_citizen_is_told_what_is_held_about_them_and_nothing_that_it_says(
    office: Office, client: Caller, me: dict[str, str]
) -> None:
    own, child, _ = office.save(
        paper("own", WIFE), paper("child", STRANGER, parties=CHILD), paper("other", STRANGER)
    )
    told = client.get("/v1/me/papers", headers=me)
    assert told.status_code == 200, told.text
    listed = {each["document"]: each["relation"] for each in told.json()["answer"]["papers"]}
    assert listed == {own: "own", child: "named"}
    assert told.json()["answer"]["next"] is None
    assert WIFE not in told.text
    assert "Mẫu" not in told.text


def test_a_citizen_reads_their_own_papers_also_restricted_ones_and_nobody_elses(
    office: Office, client: Caller, me: dict[str, str]
) -> None:
    own, child, other = office.save(
        paper("own", WIFE, restricted=True),
        paper("child", STRANGER, parties=CHILD),
        paper("other", STRANGER),
        content=CONTENT,
    )
    told = client.get(f"/v1/documents/{own}", headers=me)
    assert told.json()["answer"]["fields"]["ethnicity"]["value"] == "Mông"
    assert client.get(f"/v1/documents/{own}/file", headers=me).content == CONTENT
    for document in (child, other):
        for path in (f"/v1/documents/{document}", f"/v1/documents/{document}/file"):
            assert client.get(path, headers=me).status_code == 404
    # The file as handed in shows the papers of others too.
    original = client.get(f"/v1/documents/{own}/file?copy=original", headers=me)
    assert original.json()["code"] == "access.file_scope"


def test_a_citizen_is_told_who_looked_and_an_emergency_only_when_the_law_lets_it_be_told(
    office: Office, client: Caller, me: dict[str, str]
) -> None:
    (shared,) = office.save(paper("marriage", WIFE, parties=MARRIAGE))
    key = office.key(offices="H26.5.12")
    body = {"code": DOSSIER, "procedure": "1.004222", "owner": HUSBAND}
    client.post("/v1/dossiers", headers=key, json=body)
    assert client.get(f"/v1/documents/{shared}", headers={**key, "Motlan-Dossier": DOSSIER}).is_success
    asked = {"document": shared, "reason": "court", "words": "Lệnh mẫu của tòa án"}
    grant = client.post("/v1/emergency-grants", headers=key, json=asked).json()["answer"]["grant"]
    assert client.get(f"/v1/documents/{shared}", headers={**key, "Motlan-Emergency": grant}).is_success

    told = client.get("/v1/me/looks", headers=me).json()["answer"]
    (look,) = told["looks"]
    assert (look["what"], look["purpose"], look["document"]) == (
        "document.read",
        "giai_quyet_thu_tuc",
        shared,
    )
    assert (look["dossier"], look["label"], look["offices"]) == (DOSSIER, "mau", ["H26.5.12"])

    office.clock.tick(30 * 86_400)
    later = dict(client_token(office, client, WIFE))
    told = client.get("/v1/me/looks", headers=later).json()["answer"]
    purposes = [each["purpose"] for each in told["looks"]]
    assert purposes == ["chu_the_du_lieu", "khan_cap", "giai_quyet_thu_tuc"]


def client_token(office: Office, client: Caller, number: str) -> dict[str, str]:
    """A new sign-in; the one of before has ended."""
    return Provider().citizen(office.clock.now, number)


def test_looks_come_in_pages_the_newest_first(office: Office, client: Caller, me: dict[str, str]) -> None:
    (own,) = office.save(paper("own", WIFE))
    for _ in range(3):
        assert client.get(f"/v1/documents/{own}", headers=me).is_success
    first = client.get("/v1/me/looks", headers=me).json()["answer"]["looks"]
    entries = [each["entry"] for each in first]
    assert entries == sorted(entries, reverse=True)
    rest = client.get(f"/v1/me/looks?before={entries[0]}", headers=me).json()["answer"]["looks"]
    assert [each["entry"] for each in rest] == entries[1:]


def test_an_export_holds_the_signed_bytes_and_no_personal_data_around_them(
    office: Office, client: Caller, me: dict[str, str]
) -> None:
    kept = office.save(
        paper("own", WIFE),
        paper("marriage", WIFE, type="marriage_certificate", parties=MARRIAGE),
        paper("waiting", WIFE, state=DocumentState.WAITING),
        paper("child", STRANGER, parties=CHILD),
        content=CONTENT,
    )
    told = client.get("/v1/me/export", headers=me)
    assert (told.status_code, told.headers["content-type"]) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(told.content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        manifest = json.loads(archive.read("manifest.json"))
        around = archive.read("manifest.json") + archive.read("SHA256SUMS") + " ".join(names).encode()
        files = [each["file"] for each in manifest["papers"]]
        assert files == names[:2]
        for each in manifest["papers"]:
            assert archive.read(each["file"]) == CONTENT
            assert each["sha256"] == hashlib.sha256(CONTENT).hexdigest()
            assert f"{each['sha256']}  {each['file']}\n".encode() in archive.read("SHA256SUMS")
    assert {each["document"] for each in manifest["papers"]} == set(kept[:2])
    assert manifest["left_out"] == [{"document": kept[2], "why": "waiting"}]
    for personal in (WIFE, HUSBAND, "Mẫu", "Thử"):
        assert personal.encode() not in around
    read = [event for event in office.events(EventKind.DOCUMENT_READ) if event.purpose == "chu_the_du_lieu"]
    assert {event.subject for event in read} == set(kept[:2])


def test_an_export_of_chosen_papers_holds_those_alone_and_never_anothers(
    office: Office, client: Caller, me: dict[str, str]
) -> None:
    first, _, other = office.save(paper("one", WIFE), paper("two", WIFE), paper("other", STRANGER))
    told = client.get(f"/v1/me/export?document={first}", headers=me)
    with zipfile.ZipFile(io.BytesIO(told.content)) as archive:
        assert [each["document"] for each in json.loads(archive.read("manifest.json"))["papers"]] == [first]
    assert client.get(f"/v1/me/export?document={other}", headers=me).status_code == 404
    nobody = client_token(office, client, "011199000009")
    assert client.get("/v1/me/export", headers=nobody).json()["code"] == "citizen.nothing_held"


def test_a_damaged_file_is_left_out_of_an_export_and_said_so(
    office: Office, client: Caller, me: dict[str, str]
) -> None:
    (good,) = office.save(paper("good", WIFE), content=CONTENT)
    (bad,) = office.save(paper("bad", WIFE), content=CONTENT + b"x")
    sha256 = office.services.store.records.document(bad).object_sha256
    assert sha256
    (file,) = office.services.settings.data.rglob(f"*{sha256[10:]}*")
    file.chmod(0o600)
    file.write_bytes(CONTENT + b"y")
    told = client.get("/v1/me/export", headers=me)
    with zipfile.ZipFile(io.BytesIO(told.content)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert [each["document"] for each in manifest["papers"]] == [good]
    assert manifest["left_out"] == [{"document": bad, "why": "store.object_damaged"}]


def test_a_request_is_taken_with_its_days_and_found_again_by_who_made_it(
    office: Office, client: Caller, me: dict[str, str]
) -> None:
    (shared,) = office.save(paper("marriage", WIFE, parties=MARRIAGE))
    asked = {"document": shared, "kind": "correct", "words": "Sai ngày đăng ký, xin sửa lại"}
    told = client.post("/v1/me/requests", headers=me, json=asked)
    assert told.status_code == 201, told.text
    assert (told.json()["answer"]["answer_by"], told.json()["answer"]["carry_out_by"]) == (
        "2026-11-24",
        "2026-12-04",
    )
    assert client.post("/v1/me/requests", headers=me, json=asked).json()["code"] == "requests.refused"
    mine = client.get("/v1/me/requests", headers=me).json()["answer"]["requests"]
    assert [each["request"] for each in mine] == [told.json()["answer"]["request"]]
    # The other owner of the paper is not told what she asked for, and may ask the same.
    husband = client_token(office, client, HUSBAND)
    assert client.get("/v1/me/requests", headers=husband).json()["answer"]["requests"] == []
    assert client.post("/v1/me/requests", headers=husband, json=asked).status_code == 201
    added = office.events(EventKind.REQUEST_ADDED)[0]
    assert added.owner_ref == office.services.store.records.owner_ref(WIFE)
    assert "đăng ký" not in str(added)


def test_a_request_about_anothers_paper_is_a_request_about_nothing(
    office: Office, client: Caller, me: dict[str, str]
) -> None:
    (other,) = office.save(paper("other", STRANGER))
    asked = {"document": other, "kind": "erase", "words": "Xin xóa giấy tờ này"}
    assert client.post("/v1/me/requests", headers=me, json=asked).status_code == 404
    assert office.events(EventKind.REQUEST_ADDED) == []


@pytest.mark.parametrize("number", [None, "", "1234", "0111900000011", "01119000000१", 11190000001])
def test_a_citizen_without_a_proven_number_is_nobody(
    client: Caller, provider: Provider, clock: Clock, number: object
) -> None:
    rights = {"role": "citizen", "number": number}
    told = client.get(
        "/v1/me/papers", headers={"Authorization": f"Bearer {provider.token(clock.now, motlan=rights)}"}
    )
    assert told.status_code == 401


def test_a_citizen_cannot_borrow_the_ground_of_an_office(
    office: Office, client: Caller, me: dict[str, str]
) -> None:
    (own,) = office.save(paper("own", WIFE))
    for ground in ({"Motlan-Ground": "luu_tru"}, {"Motlan-Dossier": DOSSIER}):
        told = client.get(f"/v1/documents/{own}", headers={**me, **ground})
        assert told.status_code == 403


def test_a_paper_whose_owner_changes_is_not_theirs_any_more(
    office: Office, client: Caller, me: dict[str, str]
) -> None:
    (own,) = office.save(paper("own", WIFE))
    with office.services.writing():
        records = office.services.store.records
        kept = records.document(own)
        party = replace(kept.parties[0], number=STRANGER)
        records.save_document(kept.next_version(parties=(party,)))
    assert client.get(f"/v1/documents/{own}", headers=me).status_code == 404
    assert client.get("/v1/me/papers", headers=me).json()["answer"]["papers"] == []

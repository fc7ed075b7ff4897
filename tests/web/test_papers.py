"""Papers over HTTP: fields within the scope of the caller, and files in parts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.admission import FieldScope, Role
from dossier.documents import DocumentState
from dossier.events import EventKind
from tests.web.office import DOSSIER, STRANGER, WIFE, Caller, Office, paper
from web.api.ranges import OutsideError, Part, asked_part, same_tag

CONTENT = b"%PDF-1.7 MAU\n" + bytes(range(256)) * 40


@pytest.fixture
def own(office: Office, registered: dict[str, str]) -> str:
    """A paper of the wife, and the header that names her dossier."""
    return office.save(paper("birth", WIFE), content=CONTENT)[0]


@pytest.fixture
def key(registered: dict[str, str]) -> dict[str, str]:
    return {**registered, "Motlan-Dossier": DOSSIER}


def test_sensitive_fields_are_for_those_whose_scope_has_them(
    office: Office, client: Caller, own: str, key: dict[str, str]
) -> None:
    seen = {}
    for scope in FieldScope:
        told = client.get(f"/v1/documents/{own}", headers={**key, **office.key(fields=scope)})
        answer = told.json()["answer"]
        seen[scope] = (sorted(answer["fields"]), answer["withheld"])
    every = ["date_of_birth", "document_number", "ethnicity", "full_name", "registration_date"]
    basic = [name for name in every if name != "ethnicity"]
    assert seen == {
        FieldScope.NONE: ([], every),
        FieldScope.BASIC: (basic, ["ethnicity"]),
        FieldScope.SENSITIVE: (every, []),
    }


def test_only_the_fields_that_are_asked_for_are_given(
    office: Office, client: Caller, own: str, key: dict[str, str]
) -> None:
    key |= office.key(fields=FieldScope.BASIC)
    told = client.get(f"/v1/documents/{own}?field=full_name&field=ethnicity", headers=key)
    assert sorted(told.json()["answer"]["fields"]) == ["full_name"]
    assert told.json()["answer"]["withheld"] == ["ethnicity"]
    assert client.get(f"/v1/documents/{own}?field=Robert');--", headers=key).status_code == 422


def test_every_read_names_its_dossier_and_owner_in_the_journal(
    office: Office, client: Caller, own: str, key: dict[str, str]
) -> None:
    client.get(f"/v1/documents/{own}", headers=key)
    client.get(f"/v1/documents/{own}/file", headers=key)
    read = office.events(EventKind.DOCUMENT_READ)
    reference = office.services.store.records.owner_ref(WIFE)
    assert [(event.subject, event.dossier, event.owner_ref) for event in read] == [
        (own, DOSSIER, reference)
    ] * 2
    answered = office.events(EventKind.API_ANSWERED)[-2:]
    assert [event.details["endpoint"] for event in answered] == ["document_read", "document_file"]


def test_a_file_comes_whole_in_parts_or_not_again(client: Caller, own: str, key: dict[str, str]) -> None:
    path = f"/v1/documents/{own}/file"
    whole = client.get(path, headers=key)
    assert (whole.status_code, whole.content) == (200, CONTENT)
    assert whole.headers["Content-Type"] == "application/pdf"
    assert whole.headers["Content-Disposition"] == f'attachment; filename="{own}.pdf"'
    tag = whole.headers["ETag"]
    part = client.get(path, headers={**key, "Range": "bytes=10-19", "If-Range": tag})
    assert (part.status_code, part.content) == (206, CONTENT[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(CONTENT)}"
    tail = client.get(path, headers={**key, "Range": "bytes=-5"})
    assert (tail.status_code, tail.content) == (206, CONTENT[-5:])
    other = client.get(path, headers={**key, "Range": "bytes=10-19", "If-Range": '"other"'})
    assert (other.status_code, other.content) == (200, CONTENT)
    same = client.get(path, headers={**key, "If-None-Match": f'"x", {tag}'})
    assert (same.status_code, same.content) == (304, b"")
    outside = client.get(path, headers={**key, "Range": f"bytes={len(CONTENT)}-"})
    assert (outside.status_code, outside.json()["code"]) == (416, "request.range")
    assert outside.headers["Content-Range"] == f"bytes */{len(CONTENT)}"


def test_the_original_file_is_there_too(client: Caller, own: str, key: dict[str, str]) -> None:
    told = client.get(f"/v1/documents/{own}/file?copy=original", headers=key)
    assert (told.status_code, told.content) == (200, CONTENT)
    assert client.get(f"/v1/documents/{own}/file?copy=secret", headers=key).status_code == 422


def test_a_file_is_for_those_who_may_see_all_that_it_shows(
    office: Office, client: Caller, own: str, key: dict[str, str]
) -> None:
    for scope in (FieldScope.NONE, FieldScope.BASIC):
        told = client.get(f"/v1/documents/{own}/file", headers={**key, **office.key(fields=scope)})
        assert (told.status_code, told.json()["code"]) == (403, "access.file_scope")
    # A stranger's paper came in the same file: the signed copy is of one paper, the original shows both.
    office.save(paper("stranger", STRANGER), content=CONTENT)
    for copy, status in (("signed", 200), ("original", 403)):
        told = client.get(f"/v1/documents/{own}/file?copy={copy}", headers=key)
        assert told.status_code == status
    refused = office.events(EventKind.API_REFUSED)
    assert [event.details["code"] for event in refused] == ["access.file_scope"] * 3


def test_a_damaged_file_is_told_and_not_sent(
    office: Office, client: Caller, own: str, key: dict[str, str]
) -> None:
    sha256 = office.services.store.records.document(own).object_sha256  # type: ignore[arg-type]  # an id
    assert sha256
    (kept,) = office.services.settings.data.rglob(f"*{sha256[10:]}*")
    kept.chmod(0o600)
    kept.write_bytes(CONTENT[:-1] + b"x")
    told = client.get(f"/v1/documents/{own}/file", headers=key)
    assert (told.status_code, told.json()["code"]) == (500, "store.object_damaged")
    assert sha256 not in told.text
    assert str(office.services.settings.data) not in told.text


def test_a_restricted_paper_is_for_the_archive_alone(
    office: Office, client: Caller, own: str, key: dict[str, str]
) -> None:
    with office.services.writing():
        records = office.services.store.records
        kept = records.document(own)  # type: ignore[arg-type]  # an id
        records.save_document(kept.next_version(restricted=True))
    for path in (f"/v1/documents/{own}", f"/v1/documents/{own}/file"):
        told = client.get(path, headers=key)
        assert (told.status_code, told.json()["code"]) == (403, "access.refused")
        archivist = {**office.key(Role.ARCHIVIST), "Motlan-Ground": "luu_tru"}
        assert client.get(path, headers=archivist).status_code == 200


def test_a_destroyed_paper_is_gone(office: Office, client: Caller, own: str, key: dict[str, str]) -> None:
    with office.services.writing():
        records = office.services.store.records
        kept = records.document(own)  # type: ignore[arg-type]  # an id
        records.save_document(replace(kept.next_version(), state=DocumentState.DESTROYED))
    told = client.get(f"/v1/documents/{own}/file", headers=key)
    assert (told.status_code, told.json()["code"]) == (410, "store.object_destroyed")


def test_an_emergency_opens_one_paper_for_a_quarter_of_an_hour_and_raises_an_alarm(
    office: Office, client: Caller, registered: dict[str, str]
) -> None:
    first, second = office.save(paper("one", STRANGER), paper("two", STRANGER))
    asked = {"document": first, "reason": "life", "words": "Người bệnh mẫu đang cấp cứu"}
    told = client.post("/v1/emergency-grants", headers=registered, json=asked)
    headers = {**registered, "Motlan-Emergency": told.json()["answer"]["grant"]}
    assert client.get(f"/v1/documents/{first}", headers=headers).status_code == 200
    assert client.get(f"/v1/documents/{second}", headers=headers).status_code == 404
    stolen = {**office.key(), "Motlan-Emergency": headers["Motlan-Emergency"]}
    assert client.get(f"/v1/documents/{first}", headers=stolen).status_code == 403
    assert [event.details["why"] for event in office.events(EventKind.ACCESS_ALARM)] == ["emergency"]
    opened = office.events(EventKind.EMERGENCY_OPENED)[0]
    assert (opened.subject, opened.purpose, opened.details["reason"]) == (first, "khan_cap", "life")
    assert "bệnh" not in str(opened)
    office.clock.tick(15 * 60)
    ended = client.get(f"/v1/documents/{first}", headers=headers)
    assert (ended.status_code, ended.json()["code"]) == (403, "access.emergency")
    for words in ("", "   ", "a b"):
        refused = client.post("/v1/emergency-grants", headers=registered, json={**asked, "words": words})
        assert refused.status_code == 422


def test_more_than_one_ground_is_refused(client: Caller, own: str, key: dict[str, str]) -> None:
    told = client.get(f"/v1/documents/{own}", headers={**key, "Motlan-Ground": "luu_tru"})
    assert (told.status_code, told.json()["code"]) == (403, "access.several_grounds")


# --- ranges


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("", None),
        ("bytes=0-0", Part(0, 0)),
        ("bytes=5-", Part(5, 9)),
        ("bytes=5-99", Part(5, 9)),
        ("bytes=-3", Part(7, 9)),
        ("bytes=-99", Part(0, 9)),
        ("bytes=3-2", None),
        ("bytes=0-1,4-5", None),
        ("bytes=-", None),
        ("lines=0-1", None),
        ("bytes=a-b", None),
        ("bytes=0-99999999999999999999", None),
    ],
)
def test_a_range_asks_for_bytes_of_the_file(header: str, part: Part | None) -> None:
    assert asked_part(header, 10) == part


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-20", "bytes=-0"])
def test_a_range_behind_the_end_is_told(header: str) -> None:
    with pytest.raises(OutsideError):
        asked_part(header, 10)


@given(first=st.integers(0, 300), last=st.integers(0, 300), size=st.integers(1, 200))
def test_a_part_always_lies_within_the_file(first: int, last: int, size: int) -> None:
    for header in (f"bytes={first}-{last}", f"bytes={first}-", f"bytes=-{last}"):
        try:
            part = asked_part(header, size)
        except OutsideError:
            continue
        if part is not None:
            assert 0 <= part.first <= part.last < size


def test_tags_are_compared_whole() -> None:
    assert same_tag("*", '"a"')
    assert same_tag('W/"a"', '"a"')
    assert not same_tag("a", '"a"')
    assert not same_tag("", '"a"')

"""Every cell of the table of rights, asked over HTTP: allowed as declared, else refused, and no leak."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from dossier.access import Access, Purpose
from dossier.admission import Role
from dossier.corrections import CorrectionGround, CorrectionState
from dossier.documents import Party, PartyRole
from dossier.events import EventKind
from dossier.ids import DocumentId
from flows.corrections import correct, corrections_of, reject
from flows.review import Said
from tests.web.office import (
    CLOSED,
    DOSSIER,
    HUSBAND,
    PROCEDURE,
    STRANGER,
    UNKNOWN,
    WIFE,
    Caller,
    Clock,
    Office,
    copy_of,
    paper,
)
from tests.web.providers import PROVIDED, Provider
from web.auth.matrix import ALLOWED, Endpoint, Ground, Ownership, allowed

PAPERS = (Endpoint.DOCUMENT_READ, Endpoint.DOCUMENT_FILE)
CORRECTING = (Endpoint.DOCUMENT_CORRECT, Endpoint.CORRECTION_DECIDE)
CHECKS = (Endpoint.REUSE_CHECK, Endpoint.REUSE_BATCH)
ABOUT_ME = (Endpoint.ME_PAPERS, Endpoint.ME_LOOKS, Endpoint.ME_EXPORT, Endpoint.ME_REQUESTS)
ABOUT_NOBODY = (Endpoint.CHANGES, Endpoint.EMERGENCY_OPEN, Endpoint.VERIFICATION)
DOSSIERS = (
    Endpoint.DOSSIER_STATUS,
    Endpoint.DOSSIER_CLOSE,
    Endpoint.DOSSIER_HANDLING,
    Endpoint.DOSSIER_FLAGS,
    Endpoint.DOSSIER_RESULTS,
)
FIGURES = {Endpoint.INDICATORS: "/v1/indicators", Endpoint.METRICS: "/metrics"}
NAMED_DOSSIERS = (Ground.OPEN, Ground.CLOSED, Ground.STRANGE)

COMPONENT = "TT-01"
PDF = b"%PDF-1.4 no real file"


@dataclass(frozen=True)
class House:
    """One service with callers of every role and papers of every kind."""

    office: Office
    client: Caller
    keys: Mapping[Role, Mapping[str, str]]
    papers: Mapping[Ownership, str]
    grants: Mapping[str, str]
    results: Mapping[Ground, str]


@pytest.fixture(scope="module")
def house(empty_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    data = copy_of(empty_store, tmp_path_factory.mktemp("matrix") / "data")
    limits = {
        "MOTLAN_API_RATE_PER_MINUTE": "100000",
        "MOTLAN_API_ALARM_REFUSALS": "100000",
        "MOTLAN_CORRECTION_SECOND_PERSON": "true",
    }
    provider = Provider()
    office = Office(data, Clock(), **limits, **PROVIDED)
    client = office.serve(fetch=provider.document)
    named = (
        Party(role=PartyRole.OWNER, relation="subject", number=STRANGER, name="Mẫu Văn Con"),
        Party(role=PartyRole.RELATED, relation="mother", number=WIFE, name="Mẫu Thị Thử"),
    )
    own, child, other = office.save(
        paper("own", WIFE), paper("child", STRANGER, parties=named), paper("other", STRANGER)
    )
    done, late = office.save(
        paper("done", STRANGER, dossier=DOSSIER), paper("late", STRANGER, dossier=CLOSED)
    )
    keys: dict[Role, Mapping[str, str]] = {
        role: office.key(role) for role in Role if role is not Role.CITIZEN
    }
    keys[Role.CITIZEN] = provider.citizen(office.clock.now, WIFE)
    for code in (DOSSIER, CLOSED):
        body = {
            "code": code,
            "procedure": PROCEDURE,
            "owner": WIFE,
            "persons": [{"whose": "partner", "number": HUSBAND}],
        }
        assert client.post("/v1/dossiers", headers=keys[Role.ONE_STOP], json=body).status_code == 201
    client.post(f"/v1/dossiers/{CLOSED}/close", headers=keys[Role.ONE_STOP])
    papers: dict[Ownership, str] = {
        Ownership.OWN: own,
        Ownership.NAMED: child,
        Ownership.OTHER: other,
    }
    grants = {each: _grant(client, keys[Role.ONE_STOP], each) for each in papers.values()}
    yield House(office, client, keys, papers, grants, {Ground.OPEN: done, Ground.CLOSED: late})
    client.close()
    office.close()


def _grant(client: Caller, key: Mapping[str, str], document: str) -> str:
    body = {"document": document, "reason": "life", "words": "Người bệnh mẫu cần ngay"}
    told = client.post("/v1/emergency-grants", headers=key, json=body)
    assert told.status_code == 201, told.text
    return str(told.json()["answer"]["grant"])


THEIRS = (Ownership.OWN, Ownership.NAMED, Ownership.OTHER)
ASKED: Mapping[Endpoint, tuple[tuple[Ground, Ownership], ...]] = {
    **dict.fromkeys((*PAPERS, *CORRECTING), tuple(itertools.product(Ground, THEIRS))),
    **dict.fromkeys(CHECKS, tuple(itertools.product(NAMED_DOSSIERS, (Ownership.OWN, Ownership.OTHER)))),
    **dict.fromkeys(DOSSIERS, tuple(itertools.product(NAMED_DOSSIERS, (Ownership.NOBODY,)))),
    **dict.fromkeys(ABOUT_ME, ((Ground.SELF, Ownership.NOBODY),)),
    **dict.fromkeys((*ABOUT_NOBODY, *FIGURES, Endpoint.PORTAL_COUNTS), ((Ground.NOTHING, Ownership.NOBODY),)),
    Endpoint.DOSSIER_COMPONENTS: tuple(itertools.product(NAMED_DOSSIERS, (*THEIRS, Ownership.NOBODY))),
    Endpoint.ME_REQUEST_ADD: tuple((Ground.SELF, ownership) for ownership in THEIRS),
    Endpoint.DOSSIER_REGISTER: (
        (Ground.OPEN, Ownership.NOBODY),
        (Ground.STRANGE, Ownership.NOBODY),
    ),
}
"""What can be asked for over HTTP at each address."""


def cells() -> Iterator[tuple[Role, Endpoint, Ground, Ownership]]:
    """Every cell that can be asked for over HTTP."""
    for role, endpoint in itertools.product(Role, Endpoint):
        for ground, ownership in ASKED[endpoint]:
            yield role, endpoint, ground, ownership


CODES = {Ground.OPEN: DOSSIER, Ground.CLOSED: CLOSED, Ground.STRANGE: UNKNOWN}


def send(
    house: House, role: Role, endpoint: Endpoint, ground: Ground, ownership: Ownership
) -> httpx.Response:
    """The request that is this cell."""
    key = dict(house.keys[role])
    if endpoint in (*PAPERS, *CORRECTING):
        return _send_paper(house, key, endpoint, ground, ownership)
    if endpoint in CHECKS:
        one = {"dossier": CODES[ground], "owner": WIFE if ownership is Ownership.OWN else STRANGER}
        batch = endpoint is Endpoint.REUSE_BATCH
        path = "/v1/reuse-checks/batch" if batch else "/v1/reuse-checks"
        return house.client.post(path, headers=key, json={"checks": [one]} if batch else one)
    if endpoint in (Endpoint.DOSSIER_COMPONENTS, Endpoint.DOSSIER_RESULTS):
        return _send_handling(house, key, endpoint, ground, ownership)
    if endpoint in DOSSIERS:
        return _send_about(house, key, endpoint, CODES[ground])
    if endpoint in (*ABOUT_ME, Endpoint.ME_REQUEST_ADD):
        return _send_mine(house, key, endpoint, ownership)
    return _send_new(house, key, endpoint, ground)


def _send_handling(
    house: House, key: dict[str, str], endpoint: Endpoint, ground: Ground, ownership: Ownership
) -> httpx.Response:
    path = f"/v1/dossiers/{CODES[ground]}"
    if endpoint is Endpoint.DOSSIER_RESULTS:
        result = house.results.get(ground, house.papers[Ownership.OWN])
        body: dict[str, object] = {"documents": [result], "handed_over": True}
        return house.client.post(f"{path}/results", headers=key, json=body)
    component = {"code": COMPONENT, "came": "reused", "document": house.papers.get(ownership)}
    return house.client.request("PUT", f"{path}/components", headers=key, json={"components": [component]})


def _send_mine(house: House, key: dict[str, str], endpoint: Endpoint, ownership: Ownership) -> httpx.Response:
    if endpoint in ABOUT_ME:
        return house.client.get(f"/v1/me/{endpoint.value.removeprefix('me_')}", headers=key)
    body = {"document": house.papers[ownership], "kind": "view", "words": "Xin xem giấy tờ này"}
    return house.client.post("/v1/me/requests", headers=key, json=body)


def _send_new(house: House, key: dict[str, str], endpoint: Endpoint, ground: Ground) -> httpx.Response:
    if endpoint is Endpoint.CHANGES:
        return house.client.get("/v1/changes", headers=key)
    if endpoint in FIGURES:
        period = {"from": "2026-11-01", "to": "2026-11-30"} if endpoint is Endpoint.INDICATORS else {}
        return house.client.get(FIGURES[endpoint], headers=key, params=period)
    if endpoint is Endpoint.PORTAL_COUNTS:
        one = {"office": "H26.5.12", "first": "2026-11-01", "last": "2026-11-19", "received": 7}
        return house.client.post("/v1/portal-counts", headers=key, json={"counts": [one]})
    if endpoint is Endpoint.VERIFICATION:
        headers = {**key, "Content-Type": "application/pdf"}
        return house.client.post("/v1/verifications", headers=headers, content=PDF)
    if endpoint is Endpoint.EMERGENCY_OPEN:
        body = {"document": house.papers[Ownership.OTHER], "reason": "court", "words": "Lệnh mẫu của tòa"}
        return house.client.post("/v1/emergency-grants", headers=key, json=body)
    code = "H26.5.12-261119-0042" if ground is Ground.OPEN else "H27.1.1-261119-0042"
    body = {"code": code, "procedure": PROCEDURE, "owner": WIFE}
    return house.client.post("/v1/dossiers", headers=key, json=body)


def _send_about(house: House, key: dict[str, str], endpoint: Endpoint, code: str) -> httpx.Response:
    path = f"/v1/dossiers/{code}"
    if endpoint is Endpoint.DOSSIER_HANDLING:
        return house.client.post(f"{path}/handling", headers=key, json={"channel": 1})
    if endpoint is Endpoint.DOSSIER_CLOSE:
        return house.client.post(f"{path}/close", headers=key)
    return house.client.get(f"{path}/flags" if endpoint is Endpoint.DOSSIER_FLAGS else path, headers=key)


def _send_paper(
    house: House, key: dict[str, str], endpoint: Endpoint, ground: Ground, ownership: Ownership
) -> httpx.Response:
    document = house.papers[ownership]
    others = next(grant for each, grant in house.grants.items() if each != document)
    headers = {
        **{each: {"Motlan-Dossier": code} for each, code in CODES.items()},
        Ground.NOTHING: {},
        Ground.SELF: {},
        Ground.ARCHIVE: {"Motlan-Ground": "luu_tru"},
        Ground.EMERGENCY: {"Motlan-Emergency": house.grants[document]},
        Ground.EMERGENCY_VOID: {"Motlan-Emergency": others},
    }[ground]
    path = f"/v1/documents/{document}{'/file' if endpoint is Endpoint.DOCUMENT_FILE else ''}"
    if endpoint in CORRECTING:
        return _send_correction(house, {**key, **headers}, endpoint, document)
    return house.client.get(path, headers={**key, **headers})


def _send_correction(
    house: House, headers: dict[str, str], endpoint: Endpoint, document: str
) -> httpx.Response:
    """A proposal, or a rejection of the one that waits: the next cell finds things as this one did."""
    words = "Giấy tờ in khác với hồ sơ"
    by = Access("nguoi-thu-hai", Purpose.ARCHIVE)
    services = house.office.services
    waiting = [one for one in corrections_of(services, document) if one.state is CorrectionState.PROPOSED]
    if endpoint is Endpoint.CORRECTION_DECIDE:
        said = Said(values={"ethnicity": "Kinh"}, confirmed=True)
        case = (
            waiting[0]
            if waiting
            else correct(
                services, DocumentId(document), said, ground=CorrectionGround.MISREAD, words=words, access=by
            )
        )
        path = f"/v1/corrections/{case.id}/decision"
        return house.client.post(path, headers=headers, json={"approve": False, "words": words})
    for one in waiting:
        reject(services, one.id, words=words, access=by)
    fields = [{"name": "ethnicity", "value": "Kinh"}]
    body = {"ground": "misread", "words": words, "fields": fields, "confirmed": True}
    return house.client.post(f"/v1/documents/{document}/corrections", headers=headers, json=body)


def admitted(endpoint: Endpoint, told: httpx.Response) -> bool:
    """Whether the service did what was asked; a file that is no PDF is judged before it is refused."""
    if endpoint is Endpoint.VERIFICATION:
        return told.status_code == 422 and told.json()["code"] == "signing.not_readable"
    if endpoint is Endpoint.REUSE_BATCH and told.status_code == 200:
        return told.json()["answer"]["checks"][0]["answer"] is not None
    return told.is_success


# Closing the open dossier changes what the other cells mean, so it comes last.
ORDERED = sorted(cells(), key=lambda cell: (cell[1] is Endpoint.DOSSIER_CLOSE, cell[2] is Ground.OPEN))


def test_every_cell_is_as_declared(house: House) -> None:
    wrong = []
    for role, endpoint, ground, ownership in ORDERED:
        told = send(house, role, endpoint, ground, ownership)
        if admitted(endpoint, told) != declared(role, endpoint, ground, ownership):
            wrong.append((role, endpoint, ground, ownership, told.status_code, told.text[:200]))
        if not told.is_success:
            leaks = ("Mẫu", "Thử", WIFE, HUSBAND, STRANGER, "Mông", "%PDF")
            assert not [each for each in leaks if each in told.text], (role, endpoint, ground)
    assert wrong == []
    assert len(ORDERED) == len(set(ORDERED)) == len(Role) * sum(map(len, ASKED.values()))
    refusals = house.office.events(EventKind.API_REFUSED)
    assert {event.details["endpoint"] for event in refusals} == set(Endpoint)


def declared(role: Role, endpoint: Endpoint, ground: Ground, ownership: Ownership) -> bool:
    """What the table says. A grant belongs to its caller, so another role's is void for it."""
    if ground is Ground.EMERGENCY and role is not Role.ONE_STOP:
        ground = Ground.EMERGENCY_VOID
    # Who names nothing stands on nothing, and a citizen on themselves.
    if ground in (Ground.NOTHING, Ground.SELF):
        ground = Ground.SELF if role is Role.CITIZEN else Ground.NOTHING
    return allowed(role, endpoint, ground, ownership)


def test_a_paper_of_others_and_one_that_is_not_there_look_the_same(house: House) -> None:
    headers = {**house.keys[Role.ONE_STOP], "Motlan-Dossier": "H26.5.12-261118-0001"}
    body = {"code": headers["Motlan-Dossier"], "procedure": PROCEDURE, "owner": WIFE}
    house.client.post("/v1/dossiers", headers=headers, json=body)
    told = [
        house.client.get(f"/v1/documents/{document}", headers=headers)
        for document in (house.papers[Ownership.OTHER], "00000000-0000-4000-8000-000000000000")
    ]
    assert [each.status_code for each in told] == [404, 404]
    left, right = (
        {name: value for name, value in each.json().items() if name not in ("instance", "detail")}
        for each in told
    )
    assert left == right


def test_what_is_not_in_the_table_is_refused() -> None:
    assert not allowed(Role.VERIFIER, Endpoint.DOCUMENT_READ, Ground.OPEN, Ownership.OWN)
    assert not allowed(Role.ARCHIVIST, Endpoint.REUSE_CHECK, Ground.OPEN, Ownership.OWN)
    assert not allowed(Role.ONE_STOP, Endpoint.DOCUMENT_FILE, Ground.ARCHIVE, Ownership.OTHER)
    assert set(ALLOWED) == set(Role)


def test_a_key_of_another_office_stands_on_nothing_here(house: House) -> None:
    for scopes in ({"offices": "H27"}, {"offices": "H26.5.1"}, {"procedures": ("1.001193",)}):
        key = house.office.key(Role.ONE_STOP, **scopes)
        told = house.client.get(f"/v1/dossiers/{CLOSED}", headers=key)
        assert (told.status_code, told.json()["code"]) == (403, "access.dossier_not_open")
    archivist = house.office.key(Role.ARCHIVIST, offices="H27")
    headers = {**archivist, "Motlan-Ground": "luu_tru"}
    assert (
        house.client.get(f"/v1/documents/{house.papers[Ownership.OWN]}", headers=headers).status_code == 404
    )

"""No address escapes the table of rights: every route and method is asked, and strangers stand on nothing."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Match

from dossier.admission import Role
from dossier.events import EventKind
from tests.web import test_matrix
from tests.web.office import HUSBAND, STRANGER, WIFE
from tests.web.test_matrix import ASKED, CHECKS, DOSSIERS, PAPERS, House, admitted, send
from web.auth.matrix import Endpoint, Ground, Ownership

house = test_matrix.house
PUBLIC = {"/v1/health", "/v1/ready", "/v1/answer-keys"}
DESCRIPTION = "/v1/openapi.json"
LEAKS = ("Mẫu", "Thử", WIFE, HUSBAND, STRANGER, "Mông", "%PDF")


def routes(house: House) -> Iterator[tuple[str, APIRoute]]:
    """Every method of every address of the running service."""
    waiting = [route for route in house.client.app.routes if getattr(route, "path", "") != DESCRIPTION]
    while waiting:
        route = waiting.pop()
        if isinstance(route, APIRoute):
            yield from ((method, route) for method in route.methods or ())
        else:
            # A router that was included; anything else would be an address that nobody thought of here.
            waiting += route.original_router.routes


def test_every_route_and_method_is_a_cell_of_the_table(house: House) -> None:
    hit = set()
    for endpoint, cells in ASKED.items():
        # A role that may nothing there: asking changes nothing.
        role = Role.VERIFIER if endpoint is not Endpoint.VERIFICATION else Role.OBSERVER
        request = send(house, role, endpoint, *cells[0]).request
        scope = {"type": "http", "method": request.method, "path": request.url.path}
        hit |= {
            (method, route.path)
            for method, route in routes(house)
            if route.matches(scope)[0] is Match.FULL and method == request.method
        }
    made = {(method, route.path) for method, route in routes(house) if route.path not in PUBLIC}
    assert hit == made
    assert set(ASKED) == set(Endpoint)


def test_who_proves_nothing_gets_nothing_anywhere(house: House) -> None:
    asked = 0
    for method, route in routes(house):
        path = route.path.replace("{code}", "H26.5.12-261102-0001").replace("{document}", "x")
        for headers in ({}, {"Authorization": "Bearer motlan_0000000000000000_x"}):
            told = house.client.request(method, path, headers=headers)
            expected = {200} if route.path in PUBLIC else {401, 429}
            assert told.status_code in expected, (method, route.path)
            asked += 1
    assert asked > 40


NARROW = (
    (Role.ONE_STOP, {"offices": "H27"}),
    (Role.ONE_STOP, {"offices": "H26.5.1"}),
    (Role.ONE_STOP, {"procedures": ("1.001193",)}),
    (Role.ARCHIVIST, {"offices": "H27"}),
)


@pytest.mark.parametrize(("role", "scopes"), NARROW, ids=str)
def test_rights_of_another_office_or_procedure_reach_no_dossier_and_no_paper(
    house: House, role: Role, scopes: dict[str, Any]
) -> None:
    narrow = House(
        house.office,
        house.client,
        {**house.keys, role: house.office.key(role, **scopes)},
        house.papers,
        house.grants,
        house.results,
    )
    before = len(house.office.events(EventKind.API_REFUSED))
    asked = 0
    for endpoint in (*PAPERS, *CHECKS, *DOSSIERS, Endpoint.DOSSIER_COMPONENTS):
        grounds = {ground for ground, _ in ASKED[endpoint]} - {Ground.EMERGENCY}
        owners = {ownership for _, ownership in ASKED[endpoint]}
        for ground, ownership in itertools.product(sorted(grounds), sorted(owners)):
            told = send(narrow, role, endpoint, ground, ownership)
            assert not admitted(endpoint, told), (endpoint, ground, ownership)
            leaks = [each for each in LEAKS if each in told.text]
            assert not leaks, (endpoint, ground, ownership)
            asked += 1
    # Each refusal is in the journal; a batch answers 200 and refuses each of its questions.
    assert len(house.office.events(EventKind.API_REFUSED)) - before == asked


@pytest.mark.parametrize("copy", ["signed", "original", "reading"])
@pytest.mark.parametrize("ownership", [Ownership.OTHER])
def test_no_copy_of_a_paper_of_others_is_given(house: House, copy: str, ownership: Ownership) -> None:
    path = f"/v1/documents/{house.papers[ownership]}/file"
    grounds: tuple[tuple[Role, dict[str, str]], ...] = (
        (Role.ONE_STOP, {"Motlan-Dossier": "H26.5.12-261102-0001"}),
        (Role.CITIZEN, {}),
        (Role.VERIFIER, {}),
        (Role.OBSERVER, {}),
    )
    for role, headers in grounds:
        told = house.client.get(path, headers={**house.keys[role], **headers}, params={"copy": copy})
        assert told.status_code in (403, 404), role
        assert not [each for each in LEAKS if each in told.text]

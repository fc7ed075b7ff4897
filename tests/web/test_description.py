"""The OpenAPI description is whole, and the page for people names the same addresses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.web.office import Caller
from web.auth.matrix import ALLOWED, Endpoint

PUBLIC = {"/v1/health", "/v1/ready", "/v1/answer-keys"}
PAGE = Path(__file__).parents[2] / "docs" / "api.md"


@pytest.fixture
def described(client: Caller) -> dict[str, dict[str, dict[str, object]]]:
    told = client.get("/v1/openapi.json").json()
    assert told["openapi"].startswith("3.1.")
    return dict(told["paths"])


def test_every_address_but_the_public_ones_asks_who_calls_and_tells_its_problems(
    described: dict[str, dict[str, dict[str, object]]],
) -> None:
    for path, methods in described.items():
        for operation in methods.values():
            if path in PUBLIC:
                assert "security" not in operation
                continue
            assert operation["security"] == [{"HTTPBearer": []}]
            responses = operation["responses"]
            assert isinstance(responses, dict)
            assert {"401", "403", "422", "429", "500", "503"} <= set(responses)
            problems = [answer for status, answer in responses.items() if int(status) >= 400]
            assert all(list(answer["content"]) == ["application/problem+json"] for answer in problems)


def test_the_address_of_components_tells_how_unknown_ones_are_refused(
    described: dict[str, dict[str, dict[str, object]]],
) -> None:
    operation = described["/v1/dossiers/{code}/components"]["put"]
    assert "409, request.component" in " ".join(str(operation["description"]).split())
    responses = operation["responses"]
    assert isinstance(responses, dict)
    assert "409" in responses


def test_bodies_tell_the_bounds_of_their_numbers(client: Caller) -> None:
    forms = client.get("/v1/openapi.json").json()["components"]["schemas"]
    for form, field, bounds in (
        ("StatusIn", "status", (1, 10)),
        ("HandlingFileIn", "reused", (0, 2)),
        ("PortalCountIn", "received", (0, 100_000_000)),
    ):
        told = forms[form]["properties"][field]
        assert (told["type"], told["minimum"], told["maximum"]) == ("integer", *bounds)


def test_the_page_for_people_names_every_address(
    described: dict[str, dict[str, dict[str, object]]],
) -> None:
    page = PAGE.read_text("utf-8")
    written = set(re.findall(r"`(GET|POST|PUT) (/v1/[^`]*)`", page)) | {("POST", "/v1/reuse-checks/batch")}
    written = {(method, re.sub(r"\{\w+\}", "{}", path)) for method, path in written}
    made = {
        (method.upper(), re.sub(r"\{\w+\}", "{}", path))
        for path, methods in described.items()
        for method in methods
    }
    assert made | {("GET", "/v1/openapi.json")} == written


def test_the_page_for_people_shows_the_rights_of_every_role() -> None:
    page = PAGE.read_text("utf-8")
    roles = r"^\| `(one_stop|archivist|verifier|citizen|observer)` \| (.*) \|$"
    shown = dict(re.findall(roles, page, re.MULTILINE))
    assert set(shown) == {role.value for role in ALLOWED}
    columns = (
        Endpoint.DOSSIER_STATUS,
        Endpoint.REUSE_CHECK,
        Endpoint.DOCUMENT_READ,
        Endpoint.EMERGENCY_OPEN,
        Endpoint.VERIFICATION,
        Endpoint.INDICATORS,
        Endpoint.METRICS,
    )
    for role, rights in ALLOWED.items():
        cells = shown[role.value].split(" | ")
        assert [cell != "no" for cell in cells] == [endpoint in rights for endpoint in columns]

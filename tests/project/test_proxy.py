"""The proxy says itself where a browser is, keeps no paper, and has a door for machines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.project.test_layout import ROOT
from wiring.settings import read_settings

OFFICE: Final = ROOT / "deploy" / "office"
PROVINCE: Final = ROOT / "deploy" / "province"
SYSTEMD: Final = ROOT / "deploy" / "systemd"


@pytest.mark.parametrize("name", ["machines.conf", "v1-closed.conf"])
def test_the_proxy_is_that_of_an_office(name: str) -> None:
    assert (PROVINCE / name).read_bytes() == (OFFICE / name).read_bytes()


def test_the_proxy_of_a_province_differs_in_how_the_station_is_found_and_in_its_processes() -> None:
    """The name of a cluster's service has one address for good; that of a container has not."""

    def besides(path: Path) -> list[tuple[str, str]]:
        return [
            (where, words)
            for where, words in blocks(path)
            if where != "http / upstream station" and not words.startswith("worker_processes")
        ]

    assert besides(PROVINCE / "nginx.conf") == besides(OFFICE / "nginx.conf")


def blocks(path: Path) -> Iterator[tuple[str, str]]:
    """Every directive with the names of the blocks it stands in; fails where brackets do not close."""
    text = re.sub(r"^\s*#.*$", "", path.read_text("utf-8"), flags=re.MULTILINE)
    inside: list[str] = []
    for part in re.findall(r"[^;{}]*[;{}]", text):
        words = " ".join(part[:-1].split())
        if part.endswith("{"):
            inside.append(words)
        elif part.endswith("}"):
            assert not words
            inside.pop()
        else:
            yield " / ".join(inside), words
    assert inside == []


@pytest.mark.parametrize(
    "path",
    [OFFICE / "nginx.conf", SYSTEMD / "nginx-proxy.conf"],
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_a_proxy_says_itself_where_a_browser_is_and_keeps_no_paper(path: Path) -> None:
    found = [words for _, words in blocks(path)]
    assert "proxy_set_header X-Forwarded-For $remote_addr" in found
    assert "proxy_set_header Host $http_host" in found
    assert "proxy_request_buffering off" in found
    assert "proxy_max_temp_file_size 0" in found
    (hsts,) = [words for words in found if words.startswith("add_header")]
    assert hsts.startswith("add_header Strict-Transport-Security")
    assert "proxy_hide_header Strict-Transport-Security" in found
    limit = next(words for words in found if words.startswith("client_max_body_size")).split()[1]
    settings = read_settings({"MOTLAN_DATA": "/x"})
    assert int(limit.removesuffix("m")) * 1_000_000 > settings.api.max_upload_bytes


def test_machines_have_a_door_of_their_own_where_certificates_are_demanded() -> None:
    machines = dict(blocks(OFFICE / "machines.conf"))
    found = [words for _, words in blocks(OFFICE / "machines.conf")]
    assert "ssl_verify_client on" in found
    assert machines["server / location /"] == "return 404"
    people = list(blocks(OFFICE / "nginx.conf"))
    assert not [words for _, words in people if words.startswith("ssl_verify_client")]
    # Closed for them at the door of people, where the file is mounted.
    assert ("http / server / location /v1/", "include /etc/nginx/motlan-v1*.conf") in people
    assert ("http / server / location = /v1/ready", "return 404") in people
    shared = [words for _, words in blocks(SYSTEMD / "nginx-motlan.conf")]
    assert "return 301 https://$host$request_uri" in shared

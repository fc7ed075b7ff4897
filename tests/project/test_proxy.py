"""The proxy says itself where a browser is, keeps no paper, and has a door for machines."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import yaml

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


def test_every_server_of_the_machines_own_nginx_fits_beside_debians_and_logs_the_path_alone() -> None:
    text = (SYSTEMD / "nginx-motlan.conf").read_text("utf-8")
    commented = re.sub(r"^#(?=server|\}|    )", "", text, flags=re.MULTILINE)
    servers = re.findall(r"^server \{\n(.*?)^\}", commented, re.MULTILINE | re.DOTALL)
    assert len(servers) == 3
    for server in servers:
        listens = re.findall(r"^ +listen (\S+?)(?: .*)?;", server, re.MULTILINE)
        assert len(listens) == 2
        # The same port in both families; a default server of ours would clash with Debian's.
        assert listens[1] == f"[::]:{listens[0]}"
        assert "default_server" not in server
        logs = "include /etc/nginx/motlan-proxy.conf" in server or "access_log" in server
        assert logs, server
    for path in (SYSTEMD / "nginx-motlan.conf", SYSTEMD / "nginx-proxy.conf"):
        for _, words in blocks(path):
            if words.startswith("access_log"):
                assert words == "access_log /var/log/nginx/motlan.log motlan"
    assert "request_uri" not in text.partition("log_format")[2].partition(";")[0]
    assert "return 301 https://$server_name$request_uri" in [
        words for _, words in blocks(SYSTEMD / "nginx-motlan.conf")
    ]


def test_a_station_that_was_made_anew_is_found_again() -> None:
    found = [words for where, words in blocks(OFFICE / "nginx.conf") if where == "http / upstream station"]
    assert found == [
        "include /tmp/resolver.conf",
        "zone station 64k",
        "server station:8443 resolve",
        "keepalive 32",
    ]


@pytest.mark.parametrize("told", ["127.0.0.11", "10.89.0.1"], ids=["docker", "podman"])
def test_the_proxy_asks_those_whom_its_container_asks(tmp_path: Path, told: str) -> None:
    proxy = yaml.safe_load((OFFICE / "compose.yaml").read_text("utf-8"))["services"]["proxy"]
    shell, option, script = proxy["command"]
    names, nginx = tmp_path / "resolv.conf", tmp_path / "nginx"
    names.write_text(
        f"search x\nnameserver {told}\nnameserver 192.0.2.1\noptions ndots:0\n", encoding="utf-8"
    )
    nginx.write_text('#!/bin/sh\necho "$@"\n', encoding="utf-8")
    nginx.chmod(0o755)
    for before, after in (
        ("$$", "$"),
        ("/etc/resolv.conf", str(names)),
        ("/tmp/resolver.conf", str(tmp_path / "resolver.conf")),
        ("exec nginx", f"exec {nginx}"),
    ):
        script = script.replace(before, after)
    done = subprocess.run([shell, option, script], capture_output=True, text=True, check=True)
    assert done.stdout == "-c /etc/nginx/motlan.conf -g daemon off;\n"
    assert (tmp_path / "resolver.conf").read_text("utf-8") == f"resolver {told} valid=5s ipv6=off;\n"


def test_the_health_of_the_proxy_is_that_of_its_server_and_not_of_a_file() -> None:
    proxy = yaml.safe_load((OFFICE / "compose.yaml").read_text("utf-8"))["services"]["proxy"]
    asked = proxy["healthcheck"]["test"][-1]
    assert asked == "https://127.0.0.1:8443/v1/ready"
    # Answered by the proxy itself, so the station may be away.
    assert ("http / server / location = /v1/ready", "return 404") in blocks(OFFICE / "nginx.conf")

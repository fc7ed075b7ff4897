"""Whoever kills what does not end gives it more time than the program takes at the longest."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.work.worker import stop_seconds
from tests.project.test_deploy import DEPLOY, SERVICES, keys_of
from tests.project.test_province import FOLDER, of_kind, template
from web.serve import STOP_SECONDS, alone_stop_seconds
from wiring.settings import Settings, read_settings

(PROVINCE,) = FOLDER.rglob("motlan.toml")


def settings(file: Path | None = None) -> Settings:
    return read_settings({"MOTLAN_DATA": "/x"}, file=file)


def needed(words: str, file: Path | None) -> float:
    """Of what a command line starts; a page in hand is finished first."""
    known = settings(file)
    if "--answer-only" in words:
        return alone_stop_seconds(known)
    if re.search(r"\bserve\b", words):
        return STOP_SECONDS + known.page_seconds
    return stop_seconds(known)


def seconds(text: str) -> int:
    number, unit = re.fullmatch(r"(\d+)(m|s|)", text).groups()  # type: ignore[union-attr]
    return int(number) * (60 if unit == "m" else 1)


def test_the_longest_end_is_a_sum_that_is_known() -> None:
    assert STOP_SECONDS == 120 + 15 + 10
    assert stop_seconds(settings()) == 130
    assert alone_stop_seconds(settings()) == 55
    assert alone_stop_seconds(settings(PROVINCE)) == 55


@pytest.mark.parametrize(
    "path", [path for path in SERVICES if re.search(r"-(serve|station|work@)\.", path.name)], ids=str
)
def test_units_of_what_serves_and_works_give_it_time(path: Path) -> None:
    file = DEPLOY / "systemd" / "motlan.toml" if path.parent.name == "systemd" else None
    (command,) = keys_of(path, "Service", "ExecStart")
    (given,) = keys_of(path, "Service", "TimeoutStopSec")
    assert seconds(given) > needed(command, file)


def test_containers_of_what_serves_and_of_the_database_give_it_time() -> None:
    text = (DEPLOY / "office" / "compose.yaml").read_text("utf-8")
    services: dict[str, Any] = yaml.safe_load(text)["services"]
    for name in ("serve", "station"):
        words = " ".join(services[name]["command"])
        given = seconds(services[name]["stop_grace_period"])
        assert given > needed(words, DEPLOY / "office" / "motlan.toml"), name
    assert seconds(services["database"]["stop_grace_period"]) >= 120


@pytest.mark.parametrize(
    "name", [name for name in sorted(of_kind("Deployment")) if name.startswith("motlan-")]
)
def test_pods_of_what_serves_and_works_give_it_time(name: str) -> None:
    spec = template(of_kind("Deployment")[name])["spec"]
    (container,) = spec["containers"]
    words = " ".join([*container.get("command", []), *container.get("args", [])])
    assert spec["terminationGracePeriodSeconds"] > needed(words, PROVINCE)

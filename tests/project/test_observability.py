"""Alarms and pictures name only what the program tells, and every alarm leads to what is to be done."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from dossier.admission import Role
from tests.project.command_lines import fault
from tests.project.test_layout import ROOT
from tests.web.office import Clock, Office, copy_of, made_store

FOLDER: Final = ROOT / "deploy" / "observability"
PAGE: Final = (ROOT / "docs" / "observability.md").read_text("utf-8")
_METRIC: Final = re.compile(r"\b((?:motlan|process)_\w+|up)\b(?:\{([^}]*)\})?")
_LABEL: Final = re.compile(r'(\w+)\s*(?:=~|!~|!=|=)\s*"')
_GROUPED: Final = re.compile(r"\b(?:by|ignoring|group_left)\s*\(([^)]*)\)")
_ADDED: Final = {"job", "instance"}
"""Labels that Prometheus puts there itself; one of ours of the same name would be renamed ``exported_…``."""

Told = dict[str, set[str]]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Every name the service tells, with its labels; of families without a sample the name alone."""
    folder = tmp_path_factory.mktemp("told")
    second = json.dumps({"kind": "folder", "name": "xa", "path": str(folder / "second")})
    office = Office(
        copy_of(made_store(folder / "made"), folder / "data"), Clock(), MOTLAN_SECOND_PLACE=second
    )
    client = office.serve()
    key = office.key(Role.OBSERVER, offices="*")
    client.get("/metrics", headers=key)
    client.app.state.context.metrics.settle()
    found: Told = {"up": set()}
    for family in text_string_to_metric_families(client.get("/metrics", headers=key).text):
        found.setdefault(family.name, set())
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    assert "motlan_work_files" in found
    found["motlan_work_files"] |= {"pool", "lane", "state"}
    # No job has run here yet.
    for name in ("motlan_job_last_run_timestamp_seconds", "motlan_job_failed", "motlan_job_late"):
        assert name in found
        found[name].add("task")
    client.close()
    office.close()
    return found


def test_no_label_of_ours_is_one_that_prometheus_puts_there(told: Told) -> None:
    assert [name for name, labels in told.items() if labels & _ADDED] == []


def test_what_prometheus_adds_may_stand_beside_metrics_of_the_scrape_alone() -> None:
    """``up`` and ``process_…`` are told apart by the name of the scrape; ours by labels of their own."""
    wrong = [
        (where, name)
        for where, one in expressions().items()
        for name, matched in _METRIC.findall(one)
        if name.startswith("motlan_") and set(_LABEL.findall(matched)) & _ADDED
    ]
    grouped = [
        where
        for where, one in expressions().items()
        for names in _GROUPED.findall(one)
        if "job" in {each.strip() for each in names.split(",")}
    ]
    assert (wrong, grouped) == ([], [])


def rules() -> list[dict[str, Any]]:
    loaded = yaml.safe_load((FOLDER / "alerts.yaml").read_text("utf-8"))
    return [rule for group in loaded["groups"] for rule in group["rules"]]


def dashboard() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FOLDER / "dashboard.json").read_text("utf-8"))
    return loaded


def faults(expression: str, told: Told) -> Iterator[str]:
    """What an expression names that nobody tells, and brackets that do not close."""
    labels: set[str] = set(_ADDED)
    bare = re.sub(r'"[^"]*"', '""', expression)
    for name, matched in _METRIC.findall(expression):
        if name not in told:
            yield f"no {name}"
            continue
        labels |= told[name]
        yield from (
            f"no {label} of {name}" for label in _LABEL.findall(matched) if label not in told[name] | _ADDED
        )
    for grouped in _GROUPED.findall(bare):
        named = {one.strip() for one in grouped.split(",") if one.strip()}
        yield from (f"no {label}" for label in named - labels)
    for opened, closed in ("()", "[]", "{}"):
        if bare.count(opened) != bare.count(closed):
            yield f"{opened}{closed}"


def expressions() -> dict[str, str]:
    """Every expression by where it stands."""
    found = {rule["alert"]: str(rule["expr"]) for rule in rules()}
    for panel in dashboard()["panels"]:
        for target in panel["targets"]:
            found[f"{panel['title']}/{target['refId']}"] = target["expr"]
    return found


def test_every_expression_names_what_the_program_tells(told: Told) -> None:
    assert {
        where: list(faults(one, told)) for where, one in expressions().items() if list(faults(one, told))
    } == {}


@pytest.mark.parametrize(
    "wrong",
    [
        "motlan_nope > 1",
        'motlan_copies_pending{place="x"} > 1',
        "max by (office) (motlan_papers_waiting)",
        "max(motlan_ready",
    ],
)
def test_a_wrong_expression_would_be_found(told: Told, wrong: str) -> None:
    assert list(faults(wrong, told))


def test_every_alarm_is_whole_and_leads_to_what_is_to_be_done() -> None:
    headings = {
        re.sub(r"[^\w -]", "", one).lower().replace(" ", "-")
        for one in re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
    }
    names = [rule["alert"] for rule in rules()]
    assert len(names) == len(set(names))
    for rule in rules():
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}, rule["alert"]
        assert rule["labels"]["severity"] in {"page", "work"}
        assert re.fullmatch(r"\d+[smhd]", rule.get("for", "1m"))
        file, _, anchor = rule["annotations"]["runbook"].partition("#")
        assert file == "docs/observability.md"
        assert anchor == rule["alert"].lower()
        assert anchor in headings


def test_every_metric_is_written_down_and_every_one_written_down_is_told(told: Told) -> None:
    written = set(re.findall(r"^\| `(motlan_\w+)`", PAGE, re.MULTILINE))
    derived = re.compile(r"_(?:bucket|count|sum|created)$")
    ours = {name for name in told if name.startswith("motlan_") and not derived.search(name)}
    counters = {name for name in ours if f"{name}_total" in ours}
    assert written == ours - counters


def test_the_dashboard_is_one_that_grafana_reads() -> None:
    made = dashboard()
    assert {"uid", "title", "schemaVersion", "panels", "templating"} <= set(made)
    ids = [panel["id"] for panel in made["panels"]]
    assert len(ids) == len(set(ids))
    taken: set[tuple[int, int]] = set()
    for panel in made["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not cells & taken, panel["title"]
        taken |= cells
        assert panel["datasource"]["uid"] == "${source}"


@pytest.mark.parametrize("file", ["prometheus.yaml", "prometheus-province.yaml"])
def test_prometheus_asks_where_the_program_answers_with_a_key_that_can_be_made(file: str) -> None:
    text = (FOLDER / file).read_text("utf-8")
    (scrape,) = yaml.safe_load(text)["scrape_configs"]
    assert (scrape["job_name"], scrape["metrics_path"]) == ("motlan", "/metrics")
    assert yaml.safe_load(text)["rule_files"] == ["alerts.yaml"]
    (command,) = re.findall(r"^#\s+motlan (.+)$", text, re.MULTILINE)
    assert fault(command.replace("'*'", "*").split()) == ""

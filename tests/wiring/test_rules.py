"""An office's tables are read before the next paper, and a half-written file stops nobody who works."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from dossier.errors import RulebookError
from tests.rulebook.tables import LIBRARY_CARD, office
from wiring.services import Services
from wiring.settings import read_settings


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """A desk without a store."""
    with Services(read_settings({"MOTLAN_DATA": str(tmp_path / "data")})) as made:
        yield made


def put(path: Path, text: str) -> None:
    """Write a table as an editor would, some time after the last change."""
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(before + 10**9, before + 10**9))


def test_the_offices_tables_lie_in_the_data_folder_unless_the_settings_say_otherwise(
    services: Services, tmp_path: Path
) -> None:
    assert services.rules_folder == tmp_path / "data" / "rulebook"
    settings = read_settings({"MOTLAN_DATA": str(tmp_path / "data"), "MOTLAN_RULES": str(tmp_path / "rules")})
    with Services(settings) as other:
        assert other.rules_folder == tmp_path / "rules"


def test_a_table_put_down_while_the_program_runs_is_in_force_at_once(services: Services) -> None:
    assert not services.papers.knows("library_card")
    put(services.rules_folder / "papers" / "card.toml", LIBRARY_CARD)
    assert services.papers.knows("library_card")
    put(services.rules_folder / "thresholds.toml", "[default]\nkey = 0.91\n")
    assert services.papers.specs["library_card"].by_name["card_number"].ask_below == 0.91
    (services.rules_folder / "papers" / "card.toml").unlink()
    assert not services.papers.knows("library_card")


def test_tables_that_did_not_change_are_read_once(services: Services) -> None:
    assert services.papers is services.papers


def test_a_change_that_is_wrong_leaves_the_old_tables_in_force_and_is_told_once(services: Services) -> None:
    table = services.rules_folder / "papers" / "card.toml"
    put(table, LIBRARY_CARD)
    good = services.papers
    put(table, LIBRARY_CARD[:-30])
    assert services.papers is good
    assert services.papers is good
    log = (services.settings.data / "logs" / "motlan.jsonl").read_text("utf-8").splitlines()
    (told,) = [json.loads(line) for line in log]
    assert (told["event"], told["code"]) == ("rulebook.kept_old", "rulebook.invalid")
    put(table, LIBRARY_CARD.replace("Thẻ thư viện", "Thẻ bạn đọc"))
    assert services.papers.specs["library_card"].label_vi == "Thẻ bạn đọc"


def test_a_start_with_a_wrong_table_is_refused(services: Services) -> None:
    office(services.rules_folder, card=LIBRARY_CARD[:-30])
    with pytest.raises(RulebookError, match=r"card\.toml"):
        _ = services.papers


PROCEDURE = """code = "1.001193"
name_vi = "Đăng ký khai sinh (mẫu xã)"

[[version]]
valid_from = 2026-11-01
source = "Quyết định thử"

[[version.component]]
code = "X-01"
name_vi = "Tờ khai"
source = "Quyết định thử"
anew = "form"
"""


def named(services: Services) -> str:
    return services.procedures.on("1.001193", date(2026, 11, 20)).name_vi


def test_a_procedure_put_down_while_the_program_runs_is_in_force_at_once(services: Services) -> None:
    assert named(services) == "Đăng ký khai sinh"
    table = services.rules_folder / "procedures" / "1.001193.toml"
    put(table, PROCEDURE)
    assert named(services) == "Đăng ký khai sinh (mẫu xã)"
    assert services.procedures is services.procedures
    put(table, PROCEDURE.replace("anew", "anow"))
    assert named(services) == "Đăng ký khai sinh (mẫu xã)"
    table.unlink()
    assert named(services) == "Đăng ký khai sinh"
    catalogue = services.rules_folder / "catalogue" / "national.json"
    put(catalogue, "{")
    assert named(services) == "Đăng ký khai sinh"


def test_a_wrong_procedure_stops_a_program_that_starts(services: Services) -> None:
    put(services.rules_folder / "procedures" / "1.001193.toml", PROCEDURE.replace("anew", "anow"))
    with pytest.raises(RulebookError, match=r"1\.001193\.toml"):
        named(services)

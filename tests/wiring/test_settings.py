"""Settings are read once, checked, and never guessed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dossier.errors import SettingsError
from signing.key_sources import Pkcs12Source
from wiring.logs import kind_of, open_log, without_personal_data
from wiring.settings import read_settings


def test_defaults_are_those_of_a_desk() -> None:
    settings = read_settings({"XDG_DATA_HOME": "/kho"})
    assert settings.lang == "vi"
    assert settings.production is False
    assert settings.officer_key is None
    assert settings.workers >= 1


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "motlan.toml"
    file.write_text('actor = "tu-tep"\npage_seconds = 5.0\n', encoding="utf-8")
    settings = read_settings({"MOTLAN_CONFIG": str(file), "MOTLAN_ACTOR": "tu-moi-truong"})
    assert settings.actor == "tu-moi-truong"
    assert settings.page_seconds == 5.0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MOTLAN_WORKERS", "0"),
        ("MOTLAN_WORKERS", "hai"),
        ("MOTLAN_LANG", "fr"),
        ("MOTLAN_ACTOR", "Nguyễn Văn A"),
        ("MOTLAN_PAGE_SECONDS", "-1"),
        ("MOTLAN_NOBODY_KNOWS", "1"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings({name: value})
    assert refused.value.item == name
    assert refused.value.exit_code == 2


def test_a_password_never_shows(tmp_path: Path) -> None:
    settings = read_settings(
        {"MOTLAN_OFFICER_KEY": str(tmp_path / "can-bo.p12"), "MOTLAN_OFFICER_PASSWORD": "bi-mat-lam"}
    )
    assert isinstance(settings.officer_key, Pkcs12Source)
    assert settings.officer_key.password() == "bi-mat-lam"
    assert "bi-mat-lam" not in repr(settings)


def test_a_broken_settings_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "hong.toml"
    file.write_text("lang = ", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"hong\.toml"):
        read_settings({"MOTLAN_CONFIG": str(file)})


def test_the_log_blots_out_numbers_paths_and_quotations() -> None:
    entry = without_personal_data(
        None, "info", {"cause": "004300999201 or 012 345 678 901 at /kho/Giấy của Hoa.pdf", "item": "0042"}
    )
    assert entry["cause"] == "[number] or [number] at [path]"
    assert entry["item"] == "0042"
    quoted = without_personal_data(None, "info", {"cause": "can't open 'Nguyễn Văn A.pdf'"})
    assert "Nguyễn" not in str(quoted)


def test_an_error_of_others_is_logged_by_kind_and_place_only() -> None:
    with pytest.raises(ValueError, match="Nguyễn") as raised:
        int("Nguyễn Văn A")
    assert re.fullmatch(r"ValueError at wiring\.test_settings:\d+", kind_of(raised.value))


def test_the_log_is_a_file_of_json_lines_only_its_owner_can_read(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "motlan.jsonl"
    with open_log(path) as log:
        log.warning("item.quarantined", item="abc", code="input.empty")
    assert '"event": "item.quarantined"' in path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o077 == 0


def test_several_timestamp_services_come_from_tables_and_one_from_the_short_form(tmp_path: Path) -> None:
    file = tmp_path / "motlan.toml"
    file.write_text(
        '[[timestamps]]\nurl = "https://mot.example"\nca = ["ca.pem"]\n'
        '[[timestamps]]\nurl = "http://hai.example"\ntimeout_s = 9\nat_once = 2\n',
        encoding="utf-8",
    )
    several = read_settings({}, file=file).timestamps
    assert [(one.url, one.timeout_s, one.at_once) for one in several] == [
        ("https://mot.example", 150, 4),
        ("http://hai.example", 9, 2),
    ]
    assert several[0].ca == (Path("ca.pem").absolute(),)
    (single,) = read_settings(
        {"MOTLAN_TIMESTAMP_URL": "https://mot", "MOTLAN_TIMESTAMP_SECONDS": "7"}
    ).timestamps
    assert (single.url, single.timeout_s, single.at_once) == ("https://mot", 7, 4)
    (given,) = read_settings({"MOTLAN_TIMESTAMPS": '[{"url": "https://ba"}]'}).timestamps
    assert given.url == "https://ba"
    assert read_settings({}).timestamps == ()


@pytest.mark.parametrize(
    "environment",
    [
        {"MOTLAN_TIMESTAMPS": "https://mot.example"},
        {"MOTLAN_TIMESTAMPS": '[{"url": ""}]'},
        {"MOTLAN_TIMESTAMPS": '[{"url": "https://a", "at_once": 0}]'},
        {"MOTLAN_TIMESTAMPS": '[{"address": "https://a"}]'},
        {"MOTLAN_TIMESTAMPS": '[{"url": "https://a"}]', "MOTLAN_TIMESTAMP_URL": "https://b"},
    ],
)
def test_timestamp_services_that_cannot_be_used_are_named(environment: dict[str, str]) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings(environment)
    assert refused.value.item == "MOTLAN_TIMESTAMPS"

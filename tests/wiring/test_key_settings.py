"""Tables of keys and references to secrets: read once, checked, never shown."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.errors import SettingsError
from signing.key_sources import CscSource, HashApiSource, KeySource, Pkcs11Source, Pkcs12Source
from wiring.key_settings import Role, read_keys
from wiring.secrets import Secret
from wiring.settings import read_settings


def never(question: str) -> str:
    raise AssertionError(question)


def read(text: str, **environment: str) -> dict[Role, KeySource]:
    return read_keys(tomllib.loads(text).get("keys", {}), environment=environment, ask=never)


def test_each_source_is_read_with_its_defaults(tmp_path: Path) -> None:
    found = read(
        """
        [keys.officer]
        source = "pkcs11"
        module = "/usr/lib/token.so"
        token = "can-bo"
        pin = "env:PIN_CAN_BO"
        [keys.organisation]
        source = "csc"
        api = "v1"
        base_url = "https://ky.example/adss/service/ras"
        client_id = "motlan"
        client_secret = "env:CSC"
        user_id = "env:NGUOI_DUNG"
        """,
        PIN_CAN_BO="70417041",
        CSC="bi-mat",
        NGUOI_DUNG="MAU-1",
    )
    token, service = found["officer"], found["organisation"]
    assert isinstance(token, Pkcs11Source)
    assert (token.module, token.scheme, token.wait_s) == (Path("/usr/lib/token.so"), "best", 120)
    assert token.pin() == "70417041"
    assert isinstance(service, CscSource)
    assert (service.client_secret(), service.user_id(), service.timeout_s) == ("bi-mat", "MAU-1", 30)
    assert not any(word in repr(found) for word in ("70417041", "bi-mat", "MAU-1"))


def test_a_hash_api_takes_the_person_as_written() -> None:
    found = read(
        """
        [keys.officer]
        source = "hash-api"
        base_url = "https://ky.example/sca/v1"
        client_id = "motlan"
        client_secret = "env:X"
        user_id = "MAU-2"
        at_once = 20
        """
    )["officer"]
    assert isinstance(found, HashApiSource)
    assert (found.user_id(), found.at_once, found.every_s) == ("MAU-2", 20, 3)
    assert "MAU-2" not in repr(found)


def test_a_file_without_a_password_needs_none(tmp_path: Path) -> None:
    found = read('[keys.officer]\nsource = "pkcs12"\npath = "/kho/can-bo.p12"')["officer"]
    assert isinstance(found, Pkcs12Source)
    assert found.password() == ""


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[keys.giam-doc]\nsource = "pkcs12"', "keys"),
        ('[keys.officer]\nsource = "the-nho"', "keys.officer"),
        ('[keys.officer]\nsource = "pkcs12"', "keys.officer.path"),
        ('[keys.officer]\nsource = "pkcs12"\npath = "a"\nmat_khau = "x"', "keys.officer.mat_khau"),
        ('[keys.officer]\nsource = "pkcs12"\npath = "a"\npassword = "trong-tep"', "keys.officer.password"),
        ('[keys.officer]\nsource = "pkcs11"\nmodule = "a"\ntoken = ""\npin = "ask"', "keys.officer.token"),
    ],
)
def test_a_table_that_cannot_be_used_is_named_and_its_values_are_not(text: str, place: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(text)
    assert refused.value.item == place
    assert "trong-tep" not in refused.value.message()


def test_the_environment_wins_over_the_table_and_the_other_role_keeps_its_own(tmp_path: Path) -> None:
    file = tmp_path / "motlan.toml"
    table = '[keys.{0}]\nsource = "pkcs12"\npath = "/kho/{0}.p12"\n'
    file.write_text(table.format("officer") + table.format("organisation"), encoding="utf-8")
    settings = read_settings({"MOTLAN_OFFICER_KEY": "/khac/can-bo.p12"}, file=file)
    assert isinstance(settings.officer_key, Pkcs12Source)
    assert isinstance(settings.organisation_key, Pkcs12Source)
    assert settings.officer_key.path == Path("/khac/can-bo.p12")
    assert settings.organisation_key.path == Path("/kho/organisation.p12")


def test_a_secret_is_asked_for_once_and_only_when_needed() -> None:
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return "70417041"

    secret = Secret("keys.officer.pin", "ask", {}, ask)
    assert asked == []
    assert [secret(), secret()] == ["70417041", "70417041"]
    assert asked == ["keys.officer.pin: "]
    assert "70417041" not in repr(secret)


def test_a_secret_file_is_read_without_its_line_end_and_only_if_nobody_else_may(tmp_path: Path) -> None:
    path = tmp_path / "pin"
    path.write_text(" 7041 \r\n", encoding="utf-8")
    path.chmod(0o600)
    assert Secret("x", f"file:{path}", {}, never)() == " 7041 "
    for mode in (0o640, 0o604, 0o610):
        path.chmod(mode)
        with pytest.raises(SettingsError, match="người khác"):
            Secret("x", f"file:{path}", {}, never)()
    with pytest.raises(SettingsError, match="không đọc được"):
        Secret("x", f"file:{tmp_path / 'none'}", {}, never)()
    with pytest.raises(SettingsError, match="chưa được đặt"):
        Secret("x", "env:KHONG_CO", {}, never)()


@given(st.text().filter(lambda text: text != "ask" and not text.startswith(("env:", "file:"))))
def test_no_secret_is_ever_taken_from_the_settings_themselves(text: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Secret("keys.officer.pin", text, {}, never)
    assert refused.value.item == "keys.officer.pin"


def test_a_credential_is_what_the_manager_of_services_put_down(tmp_path: Path) -> None:
    (tmp_path / "token.pin").write_text("7041\n", encoding="utf-8")
    environment = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    secret = Secret("x", "credential:token.pin", environment, never)
    # As systemd shows a file that an access control list opens to the account of the service.
    (tmp_path / "token.pin").chmod(0o440)
    assert secret() == "7041"
    (tmp_path / "token.pin").chmod(0o444)
    with pytest.raises(SettingsError, match="chmod 600"):
        secret.fresh()
    for reference in ("credential:../token.pin", "credential:", "credential:none"):
        with pytest.raises(SettingsError):
            Secret("x", reference, environment, never)()
    with pytest.raises(SettingsError, match="CREDENTIALS_DIRECTORY"):
        Secret("x", "credential:token.pin", {}, never)()

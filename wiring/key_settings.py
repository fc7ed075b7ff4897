"""The tables ``[keys.officer]`` and ``[keys.organisation]`` of the settings file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from dossier.errors import SettingsError
from signing.key_sources import CscSource, HashApiSource, KeySource, Pkcs11Source, Pkcs12Source, RsaScheme
from wiring.secrets import Asker, Secret

Role = Literal["officer", "organisation"]
ROLES: tuple[Role, ...] = ("officer", "organisation")


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid")

    chain: list[Path] = []


class _Pkcs12(_Table):
    source: Literal["pkcs12"]
    path: Path
    password: str = Field(default="", repr=False)


class _Pkcs11(_Table):
    source: Literal["pkcs11"]
    module: Path
    token: str = Field(min_length=1)
    serial: str = ""
    cert_label: str = ""
    cert_id: str = ""
    pin: str = Field(repr=False)
    scheme: RsaScheme = "best"
    wait_seconds: float = Field(default=120, ge=0, le=86_400)


class _Remote(_Table):
    base_url: str
    ca_file: Path | None = None
    client_id: str
    client_secret: str = Field(repr=False)
    user_id: str = Field(default="", repr=False)
    scheme: RsaScheme = "best"
    timeout_seconds: float = Field(default=30, gt=0, le=600)
    wait_seconds: float = Field(default=300, gt=0, le=86_400)


class _Csc(_Remote):
    source: Literal["csc"]
    api: Literal["v1", "v2"]
    profile_id: str = ""
    credential_id: str = ""


class _HashApi(_Remote):
    source: Literal["hash-api"]
    serial_number: str = ""
    at_once: int = Field(default=100, ge=1, le=1000)
    every_seconds: float = Field(default=3, gt=0, le=600)


_KINDS: tuple[type[_Table], ...] = (_Pkcs12, _Pkcs11, _Csc, _HashApi)
_ANY: TypeAdapter[_Pkcs12 | _Pkcs11 | _Csc | _HashApi] = TypeAdapter(
    Annotated[_Pkcs12 | _Pkcs11 | _Csc | _HashApi, Field(discriminator="source")]
)


def key_setting_names() -> dict[str, tuple[str, ...]]:
    """The fields of each kind of source, for the documentation."""
    return {
        str(kind.model_fields["source"].annotation.__args__[0]): tuple(  # type: ignore[union-attr]
            name for name in kind.model_fields if name != "source"
        )
        for kind in _KINDS
    }


def read_keys(tables: object, *, environment: Mapping[str, str], ask: Asker) -> dict[Role, KeySource]:
    """Read the tables of the keys.

    Args:
        tables: what the settings file holds under ``keys``.
        environment: where ``env:…`` secrets are looked up.
        ask: asks a person for ``ask`` secrets.

    Returns:
        For each role that has a table, where its key is.

    Raises:
        SettingsError: a field is missing, unknown or wrong; values are never repeated.
    """
    if not isinstance(tables, dict) or set(tables) - set(ROLES):
        raise SettingsError("keys", reason="chỉ có [keys.officer] và [keys.organisation]")
    found: dict[Role, KeySource] = {}
    for role in ROLES:
        if role in tables:
            found[role] = _source(tables[role], f"keys.{role}", environment, ask)
    return found


def _source(table: object, where: str, environment: Mapping[str, str], ask: Asker) -> KeySource:
    try:
        shape = _ANY.validate_python(table)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        # The first part of a place is the kind of source, where one was recognised.
        names = [str(part) for part in first["loc"][1:]]
        raise SettingsError(".".join([where, *names]), reason=str(first["msg"])) from error

    def secret(name: str) -> Secret:
        return Secret(f"{where}.{name}", getattr(shape, name), environment, ask)

    chain = tuple(path.expanduser().absolute() for path in shape.chain)
    if isinstance(shape, _Pkcs12):
        password = secret("password") if shape.password else _plain("")
        return Pkcs12Source(path=shape.path.expanduser().absolute(), password=password, chain=chain)
    if isinstance(shape, _Pkcs11):
        return Pkcs11Source(
            module=shape.module.expanduser().absolute(),
            token=shape.token,
            serial=shape.serial,
            cert_label=shape.cert_label,
            cert_id=shape.cert_id,
            pin=secret("pin"),
            scheme=shape.scheme,
            wait_s=shape.wait_seconds,
            chain=chain,
        )
    # The identity of a person may stand in the file, or elsewhere like a secret.
    referred = shape.user_id.startswith(("env:", "file:"))
    shared: dict[str, Any] = {
        "base_url": shape.base_url,
        "ca_file": shape.ca_file.expanduser().absolute() if shape.ca_file else None,
        "client_id": shape.client_id,
        "client_secret": secret("client_secret"),
        "user_id": secret("user_id") if referred else _plain(shape.user_id),
        "scheme": shape.scheme,
        "timeout_s": shape.timeout_seconds,
        "wait_s": shape.wait_seconds,
        "chain": chain,
    }
    if isinstance(shape, _Csc):
        return CscSource(
            api=shape.api, profile_id=shape.profile_id, credential_id=shape.credential_id, **shared
        )
    return HashApiSource(
        serial_number=shape.serial_number, at_once=shape.at_once, every_s=shape.every_seconds, **shared
    )


def _plain(value: str) -> Callable[[], str]:
    return lambda: value

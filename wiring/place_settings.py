"""The tables ``[first_place]`` and ``[second_place]``: where bytes are kept, a folder or a bucket each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from dossier.errors import SettingsError
from wiring.secrets import Asker, Secret

LockMode = Literal["COMPLIANCE", "GOVERNANCE"]

_NAME: Final = r"^[a-z0-9][a-z0-9-]{0,31}$"
_BUCKET: Final = r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$"
_PATH: Final = re.compile(r"/?")


class _Folder(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: Literal["folder"]
    name: str = Field(default="", pattern=rf"{_NAME}|^$")
    path: Path


class _Bucket(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: Literal["bucket"]
    name: str = Field(default="", pattern=rf"{_NAME}|^$")
    endpoint: str
    bucket: str = Field(pattern=_BUCKET)
    region: str = Field(default="us-east-1", pattern=r"^[a-zA-Z0-9-]{1,64}$")
    access_key: str = Field(repr=False)
    secret_key: str = Field(repr=False)
    ca_file: Path | None = None
    mode: LockMode = "COMPLIANCE"
    years: int = Field(default=10, ge=1, le=100)
    path_style: bool = True
    timeout_seconds: float = Field(default=30, gt=0, le=600)


_ANY: TypeAdapter[_Folder | _Bucket] = TypeAdapter(Annotated[_Folder | _Bucket, Field(discriminator="kind")])


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderSettings:
    """A folder as a place.

    Attributes:
        name: of the place, for people and the journal.
        path: absolute.
    """

    name: str
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketSettings:
    """A bucket as a place.

    Attributes:
        name: of the place, for people and the journal.
        endpoint: host and port.
        secure: HTTPS.
        bucket: its name.
        region: of the bucket.
        access_key, secret_key: asked for every request.
        ca: PEM file of the authority of the server's certificate; the usual ones when ``None``.
        mode: of the lock of new objects.
        years: how long it lasts.
        path_style: the bucket stands in the path of an address, not in front of the host.
        timeout_s: for connecting and for every single wait; seconds.
    """

    name: str
    endpoint: str
    secure: bool
    bucket: str
    region: str
    access_key: Callable[[], str] = field(repr=False)
    secret_key: Callable[[], str] = field(repr=False)
    ca: Path | None
    mode: LockMode
    years: int
    path_style: bool
    timeout_s: float


PlaceSettings = FolderSettings | BucketSettings


def place_setting_names() -> dict[str, tuple[str, ...]]:
    """The fields of each kind of place, for the documentation."""
    return {
        kind: tuple(name for name in shape.model_fields if name != "kind")
        for kind, shape in (("folder", _Folder), ("bucket", _Bucket))
    }


def read_place(
    table: Mapping[str, object], where: str, *, name: str, environment: Mapping[str, str], ask: Asker
) -> PlaceSettings | None:
    """Read the table of one place.

    Args:
        table: as the settings have it; empty where there is none.
        where: its name in the settings, for errors.
        name: of the place where the table gives none.
        environment: where ``env:…`` secrets are looked up.
        ask: asks a person for ``ask`` secrets.

    Raises:
        SettingsError: a field is missing, unknown or wrong; values are never repeated.
    """
    if not table:
        return None
    try:
        shape = _ANY.validate_python(table)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        # The first part of a place is the kind, where one was recognised.
        names = [str(part) for part in first["loc"][1:]]
        raise SettingsError(".".join([where, *names]), reason=str(first["msg"])) from error
    if isinstance(shape, _Folder):
        return FolderSettings(name=shape.name or name, path=shape.path.expanduser().absolute())

    def secret(field_name: str) -> Callable[[], str]:
        return Secret(f"{where}.{field_name}", getattr(shape, field_name), environment, ask).fresh

    host, secure = _endpoint(shape.endpoint, where)
    return BucketSettings(
        name=shape.name or name,
        endpoint=host,
        secure=secure,
        bucket=shape.bucket,
        region=shape.region,
        access_key=secret("access_key"),
        secret_key=secret("secret_key"),
        ca=shape.ca_file.expanduser().absolute() if shape.ca_file else None,
        mode=shape.mode,
        years=shape.years,
        path_style=shape.path_style,
        timeout_s=shape.timeout_seconds,
    )


def need_apart(data: Path, first: PlaceSettings | None, second: PlaceSettings | None) -> None:
    """Refuse places where one accident takes both copies.

    Raises:
        SettingsError: one lies in the other, in the data folder, or they are the same.
    """
    if isinstance(first, FolderSettings) and _overlap(first.path, data):
        reason = "phải ở ngoài thư mục dữ liệu (bỏ trống để dùng mặc định)"
        raise SettingsError("first_place.path", reason=reason)
    if isinstance(second, FolderSettings) and _overlap(second.path, data):
        raise SettingsError("second_place.path", reason="phải ở ngoài thư mục dữ liệu, trên ổ đĩa khác")
    if first is not None and second is not None:
        if first.name == second.name:
            raise SettingsError("second_place.name", reason="hai nơi lưu phải có tên khác nhau")
        _need_two(first, second)


def _need_two(first: PlaceSettings, second: PlaceSettings) -> None:
    match first, second:
        case FolderSettings(path=one), FolderSettings(path=other) if _overlap(one, other):
            raise SettingsError("second_place.path", reason="hai nơi lưu nằm trong nhau")
        case (
            BucketSettings(endpoint=here, bucket=one_name),
            BucketSettings(endpoint=there, bucket=other_name),
        ) if (here, one_name) == (there, other_name):
            raise SettingsError("second_place.bucket", reason="hai nơi lưu là cùng một thùng chứa")


def need_https(first: PlaceSettings | None, second: PlaceSettings | None) -> None:
    """Refuse what production must not do: send bytes and keys where others on the wire read them.

    Raises:
        SettingsError: an endpoint begins with ``http://``.
    """
    for where, place in (("first_place", first), ("second_place", second)):
        if isinstance(place, BucketSettings) and not place.secure:
            raise SettingsError(f"{where}.endpoint", reason="vận hành thật (production) chỉ dùng https://")


def _endpoint(text: str, where: str) -> tuple[str, bool]:
    """Host and port, and whether it is HTTPS."""
    try:
        parts = urlsplit(text)
        named = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        named = False
        parts = urlsplit("")
    plain = not (parts.username or parts.password or parts.query or parts.fragment)
    if not named or not plain or parts.scheme not in {"http", "https"} or not _PATH.fullmatch(parts.path):
        raise SettingsError(
            f"{where}.endpoint", reason="cần https://máy:cổng, không kèm đường dẫn hay tài khoản"
        )
    return parts.netloc.lower(), parts.scheme == "https"


def _overlap(one: Path, other: Path) -> bool:
    one, other = one.resolve(), other.resolve()
    return one.is_relative_to(other) or other.is_relative_to(one)

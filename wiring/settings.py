"""One frozen ``Settings``, read once from the environment (``MOTLAN_…``) and an optional TOML file.

Every key has a line in ``docs/settings.md``; a test compares the two. Settings decide the size of the
installation; code does not know it.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from dossier.errors import SettingsError
from dossier.stamping import AlarmLimits
from signing.key_sources import KeySource, Pkcs12Source
from storage.places import FIRST, SECOND
from wiring.api_settings import ApiSettings, ApiShape, api_settings
from wiring.database_settings import DatabaseSettings, need_private_line, read_database
from wiring.key_settings import Role, read_keys
from wiring.place_settings import PlaceSettings, need_apart, need_https, read_place
from wiring.quality_settings import QualitySettings, QualityShape, quality_settings
from wiring.scan_settings import Scanners, ScannerShape, read_scanners
from wiring.secrets import Asker, Secret, ask_on_terminal
from wiring.station_settings import StationSettings, StationShape, station_settings
from wiring.watch_settings import WatchSettings, WatchShape, watch_settings
from wiring.work_settings import WorkSettings, WorkShape, work_settings

PREFIX = "MOTLAN_"


class _Authority(BaseModel):
    """One ``[[timestamps]]`` table."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(min_length=1)
    timeout_s: int = Field(default=150, ge=1, le=600)
    at_once: int = Field(default=4, ge=1, le=64)
    ca: tuple[Path, ...] = ()
    tls_ca: Path | None = None


class _Shape(StationShape, WatchShape, WorkShape, ApiShape, QualityShape):
    """What the outside may set. Parsed here, then never seen again: inside, ``Settings`` is used."""

    data: Path = Field(default_factory=lambda: default_data_folder(os.environ))
    lang: Literal["vi", "en"] = "vi"
    log: Literal["file", "stderr"] = "file"
    traces: str = ""
    actor: str = Field(default="ban-so-hoa", pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")
    workers: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1, le=256)
    engine: Literal["net", "tesseract"] = "net"
    page_seconds: float = Field(default=60.0, gt=0, le=3600)
    max_page_pixels: int = Field(default=120_000_000, ge=1_000_000)
    max_file_bytes: int = Field(default=2_000_000_000, ge=1_000)
    min_free_bytes: int = Field(default=300_000_000, ge=0)
    lock_seconds: float = Field(default=10.0, ge=0, le=3600)
    production: bool = False
    officer_key: Path | None = None
    officer_password: str = Field(default="", repr=False)
    organisation_key: Path | None = None
    organisation_password: str = Field(default="", repr=False)
    timestamp_url: str = ""
    timestamp_seconds: float = Field(default=150.0, gt=0, le=600)
    timestamps: tuple[_Authority, ...] = ()
    stamp_finish_seconds: float = Field(default=20.0, ge=0, le=86_400)
    stamp_alarm_count: int = Field(default=500, ge=1)
    stamp_alarm_hours: float = Field(default=24.0, gt=0)
    archive_digest: Literal["sha256", "sha384", "sha512"] = "sha512"
    renewal_lead_days: int = Field(default=180, ge=180, le=3650)
    prefect_url: str = ""
    rules: Path | None = None
    label_confirmations: int = Field(default=3, ge=1, le=100)
    scanner: str = ""
    scanners: dict[str, ScannerShape] = Field(default={})
    encryption_keys: str = Field(default="", repr=False)
    encrypt_objects: bool = False
    correction_second_person: bool = False
    hold_results: bool = True
    database: str = Field(default="", repr=False)
    database_password: str = Field(default="", repr=False)
    first_place: dict[str, object] = Field(default={}, repr=False)
    second_place: dict[str, object] = Field(default={}, repr=False)
    copies_finish_seconds: float = Field(default=20.0, ge=0, le=86_400)
    copies_alarm_count: int = Field(default=1000, ge=0)
    copies_alarm_hours: float = Field(default=24.0, gt=0)

    @field_validator("traces")
    @classmethod
    def _need_address(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in {"http", "https"}:
            raise ValueError("cần http:// hoặc https://")
        return value

    @field_validator("timestamps", "scanners", "first_place", "second_place", mode="before")
    @classmethod
    def _from_text(cls, value: object) -> object:
        """An environment variable holds tables as JSON."""
        return json.loads(value) if isinstance(value, str) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthoritySettings:
    """One timestamp authority.

    Attributes:
        url: where it is asked.
        timeout_s: limit for one stamp, in seconds.
        at_once: stamps asked for together.
        ca: PEM files of the authorities above its certificate; those of the trust store when there are none.
        tls_ca: PEM file for an ``https://`` address; the system's authorities when ``None``.
    """

    url: str
    timeout_s: int
    at_once: int
    ca: tuple[Path, ...]
    tls_ca: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How this installation runs.

    Attributes:
        data: the data folder.
        lang: language of messages.
        log: where the log goes: a file of the data folder, or the error stream.
        traces: address that spans are sent to by OTLP over HTTP; none are when empty.
        actor: account or desk that acts; goes into the journal, so it names no person.
        workers: pages read at the same time, one core each.
        engine: what reads print: the project's own networks, or Tesseract alone.
        page_seconds: wall-clock limit for recognising one page.
        max_page_pixels: larger pages are refused before they are decoded.
        max_file_bytes: larger files are refused.
        min_free_bytes: with less room on the disk of the store nothing is taken in.
        lock_seconds: how long a writing command waits for another one.
        production: refuse demo keys and the demo root.
        officer_key, organisation_key: where the keys are; the demo keys when not set.
        timestamps: RFC 3161 services in the order in which they are asked; the demo authority when empty.
        stamp_finish_seconds: how long a batch waits at its end for stamps that are still to come.
        stamp_alarm: from when on a backlog of stamps is told loudly.
        archive_digest: digest of the document timestamps that renewal adds.
        renewal_lead_days: renew at least so many days before a file would no longer verify.
        prefect_url: API of a Prefect server; started with the process when empty.
        rules: folder of the office's own tables; ``rulebook`` in the data folder when not set.
        label_confirmations: different papers that must show an unknown label before it is proposed.
        scanners: the scanners of this desk and how they are used.
        encryption_keys: where the keys of the records come from; the store's own key when not set.
        encrypt_objects: encipher new objects before they leave this machine.
        hold_results: results of open dossiers are kept from reuse until they are handed over.
        correction_second_person: a correction of a filed paper counts once a second person approved it.
        database: a PostgreSQL server; the SQLite file in the data folder when not set.
        first_place: takes what is put; the folder of objects in the data folder when not set.
        second_place: gets a copy of every object, when set.
        copies_finish_seconds: how long a batch waits at its end for second copies that are still to come.
        copies_alarm_count, copies_alarm_hours: from when on a backlog of second copies is told loudly.
        api: the HTTP service.
        watch: watched folders.
        station: pages for people.
        quality: how far the promise about errors moves thresholds.
        work: how work is given out and done.
    """

    data: Path
    lang: Literal["vi", "en"]
    log: Literal["file", "stderr"]
    traces: str
    actor: str
    workers: int
    engine: Literal["net", "tesseract"]
    page_seconds: float
    max_page_pixels: int
    max_file_bytes: int
    min_free_bytes: int
    lock_seconds: float
    production: bool
    officer_key: KeySource | None
    organisation_key: KeySource | None
    timestamps: tuple[AuthoritySettings, ...]
    stamp_finish_seconds: float
    stamp_alarm: AlarmLimits
    archive_digest: Literal["sha256", "sha384", "sha512"]
    renewal_lead_days: int
    prefect_url: str
    rules: Path | None
    label_confirmations: int
    scanners: Scanners
    encryption_keys: Callable[[], str] | None
    encrypt_objects: bool
    correction_second_person: bool
    hold_results: bool
    database: DatabaseSettings | None
    first_place: PlaceSettings | None
    second_place: PlaceSettings | None
    copies_finish_seconds: float
    copies_alarm_count: int
    copies_alarm_hours: float
    api: ApiSettings
    watch: WatchSettings
    station: StationSettings
    quality: QualitySettings
    work: WorkSettings


def default_data_folder(environment: Mapping[str, str]) -> Path:
    """``$XDG_DATA_HOME/motlan``, by default ``~/.local/share/motlan`` (XDG Base Directory)."""
    base = environment.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "motlan"


def setting_names() -> tuple[str, ...]:
    """Names of all settings as environment variables, in the order of the documentation."""
    shapes: tuple[type[BaseModel], ...] = (ApiShape, StationShape, WatchShape, QualityShape, WorkShape)
    others = tuple(name for shape in shapes for name in shape.model_fields)
    own = [name for name in _Shape.model_fields if name not in others]
    return tuple(PREFIX + name.upper() for name in (*own, *others))


def read_settings(
    environment: Mapping[str, str], *, file: Path | None = None, ask: Asker = ask_on_terminal
) -> Settings:
    """Read and check the settings; the environment wins over the file.

    Args:
        environment: usually ``os.environ``.
        file: a TOML file; ``$MOTLAN_CONFIG`` when not given.
        ask: asks a person for the secrets that are to be asked for, when they are needed.

    Raises:
        SettingsError: a value that cannot be used, or a name nobody knows.
    """
    values: dict[str, object] = {}
    named = file or (Path(environment[PREFIX + "CONFIG"]) if environment.get(PREFIX + "CONFIG") else None)
    if named is not None:
        values.update(_from_file(named))
    keys = read_keys(values.pop("keys", {}), environment=environment, ask=ask)
    known = set(_Shape.model_fields) | {"config"}
    for key, value in environment.items():
        if not key.startswith(PREFIX):
            continue
        name = key.removeprefix(PREFIX).lower()
        if name not in known:
            raise SettingsError(key, reason="không có cấu hình này")
        if name != "config":
            values[name] = value
    try:
        shape = _Shape.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise SettingsError(PREFIX + str(first["loc"][0]).upper(), reason=str(first["msg"])) from error
    settings = _frozen(shape, keys, secrets=_Secrets(environment, ask))
    need_apart(settings.data, settings.first_place, settings.second_place)
    if settings.production:
        need_https(settings.first_place, settings.second_place)
        need_private_line(settings.database)
        if not settings.station.second_factor:
            reason = "vận hành thật (production) cần yếu tố xác thực thứ hai"
            raise SettingsError("MOTLAN_STATION_SECOND_FACTOR", reason=reason)
    return settings


def _from_file(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(path.name, reason="không đọc được tệp cấu hình", cause=str(error)) from error


@dataclass(frozen=True, slots=True)
class _Secrets:
    """Where references to secrets lead."""

    environment: Mapping[str, str]
    ask: Asker

    def named(self, setting: str, reference: str) -> Secret | None:
        """The secret of a setting by its reference; nothing where none is given."""
        if not reference:
            return None
        return Secret(PREFIX + setting.upper(), reference, environment=self.environment, ask=self.ask)


def _frozen(shape: _Shape, keys: Mapping[Role, KeySource], *, secrets: _Secrets) -> Settings:
    environment, ask = secrets.environment, secrets.ask
    return Settings(
        data=shape.data.expanduser().absolute(),
        lang=shape.lang,
        log=shape.log,
        traces=shape.traces,
        actor=shape.actor,
        workers=shape.workers,
        engine=shape.engine,
        page_seconds=shape.page_seconds,
        max_page_pixels=shape.max_page_pixels,
        max_file_bytes=shape.max_file_bytes,
        min_free_bytes=shape.min_free_bytes,
        lock_seconds=shape.lock_seconds,
        production=shape.production,
        officer_key=_key(shape.officer_key, shape.officer_password) or keys.get("officer"),
        organisation_key=_key(shape.organisation_key, shape.organisation_password)
        or keys.get("organisation"),
        timestamps=_authorities(shape),
        stamp_finish_seconds=shape.stamp_finish_seconds,
        stamp_alarm=AlarmLimits(count=shape.stamp_alarm_count, hours=shape.stamp_alarm_hours),
        archive_digest=shape.archive_digest,
        renewal_lead_days=shape.renewal_lead_days,
        prefect_url=shape.prefect_url,
        rules=shape.rules.expanduser().absolute() if shape.rules else None,
        label_confirmations=shape.label_confirmations,
        scanners=read_scanners(shape.scanners, default=shape.scanner),
        encrypt_objects=shape.encrypt_objects,
        correction_second_person=shape.correction_second_person,
        hold_results=shape.hold_results,
        encryption_keys=secrets.named("encryption_keys", shape.encryption_keys),
        database=read_database(shape.database, shape.database_password, environment=environment, ask=ask),
        first_place=read_place(
            shape.first_place, "first_place", name=FIRST, environment=environment, ask=ask
        ),
        second_place=read_place(
            shape.second_place, "second_place", name=SECOND, environment=environment, ask=ask
        ),
        copies_finish_seconds=shape.copies_finish_seconds,
        copies_alarm_count=shape.copies_alarm_count,
        copies_alarm_hours=shape.copies_alarm_hours,
        api=api_settings(shape, answer_key=secrets.named("answer_key", shape.answer_key)),
        watch=watch_settings(shape),
        quality=quality_settings(shape),
        work=work_settings(shape),
        station=station_settings(
            shape, shape, client_secret=secrets.named("oidc_client_secret", shape.oidc_client_secret)
        ),
    )


def _authorities(shape: _Shape) -> tuple[AuthoritySettings, ...]:
    """The tables, or the one authority of the short form."""
    if shape.timestamp_url and shape.timestamps:
        reason = "chỉ dùng một trong hai: timestamp_url hoặc [[timestamps]]"
        raise SettingsError(PREFIX + "TIMESTAMPS", reason=reason)
    short = _Authority(url=shape.timestamp_url or "-", timeout_s=max(1, round(shape.timestamp_seconds)))
    return tuple(
        AuthoritySettings(
            url=one.url,
            timeout_s=one.timeout_s,
            at_once=one.at_once,
            ca=tuple(path.expanduser().absolute() for path in one.ca),
            tls_ca=one.tls_ca.expanduser().absolute() if one.tls_ca else None,
        )
        for one in ((short,) if shape.timestamp_url else shape.timestamps)
    )


def _key(path: Path | None, password: str) -> Pkcs12Source | None:
    return Pkcs12Source(path=path, password=lambda: password) if path else None

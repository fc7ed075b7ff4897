"""Settings, secrets, rights of files, and the machine the program runs on."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from typing import Final

from dossier.errors import MotlanError
from flows.doctor.findings import Finding, Patient, Point
from signing.key_sources import Pkcs12Source
from wiring.place_settings import BucketSettings
from wiring.secrets import Secret

_FOR_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_WRITTEN_BY_OTHERS: Final = stat.S_IWGRP | stat.S_IWOTH
_GIB: Final = 1024**3
_WORKER_BYTES: Final = 400 * 1024**2
"""What one page in work may need (docs/architecture.md), beside the program itself."""
_PROGRAM_BYTES: Final = _GIB
_LITTLE_ROOM: Final = 0.2
_SPARE_FILES: Final = 256


def look_at_settings(patient: Patient) -> Iterator[Finding]:
    """Whether it runs in earnest, and what the settings make weaker than they could."""
    point, settings = Point("settings"), patient.settings
    if not settings.production:
        yield point.warning("not_production")
    api = settings.api
    if api.behind_proxy and not settings.station.forwarded:
        yield point.warning("one_address")
    if settings.production and settings.station.breached_passwords is None and api.listen is not None:
        yield point.warning("no_password_list")
    yield point.passed(kind="postgresql" if settings.database else "sqlite")


def look_at_secrets(patient: Patient) -> Iterator[Finding]:
    """Whether every secret that needs no person can be read, and by its owner alone. None is told."""
    point, count = Point("secrets"), 0
    for setting, secret in _secrets(patient):
        # Some are given as the method that reads them anew.
        kept = getattr(secret, "__self__", secret)
        if isinstance(kept, Secret) and kept.reference == "ask":
            yield point.warning("asks", setting=setting)
            continue
        try:
            secret()
        except MotlanError as error:
            yield point.error(error)
        else:
            count += 1
    yield point.passed(count=count)


def look_at_rights(patient: Patient) -> Iterator[Finding]:
    """Whether others of this machine can look into the data folder, or write the keys' files."""
    point, data = Point("rights"), patient.data
    if not data.is_dir():
        yield point.failed("no_folder")
        return
    if patient.around.mode(data) & _FOR_OTHERS:
        yield point.failed("folder_open")
    key = data / "store.key"
    if key.exists() and patient.around.mode(key) & _FOR_OTHERS:
        yield point.failed("key_open")
    for role in (patient.settings.officer_key, patient.settings.organisation_key):
        if isinstance(role, Pkcs12Source) and role.path.exists():
            mode = patient.around.mode(role.path)
            if mode & (stat.S_IROTH | _WRITTEN_BY_OTHERS):
                yield point.failed("key_file_open", file=role.path.name)
    yield point.passed()


def look_at_machine(patient: Patient) -> Iterator[Finding]:
    """Cores, memory, open files and room, against what the settings want of them."""
    point, settings, around = Point("machine"), patient.settings, patient.around
    cores, memory = around.cores(), around.memory()
    if settings.workers > cores:
        yield point.warning("cores", workers=settings.workers, cores=cores)
    wanted = _PROGRAM_BYTES + settings.workers * _WORKER_BYTES
    if memory < wanted:
        yield point.warning("memory", gib=_gib(memory), wanted=_gib(wanted))
    wanted_files = settings.api.connections + _SPARE_FILES
    if around.open_files() < wanted_files:
        yield point.warning("open_files", limit=around.open_files(), wanted=wanted_files)
    if patient.data.is_dir():
        total, free = around.disk(patient.data)
        if free < settings.min_free_bytes:
            yield point.failed("disk_full", free=_gib(free))
        elif free < total * _LITTLE_ROOM:
            yield point.warning("disk", free=_gib(free), percent=round(100 * free / total))
    yield point.passed(cores=cores, gib=_gib(memory))


def look_at_engine(patient: Patient) -> Iterator[Finding]:
    """Whether print can be read: the networks, Tesseract, its Vietnamese data."""
    point, services = Point("engine"), patient.services
    try:
        yield point.passed(version=services.engine.version())
    except MotlanError as error:
        yield point.error(error)
    if services.witness is not None:
        try:
            services.witness.version()
        except MotlanError:
            yield point.warning("no_witness")


def _gib(size: int) -> str:
    return f"{size / _GIB:.1f}"


def _secrets(patient: Patient) -> Iterator[tuple[str, Callable[[], str]]]:
    settings = patient.settings
    if settings.database is not None and settings.database.password is not None:
        yield "MOTLAN_DATABASE_PASSWORD", settings.database.password
    for name, place in (("first_place", settings.first_place), ("second_place", settings.second_place)):
        if isinstance(place, BucketSettings):
            yield f"{name}.access_key", place.access_key
            yield f"{name}.secret_key", place.secret_key
    for name, secret in (
        ("MOTLAN_ENCRYPTION_KEYS", settings.encryption_keys),
        ("MOTLAN_ANSWER_KEY", settings.api.answer_key),
    ):
        if secret is not None:
            yield name, secret
    provider = settings.station.provider
    if provider is not None and provider.client_secret is not None:
        yield "MOTLAN_OIDC_CLIENT_SECRET", provider.client_secret
    yield from _key_secrets(patient)


def _key_secrets(patient: Patient) -> Iterator[tuple[str, Callable[[], str]]]:
    """What the sources of the signing keys read by themselves; a PIN is a person's, and nobody is asked."""
    settings = patient.settings
    for source in (settings.officer_key, settings.organisation_key):
        for name in ("password", "pin", "client_secret", "user_id"):
            secret = getattr(source, name, None)
            if isinstance(secret, Secret) and not secret.asks:
                yield secret.where, secret

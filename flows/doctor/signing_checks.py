"""Keys and their certificates, trusted roots and revocation lists, timestamp authorities."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import httpx

from dossier.errors import MotlanError
from flows.doctor.findings import Finding, Patient, Point, days
from signing.key_sources import Pkcs12Source
from wiring.key_settings import ROLES
from wiring.logs import kind_of

_SOON: Final = timedelta(days=45)
_FAR_OFF: Final = timedelta(seconds=30)
"""Authorities tell their clock in whole seconds, and the answer takes its time."""


def look_at_keys(patient: Patient) -> Iterator[Finding]:
    """Whether the keys open and when their certificates end; nobody is asked for a PIN."""
    point, services = Point("keys"), patient.services
    if services.uses_demo_keys:
        make = point.failed if patient.settings.production else point.warning
        yield make("demo")
        return
    sources = (patient.settings.officer_key, patient.settings.organisation_key)
    for role, source in zip(ROLES, sources, strict=True):
        if not isinstance(source, Pkcs12Source):
            yield point.skipped("not_opened", role=role)
            continue
        try:
            end = services.key(role).certificate.not_valid_after_utc
        except MotlanError as error:
            yield point.error(error)
            continue
        left = end - patient.now
        if left <= timedelta():
            yield point.failed("ended", role=role, days=-days(left))
        elif left <= _SOON:
            yield point.warning("ends", role=role, days=days(left))
        else:
            yield point.passed(role=role, days=days(left))


def look_at_trust(patient: Patient) -> Iterator[Finding]:
    """Whether anything is trusted, whether roots end, and whether revocation lists still speak."""
    point, trust, now = Point("trust"), patient.services.trust, patient.now
    roots = trust.roots()
    if not roots:
        yield point.failed("no_root")
        return
    for root in roots:
        left = root.certificate.not_valid_after_utc - now
        if left <= _SOON:
            yield point.warning("root_ends", fingerprint=root.fingerprint[:16], days=max(0, days(left)))
    lists = trust.lists()
    if lists.unreadable:
        yield point.failed("lists_unreadable", count=len(lists.unreadable))
    newest: dict[bytes, timedelta] = {}
    for crl in lists.crls:
        issuer = crl.parsed.issuer.public_bytes()
        newest[issuer] = max(newest.get(issuer, crl.next_update - now), crl.next_update - now)
    old = [left for left in newest.values() if left <= timedelta()]
    if old:
        yield point.warning("lists_old", count=len(old), days=-days(min(old)))
    yield point.passed(roots=len(roots), lists=len(newest))


def look_at_timestamps(patient: Patient) -> Iterator[Finding]:
    """Whether each authority answers, and whether its clock is ours. No timestamp is asked for: some cost."""
    point = Point("timestamps")
    if not patient.settings.timestamps:
        make = point.failed if patient.settings.production else point.warning
        yield make("demo")
        return
    for place, authority in enumerate(patient.settings.timestamps, start=1):
        try:
            heard = patient.around.get(authority.url, authority.tls_ca)
        except (httpx.HTTPError, OSError, ValueError) as error:
            yield point.failed("away", number=place, error=kind_of(error).partition(" ")[0])
            continue
        off = abs(heard.clock - patient.now) if heard.clock else timedelta()
        if off > _FAR_OFF:
            yield point.failed("clock", number=place, seconds=round(off.total_seconds()))
        else:
            yield point.passed(number=place)

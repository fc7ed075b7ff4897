"""What others see and what stands beside: certificates of the web address, the Prefect server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from flows.doctor.findings import Finding, Patient, Point, days
from signing.certificate_ends import end_of_file
from wiring.logs import kind_of

_SOON: Final = timedelta(days=21)
_HTTPS: Final = 443


def look_at_web(patient: Patient) -> Iterator[Finding]:
    """When the certificates end that browsers and machines see."""
    point, settings = Point("web"), patient.settings
    ends: list[datetime] = []
    if settings.api.tls_certificate is not None:
        ends.append(end_of_file(settings.api.tls_certificate, setting="MOTLAN_API_TLS_CERTIFICATE"))
    address = urlsplit(settings.station.url)
    if address.scheme == "https" and address.hostname:
        try:
            ends.append(patient.around.certificate_end(address.hostname, address.port or _HTTPS))
        except (OSError, ValueError) as error:
            yield point.failed("away", error=kind_of(error).partition(" ")[0])
    if settings.production and settings.api.listen is not None and not address.hostname:
        yield point.warning("no_address")
    for end in ends:
        left = end - patient.now
        if left <= timedelta():
            yield point.failed("ended", days=-days(left))
        elif left <= _SOON:
            yield point.warning("ends", days=days(left))
        else:
            yield point.passed(days=days(left))
    if settings.api.listen is None and not ends:
        yield point.skipped("not_served")


def look_at_prefect(patient: Patient) -> Iterator[Finding]:
    """A server that runs by itself: whether it answers, is of our version, and tells nobody about us.

    What it knows is advice (``docs/decisions/0003``): papers are worked on without it, so one that is away or
    does not let us in is to be watched, and an installation is not ill for it.
    """
    point, url = Point("prefect"), patient.settings.prefect_url.rstrip("/")
    if not url:
        yield point.skipped("own")
        return
    ask = patient.around.ask_prefect
    try:
        if ask(f"{url}/health").status != httpx.codes.OK:
            yield point.warning("away", error="health")
            return
        release, told = ask(f"{url}/admin/version"), ask(f"{url}/admin/settings")
    except (httpx.HTTPError, OSError, ValueError) as error:
        yield point.warning("away", error=kind_of(error).partition(" ")[0])
        return
    refused = [one.status for one in (release, told) if one.status != httpx.codes.OK]
    if refused:
        yield point.warning("refused", status=refused[0])
        return
    theirs, ours = str(release.body), version("prefect")
    if theirs != ours:
        yield point.failed("version", theirs=theirs, ours=ours)
    if _tells_others(told.body):
        yield point.failed("telemetry")
    yield point.passed(version=theirs)


def _tells_others(told: Any) -> bool:
    server = told.get("server") if isinstance(told, dict) else None
    return bool(server.get("analytics_enabled")) if isinstance(server, dict) else False

"""Settings of the HTTP service: where it listens, its limits, who says who asks, the key of its answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from dossier.errors import SettingsError

_PORTS = 65_536


class ApiShape(BaseModel):
    """What the outside may set; part of the one shape of all settings."""

    model_config = ConfigDict(extra="forbid")

    api_listen: str = ""
    api_tls_certificate: Path | None = None
    api_tls_key: Path | None = None
    api_behind_proxy: bool = False
    api_max_body_bytes: int = Field(default=1_000_000, ge=1_000, le=100_000_000)
    api_max_upload_bytes: int = Field(default=50_000_000, ge=1_000, le=2_000_000_000)
    api_header_seconds: float = Field(default=10.0, gt=0, le=600)
    api_body_seconds: float = Field(default=60.0, gt=0, le=3600)
    api_concurrency: int = Field(default=32, ge=1, le=1000)
    api_waiting: int = Field(default=128, ge=1, le=10_000)
    api_wait_seconds: float = Field(default=1.0, gt=0, le=60)
    api_connections: int = Field(default=512, ge=1, le=100_000)
    api_drain_seconds: float = Field(default=0.0, ge=0, le=300)
    api_rate_per_minute: int = Field(default=600, ge=1, le=1_000_000)
    api_alarm_persons: int = Field(default=200, ge=1)
    api_alarm_refusals: int = Field(default=20, ge=1)
    webhook_private_hosts: str = ""
    webhook_ca: Path | None = None
    webhook_off_days: int = Field(default=3, ge=1, le=60)
    answer_key: str = Field(default="", repr=False)
    answer_old_keys: Path | None = None
    oidc_issuer: str = ""
    oidc_audience: str = ""
    oidc_jwks_url: str = ""
    oidc_ca: Path | None = None
    oidc_claim: str = Field(default="motlan", min_length=1)
    oidc_skew_seconds: int = Field(default=60, ge=0, le=300)
    oidc_one_time: bool = False
    oidc_token_acr: str = ""
    oidc_token_age_seconds: int = Field(default=0, ge=0, le=31_536_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSettings:
    """The identity provider whose tokens count (OpenID Connect, RFC 9068).

    Attributes:
        issuer: what ``iss`` must be, letter by letter.
        audience: what ``aud`` must hold.
        jwks_url: where its public keys are; ``https``, or plain on this very machine.
        ca: PEM file for the address; the system's authorities when ``None``.
        claim: name of the claim that tells role, offices, procedures and fields.
        skew_seconds: by how much its clock may differ from ours.
        one_time: whether each token counts once; it must then bear a ``jti``.
        token_acr: values of ``acr``, one of which the token of a person must bear; any when empty.
        token_age_seconds: how long ago, by ``auth_time``, a person may have signed in for their token to
            count; 0 for any time.
    """

    issuer: str
    audience: str
    jwks_url: str
    ca: Path | None
    claim: str
    skew_seconds: int
    one_time: bool
    token_acr: tuple[str, ...] = ()
    token_age_seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSettings:
    """How the HTTP service runs.

    Attributes:
        listen: host and port; nothing when it is not to listen.
        tls_certificate, tls_key: PEM files; both or none.
        behind_proxy: another program ends TLS before it.
        max_body_bytes: of JSON bodies.
        max_upload_bytes: of a PDF to be verified.
        header_seconds: within which the head of a request must have come.
        body_seconds: within which its body must have come.
        concurrency: requests worked on together, without reuse checks; more are turned away.
        waiting: reuse checks inside at once; more are turned away.
        wait_seconds: a reuse check that would wait longer is turned away.
        connections: open connections; more are turned away.
        drain_seconds: a process that was told to end goes on answering, and says that it is not ready.
        rate_per_minute: requests of one caller.
        alarm_persons: different persons that one caller may look at in an hour before an alarm.
        alarm_refusals: refusals of one caller in ten minutes before an alarm.
        webhook_private_hosts: hosts of private networks that changes may be sent to, in lower case.
        webhook_ca: PEM file for receivers; the system's authorities when ``None``.
        webhook_off_days: a receiver that fails so long is switched off.
        answer_key: gives the private key of answers (PEM, P-256); a demo key when not set.
        answer_old_keys: JWKS file of public keys that signed earlier answers.
        provider: whose tokens count; API keys alone when not set.
    """

    listen: tuple[str, int] | None
    tls_certificate: Path | None
    tls_key: Path | None
    behind_proxy: bool
    max_body_bytes: int
    max_upload_bytes: int
    header_seconds: float
    body_seconds: float
    concurrency: int
    waiting: int
    wait_seconds: float
    connections: int
    drain_seconds: float
    rate_per_minute: int
    alarm_persons: int
    alarm_refusals: int
    webhook_private_hosts: frozenset[str]
    webhook_ca: Path | None
    webhook_off_days: int
    answer_key: Callable[[], str] | None
    answer_old_keys: Path | None
    provider: ProviderSettings | None

    def need_safe(self, listen: tuple[str, int]) -> None:
        """Refuse to send keys and personal data in clear over a network.

        Raises:
            SettingsError: neither TLS, nor a proxy, nor an address of this very machine.
        """
        if not (self.tls_certificate or self.behind_proxy or is_local(listen[0])):
            reason = "nghe trên mạng phải có MOTLAN_API_TLS_CERTIFICATE, hoặc MOTLAN_API_BEHIND_PROXY=true"
            raise SettingsError("MOTLAN_API_LISTEN", reason=reason)


def api_settings(shape: ApiShape, *, answer_key: Callable[[], str] | None) -> ApiSettings:
    """The settings as the program uses them.

    Raises:
        SettingsError: values that do not go together.
    """
    if (shape.api_tls_certificate is None) != (shape.api_tls_key is None):
        raise SettingsError("MOTLAN_API_TLS_KEY", reason="cần cả chứng thư và khóa TLS")
    return ApiSettings(
        listen=parse_listen(shape.api_listen) if shape.api_listen else None,
        tls_certificate=_place(shape.api_tls_certificate),
        tls_key=_place(shape.api_tls_key),
        behind_proxy=shape.api_behind_proxy,
        max_body_bytes=shape.api_max_body_bytes,
        max_upload_bytes=shape.api_max_upload_bytes,
        header_seconds=shape.api_header_seconds,
        body_seconds=shape.api_body_seconds,
        concurrency=shape.api_concurrency,
        waiting=shape.api_waiting,
        wait_seconds=shape.api_wait_seconds,
        connections=shape.api_connections,
        drain_seconds=shape.api_drain_seconds,
        rate_per_minute=shape.api_rate_per_minute,
        alarm_persons=shape.api_alarm_persons,
        alarm_refusals=shape.api_alarm_refusals,
        webhook_private_hosts=frozenset(
            each.strip().lower() for each in shape.webhook_private_hosts.split(",") if each.strip()
        ),
        webhook_ca=_place(shape.webhook_ca),
        webhook_off_days=shape.webhook_off_days,
        answer_key=answer_key,
        answer_old_keys=_place(shape.answer_old_keys),
        provider=_provider(shape),
    )


def parse_listen(text: str, *, where: str = "MOTLAN_API_LISTEN") -> tuple[str, int]:
    """Host and port of ``HOST:PORT`` (an IPv6 address in brackets); port 0 takes a free one.

    Raises:
        SettingsError: it is none.
    """
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not port.isascii() or not port.isdecimal() or int(port) >= _PORTS:
        raise SettingsError(where, reason="ghi MÁY:CỔNG, ví dụ 127.0.0.1:8443")
    return host, int(port)


def is_local(host: str) -> bool:
    """Whether a name or address is this very machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _provider(shape: ApiShape) -> ProviderSettings | None:
    told = (shape.oidc_issuer, shape.oidc_audience, shape.oidc_jwks_url)
    if not any(told):
        return None
    if not all(told):
        reason = "cần cả oidc_issuer, oidc_audience và oidc_jwks_url"
        raise SettingsError("MOTLAN_OIDC_ISSUER", reason=reason)
    url = urlsplit(shape.oidc_jwks_url)
    if url.scheme != "https" and not (url.scheme == "http" and is_local(url.hostname or "")):
        raise SettingsError("MOTLAN_OIDC_JWKS_URL", reason="phải là https")
    return ProviderSettings(
        issuer=shape.oidc_issuer,
        audience=shape.oidc_audience,
        jwks_url=shape.oidc_jwks_url,
        ca=_place(shape.oidc_ca),
        claim=shape.oidc_claim,
        skew_seconds=shape.oidc_skew_seconds,
        one_time=shape.oidc_one_time,
        token_acr=tuple(each.strip() for each in shape.oidc_token_acr.split(",") if each.strip()),
        token_age_seconds=shape.oidc_token_age_seconds,
    )


def _place(path: Path | None) -> Path | None:
    return path.expanduser().absolute() if path else None

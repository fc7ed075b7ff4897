"""Settings of the station: its address, how long sessions last, and how people come from the provider."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from dossier.errors import SettingsError
from wiring.api_settings import ApiShape, is_local


class StationShape(BaseModel):
    """What the outside may set; part of the one shape of all settings."""

    model_config = ConfigDict(extra="forbid")

    station_url: str = ""
    station_forwarded: bool = False
    station_idle_minutes: int = Field(default=30, ge=1, le=720)
    station_session_hours: int = Field(default=12, ge=1, le=24)
    station_second_factor: bool = True
    station_verify_per_minute: int = Field(default=10, ge=1, le=10_000)
    station_check_minutes: int = Field(default=10, ge=1, le=240)
    station_check_second_person: bool = False
    station_tray_files: int = Field(default=50, ge=1, le=200)
    station_tray_bytes: int = Field(default=500_000_000, ge=1_000, le=8_000_000_000)
    station_tray_seconds: float = Field(default=900.0, gt=0, le=7200)
    station_breached_passwords: Path | None = None
    oidc_client_id: str = ""
    oidc_client_secret: str = Field(default="", repr=False)
    oidc_authorize_url: str = ""
    oidc_token_url: str = ""
    oidc_acr: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInProvider:
    """How people sign in at the identity provider (OpenID Connect, authorization code with PKCE).

    Attributes:
        client_id: of this installation; what ``aud`` of an ID token must hold.
        client_secret: gives the secret of a confidential client; nothing for a public one.
        authorize_url: where the browser is sent.
        token_url: where a code becomes tokens.
        acr: values of ``acr`` that count, one of which a token must bear; any when empty.
    """

    client_id: str
    client_secret: Callable[[], str] | None = field(repr=False)
    authorize_url: str
    token_url: str
    acr: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StationSettings:
    """How the station runs.

    Attributes:
        url: its address as browsers see it, without a slash at the end; any when empty.
        forwarded: whether the proxy before it says from where a browser comes (last of ``X-Forwarded-For``).
        idle_minutes: a session that is not used so long ends.
        session_hours: a session ends after so long, used or not.
        second_factor: whether accounts kept here need one.
        verify_per_minute: files that one address may have judged without signing in.
        check_minutes: a paper on a checker's table is free again when they did nothing for so long.
        check_second_person: whether a paper is checked by another person than fed it.
        tray_files: files that one form of an operator may bring.
        tray_bytes: of all of them together.
        tray_seconds: within which such a form must have come.
        breached_passwords: list of stolen passwords (``flows.staff.breached``); none when not set.
        provider: of sign-ins; accounts kept here alone when not set.
    """

    url: str
    forwarded: bool
    idle_minutes: int
    session_hours: int
    second_factor: bool
    verify_per_minute: int
    check_minutes: int
    check_second_person: bool
    tray_files: int
    tray_bytes: int
    tray_seconds: float
    breached_passwords: Path | None
    provider: SignInProvider | None

    @property
    def is_https(self) -> bool:
        """Whether browsers are known to come by TLS."""
        return self.url.startswith("https://")


_URLS: Final = ("oidc_authorize_url", "oidc_token_url")


def station_settings(
    shape: StationShape, api: ApiShape, *, client_secret: Callable[[], str] | None
) -> StationSettings:
    """The settings as the program uses them.

    Raises:
        SettingsError: values that do not go together.
    """
    url = shape.station_url.rstrip("/")
    parts = urlsplit(url)
    if url and (not parts.netloc or parts.path or not _is_safe(url)):
        raise SettingsError("MOTLAN_STATION_URL", reason="ghi https://MÁY hoặc https://MÁY:CỔNG")
    if shape.station_forwarded and not api.api_behind_proxy:
        reason = "chỉ dùng sau một proxy: MOTLAN_API_BEHIND_PROXY=true"
        raise SettingsError("MOTLAN_STATION_FORWARDED", reason=reason)
    return StationSettings(
        url=url,
        forwarded=shape.station_forwarded,
        idle_minutes=shape.station_idle_minutes,
        session_hours=shape.station_session_hours,
        second_factor=shape.station_second_factor,
        verify_per_minute=shape.station_verify_per_minute,
        check_minutes=shape.station_check_minutes,
        check_second_person=shape.station_check_second_person,
        tray_files=shape.station_tray_files,
        tray_bytes=shape.station_tray_bytes,
        tray_seconds=shape.station_tray_seconds,
        breached_passwords=shape.station_breached_passwords,
        provider=_provider(shape, api, client_secret),
    )


def _provider(
    shape: StationShape, api: ApiShape, client_secret: Callable[[], str] | None
) -> SignInProvider | None:
    told = (shape.oidc_client_id, shape.oidc_authorize_url, shape.oidc_token_url)
    if not any(told):
        return None
    if not all(told) or not api.oidc_issuer or not shape.station_url:
        reason = (
            "cần cả oidc_client_id, oidc_authorize_url, oidc_token_url, oidc_issuer, oidc_audience, "
            "oidc_jwks_url và station_url"
        )
        raise SettingsError("MOTLAN_OIDC_CLIENT_ID", reason=reason)
    for name in _URLS:
        if not _is_safe(str(getattr(shape, name))):
            raise SettingsError(f"MOTLAN_{name.upper()}", reason="phải là https")
    return SignInProvider(
        client_id=shape.oidc_client_id,
        client_secret=client_secret,
        authorize_url=shape.oidc_authorize_url,
        token_url=shape.oidc_token_url,
        acr=tuple(each.strip() for each in shape.oidc_acr.split(",") if each.strip()),
    )


def _is_safe(url: str) -> bool:
    """Whether nobody reads what goes there: TLS, or this very machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and is_local(parts.hostname or ""))

"""Where keys come from, as the settings say it, and the one place that opens them.

Nothing is opened, and no secret asked for, before a key is needed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from dossier.errors import SettingsError

if TYPE_CHECKING:
    from cryptography import x509

    from signing.keys import SigningKey
    from signing.token_owner import TokenOwner
    from signing.token_session import TokenDriver

Secret = Callable[[], str]
"""Gives a secret when it is needed; asks a person at most once."""

RsaScheme = Literal["best", "rsa-pss", "rsa-pkcs1"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pkcs12Source:
    """A PKCS#12 file.

    Attributes:
        path: ``.p12`` or ``.pfx``.
        password: of the file; an empty one is none.
        chain: PEM files of authorities that may be missing in it.
    """

    path: Path
    password: Secret = field(repr=False)
    chain: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pkcs11Source:
    """A key on a token.

    Attributes:
        module: PKCS#11 library of its maker, ``….so``.
        token: label of the token.
        serial: serial number of the token, where labels do not tell two apart.
        cert_label, cert_id: which certificate; needed where there are several. The id is hexadecimal.
        pin: asked once for each token.
        scheme: ``best`` takes RSASSA-PSS where the token lists it.
        wait_s: how long a pulled token may be away, in seconds.
        chain: PEM files of authorities that may be missing on it.
    """

    module: Path
    token: str
    serial: str = ""
    cert_label: str = ""
    cert_id: str = ""
    pin: Secret = field(repr=False)
    scheme: RsaScheme = "best"
    wait_s: float = 120.0
    chain: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteSource:
    """What the two kinds of signing services share.

    Attributes:
        base_url: ``https://…``, up to where the calls of the API begin.
        ca_file: PEM of the authorities to believe; those of the system when not set.
        client_id, client_secret: account of this program at the service.
        user_id: whose key; goes to the service only.
        scheme: how the service signs; ``best`` takes what it lists.
        timeout_s: limit for one answer, in seconds.
        wait_s: how long the person is waited for, in seconds.
        chain: PEM files of authorities that the service may leave out.
    """

    base_url: str
    ca_file: Path | None = None
    client_id: str
    client_secret: Secret = field(repr=False)
    user_id: Secret = field(repr=False)
    scheme: RsaScheme = "best"
    timeout_s: float = 30.0
    wait_s: float = 300.0
    chain: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CscSource(RemoteSource):
    """A service with the CSC API.

    Attributes:
        api: its version.
        profile_id: as the service gave it; version 1 only.
        credential_id: which key; needed where the account has several.
    """

    api: Literal["v1", "v2"]
    profile_id: str = ""
    credential_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HashApiSource(RemoteSource):
    """A service with a hash API.

    Attributes:
        serial_number: of the certificate; needed where the person has several.
        at_once: how many files one confirmation may cover.
        every_s: time between two looks whether the person has confirmed, in seconds.
    """

    serial_number: str = ""
    at_once: int = 100
    every_s: float = 3.0


KeySource = Pkcs12Source | Pkcs11Source | CscSource | HashApiSource


class KeyOpener:
    """Opens keys and owns what must be shared: one session owner for each token. Close it when done.

    Args:
        clock: the present; aware.
        pause: waits that many seconds.
        above: authorities known to this installation.
        drive: gives the driver of a token; the PKCS#11 library of its maker by default.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        pause: Callable[[float], object] = time.sleep,
        above: Iterable[x509.Certificate] = (),
        drive: Callable[[Pkcs11Source], TokenDriver] | None = None,
    ) -> None:
        self._clock = clock
        self._pause = pause
        self._above = tuple(above)
        self._drive = drive or _maker_driver
        self._owners: dict[tuple[Path, str, str], TokenOwner] = {}

    def open(self, source: KeySource, *, item: str) -> SigningKey:
        """Open a key.

        Args:
            source: where it is.
            item: how to name it to a person.

        Raises:
            SettingsError: a setting or a secret cannot be used.
            KeyUnusableError, PinRefusedError, TokenMissingError, SigningServiceError: it cannot be reached.
        """
        above = (*_certificates(source.chain), *self._above)
        if isinstance(source, Pkcs12Source):
            from signing.keys import load_pkcs12_key  # noqa: PLC0415

            password = source.password().encode() or None
            return load_pkcs12_key(source.path, password=password, item=item, above=above)
        if isinstance(source, Pkcs11Source):
            return self._token_key(source, item=item, above=above)
        return self._remote_key(source, item=item, above=above)

    def close(self) -> None:
        """Close the sessions of all tokens."""
        for owner in self._owners.values():
            owner.close()
        self._owners.clear()

    def _token_key(
        self, source: Pkcs11Source, *, item: str, above: tuple[x509.Certificate, ...]
    ) -> SigningKey:
        from signing.token_key import TokenChoice, open_token_key  # noqa: PLC0415
        from signing.token_owner import TokenOwner  # noqa: PLC0415

        if not source.module.is_file():
            raise SettingsError(f"{item}: module", reason="không có thư viện PKCS#11 này")
        place = (source.module, source.token, source.serial)
        if place not in self._owners:
            self._owners[place] = TokenOwner(
                self._drive(source), item=item, pin=source.pin, wait_s=source.wait_s
            )
        try:
            identity = bytes.fromhex(source.cert_id)
        except ValueError as error:
            raise SettingsError(f"{item}: cert_id", reason="cần số hệ 16") from error
        scheme = None if source.scheme == "best" else source.scheme
        choice = TokenChoice(label=source.cert_label, id=identity, scheme=scheme)
        return open_token_key(self._owners[place], choice, item=item, above=above)

    def _remote_key(
        self, source: CscSource | HashApiSource, *, item: str, above: tuple[x509.Certificate, ...]
    ) -> SigningKey:
        from signing.remote.confirming import Patience  # noqa: PLC0415
        from signing.remote.csc import CscAccount, open_csc_key  # noqa: PLC0415
        from signing.remote.hash_api import HashApiAccount, open_hash_api_key  # noqa: PLC0415
        from signing.remote.https import HttpsService  # noqa: PLC0415

        service = HttpsService(
            item=item,
            base_url=source.base_url,
            ca_file=source.ca_file,
            timeout_s=source.timeout_s,
            pause=self._pause,
        )
        patience = Patience(wait_s=source.wait_s, clock=self._clock, pause=self._pause)
        if isinstance(source, CscSource):
            csc = CscAccount(
                service=service,
                api=source.api,
                client_id=source.client_id,
                client_secret=source.client_secret,
                user_id=source.user_id(),
                profile_id=source.profile_id,
                credential_id=source.credential_id,
                patience=patience,
            )
            wanted = None if source.scheme == "best" else source.scheme
            return open_csc_key(csc, item=item, scheme=wanted, above=above)
        account = HashApiAccount(
            service=service,
            sp_id=source.client_id,
            sp_password=source.client_secret,
            user_id=source.user_id(),
            serial_number=source.serial_number,
            at_once=source.at_once,
            patience=replace(patience, every_s=source.every_s),
        )
        # Such a service does not say how it signs; what is known of them is PKCS#1 v1.5.
        scheme = "rsa-pkcs1" if source.scheme == "best" else source.scheme
        return open_hash_api_key(account, item=item, scheme=scheme, above=above)


def _maker_driver(source: Pkcs11Source) -> TokenDriver:
    from signing.token_session import Pkcs11Driver  # noqa: PLC0415

    return Pkcs11Driver(module=source.module, token=source.token, serial=source.serial)


def _certificates(paths: Iterable[Path]) -> list[x509.Certificate]:
    from cryptography import x509  # noqa: PLC0415

    found: list[x509.Certificate] = []
    for path in paths:
        try:
            found += x509.load_pem_x509_certificates(path.read_bytes())
        except (OSError, ValueError) as error:
            raise SettingsError(path.name, reason="không đọc được tệp chứng thư") from error
    return found

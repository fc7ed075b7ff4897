"""``database`` and ``database_password``: the SQLite file of the data folder, or a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs, urlsplit

from dossier.errors import SettingsError
from wiring.secrets import Asker, Secret

_URL: Final = "MOTLAN_DATABASE"
_PASSWORD: Final = "MOTLAN_DATABASE_PASSWORD"  # noqa: S105  the name of the setting
_SAFE: Final = frozenset({"verify-ca", "verify-full"})
_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSettings:
    """A PostgreSQL database.

    Attributes:
        url: ``postgresql://account@host:port/name``, with parameters of libpq behind a question mark.
        password: asked for every new connection; ``None`` where the server asks for none.
    """

    url: str
    password: Callable[[], str] | None = field(repr=False)


def read_database(
    url: str, password: str, *, environment: Mapping[str, str], ask: Asker
) -> DatabaseSettings | None:
    """Read where the records are; ``None`` is the file in the data folder.

    Args:
        url: as the settings have it, empty where there is none.
        password: reference of a secret, or empty.
        environment: where an ``env:…`` secret is looked up.
        ask: asks a person.

    Raises:
        SettingsError: the address is none or holds a password; it is never repeated.
    """
    if not url:
        if password:
            raise SettingsError(_PASSWORD, reason="có mật khẩu nhưng chưa khai báo MOTLAN_DATABASE")
        return None
    scheme, secret = _parts(url)
    if scheme != "postgresql" or secret:
        reason = "cần postgresql://tài-khoản@máy:cổng/tên; mật khẩu để ở MOTLAN_DATABASE_PASSWORD"
        raise SettingsError(_URL, reason=reason)
    asked = Secret(_PASSWORD, password, environment, ask).fresh if password else None
    return DatabaseSettings(url=url, password=asked)


def need_private_line(database: DatabaseSettings | None) -> None:
    """Refuse what production must not do: send records and password over a line that others can read.

    Raises:
        SettingsError: the server is on another machine and its certificate is not checked.
    """
    if database is None:
        return
    parts = urlsplit(database.url)
    asked = parse_qs(parts.query)
    hosts = asked.get("host") or [parts.hostname or ""]
    here = all(not host or host.startswith("/") or host in _HERE for host in hosts)
    if not here and not _SAFE.intersection(asked.get("sslmode", [])):
        reason = "vận hành thật (production) với máy chủ khác cần ?sslmode=verify-full&sslrootcert=TỆP"
        raise SettingsError(_URL, reason=reason)


def _parts(url: str) -> tuple[str, bool]:
    """Scheme, and whether a password stands in it; a text that is no address has no scheme."""
    try:
        parts = urlsplit(url)
        return parts.scheme, bool(parts.password) or "password" in parse_qs(
            parts.query, keep_blank_values=True
        )
    except ValueError:
        return "", False

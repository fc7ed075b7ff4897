"""When certificates end that others hand out: those of web addresses, of authorities, of keys in files."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from cryptography import x509

from dossier.errors import SettingsError


def earliest_end(pem: bytes) -> datetime:
    """The moment, aware, at which the first of the certificates in a PEM text ends.

    Raises:
        ValueError: it holds none.
    """
    return min(one.not_valid_after_utc for one in x509.load_pem_x509_certificates(pem))


def end_of_file(path: Path, *, setting: str) -> datetime:
    """The same for the PEM file of a setting.

    Raises:
        SettingsError: it cannot be read, or holds no certificate.
    """
    try:
        return earliest_end(path.read_bytes())
    except (OSError, ValueError) as error:
        reason = "không đọc được chứng thư trong tệp"
        raise SettingsError(setting, reason=reason, cause=type(error).__name__) from error

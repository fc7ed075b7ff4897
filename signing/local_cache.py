"""The local cache of the trust store: authorities below the roots, and revocation lists.

They help to build paths and to check revocation without network, and are never trusted by themselves: an
authority must be issued by one that is known here, a list must be signed by one.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from dossier.errors import SettingsError, TrustRefusedError
from signing.atomic_files import replace_file
from signing.revocation import Crl, load_crl
from signing.trust_entries import fingerprint_of, is_authority, issued_by, parse_certificate

AUTHORITIES_FOLDER = "authorities"
CRLS_FOLDER = "crls"
_CLOCK_SKEW = timedelta(minutes=10)
_MAX_CHAIN_BYTES = 1024 * 1024
_MAX_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLists:
    """What the folder of revocation lists holds.

    Attributes:
        crls: the lists that can be read.
        later: those left out because they were issued after the day that is asked about.
        unreadable: names of files that are no lists, NFC, printable, at most 80 characters each.
    """

    crls: tuple[Crl, ...] = ()
    later: tuple[Crl, ...] = ()
    unreadable: tuple[str, ...] = ()

    def as_of(self, moment: datetime) -> KeptLists:
        """What there was of them at a moment; a list that ten minutes of wrong clocks explain counts.

        Args:
            moment: aware.
        """
        latest = moment + _CLOCK_SKEW
        later = tuple(crl for crl in self.crls if crl.this_update > latest)
        return replace(self, crls=tuple(crl for crl in self.crls if crl.this_update <= latest), later=later)


def authority_files(data: bytes) -> tuple[x509.Certificate, ...]:
    """Every certificate of a file that an operator hands in: DER, or PEM with any number of them.

    Raises:
        SettingsError: it holds none.
    """
    if b"-----BEGIN" not in data or len(data) > _MAX_CHAIN_BYTES:
        return (parse_certificate(data),)
    try:
        return tuple(x509.load_pem_x509_certificates(data))
    except ValueError as error:
        reason = "không phải chứng thư số (PEM hoặc DER)"
        raise SettingsError("trust", reason=reason, cause=type(error).__name__) from error


def check_authority(certificate: x509.Certificate, *, known: Iterable[x509.Certificate], item: str) -> None:
    """Refuse what is no authority below one that is known.

    Raises:
        TrustRefusedError: with the reason.
    """
    if not is_authority(certificate):
        raise TrustRefusedError(item, reason="không phải chứng thư số của cơ quan cấp")
    if not any(issued_by(certificate, issuer) for issuer in known):
        raise TrustRefusedError(item, reason="không do gốc hay cơ quan cấp nào trong kho tin cậy cấp")


def check_crl(crl: Crl, *, known: Sequence[x509.Certificate], now: datetime, item: str) -> None:
    """Refuse a list that no known authority signed, a partial one, and one from the future.

    Raises:
        TrustRefusedError: with the reason.
    """
    named = [authority for authority in known if authority.subject == crl.parsed.issuer]
    if not named:
        raise TrustRefusedError(item, reason="cơ quan phát hành danh sách không có trong kho tin cậy")
    if not any(crl.issued_by(authority) for authority in named):
        raise TrustRefusedError(item, reason="chữ ký của danh sách thu hồi không khớp với cơ quan phát hành")
    if _extension(crl, x509.DeltaCRLIndicator) is not None:
        raise TrustRefusedError(item, reason="là danh sách bổ sung (delta), cần danh sách đầy đủ")
    if crl.this_update > now + _CLOCK_SKEW:
        raise TrustRefusedError(item, reason="danh sách thu hồi ghi ngày phát hành trong tương lai")


def keep_crl(folder: Path, crl: Crl) -> bool:
    """Keep a list unless a newer one of the same authority and scope is there; older ones leave.

    Args:
        folder: the cache of lists; made when first written to.
        crl: the list.

    Returns:
        Whether it is the newest now.
    """
    scope = _scope(crl)
    path = folder / f"{scope}.crl"
    older: list[tuple[Path, Crl]] = []
    for other in sorted(folder.glob("*.crl")):
        kept = _readable(other)
        if kept is None or _scope(kept) != scope:
            continue
        if kept.this_update > crl.this_update:
            return False
        older.append((other, kept))
    # A list that is kept already is not written again: verdicts are cached by what lies here.
    if not any(other == path and kept.der == crl.der for other, kept in older):
        replace_file(path, crl.der)
    for other, _ in older:
        if other != path:
            other.unlink(missing_ok=True)
    return True


def read_crls(folder: Path) -> KeptLists:
    """Every list of the cache; a file that is none stops nobody, but is told."""
    found = [(path, _readable(path)) for path in sorted(folder.glob("*.crl"))]
    return KeptLists(
        crls=tuple(crl for _, crl in found if crl is not None),
        unreadable=tuple(_shown(path.name) for path, crl in found if crl is None),
    )


def keep_authority(folder: Path, certificate: x509.Certificate) -> None:
    """Keep the certificate of an authority."""
    replace_file(folder / f"{fingerprint_of(certificate)}.pem", certificate.public_bytes(Encoding.PEM))


def read_authorities(folder: Path) -> tuple[x509.Certificate, ...]:
    """Every authority of the cache."""
    return tuple(parse_certificate(path.read_bytes()) for path in sorted(folder.glob("*.pem")))


def files_version(*folders: Path) -> str:
    """A value that changes when a file of the folders does, without reading them: names, sizes, times."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.glob("*")) if folder.is_dir() else ():
            told = path.stat()
            line = f"{folder.name}/{path.name} {told.st_size} {told.st_mtime_ns} {told.st_ino}\n"
            digest.update(line.encode())
    return digest.hexdigest()


def _readable(path: Path) -> Crl | None:
    """The list in a file; ``None`` for anything else that somebody put there."""
    try:
        return load_crl(path.read_bytes(), item=path.name)
    except (SettingsError, OSError):
        return None


def _shown(name: str) -> str:
    """The name of a file for a sentence."""
    text = unicodedata.normalize("NFC", name.encode(errors="replace").decode())
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:_MAX_NAME]


def _scope(crl: Crl) -> str:
    """Issuer, its key and what part of its certificates the list is about (RFC 5280, 5.2.1 and 5.2.5)."""
    digest = hashlib.sha256(crl.parsed.issuer.public_bytes())
    for kind in (x509.AuthorityKeyIdentifier, x509.IssuingDistributionPoint):
        value = _extension(crl, kind)
        digest.update(b"\0" + (value.public_bytes() if value is not None else b""))
    return digest.hexdigest()


def _extension(crl: Crl, kind: type[x509.ExtensionType]) -> x509.ExtensionType | None:
    try:
        return crl.parsed.extensions.get_extension_for_class(kind).value
    except (x509.ExtensionNotFound, ValueError):
        return None

"""Signing keys behind one Protocol, and the kind that lies in a file.

What is checked before every use stands in ``signing.key_checks`` and is handed on from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from dossier.errors import KeyUnusableError
from signing.key_checks import (
    DEMO_WORD,
    MIN_EC_BITS,
    MIN_RSA_BITS,
    Purpose,
    check_key,
    common_name,
    is_demo,
    organisation_name,
    says_demo,
)
from signing.schemes import PrivateKey, Scheme, longest_signature, sign_locally

__all__ = [
    "DEMO_WORD",
    "MIN_EC_BITS",
    "MIN_RSA_BITS",
    "FileKey",
    "PrivateKey",
    "Purpose",
    "Scheme",
    "SigningKey",
    "chain_of",
    "check_key",
    "common_name",
    "is_demo",
    "load_pem_key",
    "load_pkcs12_key",
    "organisation_name",
    "says_demo",
]


class SigningKey(Protocol):
    """A key that can sign, wherever it lives.

    One object may be used from several threads. Whoever implements it never shows the key, a password or a
    PIN in ``repr``, in a log or in an error.
    """

    @property
    def item(self) -> str:
        """How to name the key to a person: a role or a file name."""

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate that belongs to the key."""

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """The authorities above it, nearest first, root last."""

    @property
    def scheme(self) -> Scheme:
        """How it signs: RSASSA-PSS (salt as long as the digest), PKCS#1 v1.5, or ECDSA (DER)."""

    @property
    def signature_size(self) -> int:
        """The longest signature it makes, in bytes."""

    def sign(self, data: bytes) -> bytes:
        """Sign the SHA-256 digest of ``data``.

        Raises:
            KeyUnusableError: the key cannot be reached or refuses.
            SigningError: of the kinds in ``dossier.key_errors``, when a token or a service fails.
        """

    def sign_many(self, datas: Sequence[bytes]) -> list[bytes]:
        """Sign the SHA-256 digest of each; the person who holds the key confirms once for all of them.

        Returns:
            One signature for each, in the same order; all of them or none.

        Raises:
            KeyUnusableError, SigningError: as :meth:`sign`.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class FileKey:
    """A key held in memory, read from a file once and checked once; see :class:`SigningKey`."""

    item: str
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    _key: PrivateKey = field(repr=False)

    @property
    def scheme(self) -> Scheme:
        """ECDSA for curves, RSASSA-PSS for RSA (preferred by Circular 15/2025/TT-BKHCN)."""
        return "ecdsa" if isinstance(self._key, ec.EllipticCurvePrivateKey) else "rsa-pss"

    @property
    def signature_size(self) -> int:
        """See :func:`signing.schemes.longest_signature`."""
        return longest_signature(self.scheme, self._key.key_size)

    def sign(self, data: bytes) -> bytes:
        """Sign the SHA-256 digest of ``data``."""
        return sign_locally(self._key, self.scheme, data)

    def sign_many(self, datas: Sequence[bytes]) -> list[bytes]:
        """Sign each; nobody has to be asked."""
        return [self.sign(data) for data in datas]


def load_pem_key(
    path: Path,
    *,
    certificate: Path,
    chain: Sequence[Path] = (),
    password: bytes | None = None,
    item: str = "",
) -> FileKey:
    """A key from a PEM file, with certificate and chain beside it.

    Args:
        path: PKCS#8 or traditional PEM.
        certificate: PEM of the key's certificate.
        chain: PEM files of the authorities above.
        password: of the key file, if it has one.
        item: how to name it to a person; the file name by default.

    Raises:
        KeyUnusableError: a file is missing or damaged, or key and certificate do not belong together.
    """
    name = item or path.name
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password)
        own = x509.load_pem_x509_certificate(certificate.read_bytes())
        above = [one for file in chain for one in x509.load_pem_x509_certificates(file.read_bytes())]
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyUnusableError(name, reason="không đọc được tệp khóa", cause=type(error).__name__) from error
    return _file_key(name, key, own, above)


def load_pkcs12_key(
    path: Path, *, password: bytes | None, item: str = "", above: Iterable[x509.Certificate] = ()
) -> FileKey:
    """A key from a PKCS#12 file (``.p12``, ``.pfx``).

    Args:
        path: the file.
        password: of the file, if it has one.
        item: how to name it to a person; the file name by default.
        above: authorities that may be missing in the file.

    Raises:
        KeyUnusableError: the file is missing or damaged, the password is wrong, or there is no key in it.
    """
    name = item or path.name
    try:
        key, own, inside = pkcs12.load_key_and_certificates(path.read_bytes(), password)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        reason = "không mở được tệp PKCS#12 (sai mật khẩu hoặc tệp hỏng)"
        raise KeyUnusableError(name, reason=reason, cause=type(error).__name__) from error
    if key is None or own is None:
        raise KeyUnusableError(name, reason="tệp PKCS#12 không chứa khóa và chứng thư số")
    return _file_key(name, key, own, [*inside, *above])


def _file_key(item: str, key: object, own: x509.Certificate, above: Iterable[x509.Certificate]) -> FileKey:
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise KeyUnusableError(item, reason="loại khóa không được hỗ trợ")
    if key.public_key() != own.public_key():
        raise KeyUnusableError(item, reason="khóa và chứng thư số không thuộc về nhau")
    return FileKey(item=item, certificate=own, chain=chain_of(own, above), _key=key)


def chain_of(own: x509.Certificate, above: Iterable[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """The authorities above a certificate, nearest first, as far as they are among those given."""
    given = list(above)
    chain: list[x509.Certificate] = []
    current = own
    while current.issuer != current.subject:
        named = (one for one in given if one.subject == current.issuer and one not in chain)
        # Authorities are re-keyed under the same name: the one that made this signature counts.
        found = next((one for one in named if _issued(one, current)), None)
        if found is None:
            break
        chain.append(found)
        current = found
    return tuple(chain)


def _issued(upper: x509.Certificate, lower: x509.Certificate) -> bool:
    try:
        lower.verify_directly_issued_by(upper)
    except Exception:  # noqa: BLE001  the library documents three kinds and raises more on odd keys
        return False
    return True

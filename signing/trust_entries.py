"""Entries of the trust store: a root, what it is trusted for, and who checked it how.

An entry is one PEM file named by the SHA-256 of its certificate; everything else stands above the PEM block,
one ``# key: value`` a line, where the format leaves room for words. Files without these lines, or with a
name only, are of an earlier version: a root of the office for every service.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from dossier.errors import SettingsError
from dossier.moments import VIETNAM
from signing.keys import common_name, says_demo

_MAX_BYTES = 1024 * 1024
_MOST_WORDS = 300


class RootKind(StrEnum):
    """Whose root it is (Decrees 68/2024/NĐ-CP and 23/2025/NĐ-CP)."""

    OFFICIAL = "official"
    """Chữ ký số chuyên dùng công vụ: the Government Cipher Committee."""
    PUBLIC = "public"
    """Chữ ký số công cộng: the national centre (NEAC)."""
    OWN = "own"
    """Chữ ký điện tử chuyên dùng: an organisation's own."""
    DEMO = "demo"
    """Demonstrations and tests; refused in production."""


class Service(StrEnum):
    """What the certificates below a root are used for."""

    SIGNING = "signing"
    REMOTE = "remote"
    MOBILE = "mobile"
    TIMESTAMP = "timestamp"


SIGNERS = frozenset({Service.SIGNING, Service.REMOTE, Service.MOBILE})
ALL_SERVICES = frozenset(Service)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustTerms:
    """What a root is trusted for, as an operator states it.

    Attributes:
        kind: whose root it is.
        services: signatures or timestamps that may end at it; others do not count.
        since, until: first and last day (Vietnam) of proven moments for which it counts; ``None``: no limit.
        source: where the certificate was taken from.
        checked_by: who compared the fingerprint by which second channel.
        note: anything else.
    """

    kind: RootKind = RootKind.OWN
    services: frozenset[Service] = ALL_SERVICES
    since: date | None = None
    until: date | None = None
    source: str = ""
    checked_by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedRoot:
    """One root.

    Attributes:
        name: how reports name it.
        fingerprint: SHA-256 of the certificate, lower-case hexadecimal.
        certificate: the certificate.
        terms: what it is trusted for.
    """

    name: str
    fingerprint: str
    certificate: x509.Certificate
    terms: TrustTerms = field(default_factory=TrustTerms)

    @property
    def demo(self) -> bool:
        """Whether it may be trusted in demonstrations only."""
        return self.terms.kind is RootKind.DEMO

    def counts_at(self, moment: datetime) -> bool:
        """Whether a signature or timestamp proven at that moment (aware) may end here."""
        day = moment.astimezone(VIETNAM).date()
        terms = self.terms
        return (terms.since is None or terms.since <= day) and (terms.until is None or day <= terms.until)


def entry_of(certificate: x509.Certificate, *, name: str, terms: TrustTerms) -> TrustedRoot:
    """An entry for a certificate; one that says DEMO is a demonstration root whatever the terms say.

    Raises:
        SettingsError: the terms contradict themselves.
    """
    if terms.since is not None and terms.until is not None and terms.since > terms.until:
        raise SettingsError("trust", reason="ngày bắt đầu tin cậy sau ngày kết thúc")
    if not terms.services:
        raise SettingsError("trust", reason="cần ít nhất một dịch vụ")
    fingerprint = fingerprint_of(certificate)
    shown = _one_line(name) or common_name(certificate) or fingerprint[:16]
    kind = RootKind.DEMO if says_demo(certificate) else terms.kind
    kept = TrustTerms(
        kind=kind,
        services=terms.services,
        since=terms.since,
        until=terms.until,
        source=_one_line(terms.source),
        checked_by=_one_line(terms.checked_by),
        note=_one_line(terms.note),
    )
    return TrustedRoot(name=_one_line(shown), fingerprint=fingerprint, certificate=certificate, terms=kept)


def written(root: TrustedRoot) -> bytes:
    """The entry as its file holds it."""
    terms = root.terms
    told = {
        "name": root.name,
        "kind": terms.kind.value,
        "services": ", ".join(service.value for service in Service if service in terms.services),
        "from": terms.since.isoformat() if terms.since else "",
        "until": terms.until.isoformat() if terms.until else "",
        "source": terms.source,
        "checked-by": terms.checked_by,
        "note": terms.note,
    }
    head = "".join(f"# {key}: {value}\n" for key, value in told.items() if value)
    return head.encode() + root.certificate.public_bytes(Encoding.PEM)


def read_entry(data: bytes, *, item: str) -> TrustedRoot:
    """An entry from its file.

    Args:
        data: of the file.
        item: name of the file, for errors.

    Raises:
        SettingsError: it is damaged, or says something nobody knows.
    """
    certificate = parse_certificate(data)
    told = _told(data)
    try:
        terms = TrustTerms(
            kind=RootKind.DEMO if told.get("demo") == "yes" else RootKind(told.get("kind", RootKind.OWN)),
            services=_services(told.get("services")),
            since=_day(told.get("from")),
            until=_day(told.get("until")),
            source=told.get("source", ""),
            checked_by=told.get("checked-by", ""),
            note=told.get("note", ""),
        )
    except ValueError as error:
        reason = "kho tin cậy ghi loại gốc, dịch vụ hoặc ngày không hiểu được"
        raise SettingsError(item, reason=reason, cause=str(error)) from error
    return entry_of(certificate, name=told.get("name", fingerprint_of(certificate)[:16]), terms=terms)


def parse_certificate(data: bytes) -> x509.Certificate:
    """A certificate from PEM (which may hold only one) or DER.

    Raises:
        SettingsError: it is none.
    """
    reason = "không phải một chứng thư số (PEM hoặc DER)"
    if len(data) > _MAX_BYTES:
        raise SettingsError("trust", reason=reason)
    try:
        if b"-----BEGIN" not in data:
            return x509.load_der_x509_certificate(data)
        (certificate,) = x509.load_pem_x509_certificates(data)
    except ValueError as error:
        raise SettingsError("trust", reason=reason, cause=type(error).__name__) from error
    return certificate


def fingerprint_of(certificate: x509.Certificate) -> str:
    """SHA-256, lower-case hexadecimal."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def is_root(certificate: x509.Certificate) -> bool:
    """Whether it is a self-signed authority."""
    return is_authority(certificate) and issued_by(certificate, certificate)


def is_authority(certificate: x509.Certificate) -> bool:
    """Whether it may issue certificates (RFC 5280, 4.2.1.9)."""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether a certificate names that issuer and bears its signature."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except Exception:  # noqa: BLE001  the library documents three kinds and raises more on odd certificates
        return False
    return True


def _told(data: bytes) -> Mapping[str, str]:
    above = data.partition(b"-----BEGIN")[0].decode("utf-8", "replace")
    lines = [line[2:].partition(":") for line in above.splitlines() if line.startswith("# ")]
    return {key.strip(): value.strip() for key, _, value in lines}


def _services(told: str | None) -> frozenset[Service]:
    if told is None:
        return ALL_SERVICES
    return frozenset(Service(name.strip()) for name in told.split(",") if name.strip())


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None


def _one_line(text: str) -> str:
    """One line of bounded length: words above the PEM block must not be able to end it."""
    return " ".join(text.replace("-----", "—").split())[:_MOST_WORDS]

"""The subject of a certificate as people read it: names, title, tax code or personal number.

Vietnamese authorities put numbers into ``UID`` or ``serialNumber`` with a prefix (``MST:0100109106``,
``CCCD:…``), European ones follow ETSI EN 319 412-1, 5.1.3 (``TINVN-…``, ``PNOVN-…``), 5.1.4 (``VATVN-…``).
"""

from __future__ import annotations

import re
import unicodedata

from asn1crypto import x509

from signing.details import CertificateDetails, NumberKind, SubjectNumber

_PREFIXED = re.compile(r"\s*([A-Za-zĐđ]{2,6})\s*[:\-=]\s*(\S.*)", re.DOTALL)
_EUROPEAN = re.compile(r"\s*(TIN|VAT|NTR|PNO|IDC|PAS)[A-Z]{2}-(\S.*)", re.DOTALL)
_KINDS: dict[str, NumberKind] = {
    "MST": "tax",
    "TIN": "tax",
    "VAT": "tax",
    "CCCD": "personal",
    "CMND": "personal",
    "CC": "personal",
    "ĐDCN": "personal",
    "DDCN": "personal",
    "PNO": "personal",
    "IDC": "personal",
    "PAS": "personal",
    "HC": "personal",
}
_TAX = re.compile(r"[0-9]{10}(-?[0-9]{3})?")
_PERSON = re.compile(r"[0-9]{9}|[0-9]{12}")
_NUMBER_KEYS = ("user_id", "serial_number", "organization_identifier")
_SCHEMES = {"rsassa_pss": "RSA", "rsa": "RSA", "dsa": "DSA", "ed25519": "Ed25519", "ed448": "Ed448"}


def subject_text(name: x509.Name, key: str) -> str:
    """One part of a name, NFC; the first if there are several; empty if there is none."""
    value = name.native.get(key, "")
    text = value[0] if isinstance(value, list) else value
    return unicodedata.normalize("NFC", str(text))


def subject_number(name: x509.Name) -> SubjectNumber | None:
    """The number of a subject; a tax code before others if it bears several."""
    found = [_number(text) for key in _NUMBER_KEYS for text in _texts(name, key) if text.strip()]
    order: tuple[NumberKind, ...] = ("tax", "personal", "other")
    return min(found, key=lambda number: order.index(number.kind), default=None)


def certificate_details(certificate: x509.Certificate) -> CertificateDetails:
    """What a report says about a certificate."""
    subject, issuer = certificate.subject, certificate.issuer
    algorithm, bits = key_of(certificate)
    return CertificateDetails(
        common_name=subject_text(subject, "common_name"),
        organisation=subject_text(subject, "organization_name"),
        title=subject_text(subject, "title"),
        number=subject_number(subject),
        issuer=subject_text(issuer, "common_name") or subject_text(issuer, "organization_name"),
        serial=f"{certificate.serial_number:x}",
        valid_from=certificate.not_valid_before,
        valid_until=certificate.not_valid_after,
        fingerprint=certificate.sha256.hex(),
        key_algorithm=algorithm,
        key_bits=bits,
    )


def key_of(certificate: x509.Certificate) -> tuple[str, int]:
    """Algorithm and size in bits of a certificate's key."""
    key = certificate.public_key
    if key.algorithm == "ec":
        kind, curve = key.curve
        return (f"EC {curve}" if kind == "named" else "EC"), int(key.bit_size)
    return _SCHEMES.get(key.algorithm, str(key.algorithm)), int(key.bit_size or 0)


def _texts(name: x509.Name, key: str) -> list[str]:
    value = name.native.get(key, "")
    return [unicodedata.normalize("NFC", str(one)) for one in (value if isinstance(value, list) else [value])]


def _number(text: str) -> SubjectNumber:
    match = _EUROPEAN.match(text) or _PREFIXED.match(text)
    kind = _KINDS.get(match[1].upper()) if match else None
    if match and kind:
        return SubjectNumber(kind=kind, value=match[2].strip())
    bare = text.strip()
    if _TAX.fullmatch(bare):
        return SubjectNumber(kind="tax", value=bare)
    return SubjectNumber(kind="personal" if _PERSON.fullmatch(bare) else "other", value=bare)

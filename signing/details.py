"""What a verification report says beside the verdict: frozen records, plain values, no library's types.

Identity numbers never show in a ``repr``, so that a record may be logged; who verifies a file sees them in
the report itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

NumberKind = Literal["tax", "personal", "other"]
TimestampKind = Literal["content", "signature", "document"]
ChangeKind = Literal["evidence", "timestamp", "signature", "other"]
Outcome = Literal["passed", "failed", "not_run"]
ObjectKind = Literal["certificate", "CRL", "OCSPResponse", "timestamp"]
TrustKind = Literal["official", "public", "own", "demo"]

_SHOWN_DIGITS = 4
MAX_CONTENT = 128 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectNumber:
    """A number of the certificate's subject (ETSI EN 319 412-1, 5.1.3; Vietnamese practice ``MST:…``).

    Attributes:
        kind: tax code of an organisation, number of a person, or one whose kind is not said.
        value: as the certificate has it, without its prefix.
    """

    kind: NumberKind
    value: str = field(repr=False)

    @property
    def masked(self) -> str:
        """The number for lists and logs: only the last four places of a personal one show."""
        if self.kind == "tax":
            return self.value
        hidden = max(0, len(self.value) - _SHOWN_DIGITS)
        return "•" * hidden + self.value[hidden:]


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateDetails:
    """The signer's certificate.

    Attributes:
        common_name: of the subject, NFC, as the file has it.
        organisation: of the subject.
        title: of the subject.
        number: of the subject; ``None`` if it bears none.
        issuer: common name, or organisation, of the authority.
        serial: serial number, lower-case hexadecimal.
        valid_from: aware.
        valid_until: aware.
        fingerprint: SHA-256, lower-case hexadecimal.
        key_algorithm: ``RSA``, ``EC secp256r1`` …
        key_bits: size of the key in bits; 0 if unknown.
    """

    common_name: str = ""
    organisation: str = ""
    title: str = ""
    number: SubjectNumber | None = None
    issuer: str = ""
    serial: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    fingerprint: str = ""
    key_algorithm: str = ""
    key_bits: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TimestampDetails:
    """One timestamp (RFC 3161) that speaks for the signature.

    Attributes:
        kind: inside the signed part, at the signature, or over the whole file (ISO 32000-2, 12.8.5).
        time: aware; what the authority says.
        authority: common name in its certificate.
        trusted: ``None`` if nobody needed to judge it.
        digest: algorithm of the imprint.
        token: identifier of the token among the validation objects.
    """

    kind: TimestampKind
    time: datetime
    authority: str = ""
    trusted: bool | None = None
    digest: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationDetails:
    """The revocation data that speak for the signer's certificate.

    Attributes:
        source: kind of the data.
        embedded: whether they stand in the file; otherwise they come from the local store.
        issued: aware; when the authority said so.
        next_update: aware; until when it says so.
        revoked_at: aware; since when the certificate, or that of its authority, is revoked; ``None`` if not.
        authority_revoked: whether it is the authority that was revoked.
        identifier: of the data among the validation objects; empty if there are none.
    """

    source: Literal["CRL", "OCSP"] | None = None
    embedded: bool = False
    issued: datetime | None = None
    next_update: datetime | None = None
    revoked_at: datetime | None = None
    authority_revoked: bool = False
    identifier: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What the signature signs.

    Attributes:
        revision: number of the signed revision, from 1.
        revisions: how many the file has.
        covered: how many bytes from the start of the file it spans; its own string counts.
        size: bytes of the file.
        sha256: digest of these ``covered`` bytes, lower-case hexadecimal: the file as signed.
        byte_range: offset and length, twice, as the signature states them.
    """

    revision: int
    revisions: int
    covered: int
    size: int
    sha256: str
    byte_range: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterChange:
    """One kind of thing that a later revision brought.

    Attributes:
        revision: its number, from 1.
        kind: certificates and revocation data, a timestamp, a further signature, anything else.
        allowed: whether it may follow a signature.
    """

    revision: int
    kind: ChangeKind
    allowed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A check of ours, beside those of the standard.

    Attributes:
        code: stable; see ``docs/verification.md``.
        outcome: what came of it.
    """

    code: str
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceObject:
    """A certificate, revocation data or a timestamp that the verdict rests on (ETSI TS 119 102-2, 4.4).

    Attributes:
        kind: what it is.
        sha256: of the object's DER, lower-case hexadecimal.
        content: its DER in base64; empty if it is larger than ``MAX_CONTENT`` bytes.
        poe: aware; the earliest trusted moment at which it was there; ``None`` if only now.
    """

    kind: ObjectKind
    sha256: str
    content: str = field(default="", repr=False)
    poe: datetime | None = None

    @property
    def identifier(self) -> str:
        """Its name inside one report; an XML name."""
        return f"vo-{self.kind}-{self.sha256}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureDetails:
    """Everything else about one signature.

    Attributes:
        certificate: of the signer.
        chain: SHA-256 of the certificates from the signer to the trusted root; empty without a path.
        trust_kind: in which list the root stands; ``None`` without a path.
        claimed_printed: aware; ``/M`` of the signature, the time that the mark prints.
        claimed_signed: aware; the signed attribute ``signing-time``; PAdES leaves it out.
        timestamps: in the order in which they were made.
        revocation: of the signer's certificate.
        digest: algorithm that the document was digested with.
        scheme: ``RSASSA-PSS``, ``RSASSA-PKCS1-v1_5``, ``ECDSA`` …
        document_digest: of the signed bytes, hexadecimal.
        signature_value: the signature itself, hexadecimal.
        attributes_digest: of the signed attributes, with ``digest``, hexadecimal; identifies the signature.
        coverage: ``None`` if the signed range cannot be read.
        later: what came after it, by revision.
        checks: of ours.
        objects: certificates, revocation data and timestamps used.
        process: which validation process of ETSI EN 319 102-1 the verdict rests on.
        next_renewal: aware; when the archive timestamp must be renewed; ``None`` until it is planned.
    """

    certificate: CertificateDetails = field(default_factory=CertificateDetails)
    chain: tuple[str, ...] = ()
    trust_kind: TrustKind | None = None
    claimed_printed: datetime | None = None
    claimed_signed: datetime | None = None
    timestamps: tuple[TimestampDetails, ...] = ()
    revocation: RevocationDetails = field(default_factory=RevocationDetails)
    digest: str = ""
    scheme: str = ""
    document_digest: str = ""
    signature_value: str = field(default="", repr=False)
    attributes_digest: str = ""
    coverage: Coverage | None = None
    later: tuple[LaterChange, ...] = ()
    checks: tuple[Check, ...] = ()
    objects: tuple[EvidenceObject, ...] = ()
    process: Literal["Basic", "LTVM", "LTA"] = "Basic"
    next_renewal: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDetails:
    """The file that was judged.

    Attributes:
        sha256: of the file, lower-case hexadecimal; empty if it was not read to its end.
        size: bytes.
        revisions: how many it has; 0 if they cannot be counted.
    """

    sha256: str = ""
    size: int = 0
    revisions: int = 0

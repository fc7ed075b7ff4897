"""Reports made up for the tests of their looks; the people in them are invented."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from signing.checks import CODES
from signing.details import (
    CertificateDetails,
    Check,
    Coverage,
    EvidenceObject,
    FileDetails,
    LaterChange,
    RevocationDetails,
    SignatureDetails,
    SubjectNumber,
    TimestampDetails,
)
from signing.levels import Level
from signing.report import Conclusion, Report, SignatureReport, report_of, sentence

AT = datetime(2026, 11, 21, 3, 57, 37, tzinfo=UTC)
NAME = "Nguyễn Thị Mẫu (DEMO)"
ORGANISATION = "Ủy ban nhân dân xã Mẫu (DEMO)"
NUMBER = "051099999999"


def evidence(kind: str = "certificate", content: bytes = b"MAU") -> EvidenceObject:
    digest = hashlib.sha256(content).hexdigest()
    return EvidenceObject(kind=kind, sha256=digest, content=base64.b64encode(content).decode(), poe=AT)  # type: ignore[arg-type]


def details(name: str = NAME, organisation: str = ORGANISATION, number: str = NUMBER) -> SignatureDetails:
    certificate, token = evidence(), evidence("timestamp", b"MAU token")
    return SignatureDetails(
        certificate=CertificateDetails(
            common_name=name,
            organisation=organisation,
            title="Phó Giám đốc",
            number=SubjectNumber(kind="personal", value=number),
            issuer="Cơ quan cấp chứng thư MẪU",
            serial="1f" * 20,
            valid_from=AT - timedelta(days=30),
            valid_until=AT + timedelta(days=1000),
            fingerprint=certificate.sha256,
            key_algorithm="RSA",
            key_bits=3072,
        ),
        chain=(certificate.sha256,),
        trust_kind="public",
        claimed_printed=AT,
        timestamps=(
            TimestampDetails(
                kind="signature",
                time=AT,
                authority="Dịch vụ dấu thời gian MẪU",
                trusted=True,
                digest="sha256",
                token=token.identifier,
            ),
        ),
        revocation=RevocationDetails(source="CRL", embedded=True, issued=AT, next_update=AT),
        digest="sha256",
        scheme="RSASSA-PSS",
        document_digest="ab" * 32,
        signature_value=b"MAU".hex(),
        attributes_digest="cd" * 32,
        coverage=Coverage(
            revision=2, revisions=3, covered=1000, size=1200, sha256="ef" * 32, byte_range=(0, 400, 600, 400)
        ),
        later=(LaterChange(revision=3, kind="evidence", allowed=True),),
        checks=tuple(Check(code=code, outcome="passed") for code in CODES),
        objects=(certificate, token),
        process="LTA",
    )


def signature(
    conclusion: Conclusion = "passed",
    sub_indication: str | None = None,
    *,
    name: str = NAME,
    organisation: str = ORGANISATION,
) -> SignatureReport:
    return SignatureReport(
        field="ChuKy",
        signer=name,
        organisation=organisation,
        conclusion=conclusion,
        sub_indication=sub_indication,
        level=Level.B_LTA,
        signing_time=AT,
        proven_time=AT if conclusion == "passed" else None,
        root="Gốc tin cậy MẪU",
        reasons=(sentence(sub_indication),) if sub_indication else (),
        details=details(name, organisation),
    )


def report(signatures: Sequence[SignatureReport] = (), *, file: str = "to-khai.pdf") -> Report:
    made = report_of(file, signatures)
    return replace(made, judged_at=AT, details=FileDetails(sha256="12" * 32, size=1200, revisions=3))

"""How entries of the trust store, revocation lists and signature policies are shown."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from cli.words import moment, printable

if TYPE_CHECKING:
    from signing.policies import SignaturePolicy
    from signing.revocation import Crl
    from signing.trust import TrustedRoot

KINDS_VI = {
    "official": "chuyên dùng công vụ (Ban Cơ yếu Chính phủ)",
    "public": "công cộng (NEAC)",
    "own": "riêng của cơ quan, tổ chức",
    "demo": "MẪU – DEMO",
}
SERVICES_VI = {
    "signing": "ký số",
    "remote": "ký từ xa",
    "mobile": "ký trên thiết bị di động",
    "timestamp": "cấp dấu thời gian",
}


def entry_text(root: TrustedRoot) -> str:
    """Everything that is known of a root."""
    terms, certificate = root.terms, root.certificate
    validity = f"{moment(certificate.not_valid_before_utc)} đến {moment(certificate.not_valid_after_utc)}"
    services = [SERVICES_VI[service.value] for service in sorted(terms.services)]
    lines = [
        printable(root.name),
        f"  SHA-256 {root.fingerprint}",
        f"  Loại gốc: {KINDS_VI[terms.kind.value]}",
        f"  Dịch vụ: {', '.join(services)}",
        f"  Hiệu lực của chứng thư: {validity}",
        f"  Tin cậy: {_span(terms.since, terms.until)}",
    ]
    told = {"Nguồn": terms.source, "Người đối chiếu": terms.checked_by, "Ghi chú": terms.note}
    lines += [f"  {label}: {printable(words)}" for label, words in told.items() if words]
    return "\n".join(lines) + "\n"


def entry_json(root: TrustedRoot) -> dict[str, object]:
    """The same for programs."""
    terms = root.terms
    return {
        "name": root.name,
        "sha256": root.fingerprint,
        "demo": root.demo,
        "kind": terms.kind.value,
        "services": sorted(service.value for service in terms.services),
        "from": terms.since.isoformat() if terms.since else None,
        "until": terms.until.isoformat() if terms.until else None,
        "source": terms.source,
        "checked_by": terms.checked_by,
        "note": terms.note,
    }


def grouped(fingerprint: str) -> str:
    """A fingerprint as publications print it: pairs of capitals between colons."""
    pairs = [fingerprint[start : start + 2] for start in range(0, len(fingerprint), 2)]
    return ":".join(pairs).upper()


def crl_text(crl: Crl) -> str:
    """One revocation list."""
    issuer = printable(crl.parsed.issuer.rfc4514_string())
    return (
        f"Danh sách thu hồi của {issuer}\n"
        f"  SHA-256 {crl.fingerprint}\n"
        f"  Phát hành {moment(crl.this_update)}, hạn {moment(crl.next_update)}\n"
    )


def policy_text(policy: SignaturePolicy) -> str:
    """One signature policy."""
    mark = "" if policy.verified else "  (chưa đối chiếu văn bản gốc)"
    return (
        f"{policy.id} phiên bản {policy.version}: {printable(policy.name_vi)}{mark}\n"
        f"  Áp dụng: {_span(policy.since, policy.until)}{'  — của cơ quan' if policy.own else ''}\n"
        f"  Căn cứ: {printable(policy.source)}\n"
        f"  Hàm băm: {', '.join(_dated(name, end) for name, end in policy.digests.items())}\n"
        f"  RSA: {', '.join(_dated(f'từ {rule.bits} bit', rule.until) for rule in policy.rsa) or '—'}\n"
        f"  ECDSA: {', '.join(_dated(f'từ {rule.bits} bit', rule.until) for rule in policy.ec) or '—'}\n"
        f"  Lược đồ ký: {', '.join(_dated(rule.name, rule.until) for rule in policy.schemes)}\n"
    )


def policy_json(policy: SignaturePolicy) -> dict[str, object]:
    """The same for programs."""
    return {
        "id": policy.id,
        "version": policy.version,
        "name_vi": policy.name_vi,
        "source": policy.source,
        "verified": policy.verified,
        "own": policy.own,
        "from": policy.since.isoformat(),
        "until": policy.until.isoformat() if policy.until else None,
        "digests": {name: end.isoformat() if end else None for name, end in policy.digests.items()},
        "rsa": [{"bits": rule.bits, "until": _iso(rule.until)} for rule in policy.rsa],
        "ec": [{"bits": rule.bits, "until": _iso(rule.until)} for rule in policy.ec],
        "schemes": [{"name": rule.name, "until": _iso(rule.until)} for rule in policy.schemes],
        "key_usage": list(policy.key_usage),
        "revocation_age_days": policy.revocation_age_days,
        "signature_timestamp": policy.signature_timestamp,
    }


def _dated(name: str, end: date | None) -> str:
    return f"{name} (đến {end:%d/%m/%Y})" if end else name


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _span(since: date | None, until: date | None) -> str:
    begin = f"từ {since:%d/%m/%Y}" if since else "không giới hạn ngày bắt đầu"
    end = f"đến {until:%d/%m/%Y}" if until else "chưa có ngày kết thúc"
    return f"{begin}, {end}"

"""The report for programs: JSON with a version of its own, documented in ``docs/verification.md``."""

from __future__ import annotations

import json
from datetime import UTC

from dossier.errors import Lang
from signing.conclusions import PASSED, Saying, in_language, saying
from signing.plain import plain
from signing.report import Report, SignatureReport
from signing.reporting.words import INDICATIONS

SCHEMA = "motlan-verification-report"
VERSION = 1

_LANGUAGES: tuple[Lang, ...] = ("vi", "en")


def json_report(report: Report) -> str:
    """The whole report; certificates, revocation data and timestamps are in it, in base64.

    Keys are only added within a version; what is unknown is ``null`` or empty, never left out.
    """
    form = {
        "schema": SCHEMA,
        "version": VERSION,
        "file": report.file,
        "conclusion": report.conclusion,
        "indication": INDICATIONS[report.conclusion],
        "judged_at": None if report.judged_at is None else report.judged_at.astimezone(UTC).isoformat(),
        "policy": report.policy,
        "policy_version": report.policy_version,
        "trust_version": report.trust_version,
        "details": plain(report.details),
        "signatures": [_signature(one) for one in report.signatures],
    }
    return json.dumps(form, ensure_ascii=False, indent=1) + "\n"


def _signature(report: SignatureReport) -> dict[str, object]:
    told = PASSED if report.conclusion == "passed" else saying(report.sub_indication or "")
    return {
        **report.as_json(),
        "indication": INDICATIONS[report.conclusion],
        "fingerprint": report.fingerprint,
        "why": _both(told, "why"),
        "todo": _both(told, "todo"),
        "notes": {lang: [in_language(one, lang) for one in report.reasons] for lang in _LANGUAGES},
        "details": None if report.details is None else plain(report.details),
    }


def _both(told: Saying, which: str) -> dict[Lang, str]:
    return {lang: told.why(lang) if which == "why" else told.todo(lang) for lang in _LANGUAGES}

"""The details of one signature as groups of lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from dossier.errors import Lang
from signing.details import (
    CertificateDetails,
    Check,
    Coverage,
    LaterChange,
    SignatureDetails,
    TimestampDetails,
)
from signing.levels import Level
from signing.report import SignatureReport
from signing.reporting.cleaning import shown
from signing.reporting.lines import Group, Mark, Place, Row
from signing.reporting.words import (
    ALLOWED,
    CHANGES,
    CHECKS,
    LABELS,
    NUMBERS,
    OUTCOMES,
    STAMPS,
    TRUST_KINDS,
    TRUSTED,
    count,
    day,
    moment,
    phrase,
    word,
)

# More lines of one kind help nobody on paper; the machine reports have them all.
_MAX_STAMPS = 6
_MAX_CHANGES = 8
_TRUST_MARKS: dict[bool | None, Mark] = {True: "good", False: "bad", None: ""}
_OUTCOME_MARKS: dict[str, Mark] = {"passed": "good", "failed": "bad", "not_run": "open"}


def groups_of(report: SignatureReport, lang: Lang) -> tuple[Group, ...]:
    """All groups of a signature; none if it could not be read."""
    details = report.details
    if details is None:
        return ()
    found: tuple[tuple[str, Place, Iterator[Row]], ...] = (
        ("signer", "left", _signer(report, details, lang)),
        ("time", "left", _times(report, details, lang)),
        ("long_term", "left", _long_term(report, details, lang)),
        ("certificate", "right", _certificate(details, lang)),
        ("coverage", "right", _coverage(details.coverage, lang)),
        ("later", "right", _later(details.later, lang)),
        ("checks", "below", _checks(details.checks, lang)),
    )
    groups = (Group(key, word(LABELS, key, lang), tuple(rows), place) for key, place, rows in found)
    return tuple(group for group in groups if group.rows)


def _signer(report: SignatureReport, details: SignatureDetails, lang: Lang) -> Iterator[Row]:
    certificate = details.certificate
    yield Row(word(LABELS, "name", lang), shown(certificate.common_name) or phrase("unknown", lang))
    if certificate.organisation:
        yield Row(word(LABELS, "organisation", lang), shown(certificate.organisation))
    if certificate.title:
        yield Row(word(LABELS, "job", lang), shown(certificate.title))
    if certificate.number is not None:
        yield Row(word(NUMBERS, certificate.number.kind, lang), shown(certificate.number.value, limit=40))
    yield Row(word(LABELS, "issuer", lang), shown(certificate.issuer) or phrase("unknown", lang))
    if report.root is None:
        yield Row(word(LABELS, "root", lang), phrase("no_path", lang), "bad")
        return
    yield Row(word(LABELS, "root", lang), shown(report.root), "good")
    if details.trust_kind is not None:
        yield Row(word(LABELS, "root_kind", lang), word(TRUST_KINDS, details.trust_kind, lang))


def _times(report: SignatureReport, details: SignatureDetails, lang: Lang) -> Iterator[Row]:
    yield Row(word(LABELS, "claimed", lang), _moment(details.claimed_printed, lang))
    if details.claimed_signed is not None:
        yield Row(word(LABELS, "claimed_signed", lang), moment(details.claimed_signed))
    for stamp in details.timestamps[:_MAX_STAMPS]:
        yield _stamp(stamp, lang)
    if len(details.timestamps) > _MAX_STAMPS:
        yield Row("", f"… +{len(details.timestamps) - _MAX_STAMPS}")
    if not details.timestamps:
        yield Row(word(STAMPS, "signature", lang), phrase("no_stamp", lang), "bad")
    proven = report.proven_time
    if proven is not None:
        yield Row(word(LABELS, "proven", lang), moment(proven), "good")


def _stamp(stamp: TimestampDetails, lang: Lang) -> Row:
    parts = [moment(stamp.time), shown(stamp.authority, limit=80), TRUSTED[stamp.trusted][lang]]
    value = " · ".join(part for part in parts if part)
    return Row(word(STAMPS, stamp.kind, lang), value, _TRUST_MARKS[stamp.trusted])


def _certificate(details: SignatureDetails, lang: Lang) -> Iterator[Row]:
    certificate = details.certificate
    yield Row(word(LABELS, "validity", lang), _validity(certificate, lang))
    yield _revocation(details, lang)
    size = f" {certificate.key_bits} bit" if certificate.key_bits else ""
    yield Row(word(LABELS, "key", lang), f"{shown(certificate.key_algorithm, limit=40)}{size}")
    algorithm = " · ".join(part for part in (details.scheme, details.digest.upper()) if part)
    yield Row(word(LABELS, "algorithm", lang), shown(algorithm, limit=60) or phrase("unknown", lang))
    yield Row(word(LABELS, "serial", lang), shown(certificate.serial, limit=48), code=True)


def _validity(certificate: CertificateDetails, lang: Lang) -> str:
    if certificate.valid_from is None or certificate.valid_until is None:
        return phrase("unknown", lang)
    return f"{day(certificate.valid_from)} – {day(certificate.valid_until)}"


def _revocation(details: SignatureDetails, lang: Lang) -> Row:
    found = details.revocation
    label = word(LABELS, "revocation", lang)
    if found.revoked_at is not None:
        key = "authority_revoked" if found.authority_revoked else "revoked"
        return Row(label, phrase(key, lang, at=moment(found.revoked_at)), "bad")
    if found.source is None or found.issued is None:
        return Row(label, phrase("no_revocation", lang), "open")
    place = phrase("embedded" if found.embedded else "local", lang)
    said = phrase("good", lang, source=found.source, at=moment(found.issued))
    return Row(label, f"{said} {place}", "good")


def _coverage(coverage: Coverage | None, lang: Lang) -> Iterator[Row]:
    if coverage is None:
        yield Row(word(LABELS, "bytes", lang), phrase("unknown", lang), "bad")
        return
    first, every = str(coverage.revision), str(coverage.revisions)
    yield Row(word(LABELS, "revision", lang), phrase("of", lang, first=first, all=every))
    whole = coverage.covered == coverage.size
    span = phrase("of", lang, first=count(coverage.covered, lang), all=count(coverage.size, lang))
    yield Row(word(LABELS, "bytes", lang), f"{span} – {phrase('whole', lang)}" if whole else span)
    yield Row(word(LABELS, "signed_sha256", lang), coverage.sha256, code=True)


def _later(changes: Sequence[LaterChange], lang: Lang) -> Iterator[Row]:
    if not changes:
        yield Row(word(LABELS, "later", lang), phrase("none", lang), "good")
    # What may not be comes first, so that no list is long enough to hide it.
    for allowed in (False, True):
        same = [change for change in changes if change.allowed == allowed]
        for revision in sorted({change.revision for change in same})[:_MAX_CHANGES]:
            kinds = (word(CHANGES, change.kind, lang) for change in same if change.revision == revision)
            value = f"{', '.join(kinds)} – {ALLOWED[allowed][lang]}"
            yield Row(phrase("revision", lang, number=str(revision)), value, "good" if allowed else "bad")
    hidden = len({change.revision for change in changes}) - _MAX_CHANGES
    if hidden > 0:
        yield Row("", f"… +{hidden}")


def _long_term(report: SignatureReport, details: SignatureDetails, lang: Lang) -> Iterator[Row]:
    yield Row(word(LABELS, "level", lang), f"PAdES {report.level.label}")
    if report.level < Level.B_LTA or report.conclusion != "passed":
        return
    due = details.next_renewal
    yield Row(word(LABELS, "renewal", lang), day(due) if due else phrase("not_planned", lang))


def _checks(checks: Sequence[Check], lang: Lang) -> Iterator[Row]:
    for outcome in ("failed", "not_run", "passed"):
        same = [f"{word(CHECKS, one.code, lang)} ({one.code})" for one in checks if one.outcome == outcome]
        if same:
            yield Row(word(OUTCOMES, outcome, lang), ", ".join(same), _OUTCOME_MARKS[outcome])


def _moment(at: datetime | None, lang: Lang) -> str:
    return phrase("none", lang) if at is None else moment(at)

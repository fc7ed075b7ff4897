"""Verdicts under policies and trust stores of other days and other offices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import cms, core
from asn1crypto import crl as asn1_crl
from cryptography.hazmat.primitives.serialization import Encoding

from signing import demo_certificates as made
from signing.demo import DemoPki, ensure_demo_pki
from signing.keys import SigningKey
from signing.levels import Level
from signing.notes import NoteCode
from signing.policies import SignaturePolicy, load_policies
from signing.report import Report
from signing.signer import DocumentSigner
from signing.timestamps import LocalTimestampAuthority
from signing.trust import RootKind, Service, TrustStore, TrustTerms
from signing.verify import verify_file
from tests.signing import attacks
from tests.signing.conftest import NOW, Files, clock, setup_of
from tests.signing.keys_made import rsa_key
from tests.signing.policy_files import policy

RSA_ENDS = ("bits = 2048", "bits = 2048\nuntil = {day}\n\n[[rsa]]\nbits = 3072")
SOON = NOW + timedelta(days=60)
LATER = NOW + timedelta(days=4 * 365)


def store_of(folder: Path, pki: DemoPki, *, at: datetime, terms: TrustTerms | None = None) -> TrustStore:
    """A store that trusts the root of a PKI and has its lists of that day."""
    store = TrustStore(folder)
    store.add(pki.root_certificate.read_bytes(), terms=terms or TrustTerms())
    for name in ("root", "issuing"):
        store.add_crl(made.make_crl(*made.read_pair(pki.folder, name), now=at, days=90))
    return store


def codes(report: Report) -> set[NoteCode]:
    return {note.code for signature in report.signatures for note in signature.notes}


def sub_indications(report: Report) -> set[str | None]:
    return {signature.sub_indication for signature in report.signatures}


def signed_with(key: SigningKey, folder: Path, *, pki: DemoPki, plain: Path) -> Files:
    """A paper whose officer and organisation both sign with that key."""
    signed, sealed = folder / "signed.pdf", folder / "sealed.pdf"
    with DocumentSigner(replace(setup_of(pki), officer=key, organisation=key)) as signer:
        signer.sign_as_officer(plain, signed, at=NOW, item="a.pdf")
        signer.seal_as_organisation(signed, sealed, at=NOW, item="a.pdf")
    return Files(plain, signed, sealed)


def rsa_until(folder: Path, day: date) -> SignaturePolicy:
    return policy(folder / day.isoformat(), (RSA_ENDS[0], RSA_ENDS[1].format(day=day)))


# --- the time of use --------------------------------------------------------------------------------


def test_a_report_names_policy_trust_store_and_moment(
    files: Files, trust: TrustStore, tmp_path: Path
) -> None:
    report = verify_file(files.sealed, trust=trust, at=NOW)
    assert (report.policy, report.policy_version) == ("vn-2025", "1")
    assert (report.trust_version, report.judged_at) == (trust.version, NOW)
    other = verify_file(files.sealed, trust=trust, at=NOW, policy=policy(tmp_path))
    assert (other.policy, other.policy_version, other.conclusion) == ("so-mau", "3", "passed")


def test_the_policy_of_the_day_is_taken(files: Files, trust: TrustStore) -> None:
    old = datetime(2024, 6, 1, tzinfo=NOW.tzinfo)
    assert verify_file(files.plain, trust=trust, at=old).policy == "vn-2015"


@pytest.mark.parametrize("stage", ["signed", "sealed"])
def test_a_key_size_that_ended_after_the_proven_time_still_counts(
    stage: str, files: Files, pki: DemoPki, tmp_path: Path
) -> None:
    papers = signed_with(rsa_key(tmp_path / "key", pki), tmp_path, pki=pki, plain=files.plain)
    store = store_of(tmp_path / "trust", pki, at=SOON - timedelta(hours=1))
    ended_since = rsa_until(tmp_path, (NOW + timedelta(days=30)).date())
    report = verify_file(getattr(papers, stage), trust=store, at=SOON, policy=ended_since)
    assert report.conclusion == "passed", report
    assert NoteCode.ALGORITHM_ENDED not in codes(report)  # neither digest nor scheme ended, the size did
    assert {one.proven_time for one in report.signatures} == {NOW}
    ended_before = rsa_until(tmp_path, (NOW - timedelta(days=30)).date())
    report = verify_file(getattr(papers, stage), trust=store, at=SOON, policy=ended_before)
    assert report.conclusion == "indeterminate"
    assert sub_indications(report) == {"CRYPTO_CONSTRAINTS_FAILURE_NO_POE"}


def test_altered_content_fails_also_when_the_algorithm_has_ended(
    files: Files, pki: DemoPki, tmp_path: Path
) -> None:
    papers = signed_with(rsa_key(tmp_path / "key", pki), tmp_path, pki=pki, plain=files.plain)
    store = store_of(tmp_path / "trust", pki, at=SOON - timedelta(hours=1))
    path = tmp_path / "altered.pdf"
    path.write_bytes(attacks.byte_of_the_scan_flipped(papers.sealed.read_bytes()))
    ended = rsa_until(tmp_path, (NOW + timedelta(days=30)).date())
    assert verify_file(path, trust=store, at=SOON, policy=ended).conclusion == "failed"


def test_a_digest_that_ended_before_anything_stronger_covered_it_proves_nothing(
    files: Files, pki: DemoPki, tmp_path: Path
) -> None:
    ended = policy(tmp_path, ('names = ["sha256", "sha512"]', 'names = ["sha256"]\nuntil = 2026-12-31'))
    store = store_of(tmp_path / "trust", pki, at=SOON - timedelta(hours=1))
    assert verify_file(files.sealed, trust=store, at=NOW, policy=ended).conclusion == "passed"
    report = verify_file(files.sealed, trust=store, at=SOON, policy=ended)
    assert report.conclusion == "indeterminate"
    assert all(one.reasons for one in report.signatures)


def test_a_digest_or_a_scheme_that_is_not_listed_never_passes(
    files: Files, trust: TrustStore, tmp_path: Path
) -> None:
    changes = (
        ('names = ["sha256", "sha512"]', 'names = ["sha512"]'),
        ('name = "ecdsa"', 'name = "rsassa-pkcs1v15"'),
    )
    for number, change in enumerate(changes):
        strict = policy(tmp_path / str(number), change)
        report = verify_file(files.sealed, trust=trust, at=NOW, policy=strict)
        assert report.conclusion == "indeterminate"
        assert sub_indications(report) == {"CRYPTO_CONSTRAINTS_FAILURE"}


@pytest.mark.parametrize("at", [NOW, LATER])
def test_the_purpose_of_the_key_counts_also_after_its_certificate_has_ended(
    at: datetime, files: Files, pki: DemoPki, tmp_path: Path
) -> None:
    key = rsa_key(tmp_path / "key", pki, digital_signature=False)
    papers = signed_with(key, tmp_path, pki=pki, plain=files.plain)
    store = store_of(tmp_path / "trust", pki, at=at - timedelta(minutes=1))
    assert (
        verify_file(papers.sealed, trust=store, at=at, policy=policy(tmp_path / "a")).conclusion == "passed"
    )
    strict = policy(tmp_path / "b", ('["non_repudiation"]', '["digital_signature"]'))
    report = verify_file(papers.sealed, trust=store, at=at, policy=strict)
    assert (report.conclusion, sub_indications(report)) == ("indeterminate", {"CHAIN_CONSTRAINTS_FAILURE"})


def without_timestamp(content: cms.SignedData) -> None:
    del content["signer_infos"][0]["unsigned_attrs"]


def test_a_policy_may_do_without_timestamps_and_the_report_says_what_that_means(
    files: Files, trust: TrustStore, tmp_path: Path
) -> None:
    path = tmp_path / "bare.pdf"
    path.write_bytes(attacks.with_cms(files.signed.read_bytes(), without_timestamp))
    assert verify_file(path, trust=trust, at=NOW, policy=policy(tmp_path / "a")).conclusion == "indeterminate"
    lenient = policy(tmp_path / "b", ("signature_timestamp = true", "signature_timestamp = false"))
    report = verify_file(path, trust=trust, at=NOW, policy=lenient)
    (only,) = report.signatures
    assert (only.conclusion, only.level, only.proven_time) == ("passed", Level.B_B, None)
    assert NoteCode.NO_TRUSTED_TIME in codes(report)
    assert "chỉ đúng vào lúc kiểm tra" in only.reasons[0]


def test_a_scheme_may_be_accepted_with_a_note(files: Files, trust: TrustStore, tmp_path: Path) -> None:
    noted = policy(tmp_path, ('name = "ecdsa"', 'name = "ecdsa"\nnote = "Lược đồ MẪU."'))
    report = verify_file(files.signed, trust=trust, at=NOW, policy=noted)
    assert (report.conclusion, report.signatures[0].reasons) == ("passed", ("Lược đồ MẪU.",))


# --- trust ------------------------------------------------------------------------------------------


def test_a_root_counts_only_for_the_services_it_was_added_for(
    files: Files, pki: DemoPki, tmp_path: Path
) -> None:
    for service in Service:
        terms = TrustTerms(services=frozenset({service}))
        store = store_of(tmp_path / service, pki, at=NOW, terms=terms)
        report = verify_file(files.sealed, trust=store, at=NOW)
        assert report.conclusion == "indeterminate", service
        assert NoteCode.ROOT_SERVICE in codes(report)
    both = TrustTerms(services=frozenset({Service.REMOTE, Service.TIMESTAMP}))
    store = store_of(tmp_path / "both", pki, at=NOW, terms=both)
    assert verify_file(files.sealed, trust=store, at=NOW).conclusion == "passed"


@pytest.mark.parametrize(
    ("service", "conclusion"), [(Service.TIMESTAMP, "passed"), (Service.SIGNING, "indeterminate")]
)
def test_timestamps_end_at_roots_for_timestamps(
    service: Service, conclusion: str, files: Files, pki: DemoPki, tmp_path: Path
) -> None:
    others = ensure_demo_pki(tmp_path / "others", now=NOW - timedelta(hours=1))
    signing = TrustTerms(services=frozenset({Service.SIGNING}))
    store = store_of(tmp_path / "trust", pki, at=NOW, terms=signing)
    store.add(others.root_certificate.read_bytes(), terms=TrustTerms(services=frozenset({service})))
    for name in ("root", "issuing"):
        store.add_crl((others.folder / f"{name}.crl").read_bytes())
    path = tmp_path / "signed.pdf"

    class Both:
        """Lists of both authorities."""

        def crls(self, *, now: datetime) -> tuple[object, ...]:
            return (*pki.crls(now=now), *others.crls(now=now))

    authority = LocalTimestampAuthority(others.timestamp_authority(), clock)
    setup = replace(setup_of(pki), timestamps=authority, revocation=Both())  # type: ignore[arg-type]
    with DocumentSigner(setup) as signer:
        signer.sign_as_officer(files.plain, path, at=NOW, item="a.pdf")
    report = verify_file(path, trust=store, at=NOW)
    assert report.conclusion == conclusion, report


def test_a_root_counts_for_what_was_proven_on_its_days_whenever_it_is_asked(
    files: Files, pki: DemoPki, tmp_path: Path
) -> None:
    day = NOW.date()
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    spans = {
        (None, None): "passed",
        (None, after): "passed",
        (before, day): "passed",
        (None, before): "indeterminate",
        (after, None): "indeterminate",
    }
    for number, ((since, until), conclusion) in enumerate(spans.items()):
        terms = TrustTerms(since=since, until=until)
        store = store_of(tmp_path / str(number), pki, at=SOON - timedelta(hours=1), terms=terms)
        report = verify_file(files.sealed, trust=store, at=SOON)
        assert report.conclusion == conclusion, (since, until)
        assert (NoteCode.ROOT_DAYS in codes(report)) is (conclusion != "passed")


def test_a_report_tells_which_of_the_roots_it_was(files: Files, pki: DemoPki, tmp_path: Path) -> None:
    store = store_of(tmp_path, pki, at=NOW)
    report = verify_file(files.sealed, trust=store, at=NOW)
    assert {(one.root, one.root_kind) for one in report.signatures} == {
        ("Gốc tin cậy MẪU (DEMO)", RootKind.DEMO)
    }


# --- without network --------------------------------------------------------------------------------


def test_a_missing_list_is_said_for_each_certificate_that_needs_one(
    files: Files, pki: DemoPki, tmp_path: Path
) -> None:
    store = TrustStore(tmp_path)
    store.add(pki.root_certificate.read_bytes())
    report = verify_file(files.signed, trust=store, at=NOW)
    assert report.conclusion == "indeterminate"
    told = {note.subject for note in report.signatures[0].notes if note.code is NoteCode.REVOCATION_NONE}
    assert told == {
        "Cán bộ số hóa MẪU (DEMO)",
        "Cơ quan cấp chứng thư MẪU (DEMO)",
        "Dịch vụ cấp dấu thời gian MẪU (DEMO)",
    }
    assert any("Không có dữ liệu thu hồi" in reason for reason in report.signatures[0].reasons)


def test_a_list_that_is_over_is_said_with_its_day(files: Files, pki: DemoPki, tmp_path: Path) -> None:
    store = store_of(tmp_path, pki, at=NOW)
    report = verify_file(files.signed, trust=store, at=NOW + timedelta(days=100))
    assert report.conclusion == "indeterminate"
    ended = {note.day for note in report.signatures[0].notes if note.code is NoteCode.REVOCATION_ENDED}
    assert ended == {(NOW + timedelta(days=90)).date().isoformat()}
    assert any("19/02/2027" in reason for reason in report.signatures[0].reasons)


def test_a_passed_signature_tells_programs_that_the_list_is_older_than_the_signature(
    files: Files, pki: DemoPki, tmp_path: Path
) -> None:
    older = store_of(tmp_path / "a", pki, at=NOW - timedelta(days=3))
    report = verify_file(files.signed, trust=older, at=NOW)
    assert (report.conclusion, report.signatures[0].reasons) == ("passed", ())
    (note,) = report.signatures[0].notes
    assert (note.code, note.day) == (NoteCode.REVOCATION_BEFORE_SIGNING, "2026-11-18")
    newer = store_of(tmp_path / "b", pki, at=NOW + timedelta(hours=1))
    report = verify_file(files.signed, trust=newer, at=NOW + timedelta(hours=2))
    assert (report.conclusion, report.signatures[0].notes) == ("passed", ())


@pytest.mark.parametrize(("limit", "conclusion"), [(30, "passed"), (10, "indeterminate")])
def test_a_policy_may_limit_the_age_of_revocation_data(
    limit: int, conclusion: str, files: Files, pki: DemoPki, tmp_path: Path
) -> None:
    store = store_of(tmp_path / "trust", pki, at=NOW - timedelta(days=20))
    limited = policy(
        tmp_path, ("signature_timestamp = true", f"signature_timestamp = true\nrevocation_age_days = {limit}")
    )
    report = verify_file(files.signed, trust=store, at=NOW, policy=limited)
    assert report.conclusion == conclusion
    assert (NoteCode.REVOCATION_TOO_OLD in codes(report)) is (conclusion != "passed")


def with_cms(data: bytes, change: Callable[[cms.SignedData], None]) -> bytes:
    """The file with its first signature changed; what was not changed keeps its bytes."""
    start, end = attacks.gaps(data)[0]
    message = cms.ContentInfo.load(bytes.fromhex(data[start + 1 : end - 1].decode("ascii")))
    content = cms.SignedData.load(message["content"].untag().dump())
    change(content)
    whole = cms.ContentInfo({"content_type": "signed_data", "content": content})
    digits: bytes = whole.dump().hex().encode("ascii")
    assert len(digits) <= end - start - 2
    return data[: start + 1] + digits.ljust(end - start - 2, b"0") + data[end - 1 :]


class RevocationValues(core.Sequence):  # type: ignore[misc]  # the library ships no types
    class Lists(core.SequenceOf):  # type: ignore[misc]
        _child_spec = asn1_crl.CertificateList

    _fields = (("crls", Lists, {"explicit": 0, "optional": True}),)


def with_values(pki: DemoPki) -> Callable[[cms.SignedData], None]:
    """Adds the authorities' lists as CAdES does, in an attribute that is not signed."""
    lists = [asn1_crl.CertificateList.load(crl.der) for crl in pki.crls(now=NOW)]

    def change(content: cms.SignedData) -> None:
        values = RevocationValues({"crls": lists})
        attribute = cms.CMSAttribute({"type": "1.2.840.113549.1.9.16.2.24", "values": [core.Any(values)]})
        content["signer_infos"][0]["unsigned_attrs"].append(attribute)

    return change


def in_the_container(pki: DemoPki) -> Callable[[cms.SignedData], None]:
    """Adds the authorities' lists where a signature container has room for them (RFC 5652, 5.1)."""
    lists = [asn1_crl.CertificateList.load(crl.der) for crl in pki.crls(now=NOW)]

    def change(content: cms.SignedData) -> None:
        content["crls"] = cms.RevocationInfoChoices(
            [cms.RevocationInfoChoice(name="crl", value=one) for one in lists]
        )

    return change


@pytest.mark.parametrize("place", [with_values, in_the_container])
def test_lists_in_the_signature_itself_are_used(
    place: Callable[[DemoPki], Callable[[cms.SignedData], None]], files: Files, pki: DemoPki, tmp_path: Path
) -> None:
    store = TrustStore(tmp_path / "trust")
    store.add(pki.root_certificate.read_bytes())
    path = tmp_path / "richer.pdf"
    path.write_bytes(with_cms(files.signed.read_bytes(), place(pki)))
    assert verify_file(files.signed, trust=store, at=NOW).conclusion == "indeterminate"
    report = verify_file(path, trust=store, at=NOW)
    assert report.conclusion == "passed", report


def test_a_list_in_the_signature_that_nobody_signed_is_no_list(
    files: Files, pki: DemoPki, tmp_path: Path
) -> None:
    stranger = ensure_demo_pki(tmp_path / "stranger", now=NOW - timedelta(hours=1))
    store = TrustStore(tmp_path / "trust")
    store.add(pki.root_certificate.read_bytes())
    path = tmp_path / "forged.pdf"
    path.write_bytes(with_cms(files.signed.read_bytes(), with_values(stranger)))
    assert verify_file(path, trust=store, at=NOW).conclusion == "indeterminate"


def test_authorities_kept_here_help_where_the_file_leaves_them_out(
    files: Files, pki: DemoPki, trust: TrustStore, tmp_path: Path
) -> None:
    def without_authorities(content: cms.SignedData) -> None:
        signer = content["signer_infos"][0]["sid"].chosen["serial_number"].native
        content["certificates"] = cms.CertificateSet(
            [one for one in content["certificates"] if one.chosen.serial_number == signer]
        )
        stamp = content["signer_infos"][0]["unsigned_attrs"][0]["values"][0]["content"]
        tsa = stamp["signer_infos"][0]["sid"].chosen["serial_number"].native
        stamp["certificates"] = cms.CertificateSet(
            [one for one in stamp["certificates"] if one.chosen.serial_number == tsa]
        )

    path = tmp_path / "poor.pdf"
    path.write_bytes(with_cms(files.signed.read_bytes(), without_authorities))
    store = store_of(tmp_path / "trust", pki, at=NOW)
    assert verify_file(path, trust=store, at=NOW).conclusion == "indeterminate"
    _, issuing = made.read_pair(pki.folder, "issuing")
    store.add_authority(issuing.public_bytes(Encoding.PEM))
    assert verify_file(path, trust=store, at=NOW).conclusion == "passed"


def test_the_newest_policy_of_the_project_is_the_default_of_the_library_calls() -> None:
    assert load_policies().all[0].id == "vn-2025"

"""What goes into a file before its next document timestamp: certificates and revocation lists, validated now."""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509
from asn1crypto import crl as asn1_crl
from cryptography import x509 as pyca_x509
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError

from dossier.errors import KeyUnusableError, RenewalRefusedError
from signing.cms_signer import asn1_certificate
from signing.policy import WEAK_DIGESTS
from signing.reading import OpenedFile, ReadSignature
from signing.revocation import Crl
from signing.security_store import path_of, read_security_store
from signing.tokens import certificate_of, certificates_in
from signing.trust import TrustStore

_SIGNING = {"non_repudiation"}
_STAMPING = {"time_stamping"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvidence:
    """What is to be added.

    Attributes:
        certificates: of all paths validated, roots too.
        lists: one for each authority on them.
        outlived: for each certificate of the file that runs out before its list does, when the list does;
            the latest first.
    """

    certificates: tuple[x509.Certificate, ...]
    lists: tuple[asn1_crl.CertificateList, ...]
    outlived: tuple[datetime, ...]


class Revocations:
    """The revocation lists at hand that may be used now."""

    def __init__(self, crls: Iterable[Crl], *, now: datetime) -> None:
        fresh = {crl.der: crl for crl in crls if crl.fresh(now)}
        newest = sorted(fresh.values(), key=lambda crl: crl.this_update, reverse=True)
        self._lists = [(crl, asn1_crl.CertificateList.load(crl.der)) for crl in newest]

    @property
    def all(self) -> list[asn1_crl.CertificateList]:
        """Every list."""
        return [parsed for _, parsed in self._lists]

    def about(self, certificate: x509.Certificate) -> tuple[Crl, asn1_crl.CertificateList] | None:
        """The newest list of the certificate's issuer, rather one that does not outlive the certificate."""
        found = [one for one in self._lists if one[1].issuer == certificate.issuer]
        within = [one for one in found if one[0].next_update <= certificate.not_valid_after]
        return next(iter((*within, *found)), None)


def new_context(  # noqa: PLR0913  everything that certificates may come from
    trust: TrustStore,
    revocations: Revocations,
    opened: OpenedFile,
    read: Sequence[ReadSignature],
    *,
    chain: Sequence[pyca_x509.Certificate],
    now: datetime,
) -> ValidationContext:
    """Validation as of now: the trusted roots, every certificate at hand, the lists at hand, no network."""
    known = [asn1_certificate(one) for one in (*trust.authorities(), *chain)]
    known += read_security_store(opened.reader).certificates
    for one in read:
        known += certificates_in(one.embedded.signed_data)
        for token in extract_tst_data_iter(one.embedded.signer_info, signed=False):
            known += certificates_in(token)
    return ValidationContext(
        trust_roots=[asn1_certificate(root.certificate) for root in trust.roots()],
        other_certs=[certificate for certificate in known if not certificate.self_issued],
        crls=revocations.all,
        moment=now,
        allow_fetching=False,
        revocation_mode="require",
        weak_hash_algos=WEAK_DIGESTS,
    )


async def collect_evidence(  # noqa: PLR0913  see new_context
    context: ValidationContext,
    revocations: Revocations,
    opened: OpenedFile,
    read: Sequence[ReadSignature],
    *,
    client: TimeStamper,
    item: str,
) -> NewEvidence:
    """Validate what the file rests on and who will stamp it, as of now.

    A file with a document timestamp rests on the last of them. Without one it rests on its signers and their
    timestamps.

    Raises:
        RenewalRefusedError: something that it rests on is no longer trusted, or no revocation list is at hand.
        KeyUnusableError: the authority is not trusted.
    """
    resting: list[list[x509.Certificate]] = []
    for certificate, usage, extended in _rests_on(read):
        validator = CertificateValidator(certificate, validation_context=context)
        try:
            path = await validator.async_validate_usage(usage, extended_key_usage=extended)
        except (PathBuildingError, PathValidationError) as error:
            what = "dấu thời gian cuối cùng" if extended else "chứng thư số của người ký"
            reason = f"{what} không còn được tin cậy, hoặc thiếu danh sách thu hồi còn hạn"
            raise RenewalRefusedError(item, reason=reason, cause=type(error).__name__) from error
        resting.append(list(path))
    coming = await _stamping_paths(client, context)
    certificates = {one.sha256: one for path in (*resting, *coming) for one in path}
    lists, outlived = _lists(revocations, resting, coming)
    kept = read_security_store(opened.reader).certificates
    # Certificates of earlier stamps that never made it into the store are needed to look back on them.
    certificates.update({one.sha256: one for part in read for one in _stamp_path(part, kept)})
    return NewEvidence(
        certificates=tuple(certificates.values()),
        lists=tuple(lists.values()),
        outlived=tuple(sorted(outlived, reverse=True)),
    )


def _rests_on(
    read: Sequence[ReadSignature],
) -> list[tuple[x509.Certificate, set[str], set[str] | None]]:
    stamps = sorted((one for one in read if one.is_timestamp), key=lambda one: one.length)
    unstamped = [
        one for one in read if not one.is_timestamp and not any(s.revision > one.revision for s in stamps)
    ]
    found: list[tuple[x509.Certificate, set[str], set[str] | None]] = []
    if stamps:
        found.append((stamps[-1].certificate, set(), _STAMPING))
    for one in unstamped:
        found.append((one.certificate, _SIGNING, None))
        for token in extract_tst_data_iter(one.embedded.signer_info, signed=False):
            found.append((certificate_of(token), set(), _STAMPING))
    return found


async def _stamping_paths(client: TimeStamper, context: ValidationContext) -> list[list[x509.Certificate]]:
    paths = []
    try:
        async for path in client.validation_paths(context):
            paths.append(list(path))
    except (PathBuildingError, PathValidationError) as error:
        reason = "chứng thư số của nơi cấp dấu thời gian không được tin cậy"
        raise KeyUnusableError("timestamp", reason=reason, cause=type(error).__name__) from error
    return paths


def _lists(
    revocations: Revocations,
    resting: Sequence[Sequence[x509.Certificate]],
    coming: Sequence[Sequence[x509.Certificate]],
) -> tuple[dict[bytes, asn1_crl.CertificateList], list[datetime]]:
    """The lists to add, and the ends of those that outlive a certificate which must be looked back on."""
    lists: dict[bytes, asn1_crl.CertificateList] = {}
    outlived: list[datetime] = []
    for path, looked_back in [(path, True) for path in resting] + [(path, False) for path in coming]:
        for certificate in path[1:]:
            found = revocations.about(certificate)
            if found is None:
                continue
            crl, parsed = found
            lists[crl.der] = parsed
            if looked_back and crl.next_update > certificate.not_valid_after:
                outlived.append(crl.next_update)
    return lists, outlived


def _stamp_path(read: ReadSignature, kept: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    if not read.is_timestamp:
        return []
    known = [*kept, *certificates_in(read.embedded.signed_data)]
    return path_of(read.certificate, known)

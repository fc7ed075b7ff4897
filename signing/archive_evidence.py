"""What goes into a file before its next document timestamp: certificates and lists, validated now."""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import crl as asn1_crl
from asn1crypto import x509
from cryptography import x509 as pyca_x509
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError

from dossier.errors import KeyUnusableError, RenewalRefusedError
from signing.cms_signer import asn1_certificate
from signing.horizon import outlived
from signing.reading import OpenedFile, ReadSignature
from signing.revocation import Crl
from signing.security_store import Statement, list_statement, path_of, read_security_store
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
        outlived: ends of certificates in the file that would run out before the revocation data about them
            does; the earliest first.
    """

    certificates: tuple[x509.Certificate, ...]
    lists: tuple[asn1_crl.CertificateList, ...]
    outlived: tuple[datetime, ...]


class Revocations:
    """The revocation lists at hand that may be used now."""

    def __init__(self, crls: Iterable[Crl], *, now: datetime) -> None:
        fresh = {crl.der: crl for crl in crls if crl.fresh(now)}
        self.now = now
        newest = sorted(fresh.values(), key=lambda crl: crl.this_update, reverse=True)
        self._lists = [(crl, asn1_crl.CertificateList.load(crl.der)) for crl in newest]

    @property
    def all(self) -> list[asn1_crl.CertificateList]:
        """Every list."""
        return [parsed for _, parsed in self._lists]

    def about(self, certificate: x509.Certificate, *, bound: datetime) -> asn1_crl.CertificateList | None:
        """The newest list of the certificate's issuer, rather one that ends by ``bound``."""
        found = [one for one in self._lists if one[1].issuer == certificate.issuer]
        within = [one for one in found if one[0].next_update <= bound]
        return next((parsed for _, parsed in (*within, *found)), None)


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
    store = read_security_store(opened.reader)
    known += store.certificates
    for one in read:
        known += certificates_in(one.embedded.signed_data)
        for token in extract_tst_data_iter(one.embedded.signer_info, signed=False):
            known += certificates_in(token)
    return ValidationContext(
        trust_roots=[asn1_certificate(root.certificate) for root in trust.roots()],
        other_certs=[certificate for certificate in known if not certificate.self_issued],
        crls=[*revocations.all, *store.lists],
        ocsps=list(store.responses),
        moment=now,
        allow_fetching=False,
        revocation_mode="require",
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
        RenewalRefusedError: something that it rests on is no longer trusted, or no list is at hand.
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
    store = read_security_store(opened.reader)
    parts = _paths_in(read, store.certificates)
    lists = _lists(revocations, (*resting, *coming), parts=parts)
    certificates = {one.sha256: one for path in (*resting, *coming, *parts) for one in path}
    return NewEvidence(
        certificates=tuple(certificates.values()),
        lists=tuple(lists),
        outlived=_outlived(resting, parts, before=store.statements(), added=lists),
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
        tokens = extract_tst_data_iter(one.embedded.signer_info, signed=False)
        found += [(certificate_of(token), set(), _STAMPING) for token in tokens]
    return found


async def _stamping_paths(client: TimeStamper, context: ValidationContext) -> list[list[x509.Certificate]]:
    try:
        return [list(path) async for path in client.validation_paths(context)]
    except (PathBuildingError, PathValidationError) as error:
        reason = "chứng thư số của nơi cấp dấu thời gian không được tin cậy"
        raise KeyUnusableError("timestamp", reason=reason, cause=type(error).__name__) from error


def _paths_in(
    read: Sequence[ReadSignature], kept: Sequence[x509.Certificate]
) -> list[list[x509.Certificate]]:
    """For every signature and timestamp in the file its certificates, roots left out."""
    paths = []
    for one in read:
        data = one.embedded.signed_data
        tokens = list(extract_tst_data_iter(one.embedded.signer_info, signed=False))
        known = [*kept, *(found for part in (data, *tokens) for found in certificates_in(part))]
        paths.append(path_of(one.certificate, known))
        paths += [path_of(certificate_of(token), known) for token in tokens]
    return paths


def _lists(
    revocations: Revocations,
    needed: Sequence[Sequence[x509.Certificate]],
    *,
    parts: Sequence[Sequence[x509.Certificate]],
) -> list[asn1_crl.CertificateList]:
    """One list for each authority on the paths; of several rather one that harms nothing in the file."""
    running = [one for path in parts for one in path if one.not_valid_after >= revocations.now]
    lists: dict[bytes, asn1_crl.CertificateList] = {}
    for certificate in (one for path in needed for one in path if not one.self_issued):
        same = [one.not_valid_after for one in running if one.issuer == certificate.issuer]
        found = revocations.about(certificate, bound=min(same, default=certificate.not_valid_after))
        if found is not None:
            lists[found.dump()] = found
    return list(lists.values())


def _outlived(
    resting: Sequence[Sequence[x509.Certificate]],
    parts: Sequence[Sequence[x509.Certificate]],
    *,
    before: Sequence[Statement],
    added: Sequence[asn1_crl.CertificateList],
) -> tuple[datetime, ...]:
    """Certificates that must be looked back on and could not, and those that could be until now."""
    after = [*before, *map(list_statement, added)]
    looked_back = [one for path in resting for one in path if not one.self_issued]
    looked_back += [one for path in parts for one in path if not outlived(one, before)]
    return tuple(sorted({one.not_valid_after for one in looked_back if outlived(one, after)}))

"""What may change in a file after it was signed, and which certificates are accepted.

Allowed afterwards: evidence (certificates, revocation lists), timestamps, further signatures in fields of
their own. Nothing else: no form filling, no annotation, no change of a title. Keys and digests: the signature
policy of the day, see ``signing.policies``.
"""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from asn1crypto import crl as asn1_crl
from asn1crypto import x509
from pyhanko.pdf_utils import generic, misc
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.metadata.model import PDF_PRODUCER, XMP_MODDATE, ExpandedName, XmpStructure
from pyhanko.pdf_utils.metadata.xmp_xml import XmpXmlProcessingError, parse_xmp
from pyhanko.pdf_utils.reader import HistoricalResolver
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DocInfoRule,
    DSSCompareRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    StandardDiffPolicy,
    SuspiciousModification,
    XrefStreamRule,
)
from pyhanko.sign.diff_analysis.rules_api import ReferenceUpdate
from pyhanko.sign.validation.policy_decl import (
    CertificateFetchingRule,
    LocalKnowledge,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.fetchers import FetcherBackend, Fetchers
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer

from signing.algorithms import DatedAlgorithms
from signing.form_rules import StillForm
from signing.policies import SignaturePolicy, load_policies

# An update of the file may renew these; they say nothing about the paper.
_FREE_INFO = frozenset({"/ModDate", "/Producer"})
_FREE_XMP = frozenset({XMP_MODDATE, PDF_PRODUCER, ExpandedName(ns=XMP_MODDATE.ns, local_name="MetadataDate")})


class UnchangedInfo(DocInfoRule):
    """The information dictionary may get a new modification date, nothing else."""

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[ReferenceUpdate]:
        """Explain the update, or refuse it."""
        if _info(old) != _info(new):
            msg = "an entry of the information dictionary changed"
            raise SuspiciousModification(msg)
        yield from super().apply(old, new)


class UnchangedMetadata(MetadataUpdateRule):
    """The XMP packet may get new modification dates, nothing else."""

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[ReferenceUpdate]:
        """Explain the update, or refuse it."""
        if _facts(old) != _facts(new):
            msg = "a fact of the metadata changed"
            raise SuspiciousModification(msg)
        yield from super().apply(old, new)


ARCHIVE_POLICY = StandardDiffPolicy(
    global_rules=[
        CatalogModificationRule(),
        UnchangedInfo().as_qualified(ModificationLevel.LTA_UPDATES),
        XrefStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
        ObjectStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
        DSSCompareRule().as_qualified(ModificationLevel.LTA_UPDATES),
        UnchangedMetadata().as_qualified(ModificationLevel.LTA_UPDATES),
    ],
    form_rule=StillForm(),
    # An object that nothing refers to today may be referred to tomorrow.
    ignore_orphaned_objects=False,
)


class NoFetching(FetcherBackend):
    """Stands where the library would open connections: a stranger's file never makes us call anybody."""

    def get_fetchers(self) -> Fetchers:
        """Never called under the rules below; refuses if it is."""
        msg = "nothing is fetched while verifying"
        raise NotImplementedError(msg)

    async def close(self) -> None:
        """Nothing to close."""


def validation_spec(  # noqa: PLR0913 - all that judging depends on comes in here
    roots: Sequence[x509.Certificate],
    *,
    crls: Sequence[asn1_crl.CertificateList],
    certificates: Sequence[x509.Certificate] = (),
    extra: LocalKnowledge | None = None,
    policy: SignaturePolicy | None = None,
    timestamp_roots: Sequence[x509.Certificate] | None = None,
    used_at: datetime | None = None,
) -> SignatureValidationSpec:
    """How signers and timestamp authorities are judged.

    Args:
        roots: the only certificates at which a signature may end.
        crls: revocation lists of the local store.
        certificates: known authorities below the roots.
        extra: what the file itself brings along.
        policy: the signature policy; the newest of the project by default.
        timestamp_roots: the only certificates at which a timestamp may end; ``roots`` by default.
        used_at: aware; the proven moment at which the signature's own algorithms were used, where it is not
            the moment of verification (EN 319 102-1, 5.5.4). Certificates are not concerned.
    """
    chosen = policy or load_policies().all[0]
    algorithms = DatedAlgorithms(chosen)
    brought = extra or LocalKnowledge()
    return SignatureValidationSpec(
        cert_validation_policy=_certificate_policy(roots, algorithms),
        # None stands for the same policy, which spares the library a second round of its own preparations.
        ts_cert_validation_policy=(
            None
            if timestamp_roots is None or list(timestamp_roots) == list(roots)
            else _certificate_policy(timestamp_roots, algorithms)
        ),
        revinfo_gathering_policy=RevocationInfoGatheringSpec(
            online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY,
            fetcher_backend=NoFetching(),
            certificate_fetching_rule=CertificateFetchingRule.NEVER_FETCH,
        ),
        local_knowledge=LocalKnowledge(
            known_crls=[CRLContainer(crl) for crl in crls] + brought.known_crls,
            known_ocsps=brought.known_ocsps,
            known_certs=list(certificates) + brought.known_certs,
        ),
        key_usage_settings=KeyUsageConstraints(key_usage=set(chosen.key_usage)),
        signature_algorithm_policy=DatedAlgorithms(chosen, used_at=used_at),
    )


def _certificate_policy(
    roots: Sequence[x509.Certificate], algorithms: DatedAlgorithms
) -> CertValidationPolicySpec:
    return CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=list(roots)),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
        algorithm_usage_policy=algorithms,
    )


def _info(revision: HistoricalResolver) -> dict[str, object]:
    if "/Info" not in revision.trailer_view:
        return {}
    dictionary: object = revision(revision.trailer_view.get_value_as_reference("/Info"))
    if not isinstance(dictionary, generic.DictionaryObject):
        msg = "the information dictionary is none"
        raise SuspiciousModification(msg)
    return {
        str(key): _plain(dictionary.raw_get(key), revision) for key in dictionary if key not in _FREE_INFO
    }


def _plain(value: object, revision: HistoricalResolver) -> object:
    if isinstance(value, generic.IndirectObject):
        return revision(value.reference)
    return value


def _facts(revision: HistoricalResolver) -> dict[ExpandedName, list[object]]:
    try:
        reference = revision.root.get_value_as_reference("/Metadata")
    except (KeyError, misc.IndirectObjectExpected):
        return {}
    stream = revision(reference)
    if not isinstance(stream, generic.StreamObject):
        msg = "the metadata is not a stream"
        raise SuspiciousModification(msg)
    try:
        parts = parse_xmp(io.BytesIO(stream.read_data(DecodePurpose.XMP_METADATA)))
    except (XmpXmlProcessingError, ValueError, misc.PdfReadError) as error:
        msg = "the metadata cannot be read"
        raise SuspiciousModification(msg) from error
    facts: dict[ExpandedName, list[object]] = {}
    for part in parts:
        for name, value in _lasting(part):
            facts.setdefault(name, []).append(value)
    return facts


def _lasting(part: XmpStructure) -> Iterator[tuple[ExpandedName, object]]:
    for name, value in part:
        if name not in _FREE_XMP:
            yield name, value

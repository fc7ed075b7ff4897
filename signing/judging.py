"""Whom and what to believe: certificates, timestamps, revocation (ETSI EN 319 102-1).

The tier follows what the file offers: document timestamp, signature timestamp, neither. No tier says
"passed" unless the moment proven by a trusted timestamp lies inside the validity of the signer's certificate.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate, AdESPassed, AdESStatus, AdESSubIndic
from pyhanko.sign.validation import DocumentSecurityStore
from pyhanko.sign.validation.ades import (
    AdESBasicValidationResult,
    AdESWithTimeValidationResult,
    ades_basic_validation,
    ades_lta_validation,
    ades_with_time_validation,
)
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.policy_decl import LocalKnowledge, PdfSignatureValidationSpec
from pyhanko_certvalidator.authority import CertTrustAnchor
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

from signing.cms_signer import asn1_certificate
from signing.levels import Level
from signing.library_past import complete_past_search
from signing.policy import validation_spec
from signing.reading import ReadSignature
from signing.trust import TrustStore

complete_past_search()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What trust says about one signature.

    Attributes:
        status: sub-indication of the standard; ``AdESPassed.OK`` if passed.
        level: the level that the verdict rests on.
        proven: the earliest trusted moment of existence; ``None`` without a trusted timestamp.
        root: SHA-256 of the trusted root, hexadecimal; ``None`` without a path.
        notes: sentences for the report.
    """

    status: AdESSubIndic
    level: Level
    proven: datetime | None = None
    root: str | None = None
    notes: tuple[str, ...] = ()


class Judge:
    """Judges the signatures of one file at one moment with one trust store."""

    def __init__(self, reader: PdfFileReader, *, trust: TrustStore, at: datetime) -> None:
        self._evidence = _evidence(reader)
        roots = [asn1_certificate(root.certificate) for root in trust.roots()]
        known = [asn1_certificate(certificate) for certificate in trust.authorities()]
        crls = [asn1_crl.CertificateList.load(crl.der) for crl in trust.crls()]
        # The two long-term calls read the evidence from the file themselves.
        self._own = validation_spec(roots, crls=crls, certificates=known)
        self._all = validation_spec(roots, crls=crls, certificates=known, extra=self._evidence)
        self._timing = ValidationTimingInfo(at, at, point_in_time_validation=False)

    @property
    def has_evidence(self) -> bool:
        """Whether the file holds certificates and revocation data."""
        evidence = self._evidence
        return bool(evidence.known_certs and (evidence.known_crls or evidence.known_ocsps))

    async def judge(self, signature: ReadSignature, *, archived: bool) -> Verdict:
        """The verdict on a signature whose bytes are sound.

        Args:
            signature: read and checked.
            archived: whether a document timestamp stands after it.
        """
        if archived:
            verdict = await self._long_term(signature)
            if verdict.status.status != AdESStatus.INDETERMINATE or not signature.has_signature_timestamp:
                return verdict
            second = await self._with_time(signature)
            if second.status.status != AdESStatus.PASSED:
                return verdict
            note = "Dấu thời gian lưu trữ không kiểm tra được; kết luận dựa vào dấu thời gian của chữ ký."
            return replace(second, notes=(note,))
        if signature.has_signature_timestamp:
            return await self._with_time(signature)
        return await self._basic(signature)

    async def _long_term(self, signature: ReadSignature) -> Verdict:
        spec = PdfSignatureValidationSpec(self._own, diff_policy=None)
        result = await ades_lta_validation(signature.embedded, spec, timing_info=self._timing)
        verdict = _verdict(result, Level.B_LTA, proven=result.best_signature_time)
        if not self.has_evidence:
            note = "Dữ liệu kiểm chứng lâu dài không có trong tệp; đã dùng dữ liệu của kho cục bộ."
            verdict = replace(verdict, level=Level.B_T, notes=(note,))
        return _inside_validity(verdict, signature.certificate)

    async def _with_time(self, signature: ReadSignature) -> Verdict:
        result: AdESWithTimeValidationResult = await ades_with_time_validation(
            signature.embedded.signed_data,
            self._all,
            raw_digest=signature.embedded.compute_digest(),
            timing_info=self._timing,
        )
        level = Level.B_LT if self.has_evidence else Level.B_T
        verdict = _verdict(result, level, proven=result.best_signature_time)
        verdict = _inside_validity(verdict, signature.certificate)
        expired = self._timing.validation_time > signature.certificate.not_valid_after
        if expired and verdict.status == AdESPassed.OK:
            # A stamp alone does not show that the key was not revoked while its certificate lasted.
            return replace(verdict, status=AdESIndeterminate.OUT_OF_BOUNDS_NO_POE)
        return verdict

    async def _basic(self, signature: ReadSignature) -> Verdict:
        result = await ades_basic_validation(
            signature.embedded.signed_data,
            self._all,
            raw_digest=signature.embedded.compute_digest(),
            timing_info=self._timing,
        )
        verdict = _verdict(result, Level.B_B, proven=None)
        if verdict.status == AdESPassed.OK:
            return replace(verdict, status=AdESIndeterminate.SIG_CONSTRAINTS_FAILURE)
        return verdict


def _verdict(result: AdESBasicValidationResult[Any], level: Level, *, proven: datetime | None) -> Verdict:
    status = result.ades_subindic
    path = getattr(result.api_status, "validation_path", None)
    root = None
    if path is not None and isinstance(path.trust_anchor, CertTrustAnchor):
        root = path.trust_anchor.certificate.sha256.hex()
    passed = status.status == AdESStatus.PASSED
    return Verdict(status=status, level=level, proven=proven if passed else None, root=root)


def _inside_validity(verdict: Verdict, certificate: x509.Certificate) -> Verdict:
    """The signing time must lie inside the certificate's validity."""
    if verdict.status != AdESPassed.OK:
        return verdict
    if verdict.proven is None:
        return replace(verdict, status=AdESIndeterminate.NO_POE)
    if verdict.proven < certificate.not_valid_before:
        return replace(verdict, status=AdESIndeterminate.NOT_YET_VALID)
    if verdict.proven > certificate.not_valid_after:
        return replace(verdict, status=AdESIndeterminate.OUT_OF_BOUNDS_NO_POE)
    return verdict


def _evidence(reader: PdfFileReader) -> LocalKnowledge:
    """Certificates and revocation data of the file's document security store."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return LocalKnowledge()
    responses = [
        asn1_ocsp.OCSPResponse.load(reference.get_object().read_data(DecodePurpose.OCSP_RESPONSE))
        for reference in store.ocsps
    ]
    lists = [
        asn1_crl.CertificateList.load(reference.get_object().read_data(DecodePurpose.CRL))
        for reference in store.crls
    ]
    return LocalKnowledge(
        known_ocsps=[part for response in responses for part in OCSPContainer.load_multi(response)],
        known_crls=[CRLContainer(one) for one in lists],
        known_certs=list(store.load_certs()),
    )

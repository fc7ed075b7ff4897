"""Whom and what to believe: certificates, timestamps, revocation (ETSI EN 319 102-1).

The tier follows what the file offers: document timestamp, signature timestamp, neither. No tier says
"passed" unless the moment proven by a trusted timestamp lies inside the validity of the signer's certificate;
what the policy and the trust store ask for beyond that is looked at in ``signing.demands``.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from asn1crypto import crl as asn1_crl
from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate, AdESPassed, AdESStatus
from pyhanko.sign.validation.ades import (
    AdESBasicValidationResult,
    AdESWithTimeValidationResult,
    ades_basic_validation,
    ades_lta_validation,
    ades_with_time_validation,
)
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.authority import CertTrustAnchor
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.revinfo.archival import CRLContainer

from signing.chains import Authorities
from signing.cms_signer import asn1_certificate
from signing.demands import Demands
from signing.evidence import file_evidence, joined, signature_evidence
from signing.levels import Level
from signing.library_past import complete_past_search
from signing.library_stamps import ignore_strangers
from signing.local_cache import KeptLists
from signing.local_revocation import left_out
from signing.notes import Note, NoteCode
from signing.policies import SignaturePolicy
from signing.policy import validation_spec
from signing.reading import ReadSignature
from signing.stamps import Stamp, archive_stamps, signature_stamps
from signing.trust import TrustStore
from signing.verdicts import Verdict

__all__ = ["Judge", "Verdict"]

complete_past_search()
ignore_strangers()


class Judge:
    """Judges the signatures of one file at one moment with one trust store under one policy."""

    def __init__(
        self,
        reader: PdfFileReader,
        *,
        trust: TrustStore,
        lists: KeptLists,
        at: datetime,
        policy: SignaturePolicy,
    ) -> None:
        self._reader = reader
        self._policy = policy
        self._evidence = file_evidence(reader)
        self._signer_roots = [asn1_certificate(root.certificate) for root in trust.signer_roots()]
        self._stamp_roots = [asn1_certificate(root.certificate) for root in trust.timestamp_roots()]
        self._authorities = [asn1_certificate(certificate) for certificate in trust.authorities()]
        self._crls = [asn1_crl.CertificateList.load(crl.der) for crl in lists.crls]
        self._left_out = tuple(left_out(lists))
        self._stampers = Authorities(
            [root.certificate for root in trust.timestamp_roots()], trust.authorities()
        )
        self._at = at
        self._timing = ValidationTimingInfo(at, at, point_in_time_validation=False)
        self._demands = Demands(policy=policy, roots=trust.roots(), at=at)
        # Asked for by name only, so that a report can say why a root does not count.
        self._here = LocalKnowledge(
            known_crls=[CRLContainer(crl) for crl in self._crls],
            known_certs=[asn1_certificate(one) for one in trust.known_authorities()],
        )

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
        stamps = signature_stamps(signature)
        if archived:
            archive = archive_stamps(self._reader, after=signature.revision)
            own = tuple(one for one in archive if self._is_own(one))
            verdict = await self._archived(signature, stamps, own)
            if own and len(own) < len(archive):
                verdict = replace(verdict, notes=(*verdict.notes, Note(code=NoteCode.STRANGERS_TIMESTAMP)))
            archive = own or archive
        else:
            archive = ()
            verdict = await self._not_archived(signature, stamps)
        return self._demands.held_against(
            replace(verdict, notes=(*verdict.notes, *self._left_out)),
            signature=signature,
            stamps=(*stamps, *archive),
            knowledge=self._knowledge(signature),
        )

    def _is_own(self, stamp: Stamp) -> bool:
        """Whether its authority stands below a root that is trusted for timestamps."""
        return self._stampers.reach(stamp.authority, (*stamp.certificates, *self._evidence.known_certs))

    async def _archived(
        self, signature: ReadSignature, stamps: tuple[Stamp, ...], own: tuple[Stamp, ...]
    ) -> Verdict:
        verdict = await self._long_term(signature)
        if verdict.status == AdESPassed.OK and not own:
            # What stands behind the signature is of strangers alone: no archive timestamp protects it.
            second = await self._not_archived(signature, stamps)
            return replace(second, notes=(Note(code=NoteCode.ARCHIVE_TIMESTAMP), *second.notes))
        if verdict.status == AdESPassed.OK and not self._demands.archive_holds(own):
            note = Note(code=NoteCode.ARCHIVE_ALGORITHM)
            verdict = replace(
                verdict,
                status=AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
                proven=None,
                notes=(*verdict.notes, note),
            )
        if verdict.status.status != AdESStatus.INDETERMINATE:
            return verdict
        second = await self._not_archived(signature, stamps)
        if second.status.status != AdESStatus.PASSED:
            return verdict
        note = Note(code=NoteCode.ARCHIVE_TIMESTAMP)
        return replace(second, notes=(note, *second.notes))

    async def _not_archived(self, signature: ReadSignature, stamps: tuple[Stamp, ...]) -> Verdict:
        if stamps:
            return await self._with_time(signature, stamps)
        return await self._basic(signature)

    async def _long_term(self, signature: ReadSignature) -> Verdict:
        spec = PdfSignatureValidationSpec(
            self._spec(signature_evidence(signature.embedded.signed_data)), diff_policy=None
        )
        # The call reads the evidence of the file by itself, revision by revision.
        result = await ades_lta_validation(signature.embedded, spec, timing_info=self._timing)
        verdict = _verdict(result, Level.B_LTA, proven=result.best_signature_time)
        if not self.has_evidence:
            note = Note(code=NoteCode.EVIDENCE_LOCAL)
            verdict = replace(verdict, level=Level.B_T, notes=(note,))
        return _inside_validity(verdict, signature.certificate)

    async def _with_time(self, signature: ReadSignature, stamps: tuple[Stamp, ...]) -> Verdict:
        result = await self._time_result(signature)
        if result.ades_subindic == AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE:
            # Its algorithms may have been accepted when a trusted timestamp saw it. The second call trusts
            # the stamp first and takes its time for the proven one, so the first is a proposal only.
            earliest = min(stamp.moment for stamp in stamps)
            second = await self._time_result(signature, used_at=earliest)
            result = second if second.best_signature_time == earliest else result
        level = Level.B_LT if self.has_evidence else Level.B_T
        verdict = _verdict(result, level, proven=result.best_signature_time)
        verdict = _inside_validity(verdict, signature.certificate)
        expired = self._at > signature.certificate.not_valid_after
        if expired and verdict.status == AdESPassed.OK:
            # A stamp alone does not show that the key was not revoked while its certificate lasted.
            return replace(verdict, status=AdESIndeterminate.OUT_OF_BOUNDS_NO_POE)
        return verdict

    async def _time_result(
        self, signature: ReadSignature, *, used_at: datetime | None = None
    ) -> AdESWithTimeValidationResult:
        return await ades_with_time_validation(
            signature.embedded.signed_data,
            self._spec(self._brought(signature), used_at=used_at),
            raw_digest=signature.embedded.compute_digest(),
            timing_info=self._timing,
        )

    async def _basic(self, signature: ReadSignature) -> Verdict:
        result = await ades_basic_validation(
            signature.embedded.signed_data,
            self._spec(self._brought(signature)),
            raw_digest=signature.embedded.compute_digest(),
            timing_info=self._timing,
        )
        verdict = _verdict(result, Level.B_B, proven=None)
        if verdict.status != AdESPassed.OK:
            return verdict
        if self._policy.signature_timestamp:
            return replace(verdict, status=AdESIndeterminate.SIG_CONSTRAINTS_FAILURE)
        return replace(verdict, notes=(Note(code=NoteCode.NO_TRUSTED_TIME),))

    def _brought(self, signature: ReadSignature) -> LocalKnowledge:
        return joined(self._evidence, signature_evidence(signature.embedded.signed_data))

    def _knowledge(self, signature: ReadSignature) -> LocalKnowledge:
        """Everything at hand about one signature, in the file and here."""
        return joined(self._here, self._brought(signature))

    def _spec(self, brought: LocalKnowledge, *, used_at: datetime | None = None) -> SignatureValidationSpec:
        return validation_spec(
            self._signer_roots,
            timestamp_roots=self._stamp_roots,
            crls=self._crls,
            certificates=self._authorities,
            extra=brought,
            policy=self._policy,
            used_at=used_at,
        )


def _verdict(result: AdESBasicValidationResult[Any], level: Level, *, proven: datetime | None) -> Verdict:
    status = result.ades_subindic
    path = getattr(result.api_status, "validation_path", None)
    root = None
    if path is not None and isinstance(path.trust_anchor, CertTrustAnchor):
        root = path.trust_anchor.certificate.sha256.hex()
    passed = status.status == AdESStatus.PASSED
    moment = proven if passed else None
    return Verdict(status=status, level=level, proven=moment, root=root, result=result)


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

"""Detached signatures over small files of our own: CAdES with a timestamp (ETSI EN 319 122-1, level B-T).

The CMS carries certificates and revocation lists, so that it can be checked years later with nothing but the
roots. ``openssl cms -verify -binary`` reads it as well.
"""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from asn1crypto import cms, x509
from asn1crypto import crl as asn1_crl
from pyhanko.sign.ades.report import AdESIndeterminate, AdESPassed, AdESStatus, AdESSubIndic
from pyhanko.sign.validation.ades import ades_with_time_validation
from pyhanko.sign.validation.policy_decl import LocalKnowledge
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.revinfo.archival import CRLContainer

from dossier.errors import DemoKeyError, MotlanError, TimestampUnavailableError
from signing.cms_build import frame_of, signed_attributes, signed_data
from signing.cms_check import UnfamiliarError, parse, signature_fault
from signing.cms_signer import DIGEST, CachedKeySigner, asn1_certificate
from signing.failures import as_ours
from signing.keys import SigningKey, check_key
from signing.library_log import silence
from signing.policy import validation_spec
from signing.report import FORMAT, Conclusion
from signing.revocation import RevocationSource
from signing.timestamps import TimestampSource
from signing.trust import TrustStore

silence()

Made = TypeVar("Made")

_log = logging.getLogger(__name__)
_LEEWAY = timedelta(days=1)
_RAN_OUT = frozenset(
    {
        AdESIndeterminate.TRY_LATER,
        AdESIndeterminate.EXPIRED,
        # What an expired root is told as.
        AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE,
        AdESIndeterminate.NO_POE,
        AdESIndeterminate.OUT_OF_BOUNDS_NO_POE,
        AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED,
    }
)
_CONCLUSIONS: dict[AdESStatus, Conclusion] = {
    AdESStatus.PASSED: "passed",
    AdESStatus.FAILED: "failed",
    AdESStatus.INDETERMINATE: "indeterminate",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DetachedVerdict:
    """What is to be held of a detached signature.

    Attributes:
        conclusion: as for files.
        sub_indication: why not passed (ETSI EN 319 102-1); empty if passed.
        signer: common name in the certificate; empty if it could not be read.
        proven: the moment a trusted timestamp vouches for; ``None`` unless passed.
    """

    conclusion: Conclusion
    sub_indication: str = ""
    signer: str = ""
    proven: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DetachedSigner:
    """Signs bytes with one key.

    Attributes:
        key: of the organisation.
        timestamps: the timestamp authority.
        revocation: where revocation lists come from; they are carried along.
        clock: gives the present; aware.
        production: real operation, where demonstration keys are refused.
    """

    key: SigningKey
    timestamps: TimestampSource
    revocation: RevocationSource
    clock: Callable[[], datetime]
    production: bool = False

    def sign(self, content: bytes, *, item: str) -> bytes:
        """The signature over the content, as DER.

        Args:
            content: what is signed, byte by byte.
            item: how to name it to a person.

        Raises:
            KeyUnusableError, DemoKeyError: the key must not be used now.
            TimestampUnavailableError, SigningError: it went wrong.
        """
        if self.production and self.timestamps.demo:
            raise DemoKeyError("signing.tsa")
        now = self.clock()
        crls = self.revocation.crls(now=now)
        check_key(self.key, at=now, crls=crls, production=self.production)
        try:
            made = _run(self._sign(content, crls=[crl.der for crl in crls]))
            fault = signature_fault(parse(made), digest=hashlib.sha256(content).digest())
        except (UnfamiliarError, MotlanError, OSError, ValueError) as error:
            raise as_ours(error, item) from error
        if fault:
            raise TimestampUnavailableError(item, cause=fault)
        return made

    async def _sign(self, content: bytes, *, crls: list[bytes]) -> bytes:
        signer = CachedKeySigner(self.key)
        frame = frame_of(signer)
        attributes = signed_attributes(frame, hashlib.sha256(content).digest())
        signature = await signer.async_sign_raw(attributes, DIGEST)
        token = await self.timestamps.client().async_timestamp(hashlib.sha256(signature).digest(), DIGEST)
        return signed_data(frame, attributes=attributes, signature=signature, token=token.dump(), crls=crls)


def verify_detached(
    content: bytes, signature: bytes, *, trust: TrustStore, made: datetime, at: datetime
) -> DetachedVerdict:
    """The verdict on a detached signature.

    Where revocation lists or certificates have run out meanwhile, it is judged as of the day it was made, by
    the lists it carries; a key that is known to have been revoked before is not helped by that.

    Args:
        content: what it should be over.
        signature: CMS, DER.
        trust: the only roots that count.
        made: aware; when it claims to have been made. Its timestamp may differ by a day.
        at: aware; the moment of judging.
    """
    signer = ""
    try:
        data, certificate = _parsed(signature)
        signer = str(certificate.subject.native.get("common_name", ""))
        digest = hashlib.sha256(content).digest()
        status, proven = _run(_judge(data, digest, trust=trust, at=at))
        if status in _RAN_OUT:
            status, proven = _run(_judge(data, digest, trust=trust, at=made))
        if status == AdESPassed.OK:
            status = _time_status(certificate, proven, made)
    except Exception as error:  # noqa: BLE001  whatever bytes that are no sound CMS make the readers raise
        _log.debug("unreadable signature: %s", type(error).__name__)
        return DetachedVerdict(conclusion="failed", sub_indication=FORMAT, signer=signer)
    passed = status == AdESPassed.OK
    return DetachedVerdict(
        conclusion=_CONCLUSIONS[status.status],
        sub_indication="" if passed else status.standard_name,
        signer=signer,
        proven=proven if passed else None,
    )


def _parsed(signature: bytes) -> tuple[cms.SignedData, x509.Certificate]:
    info = cms.ContentInfo.load(signature, strict=True)
    data = info["content"]
    own = x509.Certificate.load(parse(signature).signer)
    return data, own


async def _judge(
    data: cms.SignedData, digest: bytes, *, trust: TrustStore, at: datetime
) -> tuple[AdESSubIndic, datetime | None]:
    carried = [one.chosen for one in data["crls"]] if data["crls"] else []
    spec = validation_spec(
        [asn1_certificate(root.certificate) for root in trust.roots()],
        crls=[asn1_crl.CertificateList.load(crl.der) for crl in trust.crls()],
        certificates=[asn1_certificate(one) for one in trust.authorities()],
        extra=LocalKnowledge(known_crls=[CRLContainer(one) for one in carried]),
    )
    timing = ValidationTimingInfo(at, at, point_in_time_validation=False)
    result = await ades_with_time_validation(data, spec, raw_digest=digest, timing_info=timing)
    # The library's best time is no later than this machine's own clock; what counts is the stamp.
    stamp = getattr(result.api_status, "timestamp_validity", None)
    proven = stamp.timestamp if stamp is not None and stamp.valid and stamp.trusted else None
    return result.ades_subindic, proven


def _time_status(certificate: x509.Certificate, proven: datetime | None, made: datetime) -> AdESSubIndic:
    if proven is None:
        return AdESIndeterminate.NO_POE
    if not certificate.not_valid_before <= proven <= certificate.not_valid_after:
        return AdESIndeterminate.OUT_OF_BOUNDS_NO_POE
    if abs(proven - made) > _LEEWAY:
        return AdESIndeterminate.TIMESTAMP_ORDER_FAILURE
    return AdESPassed.OK


def _run(work: Coroutine[Any, Any, Made]) -> Made:
    """Run to the end, in a thread of its own where the caller's already runs an event loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()

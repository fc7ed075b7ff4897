"""Checking a timestamp token before it is used (RFC 3161, 2.4.2; ETSI EN 319 422).

It must answer our request: our digest, our nonce, granted. It must be whole: signature, signing certificate.
It must come from whom we trust: a path to the authority's root, purpose time-stamping, not revoked.
"""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from asn1crypto import cms, parser, tsp
from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from signing.cms_signer import asn1_certificate
from signing.revocation import RevocationSource

_GRANTED = frozenset({"granted", "granted_with_mods"})
# Clocks of offices are off by minutes, not by days; a stamp that is would be wrong for decades.
_FARTHEST = timedelta(days=1)
_LIFETIME = timedelta(hours=1)


class TokenFaultError(Exception):
    """The answer is no token to be used; says why by a code, without words of the other side."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


class TokenTrust:
    """Whom one authority's tokens must lead to; the context of checking is made anew each hour."""

    def __init__(
        self,
        chain: tuple[x509.Certificate, ...],
        *,
        clock: Callable[[], datetime],
        revocation: RevocationSource,
    ) -> None:
        """Keep the certificates.

        Args:
            chain: authorities above the token's signer; the self-signed ones are trusted.
            clock: gives the present; aware.
            revocation: where revocation lists come from.
        """
        self._known = [asn1_certificate(certificate) for certificate in chain]
        self._clock = clock
        self._revocation = revocation
        self._context: ValidationContext | None = None
        self._good = (clock(), clock())

    async def check(
        self, answer: bytes, *, request: tsp.TimeStampReq
    ) -> tuple[cms.ContentInfo, tuple[asn1_x509.Certificate, ...]]:
        """The token of an answer, and the path from its signer to the root.

        Args:
            answer: what came back, DER of ``TimeStampResp``.
            request: what was asked.

        Raises:
            TokenFaultError: it must not be used.
        """
        try:
            raw = _raw_token(answer)
            token = cms.ContentInfo.load(raw, strict=True)
            _fits(_info(token), request, now=self._clock())
        except TokenFaultError:
            raise
        except Exception as error:
            # Whatever strange bytes make the parser raise.
            raise TokenFaultError("not_a_token") from error
        imprint = bytes(request["message_imprint"]["hashed_message"].native)
        try:
            found = await validate_tst_signed_data(token["content"], self._current(), lambda _: imprint)
            status = TimestampSignatureStatus(**found)
        except Exception as error:
            raise TokenFaultError("not_checkable") from error
        if not (status.intact and status.valid):
            raise TokenFaultError("signature")
        if not status.trusted or status.validation_path is None:
            raise TokenFaultError("not_trusted")
        # Read afresh: what was looked into would be encoded again, slowly and maybe with other bytes.
        return cms.ContentInfo.load(raw), tuple(status.validation_path)

    def _current(self) -> ValidationContext:
        now = self._clock()
        if self._context is None or not self._good[0] <= now < self._good[1]:
            crls = self._revocation.crls(now=now)
            self._context = ValidationContext(
                trust_roots=[certificate for certificate in self._known if certificate.self_issued],
                other_certs=[certificate for certificate in self._known if not certificate.self_issued],
                crls=[asn1_crl.CertificateList.load(crl.der) for crl in crls],
                moment=now,
                allow_fetching=False,
                revocation_mode="require",
            )
            self._good = (now, min([crl.next_update for crl in crls] + [now + _LIFETIME]))
        return self._context


def _raw_token(answer: bytes) -> bytes:
    """The bytes of the token as they came.

    A refusal has no token, and the library reads no answer without one: its status is read first.
    """
    parts: bytes = parser.parse(answer, strict=True)[4]
    if tsp.PKIStatusInfo.load(parts)["status"].native not in _GRANTED:
        raise TokenFaultError("refused")
    _, _, _, header, content, trailer = parser.parse(parts)
    return parts[len(header) + len(content) + len(trailer) :]


def _info(token: cms.ContentInfo) -> tsp.TSTInfo:
    content = token["content"]["encap_content_info"]
    if token["content_type"].native != "signed_data" or content["content_type"].native != "tst_info":
        raise TokenFaultError("not_a_token")
    info = content["content"].parsed
    if not isinstance(info, tsp.TSTInfo):
        raise TokenFaultError("not_a_token")
    return info


def _fits(info: tsp.TSTInfo, request: tsp.TimeStampReq, *, now: datetime) -> None:
    asked, told = request["message_imprint"], info["message_imprint"]
    if told["hash_algorithm"]["algorithm"].native != asked["hash_algorithm"]["algorithm"].native:
        raise TokenFaultError("imprint")
    if told["hashed_message"].native != asked["hashed_message"].native:
        raise TokenFaultError("imprint")
    if info["nonce"].native != request["nonce"].native:
        raise TokenFaultError("nonce")
    if abs(info["gen_time"].native - now) > _FARTHEST:
        raise TokenFaultError("time")

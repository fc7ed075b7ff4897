"""A timestamp authority inside the process: RFC 3161 tokens with ESSCertIDv2 (RFC 5816)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime

from asn1crypto import algos, cms, tsp, x509
from pyhanko.sign.general import as_signing_certificate_v2, simple_cms_attribute
from pyhanko.sign.timestamps import TimeStamper

from signing.cms_signer import asn1_certificate, signature_algorithm
from signing.keys import SigningKey

# Our tokens follow no published policy; this is the arc for documentation and examples (2.999).
_POLICY = "2.999.1"
_DIGEST = "sha256"


class LocalTimeStamper(TimeStamper):
    """Answers timestamp requests itself."""

    def __init__(self, key: SigningKey, *, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._key = key
        self._clock = clock
        self._certificate = asn1_certificate(key.certificate)
        self._chain = [asn1_certificate(certificate) for certificate in key.chain]

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Grant the request and sign the digest together with the time of the clock."""
        info = self._info(req)
        token = cms.ContentInfo({"content_type": "signed_data", "content": self._signed_data(info.dump())})
        return tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token})

    def _info(self, req: tsp.TimeStampReq) -> tsp.TSTInfo:
        fields = {
            "version": "v1",
            "policy": _POLICY,
            "message_imprint": req["message_imprint"],
            "serial_number": secrets.randbits(63),
            "gen_time": self._clock().replace(microsecond=0),
            "tsa": x509.GeneralName(name="directory_name", value=self._certificate.subject),
        }
        if req["nonce"].native is not None:
            fields["nonce"] = req["nonce"]
        return tsp.TSTInfo(fields)

    def _signed_data(self, info: bytes) -> cms.SignedData:
        digest = algos.DigestAlgorithm({"algorithm": _DIGEST})
        return cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [digest],
                "encap_content_info": {"content_type": "tst_info", "content": cms.ParsableOctetString(info)},
                "certificates": [self._certificate, *self._chain],
                "signer_infos": [self._signer_info(info, digest=digest)],
            }
        )

    def _signer_info(self, info: bytes, *, digest: algos.DigestAlgorithm) -> cms.SignerInfo:
        imprint = hashlib.sha256(info).digest()
        attributes = cms.CMSAttributes(
            [
                simple_cms_attribute("content_type", "tst_info"),
                simple_cms_attribute("message_digest", imprint),
                simple_cms_attribute("signing_certificate_v2", as_signing_certificate_v2(self._certificate)),
            ]
        )
        certificate = self._certificate
        sid = cms.IssuerAndSerialNumber(
            {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
        )
        return cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.SignerIdentifier({"issuer_and_serial_number": sid}),
                "digest_algorithm": digest,
                "signature_algorithm": signature_algorithm(self._key),
                "signed_attrs": attributes,
                "signature": self._key.sign(attributes.dump()),
            }
        )

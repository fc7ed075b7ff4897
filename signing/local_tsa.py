"""A timestamp authority inside the process: RFC 3161 tokens that name their certificate by RFC 5816."""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime

from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.timestamps import TimeStamper

from signing import der
from signing.cms_signer import signature_algorithm
from signing.keys import SigningKey

# Our tokens follow no published policy; this is the arc for examples (2.999).
_POLICY = der.oid("2.999.1")
_SIGNED_DATA = der.oid("1.2.840.113549.1.7.2")
_TST_INFO = der.oid("1.2.840.113549.1.9.16.1.4")
_CONTENT_TYPE = der.oid("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST = der.oid("1.2.840.113549.1.9.4")
_SIGNING_CERTIFICATE_V2 = der.oid("1.2.840.113549.1.9.16.2.47")
_SHA256 = der.tlv(der.SEQUENCE, der.oid("2.16.840.1.101.3.4.2.1"))
_GRANTED = der.tlv(der.SEQUENCE, der.integer(0))
_CONTEXT_0, _CONTEXT_4 = 0xA0, 0xA4


class LocalTimeStamper(TimeStamper):
    """Answers timestamp requests itself."""

    def __init__(self, key: SigningKey, *, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._key = key
        self._clock = clock
        own = key.certificate
        # The root is left out: whoever checks a token has it, or does not trust it.
        chain = [one for one in (own, *key.chain) if one.issuer != one.subject]
        self._certificates = der.tlv(_CONTEXT_0, *(one.public_bytes(Encoding.DER) for one in chain))
        self._sid = der.tlv(der.SEQUENCE, own.issuer.public_bytes(), der.integer(own.serial_number))
        # GeneralName, directoryName [4]: names its certificate's subject.
        self._name = der.tlv(_CONTEXT_0, der.tlv(_CONTEXT_4, own.subject.public_bytes()))
        self._binding = _attribute(_SIGNING_CERTIFICATE_V2, _certificate_binding(own))
        self._algorithm: bytes = signature_algorithm(key).dump()

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Grant the request and sign the digest together with the time of the clock."""
        signed_data = der.tlv(_CONTEXT_0, self._signed_data(self._info(req)))
        token = der.tlv(der.SEQUENCE, _SIGNED_DATA, signed_data)
        return tsp.TimeStampResp.load(der.tlv(der.SEQUENCE, _GRANTED, token))

    def _info(self, req: tsp.TimeStampReq) -> bytes:
        nonce = req["nonce"].native
        return der.tlv(
            der.SEQUENCE,
            der.integer(1),
            _POLICY,
            req["message_imprint"].dump(),
            der.integer(secrets.randbits(63)),
            der.generalized_time(self._clock()),
            b"" if nonce is None else der.integer(nonce),
            self._name,
        )

    def _signed_data(self, info: bytes) -> bytes:
        content = der.tlv(_CONTEXT_0, der.tlv(der.OCTETS, info))
        return der.tlv(
            der.SEQUENCE,
            der.integer(3),
            der.set_of(_SHA256),
            der.tlv(der.SEQUENCE, _TST_INFO, content),
            self._certificates,
            der.set_of(self._signer_info(info)),
        )

    def _signer_info(self, info: bytes) -> bytes:
        digest = der.tlv(der.OCTETS, hashlib.sha256(info).digest())
        attributes = der.set_of(
            _attribute(_CONTENT_TYPE, _TST_INFO), _attribute(_MESSAGE_DIGEST, digest), self._binding
        )
        # Signed as a SET, written with the implicit tag [0] (RFC 5652, 5.4).
        tagged = bytes((_CONTEXT_0,)) + attributes[1:]
        signature = der.tlv(der.OCTETS, self._key.sign(attributes))
        return der.tlv(der.SEQUENCE, der.integer(1), self._sid, _SHA256, tagged, self._algorithm, signature)


def _attribute(kind: bytes, value: bytes) -> bytes:
    return der.tlv(der.SEQUENCE, kind, der.set_of(value))


def _certificate_binding(certificate: x509.Certificate) -> bytes:
    """SigningCertificateV2 with one ESSCertIDv2; SHA-256 is its default and therefore not written."""
    digest = hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()
    entry = der.tlv(der.SEQUENCE, der.tlv(der.OCTETS, digest))
    return der.tlv(der.SEQUENCE, der.tlv(der.SEQUENCE, entry))

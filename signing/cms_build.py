"""The CMS of a PAdES signature (ETSI EN 319 142-1, 6.3; RFC 5652), from parts that are made once.

Of all that a signature consists of only the digest, the signature value and the timestamp change from file to
file; certificates, algorithms and the binding to the certificate (RFC 5035) belong to the key.
"""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from asn1crypto import algos
from pyhanko.sign.general import as_signing_certificate_v2
from pyhanko.sign.signers import Signer

from signing import der
from signing.cms_signer import DIGEST

_DATA = der.oid("1.2.840.113549.1.7.1")
_SIGNED_DATA = der.oid("1.2.840.113549.1.7.2")
_CONTENT_TYPE = der.oid("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST = der.oid("1.2.840.113549.1.9.4")
_SIGNING_CERTIFICATE_V2 = der.oid("1.2.840.113549.1.9.16.2.47")
_TIMESTAMP_TOKEN = der.oid("1.2.840.113549.1.9.16.2.14")
_CONTEXT_0, _CONTEXT_1 = 0xA0, 0xA1


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What all signatures of one key share, in DER.

    Attributes:
        certificates: of the signer and the authorities above, as ``[0]``.
        sid: issuer and serial number of the signer's certificate.
        digest_algorithm: SHA-256.
        algorithm: of the signature.
        fixed_attributes: signed attributes that are the same in every signature.
    """

    certificates: bytes
    sid: bytes
    digest_algorithm: bytes
    algorithm: bytes
    fixed_attributes: tuple[bytes, ...]


@lru_cache(maxsize=16)
def frame_of(signer: Signer) -> Frame:
    """The frame of a signer.

    Raises:
        ValueError: the signer has no certificate.
    """
    own = signer.signing_cert
    if own is None:
        msg = "a signer needs its certificate"
        raise ValueError(msg)
    above = [one for one in signer.cert_registry if one.sha256 != own.sha256]
    digest: bytes = algos.DigestAlgorithm({"algorithm": DIGEST}).dump()
    algorithm: bytes = signer.get_signature_mechanism_for_digest(DIGEST).dump()
    return Frame(
        certificates=der.tlv(_CONTEXT_0, *sorted(one.dump() for one in (own, *above))),
        sid=der.tlv(der.SEQUENCE, own.issuer.dump(), own["tbs_certificate"]["serial_number"].dump()),
        digest_algorithm=digest,
        algorithm=algorithm,
        fixed_attributes=(
            _attribute(_CONTENT_TYPE, _DATA),
            _attribute(_SIGNING_CERTIFICATE_V2, as_signing_certificate_v2(own).dump()),
        ),
    )


def signed_attributes(frame: Frame, digest: bytes) -> bytes:
    """The SET OF attributes that the key signs.

    Args:
        frame: of the key.
        digest: SHA-256 of the bytes that the signature covers.
    """
    return der.set_of(*frame.fixed_attributes, _attribute(_MESSAGE_DIGEST, der.tlv(der.OCTETS, digest)))


def signed_data(
    frame: Frame, *, attributes: bytes, signature: bytes, token: bytes | None, crls: Sequence[bytes] = ()
) -> bytes:
    """The whole CMS, detached.

    Args:
        frame: of the key.
        attributes: as signed.
        signature: over them.
        token: timestamp token over the signature (RFC 3161, appendix A); ``None`` for level B-B.
        crls: revocation lists to carry along, DER; files that hold them elsewhere pass none.
    """
    stamp = der.set_of(_attribute(_TIMESTAMP_TOKEN, token)) if token is not None else b""
    signer_info = der.tlv(
        der.SEQUENCE,
        der.integer(1),
        frame.sid,
        frame.digest_algorithm,
        # Signed as a SET, written with the implicit tag [0] (RFC 5652, 5.4).
        bytes((_CONTEXT_0,)) + attributes[1:],
        frame.algorithm,
        der.tlv(der.OCTETS, signature),
        bytes((_CONTEXT_1,)) + stamp[1:] if stamp else b"",
    )
    content = der.tlv(
        der.SEQUENCE,
        der.integer(1),
        der.set_of(frame.digest_algorithm),
        der.tlv(der.SEQUENCE, _DATA),
        frame.certificates,
        der.tlv(_CONTEXT_1, *sorted(crls)) if crls else b"",
        der.set_of(signer_info),
    )
    return der.tlv(der.SEQUENCE, _SIGNED_DATA, der.tlv(_CONTEXT_0, content))


def _attribute(kind: bytes, value: bytes) -> bytes:
    return der.tlv(der.SEQUENCE, kind, der.set_of(value))

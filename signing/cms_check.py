"""Does a CMS fit the digest it was made for? Read from its DER by ourselves, apart from whatever wrote it.

Only the plain shape of PAdES signatures and timestamp tokens is read here: one signer, signed attributes,
SHA-2, RSA or ECDSA. Of anything else nothing is said; the caller then asks the signing library.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from signing import der

_OID = {
    name: der.oid(dotted)
    for name, dotted in {
        "data": "1.2.840.113549.1.7.1",
        "signed_data": "1.2.840.113549.1.7.2",
        "tst_info": "1.2.840.113549.1.9.16.1.4",
        "content_type": "1.2.840.113549.1.9.3",
        "message_digest": "1.2.840.113549.1.9.4",
        "signing_certificate_v2": "1.2.840.113549.1.9.16.2.47",
        "timestamp_token": "1.2.840.113549.1.9.16.2.14",
    }.items()
}
_DIGESTS: dict[bytes, hashes.HashAlgorithm] = {
    der.oid("2.16.840.1.101.3.4.2.1"): hashes.SHA256(),
    der.oid("2.16.840.1.101.3.4.2.2"): hashes.SHA384(),
    der.oid("2.16.840.1.101.3.4.2.3"): hashes.SHA512(),
}
_PKCS1 = {
    der.oid("1.2.840.113549.1.1.1"): None,
    der.oid("1.2.840.113549.1.1.11"): hashes.SHA256(),
    der.oid("1.2.840.113549.1.1.12"): hashes.SHA384(),
    der.oid("1.2.840.113549.1.1.13"): hashes.SHA512(),
}
_PSS = der.oid("1.2.840.113549.1.1.10")
_ECDSA = {
    der.oid("1.2.840.10045.4.3.2"): hashes.SHA256(),
    der.oid("1.2.840.10045.4.3.3"): hashes.SHA384(),
    der.oid("1.2.840.10045.4.3.4"): hashes.SHA512(),
}
_CONTEXT_0, _CONTEXT_1 = 0xA0, 0xA1
_LONG_FORM = 0x80
_MAX_LENGTH_BYTES = 4


class UnfamiliarError(Exception):
    """A shape that is not read here."""


@dataclass(frozen=True, slots=True)
class Node:
    """One DER value.

    Attributes:
        tag: its identifier octet.
        whole: with tag and length.
        body: without.
    """

    tag: int
    whole: bytes
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Cms:
    """A signed-data with one signer, taken apart."""

    content_type: bytes
    content: bytes | None
    certificates: tuple[bytes, ...]
    digest_algorithm: hashes.HashAlgorithm
    attributes: bytes
    algorithm: Node
    signature: bytes
    sid: bytes
    tokens: tuple[bytes, ...]

    @property
    def signer(self) -> bytes:
        """DER of the signer's certificate.

        Raises:
            UnfamiliarError: it is not in there.
        """
        for certificate in self.certificates:
            if _issuer_and_serial(certificate) == self.sid:
                return certificate
        raise UnfamiliarError


def parse(data: bytes) -> Cms:
    """Take a CMS apart; what follows its DER is not looked at.

    Raises:
        UnfamiliarError: another shape.
    """
    kind, wrapped = _children(_first(data), 2)
    if kind.whole != _OID["signed_data"]:
        raise UnfamiliarError
    _, _, encapsulated, *rest = _children(_only(wrapped))
    content = _children(encapsulated)
    certificates = next((node for node in rest if node.tag == _CONTEXT_0), None)
    infos = rest[-1]
    if certificates is None or infos.tag != der.SET:
        raise UnfamiliarError
    _, sid, digest, attributes, algorithm, signature, *unsigned = _children(_only(infos))
    if attributes.tag != _CONTEXT_0 or signature.tag != der.OCTETS:
        raise UnfamiliarError
    return Cms(
        content_type=content[0].whole,
        content=_only(content[1]).body if len(content) > 1 else None,
        certificates=tuple(node.whole for node in _children(certificates)),
        digest_algorithm=_digest(digest),
        attributes=bytes((der.SET,)) + attributes.whole[1:],
        algorithm=algorithm,
        signature=signature.body,
        sid=sid.whole,
        tokens=_values(_children(unsigned[0]), "timestamp_token") if unsigned else (),
    )


def signature_fault(cms: Cms, *, digest: bytes) -> str:
    """What is wrong with a signature over a document; empty if nothing is.

    Args:
        cms: taken apart.
        digest: of the bytes that the signature must cover, by its own digest algorithm.

    Raises:
        UnfamiliarError: it cannot be said here.
    """
    if cms.content_type != _OID["data"] or cms.content is not None:
        raise UnfamiliarError
    fault = _signer_fault(cms, digest=digest)
    for token in cms.tokens:
        fault = fault or token_fault(parse(token), covered=partial(digest_of, cms.signature))
    return fault


def token_fault(token: Cms, *, covered: Callable[[hashes.HashAlgorithm], bytes]) -> str:
    """What is wrong with a timestamp token; empty if nothing is.

    Args:
        token: taken apart.
        covered: digest, by the algorithm that the token names, of what it must be for.

    Raises:
        UnfamiliarError: it cannot be said here.
    """
    if token.content_type != _OID["tst_info"] or token.content is None:
        raise UnfamiliarError
    algorithm, imprint = _children(_children(_first(token.content))[2], 2)
    if imprint.body != covered(_digest(algorithm)):
        return "the stamp is for something else"
    return _signer_fault(token, digest=digest_of(token.content, token.digest_algorithm))


def digest_of(data: bytes, algorithm: hashes.HashAlgorithm) -> bytes:
    """Digest of some bytes."""
    return hashlib.new(algorithm.name, data).digest()


def _signer_fault(cms: Cms, *, digest: bytes) -> str:
    attributes = _children(_first(cms.attributes))
    if _values(attributes, "content_type") != (cms.content_type,):
        return "content type"
    if [_first(value).body for value in _values(attributes, "message_digest")] != [digest]:
        return "integrity"
    signer = cms.signer
    if not _binds(attributes, signer):
        return "certificate binding"
    return "" if _verifies(cms, signer) else "integrity"


def _binds(attributes: Sequence[Node], certificate: bytes) -> bool:
    """SigningCertificateV2 with SHA-256, its default (RFC 5035)."""
    bindings = _values(attributes, "signing_certificate_v2")
    if len(bindings) != 1:
        raise UnfamiliarError
    identifier = _children(_children(_first(bindings[0]))[0])[0]
    hashed = _children(identifier)[0]
    if hashed.tag != der.OCTETS:
        raise UnfamiliarError
    return hashed.body == hashlib.sha256(certificate).digest()


def _verifies(cms: Cms, certificate: bytes) -> bool:
    key, parts = _public_key(certificate), _children(cms.algorithm)
    kind = parts[0].whole
    try:
        if isinstance(key, ec.EllipticCurvePublicKey) and kind in _ECDSA:
            key.verify(cms.signature, cms.attributes, ec.ECDSA(_ECDSA[kind]))
        elif isinstance(key, rsa.RSAPublicKey) and kind in _PKCS1:
            key.verify(
                cms.signature, cms.attributes, padding.PKCS1v15(), _PKCS1[kind] or cms.digest_algorithm
            )
        elif isinstance(key, rsa.RSAPublicKey) and kind == _PSS:
            salted = padding.PSS(mgf=padding.MGF1(cms.digest_algorithm), salt_length=padding.PSS.AUTO)
            key.verify(cms.signature, cms.attributes, salted, cms.digest_algorithm)
        else:
            raise UnfamiliarError
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=64)
def _public_key(certificate: bytes) -> object:
    try:
        return x509.load_der_x509_certificate(certificate).public_key()
    except Exception as error:
        raise UnfamiliarError from error


@lru_cache(maxsize=64)
def _issuer_and_serial(certificate: bytes) -> bytes:
    fields = _children(_children(_first(certificate))[0])
    start = 1 if fields[0].tag == _CONTEXT_0 else 0
    serial, issuer = fields[start], fields[start + 2]
    return der.tlv(der.SEQUENCE, issuer.whole, serial.whole)


def _digest(algorithm: Node) -> hashes.HashAlgorithm:
    found = _DIGESTS.get(_children(algorithm)[0].whole)
    if found is None:
        raise UnfamiliarError
    return found


def _values(attributes: Sequence[Node], name: str) -> tuple[bytes, ...]:
    """Values of all attributes of one kind."""
    found: list[bytes] = []
    for attribute in attributes:
        kind, values = _children(attribute, 2)
        if kind.whole == _OID[name]:
            found.extend(value.whole for value in _children(values))
    return tuple(found)


def _only(node: Node) -> Node:
    return _children(node, 1)[0]


def _first(data: bytes) -> Node:
    node, _ = _node(data, 0)
    return node


def _children(node: Node, count: int | None = None) -> list[Node]:
    found, at = [], 0
    while at < len(node.body):
        child, at = _node(node.body, at)
        found.append(child)
    if not found or (count is not None and len(found) != count):
        raise UnfamiliarError
    return found


def _node(data: bytes, at: int) -> tuple[Node, int]:
    """The value at an offset and where it ends; definite lengths only."""
    if at + 2 > len(data):
        raise UnfamiliarError
    length, body = data[at + 1], at + 2
    if length >= _LONG_FORM:
        size = length - _LONG_FORM
        if not 0 < size <= _MAX_LENGTH_BYTES:
            raise UnfamiliarError
        length, body = int.from_bytes(data[body : body + size], "big"), body + size
    end = body + length
    if end > len(data):
        raise UnfamiliarError
    return Node(data[at], data[at:end], data[body:end]), end

"""Our keys as the signing library wants to see them."""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

import asyncio
import hashlib

from asn1crypto import algos, x509
from cryptography import x509 as pyca_x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.signers import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing.keys import FileKey, SigningKey

DIGEST = "sha256"


class CachedKeySigner(Signer):
    """Signs with a key that was read and checked once, not once for every signature."""

    def __init__(self, key: SigningKey) -> None:
        store = SimpleCertificateStore()
        store.register_multiple(asn1_certificate(certificate) for certificate in key.chain)
        super().__init__(
            signing_cert=asn1_certificate(key.certificate),
            cert_registry=store,
            signature_mechanism=signature_algorithm(key),
            # Without the root in the file, long-term validation has no proof of its existence.
            embed_roots=True,
        )
        self._key = key
        chain = (key.certificate, *key.chain)
        self.certificate_bytes = sum(len(one.public_bytes(Encoding.DER)) for one in chain)

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,
        dry_run: bool = False,
    ) -> bytes:
        """The signature, or as many zeros when only its size is asked for."""
        if digest_algorithm != DIGEST:
            msg = f"keys sign {DIGEST}, not {digest_algorithm}"
            raise ValueError(msg)
        if dry_run:
            return bytes(self._key.signature_size)
        if isinstance(self._key, FileKey):
            return self._key.sign(data)
        # A token takes seconds, a person with a phone takes minutes: other files go on meanwhile.
        return await asyncio.to_thread(self._key.sign, data)


class GivenSignatureSigner(CachedKeySigner):
    """Puts a signature into its frame that the key has made already."""

    def __init__(self, key: SigningKey, signature: bytes) -> None:
        super().__init__(key)
        self._signature = signature

    async def async_sign_raw(
        self,
        data: bytes,  # noqa: ARG002  the base class fixes the parameters
        digest_algorithm: str,  # noqa: ARG002
        dry_run: bool = False,  # noqa: ARG002
    ) -> bytes:
        """The signature as given."""
        return self._signature


def asn1_certificate(certificate: pyca_x509.Certificate) -> x509.Certificate:
    """The same certificate for the other ASN.1 library."""
    return x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def signature_algorithm(key: SigningKey) -> algos.SignedDigestAlgorithm:
    """The algorithm identifier that belongs to the scheme of a key."""
    if key.scheme == "ecdsa":
        return algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"})
    if key.scheme == "rsa-pkcs1":
        return algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"})
    digest = algos.DigestAlgorithm({"algorithm": DIGEST})
    parameters = algos.RSASSAPSSParams(
        {
            "hash_algorithm": digest,
            "mask_gen_algorithm": algos.MaskGenAlgorithm({"algorithm": "mgf1", "parameters": digest}),
            "salt_length": hashlib.new(DIGEST).digest_size,
        }
    )
    return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": parameters})

from __future__ import annotations

from datetime import timedelta

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from signing import demo_certificates as made
from signing.cms_signer import asn1_certificate
from signing.revocation_gaps import Issuers, chains_of
from tests.signing.conftest import NOW

KEY = ec.generate_private_key(ec.SECP256R1())


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def crossed(subject: str, issuer: str) -> asn1_x509.Certificate:
    """A certificate of that name by that name; every such pair fits every other."""
    return asn1_certificate(
        x509.CertificateBuilder()
        .subject_name(named(subject))
        .issuer_name(named(issuer))
        .public_key(KEY.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
        .sign(KEY, hashes.SHA256())
    )


def test_a_chain_goes_up_to_the_root() -> None:
    pairs = made.make_pairs(now=NOW)
    certificates = {name: asn1_certificate(pair[1]) for name, pair in pairs.items()}
    (chain,) = chains_of(certificates["officer"], Issuers(certificates.values()))
    assert chain == (certificates["officer"], certificates["issuing"], certificates["root"])


def test_a_certificate_whose_issuer_is_not_there_stands_alone() -> None:
    officer = asn1_certificate(made.make_pairs(now=NOW)["officer"][1])
    assert list(chains_of(officer, Issuers([officer]))) == [(officer,)]


def test_authorities_that_issue_each_other_are_each_looked_at_once() -> None:
    names = ["A", "B", "C"]
    tangle = [
        crossed(subject, issuer)
        for subject in names
        for issuer in names
        if subject != issuer
        for _ in range(20)
    ]
    root = crossed("Gốc", "Gốc")
    top = crossed("C", "Gốc")
    lowest = crossed("MẪU", "A")
    found = list(chains_of(lowest, Issuers([*tangle, root, top])))
    assert len(found) <= len(tangle) + 2
    assert [chain[-1] for chain in found] == [root]

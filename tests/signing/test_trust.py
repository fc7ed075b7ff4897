from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from dossier.errors import DemoKeyError, SettingsError
from signing import demo_certificates as made
from signing.demo import DemoPki
from signing.trust import TrustStore, trust_demo
from tests.signing.conftest import NOW


def plain_root(name: str = "Gốc thử") -> x509.Certificate:
    entity = made.Entity(name=name, organisation="Cơ quan thử", purpose="authority", path_length=1)
    return made.make_pair(entity, issuer=None, now=NOW)[1]


def test_an_empty_store_trusts_nobody(tmp_path: Path) -> None:
    assert TrustStore(tmp_path / "none").roots() == ()


def test_a_root_is_added_listed_and_removed(tmp_path: Path) -> None:
    store = TrustStore(tmp_path)
    added = store.add(plain_root().public_bytes(Encoding.DER), name="Gốc  của\ntỉnh")
    assert (added.name, added.demo) == ("Gốc của tỉnh", False)
    assert TrustStore(tmp_path).roots() == (added,)
    assert store.remove("00" * 32) is False
    assert store.remove(added.fingerprint.upper()) is True
    assert store.roots() == ()


def test_a_root_without_a_given_name_goes_by_its_own(tmp_path: Path) -> None:
    assert TrustStore(tmp_path).add(made.certificate_pem(plain_root("Gốc A"))).name == "Gốc A"


def test_only_a_self_signed_authority_can_be_a_root(pki: DemoPki, tmp_path: Path) -> None:
    store = TrustStore(tmp_path)
    for name in ("issuing", "officer"):
        with pytest.raises(SettingsError):
            store.add((pki.folder / f"{name}.pem").read_bytes())
    for junk in (b"", b"junk", b"-----BEGIN CERTIFICATE-----\n"):
        with pytest.raises(SettingsError):
            store.add(junk)
    assert store.roots() == ()


def test_the_demonstration_root_is_marked_and_refused_in_production(pki: DemoPki, tmp_path: Path) -> None:
    pem = pki.root_certificate.read_bytes()
    assert trust_demo(TrustStore(tmp_path / "a"), pem).demo
    with pytest.raises(DemoKeyError):
        trust_demo(TrustStore(tmp_path / "b", production=True), pem)
    assert TrustStore(tmp_path / "a", production=True).roots() == ()


def test_a_file_that_was_exchanged_is_noticed(tmp_path: Path) -> None:
    store = TrustStore(tmp_path)
    added = store.add(made.certificate_pem(plain_root()))
    (tmp_path / f"{added.fingerprint}.pem").write_bytes(made.certificate_pem(plain_root()))
    with pytest.raises(SettingsError):
        store.roots()


def test_a_newer_revocation_list_replaces_the_older_one_only(pki: DemoPki, tmp_path: Path) -> None:
    store = TrustStore(tmp_path)
    pair = made.read_pair(pki.folder, "issuing")
    old, new = (made.make_crl(*pair, now=NOW + timedelta(days=day), days=90) for day in (0, 5))
    store.add_crl(new)
    store.add_crl(old)
    assert [crl.der for crl in store.crls()] == [new]


def test_authorities_are_kept_beside_the_roots_and_are_no_roots(pki: DemoPki, tmp_path: Path) -> None:
    store = TrustStore(tmp_path)
    store.add_authority((pki.folder / "issuing.pem").read_bytes())
    assert [one.subject for one in store.authorities()] == [made.read_pair(pki.folder, "issuing")[1].subject]
    assert store.roots() == ()

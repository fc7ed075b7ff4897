from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from dossier.errors import DemoKeyError, SettingsError, TrustRefusedError
from signing import demo_certificates as made
from signing.demo import DemoPki
from signing.trust import RootKind, Service, TrustStore, TrustTerms
from signing.trust_entries import entry_of, read_entry, written
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
    terms = TrustTerms(kind=RootKind.DEMO)
    assert TrustStore(tmp_path / "a").add(pem, terms=terms).demo
    with pytest.raises(DemoKeyError):
        TrustStore(tmp_path / "b", production=True).add(pem, terms=terms)
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


# --- entries ----------------------------------------------------------------------------------------

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


@given(
    name=words,
    kind=st.sampled_from([RootKind.OFFICIAL, RootKind.PUBLIC, RootKind.OWN]),
    services=st.frozensets(st.sampled_from(Service), min_size=1),
    days=st.tuples(st.none() | st.dates(), st.none() | st.dates()),
    texts=st.tuples(words, words, words),
)
def test_an_entry_is_read_back_as_it_was_written(
    name: str,
    kind: RootKind,
    services: frozenset[Service],
    days: tuple[date | None, date | None],
    texts: tuple[str, str, str],
) -> None:
    since, until = days
    if since is not None and until is not None and since > until:
        since, until = until, since
    source, checked_by, note = texts
    terms = TrustTerms(
        kind=kind,
        services=services,
        since=since,
        until=until,
        source=source,
        checked_by=checked_by,
        note=note,
    )
    entry = entry_of(ROOT, name=name, terms=terms)
    assert read_entry(written(entry), item="x") == entry


ROOT = plain_root()


def test_files_of_an_earlier_version_are_roots_of_the_office_for_every_service(
    pki: DemoPki, tmp_path: Path
) -> None:
    pem = made.certificate_pem(ROOT)
    fingerprint = entry_of(ROOT, name="", terms=TrustTerms()).fingerprint
    for head, name in ((b"", fingerprint[:16]), ("# name: Gốc của tỉnh\n".encode(), "Gốc của tỉnh")):
        (tmp_path / f"{fingerprint}.pem").write_bytes(head + pem)
        (root,) = TrustStore(tmp_path).roots()
        assert (root.name, root.terms) == (name, TrustTerms())
    (tmp_path / f"{fingerprint}.pem").write_bytes(b"# name: A\n# demo: yes\n" + pem)
    (root,) = TrustStore(tmp_path).roots()
    assert root.demo
    assert TrustStore(tmp_path, production=True).roots() == ()


@pytest.mark.parametrize(
    "line", ["# kind: national", "# services: signing, archiving", "# until: 2027-02-30"]
)
def test_an_entry_that_says_what_nobody_knows_stops(line: str, tmp_path: Path) -> None:
    entry = entry_of(ROOT, name="", terms=TrustTerms())
    path = tmp_path / f"{entry.fingerprint}.pem"
    path.write_bytes(f"{line}\n".encode() + made.certificate_pem(ROOT))
    with pytest.raises(SettingsError) as caught:
        TrustStore(tmp_path).roots()
    assert path.name in caught.value.sentence("vi")


def test_words_of_an_entry_cannot_smuggle_a_certificate_or_another_line(tmp_path: Path) -> None:
    other = made.certificate_pem(plain_root("Gốc lạ")).decode()
    store = TrustStore(tmp_path)
    added = store.add(
        made.certificate_pem(ROOT), name="A\n# kind: official", terms=TrustTerms(note=f"x\n{other}")
    )
    assert store.roots() == (added,)
    assert (added.fingerprint, added.terms.kind) == (
        entry_of(ROOT, name="", terms=TrustTerms()).fingerprint,
        "own",
    )


def test_the_version_changes_with_every_entry_and_tells_production_apart(tmp_path: Path) -> None:
    store = TrustStore(tmp_path)
    seen = {store.version, TrustStore(tmp_path, production=True).version}
    added = store.add(made.certificate_pem(ROOT))
    seen.add(store.version)
    store.add(made.certificate_pem(ROOT), terms=TrustTerms(kind=RootKind.PUBLIC))
    seen.add(store.version)
    assert len(seen) == 4
    store.remove(added.fingerprint)
    assert store.version == TrustStore(tmp_path / "none").version


@pytest.mark.parametrize(
    "terms",
    [
        TrustTerms(since=date(2026, 2, 1), until=date(2026, 1, 1)),
        TrustTerms(services=frozenset()),
    ],
)
def test_terms_that_contradict_themselves_are_refused(terms: TrustTerms, tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        TrustStore(tmp_path).add(made.certificate_pem(ROOT), terms=terms)
    assert TrustStore(tmp_path).roots() == ()


# --- the local cache --------------------------------------------------------------------------------


def trusting(pki: DemoPki, folder: Path) -> TrustStore:
    store = TrustStore(folder)
    store.add(pki.root_certificate.read_bytes())
    return store


def crl_of(pki: DemoPki, name: str = "issuing", *, days: int = 0) -> bytes:
    return made.make_crl(*made.read_pair(pki.folder, name), now=NOW + timedelta(days=days), days=30)


def test_a_list_counts_only_when_an_authority_that_is_known_signed_it(pki: DemoPki, tmp_path: Path) -> None:
    store = trusting(pki, tmp_path)
    with pytest.raises(TrustRefusedError) as caught:
        store.import_crl(crl_of(pki), now=NOW, item="a.crl")
    assert "không có trong kho tin cậy" in caught.value.sentence("vi")
    _, issuing = made.read_pair(pki.folder, "issuing")
    store.import_authority(issuing, item="a.pem")
    crl, newest = store.import_crl(crl_of(pki), now=NOW, item="a.crl")
    assert newest
    assert [kept.der for kept in store.crls()] == [crl.der]


def test_a_list_with_a_strangers_signature_is_refused(pki: DemoPki, tmp_path: Path) -> None:
    store = trusting(pki, tmp_path)
    key, _ = made.make_pair(made.Entity(name="Lạ", purpose="authority"), issuer=None, now=NOW)
    _, root = made.read_pair(pki.folder, "root")
    with pytest.raises(TrustRefusedError) as caught:
        store.import_crl(made.make_crl(key, root, now=NOW, days=30), now=NOW, item="a.crl")
    assert "không khớp" in caught.value.sentence("vi")
    assert store.crls() == ()


def test_a_list_from_the_future_is_refused_and_an_older_one_changes_nothing(
    pki: DemoPki, tmp_path: Path
) -> None:
    store = trusting(pki, tmp_path)
    with pytest.raises(TrustRefusedError):
        store.import_crl(crl_of(pki, "root", days=1), now=NOW, item="a.crl")
    now = NOW + timedelta(days=9)
    assert store.import_crl(crl_of(pki, "root", days=5), now=now, item="a.crl")[1] is True
    version = store.cache_version
    assert store.import_crl(crl_of(pki, "root", days=0), now=now, item="a.crl")[1] is False
    assert store.cache_version == version
    assert store.import_crl(crl_of(pki, "root", days=6), now=now, item="a.crl")[1] is True
    assert store.cache_version != version
    assert len(store.crls()) == 1


def test_what_is_no_list_is_refused(pki: DemoPki, tmp_path: Path) -> None:
    store = trusting(pki, tmp_path)
    for junk in (b"", b"junk", pki.root_certificate.read_bytes()):
        with pytest.raises(SettingsError):
            store.import_crl(junk, now=NOW, item="a.crl")


def test_two_keys_of_one_name_each_keep_their_list(tmp_path: Path) -> None:
    entity = made.Entity(name="Gốc quốc gia MẪU", organisation="MẪU", purpose="authority")
    old, new = (made.make_pair(entity, issuer=None, now=NOW) for _ in range(2))
    store = TrustStore(tmp_path)
    for key, certificate in (old, new):
        store.add(made.certificate_pem(certificate))
        store.import_crl(made.make_crl(key, certificate, now=NOW, days=30), now=NOW, item="a.crl")
    assert len(store.crls()) == 2


def test_an_authority_must_be_one_and_issued_by_one_that_is_known(pki: DemoPki, tmp_path: Path) -> None:
    store = trusting(pki, tmp_path)
    _, officer = made.read_pair(pki.folder, "officer")
    _, stranger = made.make_pair(made.Entity(name="Lạ", purpose="authority"), issuer=None, now=NOW)
    for certificate in (officer, stranger):
        with pytest.raises(TrustRefusedError):
            store.import_authority(certificate, item="a.pem")
    assert store.authorities() == ()


def test_the_demonstrations_lists_are_not_written_again_when_nothing_changed(
    pki: DemoPki, tmp_path: Path
) -> None:
    store = TrustStore(tmp_path)
    for crl in pki.crls(now=NOW):
        store.add_crl(crl.der)
    before = store.cache_version
    for crl in pki.crls(now=NOW):
        store.add_crl(crl.der)
    assert store.cache_version == before

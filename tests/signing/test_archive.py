"""Time travel: what renewal keeps alive, and that the horizon of a file and its verification agree.

Dates lie before today: validators ask the machine for the present when they look back, and only what lies
behind it is past.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from dossier.errors import (
    DemoKeyError,
    KeyUnusableError,
    RenewalRefusedError,
    SettingsError,
    SigningError,
)
from signing.archive import Archivist, Renewal
from signing.horizon import End, Role, read_horizon
from signing.keys import SigningKey
from signing.levels import Level
from signing.signer import DocumentSigner
from signing.trust import TrustStore
from signing.verify import verify_file
from tests.signing.decades import AGELESS, Clock, World, day
from tests.signing.pdfs import make_pdfa

SIGNED = "21.11.2006"
ENDED = "1.1.2009"
DAYS = ("2.12.2008", "1.6.2009", "1.6.2015", "1.6.2016", "1.6.2021")


@dataclass
class Paper:
    """A sealed file in its world."""

    world: World
    path: Path
    authority: str

    def stamps(self, name: str, ends: str) -> SigningKey:
        return self.world.key(name, ends=day(ends), by=self.authority, purpose="tsa")

    def renew(self, on: str, *, ends: str, accept: bool = False) -> Renewal:
        """Renew with a new authority's key."""
        self.world.clock.now = day(on)
        out = self.path.with_name(f"{self.path.stem}-{on}.pdf")
        setup = replace(self.world.archive(self.stamps(f"tsa-{on}", ends)), accept_outlived=accept)
        with Archivist(setup) as archivist:
            renewal = archivist.renew(self.path, out, item="a.pdf")
        self.path = out
        return renewal

    def verdicts(self, days: tuple[str, ...] = DAYS) -> list[bool]:
        return [self.world.verdict(self.path, at=day(one)) == "passed" for one in days]


def sealed(
    folder: Path, *, authority: str = "root", root_days: int = 90, issuing_days: int = 7, level: str = "LTA"
) -> Paper:
    """Officer and organisation, certificates until 2009; the stamping certificate by root or issuing CA."""
    world = World(folder, Clock(day(SIGNED)), root_days=root_days, issuing_days=issuing_days)
    officer, organisation = (world.key(name, ends=day(ENDED)) for name in ("officer", "organisation"))
    stamps = world.key("tsa", ends=day(ENDED), by=authority)
    plain, signed, path = (folder / name for name in ("plain.pdf", "signed.pdf", "sealed.pdf"))
    make_pdfa(plain)
    setup = world.signing(officer, organisation, stamps)
    with DocumentSigner(replace(setup, seal_level=Level.B_T if level == "T" else Level.B_LTA)) as signer:
        signer.sign_as_officer(plain, signed, at=world.clock.now, item="a.pdf")
        signer.seal_as_organisation(signed, path, at=world.clock.now, item="a.pdf")
    return Paper(world, path, authority)


AUTHORITIES = pytest.mark.parametrize("authority", ["root", "issuing"])


@AUTHORITIES
def test_a_file_that_is_never_renewed_ends_with_the_certificate_of_its_timestamp(
    tmp_path: Path, authority: str
) -> None:
    paper = sealed(tmp_path, authority=authority)
    assert paper.verdicts() == [True, False, False, False, False]


@AUTHORITIES
def test_a_file_renewed_in_time_lasts_as_long_as_the_new_certificate(tmp_path: Path, authority: str) -> None:
    paper = sealed(tmp_path, authority=authority)
    renewal = paper.renew("1.6.2008", ends="1.1.2016")
    assert (renewal.before.holds_until, renewal.before.end) == (day(ENDED), End.STAMP_ENDS)
    assert (renewal.after.holds_until, renewal.after.end) == (day("1.1.2016"), End.STAMP_ENDS)
    assert not renewal.outlived
    assert paper.verdicts() == [True, True, True, False, False]


def test_a_list_that_outlives_the_old_certificate_is_refused(tmp_path: Path) -> None:
    paper = sealed(tmp_path)
    with pytest.raises(RenewalRefusedError) as caught:
        paper.renew("1.12.2008", ends="1.1.2016")
    assert "danh sách thu hồi còn hiệu lực sau ngày chứng thư số hết hạn (01.01.2009)" in str(
        caught.value.sentence("vi")
    )
    assert sorted(tmp_path.glob("sealed-*")) == []


def test_where_it_is_accepted_the_horizon_says_that_the_file_ends_nevertheless(tmp_path: Path) -> None:
    paper = sealed(tmp_path)
    renewal = paper.renew("1.12.2008", ends="1.1.2016", accept=True)
    assert renewal.outlived
    assert (renewal.after.holds_until, renewal.after.end) == (day(ENDED), End.REVOCATION_OUTLIVED)
    assert paper.verdicts() == [True, False, False, False, False]


def test_a_short_list_saves_a_file_in_its_last_month(tmp_path: Path) -> None:
    paper = sealed(tmp_path, authority="issuing")
    renewal = paper.renew("1.12.2008", ends="1.1.2016")
    assert renewal.after.holds_until == day("1.1.2016")
    assert paper.verdicts() == [True, True, True, False, False]


@AUTHORITIES
def test_renewing_after_the_end_is_refused(tmp_path: Path, authority: str) -> None:
    paper = sealed(tmp_path, authority=authority)
    with pytest.raises(RenewalRefusedError) as caught:
        paper.renew("1.6.2009", ends="1.1.2016")
    assert caught.value.cause == "NO_POE"


@AUTHORITIES
def test_a_file_renewed_twice_outlives_every_certificate_it_was_made_with(
    tmp_path: Path, authority: str
) -> None:
    paper = sealed(tmp_path, authority=authority)
    paper.renew("1.6.2008", ends="1.1.2014")
    renewal = paper.renew("1.6.2013", ends="1.1.2022")
    assert renewal.after.stamps == 3
    assert renewal.after.digests == ("sha256", "sha512")
    later = ("1.6.2014", *DAYS[2:])
    assert paper.verdicts(later) == [True] * 4


@pytest.mark.parametrize(
    ("authority", "root_days", "issuing_days", "renewed"),
    [
        ("root", 90, 7, None),
        ("root", 30, 7, "1.11.2008"),
        ("root", 90, 7, "1.11.2008"),
        ("issuing", 90, 90, "1.7.2008"),
        ("issuing", 90, 90, "1.12.2008"),
        ("issuing", 90, 20, "1.12.2008"),
    ],
)
def test_the_horizon_of_a_file_says_what_verification_says_on_every_day(
    tmp_path: Path, authority: str, root_days: int, issuing_days: int, renewed: str | None
) -> None:
    paper = sealed(tmp_path, authority=authority, root_days=root_days, issuing_days=issuing_days)
    if renewed:
        paper.renew(renewed, ends="1.1.2016", accept=True)
    until = read_horizon(paper.path, item="a.pdf").holds_until
    assert until is not None
    days = ("15.12.2008", "31.12.2008", "2.1.2009", "31.12.2015", "2.1.2016")
    assert paper.verdicts(days) == [day(one) <= until for one in days]


def test_the_new_file_is_the_old_one_and_one_revision_more(tmp_path: Path) -> None:
    paper = sealed(tmp_path)
    old = paper.path
    before = old.read_bytes()
    paper.renew("1.6.2008", ends="1.1.2016")
    after = paper.path.read_bytes()
    assert old.read_bytes() == before
    assert after.startswith(before)
    assert after.count(b"%%EOF") == before.count(b"%%EOF") + 1
    roles = [one.role for one in read_horizon(paper.path, item="a.pdf").strengths]
    assert roles == [
        *[Role.SIGNATURE, Role.SIGNATURE_TIMESTAMP] * 2,
        *[Role.DOCUMENT_TIMESTAMP] * 2,
    ]
    newest = read_horizon(paper.path, item="a.pdf").strengths[-1]
    assert (newest.digest, newest.algorithm, newest.bits) == ("sha512", "ec", 256)
    subprocess.run(["qpdf", "--check", paper.path], check=True, capture_output=True)


def test_a_file_with_signature_timestamps_only_is_brought_to_the_archive_level(tmp_path: Path) -> None:
    paper = sealed(tmp_path, level="T")
    horizon = read_horizon(paper.path, item="a.pdf")
    assert (horizon.level, horizon.end, horizon.holds_until) == (Level.B_T, End.NO_EVIDENCE, day(ENDED))
    renewal = paper.renew("22.11.2006", ends="1.1.2016")
    assert renewal.after.level is Level.B_LTA
    report = verify_file(paper.path, trust=paper.world.trust(), at=paper.world.clock.now, policy=AGELESS)
    assert {(one.conclusion, one.level) for one in report.signatures} == {("passed", Level.B_LTA)}
    assert paper.verdicts() == [True, True, True, False, False]


def test_an_authority_that_nobody_trusts_does_not_stamp(tmp_path: Path) -> None:
    paper = sealed(tmp_path / "a")
    stranger = World(tmp_path / "b", paper.world.clock)
    paper.world.clock.now = day("1.6.2008")
    setup = paper.world.archive(stranger.key("tsa", ends=day("1.1.2016"), by="root"))
    out = tmp_path / "out.pdf"
    with Archivist(setup) as archivist, pytest.raises(KeyUnusableError):
        archivist.renew(paper.path, out, item="a.pdf")
    assert not out.exists()


def test_what_is_unsigned_changed_or_not_trusted_gets_no_timestamp(tmp_path: Path) -> None:
    paper = sealed(tmp_path)
    paper.world.clock.now = day("1.6.2008")
    setup = paper.world.archive(paper.stamps("tsa2", "1.1.2016"))
    data = bytearray(paper.path.read_bytes())
    data[data.index(b"JFIF") + 300] ^= 1
    changed, out = tmp_path / "changed.pdf", tmp_path / "out.pdf"
    changed.write_bytes(data)
    with Archivist(setup) as archivist:
        for path, code in ((tmp_path / "plain.pdf", ""), (changed, "HASH_FAILURE")):
            with pytest.raises(RenewalRefusedError) as caught:
                archivist.renew(path, out, item="a.pdf")
            assert caught.value.cause == code
    with (
        Archivist(replace(setup, trust=TrustStore(tmp_path / "nobody"))) as archivist,
        pytest.raises(RenewalRefusedError) as caught,
    ):
        archivist.renew(paper.path, out, item="a.pdf")
    assert caught.value.cause == "NO_CERTIFICATE_CHAIN_FOUND"
    assert not out.exists()


def test_a_file_is_never_renewed_in_place(tmp_path: Path) -> None:
    paper = sealed(tmp_path)
    kept = tmp_path / "kept.pdf"
    shutil.copyfile(paper.path, kept)
    with (
        Archivist(paper.world.archive(paper.stamps("tsa2", "1.1.2016"))) as archivist,
        pytest.raises(SigningError),
    ):
        archivist.renew(paper.path, paper.path, item="a.pdf")
    assert paper.path.read_bytes() == kept.read_bytes()


def test_weak_digests_and_demo_authorities_in_production_are_refused(tmp_path: Path) -> None:
    world = World(tmp_path, Clock(day(SIGNED)))
    setup = world.archive(world.key("tsa", ends=day(ENDED), by="root"))
    with pytest.raises(SettingsError):
        Archivist(replace(setup, digest="sha1"))
    with pytest.raises(DemoKeyError):
        Archivist(replace(setup, production=True))

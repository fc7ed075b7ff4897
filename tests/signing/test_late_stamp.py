"""A stamp put into a signature that was made before: only the room kept for it changes, and all agree."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dossier.errors import SigningError, SigningRefusedError, TimestampUnavailableError
from signing.demo import DemoPki
from signing.gate import pass_stamp_gate
from signing.levels import Level
from signing.signer import DocumentSigner
from signing.timestamps import HttpTimestampAuthority, TimestampAuthorities
from signing.trust import TrustStore
from signing.verify import verify_file
from tests.signing import attacks
from tests.signing.conftest import NOW, Files, clock, setup_of
from tests.signing.test_signer import POPPLER
from tests.signing.tsa_servers import Service, served


@pytest.fixture(scope="module")
def service(pki: DemoPki) -> Iterator[Service]:
    with served(pki.timestamp_authority(), clock=clock) as running:
        yield running


@pytest.fixture(scope="module")
def later(pki: DemoPki, service: Service) -> Iterator[DocumentSigner]:
    """Signs at B-B and stamps afterwards."""
    authority = HttpTimestampAuthority(url=service.url, chain=pki.timestamp_authority().chain)
    source = TimestampAuthorities((authority,), clock=clock, revocation=pki)
    setup = replace(setup_of(pki), timestamps=source, officer_level=Level.B_B)
    with DocumentSigner(setup) as made:
        yield made


@pytest.fixture(scope="module")
def stages(
    later: DocumentSigner, files: Files, service: Service, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path, Path]:
    """Signed at B-B, stamped, sealed."""
    folder = tmp_path_factory.mktemp("late")
    signed, stamped, sealed = (folder / name for name in ("signed.pdf", "stamped.pdf", "sealed.pdf"))
    before = service.asked  # another test of this file may have had a stamp already
    later.sign_as_officer(files.plain, signed, at=NOW, item="a.pdf")
    assert service.asked - before == 0
    later.stamp_officer(signed, stamped, item="a.pdf")
    assert service.asked - before == 1
    later.seal_as_organisation(stamped, sealed, at=NOW + timedelta(minutes=5), item="a.pdf")
    assert service.asked - before == 3
    return signed, stamped, sealed


def test_the_levels_come_one_after_the_other(stages: tuple[Path, Path, Path], trust: TrustStore) -> None:
    found = [
        [(one.level.label, one.conclusion) for one in verify_file(path, trust=trust, at=NOW).signatures]
        for path in stages
    ]
    assert found == [
        [("B-B", "indeterminate")],
        [("B-T", "passed")],
        [("B-LTA", "passed"), ("B-LTA", "passed")],
    ]


def test_nothing_but_the_room_in_the_signature_changes(stages: tuple[Path, Path, Path]) -> None:
    signed, stamped = (path.read_bytes() for path in stages[:2])
    ((start, end),) = attacks.gaps(signed)
    assert len(signed) == len(stamped)
    assert signed[:start] + signed[end:] == stamped[:start] + stamped[end:]
    assert signed[start:end] != stamped[start:end]
    assert end - start > 40_960


@pytest.mark.skipif(POPPLER is None, reason="poppler-utils is not installed")
def test_poppler_calls_the_stamped_and_the_sealed_file_valid(stages: tuple[Path, Path, Path]) -> None:
    for path, count in zip(stages[1:], (1, 2), strict=True):
        done = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=False)
        assert done.stdout.count("Signature is Valid") == count


def test_openssl_agrees_with_the_stamped_signature(
    stages: tuple[Path, Path, Path], pki: DemoPki, tmp_path: Path
) -> None:
    data = stages[1].read_bytes()
    ((start, end),) = attacks.gaps(data)
    content, signature = tmp_path / "content.bin", tmp_path / "signature.der"
    content.write_bytes(data[:start] + data[end:])
    signature.write_bytes(bytes.fromhex(data[start + 1 : end - 1].decode()))
    done = subprocess.run(
        [
            *("openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-purpose", "any"),
            *("-attime", str(int(NOW.timestamp())), "-out", "/dev/null"),
            *("-in", str(signature), "-content", str(content), "-CAfile", str(pki.root_certificate)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "successful" in done.stderr, done.stderr


def test_a_signature_that_is_covered_or_stamped_gets_no_stamp(
    later: DocumentSigner, stages: tuple[Path, Path, Path], files: Files, tmp_path: Path
) -> None:
    for source in (files.plain, *stages[1:]):
        with pytest.raises(SigningRefusedError):
            later.stamp_officer(source, tmp_path / "out.pdf", item="a.pdf")
        assert not (tmp_path / "out.pdf").exists()
    assert [later.officer_is_stamped(path, item="a.pdf") for path in stages] == [False, True, True]
    with pytest.raises(SigningRefusedError):
        later.officer_is_stamped(files.plain, item="a.pdf")


def test_bytes_after_the_signature_leave_no_room_for_a_stamp(
    later: DocumentSigner, stages: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    longer = tmp_path / "longer.pdf"
    longer.write_bytes(stages[0].read_bytes() + b"\n% more\n%%EOF\n")
    with pytest.raises(SigningRefusedError):
        later.stamp_officer(longer, tmp_path / "out.pdf", item="a.pdf")


def test_a_room_that_is_too_small_is_said_and_leaves_no_file(
    later: DocumentSigner, files: Files, pki: DemoPki, tmp_path: Path
) -> None:
    small, out = tmp_path / "small.pdf", tmp_path / "out.pdf"
    bare = replace(setup_of(pki), timestamps=None, officer_level=Level.B_B, seal_level=Level.B_B)
    with DocumentSigner(bare) as signer:
        signer.sign_as_officer(files.plain, small, at=NOW, item="a.pdf")
    with pytest.raises(SigningRefusedError):
        later.stamp_officer(small, out, item="a.pdf")
    assert not out.exists()


def test_without_an_answer_the_file_stays_as_it_was(
    pki: DemoPki, stages: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    before, out = stages[0].read_bytes(), tmp_path / "out.pdf"
    with served(pki.timestamp_authority(), clock=clock, manner="down") as service:
        authority = HttpTimestampAuthority(url=service.url, chain=pki.timestamp_authority().chain)
        source = TimestampAuthorities((authority,), clock=clock, revocation=pki)
        setup = replace(setup_of(pki), timestamps=source, officer_level=Level.B_B)
        with DocumentSigner(setup) as signer, pytest.raises(TimestampUnavailableError):
            signer.stamp_officer(stages[0], out, item="a.pdf")
    assert stages[0].read_bytes() == before
    assert not out.exists()


@settings(max_examples=20)
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_stamped_file_that_differs_anywhere_else_does_not_pass_the_gate(
    stages: tuple[Path, Path, Path], tmp_path_factory: pytest.TempPathFactory, place: float, bit: int
) -> None:
    signed, stamped, _ = stages
    data = bytearray(stamped.read_bytes())
    ((start, end),) = attacks.gaps(bytes(data))
    outside = [*range(start + 1), *range(end - 1, len(data))]
    data[outside[int(place * len(outside))]] ^= 1 << bit
    changed = tmp_path_factory.mktemp("changed") / "changed.pdf"
    changed.write_bytes(data)
    with pytest.raises(SigningError):
        pass_stamp_gate(
            changed,
            source=signed,
            gap=(start + 1, end - 1),
            names=("ChuKyCanBo",),
            stamped="ChuKyCanBo",
            item="a.pdf",
        )

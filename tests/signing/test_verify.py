from __future__ import annotations

import asyncio
import io
import logging
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfTimeStamper

from dossier.errors import PdfUnreadableError
from signing import demo_certificates as made
from signing.appearance import PdfRect
from signing.cms_signer import CachedKeySigner
from signing.demo import DemoPki, ensure_demo_pki
from signing.keys import load_pem_key
from signing.levels import Level
from signing.local_tsa import LocalTimeStamper
from signing.pades import Batch, Mark, sign
from signing.signer import DocumentSigner
from signing.trust import TrustStore
from signing.verify import verify_file
from tests.signing.conftest import NOW, Files, setup_of
from tests.signing.pdfs import make_pdfa

SAMPLES = Path(__file__).parents[2] / "samples"
SIGNED_SAMPLES = sorted(
    path for path in SAMPLES.glob("dossiers/*/*.pdf") if b"/ETSI.CAdES.detached" in path.read_bytes()
)


def test_nothing_is_trusted_by_default(files: Files, tmp_path: Path) -> None:
    report = verify_file(files.sealed, trust=TrustStore(tmp_path), at=NOW)
    assert (report.conclusion, report.exit_code) == ("indeterminate", 2)
    assert {one.sub_indication for one in report.signatures} == {"NO_CERTIFICATE_CHAIN_FOUND"}
    assert {one.root for one in report.signatures} == {None}


def test_a_root_that_only_looks_like_the_trusted_one_does_not_count(
    files: Files, tmp_path: Path, trust: TrustStore
) -> None:
    stranger = ensure_demo_pki(tmp_path / "stranger", now=NOW)
    theirs, sealed = tmp_path / "theirs.pdf", tmp_path / "sealed.pdf"
    with DocumentSigner(setup_of(stranger)) as signer:
        signer.sign_as_officer(files.plain, theirs, at=NOW, item="a.pdf")
        signer.seal_as_organisation(theirs, sealed, at=NOW, item="a.pdf")
    report = verify_file(sealed, trust=trust, at=NOW)
    assert report.conclusion == "indeterminate"
    assert report.signatures[0].signer == "Cán bộ số hóa MẪU (DEMO)"


def test_an_unsigned_file_is_called_unsigned(files: Files, trust: TrustStore) -> None:
    report = verify_file(files.plain, trust=trust, at=NOW)
    assert dict(report.as_json()) == {"file": str(files.plain), "conclusion": "unsigned", "signatures": []}
    assert report.exit_code == 3


@pytest.mark.parametrize("content", [b"", b"MZ\x90\x00", b"%PDF-1.7\nnothing\n%%EOF\n", b"\x00" * 5000])
def test_what_is_no_pdf_cannot_be_read(content: bytes, trust: TrustStore, tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(content)
    with pytest.raises(PdfUnreadableError) as caught:
        verify_file(path, trust=trust, at=NOW)
    assert caught.value.exit_code == 4


def test_a_missing_file_cannot_be_read(trust: TrustStore, tmp_path: Path) -> None:
    with pytest.raises(PdfUnreadableError):
        verify_file(tmp_path / "none.pdf", trust=trust, at=NOW)


def test_a_sealed_file_still_passes_when_its_signers_certificates_have_ended(
    files: Files, trust: TrustStore, pki: DemoPki
) -> None:
    later = NOW + timedelta(days=4 * 365)
    folder = trust.folder.with_name("later")
    store = TrustStore(folder)
    store.add(pki.root_certificate.read_bytes())
    for name in ("root", "issuing"):
        key, certificate = made.read_pair(pki.folder, name)
        store.add_crl(made.make_crl(key, certificate, now=later, days=90))
    report = verify_file(files.sealed, trust=store, at=later)
    assert report.conclusion == "passed"
    assert {one.level for one in report.signatures} == {Level.B_LTA}


@pytest.mark.parametrize(("revoked_after_days", "conclusion"), [(30, "passed"), (-1, "indeterminate")])
def test_what_counts_is_whether_the_certificate_was_revoked_before_the_proven_time(
    revoked_after_days: int, conclusion: str, files: Files, pki: DemoPki, tmp_path: Path
) -> None:
    later = NOW + timedelta(days=60)
    store = TrustStore(tmp_path / "trust")
    store.add(pki.root_certificate.read_bytes())
    key, certificate = made.read_pair(pki.folder, "root")
    store.add_crl(made.make_crl(key, certificate, now=later, days=90))
    key, certificate = made.read_pair(pki.folder, "issuing")
    _, officer = made.read_pair(pki.folder, "officer")
    revoked = ((officer.serial_number, NOW + timedelta(days=revoked_after_days)),)
    store.add_crl(made.make_crl(key, certificate, now=later, days=90, revoked=revoked))
    report = verify_file(files.signed, trust=store, at=later)
    assert report.conclusion == conclusion, report.as_json()


def test_the_signing_time_must_lie_inside_the_certificates_validity(pki: DemoPki, tmp_path: Path) -> None:
    issuing = made.read_pair(pki.folder, "issuing")
    entity = made.Entity(name="Cán bộ MẪU (DEMO)", days=2)
    key, certificate = made.make_pair(entity, issuer=issuing, now=NOW)
    (tmp_path / "short.key").write_bytes(made.key_pem(key))
    (tmp_path / "short.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    stamped = NOW + timedelta(days=30)
    path = _signed_without_checks(tmp_path, pki=pki, stamped=stamped)
    at = stamped + timedelta(days=1)
    store = TrustStore(tmp_path / "trust")
    store.add(pki.root_certificate.read_bytes())
    for name in ("root", "issuing"):
        pair = made.read_pair(pki.folder, name)
        store.add_crl(made.make_crl(*pair, now=at - timedelta(hours=1), days=90))
    report = verify_file(path, trust=store, at=at)
    assert report.conclusion == "indeterminate"
    assert report.signatures[0].sub_indication == "OUT_OF_BOUNDS_NO_POE"


def _signed_without_checks(folder: Path, *, pki: DemoPki, stamped: datetime) -> Path:
    key = load_pem_key(
        folder / "short.key",
        certificate=folder / "short.pem",
        chain=(pki.folder / "issuing.pem", pki.root_certificate),
    )
    batch = Batch(
        context=None,  # type: ignore[arg-type]
        good_from=NOW,
        good_until=NOW,
        signers={"X": CachedKeySigner(key)},
        timestamper=LocalTimeStamper(pki.timestamp_authority(), clock=lambda: stamped),
        token_size=4000,
        certificates=(),
        lists=(),
    )
    mark = Mark(field="X", places={"X": PdfRect(10, 700, 300, 800)}, paragraphs=("MẪU",), at=stamped)
    path = folder / "short.pdf"
    with path.open("w+b") as target:
        source = make_pdfa(folder / "plain.pdf")
        asyncio.run(sign(source, target, mark=mark, batch=batch, level=Level.B_T))
    return path


def test_a_strangers_timestamp_behind_the_seal_spoils_nothing(
    files: Files, trust: TrustStore, tmp_path: Path
) -> None:
    stranger = ensure_demo_pki(tmp_path / "stranger", now=NOW)
    writer = IncrementalPdfFileWriter(io.BytesIO(files.signed.read_bytes()))
    client = LocalTimeStamper(stranger.timestamp_authority(), clock=lambda: NOW)
    stamper = PdfTimeStamper(client, field_name="La")
    path = tmp_path / "stamped.pdf"
    with path.open("w+b") as target:
        asyncio.run(stamper.async_timestamp_pdf(writer, "sha256", output=target))
    report = verify_file(path, trust=trust, at=NOW)
    (signature,) = report.signatures
    assert report.conclusion == "passed"
    assert signature.level == Level.B_T
    assert "Dấu thời gian lưu trữ không kiểm tra được" in signature.reasons[0]


def test_reports_are_the_same_for_the_same_file_and_moment(files: Files, trust: TrustStore) -> None:
    first = verify_file(files.sealed, trust=trust, at=NOW)
    assert verify_file(files.sealed, trust=trust, at=NOW) == first


def test_verification_never_changes_the_file(files: Files, trust: TrustStore) -> None:
    before = files.sealed.read_bytes(), files.sealed.stat().st_mtime_ns
    verify_file(files.sealed, trust=trust, at=NOW)
    assert (files.sealed.read_bytes(), files.sealed.stat().st_mtime_ns) == before


@pytest.mark.parametrize("path", SIGNED_SAMPLES, ids=lambda path: path.stem)
def test_samples_that_arrive_signed_pass_once_their_root_is_trusted(path: Path, tmp_path: Path) -> None:
    store = TrustStore(tmp_path)
    at = datetime(2026, 11, 21, tzinfo=UTC)
    assert verify_file(path, trust=store, at=at).conclusion == "indeterminate"
    for root in sorted((SAMPLES / "trust").glob("*.pem")):
        store.add(root.read_bytes())
    report = verify_file(path, trust=store, at=at)
    assert report.conclusion == "passed", report.as_json()


def test_a_file_with_more_signatures_than_anybody_needs_is_not_worked_through(
    files: Files, trust: TrustStore, tmp_path: Path
) -> None:
    path = tmp_path / "many.pdf"
    with pikepdf.open(files.plain) as pdf:
        value = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Sig, ByteRange=[0, 1, 2, 3]))
        fields = [pikepdf.Dictionary(FT=pikepdf.Name.Sig, T=f"S{n}", V=value) for n in range(60)]
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[pdf.make_indirect(field) for field in fields])
        pdf.save(path)
    report = verify_file(path, trust=trust, at=NOW)
    assert report.conclusion == "indeterminate"
    assert "quá nhiều chữ ký" in report.signatures[0].reasons[0]


def test_it_may_be_called_while_an_event_loop_runs(files: Files, trust: TrustStore) -> None:
    async def inside() -> str:
        return verify_file(files.signed, trust=trust, at=NOW).conclusion

    assert asyncio.run(inside()) == "passed"


def test_the_library_writes_no_names_to_the_log(files: Files, trust: TrustStore) -> None:
    # The library is loaded, and silenced, with the first signature that is looked at.
    verify_file(files.signed, trust=trust, at=NOW)
    for name in ("pyhanko.sign.validation", "pyhanko_certvalidator.path"):
        assert not logging.getLogger(name).isEnabledFor(logging.ERROR)


def test_opening_the_doors_does_not_load_the_library() -> None:
    doors = ("signer", "verify", "trust", "demo", "keys", "timestamps", "report")
    imports = ";".join(f"import signing.{door}" for door in doors)
    code = f"import sys;{imports};sys.exit('pyhanko' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=SAMPLES.parent).returncode == 0

from __future__ import annotations

import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest

from dossier.errors import (
    DemoKeyError,
    InputNotFoundError,
    KeyUnusableError,
    MarkCollisionError,
    SettingsError,
    SigningError,
    SigningRefusedError,
)
from signing.appearance import PdfRect
from signing.demo import DemoPki, ensure_demo_pki
from signing.levels import Level
from signing.signer import DocumentSigner
from signing.trust import TrustStore
from signing.verify import verify_file
from tests.signing import attacks
from tests.signing.conftest import NOW, Files, setup_of
from tests.signing.pdfs import make_pdfa, places_of

POPPLER = shutil.which("pdfsig")
QPDF = shutil.which("qpdf")


def test_a_signed_file_begins_with_the_bytes_of_its_source(files: Files) -> None:
    plain, signed, sealed = (path.read_bytes() for path in (files.plain, files.signed, files.sealed))
    assert signed.startswith(plain)
    assert sealed.startswith(signed)


def test_the_officers_file_passes_at_level_t_and_covers_everything(files: Files, trust: TrustStore) -> None:
    report = verify_file(files.signed, trust=trust, at=NOW)
    (signature,) = report.signatures
    assert report.conclusion == "passed"
    assert signature.as_json() == {
        "field": "ChuKyCanBo",
        "signer": "Cán bộ số hóa MẪU (DEMO)",
        "organisation": "Trung tâm Phục vụ hành chính công MẪU (DEMO)",
        "conclusion": "passed",
        "sub_indication": None,
        "level": "B-T",
        "signing_time": "2026-11-21T03:57:37+00:00",
        "proven_time": "2026-11-21T03:57:37+00:00",
        "covers_whole_document": True,
        "modifications": "none",
        "root": "Gốc tin cậy MẪU (DEMO)",
        "reasons": [],
    }


def test_the_sealed_file_passes_with_both_signatures_at_level_lta(files: Files, trust: TrustStore) -> None:
    report = verify_file(files.sealed, trust=trust, at=NOW)
    assert (report.conclusion, report.exit_code) == ("passed", 0)
    assert [one.field for one in report.signatures] == ["ChuKyCanBo", "ChuKyCoQuan"]
    assert {one.level for one in report.signatures} == {Level.B_LTA}
    assert {one.modifications for one in report.signatures} == {"allowed"}
    assert report.signatures[1].signing_time == NOW + timedelta(minutes=5)


@pytest.mark.skipif(POPPLER is None, reason="poppler-utils is not installed")
def test_poppler_calls_both_signatures_valid(files: Files) -> None:
    done = subprocess.run(["pdfsig", "-nocert", files.sealed], capture_output=True, text=True, check=False)
    assert done.stdout.count("Signature is Valid") == 2
    assert "Total document signed" in done.stdout


@pytest.mark.skipif(QPDF is None, reason="qpdf is not installed")
def test_qpdf_finds_no_fault_in_the_sealed_file(files: Files) -> None:
    done = subprocess.run(["qpdf", "--check", files.sealed], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_openssl_agrees_with_both_signatures(files: Files, pki: DemoPki, tmp_path: Path) -> None:
    data = files.sealed.read_bytes()
    for number, (start, end) in enumerate(attacks.gaps(data)[:2]):
        tail = int(attacks.RANGE.findall(data)[number][2])
        content, signature = tmp_path / f"{number}.bin", tmp_path / f"{number}.der"
        content.write_bytes(data[:start] + data[end : end + tail])
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


def test_marks_can_be_read_as_text_with_vietnamese_letters(files: Files) -> None:
    with pikepdf.open(files.sealed) as pdf:
        notes = [note for note in pdf.pages[0].Annots if str(note.T).startswith("ChuKy")]
        text = {str(note.T): _text_of(note.AP.N) for note in notes}
    assert text == {
        "ChuKyCanBo": "Người số hóa: Cán bộ số hóa MẪU (DEMO)|Thời gian số hóa: 21.11.2026 10:57:37 +07:00",
        "ChuKyCoQuan": "Bản điện tử chuyển đổi từ văn bản giấy|Trung tâm Phục vụ hành chính công MẪU (DEMO)"
        "|Thời gian ký: 21.11.2026 11:02:37 +07:00",
    }


def _text_of(form: pikepdf.Object) -> str:
    cmap = form.Resources.Font.F1.ToUnicode.read_bytes().decode("ascii")
    pairs = (line.split() for line in cmap.splitlines() if line.startswith("<") and line.count("<") == 2)
    letters = {
        int(code[1:-1], 16): bytes.fromhex(to[1:-1]).decode("utf-16-be")
        for code, to in pairs
        if len(code) == 6
    }
    shown = re.findall(rb"<([0-9a-f]+)> Tj", form.read_bytes())
    lines = [bytes.fromhex(codes.decode("ascii")) for codes in shown]
    return "|".join(
        "".join(letters[int.from_bytes(line[at : at + 2], "big")] for at in range(0, len(line), 2))
        for line in lines
    )


def test_several_threads_may_sign_at_once(signer: DocumentSigner, trust: TrustStore, tmp_path: Path) -> None:
    plain = make_pdfa(tmp_path / "plain.pdf")

    def work(number: int) -> str:
        signed, sealed = tmp_path / f"{number}.signed.pdf", tmp_path / f"{number}.sealed.pdf"
        signer.sign_as_officer(plain, signed, at=NOW, item="plain.pdf")
        signer.seal_as_organisation(signed, sealed, at=NOW, item="plain.pdf")
        return verify_file(sealed, trust=trust, at=NOW).conclusion

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(4))) == ["passed"] * 4


def test_a_file_may_be_sealed_without_an_officer(
    signer: DocumentSigner, files: Files, trust: TrustStore, tmp_path: Path
) -> None:
    out = tmp_path / "out.pdf"
    signer.seal_as_organisation(files.plain, out, at=NOW, item="plain.pdf")
    report = verify_file(out, trust=trust, at=NOW)
    assert (report.conclusion, len(report.signatures)) == ("passed", 1)


@pytest.mark.parametrize("level", list(Level))
def test_each_level_is_reached_and_only_a_proven_time_passes(
    level: Level, pki: DemoPki, trust: TrustStore, files: Files, tmp_path: Path
) -> None:
    officer_level = min(level, Level.B_T)
    with DocumentSigner(replace(setup_of(pki), officer_level=officer_level, seal_level=level)) as made:
        signed, sealed = tmp_path / "signed.pdf", tmp_path / "sealed.pdf"
        made.sign_as_officer(files.plain, signed, at=NOW, item="plain.pdf")
        made.seal_as_organisation(signed, sealed, at=NOW, item="plain.pdf")
    report = verify_file(sealed, trust=trust, at=NOW)
    expected = "indeterminate" if level == Level.B_B else "passed"
    assert report.conclusion == expected
    assert {one.level for one in report.signatures} == {level}
    if level == Level.B_B:
        assert {one.sub_indication for one in report.signatures} == {"SIG_CONSTRAINTS_FAILURE"}


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ({"rotate": 45}, "xoay"),
        ({"pdfa": False}, "PDF/A"),
    ],
)
def test_an_unsuitable_file_is_refused_with_its_reason(
    kind: dict[str, int], reason: str, signer: DocumentSigner, tmp_path: Path
) -> None:
    plain = make_pdfa(tmp_path / "plain.pdf", **kind)  # type: ignore[arg-type]
    with pytest.raises(SigningRefusedError) as caught:
        signer.sign_as_officer(plain, tmp_path / "out.pdf", at=NOW, item="giấy.pdf")
    assert reason in caught.value.sentence()
    assert not (tmp_path / "out.pdf").exists()


def test_an_encrypted_file_is_refused(signer: DocumentSigner, files: Files, tmp_path: Path) -> None:
    locked = tmp_path / "locked.pdf"
    with pikepdf.open(files.plain) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(SigningRefusedError, match="must not be signed"):
        signer.sign_as_officer(locked, tmp_path / "out.pdf", at=NOW, item="locked.pdf")


@pytest.mark.parametrize("content", [b"", b"no PDF at all", b"%PDF-1.7\n%%EOF\n"])
def test_a_damaged_file_is_refused_and_leaves_nothing(
    content: bytes, signer: DocumentSigner, tmp_path: Path
) -> None:
    source = tmp_path / "bad.pdf"
    source.write_bytes(content)
    with pytest.raises(SigningRefusedError):
        signer.sign_as_officer(source, tmp_path / "out.pdf", at=NOW, item="bad.pdf")
    assert not (tmp_path / "out.pdf").exists()


def test_a_missing_file_is_named(signer: DocumentSigner, tmp_path: Path) -> None:
    with pytest.raises(InputNotFoundError, match=r"giấy\.pdf"):
        signer.sign_as_officer(tmp_path / "none", tmp_path / "out.pdf", at=NOW, item="giấy.pdf")


def test_a_file_is_never_signed_in_place(signer: DocumentSigner, files: Files, tmp_path: Path) -> None:
    copy = tmp_path / "copy.pdf"
    copy.write_bytes(files.plain.read_bytes())
    with pytest.raises(SigningError):
        signer.sign_as_officer(copy, copy, at=NOW, item="copy.pdf")
    assert copy.read_bytes() == files.plain.read_bytes()


def test_a_signed_file_gets_no_second_officer_and_no_second_seal(
    signer: DocumentSigner, files: Files, tmp_path: Path
) -> None:
    out = tmp_path / "out.pdf"
    with pytest.raises(SigningRefusedError):
        signer.sign_as_officer(files.signed, out, at=NOW, item="a.pdf")
    with pytest.raises(SigningRefusedError):
        signer.seal_as_organisation(files.sealed, out, at=NOW, item="a.pdf")
    assert not out.exists()


def test_a_file_signed_by_somebody_else_is_not_sealed(
    signer: DocumentSigner, files: Files, tmp_path: Path
) -> None:
    stranger = ensure_demo_pki(tmp_path / "stranger", now=NOW)
    theirs = tmp_path / "theirs.pdf"
    with DocumentSigner(setup_of(stranger)) as made:
        made.sign_as_officer(files.plain, theirs, at=NOW, item="a.pdf")
    with pytest.raises(SigningRefusedError, match="must not be signed"):
        signer.seal_as_organisation(theirs, tmp_path / "out.pdf", at=NOW, item="a.pdf")
    assert not (tmp_path / "out.pdf").exists()


def test_a_file_whose_first_signature_is_broken_is_not_sealed(
    signer: DocumentSigner, files: Files, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(attacks.byte_of_the_scan_flipped(files.signed.read_bytes()))
    with pytest.raises(SigningRefusedError, match="must not be signed"):
        signer.seal_as_organisation(broken, tmp_path / "out.pdf", at=NOW, item="a.pdf")
    assert not (tmp_path / "out.pdf").exists()


@pytest.mark.parametrize(
    "occupied", [PdfRect(20, 800, 90, 830), PdfRect(500, 790, 590, 841)], ids=["top left", "top right"]
)
def test_a_mark_gives_way_to_what_is_printed(
    occupied: PdfRect, signer: DocumentSigner, files: Files, tmp_path: Path
) -> None:
    out = tmp_path / "out.pdf"
    signer.sign_as_officer(files.plain, out, at=NOW, item="a.pdf", occupied=[occupied])
    signer.seal_as_organisation(out, tmp_path / "sealed.pdf", at=NOW, item="a.pdf", occupied=[occupied])
    places = places_of(out)
    assert set(places) == {"ChuKyCanBo", "ChuKyCoQuan"}
    assert not any(place.overlaps(occupied) for place in places.values())


def test_a_page_full_to_the_top_is_refused_and_leaves_nothing(
    signer: DocumentSigner, files: Files, tmp_path: Path
) -> None:
    full = [PdfRect(0, 600, 596, 842)]
    with pytest.raises(MarkCollisionError, match=r"a\.pdf"):
        signer.sign_as_officer(files.plain, tmp_path / "out.pdf", at=NOW, item="a.pdf", occupied=full)
    with pytest.raises(MarkCollisionError, match=r"a\.pdf"):
        signer.seal_as_organisation(files.plain, tmp_path / "out.pdf", at=NOW, item="a.pdf", occupied=full)
    assert not (tmp_path / "out.pdf").exists()


def test_a_seal_alone_does_not_mind_what_stands_top_left(
    signer: DocumentSigner, files: Files, tmp_path: Path
) -> None:
    occupied = [PdfRect(20, 800, 90, 830)]
    signer.seal_as_organisation(files.plain, tmp_path / "out.pdf", at=NOW, item="a.pdf", occupied=occupied)


def test_what_is_occupied_later_stops_the_seal(signer: DocumentSigner, files: Files, tmp_path: Path) -> None:
    occupied = [PdfRect(500, 790, 590, 841)]
    with pytest.raises(MarkCollisionError):
        signer.seal_as_organisation(
            files.signed, tmp_path / "out.pdf", at=NOW, item="a.pdf", occupied=occupied
        )


def test_production_refuses_demonstration_keys(pki: DemoPki) -> None:
    with pytest.raises(DemoKeyError):
        DocumentSigner(replace(setup_of(pki), production=True))


def test_a_level_with_time_needs_a_timestamp_authority(pki: DemoPki) -> None:
    with pytest.raises(SettingsError):
        DocumentSigner(replace(setup_of(pki), timestamps=None))


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        (datetime(2040, 1, 1, tzinfo=UTC), "hết hạn"),
        (datetime(2020, 1, 1, tzinfo=UTC), "chưa có hiệu lực"),
    ],
)
def test_a_key_out_of_its_time_is_refused_before_signing(
    moment: datetime, reason: str, tmp_path: Path
) -> None:
    made = ensure_demo_pki(tmp_path / "pki", now=NOW)
    with pytest.raises(KeyUnusableError) as caught:
        DocumentSigner(replace(setup_of(made), clock=lambda: moment))
    assert reason in caught.value.sentence()


def test_room_for_both_marks_is_less_than_eighteen_millimetres_on_a4(signer: DocumentSigner) -> None:
    assert 10 < signer.room_needed_mm() < 18
    assert signer.room_needed_mm(148.0) > signer.room_needed_mm()

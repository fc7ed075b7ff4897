"""Files that arrived signed: nothing but document timestamps is ever added to them."""

from __future__ import annotations

import asyncio
import io
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from dossier.errors import (
    InputNotFoundError,
    KeyUnusableError,
    SigningError,
    SigningRefusedError,
    TimestampUnavailableError,
)
from signing.born_signed import add_timestamp
from signing.cms_signer import CachedKeySigner
from signing.demo import DemoPki, ensure_demo_pki
from signing.local_tsa import LocalTimeStamper
from signing.signer import DocumentSigner
from signing.timestamps import HttpTimestampAuthority, LocalTimestampAuthority
from signing.trust import TrustStore
from signing.verify import verify_file
from tests.signing import attacks
from tests.signing.conftest import NOW, Files, clock
from tests.signing.pdfs import make_pdfa


@pytest.fixture
def authority(pki: DemoPki) -> LocalTimestampAuthority:
    return LocalTimestampAuthority(pki.timestamp_authority(), clock)


def signed_elsewhere(
    folder: Path,
    pki: DemoPki,
    *,
    lock: FieldMDPSpec | None = None,
    certify: MDPPerm | None = None,
    field: str = "ChuKyCoQuanBanHanh",
) -> Path:
    """A file as another program signs it: B-T, with or without a lock."""
    plain = make_pdfa(folder / "theirs-plain.pdf")
    meta = PdfSignatureMetadata(
        field_name=field,
        subfilter=SigSeedSubFilter.PADES,
        md_algorithm="sha256",
        certify=certify is not None,
        docmdp_permissions=certify or MDPPerm.FILL_FORMS,
    )
    signer = PdfSigner(
        meta,
        CachedKeySigner(pki.officer()),
        timestamper=LocalTimeStamper(pki.timestamp_authority(), clock=clock),
        new_field_spec=SigFieldSpec(field, field_mdp_spec=lock),
    )
    out = io.BytesIO()
    asyncio.run(signer.async_sign_pdf(IncrementalPdfFileWriter(io.BytesIO(plain.read_bytes())), output=out))
    path = folder / "theirs.pdf"
    path.write_bytes(out.getvalue())
    return path


def test_a_timestamp_is_added_behind_the_original_bytes_and_nothing_else(
    pki: DemoPki, trust: TrustStore, authority: LocalTimestampAuthority, tmp_path: Path
) -> None:
    theirs, out = signed_elsewhere(tmp_path, pki), tmp_path / "out.pdf"
    before = theirs.read_bytes()
    add_timestamp(theirs, out, timestamps=authority, trust=trust, at=NOW, item="kq.pdf")
    assert theirs.read_bytes() == before
    assert out.read_bytes().startswith(before)
    with pikepdf.open(theirs) as old, pikepdf.open(out) as new:
        assert "/DSS" not in new.Root
        assert new.Root.Metadata.read_raw_bytes() == old.Root.Metadata.read_raw_bytes()
        assert dict(new.docinfo) == dict(old.docinfo)
        assert [str(field.T) for field in new.Root.AcroForm.Fields] == ["ChuKyCoQuanBanHanh", "DauThoiGian"]
        assert new.Root.AcroForm.Fields[1].V.Type == "/DocTimeStamp"
        assert len(new.pages) == 1
        assert new.pages[0].Contents.read_bytes() == old.pages[0].Contents.read_bytes()
    report = verify_file(out, trust=trust, at=NOW)
    assert [(one.conclusion, one.modifications) for one in report.signatures] == [("passed", "allowed")]


def test_a_sealed_file_gets_one_timestamp_more_each_time(
    files: Files, trust: TrustStore, authority: LocalTimestampAuthority, tmp_path: Path
) -> None:
    first, second = tmp_path / "1.pdf", tmp_path / "2.pdf"
    add_timestamp(files.sealed, first, timestamps=authority, trust=trust, at=NOW, item="a.pdf")
    add_timestamp(first, second, timestamps=authority, trust=trust, at=NOW, item="a.pdf", digest="sha512")
    data = second.read_bytes()
    assert data.startswith(first.read_bytes())
    assert data.startswith(files.sealed.read_bytes())
    with pikepdf.open(second) as pdf:
        names = [str(field.T) for field in pdf.Root.AcroForm.Fields]
    assert names == ["ChuKyCanBo", "ChuKyCoQuan", "DauThoiGian", "DauThoiGian2", "DauThoiGian3"]
    assert verify_file(second, trust=trust, at=NOW).conclusion == "passed"


@pytest.mark.parametrize(
    "change", [attacks.byte_of_the_scan_flipped, attacks.page_contents_replaced, attacks.page_cropped]
)
def test_a_file_that_does_not_pass_is_left_alone(
    change: attacks.Attack,
    files: Files,
    trust: TrustStore,
    authority: LocalTimestampAuthority,
    tmp_path: Path,
) -> None:
    bad, out = tmp_path / "bad.pdf", tmp_path / "out.pdf"
    bad.write_bytes(change(files.sealed.read_bytes()))
    with pytest.raises(SigningRefusedError) as caught:
        add_timestamp(bad, out, timestamps=authority, trust=trust, at=NOW, item="kq.pdf")
    assert "chưa được xác nhận hợp lệ" in caught.value.sentence()
    assert not out.exists()


def test_a_file_without_signature_or_without_trusted_root_is_left_alone(
    files: Files, authority: LocalTimestampAuthority, trust: TrustStore, tmp_path: Path
) -> None:
    out = tmp_path / "out.pdf"
    nobody = TrustStore(tmp_path / "nobody")
    with pytest.raises(SigningRefusedError):
        add_timestamp(files.plain, out, timestamps=authority, trust=trust, at=NOW, item="kq.pdf")
    with pytest.raises(KeyUnusableError):
        add_timestamp(files.sealed, out, timestamps=authority, trust=nobody, at=NOW, item="kq.pdf")
    assert not out.exists()


def test_a_missing_file_is_named_and_none_is_stamped_in_place(
    files: Files, authority: LocalTimestampAuthority, trust: TrustStore, tmp_path: Path
) -> None:
    with pytest.raises(InputNotFoundError, match=r"kq\.pdf"):
        add_timestamp(
            tmp_path / "none", tmp_path / "o", timestamps=authority, trust=trust, at=NOW, item="kq.pdf"
        )
    copy = tmp_path / "copy.pdf"
    copy.write_bytes(files.sealed.read_bytes())
    with pytest.raises(SigningError):
        add_timestamp(copy, copy, timestamps=authority, trust=trust, at=NOW, item="kq.pdf")
    assert copy.read_bytes() == files.sealed.read_bytes()


def test_an_authority_that_does_not_answer_leaves_nothing(
    files: Files, pki: DemoPki, trust: TrustStore, tmp_path: Path
) -> None:
    out = tmp_path / "out.pdf"
    closed = HttpTimestampAuthority(url="http://127.0.0.1:9/tsa", chain=pki.timestamp_authority().chain)
    with pytest.raises(TimestampUnavailableError):
        add_timestamp(files.sealed, out, timestamps=closed, trust=trust, at=NOW, item="kq.pdf")
    assert not out.exists()


def test_an_authority_that_the_store_does_not_trust_is_not_asked(
    files: Files, trust: TrustStore, tmp_path: Path
) -> None:
    stranger = ensure_demo_pki(tmp_path / "stranger", now=NOW - timedelta(days=2))
    theirs = LocalTimestampAuthority(stranger.timestamp_authority(), clock)
    with pytest.raises(KeyUnusableError):
        add_timestamp(
            files.sealed, tmp_path / "out.pdf", timestamps=theirs, trust=trust, at=NOW, item="kq.pdf"
        )
    assert not (tmp_path / "out.pdf").exists()


@pytest.mark.parametrize(
    ("lock", "certify"),
    [
        (FieldMDPSpec(FieldMDPAction.ALL), None),
        (FieldMDPSpec(FieldMDPAction.EXCLUDE, ["KhongCo"]), None),
        (None, MDPPerm.NO_CHANGES),
        (None, MDPPerm.FILL_FORMS),
        (None, MDPPerm.ANNOTATE),
    ],
    ids=["all fields", "all but one", "P=1", "P=2", "P=3"],
)
def test_a_lock_stops_further_signatures_but_no_timestamp(
    *,
    lock: FieldMDPSpec | None,
    certify: MDPPerm | None,
    pki: DemoPki,
    signer: DocumentSigner,
    trust: TrustStore,
    authority: LocalTimestampAuthority,
    tmp_path: Path,
) -> None:
    locked = signed_elsewhere(tmp_path, pki, lock=lock, certify=certify, field="ChuKyCanBo")
    with pytest.raises(SigningRefusedError):
        signer.seal_as_organisation(locked, tmp_path / "sealed.pdf", at=NOW, item="a.pdf")
    add_timestamp(locked, tmp_path / "out.pdf", timestamps=authority, trust=trust, at=NOW, item="a.pdf")
    assert verify_file(tmp_path / "out.pdf", trust=trust, at=NOW).conclusion == "passed"


def test_a_lock_that_names_the_field_of_the_timestamp_stops_it(
    pki: DemoPki, trust: TrustStore, authority: LocalTimestampAuthority, tmp_path: Path
) -> None:
    locked = signed_elsewhere(tmp_path, pki, lock=FieldMDPSpec(FieldMDPAction.INCLUDE, ["DauThoiGian"]))
    with pytest.raises(SigningRefusedError) as caught:
        add_timestamp(locked, tmp_path / "out.pdf", timestamps=authority, trust=trust, at=NOW, item="a.pdf")
    assert "khóa" in caught.value.sentence()
    assert not (tmp_path / "out.pdf").exists()

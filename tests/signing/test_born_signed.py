"""Files that arrived signed: nothing but a document timestamp and the evidence it covers is ever added."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from dossier.errors import RenewalRefusedError, SigningRefusedError, TimestampUnavailableError
from signing.archive import ArchiveSetup, Archivist
from signing.cms_signer import CachedKeySigner
from signing.demo import DemoPki
from signing.local_tsa import LocalTimeStamper
from signing.policies import load_policies
from signing.signer import DocumentSigner
from signing.timestamps import HttpTimestampAuthority, LocalTimestampAuthority, TimestampSource
from signing.trust import TrustStore
from signing.verify import verify_file
from tests.signing import attacks
from tests.signing.conftest import NOW, Files, clock
from tests.signing.pdfs import make_pdfa


def archivist_with(timestamps: TimestampSource, *, pki: DemoPki, trust: TrustStore) -> Archivist:
    policies = load_policies()
    return Archivist(
        ArchiveSetup(
            timestamps=timestamps,
            revocation=pki,
            trust=trust,
            clock=clock,
            policy=lambda at: policies.on(at.date()),
        )
    )


@pytest.fixture
def archivist(pki: DemoPki, trust: TrustStore) -> Iterator[Archivist]:
    authority = LocalTimestampAuthority(pki.timestamp_authority(), clock)
    with archivist_with(authority, pki=pki, trust=trust) as made:
        yield made


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


def test_a_timestamp_and_its_evidence_are_added_behind_the_original_bytes_and_nothing_else(
    pki: DemoPki, trust: TrustStore, archivist: Archivist, tmp_path: Path
) -> None:
    theirs, out = signed_elsewhere(tmp_path, pki), tmp_path / "out.pdf"
    before = theirs.read_bytes()
    archivist.renew(theirs, out, item="kq.pdf")
    assert theirs.read_bytes() == before
    assert out.read_bytes().startswith(before)
    with pikepdf.open(theirs) as old, pikepdf.open(out) as new:
        assert set(new.Root.keys()) - set(old.Root.keys()) == {"/DSS"}
        assert new.Root.Metadata.read_raw_bytes() == old.Root.Metadata.read_raw_bytes()
        # Also within the second in which both were written.
        assert b"xmpmeta" not in out.read_bytes()[len(before) :]
        assert dict(new.docinfo) == dict(old.docinfo)
        assert [str(field.T) for field in new.Root.AcroForm.Fields] == ["ChuKyCoQuanBanHanh", "DauThoiGian1"]
        assert new.Root.AcroForm.Fields[1].V.Type == "/DocTimeStamp"
        assert len(new.pages) == 1
        assert new.pages[0].Contents.read_bytes() == old.pages[0].Contents.read_bytes()
    report = verify_file(out, trust=trust, at=NOW)
    assert [(one.conclusion, one.modifications) for one in report.signatures] == [("passed", "allowed")]


@pytest.mark.parametrize(
    "change", [attacks.byte_of_the_scan_flipped, attacks.page_contents_replaced, attacks.page_cropped]
)
def test_a_file_that_does_not_pass_is_left_alone(
    change: attacks.Attack, files: Files, archivist: Archivist, tmp_path: Path
) -> None:
    bad, out = tmp_path / "bad.pdf", tmp_path / "out.pdf"
    bad.write_bytes(change(files.sealed.read_bytes()))
    with pytest.raises(RenewalRefusedError) as caught:
        archivist.renew(bad, out, item="kq.pdf")
    assert "không còn kiểm tra được" in caught.value.sentence()
    assert not out.exists()


def test_an_authority_that_does_not_answer_leaves_nothing(
    files: Files, pki: DemoPki, trust: TrustStore, tmp_path: Path
) -> None:
    out = tmp_path / "out.pdf"
    closed = HttpTimestampAuthority(url="http://127.0.0.1:9/tsa", chain=pki.timestamp_authority().chain)
    with (
        archivist_with(closed, pki=pki, trust=trust) as archivist,
        pytest.raises(TimestampUnavailableError),
    ):
        archivist.renew(files.sealed, out, item="kq.pdf")
    assert not out.exists()


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
    archivist: Archivist,
    tmp_path: Path,
) -> None:
    locked = signed_elsewhere(tmp_path, pki, lock=lock, certify=certify, field="ChuKyCanBo")
    with pytest.raises(SigningRefusedError):
        signer.seal_as_organisation(locked, tmp_path / "sealed.pdf", at=NOW, item="a.pdf")
    archivist.renew(locked, tmp_path / "out.pdf", item="a.pdf")
    assert verify_file(tmp_path / "out.pdf", trust=trust, at=NOW).conclusion == "passed"


def test_a_lock_that_names_the_field_of_the_timestamp_stops_it(
    pki: DemoPki, archivist: Archivist, tmp_path: Path
) -> None:
    locked = signed_elsewhere(tmp_path, pki, lock=FieldMDPSpec(FieldMDPAction.INCLUDE, ["DauThoiGian1"]))
    with pytest.raises(RenewalRefusedError) as caught:
        archivist.renew(locked, tmp_path / "out.pdf", item="a.pdf")
    assert "khóa" in caught.value.sentence()
    assert not (tmp_path / "out.pdf").exists()

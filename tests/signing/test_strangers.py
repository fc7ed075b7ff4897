"""Honest files of other offices, signed with the library's own defaults, must pass."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfTimeStamper

from signing.levels import Level
from signing.report import Report, SignatureReport
from signing.trust import TrustStore
from signing.verify import verify_file
from tests.signing.attack_table import Desk
from tests.signing.offices import DAY, NOW, Holder, Office, crl_of, hold, ocsp_of


def judged(data: bytes, office: Office, folder: Path, *, crls: bool, later: int = 0) -> Report:
    path = folder / "file.pdf"
    path.write_bytes(data)
    return verify_file(path, trust=trust_of(office, folder, crls=crls), at=NOW + later * DAY)


def trust_of(office: Office, folder: Path, *, crls: bool) -> TrustStore:
    store = TrustStore(folder / ("with" if crls else "without"))
    store.add(office.root_pem)
    for crl in office.crls() if crls else ():
        store.add_crl(crl)
    return store


def only(report: Report) -> SignatureReport:
    (one,) = report.signatures
    return one


@pytest.mark.parametrize("key", ["ec", "rsa2048", "rsa2048 PSS"])
@pytest.mark.parametrize(
    ("level", "kept"), [("T", True), ("LT", False), ("LTA", False)], ids=["T", "LT-offline", "LTA-offline"]
)
def test_every_key_and_level_passes(key: str, level: str, kept: bool, desk: Desk, tmp_path: Path) -> None:
    office = Office(kind=key.removesuffix(" PSS"))
    signed = office.sign(desk.plain, level=level, pss=key.endswith("PSS"))
    report = judged(signed, office, tmp_path, crls=kept)
    assert report.conclusion == "passed", report.as_json()
    assert only(report).level == Level[f"B_{level}"]


@pytest.mark.parametrize("level", ["LT", "LTA"])
def test_answers_of_a_responder_serve_as_well_as_lists(level: str, desk: Desk, tmp_path: Path) -> None:
    office = desk.office
    responder = hold("Trả lời thu hồi MẪU", issuer=office.issuing, purpose="ocsp")
    answers = tuple(ocsp_of(one, office.issuing, responder=responder) for one in (office.signer, office.tsa))
    data = office.sign(desk.plain, level=level, ocsps=answers)
    assert judged(data, office, tmp_path, crls=False).conclusion == "passed"


@pytest.mark.parametrize("level", ["B", "T"])
def test_without_any_revocation_data_the_reason_says_that(level: str, desk: Desk, tmp_path: Path) -> None:
    report = judged(desk.office.sign(desk.plain, level=level), desk.office, tmp_path, crls=False)
    assert report.conclusion == "indeterminate"
    assert only(report).sub_indication == "TRY_LATER"


@pytest.mark.parametrize("first", ["T", "LTA"])
def test_two_signatures_pass(first: str, desk: Desk, tmp_path: Path) -> None:
    data = desk.office.sign(desk.office.sign(desk.plain, level=first), level="LTA", name="Sig2")
    report = judged(data, desk.office, tmp_path, crls=False)
    assert [one.conclusion for one in report.signatures] == ["passed", "passed"]


def test_of_two_signatures_one_broken_breaks_the_file(desk: Desk, tmp_path: Path) -> None:
    first = desk.office.sign(desk.plain)
    other = Office()
    data = other.sign(first, name="Sig2")
    report = judged(data, desk.office, tmp_path, crls=True)
    assert [one.conclusion for one in report.signatures] == ["passed", "indeterminate"]
    assert report.conclusion == "indeterminate"


@pytest.mark.parametrize("permission", list(MDPPerm))
@pytest.mark.parametrize("level", ["T", "LTA"])
def test_certifications_pass(permission: MDPPerm, level: str, desk: Desk, tmp_path: Path) -> None:
    data = desk.office.sign(desk.plain, level=level, certify=permission)
    assert judged(data, desk.office, tmp_path, crls=True).conclusion == "passed"


def test_a_certification_that_forbids_signatures_fails_once_there_is_one(desk: Desk, tmp_path: Path) -> None:
    certified = desk.office.sign(desk.plain, certify=MDPPerm.FILL_FORMS)
    report = judged(desk.office.sign(certified, name="Sig2"), desk.office, tmp_path, crls=True)
    assert report.conclusion == "passed"
    # The library refuses to sign against P=1, so the permission is read as 2 while the second one signs.
    strict = desk.office.sign(desk.plain, certify=MDPPerm.NO_CHANGES)
    position = strict.index(b"/P 1", strict.index(b"/TransformParams"))
    lenient = strict[:position] + b"/P 2" + strict[position + 4 :]
    twice = bytearray(desk.office.sign(lenient, name="Sig2"))
    twice[position : position + 4] = b"/P 1"
    report = judged(bytes(twice), desk.office, tmp_path, crls=True)
    assert report.signatures[0].sub_indication == "MODIFIED_AFTER_SIGNING"
    assert report.conclusion == "failed"


@pytest.mark.parametrize(
    "lock", [FieldMDPSpec(FieldMDPAction.ALL), FieldMDPSpec(FieldMDPAction.INCLUDE, fields=["X"])]
)
def test_locks_of_fields_pass(lock: FieldMDPSpec, desk: Desk, tmp_path: Path) -> None:
    spec = SigFieldSpec("Sig1", box=(50, 50, 250, 120), field_mdp_spec=lock)
    data = desk.office.sign(desk.plain, level="LTA", spec=spec)
    assert judged(data, desk.office, tmp_path, crls=False).conclusion == "passed"


def test_a_visible_mark_that_comes_later_is_noted(desk: Desk, tmp_path: Path) -> None:
    data = desk.office.sign(desk.signed, name="Sig2", spec=SigFieldSpec("Sig2", box=(300, 50, 500, 120)))
    report = judged(data, desk.office, tmp_path, crls=True)
    assert [one.conclusion for one in report.signatures] == ["passed", "passed"]
    assert "hình của chữ ký khác" in report.signatures[0].reasons[0]
    assert report.signatures[1].reasons == ()


def test_a_renewed_file_passes(desk: Desk, tmp_path: Path) -> None:
    office = desk.office
    target = io.BytesIO()
    stamper = PdfTimeStamper(office.stamper(NOW + DAY))
    reader = PdfFileReader(io.BytesIO(desk.archived))
    context = office.context(at=NOW + DAY)
    asyncio.run(stamper.async_update_archival_timestamp_chain(reader, context, in_place=False, output=target))
    report = judged(target.getvalue(), office, tmp_path, crls=False, later=1)
    assert report.conclusion == "passed", report.as_json()
    assert only(report).level == Level.B_LTA


@pytest.mark.parametrize("linearize", [True, False], ids=["linearized", "object-streams"])
def test_other_shapes_of_files_pass(linearize: bool, desk: Desk, tmp_path: Path) -> None:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(desk.plain)) as pdf:
        mode = pikepdf.ObjectStreamMode.disable if linearize else pikepdf.ObjectStreamMode.generate
        pdf.save(target, linearize=linearize, object_stream_mode=mode)
    data = desk.office.sign(desk.office.sign(target.getvalue()), level="LTA", name="Sig2")
    report = judged(data, desk.office, tmp_path, crls=False)
    assert report.conclusion == "passed", report.as_json()


@pytest.mark.parametrize("digest", ["sha384", "sha512"])
def test_longer_digests_pass(digest: str, desk: Desk, tmp_path: Path) -> None:
    data = desk.office.sign(desk.plain, level="LTA", md=digest)
    assert judged(data, desk.office, tmp_path, crls=False).conclusion == "passed"


def test_the_older_subfilter_passes(desk: Desk, tmp_path: Path) -> None:
    data = desk.office.sign(desk.plain, subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED)
    assert judged(data, desk.office, tmp_path, crls=True).conclusion == "passed"


def store_with_newer_list(office: Office, folder: Path, revoked: Holder) -> TrustStore:
    store = TrustStore(folder / "newer")
    store.add(office.root_pem)
    store.add_crl(crl_of(office.root))
    store.add_crl(crl_of(office.issuing, begin=NOW - DAY / 2, revoked=((revoked, NOW - 2 * DAY),)))
    return store


@pytest.mark.parametrize("level", ["T", "LT", "LTA"])
@pytest.mark.parametrize("who", ["signer", "tsa"])
def test_an_older_good_answer_in_the_file_does_not_outweigh_a_newer_list_here(
    level: str, who: str, desk: Desk, tmp_path: Path
) -> None:
    office = desk.office
    responder = hold("Trả lời thu hồi MẪU", issuer=office.issuing, purpose="ocsp")
    answers = tuple(
        ocsp_of(one, office.issuing, responder=responder, begin=NOW - 5 * DAY)
        for one in (office.signer, office.tsa)
    )
    path = tmp_path / "theft.pdf"
    path.write_bytes(office.sign(desk.plain, level=level, ocsps=answers))
    store = store_with_newer_list(office, tmp_path, office.signer if who == "signer" else office.tsa)
    report = verify_file(path, trust=store, at=NOW)
    assert report.conclusion == "indeterminate", report.as_json()


def test_a_revoked_authority_takes_its_signers_along(desk: Desk, tmp_path: Path) -> None:
    office = desk.office
    store = TrustStore(tmp_path / "trust")
    store.add(office.root_pem)
    store.add_crl(crl_of(office.root, revoked=((office.issuing, NOW - 2 * DAY),)))
    store.add_crl(crl_of(office.issuing))
    path = tmp_path / "below.pdf"
    path.write_bytes(desk.signed)
    assert verify_file(path, trust=store, at=NOW).conclusion == "indeterminate"


def test_a_timestamp_from_the_future_proves_nothing(desk: Desk, tmp_path: Path) -> None:
    data = desk.office.sign(desk.plain, at=NOW + 400 * DAY)
    report = judged(data, desk.office, tmp_path, crls=True)
    assert only(report).reasons == ("Dấu thời gian nằm sau thời điểm kiểm tra.",)


def test_a_timestamp_over_sha1_proves_nothing(desk: Desk, tmp_path: Path) -> None:
    data = desk.office.sign(desk.plain, stamper=desk.office.stamper(md="sha1"))
    report = judged(data, desk.office, tmp_path, crls=True)
    assert only(report).sub_indication == "CRYPTO_CONSTRAINTS_FAILURE"

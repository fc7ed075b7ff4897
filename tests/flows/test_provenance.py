"""A trusted signature makes a result only when it is that of the agency that the paper names."""

from __future__ import annotations

import pytest

from dossier.documents import Document
from dossier.fields import Field
from dossier.geometry import Box
from dossier.ids import DocumentId, ItemId
from flows.provenance import from_its_issuer
from signing.report import Report, SignatureReport


def paper(issuer: str, *, name: str = "issuer") -> Document:
    found = Field(name=name, value=issuer, printed=issuer, confidence=1.0, page=1, box=Box(0, 0, 1, 1))
    return Document(
        id=DocumentId("3f1c0a4e-0000-5000-8000-000000000002"),
        item=ItemId("3f1c0a4e-0000-5000-8000-000000000001"),
        pages=(1,),
        type="decision",
        type_confidence=0.9,
        fields=(found,) if issuer else (),
    )


def signed(*organisations: str, signer: str = "") -> Report:
    signatures = [
        SignatureReport(organisation=organisation, signer=signer, conclusion="passed")
        for organisation in organisations
    ]
    return Report(file="a.pdf", conclusion="passed", signatures=tuple(signatures))


def nobody(_: SignatureReport) -> bool:
    return False


AGENCY = "ỦY BAN NHÂN DÂN PHƯỜNG TÂN PHÚ"


@pytest.mark.parametrize(
    ("printed", "organisation"),
    [
        (AGENCY, "UBND phường Tân Phú"),
        (AGENCY, "ỦY BAN NHÂN DÂN PHƯỜNG TÂN PHÚ, THÀNH PHỐ HỒ CHÍ MINH"),
        ("UBND xã Long Hòa, tỉnh Mẫu Sơn", "Uỷ ban nhân dân xã Long Hoà"),
        ("BỘ CÔNG AN", "Bộ Công an"),
        ("", "Sở Tư pháp"),
    ],
)
def test_the_agency_that_the_paper_prints_may_be_written_in_other_ways(
    printed: str, organisation: str
) -> None:
    assert from_its_issuer(signed(organisation), paper(printed), is_own=nobody)


@pytest.mark.parametrize(
    "organisation",
    ["UBND phường Tân Thành", "UBND phường Tân Bình", "Công ty TNHH Chữ Ký Mẫu", "Sở Tư pháp"],
)
@pytest.mark.parametrize("name", ["issuer", "registered_at"])
def test_another_agency_is_not_the_issuer(name: str, organisation: str) -> None:
    assert not from_its_issuer(signed(organisation), paper(AGENCY, name=name), is_own=nobody)


def test_a_signer_may_name_the_agency_in_its_own_name() -> None:
    report = signed("Tổ chức Mẫu", signer="UBND phường Tân Phú")
    assert from_its_issuer(report, paper(AGENCY), is_own=nobody)


def test_every_signer_must_belong_to_an_organisation() -> None:
    assert not from_its_issuer(signed("UBND phường Tân Phú", " "), paper(AGENCY), is_own=nobody)
    assert not from_its_issuer(signed(), paper(AGENCY), is_own=nobody)


def test_what_we_signed_is_nobody_elses_result() -> None:
    report = signed("UBND phường Tân Phú")
    assert not from_its_issuer(report, paper(AGENCY), is_own=report.signatures.__contains__)

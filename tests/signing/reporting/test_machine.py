from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import fields, replace
from pathlib import Path

import pytest
from lxml import etree

from signing.details import RevocationDetails, SignatureDetails
from signing.report import Report
from signing.reporting.etsi import etsi_report
from signing.reporting.machine import SCHEMA, VERSION, json_report
from signing.trust import TrustStore
from signing.verify import verify_file
from tests.signing.conftest import NOW, Files
from tests.signing.reporting.builders import AT, evidence, report, signature
from tests.signing.reporting.schemas import schema
from tests.signing.reporting.test_html import HOSTILE

SPACES = {"vr": "http://uri.etsi.org/19102/v1.2.1#", "ds": "http://www.w3.org/2000/09/xmldsig#"}


def parsed(made: Report) -> etree._Element:
    return etree.fromstring(etsi_report(made).encode("utf-8"))


def values(tree: etree._Element, path: str) -> list[str]:
    return [str(one.text) for one in tree.iterfind(path, SPACES)]


def cases(files: Files, trust: TrustStore) -> list[Report]:
    sealed = verify_file(files.sealed, trust=trust, at=NOW)
    broken = signature("failed", "MODIFIED_AFTER_SIGNING")
    assert broken.details is not None
    revoked = replace(broken.details, revocation=RevocationDetails(source="CRL", issued=AT, revoked_at=AT))
    return [
        sealed,
        verify_file(files.signed, trust=trust, at=NOW),
        verify_file(files.plain, trust=trust, at=NOW),
        report([broken, replace(broken, details=revoked), replace(broken, details=None)]),
        report([replace(broken, details=SignatureDetails())]),
        report([replace(broken, details=replace(broken.details, objects=(evidence(content=b""),)))]),
        replace(report([signature()]), policy="<p>\x01", policy_version="2"),
        *(report([signature(name=name, organisation=name)], file=name or "a") for name in HOSTILE),
    ]


def test_every_report_is_valid_against_the_schema_of_the_standard(
    files: Files, trust: TrustStore, tmp_path: Path
) -> None:
    standard = schema(tmp_path)
    if standard is None:
        pytest.skip("the schema of ETSI TS 119 102-2 is not at hand: see tests/signing/reporting/schemas.py")
    for made in cases(files, trust):
        standard.assertValid(parsed(made))


def test_an_object_too_large_to_hold_is_named_by_its_digest() -> None:
    made = signature()
    assert made.details is not None
    large = replace(made.details.objects[0], content="")
    details = replace(made.details, objects=(large, *made.details.objects[1:]))
    tree = parsed(report([replace(made, details=details)]))
    told = values(tree, f".//vr:ValidationObject[@id='{large.identifier}']//ds:DigestValue")
    assert [base64.b64decode(one).hex() for one in told] == [large.sha256]


def test_the_schema_refuses_what_is_not_in_the_standard(tmp_path: Path) -> None:
    standard = schema(tmp_path)
    if standard is None:
        pytest.skip("the schema of ETSI TS 119 102-2 is not at hand: see tests/signing/reporting/schemas.py")
    tree = parsed(report([signature()]))
    tree.append(etree.SubElement(tree, "{http://uri.etsi.org/19102/v1.2.1#}Verdict"))
    assert not standard.validate(tree)


def test_the_xml_tells_our_own_verdict(files: Files, trust: TrustStore) -> None:
    tree = parsed(verify_file(files.sealed, trust=trust, at=NOW))
    status = "vr:SignatureValidationReport/vr:SignatureValidationStatus/vr:MainIndication"
    assert values(tree, status) == ["urn:etsi:019102:mainindication:total-passed"] * 2
    process = ".//vr:SignatureValidationProcessID"
    assert values(tree, process) == ["urn:etsi:019102:validationprocess:LTA"] * 2
    times = ".//vr:ValidationTimeInfo/vr:BestSignatureTime/vr:POETime"
    assert values(tree, times) == ["2026-11-21T03:57:37Z"] * 2


def test_a_finding_of_ours_stands_behind_that_of_the_standard() -> None:
    tree = parsed(report([signature("failed", "MODIFIED_AFTER_SIGNING")]))
    assert values(tree, ".//vr:SignatureValidationStatus/vr:MainIndication")[0].endswith(":total-failed")
    assert values(tree, ".//vr:SignatureValidationStatus/vr:SubIndication") == [
        "urn:etsi:019102:subindication:FORMAT_FAILURE",
        "urn:x-motlan:subindication:MODIFIED_AFTER_SIGNING",
    ]


def test_every_check_of_ours_is_a_constraint(files: Files, trust: TrustStore) -> None:
    made = verify_file(files.signed, trust=trust, at=NOW)
    (details,) = [one.details for one in made.signatures]
    assert details is not None
    told = values(parsed(made), ".//vr:ValidationConstraintIdentifier")
    assert told == [f"urn:x-motlan:constraint:{check.code}" for check in details.checks]
    statuses = values(parsed(made), ".//vr:ConstraintStatus/vr:Status")
    assert statuses.count("urn:etsi:019102:constraintStatus:disabled") == 1


def test_every_reference_leads_to_an_object_that_is_what_it_says(files: Files, trust: TrustStore) -> None:
    tree = parsed(verify_file(files.sealed, trust=trust, at=NOW))
    objects = {str(one.get("id")): one for one in tree.iterfind(".//vr:ValidationObject", SPACES)}
    references = {name for one in tree.iter() for name in (one.get("VOReference") or "").split()}
    assert references == set(objects)
    for name, one in objects.items():
        content = one.findtext("vr:ValidationObjectRepresentation/vr:base64", namespaces=SPACES)
        assert name.endswith(hashlib.sha256(base64.b64decode(content or "")).hexdigest())


def test_a_file_without_signature_says_so_in_xml(files: Files, trust: TrustStore) -> None:
    tree = parsed(verify_file(files.plain, trust=trust, at=NOW))
    assert values(tree, ".//vr:MainIndication") == ["urn:x-motlan:mainindication:no-signature-found"]


def test_the_json_has_its_version_and_all_details(files: Files, trust: TrustStore) -> None:
    made = verify_file(files.sealed, trust=trust, at=NOW)
    form = json.loads(json_report(made))
    assert (form["schema"], form["version"]) == (SCHEMA, VERSION) == ("motlan-verification-report", 1)
    assert form["conclusion"] == "passed"
    assert form["details"]["sha256"] == hashlib.sha256(files.sealed.read_bytes()).hexdigest()
    first = form["signatures"][0]
    assert first["why"]["en"].startswith("The signature is intact")
    assert set(first["details"]) == {one.name for one in fields(SignatureDetails)}
    for one in first["details"]["objects"]:
        assert hashlib.sha256(base64.b64decode(one["content"])).hexdigest() == one["sha256"]


def test_the_json_of_hostile_names_gives_them_back_unchanged() -> None:
    for name in HOSTILE:
        form = json.loads(json_report(report([signature(name=name)])))
        assert form["signatures"][0]["signer"] == name


def test_reasons_come_in_both_languages() -> None:
    form = json.loads(json_report(report([signature("indeterminate", "TRY_LATER")])))
    (told,) = form["signatures"]
    assert told["notes"]["vi"] == [told["why"]["vi"]]
    assert told["notes"]["en"] == [told["why"]["en"]]
    assert "revocation list" in told["todo"]["en"]

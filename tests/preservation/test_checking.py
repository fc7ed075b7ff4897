"""The checker against packages in which exactly one thing is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import IO

import pytest

from preservation.checking.checker import check_package
from preservation.checking.report import SENTENCES, Severity
from preservation.model import EAD, METS, PREMIS, REP_METS, REP_PREMIS
from rulebook.packages import PackageKind
from tests.preservation.packing import (
    CODE,
    PROFILE,
    REP,
    agreeing,
    check,
    codes,
    contents,
    document,
    head,
    make_zip,
    packed,
)

Files = dict[str, bytes]
PDF = f"{REP}data/{CODE}.0000002.pdf"
DOC = f"{REP}metadata/descriptive/EAD_doc_{CODE}.0000002.xml"
SCHEMA = "schemas/xlink.xsd"


def without(path: str) -> Callable[[Files], Files]:
    return lambda files: {name: content for name, content in files.items() if name != path}


def edited(path: str, old: bytes, new: bytes, *, count: int = 1) -> Callable[[Files], Files]:
    """The file with one thing changed, and METS files that agree with it."""

    def change(files: Files) -> Files:
        assert old in files[path], old
        changed = {**files, path: files[path].replace(old, new, count)}
        return changed if path == METS else agreeing(changed, path)

    return change


def raw(path: str, content: bytes) -> Callable[[Files], Files]:
    return lambda files: {**files, path: content}


FAULTS: list[tuple[str, Callable[[Files], Files], set[str]]] = [
    ("no METS", without(METS), {"package.missing"}),
    ("no METS of the representation", without(REP_METS), {"package.missing", "mets.absent"}),
    ("a missing document", without(PDF), {"mets.absent"}),
    ("a missing description", without(DOC), {"mets.absent"}),
    ("a missing schema", without(SCHEMA), {"mets.absent"}),
    ("a missing history", without(REP_PREMIS), {"mets.absent"}),
    ("a file nobody names", raw("metadata/other/notes.txt", b"x"), {"package.unlisted"}),
    ("a flipped byte", edited(PDF, b"%PDF-1.7", b"%PDF-1.8"), {"premis.checksum"}),
    ("a longer document", raw(PDF, b"%PDF-1.7 longer"), {"mets.size", "mets.checksum"}),
    ("a changed schema", raw(SCHEMA, b"<x/>"), {"mets.size", "mets.checksum"}),
    ("METS that is no XML", raw(METS, b"no XML"), {"xml.unreadable"}),
    ("METS with a document type", raw(METS, b'<!DOCTYPE mets [<!ENTITY a "b">]><mets/>'), {"xml.doctype"}),
    ("an unknown kind", edited(METS, b'PACKAGETYPE="AIP"', b'PACKAGETYPE="ABC"'), {"mets.attribute"}),
    ("two kinds", edited(REP_METS, b'PACKAGETYPE="AIP"', b'PACKAGETYPE="DIP"'), {"mets.attribute"}),
    ("no profile", edited(METS, b" PROFILE=", b" xlink:role="), {"mets.attribute"}),
    ("no creating software", edited(METS, b'OTHERTYPE="SOFTWARE"', b""), {"mets.attribute"}),
    ("no size", edited(METS, b' SIZE="', b' USE="'), {"xml.schema"}),
    ("no digest", edited(REP_METS, b" CHECKSUM=", b" ADMID="), {"mets.attribute"}),
    ("MD5", edited(METS, b'CHECKSUMTYPE="SHA-256"', b'CHECKSUMTYPE="MD5"'), {"mets.checksum_type"}),
    ("a path out of the package", edited(METS, b'href="schemas/xlink', b'href="../xlink'), {"mets.href"}),
    ("a path on the network", edited(METS, b'href="schemas/xlink', b'href="https://x/xlink'), {"mets.href"}),
    ("a wrong label", edited(METS, b'LABEL="CSIP"', b'LABEL="OTHER"'), set()),
    ("no division of metadata", edited(METS, b'LABEL="Metadata"', b'LABEL="Other"'), {"mets.section"}),
    ("no pointer to the representation", edited(METS, b"<mptr", b"<fptr"), {"xml.schema"}),
    ("a wrong structure", edited(METS, b'TYPE="PHYSICAL"', b'TYPE="LOGICAL"'), {"mets.attribute"}),
    ("an empty required field", edited(EAD, "Hồ sơ MẪU".encode(), b""), {"ead.missing"}),
    ("an unknown code", edited(EAD, b"<mode>02", b"<mode>09"), {"ead.value"}),
    ("a day that is none", edited(EAD, b"<startDate>02/11", b"<startDate>31/11"), {"ead.value"}),
    ("a day in another form", edited(EAD, b"<startDate>02/11/2026", b"<startDate>2026-11-02"), {"ead.value"}),
    ("a number that is none", edited(EAD, b"<numberOfPage>3", b"<numberOfPage>ba"), {"ead.value"}),
    (
        "a field too long",
        edited(EAD, b"<inforSign/>", b"<inforSign>" + b"x" * 31 + b"</inforSign>"),
        {"ead.value"},
    ),
    ("an unknown field", edited(EAD, b"<inforSign/>", b"<inforsign/>"), {"ead.unknown"}),
    ("a field twice", edited(EAD, b"<inforSign/>", b"<inforSign/><inforSign/>"), {"ead.twice"}),
    ("a wrong count", edited(EAD, b"<totalDoc>3", b"<totalDoc>4"), {"ead.count"}),
    ("another root", edited(EAD, b"simpledc", b"ead", count=2), {"ead.root"}),
    ("no paper code for digitised papers", edited(EAD, b"K1.2.3", b""), {"ead.missing"}),
    ("no state of the security copy", edited(EAD, b"<riskRecovery>0", b"<riskRecovery>1"), {"ead.missing"}),
    ("a document without a subject", edited(DOC, "Giấy tờ MẪU".encode(), b""), {"ead.missing"}),
    ("a document of an unknown type", edited(DOC, b"<typeName>32", b"<typeName>33"), {"ead.value"}),
    ("a description that is no XML", edited(DOC, b"</simpledc>", b""), {"xml.unreadable"}),
    ("another PREMIS", edited(PREMIS, b'version="3.0"', b'version="2.2"'), {"premis.version"}),
    ("no validation", edited(PREMIS, b">validation<", b">packing<"), {"premis.absent_event"}),
    ("an unknown event", edited(REP_PREMIS, b">ingestion<", b">blessing<"), {"premis.event"}),
    (
        "an event without a day",
        edited(PREMIS, b"T15:30:00.000+07:00</premis:eventDate", b"</premis:eventDate"),
        {"premis.value"},
    ),
    (
        "an unknown agent",
        edited(REP_PREMIS, b"IdentifierValue>9b1deb4d", b"IdentifierValue>8b1deb4d"),
        {"premis.value"},
    ),
    (
        "a digest of another kind",
        edited(REP_PREMIS, b">SHA-256</premis:message", b">MD5</premis:message"),
        {"premis.value"},
    ),
]


@pytest.mark.parametrize(
    ("change", "expected"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS]
)
def test_what_is_wrong_is_found_and_nothing_else(
    tmp_path: Path, change: Callable[[Files], Files], expected: set[str]
) -> None:
    changed = packed(change(contents(make_zip(tmp_path))), tmp_path / "changed.zip")
    found = check(changed)
    told = {finding.code for finding in found.findings}
    assert expected <= told
    assert found.valid is (told <= {"premis.event"})
    assert all(finding.code in SENTENCES for finding in found.findings)


def test_untouched_files_packed_again_are_valid(tmp_path: Path) -> None:
    assert codes(packed(contents(make_zip(tmp_path)), tmp_path / "again.zip")) == set()


def test_an_id_that_stands_twice_and_one_that_leads_nowhere_are_found(tmp_path: Path) -> None:
    files = contents(make_zip(tmp_path))
    ids = re.findall(rb' ID="(uuid-[^"]+)"', files[METS])
    doubled = {**files, METS: files[METS].replace(ids[1], ids[0])}
    assert {"mets.id_twice", "mets.id_unknown"} & codes(packed(doubled, tmp_path / "doubled.zip"))
    lost = {**files, METS: files[METS].replace(b'DMDID="uuid-', b'DMDID="uuid-0', 1)}
    assert "mets.id_unknown" in codes(packed(lost, tmp_path / "lost.zip"))


def test_descriptions_of_the_wrong_documents_are_found(tmp_path: Path) -> None:
    files = contents(make_zip(tmp_path))
    links = re.findall(rb'DMDID="(uuid-[^"]+)"', files[REP_METS])
    assert len(links) == 3
    crossed = files[REP_METS].replace(b'DMDID="%s"' % links[0], b'DMDID="%s"' % links[1])
    changed = agreeing({**files, REP_METS: crossed}, REP_METS)
    assert codes(packed(changed, tmp_path / "crossed.zip")) == {"mets.unlinked"}


def test_a_package_under_another_name_is_refused_as_a_file_and_noticed_as_a_folder(tmp_path: Path) -> None:
    files = contents(make_zip(tmp_path))
    renamed = check(packed(files, tmp_path / "renamed.zip", root="another"))
    assert [found.code for found in renamed.findings] == ["package.root"]
    assert not renamed.valid
    folder = tmp_path / "another"
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    noticed = check(folder)
    assert [(found.code, found.severity) for found in noticed.findings] == [
        ("package.root", Severity.WARNING)
    ]
    assert noticed.valid


def test_a_sip_with_preservation_metadata_is_noticed(tmp_path: Path) -> None:
    files = contents(make_zip(tmp_path))
    sip = {path: files[path].replace(b'PACKAGETYPE="AIP"', b'PACKAGETYPE="SIP"') for path in (METS, REP_METS)}
    assert "package.unexpected" in codes(packed(agreeing({**files, **sip}, REP_METS), tmp_path / "sip.zip"))


@pytest.mark.parametrize(
    ("conclusion", "code", "valid"),
    [
        ("passed", "", True),
        ("failed", "signature.failed", False),
        ("unsigned", "signature.unsigned", False),
        ("unreadable", "signature.unreadable", False),
        ("indeterminate", "signature.indeterminate", True),
    ],
)
def test_signatures_are_judged_when_asked(tmp_path: Path, conclusion: str, code: str, valid: bool) -> None:
    seen: list[bytes] = []

    def verify(stream: IO[bytes]) -> str:
        seen.append(stream.read())
        return conclusion

    report = check_package(make_zip(tmp_path), profile=PROFILE, verify=verify)
    assert len(seen) == 3
    assert seen[0].startswith(b"%PDF")
    assert {found.code for found in report.findings} == ({code} if code else set())
    assert report.valid is valid


def test_a_born_digital_document_must_say_whether_its_handling_is_attached(tmp_path: Path) -> None:
    paper = document(1)
    born = replace(paper, values={**paper.values, "confidenceLevel": "01", "process": ""})
    report = check(make_zip(tmp_path, head(count=1), [born]))
    assert [(found.code, found.detail.split(":")[0]) for found in report.findings] == [
        ("ead.missing", "process")
    ]


def test_no_content_of_a_field_stands_in_a_report(tmp_path: Path) -> None:
    private = "NGUYỄN VĂN MẪU 001185000017"
    report = check(
        make_zip(tmp_path, head(PackageKind.AIP, mode=private, startDate=private, unheard=private))
    )
    assert not report.valid
    assert private not in str(report.as_json())


def test_a_package_with_endless_faults_is_counted_and_not_kept_whole(tmp_path: Path) -> None:
    files = contents(make_zip(tmp_path)) | {f"more/{order}.txt": b"" for order in range(1500)}
    report = check(packed(files, tmp_path / "many.zip"))
    assert report.errors == 1500
    assert len(report.findings) == 1000

"""Packages as they are built: what stands where, and that nothing else does."""

from __future__ import annotations

import hashlib
import io
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from dossier.errors import ObjectDamagedError, ObjectMissingError
from preservation.ead import ead, ead_schema
from preservation.model import objid
from preservation.writing.folder import FolderWriter
from preservation.writing.tar import TarWriter
from preservation.writing.zip64 import ZipWriter
from rulebook.packages import Level, PackageKind
from tests.preservation.packing import (
    AT,
    HREF,
    PROFILE,
    REP,
    UUID,
    bytes_of,
    check,
    contents,
    document,
    event,
    head,
    make_zip,
    spool,
    write,
)

_PREMIS = {"p": "http://www.loc.gov/premis/v3"}
_METS = {"m": "http://www.loc.gov/METS/"}


def test_an_aip_has_the_files_of_the_annex_and_no_other(tmp_path: Path) -> None:
    names = [f"H26.5.12-261102-0001.{order:07d}" for order in (1, 2, 3)]
    assert set(contents(make_zip(tmp_path))) == {
        "METS.xml",
        "metadata/descriptive/EAD.xml",
        "metadata/preservation/PREMIS.xml",
        f"{REP}METS.xml",
        f"{REP}metadata/preservation/PREMIS_rep1.xml",
        *(f"{REP}metadata/descriptive/EAD_doc_{name}.xml" for name in names),
        *(f"{REP}data/{name}.pdf" for name in names),
        *(f"schemas/{name}.xsd" for name in ("DILCISExtensionMETS", "ead", "ead_doc", "mets1_12", "xlink")),
        "documentation/doc-goi-tin.txt",
    }


@pytest.mark.parametrize("kind", [PackageKind.SIP, PackageKind.DIP])
def test_only_an_aip_carries_preservation_metadata(tmp_path: Path, kind: PackageKind) -> None:
    found = contents(make_zip(tmp_path, head(kind)))
    assert not any("PREMIS" in name for name in found)
    sections = etree.fromstring(found["METS.xml"]).findall("m:amdSec", _METS)
    assert [len(section) for section in sections] == [0]


@pytest.mark.parametrize("kind", list(PackageKind))
def test_what_is_built_passes_the_check_without_a_word(tmp_path: Path, kind: PackageKind) -> None:
    report = check(make_zip(tmp_path, head(kind)))
    assert report.findings == ()
    assert (report.kind, report.objid, report.documents) == (kind.value.upper(), objid(kind, UUID), 3)


def test_the_same_input_gives_the_same_bytes_and_another_moment_gives_others(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
    one, two = make_zip(tmp_path / "a"), make_zip(tmp_path / "b")
    three = make_zip(tmp_path / "c", replace(head(), made_at=AT.replace(hour=9)))
    assert one.read_bytes() == two.read_bytes()
    assert one.read_bytes() != three.read_bytes()


def test_folder_tar_and_zip_hold_the_same_files(tmp_path: Path) -> None:
    about, papers = head(), [document(order) for order in (1, 2, 3)]
    zipped = contents(make_zip(tmp_path))
    folder = tmp_path / about.folder
    folder.mkdir()
    write(FolderWriter(folder), about, papers, events=[event(1)])
    assert {path: (folder / path).read_bytes() for path in zipped} == zipped
    assert check(folder).findings == ()

    tar = tmp_path / "package.tar"
    with tar.open("wb") as target:
        write(TarWriter(target, prefix=about.folder, at=AT), about, papers, events=[event(1)])
    with tarfile.open(tar) as archive:
        found = {
            member.name.partition("/")[2]: stream.read()
            for member in archive
            if (stream := archive.extractfile(member)) is not None
        }
    assert found == zipped
    assert check(tar).findings == ()


@pytest.mark.parametrize("wrong", [b"x" * len(bytes_of(1)), bytes_of(1)[:-1], bytes_of(1) + b"x"])
def test_an_object_with_other_bytes_stops_the_package(wrong: bytes) -> None:
    paper = document(1)
    with io.BytesIO() as target, spool() as directory:
        writer = ZipWriter(target, directory=directory, prefix="x", at=AT)
        with pytest.raises(ObjectDamagedError):
            write(writer, head(count=1), [paper], held={paper.sha256: wrong})


def test_an_object_that_is_not_there_stops_the_package() -> None:
    with io.BytesIO() as target, spool() as directory:
        writer = ZipWriter(target, directory=directory, prefix="x", at=AT)
        with pytest.raises(ObjectMissingError):
            write(writer, head(count=1), [document(1)], held={})


def test_every_file_but_the_root_mets_is_named_with_its_digest_and_size(tmp_path: Path) -> None:
    found = contents(make_zip(tmp_path))
    named = {}
    for folder in ("", REP):
        for element in etree.fromstring(found[f"{folder}METS.xml"]).iter("{*}mdRef", "{*}FLocat"):
            about = element if element.get("CHECKSUM") else element.getparent()
            named[folder + element.get(HREF)] = (about.get("CHECKSUM"), about.get("SIZE"))
    assert named == {
        path: (hashlib.sha256(content).hexdigest(), str(len(content)))
        for path, content in found.items()
        if path != "METS.xml"
    }


def test_premis_tells_every_event_once_and_every_file_points_to_the_check_of_its_digest(
    tmp_path: Path,
) -> None:
    package = make_zip(tmp_path, events=[event(1), event(2, "migration")])
    root = etree.fromstring(contents(package)[f"{REP}metadata/preservation/PREMIS_rep1.xml"])
    types = [found.text for found in root.findall("p:event/p:eventType", _PREMIS)]
    assert types == ["fixity check", *["digital signature validation"] * 3, "ingestion", "migration"]
    fixity = root.findtext("p:event/p:eventIdentifier/p:eventIdentifierValue", "", _PREMIS)
    pointers = root.findall("p:object/p:linkingEventIdentifier/p:linkingEventIdentifierValue", _PREMIS)
    assert [pointer.text for pointer in pointers] == [fixity] * 3


def test_an_aip_names_the_sip_it_was_made_from(tmp_path: Path) -> None:
    about = replace(head(), source="uuid-SIP")
    root = etree.fromstring(contents(make_zip(tmp_path, about))["metadata/preservation/PREMIS.xml"])
    made = root.find("p:event[p:eventType='information package creation']", _PREMIS)
    assert made is not None
    linked = {
        found.findtext("p:linkingObjectRole", "", _PREMIS): found.findtext(
            "p:linkingObjectIdentifierValue", "", _PREMIS
        )
        for found in made.findall("p:linkingObjectIdentifier", _PREMIS)
    }
    assert linked == {"source": "uuid-SIP", "outcome": about.objid}


_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff\r"), max_size=60)


@given(values=st.dictionaries(st.sampled_from(["title", "keyword", "description", "inforSign"]), _TEXT))
def test_any_text_in_a_field_makes_a_file_that_is_read_back(values: dict[str, str]) -> None:
    rules = PROFILE.rules(Level.DOSSIER, PackageKind.AIP)
    root = etree.fromstring(ead(rules, values, kind=PackageKind.AIP))
    assert [found.tag for found in root] == [rule.name_in(PackageKind.AIP) for rule in rules]
    for name, value in values.items():
        kept = "".join(mark if mark in "\t\n" or mark >= " " else " " for mark in value)
        assert (root.findtext(name) or "") == kept


@pytest.mark.parametrize("kind", list(PackageKind))
@pytest.mark.parametrize("level", list(Level))
def test_the_schema_of_a_table_accepts_its_files_and_refuses_others(kind: PackageKind, level: Level) -> None:
    rules = PROFILE.rules(level, kind)
    schema = etree.XMLSchema(etree.fromstring(ead_schema(rules, kind=kind, version=PROFILE.version)))
    file = etree.fromstring(ead(rules, {}, kind=kind))
    assert schema.validate(file), schema.error_log
    etree.SubElement(file, "another").text = "x"
    assert not schema.validate(file)

"""Packages made of what is held: values, order, history, and what stops them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from dossier.access import Access, Purpose
from dossier.documents import DocumentState
from dossier.errors import (
    ArgumentError,
    ObjectDamagedError,
    ObjectMissingError,
    OutputError,
    PackageEmptyError,
    PackageFieldsError,
    PackageWaitingError,
    RecordMissingError,
    StoreFullError,
)
from dossier.events import EventKind
from dossier.trust import Trust
from flows.package_check import check_file
from flows.package_selection import select
from flows.package_target import Form
from flows.package_values import Given
from flows.packages import PackageMade, PackageOrder, made_packages, make_package
from rulebook.packages import PackageKind
from tests.flows.filing import DOSSIER, GIVEN, REQUEST, file_dossier
from wiring.services import Services
from wiring.settings import read_settings

ACCESS = Access("luu-tru-mau", Purpose.ARCHIVE)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """A store without documents."""
    with Services(read_settings({"MOTLAN_DATA": str(tmp_path / "data")})) as opened:
        opened.create()
        yield opened


def make(
    services: Services,
    output: Path,
    kind: PackageKind = PackageKind.AIP,
    *,
    form: Form = Form.ZIP,
    values: dict[str, str] | None = None,
    **selection: object,
) -> PackageMade:
    chosen = select(services.store.records, **(selection or {"dossier": DOSSIER}))  # type: ignore[arg-type]
    given = Given(values=GIVEN if values is None else values)
    order = PackageOrder(kind=kind, selection=chosen, given=given, output=output, form=form)
    return make_package(services, order, access=ACCESS)


def read(package: Path, ending: str) -> etree._Element:
    """The only file of the package with this ending."""
    with zipfile.ZipFile(package) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(ending))
        return etree.fromstring(archive.read(name))


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize("kind", list(PackageKind))
def test_a_dossier_becomes_a_valid_package_of_every_kind_and_form(
    services: Services, tmp_path: Path, kind: PackageKind, form: Form
) -> None:
    file_dossier(services, tmp_path)
    made = make(services, tmp_path, kind, form=form, values={**GIVEN, **(REQUEST if kind == "dip" else {})})
    report = check_file(services, made.path, signatures=False)
    assert report.findings == ()
    assert (report.documents, report.objid, made.built.documents) == (3, made.objid, 3)
    assert not list(tmp_path.glob(".*"))


def test_fields_come_from_the_records_and_from_what_was_given(services: Services, tmp_path: Path) -> None:
    file_dossier(services, tmp_path)
    made = make(services, tmp_path / "a.zip")
    values = {str(field.tag): field.text for field in read(made.path, "descriptive/EAD.xml")}
    assert values["arcFileCode"] == f"LT.H26.{DOSSIER}"
    assert values["title"] == f"Hồ sơ {DOSSIER}: Đăng ký khai sinh"
    assert (values["startDate"], values["endDate"]) == ("02/11/2026", "02/11/2026")
    assert (values["totalDoc"], values["numberOfPage"], values["confidenceLevel"]) == ("3", "3", "02")
    paper = {str(field.tag): field.text for field in read(made.path, "0000002.xml")}
    assert (paper["typeName"], paper["codeNumber"], paper["codeNotation"]) == ("02", "12", "QĐ-UBND")
    assert (paper["issuedDate"], paper["subject"]) == ("01/10/2026", "Về việc MẪU")
    assert paper["arcDocCode"] == f"LT.H26.{DOSSIER}.0000002"
    other = {str(field.tag): field.text for field in read(made.path, "0000003.xml")}
    # A certificate's summary would be made of names: its type says what it is.
    assert (other["typeName"], other["subject"]) == (
        "32",
        services.papers.spec("marriage_certificate").label_vi,
    )


def test_everything_that_is_missing_is_told_at_once_and_nothing_is_written(
    services: Services, tmp_path: Path
) -> None:
    file_dossier(services, tmp_path)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(PackageFieldsError) as told:
        make(services, tmp_path / "a.zip", values={})
    for name in ("archiveCode", "maintenance", "paperFileCode"):
        assert name in told.value.message()
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    "wrong", [{"maintenance": "99"}, {"startDate": "2026-11-02"}, {"inforSign": "x" * 31}, {"totalDoc": "ba"}]
)
def test_a_given_value_that_cannot_stand_in_its_field_is_told(
    services: Services, tmp_path: Path, wrong: dict[str, str]
) -> None:
    file_dossier(services, tmp_path)
    with pytest.raises(PackageFieldsError) as told:
        make(services, tmp_path / "a.zip", values={**GIVEN, **wrong})
    assert next(iter(wrong)) in told.value.message()


@pytest.mark.parametrize("wrong", [{"maintainance": "05"}, {"archiveCode": "../LT"}, {"fileCode": "a b"}])
def test_a_field_nobody_knows_or_a_code_that_is_none_is_refused(
    services: Services, tmp_path: Path, wrong: dict[str, str]
) -> None:
    file_dossier(services, tmp_path)
    with pytest.raises(ArgumentError):
        make(services, tmp_path / "a.zip", values={**GIVEN, **wrong})


def test_born_digital_and_digitised_papers_together_are_mixed(services: Services, tmp_path: Path) -> None:
    file_dossier(services, tmp_path, count=2)
    _, (late,) = file_dossier(services, tmp_path, count=1, dossier="H26.5.12-261102-0002", trust=Trust.T2)
    ids = [*select(services.store.records, dossier=DOSSIER).documents, late.id]
    values = {**GIVEN, "fileCode": "G09.2026.01", "title": "Lô MẪU", "source": "1"}
    made = make(services, tmp_path / "a.zip", values=values, documents=ids)
    assert read(made.path, "0000003.xml").findtext("confidenceLevel") == "01"
    assert read(made.path, "0000001.xml").findtext("confidenceLevel") == "02"
    assert read(made.path, "descriptive/EAD.xml").findtext("source") == "1"


def test_documents_of_other_dossiers_stay_out(services: Services, tmp_path: Path) -> None:
    batch, papers = file_dossier(services, tmp_path)
    file_dossier(services, tmp_path, dossier="H26.5.12-261102-0002")
    own = tuple(paper.id for paper in papers)
    assert select(services.store.records, dossier=DOSSIER).documents == own
    assert select(services.store.records, batch=batch).documents == own


def test_history_is_that_of_these_documents_and_names_no_account(services: Services, tmp_path: Path) -> None:
    file_dossier(services, tmp_path, count=2)
    file_dossier(services, tmp_path, dossier="H26.5.12-261102-0002")
    root = read(make(services, tmp_path / "a.zip").path, "PREMIS_rep1.xml")
    types = [str(found.text) for found in root.iter("{*}eventType")]
    assert types.count("migration") == types.count("accession") == 2
    assert types.count("ingestion") == 1
    assert b"quay-mau" not in etree.tostring(root)


def test_an_aip_points_to_the_sip_of_the_same_documents(services: Services, tmp_path: Path) -> None:
    file_dossier(services, tmp_path)
    sip = make(services, tmp_path / "s.zip", PackageKind.SIP)
    aip = make(services, tmp_path / "a.zip")
    sources = [
        found.text
        for found in read(aip.path, "preservation/PREMIS.xml").iter("{*}linkingObjectIdentifierValue")
    ]
    assert sip.objid in sources


def test_the_journal_knows_every_package_and_whose_papers_left(services: Services, tmp_path: Path) -> None:
    file_dossier(services, tmp_path)
    made = make(services, tmp_path / "a.zip")
    (listed,) = made_packages(services)
    assert (listed["objid"], listed["sha256"], listed["documents"]) == (made.objid, made.sha256, 3)
    assert services.store.records.check_journal().entries > 0


def test_what_cannot_be_packed_is_told_apart(services: Services, tmp_path: Path) -> None:
    with pytest.raises(PackageEmptyError):
        make(services, tmp_path / "a.zip", dossier=DOSSIER)
    with pytest.raises(RecordMissingError):
        make(services, tmp_path / "a.zip", documents=["no id"])
    with pytest.raises(ArgumentError):
        make(services, tmp_path / "a.zip", dossier=DOSSIER, batch="b")
    file_dossier(services, tmp_path, state=DocumentState.WAITING)
    with pytest.raises(PackageWaitingError) as told:
        make(services, tmp_path / "a.zip", dossier=DOSSIER)
    assert "3" in told.value.message()


def test_a_missing_or_damaged_object_stops_the_package_and_leaves_nothing(
    services: Services, tmp_path: Path
) -> None:
    _, papers = file_dossier(services, tmp_path)
    (place,) = services.settings.data.rglob(str(papers[1].object_sha256))
    content = place.read_bytes()
    place.chmod(0o600)
    place.write_bytes(content[:-1] + b"x")
    with pytest.raises(ObjectDamagedError):
        make(services, tmp_path / "a.zip")
    place.unlink()
    with pytest.raises(ObjectMissingError):
        make(services, tmp_path / "a.zip")
    assert not (tmp_path / "a.zip").exists()
    assert not list(tmp_path.glob(".*"))
    assert list(made_packages(services)) == []


def test_nothing_that_is_there_is_replaced_and_no_folder_is_invented(
    services: Services, tmp_path: Path
) -> None:
    file_dossier(services, tmp_path)
    (tmp_path / "a.zip").write_bytes(b"mine")
    with pytest.raises(ArgumentError):
        make(services, tmp_path / "a.zip")
    assert (tmp_path / "a.zip").read_bytes() == b"mine"
    with pytest.raises(OutputError):
        make(services, tmp_path / "no" / "folder" / "a.zip")


def test_a_full_disk_is_told_and_leaves_nothing(services: Services, tmp_path: Path) -> None:
    file_dossier(services, tmp_path)
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("KHÔNG CHẠY: cần quyền gắn hệ thống tệp (mount) để thử ổ đĩa đầy")
    try:
        with pytest.raises(StoreFullError):
            make(services, place / "a.zip")
        assert list(place.iterdir()) == []
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


_KILLED = """
import os, signal, sys
from pathlib import Path
import preservation.building as building
from tests.flows.test_packages import make
from wiring.services import Services
from wiring.settings import read_settings

class Killer(building._Building):
    def _add(self, path, size, pieces):
        super()._add(path, size, pieces)
        if self._files == int(sys.argv[3]):
            os.kill(os.getpid(), signal.SIGKILL)

building._Building = Killer
with Services(read_settings({"MOTLAN_DATA": sys.argv[1]})) as services:
    make(services, Path(sys.argv[2]))
"""


@pytest.mark.parametrize("files", [1, 6, 17])
def test_a_run_killed_at_any_file_leaves_no_package_and_the_next_one_makes_it(
    services: Services, tmp_path: Path, files: int
) -> None:
    file_dossier(services, tmp_path)
    place = tmp_path / "a.zip"
    arguments = [sys.executable, "-c", _KILLED, str(services.settings.data), str(place), str(files)]
    done = subprocess.run(
        arguments, check=False, capture_output=True, env={**os.environ, "PYTHONPATH": str(Path.cwd())}
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert not place.exists()
    assert [path.name for path in tmp_path.glob(".*")] == [".a.zip.motlan-draft"]
    assert check_file(services, make(services, place).path, signatures=False).valid
    assert not list(tmp_path.glob(".*"))


def test_reads_are_journalled_under_the_purpose(services: Services, tmp_path: Path) -> None:
    file_dossier(services, tmp_path)
    make(services, tmp_path / "a.zip")
    made = [
        entry.event
        for entry in services.store.records.journal()
        if entry.event.kind is EventKind.PACKAGE_MADE
    ]
    assert [(event.actor, event.purpose, event.dossier) for event in made] == [
        ("luu-tru-mau", "luu_tru", DOSSIER)
    ]

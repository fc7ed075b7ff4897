"""Packages made to harm whoever opens them."""

from __future__ import annotations

import io
import os
import stat
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.errors import InputNotFoundError, PackageUnreadableError
from preservation.checking.checker import check_package
from preservation.checking.container import Limits
from preservation.checking.names import key, unsafe
from tests.preservation.packing import PROFILE, check, codes, contents, head, make_zip, packed

ROOT = head().folder


def test_nothing_and_no_package_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(InputNotFoundError):
        check(tmp_path / "nothing.zip")
    for name, content in (
        ("empty.zip", b""),
        ("text.zip", b"no package"),
        ("cut.zip", b"PK\x03\x04" + bytes(100)),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(PackageUnreadableError):
            check(tmp_path / name)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(PackageUnreadableError):
        check(tmp_path / "pipe")


@pytest.mark.parametrize(
    "name",
    [
        "../outside.txt",
        f"{ROOT}/../../outside.txt",
        "/etc/outside",
        f"{ROOT}//double",
        f"{ROOT}/./dot",
        f"{ROOT}\\..\\outside",
        "C:/outside",
        f"{ROOT}/con.txt",
        f"{ROOT}/ends ",
        f"{ROOT}/line\nbreak",
        f"{ROOT}/turned\u202etxt",
    ],
)
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, name: str) -> None:
    place = packed(contents(make_zip(tmp_path)), tmp_path / "changed.zip")
    with zipfile.ZipFile(place, "a") as archive:
        archive.writestr(zipfile.ZipInfo(name), b"x")
    assert "package.path" in codes(place)
    assert not (tmp_path.parent / "outside.txt").exists()


@given(st.text(min_size=1, max_size=40))
def test_a_safe_name_stays_inside_a_folder(name: str) -> None:
    if not unsafe(name):
        joined = os.path.normpath(os.path.join("/package", name))  # noqa: PTH118 - as an unpacker would
        assert joined.startswith("/package/")
        assert "\0" not in name
        assert key(name) == key(key(name)) or key(name).casefold() == key(key(name)).casefold()


def test_the_same_file_twice_is_refused_also_when_only_letters_differ(tmp_path: Path) -> None:
    place = packed(contents(make_zip(tmp_path)), tmp_path / "changed.zip")
    with zipfile.ZipFile(place, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(f"{ROOT}/METS.xml", b"<mets/>")
    assert "package.duplicate" in codes(place)
    other = packed(contents(make_zip(tmp_path)) | {"mets.XML": b"x"}, tmp_path / "case.zip")
    assert "package.duplicate" in codes(other)


def test_links_and_devices_are_refused_in_every_form(tmp_path: Path) -> None:
    files = contents(make_zip(tmp_path))
    zipped = packed(files, tmp_path / "link.zip")
    with zipfile.ZipFile(zipped, "a") as archive:
        entry = zipfile.ZipInfo(f"{ROOT}/link")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    assert "package.link" in codes(zipped)

    tar = tmp_path / "link.tar"
    with tarfile.open(tar, "w") as archive_tar:
        for path, content in files.items():
            about = tarfile.TarInfo(f"{ROOT}/{path}")
            about.size = len(content)
            archive_tar.addfile(about, io.BytesIO(content))
        for name, kind in (("sym", tarfile.SYMTYPE), ("hard", tarfile.LNKTYPE), ("null", tarfile.CHRTYPE)):
            about = tarfile.TarInfo(f"{ROOT}/{name}")
            about.type, about.linkname = kind, f"{ROOT}/METS.xml"
            archive_tar.addfile(about)
    assert [found.code for found in check(tar).findings] == ["package.link"] * 3

    folder = tmp_path / ROOT
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    (folder / "link").symlink_to("/etc/passwd")
    (folder / "around").symlink_to(folder, target_is_directory=True)
    os.mkfifo(folder / "pipe")
    assert [found.code for found in check(folder).findings] == ["package.link"] * 3


def test_a_file_that_grows_beyond_reason_is_refused_unread(tmp_path: Path) -> None:
    place = packed(contents(make_zip(tmp_path)), tmp_path / "bomb.zip")
    with zipfile.ZipFile(place, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{ROOT}/bomb", bytes(11_000_000))
    assert "package.too_large" in codes(place)


def test_too_many_or_too_large_in_all_is_no_package(tmp_path: Path) -> None:
    place = make_zip(tmp_path)
    for limits in (Limits(files=3), Limits(size=10_000)):
        with pytest.raises(PackageUnreadableError):
            check_package(place, profile=PROFILE, limits=limits)


def test_entries_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    place = packed(contents(make_zip(tmp_path)), tmp_path / "shared.zip")
    content = bytearray(place.read_bytes())
    second = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 4)
    # The second entry of the directory points to the bytes of the first.
    content[second + 42 : second + 46] = struct.pack("<L", 0)
    place.write_bytes(content)
    assert "package.overlap" in codes(place)


def test_an_encrypted_entry_is_refused(tmp_path: Path) -> None:
    place = packed(contents(make_zip(tmp_path)), tmp_path / "locked.zip")
    content = bytearray(place.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    place.write_bytes(content)
    assert "package.encrypted" in codes(place)


def test_a_zip_with_a_damaged_byte_inside_is_told_as_damaged(tmp_path: Path) -> None:
    place = make_zip(tmp_path)
    content = bytearray(place.read_bytes())
    spot = content.index(b"%PDF-1.7")
    content[spot + 5] ^= 1
    place.write_bytes(content)
    assert "package.damaged" in codes(place)


def test_a_package_cut_off_anywhere_is_never_valid(tmp_path: Path) -> None:
    whole = make_zip(tmp_path).read_bytes()
    place = tmp_path / "cut.zip"
    for length in range(1, len(whole), max(1, len(whole) // 40)):
        place.write_bytes(whole[:length])
        with pytest.raises(PackageUnreadableError):
            check(place)


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><simpledc><title>&b;</title></simpledc>',
        b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]><simpledc><title>&c;</title></simpledc>',
        b"<simpledc>" + b"<a>" * 3000 + b"</a>" * 3000 + b"</simpledc>",
        b"<simpledc><title>" + b"x" * (2 << 20) + b"</title></simpledc>",
    ],
    ids=["external entity", "entities of entities", "endless depth", "endless text"],
)
def test_hostile_xml_is_refused_and_nothing_of_the_machine_is_read(tmp_path: Path, content: bytes) -> None:
    files = contents(make_zip(tmp_path)) | {"metadata/descriptive/EAD.xml": content}
    report = check(packed(files, tmp_path / "hostile.zip"))
    assert {"xml.doctype", "xml.unreadable"} & {found.code for found in report.findings}
    assert "root:" not in str(report.as_json())

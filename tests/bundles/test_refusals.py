"""What is no sound bundle of a desk of ours is refused with a reason, and nothing was changed."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from dossier.bundle_errors import (
    BundleError,
    BundleForeignError,
    BundleSchemaError,
    BundleUnknownDeskError,
)
from dossier.errors import MotlanError, StoreFullError
from flows.bundle_import import take
from flows.bundle_keys import enrol, own_keys, retire
from storage.bundle_file import MANIFEST, SIGNATURE
from tests.bundles.desks import MONDAY, Place, facts, introduce, place, receive, send, work
from wiring.services import Services

SATURDAY = MONDAY + timedelta(days=5)
Change = Callable[[dict[str, bytes]], None]


@dataclass(frozen=True)
class Arrived:
    """A centre, a desk of it, a sound bundle, and what the centre knew before."""

    centre: Place
    desk: Place
    bundle: Path
    known: dict[str, list[str]]


@pytest.fixture(scope="module")
def arrived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arrived]:
    folder = tmp_path_factory.mktemp("refusals")
    with (
        place(folder, "trung-tam", start=SATURDAY) as centre,
        place(folder, "ban-a", start=MONDAY) as desk,
    ):
        introduce(desk, centre)
        work(desk, folder / "scans", dossiers=1, seed=2)
        bundle = send(desk, folder / "usb")
        yield Arrived(centre, desk, bundle, facts(centre))


def refused(arrived: Arrived, bundle: Path) -> MotlanError:
    with pytest.raises(MotlanError) as error:
        receive(arrived.centre, bundle)
    assert facts(arrived.centre) == arrived.known
    assert "999" not in error.value.message("vi") + error.value.message("en")
    return error.value


def rebuilt(arrived: Arrived, folder: Path, change: Change) -> Path:
    """The bundle with other members; what is signed stays signed as it was."""
    with zipfile.ZipFile(arrived.bundle) as before:
        members = {name: before.read(name) for name in before.namelist()}
    change(members)
    path = folder / "doi.bundle"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as after:
        for name, content in members.items():
            after.writestr(zipfile.ZipInfo(name), content)
    return path


def signed_anew(arrived: Arrived, told: dict[str, object]) -> Change:
    """Another manifest, signed by the desk itself."""

    def change(members: dict[str, bytes]) -> None:
        manifest = {**json.loads(members[MANIFEST]), **told}
        content = json.dumps(manifest, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        members[MANIFEST] = content
        members[SIGNATURE] = arrived.desk.services.desk_keys.sign(content)

    return change


def flip(name: str, at: int) -> Change:
    def change(members: dict[str, bytes]) -> None:
        changed = bytearray(members[name])
        changed[at] ^= 1
        members[name] = bytes(changed)

    return change


@pytest.mark.parametrize("name", [MANIFEST, SIGNATURE, "records", "journal", "index", "heads"])
@pytest.mark.parametrize("at", [0, -1])
def test_a_changed_byte_is_noticed_wherever_it_is(
    arrived: Arrived, tmp_path: Path, name: str, at: int
) -> None:
    assert isinstance(refused(arrived, rebuilt(arrived, tmp_path, flip(name, at))), BundleError)


def swap(members: dict[str, bytes]) -> None:
    members["records"], members["journal"] = members["journal"], members["records"]


def leave_out(members: dict[str, bytes]) -> None:
    del members["journal"]


def add(members: dict[str, bytes]) -> None:
    members["objects/000000099"] = b"la"


def climb(members: dict[str, bytes]) -> None:
    members["../../la"] = b"la"


def unsign(members: dict[str, bytes]) -> None:
    del members[SIGNATURE]


@pytest.mark.parametrize("change", [swap, leave_out, add, climb, unsign])
def test_members_that_were_not_signed_are_refused(arrived: Arrived, tmp_path: Path, change: Change) -> None:
    assert isinstance(refused(arrived, rebuilt(arrived, tmp_path, change)), BundleError)
    assert not (tmp_path.parent / "la").exists()


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_bundle_that_was_cut_off_is_refused(arrived: Arrived, tmp_path: Path, share: float) -> None:
    content = arrived.bundle.read_bytes()
    path = tmp_path / "cut.bundle"
    path.write_bytes(content[: int(len(content) * share)])
    assert isinstance(refused(arrived, path), BundleError)


def test_nothing_in_a_bundle_may_swell(arrived: Arrived, tmp_path: Path) -> None:
    path = tmp_path / "bomb.bundle"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        for name in (MANIFEST, SIGNATURE, "records"):
            bomb.writestr(name, bytes(10_000_000))
    assert "nén" in refused(arrived, path).sentence()


def test_a_newer_format_or_schema_is_told_as_such(arrived: Arrived, tmp_path: Path) -> None:
    newer: list[dict[str, object]] = [{"format": 2}, {"schema": "5000"}]
    for told in newer:
        path = rebuilt(arrived, tmp_path, signed_anew(arrived, told))
        assert isinstance(refused(arrived, path), BundleSchemaError)


@pytest.mark.parametrize(
    "told",
    [
        {"number": 0},
        {"number": True},
        {"base": 5},
        {"members": []},
        {"members": [{"name": "records", "size": -1, "sha256": "0" * 64}]},
        {"journal": {}},
        {"counts": None},
        {"made_at": "hôm nay"},
        {"key": "AAAA"},
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused_though_it_is_signed(
    arrived: Arrived, tmp_path: Path, told: dict[str, object]
) -> None:
    path = rebuilt(arrived, tmp_path, signed_anew(arrived, told))
    assert isinstance(refused(arrived, path), BundleError)


def test_a_bundle_for_another_centre_is_told_as_such(arrived: Arrived, tmp_path: Path) -> None:
    with place(tmp_path, "trung-tam-khac", start=SATURDAY) as other:
        request, _ = own_keys(arrived.desk.services, arrived.desk.name)
        enrol(other.services, request, item="ban.json")
        with pytest.raises(BundleForeignError):
            receive(other, arrived.bundle)
        assert other.services.store.records.desks.arrivals(arrived.desk.services.desk_keys.public.id) == []


def test_a_desk_that_nobody_enrolled_is_refused_and_one_that_was_retired(
    arrived: Arrived, tmp_path: Path
) -> None:
    with place(tmp_path, "la", start=SATURDAY) as other, pytest.raises(BundleUnknownDeskError):
        receive(other, arrived.bundle)
    shutil.copytree(arrived.centre.data, tmp_path / "trung-tam")
    with place(tmp_path, "trung-tam", start=SATURDAY) as copy:
        retire(copy.services, "ban-a")
        with pytest.raises(BundleUnknownDeskError):
            receive(copy, arrived.bundle)
        request, _ = own_keys(arrived.desk.services, arrived.desk.name)
        known, _ = enrol(copy.services, request, item="ban.json")
        assert known.part == 1
        assert receive(copy, arrived.bundle).documents == 2


def test_a_centre_in_production_takes_nothing_that_demo_keys_signed(arrived: Arrived) -> None:
    settings = replace(arrived.centre.services.settings, production=True)
    with Services(settings, clock=arrived.centre.clock) as strict, pytest.raises(BundleError) as error:
        take(strict, arrived.bundle)
    assert "DEMO" in error.value.sentence()
    assert facts(arrived.centre) == arrived.known


def test_without_room_for_its_objects_a_bundle_is_not_begun(arrived: Arrived) -> None:
    settings = replace(arrived.centre.services.settings, min_free_bytes=10**18)
    with Services(settings, clock=arrived.centre.clock) as full, pytest.raises(StoreFullError):
        take(full, arrived.bundle)
    assert facts(arrived.centre) == arrived.known


def test_a_folder_or_a_file_of_another_kind_is_no_bundle(arrived: Arrived, tmp_path: Path) -> None:
    (tmp_path / "thu-muc").mkdir()
    (tmp_path / "van-ban.txt").write_text("không phải gói", encoding="utf-8")
    for path in (tmp_path / "thu-muc", tmp_path / "van-ban.txt", tmp_path / "khong-co"):
        assert isinstance(refused(arrived, path), BundleError)


def test_no_name_and_no_number_stands_in_a_bundle_in_clear(arrived: Arrived) -> None:
    content = arrived.bundle.read_bytes()
    told = facts(arrived.desk)
    (batch,) = told["batch"]
    owner = json.loads(batch)["owner"]
    (first, *_) = [json.loads(paper) for paper in told["paper"]]
    for secret in (owner, first["parties"][0]["name"], first["object_sha256"], first["id"]):
        assert secret.encode() not in content
    assert arrived.bundle.stat().st_mode & 0o777 == 0o600

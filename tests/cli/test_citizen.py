"""``motlan citizen``: an officer answers somebody at the counter."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from flows.subjects import requests_of
from tests.cli.desk import Desk
from tests.web.office import STRANGER, WIFE, Clock, Office, paper


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("citizen") / "data"
    office = Office(data, Clock())
    office.services.create()
    office.save(paper("own", WIFE), paper("other", STRANGER))
    office.close()
    return data


@pytest.fixture
def desk(made: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(made, capsys)


def test_an_officer_tells_what_is_held_and_who_looked(desk: Desk) -> None:
    assert desk.run("citizen", "papers", "--owner", WIFE) == 0
    assert desk.said.count("đã lưu kho") == 1
    assert "Mẫu" not in desk.said
    assert desk.run("citizen", "looks", "--owner", WIFE) == 0
    assert "tra cứu giấy tờ — chính người đó xem" in desk.said
    told = desk.json("citizen", "looks", "--owner", WIFE)
    assert {look["purpose"] for look in told["looks"]} == {"chu_the_du_lieu"}
    assert desk.run("citizen", "papers", "--owner", "011199000009") == 0
    assert "không giữ giấy tờ nào" in desk.said


def test_an_officer_hands_over_the_papers_of_one_person(desk: Desk, tmp_path: Path) -> None:
    target = tmp_path / "giay-to.zip"
    told = desk.json("citizen", "export", "--owner", WIFE, "-o", target)
    assert [paper["file"] for paper in told["papers"]] == ["papers/001-birth-certificate.pdf"]
    assert target.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        assert archive.namelist()[-1] == "HOW-TO-VERIFY.txt"
    before = target.read_bytes()
    assert desk.run("citizen", "export", "--owner", WIFE, "-o", target) != 0
    assert target.read_bytes() == before
    nothing = tmp_path / "nothing.zip"
    assert desk.run("citizen", "export", "--owner", "011199000009", "-o", nothing) != 0
    assert "citizen.nothing_held" in desk.complained
    assert list(tmp_path.iterdir()) == [target]


def test_a_request_at_the_counter_is_found_again_by_the_person(desk: Desk) -> None:
    document = desk.json("citizen", "papers", "--owner", WIFE)["papers"][0]["document"]
    told = desk.json("requests", "add", document, "--kind", "view", "--owner", WIFE)
    assert told["answer"] is None
    office = Office(desk.data, Clock())
    assert [one.id for one in requests_of(office.services, WIFE)] == [told["request"]]
    assert requests_of(office.services, STRANGER) == []
    office.close()

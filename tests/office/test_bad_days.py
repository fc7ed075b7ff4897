"""Servers that are away, refuse, or are not what they should be: one sentence, exit 12, and nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.test_commands import OWNER, SAMPLES, Desk, only
from tests.office.office import PASSWORD, Office
from tests.office.test_commands import take_in
from tests.storage.s3_server import Refusal

PAPER = SAMPLES / "2-dang-ky-ket-hon" / "giay-khai-sinh-nu.pdf"


def refused(desk: Desk, code: str, *arguments: str | Path) -> None:
    assert desk.run(*arguments) == 12
    assert f"[{code}]" in desk.complained
    assert PASSWORD not in desk.complained
    assert "motlan@" not in desk.complained


def refusal(status: int, code: str) -> Callable[[str, str], None]:
    def trouble(_method: str, _path: str) -> None:
        raise Refusal(status, code)

    return trouble


def test_a_database_that_is_away_is_told_by_every_command(
    desk: Desk, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desk.run("init") == 0
    with monkeypatch.context() as away:
        away.setenv("MOTLAN_DATABASE", "postgresql://motlan@127.0.0.1:9/motlan")
        for arguments in (("init",), ("ingest", PAPER), ("find", "--owner", OWNER), ("fixity",), ("copies",)):
            refused(desk, "store.database_away", *arguments)
        assert "không trả lời" in desk.complained
    assert office.first.objects() == set()
    assert desk.run("find", "--owner", OWNER) == 0


def test_a_wrong_password_is_told_and_the_right_one_counts_without_more(desk: Desk, office: Office) -> None:
    assert desk.run("init") == 0
    secret = office.folder / "db"
    secret.write_text("sai")
    refused(desk, "store.database_refused", "find", "--owner", OWNER)
    with office.services() as services:
        office.sql("ALTER ROLE motlan PASSWORD 'moi'")
        secret.write_text("moi\n")
        assert services.store.records.check_journal().entries >= 1
        office.sql(f"ALTER ROLE motlan PASSWORD '{PASSWORD}'")
        secret.write_text(f"{PASSWORD}\n")


def test_a_database_that_is_not_there_is_told(
    desk: Desk, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        "MOTLAN_DATABASE", office.environment["MOTLAN_DATABASE"].replace("/motlan_", "/khong_")
    )
    refused(desk, "store.database_refused", "init")


def test_a_newer_database_is_left_alone(desk: Desk, office: Office) -> None:
    assert desk.run("init") == 0
    office.sql("UPDATE alembic_version SET version_num = '9999'")
    office.sql("UPDATE facts SET value = '9998' WHERE name = 'schema.oldest'")
    refused(desk, "store.schema_newer", "find", "--owner", OWNER)
    refused(desk, "store.schema_newer", "init")


def test_a_standby_takes_nothing_in(desk: Desk, office: Office) -> None:
    assert desk.run("init") == 0
    name = office.admin.partition("@/")[2].partition("?")[0]
    office.sql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    refused(desk, "store.database_read_only", "ingest", PAPER)
    assert office.first.objects() == set()
    # Looking at a citizen's papers leaves an entry in the journal, or does not happen.
    refused(desk, "store.database_read_only", "find", "--owner", OWNER)
    office.sql(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    assert desk.run("find", "--owner", OWNER) == 0


@pytest.mark.parametrize("which", ["first", "second"])
def test_a_bucket_that_cannot_be_used_is_told_by_init_which_then_goes_on(
    desk: Desk, office: Office, which: str
) -> None:
    bucket = (office.first if which == "first" else office.second).bucket
    for status, answer, code in (
        (404, "NoSuchBucket", "store.bucket"),
        (403, "InvalidAccessKeyId", "store.credentials"),
        (403, "SignatureDoesNotMatch", "store.credentials"),
        (503, "ServiceUnavailable", "store.unavailable"),
    ):
        bucket.trouble = refusal(status, answer)
        refused(desk, code, "init")
    bucket.trouble = lambda _method, _path: None
    for lacking in ("versioned", "locked"):
        setattr(bucket, lacking, False)
        refused(desk, "store.bucket", "init")
        setattr(bucket, lacking, True)
    assert desk.run("init") == 0
    assert desk.run("journal", "verify") == 0


def test_a_first_bucket_that_is_away_takes_nothing_and_is_read_from_the_second(
    desk: Desk, office: Office
) -> None:
    assert desk.run("init") == 0
    sha256 = take_in(office)
    assert desk.run("copies") == 0
    office.first.go()
    refused(desk, "store.unavailable", "ingest", PAPER)
    with office.services() as services, services.store.blobs.open(sha256) as stream:
        assert stream.read() == b"\xff\xd8\xff scan"
    office.first.come_back()
    assert take_in(office, b"\xff\xd8\xff another") in office.first.objects()


def test_a_second_bucket_that_is_away_stops_nothing_and_is_served_later(desk: Desk, office: Office) -> None:
    assert desk.run("init") == 0
    office.second.go()
    sha256 = take_in(office)
    refused(desk, "store.unavailable", "copies")
    office.second.come_back()
    assert desk.run("copies", "--json") == 0
    assert only(desk.lines)["copied"] == 1
    assert office.second.objects() == {sha256}

"""Settings choose database and places; what one accident would take twice is refused."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.errors import SettingsError
from tests.project.test_layout import ROOT
from wiring.place_settings import BucketSettings, FolderSettings
from wiring.places import years_later
from wiring.settings import Settings, read_settings

BUCKET = {
    "kind": "bucket",
    "endpoint": "https://s3.example:9000",
    "bucket": "luu-tru",
    "access_key": "env:AK",
    "secret_key": "env:SK",
}


def read(tmp_path: Path, **values: object) -> Settings:
    environment = {"MOTLAN_DATA": str(tmp_path / "data"), "AK": "khoa", "SK": "bi-mat"}
    for name, value in values.items():
        environment[f"MOTLAN_{name.upper()}"] = value if isinstance(value, str) else json.dumps(value)
    return read_settings(environment)


def refused(tmp_path: Path, **values: object) -> SettingsError:
    with pytest.raises(SettingsError) as told:
        read(tmp_path, **values)
    assert told.value.exit_code == 2
    return told.value


def test_without_settings_there_is_a_file_a_folder_and_no_second_place(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert (settings.database, settings.first_place, settings.second_place) == (None, None, None)


def test_a_bucket_and_a_folder_are_read_with_their_defaults(tmp_path: Path) -> None:
    settings = read(
        tmp_path, first_place=BUCKET, second_place={"kind": "folder", "path": str(tmp_path / "second")}
    )
    first = settings.first_place
    assert isinstance(first, BucketSettings)
    assert (first.name, first.endpoint, first.secure, first.bucket) == (
        "kho",
        "s3.example:9000",
        True,
        "luu-tru",
    )
    assert (first.mode, first.years, first.region, first.path_style) == ("COMPLIANCE", 10, "us-east-1", True)
    assert (first.access_key(), first.secret_key()) == ("khoa", "bi-mat")
    assert settings.second_place == FolderSettings(name="ban-sao", path=tmp_path / "second")


def test_the_tables_of_the_file_are_the_same_and_the_environment_wins(tmp_path: Path) -> None:
    file = tmp_path / "motlan.toml"
    file.write_text(
        'database = "postgresql://motlan@db.example/motlan"\n'
        '[first_place]\nkind = "folder"\npath = "/mnt/a"\n'
        '[second_place]\nkind = "folder"\npath = "/mnt/b"\n',
        encoding="utf-8",
    )
    environment = {
        "MOTLAN_DATA": str(tmp_path / "data"),
        "MOTLAN_SECOND_PLACE": '{"kind": "folder", "path": "/mnt/c"}',
    }
    settings = read_settings(environment, file=file)
    assert settings.first_place == FolderSettings(name="kho", path=Path("/mnt/a"))
    assert settings.second_place == FolderSettings(name="ban-sao", path=Path("/mnt/c"))
    assert settings.database is not None
    assert settings.database.password is None


def test_a_new_secret_counts_at_once(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("cu\n")
    secret.chmod(0o600)
    settings = read(
        tmp_path,
        first_place={**BUCKET, "secret_key": f"file:{secret}"},
        database="postgresql://motlan@db.example/motlan",
        database_password=f"file:{secret}",
    )
    assert isinstance(settings.first_place, BucketSettings)
    assert settings.database is not None
    assert settings.database.password is not None
    assert (settings.first_place.secret_key(), settings.database.password()) == ("cu", "cu")
    secret.write_text("moi\n")
    assert (settings.first_place.secret_key(), settings.database.password()) == ("moi", "moi")
    secret.chmod(0o644)
    with pytest.raises(SettingsError):
        settings.database.password()


def test_no_secret_and_no_address_with_one_shows(tmp_path: Path) -> None:
    settings = read(tmp_path, first_place=BUCKET)
    assert "bi-mat" not in repr(settings)
    for url in ("postgresql://motlan:bi-mat@db/motlan", "postgresql:///motlan?password=bi-mat"):
        error = refused(tmp_path, database=url)
        assert error.item == "MOTLAN_DATABASE"
        assert "bi-mat" not in error.message("vi") + error.message("en") + repr(error.__cause__)


@pytest.mark.parametrize("url", ["mysql://a@b/c", "motlan", "postgresql//x", "sqlite:///x", "http://["])
def test_what_is_no_address_of_a_database_is_refused(tmp_path: Path, url: str) -> None:
    assert refused(tmp_path, database=url).item == "MOTLAN_DATABASE"


def test_a_password_without_a_database_is_refused(tmp_path: Path) -> None:
    reference = {"database_password": "env:AK"}
    assert refused(tmp_path, **reference).item == "MOTLAN_DATABASE_PASSWORD"


@pytest.mark.parametrize(
    ("table", "item"),
    [
        ({"kind": "tape"}, "first_place"),
        ({"kind": "folder"}, "first_place.path"),
        ({"kind": "folder", "path": "/mnt", "colour": 1}, "first_place.colour"),
        ({**BUCKET, "endpoint": "s3.example"}, "first_place.endpoint"),
        ({**BUCKET, "endpoint": "https://a:b@s3.example"}, "first_place.endpoint"),
        ({**BUCKET, "endpoint": "https://s3.example/kho"}, "first_place.endpoint"),
        ({**BUCKET, "endpoint": "https://s3.example:99999"}, "first_place.endpoint"),
        ({**BUCKET, "bucket": "Lưu trữ"}, "first_place.bucket"),
        ({**BUCKET, "mode": "NONE"}, "first_place.mode"),
        ({**BUCKET, "years": 0}, "first_place.years"),
        ({**BUCKET, "secret_key": "bi-mat"}, "first_place.secret_key"),
        ({**BUCKET, "name": "Nguyễn Văn A"}, "first_place.name"),
    ],
)
def test_a_field_that_cannot_be_used_is_named_and_never_repeated(
    tmp_path: Path, table: dict[str, object], item: str
) -> None:
    error = refused(tmp_path, first_place=table)
    assert error.item == item
    assert "bi-mat" not in error.message("vi")


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, second_place="/mnt/b").item == "MOTLAN_SECOND_PLACE"
    assert refused(tmp_path, second_place="[]").item == "MOTLAN_SECOND_PLACE"


@pytest.mark.parametrize(
    ("first", "second", "item"),
    [
        (BUCKET, {**BUCKET, "endpoint": "https://S3.example:9000/"}, "second_place.bucket"),
        (BUCKET, {**BUCKET, "name": "kho", "bucket": "khac"}, "second_place.name"),
        ({"kind": "folder", "path": "{}/a"}, {"kind": "folder", "path": "{}/a"}, "second_place.path"),
        ({"kind": "folder", "path": "{}/a"}, {"kind": "folder", "path": "{}/a/b"}, "second_place.path"),
        ({"kind": "folder", "path": "{}/link"}, {"kind": "folder", "path": "{}/a"}, "second_place.path"),
        ({"kind": "folder", "path": "{}/data/x"}, None, "first_place.path"),
        (None, {"kind": "folder", "path": "{}/data/x"}, "second_place.path"),
        (None, {"kind": "folder", "path": "{}"}, "second_place.path"),
    ],
)
def test_two_copies_are_never_in_one_place(
    tmp_path: Path, first: dict[str, str] | None, second: dict[str, str] | None, item: str
) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "a")
    tables = {
        name: {key: value.format(tmp_path) if key == "path" else value for key, value in table.items()}
        for name, table in (("first_place", first), ("second_place", second))
        if table
    }
    assert refused(tmp_path, **tables).item == item


def test_two_buckets_of_one_server_are_two_places(tmp_path: Path) -> None:
    settings = read(tmp_path, first_place=BUCKET, second_place={**BUCKET, "bucket": "ban-sao"})
    assert settings.second_place is not None
    assert settings.second_place.name == "ban-sao"


@pytest.mark.parametrize("place", ["first_place", "second_place"])
def test_production_speaks_to_no_server_in_clear(tmp_path: Path, place: str) -> None:
    plain = {**BUCKET, "endpoint": "http://127.0.0.1:9000"}
    read(tmp_path, **{place: plain})
    assert refused(tmp_path, production="true", **{place: plain}).item == f"{place}.endpoint"


@pytest.mark.parametrize(
    ("url", "is_private"),
    [
        ("postgresql://motlan@db.example/motlan", False),
        ("postgresql://motlan@db.example/motlan?sslmode=require", False),
        ("postgresql://motlan@db.example/motlan?sslmode=verify-full", True),
        ("postgresql://motlan@/motlan?host=a.example,b.example", False),
        ("postgresql://motlan@localhost/motlan", True),
        ("postgresql://motlan@/motlan?host=/run/postgresql", True),
        ("postgresql:///motlan", True),
    ],
)
def test_production_sends_records_over_no_line_that_others_read(
    tmp_path: Path, url: str, is_private: bool
) -> None:
    read(tmp_path, database=url)
    if is_private:
        assert read(tmp_path, production="true", database=url).production
    else:
        assert "verify-full" in refused(tmp_path, production="true", database=url).message("vi")


@given(
    st.dates(date(1990, 1, 1), date(2090, 1, 1)).map(lambda day: datetime.combine(day, time(8), UTC)),
    st.integers(min_value=1, max_value=100),
)
def test_years_later_is_the_same_day_and_never_a_day_early(at: datetime, years: int) -> None:
    later = years_later(at, years)
    assert (later.year, later.month, later.timetz()) == (at.year + years, at.month, at.timetz())
    assert later.day == at.day or (at.month, at.day, later.day) == (2, 29, 28)


HOW_TO = ROOT / "docs" / "how-to" / "sizes.md"
FILE = r"^## (Desk|Office|Province)$.*?^```toml$(.*?)^```$"
FILES = re.findall(FILE, HOW_TO.read_text("utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("size", "content"), FILES)
def test_the_files_of_the_three_sizes_can_be_copied(tmp_path: Path, size: str, content: str) -> None:
    file = tmp_path / "motlan.toml"
    file.write_text(content, encoding="utf-8")
    settings = read_settings({}, file=file)
    assert settings.production
    assert settings.officer_key is not None
    assert settings.organisation_key is not None
    assert settings.timestamps
    assert settings.second_place is not None
    assert (settings.database is None) == (settings.first_place is None) == (size == "Desk")


def test_each_size_has_its_file() -> None:
    assert [size for size, _ in FILES] == ["Desk", "Office", "Province"]

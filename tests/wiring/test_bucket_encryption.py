"""How the settings of a bucket ask its server to encrypt."""

from __future__ import annotations

import pytest

from dossier.errors import SettingsError
from wiring.place_settings import BucketSettings, read_place

TABLE = {
    "kind": "bucket",
    "endpoint": "https://s3.example.vn",
    "bucket": "luu-tru",
    "access_key": "env:ACCESS",
    "secret_key": "env:SECRET",
}


def read(**more: str) -> BucketSettings:
    found = read_place({**TABLE, **more}, "second_place", name="xa", environment={}, ask=lambda _question: "")
    assert isinstance(found, BucketSettings)
    return found


def test_nothing_is_asked_of_a_server_that_the_settings_say_nothing_about() -> None:
    assert (read().encryption, read().kms_key) == ("", "")


def test_a_server_may_use_its_own_key_or_one_of_its_key_service() -> None:
    assert read(encryption="server").encryption == "server"
    assert read(encryption="kms", kms_key="arn:aws:kms:vn:1:key/kho-2026").kms_key.endswith("kho-2026")


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"encryption": "kms"}, "kms_key"),
        ({"encryption": "server", "kms_key": "kho"}, "kms_key"),
        ({"kms_key": "kho"}, "kms_key"),
        ({"encryption": "kms", "kms_key": "a b"}, "kms_key"),
        ({"encryption": "own"}, "encryption"),
        ({"encryption": "server", "endpoint": "http://s3.example.vn"}, "encryption"),
    ],
)
def test_half_a_wish_and_a_wish_on_an_open_line_are_refused(more: dict[str, str], where: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(**more)
    assert caught.value.item == f"second_place.{where}"

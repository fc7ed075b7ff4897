"""``motlan webhooks``, as an IT person meets it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.desk import Desk
from tests.web.receivers import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def test_a_receiver_is_added_tried_listed_and_removed(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    receiver: Receiver,
) -> None:
    desk = Desk(tmp_path / "data", capsys)
    assert desk.run("init") == 0
    assert desk.run("webhooks", "add", receiver.url, "--office", "H26") == 17
    assert "webhook.address" in desk.complained
    monkeypatch.setenv("MOTLAN_WEBHOOK_PRIVATE_HOSTS", "127.0.0.1")
    assert desk.run("webhooks", "add", receiver.url) != 0
    made = desk.json("webhooks", "add", receiver.url, "--office", "H26")
    receiver.secret = made["secret"]
    assert made["secret"].startswith("whsec_")
    assert desk.run("webhooks", "test", made["webhook"]) == 0
    assert "Bên nhận trả lời 204" in desk.said
    receiver.answers = [500]
    assert desk.run("webhooks", "test", made["webhook"]) == 17
    assert "HTTP 500" in desk.complained
    assert desk.run("webhooks", "list") == 0
    assert "đang gửi" in desk.said
    assert made["secret"] not in desk.said
    assert desk.run("webhooks", "resume", made["webhook"]) == 0
    assert desk.run("webhooks", "remove", made["webhook"]) == 0
    assert desk.run("webhooks", "remove", made["webhook"]) == 17
    assert desk.run("webhooks", "list") == 0
    assert desk.said == ""

"""Webhooks against a real receiver: signed, in order, until taken; nothing goes into a private network."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from dossier.admission import FieldScope, Role, Scopes
from dossier.events import EventKind
from dossier.service_errors import WebhookAddressError, WebhookFailedError
from dossier.webhooks import Webhook
from flows.webhooks import add_webhook, find_webhook, remove_webhook, resume_webhook
from tests.web.conftest import MakeOffice
from tests.web.office import STRANGER, WIFE, Office, paper
from tests.web.receivers import Receiver, receiving
from web.hooks.addresses import checked, is_public
from web.hooks.delivery import Deliverer, sender_of
from web.hooks.sending import Sender

LOCAL = frozenset({"127.0.0.1"})


def scopes(office: str = "H26") -> Scopes:
    return Scopes(role=Role.ONE_STOP, offices=(office,), fields=FieldScope.NONE)


@pytest.fixture
def office(make_office: MakeOffice) -> Office:
    return make_office(MOTLAN_WEBHOOK_PRIVATE_HOSTS="127.0.0.1")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture
def webhook(office: Office, receiver: Receiver) -> Webhook:
    made = add_webhook(office.services, receiver.url, scopes())
    receiver.secret = made.secret
    return made


@pytest.fixture
def deliverer(office: Office) -> Deliverer:
    return Deliverer(office.services, sender_of(office.services), share=lambda: 0.0)


def test_changes_arrive_signed_in_order_and_once(
    office: Office, receiver: Receiver, webhook: Webhook, deliverer: Deliverer
) -> None:
    papers = office.save(paper("one", WIFE), paper("two", STRANGER))
    assert deliverer.run().taken == 2
    assert [each["data"]["document"] for each in receiver.got] == papers
    assert [each["type"] for each in receiver.got] == ["paper.filed"] * 2
    assert {each["webhook"] for each in receiver.got} == {webhook.id}
    assert deliverer.run().taken == 0
    assert receiver.forged == 0
    assert WIFE not in str(receiver.got)
    assert "Mẫu" not in str(receiver.got)


def test_a_receiver_is_not_told_of_other_offices(
    office: Office, receiver: Receiver, deliverer: Deliverer
) -> None:
    made = add_webhook(office.services, receiver.url, scopes("H27"))
    receiver.secret = made.secret
    office.save(paper("here", WIFE))
    (there,) = office.save(paper("there", WIFE, dossier="H27.1.1-261101-0001"))
    deliverer.run()
    assert [each["data"]["document"] for each in receiver.got] == [there]


def test_what_was_not_taken_comes_again_later_under_the_same_id(
    office: Office, receiver: Receiver, webhook: Webhook, deliverer: Deliverer
) -> None:
    papers = office.save(paper("one", WIFE), paper("two", WIFE))
    receiver.answers = [500, 302]
    assert deliverer.run().failed == 1
    assert deliverer.run().taken == 0
    waits = []
    for _ in range(2):
        kept = find_webhook(office.services, webhook.id)
        assert kept.next_try is not None
        waits.append(kept.next_try - office.clock.now)
        office.clock.tick(waits[-1].total_seconds())
        deliverer.run()
    assert waits[1] == 2 * waits[0]
    assert [each["data"]["document"] for each in receiver.got] == papers
    assert len(set(receiver.ids)) == 2
    assert receiver.ids[0] == receiver.ids[1] == receiver.ids[2]
    kept = find_webhook(office.services, webhook.id)
    assert (kept.tries, kept.failing_since, kept.error_code) == (0, None, "")


def test_a_receiver_that_fails_for_days_is_switched_off_with_an_alarm_and_can_be_resumed(
    office: Office, receiver: Receiver, webhook: Webhook, deliverer: Deliverer
) -> None:
    (one,) = office.save(paper("one", WIFE))
    receiver.answers = [503, 503]
    deliverer.run()
    office.clock.tick(timedelta(days=3).total_seconds())
    deliverer.run()
    assert find_webhook(office.services, webhook.id).off_at == office.clock.now
    (off,) = office.events(EventKind.WEBHOOK_OFF)
    assert (off.subject, off.details["code"]) == (webhook.id, "webhook.failed")
    office.clock.tick(timedelta(days=1).total_seconds())
    assert deliverer.run().taken == 0
    resume_webhook(office.services, webhook.id)
    assert deliverer.run().taken == 1
    assert receiver.got[0]["data"]["document"] == one


def test_a_receiver_that_says_it_is_gone_is_switched_off_at_once(
    office: Office, receiver: Receiver, webhook: Webhook, deliverer: Deliverer
) -> None:
    office.save(paper("one", WIFE))
    receiver.answers = [410]
    deliverer.run()
    assert find_webhook(office.services, webhook.id).off_at is not None
    assert len(office.events(EventKind.WEBHOOK_OFF)) == 1


def test_one_receiver_that_fails_holds_no_other_up(
    office: Office, receiver: Receiver, deliverer: Deliverer
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    add_webhook(office.services, f"http://127.0.0.1:{port}/", scopes())
    made = add_webhook(office.services, receiver.url, scopes())
    receiver.secret = made.secret
    office.save(paper("one", WIFE))
    told = deliverer.run()
    assert (told.taken, told.failed) == (1, 1)


def test_a_removed_receiver_is_sent_nothing(
    office: Office, receiver: Receiver, webhook: Webhook, deliverer: Deliverer
) -> None:
    remove_webhook(office.services, webhook.id)
    office.save(paper("one", WIFE))
    assert deliverer.run().taken == 0
    assert office.events(EventKind.WEBHOOK_REMOVED)[0].subject == webhook.id


def test_address_and_secret_are_sealed_and_not_shown(office: Office, webhook: Webhook) -> None:
    records = office.services.store.records
    with records.upkeep.database.reading() as connection:
        row = connection.execute(text("SELECT * FROM webhooks")).one()
    assert webhook.secret not in str(row)
    assert "127.0.0.1" not in str(row)
    assert webhook.secret not in repr(webhook)


def test_a_test_message_is_signed_and_tells_the_answer(
    office: Office, receiver: Receiver, webhook: Webhook, deliverer: Deliverer
) -> None:
    assert deliverer.test(webhook) == 204
    assert receiver.got == [{"type": "test", "webhook": webhook.id}]
    stranger = replace(webhook, secret=receiver.secret.swapcase())
    assert deliverer.test(stranger) == 401


@pytest.mark.parametrize(
    "url",
    [
        "https://10.1.2.3/",
        "https://192.168.1.1/x",
        "https://169.254.169.254/latest/meta-data/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://[2002:7f00:1::]/",
        "https://0.0.0.0/",
        "https://100.64.0.1/",
        "https://224.0.0.1/",
        "https://2130706433/",
        "http://mau.example/",
        "ftp://mau.example/",
        "https://ai:do@mau.example/",
        "https:///x",
        "https://mau.example:99999/",
        "https://mau.example/\r\nX: y",
        "file:///etc/passwd",
        "https://" + "a" * 2000,
    ],
)
def test_nothing_is_sent_into_a_private_network_or_to_what_is_no_address(url: str) -> None:
    def look_up(host: str, _port: int) -> list[str]:
        return ["127.0.0.1"] if host == "2130706433" else [host.strip("[]")]

    with pytest.raises(WebhookAddressError):
        checked(url, private_hosts=frozenset(), look_up=look_up)


def test_a_name_that_leads_inside_is_refused_even_beside_a_public_address() -> None:
    def look_up(_host: str, _port: int) -> list[str]:
        return ["203.0.114.7", "10.0.0.7"]

    with pytest.raises(WebhookAddressError):
        checked("https://mau.example/", private_hosts=frozenset(), look_up=look_up)
    allowed = checked("https://MAU.example/a?b=c", private_hosts=frozenset({"mau.example"}), look_up=look_up)
    assert (allowed.host, allowed.port, allowed.path) == ("mau.example", 443, "/a?b=c")
    assert is_public("8.8.8.8")
    assert not is_public("fe80::1%eth0")


def test_the_connection_goes_to_the_address_that_was_checked(receiver: Receiver, webhook: Webhook) -> None:
    port = receiver.url.split(":")[2].split("/")[0]
    asked: list[str] = []

    def look_up(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    sender = Sender(private_hosts=frozenset({"mau.example"}), look_up=look_up)
    there = replace(webhook, url=f"http://mau.example:{port}/")
    assert sender.send(there, {}, delivery="d", at=webhook.made_at) == 204
    assert asked == ["mau.example"]


def test_an_answer_that_drips_is_cut_off(webhook: Webhook) -> None:
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            other, _ = server.accept()
            with other:
                other.recv(65_536)
                while not stop.wait(0.02):
                    try:
                        other.send(b"X")
                    except OSError:
                        return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        sender = Sender(private_hosts=LOCAL, timeout_s=0.3)
        there = replace(webhook, url=f"http://127.0.0.1:{server.getsockname()[1]}/")
        with pytest.raises(WebhookFailedError):
            sender.send(there, {}, delivery="d", at=webhook.made_at)
        stop.set()
        thread.join()

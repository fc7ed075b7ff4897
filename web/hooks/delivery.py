"""Bring every receiver up to date: change after change, each until it was taken, in the order of commit."""

from __future__ import annotations

import random
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from dossier.backoff import Backoff
from dossier.changes import Change
from dossier.errors import MotlanError
from dossier.events import Event, EventKind
from dossier.service_errors import ChangesGoneError, WebhookFailedError
from dossier.webhooks import Webhook
from flows.changes import change_json, covers, forget_old_changes
from web.hooks.sending import GONE, Sender
from wiring.logs import kind_of
from wiring.services import Services

_AT_ONCE: Final = 200
_PAUSE_S: Final = 2.0
_LEAVE_S: Final = 12.0
_BACKOFF: Final = Backoff(first_s=5.0, most_s=3600.0)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a pass did: changes that were taken, receivers that failed."""

    taken: int = 0
    failed: int = 0


class Deliverer:
    """Passes over the receivers; what it notes survives the process."""

    def __init__(
        self, services: Services, sender: Sender, *, share: Callable[[], float] = random.random
    ) -> None:
        """Deliver for an installation; ``share`` gives at least 0 and below 1, by chance."""
        self._services = services
        self._sender = sender
        self._share = share

    def run(self, *, go_on: Callable[[], bool] = lambda: True) -> Delivered:
        """One pass: each receiver whose time has come is sent a bounded number of changes."""
        taken = failed = 0
        for webhook in self._services.looking.records.webhooks.all():
            if webhook.due(self._services.clock()) and go_on():
                count, well = self._serve(webhook, go_on)
                taken, failed = taken + count, failed + (not well)
        return Delivered(taken, failed)

    def test(self, webhook: Webhook) -> int:
        """Send one signed message that is no change; gives the status that came back.

        Raises:
            WebhookAddressError, WebhookFailedError.
        """
        told = {"type": "test", "webhook": webhook.id}
        return self._sender.send(webhook, told, delivery=str(uuid.uuid4()), at=self._services.clock())

    def _serve(self, webhook: Webhook, go_on: Callable[[], bool]) -> tuple[int, bool]:
        feed = self._services.looking.records.changes
        first = feed.bounds().first
        if first and webhook.after < first - 1:
            self._switch_off(webhook, ChangesGoneError.code)
            return 0, False
        taken, now_at = 0, webhook
        for change in feed.after(webhook.after, limit=_AT_ONCE):
            if not go_on():
                break
            moved = replace(now_at, after=change.serial)
            if covers(webhook.scopes, change):
                code = self._send(now_at, change)
                if code:
                    self._failed(now_at, code)
                    return taken, False
                taken += 1
                moved = replace(moved, tries=0, failing_since=None, next_try=None, error_code="")
            if not self._advance(now_at, moved):
                # Removed, or served by another process.
                return taken, True
            now_at = moved
        return taken, True

    def _send(self, webhook: Webhook, change: Change) -> str:
        """Send a change; the code of what went wrong, empty when it was taken."""
        namespace = self._services.looking.records.namespace
        delivery = str(uuid.uuid5(namespace, f"webhook:{webhook.id}:{change.serial}"))
        told = {"type": f"paper.{change.kind.value}", "webhook": webhook.id, "data": change_json(change)}
        try:
            status = self._sender.send(webhook, told, delivery=delivery, at=self._services.clock())
        except MotlanError as error:
            return error.code
        if status == GONE:
            return str(GONE)
        return "" if 200 <= status < 300 else WebhookFailedError.code

    def _failed(self, webhook: Webhook, code: str) -> None:
        now = self._services.clock()
        since = webhook.failing_since or now
        if code == str(GONE) or now - since >= timedelta(days=self._services.settings.api.webhook_off_days):
            self._switch_off(webhook, code)
            return
        tries = webhook.tries + 1
        wait = _BACKOFF.after(tries, share=self._share())
        self._advance(
            webhook,
            replace(webhook, tries=tries, failing_since=since, next_try=now + wait, error_code=code),
        )
        self._services.log.warning("webhook.failed", item=webhook.id, code=code)

    def _switch_off(self, webhook: Webhook, code: str) -> None:
        now = self._services.clock()
        event = Event(
            kind=EventKind.WEBHOOK_OFF,
            at=now,
            actor=self._services.settings.actor,
            subject=webhook.id,
            details={"code": code, "tries": webhook.tries},
        )
        off = replace(webhook, off_at=now, error_code=code)
        if self._services.looking.records.webhooks.advance(webhook, off, events=[event]):
            self._services.log.warning("webhook.off", item=webhook.id, code=code)

    def _advance(self, before: Webhook, after: Webhook) -> bool:
        return self._services.looking.records.webhooks.advance(before, after)


def sender_of(services: Services) -> Sender:
    """What sends for an installation."""
    settings = services.settings.api
    return Sender(private_hosts=settings.webhook_private_hosts, ca=settings.webhook_ca)


@contextmanager
def delivering(services: Services, *, pause_s: float = _PAUSE_S) -> Iterator[None]:
    """Deliver while the block runs, and forget changes that were kept long enough."""
    stop = threading.Event()
    deliverer = Deliverer(services, sender_of(services))

    def work() -> None:
        looked: date | None = None
        while not stop.is_set():
            try:
                deliverer.run(go_on=lambda: not stop.is_set())
                # Once a day: it takes the turn of a writer.
                if looked != services.today():
                    looked = services.today()
                    forget_old_changes(services)
            except Exception as error:  # noqa: BLE001 - a thread's last fence; the trouble goes to the log
                code = error.code if isinstance(error, MotlanError) else MotlanError.code
                services.log.warning("webhooks.stopped", code=code, cause=kind_of(error))
            stop.wait(pause_s)

    thread = threading.Thread(target=work, name="webhooks", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(_LEAVE_S)

"""Receivers of changes: added, removed, switched on again; each act with its entry in the journal."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from dossier.admission import Scopes
from dossier.events import Event, EventKind
from dossier.service_errors import WebhookUnknownError
from dossier.webhooks import Webhook
from wiring.services import Services

PREFIX: Final = "whsec_"
"""How secrets are written for people (Standard Webhooks)."""

_SECRET_BYTES: Final = 32
_ID_BYTES: Final = 8


def add_webhook(
    services: Services,
    url: str,
    scopes: Scopes,
    *,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> Webhook:
    """Keep a receiver; it is told of what changes from now on.

    Args:
        services: of this installation.
        url: checked before.
        scopes: offices and procedures it is told of.
        random_bytes: source of id and secret.
    """
    records = services.store.records
    webhook = Webhook(
        id=random_bytes(_ID_BYTES).hex(),
        url=url,
        secret=base64.b64encode(random_bytes(_SECRET_BYTES)).decode(),
        scopes=scopes,
        made_at=services.clock(),
        after=records.changes.bounds().last,
    )
    details = {"offices": " ".join(scopes.offices)}
    records.webhooks.add(webhook, events=[_event(services, EventKind.WEBHOOK_ADDED, webhook.id, details)])
    return webhook


def webhooks(services: Services) -> Sequence[Webhook]:
    """All receivers, in the order of their making."""
    return services.store.records.webhooks.all()


def find_webhook(services: Services, webhook: str) -> Webhook:
    """The receiver of an id.

    Raises:
        WebhookUnknownError: there is none.
    """
    found = services.store.records.webhooks.get(webhook)
    if found is None:
        raise WebhookUnknownError(webhook)
    return found


def remove_webhook(services: Services, webhook: str) -> None:
    """Forget a receiver.

    Raises:
        WebhookUnknownError: there is none.
    """
    event = _event(services, EventKind.WEBHOOK_REMOVED, webhook)
    if not services.store.records.webhooks.remove(webhook, events=[event]):
        raise WebhookUnknownError(webhook)


def resume_webhook(services: Services, webhook: str) -> Webhook:
    """Switch a receiver on again; it goes on where it was, or with what is still kept.

    Raises:
        WebhookUnknownError: there is none.
    """
    found = find_webhook(services, webhook)
    records = services.store.records
    after = max(found.after, records.changes.bounds().first - 1)
    resumed = replace(
        found, after=after, tries=0, failing_since=None, next_try=None, error_code="", off_at=None
    )
    event = _event(services, EventKind.WEBHOOK_RESUMED, webhook)
    records.webhooks.advance(found, resumed, events=[event])
    return resumed


def _event(
    services: Services, kind: EventKind, webhook: str, details: Mapping[str, str] = MappingProxyType({})
) -> Event:
    return Event(
        kind=kind,
        at=services.clock(),
        actor=services.settings.actor,
        subject=webhook,
        details=details,
    )

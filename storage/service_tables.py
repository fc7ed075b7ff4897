"""The tables of the HTTP service: who may ask, and the feed of changes; see ``storage.schema``."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from storage.columns import Count, OrderedText
from storage.metadata import metadata

api_keys = Table(
    "api_keys",
    metadata,
    Column("serial", Count, primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("label", String, nullable=False),
    # Canonical JSON: role, offices, procedures, fields.
    Column("scopes", Text, nullable=False),
    # SHA-256 of the secret, which is kept nowhere.
    Column("digest", String(64), nullable=False),
    # Moments in ISO 8601 in UTC.
    Column("made_at", String, nullable=False),
    Column("ends_at", String, nullable=False),
    Column("revoked_at", String, nullable=True),
)

emergency_grants = Table(
    "emergency_grants",
    metadata,
    Column("id", OrderedText, primary_key=True),
    Column("caller", String, nullable=False),
    Column("document_id", String(36), nullable=False),
    Column("reason", String, nullable=False),
    # Sealed: free words may name people.
    Column("words", Text, nullable=False),
    Column("at", String, nullable=False),
    Column("ends_at", String, nullable=False),
)

used_tokens = Table(
    "used_tokens",
    metadata,
    # Keyed reference of issuer and id of a token that counts once; a row goes when the token has ended.
    Column("token_ref", OrderedText, primary_key=True),
    Column("ends_at", OrderedText, nullable=False),
    Index("used_tokens_by_end", "ends_at"),
)

access_alarms = Table(
    "access_alarms",
    metadata,
    # When an alarm about a caller was last raised, so that several processes raise it once.
    Column("caller", OrderedText, primary_key=True),
    Column("why", OrderedText, primary_key=True),
    Column("at", OrderedText, nullable=False),
)

changes = Table(
    "changes",
    metadata,
    # In the order of commit: a serial is handed out while its writer keeps all others waiting.
    Column("serial", Count, primary_key=True),
    Column("kind", String, nullable=False),
    Column("document_id", String(36), nullable=False),
    Column("version", Integer, nullable=False),
    Column("type", String, nullable=False),
    Column("dossier", String, nullable=False),
    Column("office", String, nullable=False),
    Column("procedure", String, nullable=False),
    Column("at", String, nullable=False),
)

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", OrderedText, primary_key=True),
    # Sealed: the address may hold words of its own, the secret is one.
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),
    # Canonical JSON: offices, procedures.
    Column("scopes", Text, nullable=False),
    Column("made_at", String, nullable=False),
    # The last change that was taken or was not meant for it.
    Column("after", Count, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("failing_since", String, nullable=True),
    Column("next_try", String, nullable=True),
    Column("error_code", String, nullable=False),
    Column("off_at", String, nullable=True),
)

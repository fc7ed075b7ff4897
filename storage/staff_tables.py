"""The tables of the station: accounts of people, their sessions, and failed attempts at the door."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from storage.columns import Count, OrderedText
from storage.metadata import metadata

staff_accounts = Table(
    "staff_accounts",
    metadata,
    Column("serial", Count, primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    # Keyed reference of the login: logins are often names.
    Column("login_ref", String(32), nullable=False, unique=True),
    # Sealed: login and name.
    Column("told", Text, nullable=False),
    # Canonical JSON: roles, offices, procedures, fields.
    Column("scopes", Text, nullable=False),
    # Argon2id in its text form.
    Column("password", Text, nullable=False),
    Column("must_change", Integer, nullable=False),
    # Moments in ISO 8601 in UTC.
    Column("password_ends", String, nullable=True),
    # Sealed: the secret of the second factor; empty before there is one.
    Column("totp", Text, nullable=False),
    Column("totp_step", Count, nullable=False),
    # Canonical JSON: SHA-256 of recovery codes, of 120 random bits each.
    Column("recovery", Text, nullable=False),
    Column("made_at", String, nullable=False),
    Column("disabled_at", String, nullable=True),
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    # SHA-256 of the token in the browser.
    Column("token_hash", OrderedText, primary_key=True),
    Column("actor", OrderedText, nullable=False),
    Column("stage", String, nullable=False),
    # Sealed: what a stage on the way in needs.
    Column("kept", Text, nullable=False),
    # Canonical JSON, for people of the identity provider.
    Column("scopes", Text, nullable=True),
    Column("began_at", OrderedText, nullable=False),
    Column("seen_at", OrderedText, nullable=False),
    Column("ends_at", OrderedText, nullable=False),
    Index("staff_sessions_by_actor", "actor", "began_at"),
    Index("staff_sessions_by_end", "ends_at"),
)

staff_attempts = Table(
    "staff_attempts",
    metadata,
    # Keyed reference of a login or an address, and how often in a row it failed.
    Column("key", OrderedText, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", OrderedText, nullable=False),
    Column("free_at", OrderedText, nullable=False),
    Index("staff_attempts_by_time", "last_at"),
)

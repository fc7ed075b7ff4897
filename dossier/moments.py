"""The one time zone people of this program read: moments are kept in UTC and shown in it."""

from __future__ import annotations

from datetime import timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))
"""Indochina Time: no daylight saving since 1975."""

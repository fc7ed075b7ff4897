"""Webhooks: what changes is sent to those who asked for it, signed, until they took it."""

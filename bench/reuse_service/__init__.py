"""Reuse checks over HTTP at full size: how many, how fast, every answer right and in the journal."""

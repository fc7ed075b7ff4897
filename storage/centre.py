"""The centre that a store joined: one fact, asked whenever a result code is given."""

from __future__ import annotations

import json
from typing import Final

from sqlalchemy import Connection, bindparam, select

from dossier.bundles import Centre
from storage.schema import facts

CENTRE: Final = "bundle.centre"
"""Name of the fact."""

# Put together once: every filing asks.
_ASK: Final = select(facts.c.value).where(facts.c.name == bindparam("name"))


def centre_of(connection: Connection) -> Centre | None:
    """The centre; nothing for a store that stands alone."""
    text = connection.execute(_ASK, {"name": CENTRE}).scalar()
    return Centre(**json.loads(text)) if text is not None else None

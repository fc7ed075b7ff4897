"""The centre that a store joined: one fact, asked whenever a result code is given."""

from __future__ import annotations

import json
from typing import Final

from sqlalchemy import Connection, select

from dossier.bundles import Centre
from storage.schema import facts

CENTRE: Final = "bundle.centre"
"""Name of the fact."""


def centre_of(connection: Connection) -> Centre | None:
    """The centre; nothing for a store that stands alone."""
    return centre_from_text(connection.execute(select(facts.c.value).where(facts.c.name == CENTRE)).scalar())


def centre_from_text(text: str | None) -> Centre | None:
    """The centre from the value of the fact."""
    return Centre(**json.loads(text)) if text is not None else None

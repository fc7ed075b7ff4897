"""What was told of owners who have no number of the state, read from its rows."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict

from sqlalchemy import Connection, select

from dossier.owners import OwnerKind
from dossier.unnumbered import Unnumbered
from storage.bodies import canonical_json
from storage.counter_tables import unnumbered_owners
from storage.vault import vault_of


def told_place(owner: str) -> str:
    """What is told of an owner is bound to this."""
    return f"unnumbered_owners/{owner}/told"


def told_to_text(told: Unnumbered) -> str:
    """As it is sealed."""
    return canonical_json(asdict(told))


def told_of(connection: Connection, records: Collection[str]) -> Mapping[str, Unnumbered]:
    """What was told of each of these records that has no number of the state."""
    query = select(unnumbered_owners.c.owner_id, unnumbered_owners.c.told)
    rows = connection.execute(query.where(unnumbered_owners.c.owner_id.in_(records)))
    vault = vault_of(connection)
    return {
        row.owner_id: told_from_text(vault.unseal(row.told, place=told_place(row.owner_id))) for row in rows
    }


def told_from_text(text: str) -> Unnumbered:
    """As it was sealed.

    Raises:
        KeyError, TypeError, ValueError: it is none of ours.
    """
    kept = json.loads(text)
    return Unnumbered(**{**kept, "kind": OwnerKind(kept["kind"])})

"""Declared components of a dossier as they are kept: canonical JSON of codes and ids."""

from __future__ import annotations

import json
from collections.abc import Sequence

from dossier.declared import Came, DeclaredComponent
from storage.bodies import canonical_json


def components_to_text(components: Sequence[DeclaredComponent]) -> str:
    """Declared components as they are kept."""
    return canonical_json([[each.code, each.came.value, each.document, each.database] for each in components])


def components_from_text(text: str) -> tuple[DeclaredComponent, ...]:
    """Declared components; rows of before name no database."""
    return tuple(
        DeclaredComponent(code, Came(came), document, *database)
        for code, came, document, *database in json.loads(text)
    )

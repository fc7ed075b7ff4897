"""How the components of a dossier came, as they are kept: one text for each declaration."""

from __future__ import annotations

import json
from collections.abc import Sequence

from dossier.declared import Came, DeclaredComponent
from dossier.legal_form import LegalForm
from storage.bodies import canonical_json


def components_to_text(components: Sequence[DeclaredComponent]) -> str:
    """Declared components as they are kept."""
    return canonical_json([_to_json(each) for each in components])


def components_from_text(text: str) -> tuple[DeclaredComponent, ...]:
    """Declared components; rows of before name no database and no form."""
    return tuple(map(_from_json, json.loads(text)))


def _to_json(component: DeclaredComponent) -> list[str]:
    return [
        component.code,
        component.came.value,
        component.document,
        component.database,
        component.form.value,
    ]


def _from_json(told: Sequence[str]) -> DeclaredComponent:
    code, came, document, *more = told
    database, form = more or ("", "")
    return DeclaredComponent(code, Came(came), document, database, LegalForm(form))

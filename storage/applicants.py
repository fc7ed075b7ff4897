"""Who the applicant of a dossier is to reports: one reference for a person, however many numbers are linked.

Who brought papers under an old number and under a new one is one person. Dossiers bear the first, in the
order of text, of the references of all linked numbers; they follow when a link is made or undone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, select, update

from dossier.admission import DossierPerson
from dossier.ids import OwnerId
from storage.documents import number_reference
from storage.dossier_counts import recount
from storage.owner_rows import group_of, record_of
from storage.schema import dossiers, owner_numbers
from storage.vault import vault_of


def persons_place(code: str) -> str:
    """What the sealed persons of a dossier are bound to."""
    return f"dossiers/{code}/persons"


def applicant_reference(connection: Connection, persons: Sequence[DossierPerson]) -> str:
    """Keyed reference of the applicant; empty without a number."""
    return _reference(connection, persons[0].number) if persons else ""


def follow_links(connection: Connection, records: Iterable[OwnerId]) -> tuple[str, ...]:
    """Let the dossiers of records that were linked, or are not linked any more, say who their applicant is.

    Returns:
        Codes of the dossiers that say something else now.
    """
    touched = {member for record in records for member in group_of(connection, record).members}
    if not touched:
        return ()
    known = select(owner_numbers.c.number_ref).where(owner_numbers.c.owner_id.in_(touched))
    rows = connection.execute(
        select(dossiers.c.code, dossiers.c.persons, dossiers.c.applicant_ref)
        .where(dossiers.c.applicant_ref.in_(known))
        .order_by(dossiers.c.code)
    ).all()
    vault, changed = vault_of(connection), []
    for row in rows:
        persons = json.loads(vault.unseal(row.persons, place=persons_place(row.code)))
        reference = _reference(connection, persons[0][1])
        if reference != row.applicant_ref:
            same = dossiers.c.code == row.code
            connection.execute(update(dossiers).where(same).values(applicant_ref=reference))
            changed.append(row.code)
    recount(connection, changed)
    return tuple(changed)


def _reference(connection: Connection, number: str) -> str:
    own = number_reference(vault_of(connection), number)
    record = record_of(connection, number)
    if record is None:
        return own
    members = group_of(connection, record).members
    if len(members) == 1:
        return own
    linked = select(owner_numbers.c.number_ref).where(owner_numbers.c.owner_id.in_(members))
    references: Sequence[str] = connection.execute(linked).scalars().all()
    return min(own, *references)

"""What a desk knows of dossiers, folded into what the centre knows: registrations, tellings, declarations."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from dossier.admission import DossierPerson
from dossier.bundles import Question, QuestionKind
from storage.admissions import words_place
from storage.applicants import applicant_reference, persons_place
from storage.bodies import canonical_json
from storage.bundle_desks import ask
from storage.bundle_ids import Names
from storage.declared_text import components_from_text, components_to_text
from storage.dossier_counts import recount
from storage.handlings import personal_place
from storage.schema import dossier_components, dossier_told, dossiers
from storage.service_tables import emergency_grants
from storage.vault import vault_of

Line = Mapping[str, Any]


def take_dossier(connection: Connection, line: Line) -> None:
    """The earlier registration counts; a dossier that one store closed is closed, on the earlier day."""
    code, vault = str(line["code"]), vault_of(connection)
    persons = canonical_json(line["persons"])
    row = connection.execute(select(dossiers).where(dossiers.c.code == code)).first()
    told = (str(line["registered_at"]), str(line["procedure"]), str(line["received_on"]), persons)
    closed = [str(line["closed_at"])] if line["closed_at"] else []
    values = {
        "procedure": told[1],
        "received_on": told[2],
        "persons": vault.seal(persons, place=persons_place(code)),
        "registered_by": str(line["registered_by"]),
        "registered_at": told[0],
        "applicant_ref": applicant_reference(
            connection, [DossierPerson(whose, number) for whose, number in line["persons"]]
        ),
    }
    if row is None:
        connection.execute(insert(dossiers).values(code=code, closed_at=line["closed_at"], **values))
        recount(connection, [code])
        return
    known = vault.unseal(row.persons, place=persons_place(code))
    before = (row.registered_at, row.procedure, row.received_on, known)
    if told[1:] != before[1:]:
        names = ("procedure", "received_on", "persons")
        differs = tuple(
            name for name, one, other in zip(names, told[1:], before[1:], strict=True) if one != other
        )
        ask(connection, Question(kind=QuestionKind.DOSSIER, subject=code, differs=differs))
    closed += [row.closed_at] if row.closed_at else []
    connection.execute(
        update(dossiers)
        .where(dossiers.c.code == code)
        .values(closed_at=min(closed, default=None), **(values if told < before else {}))
    )
    recount(connection, [code])


def take_told(connection: Connection, line: Line, names: Names) -> None:
    """All versions that were told, of all stores, in the order of time; the last one counts."""
    code, vault = str(line["code"]), vault_of(connection)
    facts = json.loads(line["facts"])
    facts["files"] = [[component, names.ours(paper), *rest] for component, paper, *rest in facts["files"]]
    mine = (
        str(line["at"]),
        str(line["by"]),
        canonical_json(facts),
        str(line["officer"]),
        str(line["personal"]),
    )
    rows = connection.execute(
        select(dossier_told).where(dossier_told.c.code == code).order_by(dossier_told.c.version)
    ).all()
    known = [
        (
            row.at,
            row.told_by,
            row.facts,
            row.officer_ref,
            vault.unseal(row.personal, place=personal_place(row.id)),
        )
        for row in rows
    ]
    if mine in known:
        return
    _write_told(connection, code, sorted([*known, mine]))
    recount(connection, [code])


def _write_told(connection: Connection, code: str, told: Sequence[tuple[str, str, str, str, str]]) -> None:
    vault = vault_of(connection)
    connection.execute(delete(dossier_told).where(dossier_told.c.code == code))
    for version, (at, by, facts, officer, personal) in enumerate(told, start=1):
        row = f"{code}/{version}"
        connection.execute(
            insert(dossier_told).values(
                id=row,
                code=code,
                version=version,
                at=at,
                told_by=by,
                facts=facts,
                officer_ref=officer,
                personal=vault.seal(personal, place=personal_place(row)),
            )
        )


def take_declared(connection: Connection, line: Line, names: Names) -> None:
    """The later declaration counts."""
    components = components_from_text(line["body"])
    body = components_to_text([replace(each, document=names.ours(each.document)) for each in components])
    same = dossier_components.c.code == line["code"]
    row = connection.execute(select(dossier_components).where(same)).first()
    if row is not None and (str(line["at"]), body) <= (row.declared_at, row.body):
        return
    connection.execute(delete(dossier_components).where(same))
    connection.execute(
        insert(dossier_components).values(
            code=line["code"], body=body, declared_by=str(line["by"]), declared_at=str(line["at"])
        )
    )
    recount(connection, [str(line["code"])])


def take_grant(connection: Connection, line: Line, names: Names) -> None:
    """A grant in an emergency; its id is random."""
    if connection.execute(select(emergency_grants.c.id).where(emergency_grants.c.id == line["id"])).first():
        return
    connection.execute(
        insert(emergency_grants).values(
            id=line["id"],
            caller=str(line["caller"]),
            document_id=names.ours(line["document"]),
            reason=str(line["reason"]),
            words=vault_of(connection).seal(line["words"], place=words_place(line["id"])),
            at=str(line["at"]),
            ends_at=str(line["ends_at"]),
        )
    )

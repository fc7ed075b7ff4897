"""The stage: a store on a filled database, keys, dossiers of invented people, and what each must be told.

Two kinds of people are asked about: those of ``bench.index``, spread over the whole index, and some of this
bench's own with none to ten papers that count, so that answers hold something. What an answer must be is
worked out with the look-ups for one person that the desk uses, not with those of the service.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import psycopg

from bench.index.people import Shape, number_of
from dossier.access import Access, Purpose
from dossier.admission import DossierPerson, FieldScope, Role, Scopes
from dossier.documents import Batch, Document, DocumentState, Item, Party, PartyRole, SignatureStatus
from dossier.fields import Field
from dossier.geometry import Box
from dossier.ids import BatchId, DocumentId, ItemId, Sha256
from dossier.matching import NO_ALIASES, Aliases, ProposedNumber
from dossier.trust import Term, TermKind, Trust
from flows.admission import find_dossier, new_key, register_dossier
from reuse.decide import decide, lookups
from reuse.question import Question
from storage.filesystem import SystemFiles
from storage.layout import Layout
from storage.schema import metadata
from storage.store_making import create_store
from storage.store_secret import make_key
from wiring.places import store_parts
from wiring.services import Services
from wiring.settings import read_settings

SECRET: Final = bytes(range(32))
"""Of ``bench.index``: references in the filled database were made with it."""

_PROCEDURES: Final = ("1.001193", "1.004222", "1.000894", "1.004873", "2.001035")
_FACTS: Final = {"1.001193": [{"name": "parents_married", "holds": True}]}
_TYPES: Final = (
    "marriage_certificate",
    "identity_card",
    "birth_certificate",
    "residence_confirmation",
    "marital_status_certificate",
    "land_certificate",
    "passport",
)
_DAY: Final = date(2026, 11, 20)
_AT: Final = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
_OWN_NUMBERS: Final = 99_000_000_0000
_OFFICES: Final = 30


@dataclass(frozen=True, slots=True)
class Asked:
    """One question and the only right answer to it."""

    body: str
    right: str


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything a run needs: authorisation headers, questions."""

    keys: tuple[str, ...]
    asked: tuple[Asked, ...]


def environment(data: Path, url: str) -> dict[str, str]:
    """Settings of the service: limits of a single caller out of the way, all others as they come.

    Prefect is said to run elsewhere, as in an office: its start takes a core for half a minute. What the
    environment sets of the service (``MOTLAN_API_…``) counts, so that limits can be tried.
    """
    return {
        "MOTLAN_DATA": str(data),
        "MOTLAN_DATABASE": url,
        "MOTLAN_API_RATE_PER_MINUTE": "1000000",
        "MOTLAN_API_ALARM_PERSONS": "1000000",
        "MOTLAN_PREFECT_URL": "http://127.0.0.1:1/api",
        "MOTLAN_LANG": "en",
        **{name: value for name, value in os.environ.items() if name.startswith("MOTLAN_API_")},
    }


def open_services(data: Path, url: str) -> Services:
    """The store of a filled database, made when it is not there yet."""
    settings = read_settings(environment(data, url))
    layout = Layout(data)
    if not layout.marker.exists():
        layout.make_folder(SystemFiles())
        make_key(layout, files=SystemFiles(), random_bytes=lambda size: SECRET[:size])
        with closing(store_parts(settings)) as parts:
            create_store(data, clock=lambda: datetime.now(UTC), actor="bench", parts=parts)
        _count_on(url)
    services = Services(settings)
    services.create()
    return services


def _count_on(url: str) -> None:
    """A bulk load wrote its own serial numbers; the next ones come after them."""
    with psycopg.connect(url, autocommit=True) as connection:
        for table in metadata.tables.values():
            for column in table.primary_key.columns:
                found = connection.execute(
                    "SELECT pg_get_serial_sequence(%s, %s)", (table.name, column.name)
                ).fetchone()
                if found and found[0]:
                    connection.execute(
                        f"SELECT setval('{found[0]}', "  # noqa: S608  names of our own tables
                        f"greatest((SELECT max({column.name}) FROM {table.name}), 1))"
                    )


def set_stage(  # noqa: PLR0913  a stage has these parts
    services: Services, shape: Shape, *, url: str, clients: int, dossiers: int, seed: int
) -> Stage:
    """Keys, papers and dossiers; those of an earlier run are used again."""
    draw = random.Random(seed)  # noqa: S311  invented, and the same each time
    if _file_papers(services, dossiers // 2):
        _look_again(url)
    asked = []
    for place in range(dossiers):
        own = place % 2
        number = _own_number(place // 2) if own else number_of(draw.randrange(shape.people))
        asked.append(_asked(services, seed, place, number))
    scopes = Scopes(role=Role.ONE_STOP, offices=("H26",), fields=FieldScope.BASIC)
    keys = tuple(f"Bearer {new_key(services, f'bench {n}', scopes).text}" for n in range(clients))
    return Stage(keys, tuple(asked))


def _asked(services: Services, seed: int, place: int, number: str) -> Asked:
    code = f"H26.5.{place % _OFFICES}-{_DAY:%y%m%d}-{seed * 100_000 + place:06d}"
    procedure = _PROCEDURES[place % len(_PROCEDURES)]
    if find_dossier(services, code) is None:
        register_dossier(
            services, code, procedure=procedure, persons=[DossierPerson("applicant", number)], caller="bench"
        )
    facts = _FACTS.get(procedure, [])
    right = _right(services, code, procedure, number, {str(each["name"]): True for each in facts})
    return Asked(json.dumps({"dossier": code, "owner": number, "facts": facts}), right)


def _right(services: Services, code: str, procedure: str, number: str, facts: Mapping[str, bool]) -> str:
    rules = services.procedures.on(procedure, _DAY)
    question = Question(
        procedure=procedure,
        owner=number,
        on=_DAY,
        access=Access("bench", Purpose.PROCEDURE, code),
        facts=facts,
        aliases={number: _aliases(services, number)},
    )
    papers = [
        paper
        for lookup in lookups(question, rules)
        for each in (lookup.number, *question.aliases_of(lookup.number).proposed)
        for paper in services.store.records.documents_of_owner(
            each, types=lookup.types, related=lookup.related
        )
    ]
    answer = decide(question, rules, documents=papers)
    return json.dumps({"dossier": code, **answer.as_json()}, sort_keys=True)


def _aliases(services: Services, number: str) -> Aliases:
    owners = services.store.records.owners
    owner = owners.owner_of(number)
    if owner is None:
        return NO_ALIASES
    proposed: dict[str, ProposedNumber] = {}
    for proposal in owners.proposals_of(owner.id):
        other = proposal.right if proposal.left.id == owner.id else proposal.left
        why = ProposedNumber(proposal.id, proposal.reasons)
        proposed |= {known.number: why for known in other.numbers}
    return Aliases(frozenset(known.number for known in owner.numbers) - {number}, proposed)


def _own_number(person: int) -> str:
    return f"{_OWN_NUMBERS + person:012d}"


def _look_again(url: str) -> None:
    """What a server does by itself after a while: without it, it plans for tables as they were before."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ANALYZE")


def _file_papers(services: Services, people: int) -> bool:
    """None to ten papers for each of them, filed as the program files them; whether any was missing."""
    records = services.store.records
    missing = [
        person
        for person in range(people)
        if person % 11 and not records.documents_of_owner(_own_number(person))
    ]
    if not missing:
        return False
    batch = BatchId(_id(1, 0))
    item = Item(id=ItemId(_id(2, 0)), batch=batch, order=1, sha256=Sha256("0" * 64), size=1, name="bench.pdf")
    with services.writing():
        services.store.records.save_batch(Batch(id=batch, received_at=_AT), [item])
        for person in missing:
            for count in range(person % 11):
                services.store.records.save_document(_paper(item.id, person, count))
    return True


def _paper(item: ItemId, person: int, count: int) -> Document:
    """A filed paper of an invented person: a dozen fields, some that a decision looks at."""
    values = {
        "document_number": f"{person}/{count}",
        "full_name": f"Mẫu Thị Thử {person}",
        "date_of_birth": "1990-04-02",
        "registration_date": f"202{count % 5}-0{1 + count % 9}-11",
        "issuer": "Ủy ban nhân dân xã Mẫu",
        **{f"note_{place}": f"Mẫu {person} {place}" for place in range(7)},
    }
    return Document(
        id=DocumentId(_id(person + 3, count)),
        version=1,
        item=item,
        pages=(1,),
        type=_TYPES[count % len(_TYPES)],
        type_confidence=0.98,
        fields=tuple(
            Field(name=name, value=value, printed=value, confidence=0.97, page=1, box=Box(1, 2, 30, 40))
            for name, value in values.items()
        ),
        parties=(
            Party(
                role=PartyRole.OWNER,
                relation="subject",
                number=_own_number(person),
                name=f"Mẫu Thị Thử {person}",
                birth="1990-04-02",
            ),
        ),
        state=DocumentState.FILED,
        term=Term(TermKind.UNLIMITED),
        trust=Trust.T4,
        dossier="H26.5.1-261101-0007",
        signature=SignatureStatus.PASSED,
        signature_checked_at=_AT,
        filed_at=_AT - timedelta(days=10),
    )


def _id(first: int, second: int) -> str:
    return f"be{first % 2**24:06x}-0000-5000-8000-{second:012x}"

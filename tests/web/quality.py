"""Batches of filed papers of invented people, and somebody who keys their fields a second time."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from dossier.documents import Batch, Document, DocumentState, ItemState
from dossier.fields import Field
from dossier.geometry import Box
from dossier.ids import BatchId, DocumentId, ItemId
from dossier.legal_form import Origin
from dossier.quality import Key, KeyState, Promise
from flows.checking.desk import Checker
from flows.quality.keying import Strip, say, take_next
from flows.quality.promises import promise
from rulebook.paper_spec import Sensitivity
from tests.storage.builders import item, record_id
from tests.web.office import Office, paper

OFFICE: Final = "H26.5.12"
FEEDER: Final = "user-quet"
KEY_FIELDS: Final = ("full_name", "date_of_birth", "document_number", "registration_date")
RIGHT: Final = {
    "full_name": "Mẫu Thị Thử",
    "date_of_birth": "1990-04-02",
    "document_number": "12/2026",
    "registration_date": "2026-10-01",
}
SECOND: Final = frozenset({KeyState.SECOND})
THIRD: Final = frozenset({KeyState.THIRD})


def checker(name: str, *offices: str) -> Checker:
    """Somebody at the desk who may see everything."""
    return Checker(
        actor=f"user-{name}",
        accounts=frozenset({f"user-{name}"}),
        offices=offices or ("*",),
        sees=frozenset(Sensitivity),
    )


def promised(at: Office, /, **changes: int | str) -> Promise:
    """At most five percent wrong, with 95 percent confidence; every field is keyed again."""
    told: dict[str, int | str] = {"office": "", "error": 50_000, "confidence": 950_000, "share": 1_000_000}
    return promise(at.services, **(told | {"days": 30, "actor": "user-lanhdao"} | changes))  # type: ignore[arg-type]


def filed_batch(office: Office, name: str, count: int, *, wrong: int = 0, by_person: bool = False) -> BatchId:
    """A batch of so many birth certificates that were filed, the names of the first ``wrong`` misread."""
    records, now = office.services.store.records, office.clock()
    made = Batch(id=BatchId(record_id(name)), received_at=now, dossier=f"{OFFICE}-261120-0007")
    one = replace(
        item(f"{name} item", of=name), state=ItemState.DONE, origin=Origin(operator=FEEDER), pages=count
    )
    records.save_batch(made, [one])
    for number in range(count):
        _file(office, f"{name} {number}", one.id, number < wrong, by_person=by_person)
    return made.id


def _file(office: Office, name: str, item_id: ItemId, is_wrong: bool, *, by_person: bool) -> None:
    records, owner = office.services.store.records, "011190000001"
    found = replace(paper(name, owner, dossier=f"{OFFICE}-261120-0007"), item=item_id)
    fields = [
        Field(name=key, value=value, printed=value, confidence=0.99, page=1, box=Box(1, 2, 30, 40))
        for key, value in RIGHT.items()
    ]
    if is_wrong:
        fields[0] = replace(fields[0], value="Mẫu Thị Thứ")
    found = replace(found, fields=tuple(fields))
    if by_person:
        waiting = replace(found, state=DocumentState.WAITING, questions=("full_name",), filed_at=None)
        found = replace(records.save_document(waiting), state=DocumentState.FILED, questions=(), version=2)
        found = replace(found, filed_at=office.clock())
    records.save_document(found)


def truth(strip: Strip) -> str:
    """What the paper says."""
    return RIGHT.get(strip.key.field, "")


def key_all(
    office: Office,
    who: Checker,
    *,
    turns: frozenset[KeyState] = SECOND,
    typed: Callable[[Strip], str] = truth,
    most: int = 10_000,
) -> list[Key]:
    """Somebody keys what they are offered; gives what they said."""
    said: list[Key] = []
    while len(said) < most and (strip := take_next(office.services, who, turns=turns)) is not None:
        value = typed(strip)
        said.append(say(office.services, who, serial=strip.key.serial, value=value, absent=not value))
    return said


def seeded(number: int) -> Callable[[int], bytes]:
    """Random bytes that are the same in every run."""
    return random.Random(number).randbytes  # noqa: S311 - of a test


def documents(office: Office, batch: BatchId) -> list[Document]:
    """The papers of a batch."""
    records = office.services.store.records
    found: list[DocumentId] = []
    for one in records.items(batch):
        found += [document.id for document in records.documents_of_item(one.id)]
    return [records.document(document) for document in found]

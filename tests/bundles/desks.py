"""Invented desks that worked a week without the network, and a centre; all people are invented."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from dossier.access import Access, Purpose
from dossier.admission import Dossier, DossierPerson
from dossier.declared import Came, DeclaredComponent
from dossier.declared import Declaration as Declared
from dossier.documents import Document, DocumentState, ItemState, Party, PartyRole, SignatureStatus
from dossier.events import Event, EventKind
from dossier.fields import Evidence, Field
from dossier.geometry import Box
from dossier.ids import DocumentId, document_id, pair_id
from dossier.keeping import Act, KeepingAct
from dossier.legal_form import LegalForm
from dossier.owners import OwnerKind
from dossier.queries import PaperQuery
from dossier.same import SameAnswer, SamePair
from dossier.told import Told, ToldFile
from dossier.trust import Term, TermKind, Trust
from dossier.unnumbered import Unnumbered
from flows.batches import act_on
from flows.bundle_export import Exported, acknowledge, export
from flows.bundle_import import Imported, take
from flows.bundle_keys import enrol, join, own_keys
from flows.form_said import FormSaid
from flows.form_said import say_form as say
from flows.newcomers import add_owner
from storage.inbox import Declaration
from storage.store_facts import facts_of
from storage.store_making import create_store
from wiring.places import store_parts
from wiring.services import Services
from wiring.settings import read_settings

PROCEDURE = "1.004222"
SHARED = "H26.5.12-261102-9001"
_FAMILIES = ("Giàng", "Đỗ", "Lò", "Nông", "Hoàng")
_GIVEN = ("Thị Mã", "Seo Chứ", "Văn Nháp", "Thị Giả", "Đức Thử")


class Clock:
    """Goes on by a second whenever somebody looks."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def __call__(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now

    def jump(self, by: timedelta) -> None:
        self._now += by


@dataclass
class Place:
    """One installation: a desk, or the centre."""

    name: str
    services: Services
    clock: Clock
    exports: list[Exported] = field(default_factory=list)

    @property
    def data(self) -> Path:
        return self.services.settings.data


@contextmanager
def place(folder: Path, name: str, *, start: datetime, database: str = "") -> Iterator[Place]:
    """A new store, or the one that is there. Stores of one name have one secret, wherever they are made."""
    clock = Clock(start)
    settings = read_settings(
        {
            "MOTLAN_DATA": str(folder / name),
            "MOTLAN_ACTOR": name,
            "MOTLAN_LOCK_SECONDS": "60",
            **({"MOTLAN_DATABASE": database} if database else {}),
        }
    )
    # Only the store: nothing here signs papers, and making keys for that takes longer than the test.
    with closing(store_parts(settings)) as parts:
        create_store(
            settings.data,
            clock=clock,
            actor=name,
            random_bytes=lambda count: hashlib.shake_256(name.encode()).digest(count),
            parts=parts,
        )
    with Services(settings, clock=clock) as services:
        yield Place(name, services, clock)


def introduce(desk: Place, centre: Place) -> None:
    """Key, enrolment, joining: what two people do once."""
    request, _ = own_keys(desk.services, desk.name)
    _, answer = enrol(centre.services, request, item="ban.json")
    join(desk.services, answer, item="trung-tam.json")


def send(desk: Place, folder: Path, *, full: bool = False) -> Path:
    """Export a bundle into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    made = export(desk.services, folder, full=full)
    desk.exports.append(made)
    return made.path


def receive(centre: Place, bundle: Path) -> Imported:
    """Import a bundle."""
    return take(centre.services, bundle)


def confirm(desk: Place, imported: Imported) -> bool:
    """Give the receipt to the desk."""
    return acknowledge(desk.services, imported.receipt, item="bien-nhan.json")[1]


def facts(at: Place) -> dict[str, list[str]]:
    """Every fact of a store, by kind, in an order of its own."""
    found: dict[str, list[str]] = {}
    with at.services.store.records.sent.database.reading() as connection:
        for fact in facts_of(connection):
            found.setdefault(fact.kind, []).append(fact.text)
    return {kind: sorted(texts) for kind, texts in found.items()}


def number(person: int) -> str:
    """An invented identity number: the 999 in the middle is given to nobody."""
    return f"0{10 + person % 80:02d}1{85 + person % 10:02d}999{person % 1000:03d}"


def earlier(person: int) -> str:
    """The invented number of nine digits that some of them had before."""
    return f"{85 + person % 10:03d}999{person % 1000:03d}"


def bearer(person: int) -> Party:
    return Party(
        role=PartyRole.OWNER,
        relation="subject",
        number=number(person),
        name=f"{_FAMILIES[person % 5]} {_GIVEN[person % 7 % 5]}",
        birth=f"19{85 + person % 10:02d}-03-{1 + person % 27:02d}",
    )


def work(desk: Place, scans: Path, *, dossiers: int, seed: int, first: int = 0) -> list[str]:
    """Some dossiers of two papers each, filed or waiting, with everything that belongs to them."""
    chance = random.Random(f"{seed}/{desk.name}")  # noqa: S311  invented papers, not secrets
    office = f"H26.5.{10 + seed}"
    done = []
    for order in range(first + 1, first + dossiers + 1):
        code = f"{office}-261102-{order:04d}"
        person = chance.randrange(400)
        files = []
        for paper in range(2):
            path = scans / f"{desk.name}-{order}-{paper}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"\xff\xd8\xff" + f"{desk.name}/{order}/{paper}".encode() * 40)
            files.append(path)
        hand_in(desk, files, code=code, person=person, chance=chance)
        register(desk, code, person)
        if order % 5 == 0:
            desk.services.store.records.record(_read(desk, code, person))
        if order % 3 == 0:
            tell(desk, code)
        if order % 7 == 0:
            hold(desk, code)
        done.append(code)
    return done


def hand_in(
    desk: Place,
    files: Sequence[Path],
    *,
    code: str,
    person: int,
    chance: random.Random,
    waiting: bool | None = None,
    value: str = "",
) -> list[Document]:
    """Take files in and put one paper of each down, as a run does without its reading."""
    services = desk.services
    saved = []
    with services.writing():
        store = services.store
        declared = Declaration(
            dossier=code,
            procedure=PROCEDURE,
            owner=number(person),
            papers=len(files),
            operator=f"can-bo-{desk.name}",
            device="may-quet-1",
        )
        taken = store.inbox.take_in(files, declared=declared)
        assert taken.batch is not None
        received = _event(desk, EventKind.ITEM_RECEIVED, taken.batch.id, code)
        store.records.save_batch(taken.batch, taken.items, events=[received])
        for item in store.records.items(taken.batch.id):
            store.steps.run(f"reading-{item.id}", _read_as_nothing)
            paper = document_id(store.records.namespace, item.id, pages=[1])
            waits = chance.random() < 0.2 if waiting is None else waiting
            made = _paper(desk, paper, item.id, code=code, person=person, waits=waits, value=value)
            signed = store.steps.run(f"captured-{paper}", _signed_by(desk, paper))
            made = replace(made, object_sha256=signed.sha256, object_size=signed.size)
            kind = EventKind.DOCUMENT_WAITING if waits else EventKind.DOCUMENT_FILED
            saved.append(store.records.save_document(made, events=[_event(desk, kind, paper, code)]))
            done = replace(item, state=ItemState.DONE, pages=1)
            store.records.save_item(done, events=[_event(desk, EventKind.ITEM_SPLIT, item.id, code)])
    return saved


def correct(desk: Place, document: DocumentId, value: str) -> Document:
    """A person gives the name on a paper another spelling and files it."""
    records = desk.services.store.records
    before = records.document(document)
    told = replace(before.fields[0], value=value, evidence=Evidence.PERSON, confidence=1.0)
    after = before.next_version(
        fields=(told, *before.fields[1:]),
        questions=(),
        state=DocumentState.FILED,
        filed_at=before.filed_at or desk.clock(),
        signature=SignatureStatus.PASSED,
        trust=Trust.T4,
    )
    return records.save_document(after, events=[_event(desk, EventKind.DOCUMENT_CORRECTED, document, "")])


def register(desk: Place, code: str, person: int) -> None:
    """The dossier as the one-stop software tells it."""
    records = desk.services.store.records
    made = Dossier(
        code=code,
        office=code.rpartition("-")[0].rpartition("-")[0],
        procedure=PROCEDURE,
        received_on=date(2026, 11, 2),
        persons=(DossierPerson("applicant", number(person)),),
        registered_by=desk.name,
        registered_at=desk.clock(),
    )
    records.admissions.register(made, events=[_event(desk, EventKind.DOSSIER_REGISTERED, "", code)])


def tell(desk: Place, code: str) -> None:
    """What the one-stop software tells and declares of the dossier."""
    records = desk.services.store.records
    papers = records.find_documents(PaperQuery(dossier=code))
    told = Told(
        officer=desk.name,
        files=tuple(ToldFile(component=f"TP{at}", document=each.id) for at, each in enumerate(papers)),
    )
    event = _event(desk, EventKind.DOSSIER_TOLD, "", code)
    records.handlings.tell(code, told, at=desk.clock(), by=desk.name, events=[event])
    declared = Declared(
        dossier=code,
        components=(
            *(DeclaredComponent("TP1", Came.HANDED_IN, each.id) for each in papers[:1]),
            *(DeclaredComponent("TP2", Came.REUSED, each.id) for each in papers[1:2]),
        ),
        declared_by=desk.name,
        declared_at=desk.clock(),
    )
    records.admissions.declare(declared, events=[_event(desk, EventKind.COMPONENTS_DECLARED, "", code)])


def decide(desk: Place, *, refuse: bool, limit: int = 1) -> int:
    """A person decides about the first pairs of owners that may be one; gives how many there were."""
    owners = desk.services.store.records.owners
    found = owners.proposals(limit=limit)
    for each in found:
        decision = owners.refuse if refuse else owners.confirm
        decision(each.id, access=access(desk, ""), at=desk.clock())
    return len(found)


def close_batch(desk: Place, code: str, *, again: bool = False) -> None:
    """The batch of a dossier is closed, and opened and closed again; a page of it was taken twice."""
    services = desk.services
    records = services.store.records
    item = records.item(records.find_documents(PaperQuery(dossier=code))[0].item)
    batch = records.batch(item.batch)
    pages = {"first": f"{item.id}:1", "second": f"{item.id}:2", "said": "same"}
    act_on(services, batch, Act.BATCH_PAGES_TOLD, pages, details={"said": "same"}, actor=desk.name)
    kinds = (Act.BATCH_CLOSED, Act.BATCH_REOPENED) if again else ()
    for act in (*kinds, Act.BATCH_CLOSED):
        act_on(services, batch, act, {"reason": "đã đếm (thử)"}, details={}, actor=desk.name)


def say_form(desk: Place, document: DocumentId, form: LegalForm) -> None:
    """An officer says the legal form of a filed paper."""
    say(desk.services, document, FormSaid(form=form, compared=True, reason="đã đối chiếu (thử)"))


def correct_filed(desk: Place, document: DocumentId, value: str) -> None:
    """A filed paper is corrected: an act with its reason, and the version that it makes."""
    records = desk.services.store.records
    before = records.document(document)
    told = replace(before.fields[0], value=value, evidence=Evidence.PERSON, confidence=1.0)
    after = before.next_version(fields=(told, *before.fields[1:]))
    details = {"ground": "misread", "words": "đọc sai tên (thử)", "request": "", "values": "{}"}
    act = KeepingAct(
        case=_case(f"{desk.name}/{document}/correction"),
        act=Act.CORRECTION_APPLIED,
        target=document,
        at=desk.clock(),
        actor=desk.name,
        details={**details, "type": "", "owner": "", "confirmed": "", "version": str(after.version)},
    )
    event = _event(desk, EventKind.DOCUMENT_CORRECTED, document, "")
    records.act(act, seen=0, events=[event], document=after)


def newborn(desk: Place, code: str, *, paper: str = "12/2026") -> str:
    """A child without a number of the state; gives the number of the store."""
    told = Unnumbered(
        kind=OwnerKind.PERSON,
        name="Lò Thị Giả",
        birth="2026-10-20",
        paper_type="birth_certificate",
        paper_number=paper,
        dossier=code,
    )
    return add_owner(
        desk.services,
        told,
        access=access(desk, code),
        random_bytes=lambda count: hashlib.shake_256(f"{desk.name}{paper}".encode()).digest(count),
    ).number


def insist(desk: Place, code: str) -> None:
    """A paper is asked for though it is held."""
    act = KeepingAct(
        case=_case(f"{desk.name}/{code}/asked"),
        act=Act.ASKING_INSISTED,
        target=code,
        at=desk.clock(),
        actor=desk.name,
        details={"component": "TP1", "words": "bản lưu bị mờ (thử)"},
    )
    event = _event(desk, EventKind.ASKING_INSISTED, "", code)
    desk.services.store.records.act(act, seen=0, events=[event])


def answer_same(desk: Place, code: str, answer: SameAnswer) -> None:
    """A person says what two papers of a dossier are that look alike."""
    records = desk.services.store.records
    first, second, *_ = records.find_documents(PaperQuery(dossier=code))
    pair = SamePair(
        id=pair_id(records.namespace, first.id, second.id),
        earlier=first.id,
        later=second.id,
        because=("same.picture",),
        found_at=desk.clock(),
    )
    records.same.settle(second, (), [pair])
    event = _event(desk, EventKind.DOCUMENT_CORRECTED, second.id, code)
    records.same.answer(pair.id, answer, at=desk.clock(), by=desk.name, events=[event])


def _case(what: str) -> str:
    case = hashlib.sha256(what.encode()).hexdigest()
    return f"{case[:8]}-{case[8:12]}-4{case[13:16]}-8{case[17:20]}-{case[20:32]}"


def hold(desk: Place, code: str) -> None:
    """A legal hold on a dossier."""
    case = _case(f"{desk.name}{code}")
    at = desk.clock()
    desk.services.store.records.act(
        KeepingAct(
            case=case,
            act=Act.HOLD_ADDED,
            target=code,
            at=at,
            actor=desk.name,
            details={"reason": "tranh chấp (thử)"},
        ),
        seen=0,
        events=[_event(desk, EventKind.HOLD_ADDED, "", code)],
    )


def access(desk: Place, code: str) -> Access:
    return Access(desk.name, Purpose.PROCEDURE, code)


def _paper(
    desk: Place, paper: DocumentId, item: str, *, code: str, person: int, waits: bool, value: str
) -> Document:
    owner = bearer(person)
    name = Field(
        name="full_name",
        value=value or owner.name,
        printed=owner.name,
        confidence=0.99,
        page=1,
        box=Box(1, 2, 30, 40),
    )
    # What a card says of the number its bearer had before links two owners.
    both = [
        Field(
            name=field,
            value=said,
            printed=said,
            confidence=1.0,
            page=1,
            box=Box(1, 2, 30, 40),
            evidence=Evidence.QR,
        )
        for field, said in (("personal_id", owner.number), ("old_identity_number", earlier(person)))
        if person % 4 == 0
    ]
    held = Field(
        name="document_number",
        value=f"{person}/2026",
        printed=f"{person}/2026",
        confidence=0.98,
        page=1,
        box=Box(1, 2, 30, 40),
    )
    return Document(
        id=paper,
        item=item,  # type: ignore[arg-type]
        pages=(1,),
        type="residence_confirmation",
        type_confidence=0.99,
        version=1,
        fields=(name, held, *both),
        questions=("full_name",) if waits else (),
        parties=(owner,),
        state=DocumentState.WAITING if waits else DocumentState.FILED,
        term=Term(TermKind.UNLIMITED),
        trust=Trust.T5 if waits else Trust.T4,
        dossier=code,
        procedure=PROCEDURE,
        signature=SignatureStatus.PASSED,
        signature_checked_at=desk.clock(),
        filed_at=None if waits else desk.clock(),
    )


def _signed_by(desk: Place, paper: DocumentId) -> Callable[[Path], None]:
    def sign(path: Path) -> None:
        path.write_bytes(b"%PDF-" + hashlib.sha256(f"{desk.name}/{paper}".encode()).digest() * 60)

    return sign


def _read_as_nothing(path: Path) -> None:
    path.write_bytes(b'{"pages":[]}')


def _event(desk: Place, kind: EventKind, subject: str, code: str) -> Event:
    return Event(kind=kind, at=desk.clock(), actor=desk.name, subject=subject, dossier=code)


def _read(desk: Place, code: str, person: int) -> Event:
    records = desk.services.store.records
    papers = records.documents_of_owner(number(person))
    return Event(
        kind=EventKind.DOCUMENT_READ,
        at=desk.clock(),
        actor=desk.name,
        subject=papers[0].id if papers else "",
        owner_ref=records.owner_ref(number(person)),
        dossier=code,
        purpose=Purpose.PROCEDURE,
    )


MONDAY = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)

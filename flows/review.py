"""A person's answer: a correction makes the next version; without open questions the paper is filed.

One paper is too small for a flow run (starting Prefect would cost a hundred times the work), so the same
plain step is called that a batch run calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dossier.documents import Document, DocumentState
from dossier.errors import ArgumentError
from dossier.events import Event, EventKind
from dossier.ids import DocumentId, ItemId
from dossier.legal_form import FORM_QUESTION
from dossier.persons import parse_owner
from dossier.review import OWNER_QUESTION, TYPE_QUESTION, corrected, must_wait
from extraction.answers import asked_again, read_answer
from flows.behind import compare_waiting
from flows.extract import misread_numbers, settle, understand_again
from flows.issue import issue
from flows.learning import learn
from flows.priority import at_counter
from rulebook.paper_spec import PaperSpec
from wiring.services import Services

_EXPECTED = {
    "date": "ngày dạng 31/12/2030 hoặc 2030-12-31",
    "year": "năm bốn chữ số",
    "personal_id": "số định danh 12 số hoặc CMND 9 số",
    "sex": "Nam hoặc Nữ",
    "person_name": "họ tên, chỉ gồm chữ",
    "code": "số, ký hiệu có ít nhất một chữ số",
    "money": "số tiền, ví dụ 100.000.000 đồng",
    "area": "diện tích, ví dụ 120,5 m²",
    "number": "số nguyên, nhiều nhất bốn chữ số",
}


def review(  # noqa: PLR0913 - what a person may say about a paper
    services: Services,
    document_id: DocumentId,
    *,
    values: Mapping[str, str],
    type_: str = "",
    owner: str = "",
    confirmed: bool,
    actor: str = "",
) -> Document:
    """Apply what a person says about a waiting paper.

    With another type the kept text is read again as that type, and the person's values are put on top. A key
    field that is missing stays asked until it is given, or said to be absent by an empty value.

    Args:
        services: of this installation.
        document_id: the paper.
        values: by field name, as people write them (``31/12/2030``) or normalised; an empty one removes the
            field.
        type_: the right paper type, empty to keep it.
        owner: identity number of the person whose paper it is, empty to keep.
        confirmed: all remaining questions were looked at and are right.
        actor: opaque name of the person; that of the settings when empty.

    Raises:
        ArgumentError: a field or type the vocabulary does not know, a value that is none of its kind, or a
            paper that is filed.
        RecordMissingError, VersionConflictError: as from the records.
        SigningError: the seal cannot be set; nothing is saved then.
    """
    said = Said(values=values, type_=type_, owner=owner, confirmed=confirmed)
    with at_counter(services), services.writing():
        return entered(services, services.store.records.document(document_id), said, actor=actor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a person says about a paper.

    Attributes:
        values: by field name, as people write them; an empty one removes the field.
        type_: the right paper type, empty to keep it.
        owner: identity number of the person whose paper it is, empty to keep.
        confirmed: all remaining questions were looked at and are right.
    """

    values: Mapping[str, str]
    type_: str = ""
    owner: str = ""
    confirmed: bool = False


def entered(services: Services, before: Document, said: Said, *, actor: str = "") -> Document:
    """What ``review`` does about the newest version of a paper. Only inside ``writing`` or ``saving``.

    Raises:
        ArgumentError, VersionConflictError, SigningError: as ``review``.
    """
    if before.state is not DocumentState.WAITING:
        raise ArgumentError(before.id, expected="giấy tờ đang chờ; đã lưu kho: motlan corrections add")
    after, given = answered(services, before, said)
    form = int(FORM_QUESTION in before.questions and FORM_QUESTION not in after.questions)
    details = {"legal_form": form} if form else {}
    details |= {"fields": len(said.values), "confirmed": int(said.confirmed), "version": after.version}
    saved = _save(services, after, actor=actor, details=details)
    learn(services, before, saved, given)
    compare_waiting(services)
    return saved


def answered(services: Services, before: Document, said: Said) -> tuple[Document, Mapping[str, str]]:
    """The version that follows from what a person says, not saved yet, and the values in normal form.

    Its questions are what is still to be asked: a value that contradicts others, a key field that is missing.

    Raises:
        ArgumentError: a field or type the vocabulary does not know, or a value that is none of its kind.
    """
    _check(services, before, said)
    spec = services.papers.spec(said.type_ or before.type)
    given = _parsed(spec, said.values)
    number = parse_owner(said.owner) if said.owner else ""
    known = _as_type(services, before, said.type_)
    if number:
        # The person named the owner: a number that is all but the same was misread.
        misread = misread_numbers(spec, known.fields, number)
        given = {**dict.fromkeys(misread, number), **given}
    after = _answered(services, spec, known, given, confirmed=said.confirmed)
    return settle(services, after, owner=number, confirmed=said.confirmed), given


def redeclare(services: Services, item_id: ItemId, declared_owner: str) -> tuple[Document, ...]:
    """Apply an owner declared after the papers of a file were put down, to those that wait for one.

    Done before, it does nothing. Only inside ``writing``.

    Args:
        services: of this installation.
        item_id: the file.
        declared_owner: identity number as staff typed it; empty does nothing.

    Returns:
        The papers it changed, as saved.

    Raises:
        ArgumentError: no identity number.
        SigningError: the seal cannot be set; that paper stays as it was.
    """
    if not declared_owner:
        return ()
    number = parse_owner(declared_owner)
    changed = []
    for before in services.store.records.documents_of_item(item_id):
        if before.state is not DocumentState.WAITING or OWNER_QUESTION not in before.questions:
            continue
        after = settle(services, before.next_version(), declared=number)
        if after.parties != before.parties or set(after.questions) != set(before.questions):
            details = {"declared": 1, "version": after.version}
            changed.append(_save(services, after, actor="", details=details))
    return tuple(changed)


def _as_type(services: Services, document: Document, type_: str) -> Document:
    """The paper as the type a person says it is, that question settled."""
    if not type_:
        return document
    if type_ != document.type:
        return understand_again(services, document, type_)
    questions = tuple(name for name in document.questions if name != TYPE_QUESTION)
    return replace(document, type_confidence=1.0, questions=questions)


def _answered(
    services: Services, spec: PaperSpec, document: Document, given: Mapping[str, str], *, confirmed: bool
) -> Document:
    """The next version with the person's values, and what is still to be asked about its fields."""
    after = corrected(document, given, confirmed=confirmed)
    fields, contradicting = asked_again(document.fields, after.fields, spec, places=services.places)
    present = {field.name for field in fields}
    missing = [
        name
        for name in spec.key_fields
        if name in document.questions and name not in present and name not in given
    ]
    asked = [*after.questions, *missing, *([] if confirmed else sorted(contradicting))]
    return replace(after, fields=fields, questions=tuple(dict.fromkeys(asked)))


def _save(services: Services, document: Document, *, actor: str, details: Mapping[str, int]) -> Document:
    """Keep the next version, waiting or sealed: one version in one transaction, or none."""
    event = Event(
        kind=EventKind.DOCUMENT_CORRECTED,
        at=services.clock(),
        actor=actor or services.settings.actor,
        subject=document.id,
        dossier=document.dossier,
        details=details,
    )
    if must_wait(document):
        return services.store.records.save_document(document, events=(event,))
    return issue(services, document, events=(event,))


def _parsed(spec: PaperSpec, values: Mapping[str, str]) -> dict[str, str]:
    """The values in the normal form of each field's kind; empty ones stay empty."""
    parsed = {}
    for name, typed in values.items():
        kind = spec.by_name[name].kind
        value = read_answer(kind, typed) if typed.strip() else ""
        if value is None:
            raise ArgumentError(f"--set {name}", expected=expected_of(kind))
        parsed[name] = value
    return parsed


def expected_of(kind: str) -> str:
    """What a value of a kind looks like, in Vietnamese."""
    return _EXPECTED.get(kind, "một giá trị đọc được")


def _check(services: Services, document: Document, said: Said) -> None:
    if said.type_ and not services.papers.knows(said.type_):
        raise ArgumentError("--type", expected="một loại giấy tờ trong từ vựng hoặc của cơ quan")
    known = services.papers.spec(said.type_ or document.type).by_name
    for name in said.values:
        if name not in known:
            raise ArgumentError(f"--set {name}", expected=f"một trong: {', '.join(known)}")

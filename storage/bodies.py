"""Documents and events as JSON text and back, without loss."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any, Final

import orjson

from dossier.documents import Document, DocumentState, Party, PartyRole, SignatureStatus
from dossier.events import Event, EventKind
from dossier.fields import Evidence, Field
from dossier.geometry import Box
from dossier.ids import DocumentId, ItemId, Sha256
from dossier.said import Said
from dossier.text import Finding
from dossier.trust import Standing, Term, TermKind, Trust

# Made once: each costs as much as writing a small record with it.
_LETTERS: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
_ASCII: Final = json.JSONEncoder(ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False)
# Looked up once for each field of each paper: a fifth of what calling the enumeration costs.
_EVIDENCE: Final = {each.value: each for each in Evidence}


def moment_to_text(moment: datetime) -> str:
    """ISO 8601 in UTC, microseconds always written, so that text order is time order.

    Raises:
        ValueError: the moment has no time zone.
    """
    if moment.tzinfo is None:
        msg = "a moment without a time zone cannot be kept"
        raise ValueError(msg)
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment_from_text(text: str) -> datetime:
    """The moment, in UTC."""
    return datetime.fromisoformat(text)


def canonical_json(data: object) -> str:
    """One text for equal data: keys sorted, no white space, letters as they are.

    Half of a surrogate pair (a broken PDF may hold one) has no UTF-8; such a text is written in ASCII.
    """
    text = _LETTERS.encode(data)
    try:
        text.encode()
    except UnicodeEncodeError:
        return _ASCII.encode(data)
    return text


def storable(text: str) -> str:
    """The text for a column: half a surrogate pair has no UTF-8."""
    return text.encode("utf-8", "replace").decode()


def event_to_json(event: Event) -> dict[str, object]:
    """The event as plain data."""
    return {
        "kind": event.kind.value,
        "at": moment_to_text(event.at),
        "actor": event.actor,
        "subject": event.subject,
        "owner_ref": event.owner_ref,
        "dossier": event.dossier,
        "purpose": event.purpose,
        "details": dict(event.details),
    }


def event_from_text(text: str) -> Event:
    """The event from its canonical JSON.

    Raises:
        KeyError, ValueError: the text is not an event.
    """
    data: dict[str, Any] = _loaded(text)
    return Event(
        kind=EventKind(data["kind"]),
        at=moment_from_text(data["at"]),
        actor=data["actor"],
        subject=data["subject"],
        owner_ref=data["owner_ref"],
        dossier=data["dossier"],
        purpose=data["purpose"],
        details=data["details"],
    )


def said_to_text(said: Said) -> str:
    """What a paper says of somebody, as JSON."""
    return canonical_json(asdict(said))


def said_from_text(text: str) -> Said:
    """What ``said_to_text`` wrote."""
    return Said(**json.loads(text))


def document_to_text(document: Document) -> str:
    """The whole record as JSON."""
    checked_at, filed_at = document.signature_checked_at, document.filed_at
    return canonical_json(
        {
            "id": document.id,
            "version": document.version,
            "item": document.item,
            "pages": document.pages,
            "type": document.type,
            "type_confidence": document.type_confidence,
            "fields": [_field_to_json(found) for found in document.fields],
            "questions": document.questions,
            "parties": [_party_to_json(party) for party in document.parties],
            "state": document.state.value,
            "standing": document.standing.value,
            "term": _term_to_json(document.term),
            "trust": document.trust.value,
            "dossier": document.dossier,
            "procedure": document.procedure,
            "component": document.component,
            "result_code": document.result_code,
            "object_sha256": document.object_sha256,
            "object_size": document.object_size,
            "signature": document.signature.value,
            "signature_checked_at": moment_to_text(checked_at) if checked_at else None,
            "filed_at": moment_to_text(filed_at) if filed_at else None,
            "findings": [[found.code, found.page, found.value] for found in document.findings],
            # Bodies of before are the same bytes: nothing is written where nothing is restricted.
            **({"restricted": True} if document.restricted else {}),
            **({"held_back": True} if document.held_back else {}),
        }
    )


def document_from_text(text: str) -> Document:
    """The record from ``document_to_text``.

    Raises:
        KeyError, ValueError: the text is not a document.
    """
    data: dict[str, Any] = _loaded(text)
    checked_at, filed_at = data["signature_checked_at"], data["filed_at"]
    return Document(
        id=DocumentId(data["id"]),
        version=data["version"],
        item=ItemId(data["item"]),
        pages=tuple(data["pages"]),
        type=data["type"],
        type_confidence=data["type_confidence"],
        fields=tuple(_field_from_json(found) for found in data["fields"]),
        questions=tuple(data["questions"]),
        parties=tuple(_party_from_json(party) for party in data["parties"]),
        state=DocumentState(data["state"]),
        standing=Standing(data["standing"]),
        term=_term_from_json(data["term"]),
        trust=Trust(data["trust"]),
        dossier=data["dossier"],
        procedure=data["procedure"],
        # Bodies written before separator sheets were read name no component.
        component=data.get("component", ""),
        result_code=data["result_code"],
        object_sha256=Sha256(data["object_sha256"]) if data["object_sha256"] is not None else None,
        object_size=data["object_size"],
        signature=SignatureStatus(data["signature"]),
        signature_checked_at=moment_from_text(checked_at) if checked_at else None,
        filed_at=moment_from_text(filed_at) if filed_at else None,
        findings=tuple(Finding(code, page, value) for code, page, value in data["findings"]),
        restricted=data.get("restricted", False),
        held_back=data.get("held_back", False),
    )


def _field_to_json(found: Field) -> dict[str, object]:
    return {
        "name": found.name,
        "value": found.value,
        "printed": found.printed,
        "confidence": found.confidence,
        "page": found.page,
        "box": found.box.as_list(),
        "evidence": found.evidence.value,
        "reasons": found.reasons,
        # Bodies of before are the same bytes: nothing is written where nothing is suggested.
        **({"suggestion": found.suggestion} if found.suggestion else {}),
    }


def _loaded(text: str) -> Any:
    """The data in a text: every look at a paper pays for it."""
    try:
        return orjson.loads(text)
    except ValueError:
        # Half a surrogate pair, which the fast reader refuses; what is no JSON at all is refused here too.
        return json.loads(text)


def _field_from_json(data: dict[str, Any]) -> Field:
    return Field(
        name=data["name"],
        value=data["value"],
        printed=data["printed"],
        confidence=data["confidence"],
        page=data["page"],
        box=Box(*data["box"]),
        evidence=_EVIDENCE[data["evidence"]],
        reasons=tuple(data["reasons"]),
        suggestion=data.get("suggestion", ""),
    )


def _party_to_json(party: Party) -> dict[str, str]:
    return {
        "role": party.role.value,
        "relation": party.relation,
        "number": party.number,
        "name": party.name,
        "birth": party.birth,
    }


def _party_from_json(data: dict[str, str]) -> Party:
    return Party(
        role=PartyRole(data["role"]),
        relation=data["relation"],
        number=data["number"],
        name=data["name"],
        birth=data["birth"],
    )


def _term_to_json(term: Term) -> dict[str, str | None]:
    return {
        "kind": term.kind.value,
        "until": term.until.isoformat() if term.until else None,
        "status_check": term.status_check,
        "rule": term.rule,
    }


def _term_from_json(data: dict[str, Any]) -> Term:
    until = data["until"]
    return Term(
        TermKind(data["kind"]),
        date.fromisoformat(until) if until else None,
        status_check=data["status_check"],
        rule=data["rule"],
    )

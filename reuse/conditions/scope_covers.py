"""Condition 4: the paper counts for this procedure and this place (phạm vi có hiệu lực)."""

from __future__ import annotations

from collections.abc import Iterable

from dossier.persons import search_form
from reuse.verdict import Case, Verdict, no, unsure, yes
from rulebook.procedures import Scope, StatedPurpose

_ISSUER_FIELDS = ("issuer", "registered_at", "place")
_NOT = "không"


def check(case: Case) -> Verdict:
    """The purpose written on the paper first, then the place it comes from."""
    bound = next(
        (entry for entry in case.component.stated_purposes if entry.type == case.document.type), None
    )
    stated = _stated(case, bound) if bound else None
    if stated is not None:
        return stated
    if case.component.scope is Scope.PLACE:
        return _place(case)
    return yes("scope.stated_purpose") if bound else yes("scope.everywhere")


def _stated(case: Case, bound: StatedPurpose) -> Verdict | None:
    """What speaks against the purpose on the paper; nothing when it is the one wanted."""
    text = case.document.value("purpose")
    if not text.strip():
        return unsure("scope.purpose_unknown")
    wanted, other = _has_any(text, bound.words), _has_any(text, bound.other_words)
    # Forms also print what they are not for ("không có giá trị để …"): a person reads those.
    if _has_any(text, (_NOT,)) or (wanted and other) or not (wanted or other):
        return unsure("scope.purpose_unclear")
    return None if wanted else no("scope.other_purpose")


def _place(case: Case) -> Verdict:
    place = case.question.place
    issuers = [text for name in _ISSUER_FIELDS if (text := case.document.value(name))]
    if not place.strip():
        return unsure("scope.place_not_named")
    if not issuers:
        return unsure("scope.issuer_unknown")
    if any(_has_any(text, (place,)) for text in issuers):
        return yes("scope.same_place", place=place)
    # Communes and provinces were merged on 1 July 2025: another name may be the same place.
    return unsure("scope.other_place", place=place)


def _has_any(text: str, phrases: Iterable[str]) -> bool:
    """Whether one of the phrases stands in the text as whole words, accents and case aside."""
    padded = f" {_words(text)} "
    return any(f" {_words(phrase)} " in padded for phrase in phrases)


def _words(text: str) -> str:
    bare = "".join(mark if mark.isalnum() else " " for mark in search_form(text))
    return " ".join(bare.split())

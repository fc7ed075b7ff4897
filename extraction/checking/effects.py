"""What a check does to a field, and how the effects of all checks are put together.

The order in which checks speak does not matter: effects are sorted before they are applied.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from dossier.fields import Field

CONFLICT = "_conflict"
"""Ending of every reason code that sends a field to a person."""

_DOUBT_LEFT = 0.4
_WEAK_DOUBT_LEFT = 0.85
_TRUST_LEFT = 0.5
_WEAK_TRUST_LEFT = 0.8
_SUREST = 0.999


@dataclass(frozen=True, slots=True)
class Effect:
    """What a check does to a field: ``raises`` or lowers its confidence, for a reason.

    Attributes:
        field: name of the field.
        reason: stable code.
        raises: agreement; else the confidence is lowered.
        neutral: only the reason is noted.
        weak: raises or lowers little, because only part of the value was compared or little is known.
        suggestion: what may have been meant; shown to a person, never taken.
    """

    field: str
    reason: str
    raises: bool
    neutral: bool = False
    weak: bool = False
    suggestion: str = ""


def agreement(name: str, code: str, *, weak: bool = False) -> Effect:
    """``<code>_agrees``, which raises."""
    return Effect(name, f"{code}_agrees", raises=True, weak=weak)


def conflict(name: str, code: str, *, weak: bool = False) -> Effect:
    """``<code>_conflict``, which lowers and asks."""
    return Effect(name, f"{code}{CONFLICT}", raises=False, weak=weak)


def verdict(name: str, code: str, *, agrees: bool, weak: bool = False) -> Effect:
    """Agreement or conflict; ``weak`` counts for agreement only."""
    return agreement(name, code, weak=weak) if agrees else conflict(name, code)


def note(name: str, reason: str) -> Effect:
    """A reason that neither raises nor lowers."""
    return Effect(name, reason, raises=False, neutral=True)


def apply_effects(fields: Mapping[str, Field], effects: Iterable[Effect]) -> dict[str, Field]:
    """The fields with the effects; the same whatever the order of the effects.

    A reason counts once for each field: the strongest of its effects.
    """
    changed = dict(fields)
    for effect in _once(effects):
        changed[effect.field] = _applied(changed[effect.field], effect)
    return changed


def has_conflict(field: Field) -> bool:
    """Whether a check contradicts the field."""
    return any(reason.endswith(CONFLICT) for reason in field.reasons)


def _once(effects: Iterable[Effect]) -> Iterator[Effect]:
    """One effect for each field and reason, agreement first."""

    def order(effect: Effect) -> tuple[str, bool, str, bool, bool, str]:
        rising = effect.raises or effect.neutral
        return effect.field, not rising, effect.reason, effect.neutral, effect.weak, effect.suggestion

    for _, same in groupby(sorted(effects, key=order), key=lambda effect: (effect.field, effect.reason)):
        yield next(same)


def _applied(field: Field, effect: Effect) -> Field:
    if effect.reason in field.reasons:
        return field
    confidence = field.confidence
    if not effect.neutral:
        if effect.raises:
            confidence = 1 - (1 - confidence) * (_WEAK_DOUBT_LEFT if effect.weak else _DOUBT_LEFT)
        else:
            confidence *= _WEAK_TRUST_LEFT if effect.weak else _TRUST_LEFT
    return replace(
        field,
        confidence=min(_SUREST, confidence),
        reasons=(*field.reasons, effect.reason),
        suggestion=effect.suggestion or field.suggestion,
    )

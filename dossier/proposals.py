"""Which owner records may be one person: a table of rules with reason codes, and what they come to.

A name alone never makes more than a weak proposal, and a weak one is never linked. A paper that states both
numbers is more than any rule; what contradicts it leaves the pair to a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, TypeVar

from dossier.ids import DocumentId, ProposalId
from dossier.matching import births_agree
from dossier.names import Likeness, likeness
from dossier.owners import LinkAction, Owner, OwnerKind, OwnerLink, paper_token
from dossier.persons import search_form

_Value = TypeVar("_Value")
_NOT_KEPT: Final = ProposalId("")


class Strength(IntEnum):
    """How much speaks for two records being one person. Only what is more than weak can be confirmed."""

    WEAK = 1
    POSSIBLE = 2
    LIKELY = 3
    CERTAIN = 4
    """A paper states both numbers, was read surely, and nothing speaks against it."""

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """That two owners are one person.

    Attributes:
        id: opaque; empty for one that no store keeps.
        left, right: the owners, the smaller id first.
        score: 0 to 1.
        strength: what the score and its grounds are worth.
        reasons: codes of what speaks for it.
        against: codes of what speaks against it although a paper states both numbers.
        papers: papers that state both numbers.
    """

    id: ProposalId = _NOT_KEPT
    left: Owner
    right: Owner
    score: float
    strength: Strength
    reasons: tuple[str, ...]
    against: tuple[str, ...] = ()
    papers: tuple[DocumentId, ...] = ()

    @property
    def because(self) -> tuple[str, ...]:
        """Reasons and papers, as the history keeps them: anything beyond them is new evidence."""
        return (*self.reasons, *map(paper_token, self.papers))


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that speaks for two owners being one: its code, its weight, and when it holds."""

    code: str
    weight: float
    holds: Callable[[Owner, Owner], bool]


def _names_are(wanted: Likeness) -> Callable[[Owner, Owner], bool]:
    return lambda left, right: name_likeness(left, right) is wanted


def _same_birth_date(left: Owner, right: Owner) -> bool:
    return any(len(birth) > 4 for birth in set(left.births) & set(right.births))


def _same_birth_year(left: Owner, right: Owner) -> bool:
    return bool(_years(left) & _years(right))


def _same_parent(parent: str) -> Callable[[Owner, Owner], bool]:
    def holds(left: Owner, right: Owner) -> bool:
        return any(
            likeness(getattr(one, parent), getattr(other, parent)) >= Likeness.BARE
            for one in left.said
            for other in right.said
        )

    return holds


def _same_residence(left: Owner, right: Owner) -> bool:
    ours, theirs = ({_place(said.residence) for said in owner.said} for owner in (left, right))
    # A province alone is where millions live.
    return any(len(place.split()) >= 4 for place in ours & theirs)


def _number_agrees(left: Owner, right: Owner) -> bool:
    """Whether the 12-digit number of one tells the sex and the birth year that papers print of the other."""
    return any(
        {number.birth_year} & {int(birth[:4]) for birth in other.births}
        and number.sex in {said.sex for said in other.said}
        for one, other in ((left, right), (right, left))
        for number in one.personal_ids
    )


_NAME: Final = (
    Rule("owner.name_same", 0.40, _names_are(Likeness.SAME)),
    Rule("owner.name_spelling", 0.40, _names_are(Likeness.SPELLING)),
    Rule("owner.name_without_accents", 0.30, _names_are(Likeness.BARE)),
    Rule("owner.name_shorter", 0.20, _names_are(Likeness.SHORTER)),
    Rule("owner.name_other_accents", 0.15, _names_are(Likeness.ACCENTS)),
)
_MORE: Final = (
    (
        Rule("owner.birth_date_same", 0.40, _same_birth_date),
        Rule("owner.birth_year_same", 0.15, _same_birth_year),
    ),
    (Rule("owner.mother_same", 0.15, _same_parent("mother")),),
    (Rule("owner.father_same", 0.15, _same_parent("father")),),
    (Rule("owner.residence_same", 0.15, _same_residence),),
    (Rule("owner.number_agrees", 0.10, _number_agrees),),
)
STATED: Final = "owner.stated_by_paper"
"""Code of a paper that states both numbers."""
_OTHER_NUMBER: Final = "owner.other_number"
_OTHER_KIND: Final = "owner.other_kind"
_STATED_WEIGHT: Final = 0.50
_POSSIBLE_FROM: Final = 0.5
_LIKELY_FROM: Final = 0.75

RULES: Final = (*_NAME, *(rule for family in _MORE for rule in family))
"""What speaks for a link; of each family the first that holds counts."""


def propose(
    left: Owner, right: Owner, *, papers: Sequence[DocumentId] = (), sure: bool = False
) -> Proposal | None:
    """Judge whether two owners may be one person; the order of the two makes no difference.

    Args:
        left: an owner.
        right: another one.
        papers: papers that give a number of each to one person.
        sure: one of these papers was read surely enough to count by itself.

    Returns:
        Nothing when nothing speaks for it, or when something rules it out.
    """
    left, right = sorted((left, right), key=lambda owner: owner.id)
    against = objections(left, right)
    if {_OTHER_NUMBER, _OTHER_KIND} & set(against) or (against and not papers):
        return None
    named = _first(_NAME, left, right)
    if named is None and not papers:
        return None
    if named is None and left.names and right.names:
        against = (*against, "owner.other_name")
    more = [rule for family in _MORE if (rule := _first(family, left, right)) is not None]
    found = [rule for rule in (named, *more) if rule is not None]
    score = sum(rule.weight for rule in found) + (_STATED_WEIGHT if papers else 0.0)
    strength = _strength(score, more=bool(more), stated=bool(papers), doubtful=bool(against))
    certain = bool(papers) and sure and not against
    return Proposal(
        left=left,
        right=right,
        score=1.0 if certain else min(1.0, round(score, 2)),
        strength=Strength.CERTAIN if certain else strength,
        reasons=(*((STATED,) if papers else ()), *(rule.code for rule in found)),
        against=against,
        papers=tuple(sorted(set(papers))),
    )


def objections(left: Owner, right: Owner) -> tuple[str, ...]:
    """Codes of what rules out that the two are one: kind, number, birth, sex."""
    found = []
    if left.kind is not right.kind:
        found.append(_OTHER_KIND)
    elif _has_code(left) and _has_code(right):
        # An organisation has one code for life.
        found.append(_OTHER_NUMBER)
    elif len({*left.personal_ids, *right.personal_ids}) > 1:
        # A person has one 12-digit number.
        found.append(_OTHER_NUMBER)
    if _births_conflict(left, right):
        found.append("owner.other_birth")
    if _sexes_conflict(left, right):
        found.append("owner.other_sex")
    return tuple(found)


def _has_code(owner: Owner) -> bool:
    """Whether it is an organisation with a code of the state."""
    return owner.kind is OwnerKind.ORGANISATION and any(not number.kind.is_ours for number in owner.numbers)


def name_likeness(left: Owner, right: Owner) -> Likeness:
    """The closest agreement between any two ways their papers write the name."""
    return max((likeness(one, other) for one in left.names for other in right.names), default=Likeness.OTHER)


def is_news(proposal: Proposal, decided: Iterable[OwnerLink]) -> bool:
    """Whether a proposal holds evidence that no person has seen who refused or undid it."""
    seen = [set(entry.because) for entry in decided if entry.action in (LinkAction.REFUSE, LinkAction.UNLINK)]
    return not seen or bool(set(proposal.because) - set().union(*seen))


def _first(family: Sequence[Rule], left: Owner, right: Owner) -> Rule | None:
    return next((rule for rule in family if rule.holds(left, right)), None)


def _strength(score: float, *, more: bool, stated: bool, doubtful: bool) -> Strength:
    if stated:
        return Strength.POSSIBLE if doubtful else Strength.LIKELY
    if not more or score < _POSSIBLE_FROM:
        return Strength.WEAK
    return Strength.LIKELY if score >= _LIKELY_FROM else Strength.POSSIBLE


def _births_conflict(left: Owner, right: Owner) -> bool:
    if left.births and right.births:
        printed = any(births_agree(one, other) for one in left.births for other in right.births)
        if not printed:
            return True
    return _told_apart(
        _years, lambda owner: {number.birth_year for number in owner.personal_ids}, left, right
    )


def _sexes_conflict(left: Owner, right: Owner) -> bool:
    return _told_apart(_sexes, lambda owner: {number.sex.value for number in owner.personal_ids}, left, right)


def _told_apart(
    printed: Callable[[Owner], set[_Value]],
    numbered: Callable[[Owner], set[_Value]],
    left: Owner,
    right: Owner,
) -> bool:
    """Whether what papers print of one, or its number tells, fits nothing that papers print of the other."""
    pairs = (
        (printed(left), printed(right)),
        (numbered(left), printed(right)),
        (printed(left), numbered(right)),
    )
    return any(ours and theirs and not ours & theirs for ours, theirs in pairs)


def _years(owner: Owner) -> set[int]:
    return {int(birth[:4]) for birth in owner.births}


def _sexes(owner: Owner) -> set[str]:
    return {said.sex for said in owner.said if said.sex}


def _place(text: str) -> str:
    return " ".join(search_form(text).replace(",", " ").replace(".", " ").split())

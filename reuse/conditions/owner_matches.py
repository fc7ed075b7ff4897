"""Condition 2: the paper belongs to the person the component asks about."""

from __future__ import annotations

from collections.abc import Iterator

from dossier.documents import Party, PartyRole
from dossier.matching import Match, birth_agrees_with_number, same_owner
from dossier.review import OWNER_QUESTION
from reuse.verdict import Case, Verdict, because, no, unsure
from rulebook.procedures import Whose

_PARENTS = frozenset({"mother", "father"})
# Civil-status forms print the parents without their numbers.
_SURE_ENOUGH = frozenset({"owner.same_number", "owner.linked_number", "owner.same_name_and_birth"})
_BEST_FIRST = (Match.YES, Match.UNSURE, Match.NO)


def check(case: Case) -> Verdict:
    """Compare every owner of the paper with every person the component accepts; the best match counts."""
    if OWNER_QUESTION in case.document.questions:
        return unsure("owner.doubtful")
    verdicts = tuple(_verdicts(case))
    for outcome in _BEST_FIRST:
        for verdict in verdicts:
            if verdict.outcome is outcome:
                return verdict
    return no("owner.person_not_named")


def _verdicts(case: Case) -> Iterator[Verdict]:
    for whose in case.component.whose:
        numbers = case.question.numbers(whose)
        if whose is Whose.CHILD and not numbers and _names_applicant_as_parent(case):
            yield unsure("owner.child_not_named")
        for number in numbers:
            if not case.document.owners:
                yield unsure("owner.nothing_to_compare")
            for party in case.document.owners:
                yield _compare(case, party, number=number)


def _compare(case: Case, party: Party, *, number: str) -> Verdict:
    aliases = case.question.aliases_of(number)
    outcome, code = same_owner(party, number=number, known=case.known(number), aliases=aliases)
    # The number has no check digit: a misread one that is somebody else's shows in the year of birth.
    if outcome is Match.YES and any(
        birth_agrees_with_number(party.birth, known) is False for known in (number, *aliases.linked)
    ):
        return unsure("owner.birth_conflict")
    if code == "owner.proposed":
        proposed = aliases.proposed[party.number]
        return unsure(code, proposal=proposed.proposal, why=" ".join(proposed.reasons))
    return Verdict(outcome, because(code))


def _names_applicant_as_parent(case: Case) -> bool:
    return any(
        party.role is PartyRole.RELATED
        and party.relation in _PARENTS
        and _compare(case, party, number=case.question.owner).reason.code in _SURE_ENOUGH
        for party in case.document.parties
    )

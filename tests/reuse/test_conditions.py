"""Each of the ten conditions alone."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from dossier.access import Access, Purpose
from dossier.documents import DocumentState, Party, PartyRole, SignatureStatus
from dossier.ids import DocumentId, ProposalId
from dossier.matching import Aliases, Match, ProposedNumber
from dossier.trust import Standing, Term, TermKind, Trust
from reuse.conditions import (
    CONDITIONS,
    handed_over,
    not_restricted,
    owner_matches,
    purpose_allowed,
    scope_covers,
    signature_verified,
    standing_holds,
    term_covers,
    trust_enough,
    type_matches,
)
from reuse.question import Person
from reuse.verdict import Verdict
from rulebook.procedures import Handling, Scope, StatedPurpose, Whose
from tests.reuse.building import (
    CHILD,
    HUSBAND,
    STRANGER,
    UNKNOWN,
    WIFE,
    case,
    owner,
    paper,
    question,
    until,
)

MARRIAGE_ONLY = StatedPurpose(
    type="marital_status_certificate",
    words=("kết hôn",),
    other_words=("mua bán", "vay vốn"),
    source="Căn cứ thử",
)


def told(verdict: Verdict) -> tuple[Match, str]:
    return verdict.outcome, verdict.reason.code


def test_there_are_ten_conditions_and_a_good_paper_meets_all() -> None:
    good = case(paper("birth_certificate"))
    assert [condition(good).outcome for condition in CONDITIONS] == [Match.YES] * 10


# type


def test_a_paper_of_another_type_is_not_the_component() -> None:
    assert told(type_matches.check(case(paper("decision")))) == (Match.NO, "type.other")


def test_a_doubtful_type_is_for_a_person() -> None:
    doubtful = paper("birth_certificate", questions=("type",))
    assert told(type_matches.check(case(doubtful))) == (Match.UNSURE, "type.doubtful")


def test_a_type_that_says_too_little_is_read_by_a_person() -> None:
    verdict = type_matches.check(case(paper("birth_certificate"), read_by_person=True))
    assert told(verdict) == (Match.UNSURE, "type.content_to_read")


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (f"{WIFE}.KQ_G15_000031.12/KS.01", Match.YES),
        (".KQ_G15_000031.12_KS.01", Match.YES),
        (f"{WIFE}.KQ_G15_000032.12_KS.01", Match.NO),
        (f"{WIFE}.KQ_G15_0000311.12_KS.01", Match.NO),
        ("KQ_G15_000031", Match.NO),
        ("", Match.NO),
    ],
)
def test_a_result_stands_in_only_by_its_whole_type_code(code: str, outcome: Match) -> None:
    replacing = case(paper("decision", result_code=code), replacement_results=("KQ.G15.000031",))
    assert type_matches.check(replacing).outcome is outcome


# owner


def test_the_same_number_is_the_same_owner() -> None:
    assert told(owner_matches.check(case(paper("birth_certificate")))) == (Match.YES, "owner.same_number")


def test_another_number_is_another_owner() -> None:
    other = paper("birth_certificate", parties=(owner(STRANGER),))
    assert told(owner_matches.check(case(other))) == (Match.NO, "owner.other_number")


def test_one_of_two_owners_is_enough() -> None:
    both = paper("birth_certificate", parties=(owner(HUSBAND, birth="1988"), owner(WIFE)))
    assert owner_matches.check(case(both)).outcome is Match.YES


OLD = "011999001"


def test_a_number_confirmed_as_the_persons_counts_as_theirs() -> None:
    old = paper("birth_certificate", parties=(owner(OLD),))
    linked = question(aliases={WIFE: Aliases(frozenset({OLD}))})
    assert told(owner_matches.check(case(old, asked=linked))) == (Match.YES, "owner.linked_number")
    assert owner_matches.check(case(old)).outcome is Match.UNSURE


def test_a_confirmed_number_whose_paper_does_not_fit_the_birth_is_for_a_person() -> None:
    old = paper("birth_certificate", parties=(owner(OLD, birth="1991"),))
    linked = question(aliases={WIFE: Aliases(frozenset({OLD}))})
    assert told(owner_matches.check(case(old, asked=linked))) == (Match.UNSURE, "owner.birth_conflict")
    known = paper("passport", parties=(owner(WIFE),))
    doubtful = owner_matches.check(case(old, known, asked=linked))
    assert told(doubtful) == (Match.UNSURE, "owner.linked_doubtful")
    by_old = question(owner=OLD, aliases={OLD: Aliases(frozenset({WIFE}))})
    assert told(owner_matches.check(case(old, asked=by_old))) == (Match.UNSURE, "owner.birth_conflict")


def test_a_number_that_may_be_the_persons_is_for_a_person_with_the_reason() -> None:
    old = paper("birth_certificate", parties=(owner(OLD),))
    waiting = ProposedNumber(ProposalId("p-1"), ("owner.name_same", "owner.birth_date_same"))
    asked = question(aliases={WIFE: Aliases(proposed={OLD: waiting})})
    verdict = owner_matches.check(case(old, asked=asked))
    assert told(verdict) == (Match.UNSURE, "owner.proposed")
    assert "(trùng họ tên, trùng ngày sinh)" in verdict.reason.sentence()
    assert "(same name, same birth date)" in verdict.reason.sentence("en")
    assert "p-1" in verdict.reason.sentence()


def test_papers_under_a_confirmed_number_tell_how_the_person_is_named() -> None:
    unnumbered = paper("birth_certificate", parties=(owner("", birth="1990"),))
    known = paper("passport", parties=(owner(OLD),))
    linked = question(aliases={WIFE: Aliases(frozenset({OLD}))})
    assert told(owner_matches.check(case(unnumbered, known))) == (Match.UNSURE, "owner.nothing_to_compare")
    verdict = owner_matches.check(case(unnumbered, known, asked=linked))
    assert told(verdict) == (Match.UNSURE, "owner.same_name_and_birth")


def test_a_newer_paper_under_a_confirmed_number_is_the_same_persons() -> None:
    old = paper("residence_confirmation", parties=(owner(OLD),), fields={"issue_date": "2020-01-01"})
    new = paper(
        "residence_confirmation",
        id=DocumentId("newer"),
        parties=(owner(WIFE),),
        fields={"issue_date": "2026-01-01"},
    )
    linked = question(aliases={WIFE: Aliases(frozenset({OLD}))})
    apart = standing_holds.check(case(old, new, newest_wins=True))
    assert told(apart) == (Match.YES, "standing.in_force")
    together = standing_holds.check(case(old, new, asked=linked, newest_wins=True))
    assert told(together) == (Match.UNSURE, "standing.newer_paper")


def test_a_related_person_is_not_the_owner() -> None:
    related = Party(role=PartyRole.RELATED, relation="mother", number=WIFE)
    of_child = paper("birth_certificate", parties=(owner(CHILD, birth="2026"), related))
    assert owner_matches.check(case(of_child)).outcome is Match.NO


def test_the_same_name_and_birth_without_a_number_is_for_a_person() -> None:
    unnumbered = paper("birth_certificate", parties=(owner("", birth="1990"),))
    known = paper("identity_card")
    assert told(owner_matches.check(case(unnumbered, known))) == (Match.UNSURE, "owner.same_name_and_birth")


def test_a_waiting_paper_does_not_tell_how_a_person_is_called() -> None:
    unnumbered = paper("birth_certificate", parties=(owner("", birth="1990"),))
    known = paper("identity_card", state=DocumentState.WAITING)
    assert told(owner_matches.check(case(unnumbered, known))) == (Match.UNSURE, "owner.nothing_to_compare")


def test_a_paper_does_not_vouch_for_its_own_owner() -> None:
    mixed = paper("birth_certificate", parties=(owner("", birth="1990"), owner(WIFE, birth="1991")))
    assert told(owner_matches.check(case(mixed))) == (Match.UNSURE, "owner.nothing_to_compare")


def test_a_paper_that_names_nobody_is_for_a_person() -> None:
    nobody = paper("birth_certificate", parties=())
    assert told(owner_matches.check(case(nobody))) == (Match.UNSURE, "owner.nothing_to_compare")


def test_a_birth_year_against_the_number_is_for_a_person() -> None:
    conflict = paper("birth_certificate", parties=(owner(WIFE, birth="1991-04-02"),))
    assert told(owner_matches.check(case(conflict))) == (Match.UNSURE, "owner.birth_conflict")


def test_a_doubtful_owner_is_for_a_person_even_with_the_right_number() -> None:
    doubtful = paper("birth_certificate", questions=("owner",))
    assert told(owner_matches.check(case(doubtful))) == (Match.UNSURE, "owner.doubtful")


def test_a_paper_of_the_named_partner_is_the_partners() -> None:
    his = paper("birth_certificate", parties=(owner(HUSBAND, birth="1988"),))
    asked = question(persons=(Person(Whose.PARTNER, HUSBAND),))
    assert owner_matches.check(case(his, asked=asked, whose=(Whose.PARTNER,))).outcome is Match.YES
    assert owner_matches.check(case(his, asked=asked)).outcome is Match.NO


def test_without_a_named_partner_no_paper_is_the_partners() -> None:
    verdict = owner_matches.check(case(paper("birth_certificate"), whose=(Whose.PARTNER,)))
    assert told(verdict) == (Match.NO, "owner.person_not_named")


def test_a_child_that_was_not_named_is_for_a_person_when_the_paper_names_the_applicant() -> None:
    mother = Party(role=PartyRole.RELATED, relation="mother", number=WIFE)
    of_child = paper("birth_certificate", parties=(owner(CHILD, birth="2026"), mother))
    accepted = (Whose.APPLICANT, Whose.CHILD)
    assert told(owner_matches.check(case(of_child, whose=accepted))) == (
        Match.UNSURE,
        "owner.child_not_named",
    )
    by_name = Party(role=PartyRole.RELATED, relation="mother", name="Giàng Thị Mỷ", birth="1990")
    unnumbered = paper("birth_certificate", parties=(owner(CHILD, name="", birth="2026"), by_name))
    known = paper("identity_card", id=DocumentId("card"))
    assert owner_matches.check(case(unnumbered, known, whose=accepted)).outcome is Match.UNSURE
    assert owner_matches.check(case(unnumbered, whose=accepted)).outcome is Match.NO
    named = question(persons=(Person(Whose.CHILD, CHILD),))
    assert owner_matches.check(case(of_child, asked=named, whose=accepted)).outcome is Match.YES


# term


@pytest.mark.parametrize(
    ("last_day", "outcome", "code"),
    [
        (date(2026, 11, 19), Match.NO, "term.expired"),
        (date(2026, 11, 20), Match.YES, "term.until"),
        (date(2026, 11, 21), Match.YES, "term.until"),
    ],
)
def test_the_last_day_still_counts(last_day: date, outcome: Match, code: str) -> None:
    assert told(term_covers.check(case(paper("birth_certificate", term=until(last_day))))) == (outcome, code)


@pytest.mark.parametrize(
    ("issued", "outcome", "code"),
    [
        ("2026-11-19", Match.YES, "term.unlimited"),
        ("2026-11-20", Match.YES, "term.unlimited"),
        ("2026-11-21", Match.NO, "term.not_yet"),
        ("2025", Match.YES, "term.unlimited"),
        ("2026", Match.UNSURE, "term.start_unknown"),
        ("2027", Match.NO, "term.not_yet"),
        ("không rõ", Match.UNSURE, "term.start_unknown"),
        ("", Match.UNSURE, "term.start_unknown"),
    ],
)
def test_the_day_of_issue_counts_and_an_unreadable_one_is_for_a_person(
    issued: str, outcome: Match, code: str
) -> None:
    document = paper("birth_certificate", fields={"issue_date": issued}, filed_at=None)
    assert told(term_covers.check(case(document))) == (outcome, code)


@pytest.mark.parametrize(
    ("filed_at", "outcome"),
    [
        # Seven hours ahead of UTC: the first is still 20 November in Vietnam, the second no longer.
        (datetime(2026, 11, 20, 16, 59, tzinfo=UTC), Match.YES),
        (datetime(2026, 11, 20, 17, 0, tzinfo=UTC), Match.UNSURE),
    ],
)
def test_a_paper_filed_by_that_day_had_been_issued(filed_at: datetime, outcome: Match) -> None:
    undated = paper("birth_certificate", fields={}, filed_at=filed_at)
    assert term_covers.check(case(undated)).outcome is outcome


def test_an_unknown_term_is_asked_for_or_read_by_a_person_but_never_valid() -> None:
    unknown = paper("birth_certificate", term=UNKNOWN)
    assert told(term_covers.check(case(unknown))) == (Match.NO, "term.unknown")
    by_person = term_covers.check(case(unknown, unknown_term=Handling.PERSON))
    assert told(by_person) == (Match.UNSURE, "term.unknown_read")


# scope


@pytest.mark.parametrize(
    ("purpose", "outcome", "code"),
    [
        ("Để đăng ký kết hôn", Match.YES, "scope.stated_purpose"),
        ("ĐỂ ĐĂNG KÝ KẾT HÔN với người nêu trong đơn", Match.YES, "scope.stated_purpose"),
        ("mua bán nhà ở", Match.NO, "scope.other_purpose"),
        ("vay vốn, đăng ký kết hôn", Match.UNSURE, "scope.purpose_unclear"),
        ("không có giá trị để đăng ký kết hôn", Match.UNSURE, "scope.purpose_unclear"),
        ("bổ túc hồ sơ", Match.UNSURE, "scope.purpose_unclear"),
        ("kết hônn", Match.UNSURE, "scope.purpose_unclear"),
        ("", Match.UNSURE, "scope.purpose_unknown"),
    ],
)
def test_a_marital_status_certificate_counts_only_for_its_purpose(
    purpose: str, outcome: Match, code: str
) -> None:
    document = paper("marital_status_certificate", fields={"purpose": purpose})
    verdict = scope_covers.check(
        case(document, types=("marital_status_certificate",), stated_purposes=(MARRIAGE_ONLY,))
    )
    assert told(verdict) == (outcome, code)


def test_a_paper_of_another_type_is_not_bound_by_that_purpose() -> None:
    verdict = scope_covers.check(case(paper("birth_certificate"), stated_purposes=(MARRIAGE_ONLY,)))
    assert told(verdict) == (Match.YES, "scope.everywhere")


@pytest.mark.parametrize(
    ("issuer", "place", "code"),
    [
        ("Ủy ban nhân dân xã Mường Hum", "Mường Hum", "scope.same_place"),
        ("Ủy ban nhân dân xã Mường Hum", "mường hum", "scope.same_place"),
        ("Ủy ban nhân dân xã Mường Hum", "Mường", "scope.same_place"),
        ("Ủy ban nhân dân xã Bản Xèo", "Mường Hum", "scope.other_place"),
        ("Ủy ban nhân dân xã Mường Hum", "", "scope.place_not_named"),
        ("", "Mường Hum", "scope.issuer_unknown"),
    ],
)
def test_a_paper_that_counts_in_its_place_is_compared_by_place(issuer: str, place: str, code: str) -> None:
    document = paper("birth_certificate", fields={"issuer": issuer})
    verdict = scope_covers.check(case(document, asked=question(place=place), scope=Scope.PLACE))
    assert verdict.reason.code == code
    assert (verdict.outcome is Match.YES) == (code == "scope.same_place")


# standing


@pytest.mark.parametrize(
    ("standing", "code"),
    [(Standing.REPLACED, "standing.replaced"), (Standing.REVOKED, "standing.revoked")],
)
def test_a_replaced_or_revoked_paper_does_not_count(standing: Standing, code: str) -> None:
    assert told(standing_holds.check(case(paper("birth_certificate", standing=standing)))) == (Match.NO, code)


def test_a_waiting_paper_is_for_a_person() -> None:
    waiting = paper("birth_certificate", state=DocumentState.WAITING)
    assert told(standing_holds.check(case(waiting))) == (Match.UNSURE, "standing.waiting")
    questioned = paper("birth_certificate", questions=("full_name",))
    assert told(standing_holds.check(case(questioned))) == (Match.UNSURE, "standing.waiting")


def test_changes_noted_on_a_land_certificate_are_for_a_person() -> None:
    mortgaged = paper("birth_certificate", fields={"changes": "Thế chấp tại ngân hàng"})
    assert told(standing_holds.check(case(mortgaged))) == (Match.UNSURE, "standing.changes_noted")


@pytest.mark.parametrize(
    ("handling", "outcome", "code"),
    [
        (Handling.ACCEPT, Match.YES, "standing.check_status"),
        (Handling.PERSON, Match.UNSURE, "standing.check_status_first"),
        (Handling.ASK, Match.NO, "standing.may_have_ended"),
    ],
)
def test_the_table_says_what_becomes_of_a_paper_a_later_event_may_end(
    handling: Handling, outcome: Match, code: str
) -> None:
    married = paper("birth_certificate", term=Term(TermKind.UNLIMITED, None, "marriage"))
    verdict = standing_holds.check(case(married, status_check=handling))
    assert told(verdict) == (outcome, code)
    assert "ly hôn" in verdict.reason.sentence()


def test_a_newer_paper_of_the_same_business_puts_the_older_in_doubt() -> None:
    kind = "household_business_certificate"
    old = paper(kind, fields={"business_code": "12A8000001", "change_number": "1"})
    new = paper(kind, id=DocumentId("new"), fields={"business_code": "12A8000001", "change_number": "2"})
    other = paper(kind, id=DocumentId("other"), fields={"business_code": "12A8000009", "change_number": "3"})
    assert standing_holds.check(case(old, new, newest_wins=True)).reason.code == "standing.newer_paper"
    assert standing_holds.check(case(new, old, newest_wins=True)).outcome is Match.YES
    assert standing_holds.check(case(old, other, newest_wins=True)).outcome is Match.YES
    assert standing_holds.check(case(old, new)).outcome is Match.YES
    scan = paper(kind, id=DocumentId("scan"), fields={"business_code": "12A8000001", "change_number": "1"})
    assert standing_holds.check(case(old, scan, newest_wins=True)).outcome is Match.YES


# signature, trust, purpose


@pytest.mark.parametrize(
    ("status", "outcome", "code"),
    [
        (SignatureStatus.PASSED, Match.YES, "signature.passed"),
        (SignatureStatus.INDETERMINATE, Match.UNSURE, "signature.indeterminate"),
        (SignatureStatus.STAMP_PENDING, Match.UNSURE, "signature.stamp_pending"),
        (SignatureStatus.FAILED, Match.NO, "signature.failed"),
        (SignatureStatus.UNSIGNED, Match.NO, "signature.unsigned"),
    ],
)
def test_only_a_passed_verification_is_enough(status: SignatureStatus, outcome: Match, code: str) -> None:
    assert told(signature_verified.check(case(paper("birth_certificate", signature=status)))) == (
        outcome,
        code,
    )


def test_a_verification_without_its_time_is_not_enough() -> None:
    untimed = paper("birth_certificate", signature_checked_at=None)
    assert told(signature_verified.check(case(untimed))) == (Match.UNSURE, "signature.time_unknown")


@pytest.mark.parametrize(
    ("trust", "wanted", "code"),
    [
        (Trust.T2, Trust.T4, "trust.enough"),
        (Trust.T4, Trust.T4, "trust.enough"),
        (Trust.T5, Trust.T4, "trust.too_low"),
        (Trust.T6, Trust.T5, "trust.not_compared"),
    ],
)
def test_trust_must_reach_the_wanted_step(trust: Trust, wanted: Trust, code: str) -> None:
    verdict = trust_enough.check(case(paper("birth_certificate", trust=trust), trust=wanted))
    assert verdict.reason.code == code
    assert (verdict.outcome is Match.YES) == (code == "trust.enough")


def test_a_paper_that_waits_for_its_seal_is_not_yet_refused() -> None:
    waiting = paper("birth_certificate", trust=Trust.T5, state=DocumentState.WAITING)
    assert told(trust_enough.check(case(waiting, trust=Trust.T4))) == (Match.UNSURE, "trust.waiting")


def test_a_paper_that_waits_for_its_timestamp_is_not_yet_refused() -> None:
    pending = paper("birth_certificate", trust=Trust.T5, signature=SignatureStatus.STAMP_PENDING)
    assert told(trust_enough.check(case(pending, trust=Trust.T4))) == (Match.UNSURE, "trust.stamp_pending")
    assert told(trust_enough.check(case(pending, trust=Trust.T5)))[0] is Match.YES


@pytest.mark.parametrize(
    ("purpose", "dossier", "sensitive", "code"),
    [
        (Purpose.PROCEDURE, "", False, "purpose.allowed"),
        (Purpose.PROCEDURE, "", True, "purpose.dossier_wanted"),
        (Purpose.PROCEDURE, "H26.5.12-261120-0001", True, "purpose.allowed"),
        (Purpose.OWNER, "", True, "purpose.allowed"),
        (Purpose.ARCHIVE, "", False, "purpose.not_allowed"),
        (Purpose.OPERATION, "", False, "purpose.not_allowed"),
    ],
)
def test_the_purpose_decides_whether_a_paper_may_be_used(
    purpose: Purpose, dossier: str, sensitive: bool, code: str
) -> None:
    asked = question(access=Access("can_bo_01", purpose, dossier))
    verdict = purpose_allowed.check(case(paper("birth_certificate"), asked=asked, dossier_wanted=sensitive))
    assert verdict.reason.code == code


# restriction


def test_a_restricted_paper_is_asked_for_anew_except_by_the_citizen_and_the_archive() -> None:
    restricted = paper("birth_certificate", restricted=True)
    assert told(not_restricted.check(case(restricted))) == (Match.NO, "restriction.restricted")
    for purpose in (Purpose.OWNER, Purpose.ARCHIVE):
        asked = case(restricted, asked=question(access=Access("a", purpose)))
        assert told(not_restricted.check(asked)) == (Match.YES, "restriction.purpose_sees")


# hand-over


def test_a_result_that_was_not_handed_over_does_not_count() -> None:
    waiting = case(paper("birth_certificate", held_back=True))
    assert told(handed_over.check(waiting)) == (Match.NO, "handover.waiting")
    assert told(handed_over.check(case(paper("birth_certificate")))) == (Match.YES, "handover.done")

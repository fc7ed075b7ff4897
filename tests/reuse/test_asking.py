"""A held paper may be asked for only with a reason that somebody can check."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.asking import AskReason, between, counted, insisted_of
from dossier.keeping import Act, KeepingAct
from dossier.rules_errors import MustNotAskError
from reuse.answer import ComponentAnswer, Status
from reuse.asking import MUST_NOT_ASK, check_asking, component_of
from reuse.decide import decide
from tests.reuse.building import component, procedure, question

WORDS = "Ảnh bản lưu bị mờ ở trang hai"
AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def answered(status: Status) -> ComponentAnswer:
    return ComponentAnswer(code="KS-04", name_vi="Giấy thử", status=status, reasons=(), rule="Căn cứ thử")


@pytest.mark.parametrize("status", [Status.ASK, Status.UNSURE])
def test_what_may_be_asked_for_needs_no_reason(status: Status) -> None:
    assert not check_asking(answered(status), None, "")


@pytest.mark.parametrize("status", sorted(MUST_NOT_ASK))
def test_what_must_not_be_asked_for_needs_a_code_and_words(status: Status) -> None:
    for reason, words in ((None, ""), (None, WORDS), (AskReason.DOUBT, "  "), (AskReason.DOUBT, "vì cần")):
        with pytest.raises(MustNotAskError, match="KS-04"):
            check_asking(answered(status), reason, words)
    assert check_asking(answered(status), AskReason.COPY_UNREADABLE, WORDS)


@given(st.sampled_from(sorted(MUST_NOT_ASK)), st.text(max_size=600))
def test_no_words_that_are_short_long_or_hidden_pass(status: Status, words: str) -> None:
    said = " ".join(words.split())
    if 10 <= len(said) <= 500 and said.isprintable():
        assert check_asking(answered(status), AskReason.LAW, words)
    else:
        with pytest.raises(MustNotAskError):
            check_asking(answered(status), AskReason.LAW, words)


def test_a_component_that_the_procedure_does_not_have_is_told() -> None:
    answer = decide(question(), procedure(component()), documents=())
    assert component_of(answer, "A-01").code == "A-01"
    with pytest.raises(MustNotAskError, match="A-99"):
        component_of(answer, "A-99")


def act(code: str, reason: AskReason, *, days: int = 0) -> KeepingAct:
    details = {
        "procedure": "1.001193",
        "component": code,
        "status": "held",
        "reason": reason.value,
        "words": WORDS,
    }
    return KeepingAct(
        case=f"{code}-{days}",
        act=Act.ASKING_INSISTED,
        target="H26.5.12-261120-0001",
        at=AT + timedelta(days=days),
        actor="can_bo_01",
        details=details,
    )


def test_records_are_counted_by_component_and_reason_within_a_time() -> None:
    acts = [
        act("KS-04", AskReason.DOUBT),
        act("KS-03", AskReason.DATA_WRONG, days=1),
        act("KS-03", AskReason.DATA_WRONG, days=2),
    ]
    records = [insisted_of(one) for one in acts]
    assert (records[0].dossier, records[0].words, records[0].status) == (
        "H26.5.12-261120-0001",
        WORDS,
        "held",
    )
    assert list(counted(records).items()) == [
        (("1.001193", "KS-03", AskReason.DATA_WRONG), 2),
        (("1.001193", "KS-04", AskReason.DOUBT), 1),
    ]
    assert [one.component for one in between(records, AT, AT + timedelta(days=1))] == ["KS-04"]

"""Whether a component may be asked for: what is held, read as data or not required needs a written reason."""

from __future__ import annotations

from dossier.asking import LEAST_WORDS, MOST_WORDS, AskReason
from dossier.rules_errors import MustNotAskError
from reuse.answer import Answer, ComponentAnswer, Status

MUST_NOT_ASK = frozenset({Status.HELD, Status.DATA, Status.NOT_REQUIRED})
"""Answers after which the citizen must not be asked for the paper."""

_WHY = {
    Status.HELD: "kho đã có giấy tờ dùng được",
    Status.DATA: "dữ liệu đã có trong cơ sở dữ liệu",
    Status.NOT_REQUIRED: "thành phần này không còn hoặc không cần yêu cầu",
}


def component_of(answer: Answer, code: str) -> ComponentAnswer:
    """The answer for one component.

    Raises:
        MustNotAskError: the procedure has no such component on that day.
    """
    for component in answer.components:
        if component.code == code:
            return component
    raise MustNotAskError(code[:50], reason="thủ tục không có thành phần này")


def check_asking(component: ComponentAnswer, reason: AskReason | None, words: str) -> bool:
    """Whether asking must be recorded, once it may be done.

    Args:
        component: what the decision said.
        reason: why it is asked for all the same, nothing when no reason is given.
        words: the same in words.

    Returns:
        False when the citizen may be asked anyway, so there is nothing to record.

    Raises:
        MustNotAskError: it is held, read as data or not required, and no reason is given that can be checked.
    """
    if component.status not in MUST_NOT_ASK:
        return False
    said = " ".join(words.split())
    if reason is None or not said:
        raise MustNotAskError(component.code, reason=_WHY[component.status])
    if not LEAST_WORDS <= len(said) <= MOST_WORDS or not said.isprintable():
        raise MustNotAskError(component.code, reason="nội dung lý do quá ngắn, quá dài hoặc có ký tự lạ")
    return True

"""Errors of the check station; they belong to the tree in ``dossier.errors``."""

from __future__ import annotations

from dossier.api_errors import RequestConflictError


class CheckHeldError(RequestConflictError):
    """Somebody else has the paper on the table."""

    code = "check.held"
    vi = "Giấy tờ này đang có người khác kiểm tra từ {since}."
    en = "Somebody else has had this paper on the table since {since}."
    next_vi = "Lấy giấy tờ khác; giấy tờ được trả lại khi người đó rời đi hoặc sau một lúc không làm gì."
    next_en = "Take another paper; this one is free again when they leave it or have been idle for a while."


class CheckSavingError(RequestConflictError):
    """Every question of the paper was answered, and it is on its way into the records."""

    code = "check.saving"
    vi = "Giấy tờ này đã được trả lời xong và đang được lưu."
    en = "Every question of this paper was answered, and it is being saved."
    next_vi = "Lấy giấy tờ khác; giấy tờ này rời hàng chờ khi lưu xong."
    next_en = "Take another paper; this one leaves the queue when it is saved."


class CheckNotHeldError(RequestConflictError):
    """What was sent is about a paper that the person does not have on the table."""

    code = "check.not_held"
    vi = "Bạn không còn giữ giấy tờ này."
    en = "You do not hold this paper any more."
    next_vi = "Mở lại từ hàng chờ; những gì đã xác nhận vẫn được giữ."
    next_en = "Open it again from the queue; what was confirmed is kept."


class CheckOwnError(RequestConflictError):
    """The person fed this paper, and somebody else has to check it."""

    code = "check.own_work"
    vi = "Bạn đã quét giấy tờ này; người khác phải kiểm tra."
    en = "You scanned this paper; somebody else has to check it."
    next_vi = "Lấy giấy tờ khác trong hàng chờ."
    next_en = "Take another paper of the queue."


class CheckAnswerError(RequestConflictError):
    """An answer that does not fit the question, told beside the field."""

    code = "check.answer"
    vi = "Chưa nhận được câu trả lời này: {reason}."
    en = "This answer cannot be taken: {reason}."
    next_vi = "Sửa lại rồi nhấn Enter."
    next_en = "Correct it and press Enter."

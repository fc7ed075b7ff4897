"""Errors of arranging pages; they belong to the tree in ``dossier.errors``."""

from __future__ import annotations

from dossier.api_errors import RequestConflictError


class PlanError(RequestConflictError):
    """A plan that breaks a law: a page lost or doubled, something taken from a filed paper."""

    code = "arrange.plan"
    vi = "Không sắp xếp như vậy được: {reason}."
    en = "The pages cannot be arranged like that: {reason}."
    next_vi = "Sửa lại cách sắp xếp rồi lưu lại. Chưa có gì thay đổi."
    next_en = "Correct the arrangement and save again. Nothing was changed."


class ArrangingBusyError(RequestConflictError):
    """The file is being arranged already."""

    code = "arrange.busy"
    vi = "Tệp này đang được sắp xếp và đọc lại."
    en = "This file is being arranged and read again."
    next_vi = "Chờ vài giây rồi mở lại từ hàng chờ."
    next_en = "Wait a few seconds and open it again from the queue."


class ArrangingStaleError(RequestConflictError):
    """Papers of the file changed since the person looked."""

    code = "arrange.stale"
    vi = "Giấy tờ của tệp này đã thay đổi sau khi bạn mở trang."
    en = "Papers of this file have changed since you opened the page."
    next_vi = "Mở lại trang sắp xếp; chưa có gì thay đổi theo cách sắp xếp của bạn."
    next_en = "Open the page again; nothing of your arrangement was done."


class ArrangingRefusedError(RequestConflictError):
    """The pages of this file cannot be arranged at all."""

    code = "arrange.refused"
    vi = "Không sắp xếp lại trang của tệp này được: {reason}."
    en = "The pages of this file cannot be arranged: {reason}."
    next_vi = "Nếu trang sai thật, quét lại giấy tờ; hỏi người lưu trữ khi cần."
    next_en = "If pages are really wrong, scan the papers again; ask the archivist where needed."

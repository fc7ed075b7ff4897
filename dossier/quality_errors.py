"""Errors of the promise about errors; they belong to the tree in ``dossier.errors``."""

from __future__ import annotations

from dossier.api_errors import RequestConflictError, RequestError


class PromiseError(RequestConflictError):
    """A promise that cannot be kept so."""

    code = "quality.promise"
    vi = "Chưa ghi được cam kết này: {reason}."
    en = "This promise cannot be kept: {reason}."
    next_vi = "Sửa các con số rồi ghi lại."
    next_en = "Correct the figures and save again."


class NoPromiseError(RequestError):
    """Nothing is promised, so there is nothing to draw or to tell."""

    code = "quality.no_promise"
    vi = "Chưa có cam kết chất lượng nào."
    en = "No promise about errors has been made."
    next_vi = "Lãnh đạo ghi cam kết ở trang Chất lượng, hoặc dùng motlan quality promise."
    next_en = "A manager makes one on the page Quality, or with motlan quality promise."


class KeyingNotHeldError(RequestConflictError):
    """What was sent is about a field that the person does not have on the table."""

    code = "quality.not_held"
    vi = "Bạn không còn giữ ô này."
    en = "You do not hold this field any more."
    next_vi = "Lấy ô tiếp theo; ô này đã trả về hàng chờ hoặc đã có người nhập."
    next_en = "Take the next field; this one went back to the queue, or somebody keyed it."


class WholeKeyingError(RequestConflictError):
    """All other fields of batches can be keyed again only where their sample did not meet the promise."""

    code = "quality.whole"
    vi = "Chỉ kiểm tra toàn bộ những lô chưa đạt cam kết, mỗi lô một lần."
    en = "All fields are keyed again only for batches that did not meet the promise, once."
    next_vi = "Mở lại giấy chứng nhận của lô để xem kết quả hiện tại."
    next_en = "Open the certificate of the batch again to see how it stands."

"""Errors of work that waits or is in hand; told as part of the tree in ``dossier.errors``."""

from __future__ import annotations

from dossier.errors import InputError, StoreBusyError, StoreError


class WorkLostError(StoreError):
    """Somebody else took the file over, because this process seemed to be gone."""

    code = "work.lost"
    vi = "Tệp {item} đã được máy khác làm tiếp vì máy này không trả lời quá lâu."
    en = "Another machine took file {item} over, because this one did not answer for too long."
    next_vi = "Không mất gì: máy kia làm xong tệp. Xem đồng hồ, mạng và tải của máy này."
    next_en = (
        "Nothing is lost: the other machine finishes it. Look after clock, network and load of this one."
    )


class WorkParkedError(InputError):
    """A file whose work never came to its end."""

    code = "work.parked"
    vi = "Tệp {item} đã thử {tries} lần đều không xong ({reason}), nay để riêng."
    en = "File {item} was tried {tries} times and never finished ({reason}); it is parked."
    next_vi = "Xem 'motlan work parked'; quét lại giấy, hoặc cho thử lại: motlan work release MÃ"
    next_en = (
        "See 'motlan work parked'; scan the paper again, or let it be tried again: motlan work release ID"
    )


class WorkNotParkedError(InputError):
    """There is no parked file of that id."""

    code = "work.not_parked"
    vi = "Tệp {item} không nằm trong số để riêng."
    en = "File {item} is not among the parked ones."
    next_vi = "Xem 'motlan work parked'."
    next_en = "See 'motlan work parked'."


class WorkFullError(StoreBusyError):
    """So much waits that nothing more is taken in for now."""

    code = "work.full"
    vi = "Đang có quá nhiều tệp chờ xử lý, chưa nhận thêm ({item})."
    en = "Too many files wait to be worked on; nothing more is taken in now ({item})."
    next_vi = "Không mất gì: đưa vào lại sau {seconds} giây."
    next_en = "Nothing is lost: hand them in again in {seconds} seconds."

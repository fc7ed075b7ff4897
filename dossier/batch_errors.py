"""Errors about closing a batch. They belong to the tree in ``dossier.errors``, which asks for this module."""

from __future__ import annotations

from dossier.errors import InputError


class BatchUnfinishedError(InputError):
    """Files of the batch were not worked on to the end."""

    code = "batch.unfinished"
    vi = "Đợt {item} còn {files} tệp chưa xử lý xong."
    en = "Batch {item} has {files} files that were not worked on to the end."
    next_vi = "Chạy lại cùng lệnh ingest với các tệp đó, rồi đóng đợt."
    next_en = "Run the same ingest command with these files again, then close the batch."


class BatchDiffersError(InputError):
    """Something about the batch does not agree, and no reason was given."""

    code = "batch.differs"
    vi = "Đợt {item} còn {count} điểm chưa khớp ({codes})."
    en = "Batch {item} has {count} points that do not agree ({codes})."
    next_vi = "Xem 'motlan batches show', sửa cho khớp, hoặc đóng kèm lý do: --reason 'LÝ DO'"
    next_en = "See 'motlan batches show', put it right, or close it with a reason: --reason 'REASON'"


class BatchClosedError(InputError):
    """A closed batch takes nothing more."""

    code = "batch.closed"
    vi = "Đợt {item} đã đóng, không nhận thêm thay đổi."
    en = "Batch {item} is closed and takes nothing more."
    next_vi = "Nếu cần sửa, mở lại trước: motlan batches reopen ĐỢT --reason 'LÝ DO'"
    next_en = "To change it, open it again first: motlan batches reopen BATCH --reason 'REASON'"


class ReasonMissingError(InputError):
    """An act that needs a reason in words came without one."""

    code = "batch.reason"
    vi = "Việc này với {item} cần lý do bằng lời."
    en = "This act on {item} needs a reason in words."
    next_vi = "Chạy lại với --reason 'LÝ DO' (không ghi tên, số định danh)."
    next_en = "Run it again with --reason 'REASON' (no names, no identity numbers)."

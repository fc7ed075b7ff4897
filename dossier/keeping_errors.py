"""Errors about keeping for good: the journal's proofs, backups, retention, requests of data subjects.

They belong to the tree in ``dossier.errors``, which asks for this module when it lists all of them.
"""

from __future__ import annotations

from dossier.errors import JournalBrokenError, StoreError

_KEEP_VI = "Giữ nguyên hiện trạng, báo ngay cho quản trị và kiểm tra viên; so với bản sao lưu gần nhất."
_KEEP_EN = "Leave everything as it is; tell the administrator and the auditor; compare with the last backup."


class JournalEditedError(JournalBrokenError):
    """The content or the hash of an entry is not the one that was chained."""

    code = "journal.edited"
    vi = "Nhật ký: nội dung mục {item} đã bị sửa."
    en = "Journal: entry {item} was edited."
    next_vi, next_en = _KEEP_VI, _KEEP_EN


class JournalRemovedError(JournalBrokenError):
    """An entry is not there although later ones are."""

    code = "journal.removed"
    vi = "Nhật ký: mục {item} đã bị xóa."
    en = "Journal: entry {item} was removed."
    next_vi, next_en = _KEEP_VI, _KEEP_EN


class JournalReorderedError(JournalBrokenError):
    """An entry stands at the place of another."""

    code = "journal.reordered"
    vi = "Nhật ký: từ mục {item} các mục đã bị đảo thứ tự."
    en = "Journal: from entry {item} on, entries were put in another order."
    next_vi, next_en = _KEEP_VI, _KEEP_EN


class JournalInsertedError(JournalBrokenError):
    """An entry was put in that was never chained there."""

    code = "journal.inserted"
    vi = "Nhật ký: mục {item} do người khác chèn vào."
    en = "Journal: entry {item} was put in by somebody."
    next_vi, next_en = _KEEP_VI, _KEEP_EN


class JournalTruncatedError(JournalBrokenError):
    """The end was cut off."""

    code = "journal.truncated"
    vi = "Nhật ký bị cắt đuôi: thiếu từ mục {item} trở đi."
    en = "The end of the journal was cut off: entry {item} and what follows are missing."
    next_vi, next_en = _KEEP_VI, _KEEP_EN


class JournalForkedError(JournalBrokenError):
    """The chain holds in itself, but is another one than was kept or sealed."""

    code = "journal.forked"
    vi = "Nhật ký bị thay bằng chuỗi khác: mục {item} khác với đầu chuỗi đã giữ (khớp đến mục {since})."
    en = "The journal was replaced by another chain: entry {item} is not the kept one (agrees up to {since})."
    next_vi, next_en = _KEEP_VI, _KEEP_EN


class JournalHeadError(JournalBrokenError):
    """A head of the journal is missing, altered, or not signed as it must be."""

    code = "journal.head"
    vi = "Nhật ký: đầu chuỗi ở mục {item} không dùng được: {reason}."
    en = "Journal: the head at entry {item} cannot be used: {reason}."
    next_vi, next_en = _KEEP_VI, _KEEP_EN


class JournalIndexError(StoreError):
    """What leads to the entries of the journal does not say what they say; the journal may be whole."""

    code = "journal.index"
    vi = "Bảng tra {item} của nhật ký không khớp: có {kept} dòng, nhật ký cho {wanted}."
    en = "Index {item} of the journal differs: it has {kept} rows, the journal gives {wanted}."
    next_vi = "Nhật ký không đổi; tìm hiểu ai đã sửa cơ sở dữ liệu, rồi chạy: motlan journal reindex"
    next_en = "The journal is unchanged; find out who edited the database, then run: motlan journal reindex"


class BackupError(StoreError):
    """A backup or a restored store is not what its manifest says."""

    code = "backup.failed"
    vi = "Bản sao lưu {item} không dùng được: {reason}."
    en = "Backup {item} cannot be used: {reason}."
    next_vi = "Không xóa bản nào; chạy lại cùng lệnh, hoặc dùng bản sao lưu khác."
    next_en = "Delete nothing; run the same command again, or use another backup."


class RestoreTargetError(StoreError):
    """The place to restore into is not empty and not a restore of the same backup that was interrupted."""

    code = "backup.target"
    vi = "Thư mục {item} không trống nên không khôi phục vào đó."
    en = "Folder {item} is not empty; nothing is restored into it."
    next_vi = "Chọn một thư mục trống."
    next_en = "Choose an empty folder."


class RestoreDatabaseError(StoreError):
    """The database to restore into holds something that is not this very backup."""

    code = "backup.target_database"
    vi = "Cơ sở dữ liệu {item} không trống nên không khôi phục vào đó."
    en = "Database {item} is not empty; nothing is restored into it."
    next_vi = "Tạo cơ sở dữ liệu mới, trống; hoặc thêm --desk để khôi phục bản ghi vào thư mục."
    next_en = "Make a new, empty database; or add --desk to restore the records into the folder."


class DisposalError(StoreError):
    """A paper must not be destroyed (yet), or not by this person."""

    code = "disposal.refused"
    vi = "Không được hủy {item}: {reason}."
    en = "{item} must not be destroyed: {reason}."
    next_vi = "Xem 'motlan disposal list'; lý do ghi rõ điều còn thiếu."
    next_en = "See 'motlan disposal list'; the reason says what is still missing."


class ObjectDestroyedError(StoreError):
    """The bytes were destroyed by a decision; the record remains."""

    code = "store.object_destroyed"
    vi = "Đối tượng {item} đã được hủy theo quyết định; chỉ còn hồ sơ ghi nhận."
    en = "Object {item} was destroyed by a decision; only its record remains."
    next_vi = "Xem biên bản hủy bằng 'motlan disposal list --all'."
    next_en = "See the certificate of destruction with 'motlan disposal list --all'."


class SubjectRequestError(StoreError):
    """A request of a data subject that cannot be taken or answered this way."""

    code = "requests.refused"
    vi = "Không thực hiện được với yêu cầu {item}: {reason}."
    en = "This cannot be done with request {item}: {reason}."
    next_vi = "Xem 'motlan requests list' và docs/how-to/data-subjects.md."
    next_en = "See 'motlan requests list' and docs/how-to/data-subjects.md."


class CorrectionError(StoreError):
    """A filed paper cannot be corrected this way, or not by this person."""

    code = "corrections.refused"
    vi = "Không chỉnh sửa được {item}: {reason}."
    en = "{item} cannot be corrected: {reason}."
    next_vi = "Xem 'motlan corrections list' và docs/how-to/data-subjects.md; không có gì thay đổi."
    next_en = "See 'motlan corrections list' and docs/how-to/data-subjects.md; nothing was changed."

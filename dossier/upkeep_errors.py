"""Errors about the upkeep of the store: second copies, fixity, repair, places that must prove themselves."""

from __future__ import annotations

from dossier.error_base import StoreError


class StoreFrozenError(StoreError):
    """A place did not protect what it holds, so nothing is written until a person has looked."""

    code = "store.frozen"
    vi = "Kho đang ở chế độ chỉ đọc vì nơi lưu {item} không giữ được lời hứa bảo vệ ({reason})."
    en = "The store is read-only: place {item} did not keep its promise of protection ({reason})."
    next_vi = "Sửa nơi lưu, chạy 'motlan canary' cho đạt, rồi mở lại: motlan canary --lift 'LÝ DO'"
    next_en = "Repair the place, let 'motlan canary' pass, then: motlan canary --lift 'REASON'"


class StoreNotLiftedError(StoreError):
    """The store stays read-only: what froze it is not put right."""

    code = "store.not_lifted"
    vi = "Chưa mở lại được kho: nơi lưu {item} vẫn không đạt kiểm tra."
    en = "The store stays read-only: place {item} still fails its trial."
    next_vi = "Xem các phép thử không đạt ở trên, sửa nơi lưu rồi chạy lại."
    next_en = "See the failed trials above, repair the place and run it again."


class CopiesLateError(StoreError):
    """Second copies wait longer, or more of them, than the installation allows."""

    code = "store.copies_late"
    vi = "BẢN SAO THỨ HAI CHẬM: {count} đối tượng chưa có ở {item}, lâu nhất từ {hours} giờ trước."
    en = "SECOND COPIES ARE LATE: {count} objects are not yet in {item}, the oldest for {hours} hours."
    next_vi = "Kiểm tra nơi lưu thứ hai và đường mạng; chạy: motlan copies --wait"
    next_en = "Check the second place and the network; run: motlan copies --wait"


class LocksLateError(StoreError):
    """Objects are not locked for their term, longer than or more of them than the installation allows."""

    code = "store.locks_late"
    vi = (
        "KHÓA CHẬM: {count} đối tượng chưa khóa đủ thời hạn bảo quản, lâu nhất từ {hours} giờ trước ({item})."
    )
    en = "LOCKS ARE LATE: {count} objects not locked for their term, the oldest for {hours} hours ({item})."
    next_vi = "Xem mã lỗi trong kết quả lệnh, kiểm tra máy chủ lưu trữ; chạy: motlan locks --wait"
    next_en = "See the error code in the result, check the object server; run: motlan locks --wait"


class FixityFailedError(StoreError):
    """Copies were found that are damaged or missing."""

    code = "store.fixity_failed"
    vi = "{count} bản lưu bị hỏng hoặc thiếu ở {item}."
    en = "{count} kept copies in {item} are damaged or missing."
    next_vi = "Chạy ngay: motlan repair; mã băm có trong nhật ký, 'motlan object MÃ_BĂM' cho biết giấy tờ nào"
    next_en = "Run now: motlan repair; hashes are in the journal, 'motlan object HASH' tells the paper"


class FixityLateError(StoreError):
    """At this pace not every object is checked within the limit."""

    code = "store.fixity_late"
    vi = "Kiểm tra toàn vẹn ở {item} quá chậm: một vòng mất {days} ngày, giới hạn là {limit} ngày."
    en = "Fixity checks of {item} are too slow: one cycle takes {days} days, the limit is {limit}."
    next_vi = "Tăng phần kiểm tra mỗi đêm (--share, --for hoặc --rate)."
    next_en = "Check more every night (--share, --for or --rate)."


class RepairImpossibleError(StoreError):
    """No place holds good bytes of an object; nothing was touched."""

    code = "store.repair_impossible"
    vi = "{count} đối tượng không còn bản nào tốt; không có gì bị thay đổi ({item} và các mục trong nhật ký)."
    en = "{count} objects have no good copy left; nothing was touched ({item} and those in the journal)."
    next_vi = (
        "Giữ nguyên hiện trạng; xem là giấy tờ nào bằng 'motlan object MÃ_BĂM'; "
        "khôi phục từ bản sao lưu: tìm đúng mã băm, đưa vào rồi chạy lại."
    )
    next_en = (
        "Leave everything as it is; 'motlan object HASH' tells which paper it is; "
        "restore these hashes from a backup and run it again."
    )


class CountsDifferError(StoreError):
    """Rows that reports are added up from do not say what the raw facts of their dossiers say."""

    code = "store.counts_differ"
    vi = "{count} dòng đếm của báo cáo lệch với dữ liệu gốc của hồ sơ."
    en = "{count} counted rows of reports differ from the raw facts of their dossiers."
    next_vi = "Dữ liệu gốc không bị ảnh hưởng; chạy 'motlan recount' để đếm lại và báo bộ phận kỹ thuật."
    next_en = "The raw facts are not touched; run 'motlan recount' and tell the technical team."

"""Errors about days and catalogues beyond the rulebook's tables; part of the tree in ``dossier.errors``."""

from __future__ import annotations

from dossier.errors import ReuseError, RulebookError


class CalendarEndError(RulebookError):
    """A last day would lie in a year whose days off stand in no table."""

    code = "rulebook.calendar_end"
    vi = "Lịch làm việc chưa có năm {item} nên không tính được thời hạn."
    en = "The calendar of working days has no year {item}, so the time limit cannot be counted."
    next_vi = "Thêm bảng ngày nghỉ của năm đó vào thư mục workdays của cơ quan, rồi chạy lại."
    next_en = "Put a table of that year's days off into the office's workdays folder, then run it again."


class MustNotAskError(ReuseError):
    """A paper that is held would be asked for without a written reason, or with one nobody can check."""

    code = "reuse.must_not_ask"
    vi = "Không được yêu cầu nộp {item}: {reason}."
    en = "{item} must not be asked for: {reason}."
    next_vi = (
        "Dùng giấy tờ, dữ liệu đã có; nếu vẫn phải yêu cầu, ghi lý do (mã và nội dung 10 đến 500 ký tự)."
    )
    next_en = "Use what is held; if it must be asked for all the same, give a reason (10 to 500 characters)."

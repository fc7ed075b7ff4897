"""Errors about the file or the request itself; they are told as part of the tree in ``dossier.errors``."""

from __future__ import annotations

from dossier.error_base import MotlanError


class InputError(MotlanError):
    """A file, folder or argument that cannot be taken in."""

    code = "input.error"
    exit_code = 10
    vi = "Không nhận được {item}."
    en = "{item} could not be taken in."
    next_vi = "Kiểm tra lại tệp rồi đưa vào lần nữa."
    next_en = "Check the file and hand it in again."


class InputNotFoundError(InputError):
    """The path names nothing."""

    code = "input.not_found"
    vi = "Không tìm thấy {item}."
    en = "{item} was not found."
    next_vi = "Kiểm tra đường dẫn và tên tệp."
    next_en = "Check the path and the file name."


class InputPermissionError(InputError):
    """The operating system refuses to let us read."""

    code = "input.no_permission"
    vi = "Không có quyền đọc {item}."
    en = "There is no permission to read {item}."
    next_vi = "Xin quyền đọc tệp hoặc chép tệp sang thư mục khác."
    next_en = "Ask for read permission or copy the file to another folder."


class InputEmptyError(InputError):
    """A file of zero bytes."""

    code = "input.empty"
    vi = "Tệp {item} rỗng (0 byte)."
    en = "{item} is empty (0 bytes)."
    next_vi = "Quét lại giấy tờ này."
    next_en = "Scan this paper again."


class InputTypeError(InputError):
    """The content is none of the formats we read, whatever its name says."""

    code = "input.type_unknown"
    vi = "Tệp {item} không phải ảnh JPEG, PNG, TIFF hay tệp PDF (nội dung bên trong là loại khác)."
    en = "{item} is not a JPEG, PNG, TIFF or PDF file (its content is of another kind)."
    next_vi = "Quét hoặc xuất lại giấy tờ ra PDF, JPEG, PNG hoặc TIFF."
    next_en = "Scan or export the paper again as PDF, JPEG, PNG or TIFF."


class InputUnreadableError(InputError):
    """The format is known but the content cannot be decoded."""

    code = "input.unreadable"
    vi = "Tệp {item} bị hỏng, không đọc được."
    en = "{item} is damaged and cannot be read."
    next_vi = "Quét lại giấy tờ, hoặc xin bản gốc của tệp."
    next_en = "Scan the paper again or ask for the original file."


class InputTruncatedError(InputUnreadableError):
    """The file ends before its content does."""

    code = "input.truncated"
    vi = "Tệp {item} bị cắt cụt, thiếu phần cuối."
    en = "{item} is cut short: its end is missing."
    next_vi = "Chép lại tệp từ máy quét, hoặc quét lại giấy tờ."
    next_en = "Copy the file from the scanner again, or scan the paper again."


class InputEncryptedError(InputError):
    """A PDF that asks for a password."""

    code = "input.encrypted"
    vi = "Tệp {item} có mật khẩu, không mở được."
    en = "{item} is protected by a password and cannot be opened."
    next_vi = "Xin tệp không có mật khẩu, hoặc quét bản giấy."
    next_en = "Ask for a file without password, or scan the paper."


class InputNoPagesError(InputError):
    """A PDF or TIFF without a page."""

    code = "input.no_pages"
    vi = "Tệp {item} không có trang nào."
    en = "{item} has no page."
    next_vi = "Quét lại giấy tờ này."
    next_en = "Scan this paper again."


class InputTooLargeError(InputError):
    """A page whose pixels or a file whose bytes go beyond the limits of the settings."""

    code = "input.too_large"
    vi = "Trang {page} của {item} quá lớn ({width}×{height} điểm ảnh)."
    en = "Page {page} of {item} is too large ({width}×{height} pixels)."
    next_vi = "Quét lại ở 200–300 dpi, khổ giấy đúng."
    next_en = "Scan again at 200–300 dpi with the right paper size."


class InputFileTooLargeError(InputError):
    """A file whose bytes go beyond the limit of the settings; ``size`` and ``limit`` in megabytes."""

    code = "input.file_too_large"
    vi = "Tệp {item} quá lớn ({size} MB, tối đa {limit} MB)."
    en = "{item} is too large ({size} MB, at most {limit} MB)."
    next_vi = "Quét lại ở 200–300 dpi hoặc tách thành nhiều tệp; giới hạn là MOTLAN_MAX_FILE_BYTES."
    next_en = "Scan again at 200–300 dpi or split the file; the limit is MOTLAN_MAX_FILE_BYTES."


class InputAlreadyHeldError(InputError):
    """The file is, byte for byte, a copy this store made and keeps: a second record would be a double."""

    code = "input.already_held"
    vi = "Tệp {item} là bản số hóa đã có trong kho."
    en = "{item} is a digitised copy that the store already holds."
    next_vi = "Không cần đưa vào lại; tìm bản đã lưu bằng: motlan find"
    next_en = "There is no need to hand it in again; look the stored copy up with: motlan find"


class InputNotAFileError(InputError):
    """A socket, device, pipe or link: never read, so that nothing outside the folder is taken in."""

    code = "input.not_a_file"
    vi = "{item} không phải tệp thường (thư mục, liên kết hoặc thiết bị)."
    en = "{item} is not a regular file (a folder, a link or a device)."
    next_vi = "Chép chính tệp vào thư mục rồi đưa vào lần nữa."
    next_en = "Copy the file itself into the folder and hand it in again."


class InputChangedError(InputError):
    """The file changed while it was being copied."""

    code = "input.changed"
    vi = "Tệp {item} còn đang được ghi."
    en = "{item} is still being written."
    next_vi = "Đợi máy quét ghi xong rồi chạy lại lệnh."
    next_en = "Wait until the scanner is done, then run the command again."


class InputTableError(InputError):
    """A line of a table that an operator loads cannot be used."""

    code = "input.table"
    vi = "Dòng {line} của {item} không dùng được: {reason}."
    en = "Line {line} of {item} cannot be used: {reason}."
    next_vi = "Sửa dòng đó rồi nạp lại; chưa có gì được thay đổi."
    next_en = "Correct that line and load the file again; nothing has been changed."


class InputTableFileError(InputTableError):
    """A file that an operator loads is no table at all, or goes beyond its bounds; ``line`` is 0."""

    code = "input.table_file"
    vi = "Tệp {item} không dùng được: {reason}."
    en = "{item} cannot be used: {reason}."
    next_vi = "Xuất lại tệp (CSV UTF-8, XLSX hoặc JSON) rồi nạp lại; chưa có gì được thay đổi."
    next_en = "Export the file again (CSV in UTF-8, XLSX or JSON) and load it; nothing has been changed."


class InputSecretError(InputError):
    """A secrecy mark: state secrets are out of scope (Circular 01/2023/TT-VPCP, Article 4)."""

    code = "input.secret"
    vi = "Trang {page} của {item} có dấu độ mật; không được số hóa, chữ đã đọc đã bị xóa."
    en = "Page {page} of {item} bears a secrecy mark; it must not be digitised and its text was destroyed."
    next_vi = "Lấy giấy tờ ra khỏi tập; báo người phụ trách bí mật nhà nước xử lý cả tệp gốc trong kho."
    next_en = (
        "Take the paper out of the stack and tell the officer for state secrets, also of the original file."
    )


class OutputError(InputError):
    """The place a person named for a result cannot be written."""

    code = "output.not_writable"
    vi = "Không ghi được {item}."
    en = "{item} cannot be written."
    next_vi = "Chọn thư mục có thật và có quyền ghi."
    next_en = "Choose a folder that exists and may be written."


class ArgumentError(InputError):
    """An argument that breaks its grammar (identity number, dossier code, date, field name)."""

    code = "input.argument"
    vi = "Giá trị của {item} không đúng dạng: cần {expected}."
    en = "The value of {item} is not well formed: expected {expected}."
    next_vi = "Sửa lại giá trị rồi chạy lại lệnh."
    next_en = "Correct the value and run the command again."

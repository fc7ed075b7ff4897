"""Errors about archive packages (Circular 05/2025/TT-BNV Annexes I to V); part of ``dossier.errors``."""

from __future__ import annotations

from dossier.input_errors import InputError


class PackageEmptyError(InputError):
    """There is no document to put into the package."""

    code = "package.empty"
    vi = "Không có giấy tờ nào đã lưu kho cho {item}; chưa đóng gói."
    en = "There is no filed document for {item}; no package was made."
    next_vi = "Kiểm tra lại mã hồ sơ, mã giấy tờ hoặc mã lô (motlan find, motlan report)."
    next_en = "Check the code of the dossier, the document or the batch (motlan find, motlan report)."


class PackageWaitingError(InputError):
    """A document still waits for a person: a package of it would have to be made again."""

    code = "package.waiting"
    vi = "Chưa đóng gói {item}: còn {count} giấy tờ chờ người xem ({documents})."
    en = "No package of {item} was made: {count} documents still wait for a person ({documents})."
    next_vi = "Xử lý các giấy tờ đó bằng motlan review, rồi chạy lại cùng lệnh."
    next_en = "Settle them with motlan review, then run the same command again."


class PackageFieldsError(InputError):
    """Fields that the law demands are not known or not usable."""

    code = "package.fields"
    vi = "Chưa đóng gói {item}: siêu dữ liệu chưa đủ hoặc chưa đúng: {fields}."
    en = "No package of {item} was made: metadata missing or not usable: {fields}."
    next_vi = "Thêm --set TÊN=GIÁ_TRỊ cho từng trường, hoặc --fields TỆP.toml; xem docs/packages.md."
    next_en = "Add --set NAME=VALUE for each field, or --fields FILE.toml; see docs/packages.md."


class PackageUnreadableError(InputError):
    """What was given is no package that can be opened safely."""

    code = "package.unreadable"
    exit_code = 4
    vi = "Không mở được {item} như một gói tin: {reason}."
    en = "{item} cannot be opened as a package: {reason}."
    next_vi = "Kiểm tra đường dẫn; nếu gói do nơi khác gửi, đề nghị gửi lại."
    next_en = "Check the path; if somebody sent the package, ask them to send it again."

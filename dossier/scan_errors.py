"""Errors of scanners and their feeders; they are told as part of the tree in ``dossier.errors``.

Whatever happens, the pages that came out before are kept: every next step ends in going on from there.
"""

from __future__ import annotations

from dossier.error_base import MotlanError


class ScanError(MotlanError):
    """The scanner did not do its work. ``item`` is the device or the number of the page that did not come."""

    code = "scan.error"
    exit_code = 18
    vi = "Máy quét gặp lỗi ({item})."
    en = "The scanner failed ({item})."
    next_vi = "Các trang đã quét vẫn còn. Tắt rồi bật lại máy quét, rồi quét tiếp."
    next_en = "The pages scanned are kept. Switch the scanner off and on, then go on."


class ScanProgramMissingError(ScanError):
    """SANE's ``scanimage`` is not installed."""

    code = "scan.program_missing"
    vi = "Máy này chưa cài chương trình quét {item} (SANE)."
    en = "The scanning program {item} (SANE) is not installed on this machine."
    next_vi = (
        "Cài gói sane-utils (máy quét mạng: thêm sane-airscan), hoặc quét ra tệp rồi dùng 'motlan ingest'."
    )
    next_en = (
        "Install the package sane-utils (network scanners: sane-airscan too), or scan to files and use "
        "'motlan ingest'."
    )


class ScannerNotFoundError(ScanError):
    """No such device, or it is off."""

    code = "scan.device_missing"
    vi = "Không thấy máy quét {item}."
    en = "The scanner {item} is not there."
    next_vi = "Kiểm tra dây, nguồn điện và mạng; xem máy đang có bằng 'motlan scan --list', rồi quét tiếp."
    next_en = "Check cable, power and network; 'motlan scan --list' shows what is there; then go on."


class ScannerBusyError(ScanError):
    """Somebody else scans."""

    code = "scan.device_busy"
    vi = "Máy quét {item} đang bận với người hoặc chương trình khác."
    en = "The scanner {item} is busy with somebody or something else."
    next_vi = "Chờ việc kia xong hoặc đóng chương trình kia, rồi quét tiếp."
    next_en = "Wait until the other one is done or close it, then go on."


class ScannerForbiddenError(ScanError):
    """The operating system does not let this account use the device."""

    code = "scan.device_forbidden"
    vi = "Tài khoản này không được phép dùng máy quét {item}."
    en = "This account may not use the scanner {item}."
    next_vi = "Nhờ quản trị thêm tài khoản vào nhóm scanner, đăng nhập lại, rồi quét tiếp."
    next_en = "Have the administrator add the account to the group scanner, log in again, then go on."


class ScannerLostError(ScanError):
    """The connection broke: unplugged, switched off, network away."""

    code = "scan.device_lost"
    vi = "Mất kết nối với máy quét khi đang quét trang {item}."
    en = "The connection to the scanner broke at page {item}."
    next_vi = "Cắm lại dây, bật máy quét. Đặt lại tờ chưa quét xong lên trên cùng khay, rồi quét tiếp."
    next_en = "Plug it in and switch it on. Put the unfinished sheet back on top of the tray, then go on."


class ScannerHangsError(ScanError):
    """Nothing came for so many ``seconds``; the scanning program was ended."""

    code = "scan.device_hangs"
    vi = "Máy quét đứng yên {seconds} giây khi đang quét trang {item}; đã dừng lệnh quét."
    en = "The scanner stood still for {seconds} seconds at page {item}; scanning was stopped."
    next_vi = "Tắt rồi bật lại máy quét. Đặt lại tờ chưa quét xong lên trên cùng khay, rồi quét tiếp."
    next_en = "Switch the scanner off and on. Put the unfinished sheet back on top of the tray, then go on."


class ScannerOptionError(ScanError):
    """The device refuses what was asked for: ``reason`` says which option."""

    code = "scan.option_refused"
    vi = "Máy quét {item} không nhận cách quét này: {reason}."
    en = "The scanner {item} does not take these options: {reason}."
    next_vi = (
        "Xem các lựa chọn của máy bằng 'motlan scan --list --device MÁY' và sửa hồ sơ cấu hình máy quét."
    )
    next_en = "See what it offers with 'motlan scan --list --device NAME' and correct the scanner's profile."


class PaperJamError(ScanError):
    """Paper is stuck, or the feeder drew in two sheets: most drivers tell both alike."""

    code = "scan.paper_jam"
    vi = "Kẹt giấy hoặc kéo hai tờ một lúc ở trang {item}."
    en = "Paper jam or two sheets at once at page {item}."
    next_vi = (
        "Mở nắp, gỡ giấy nhẹ tay, tơi xấp giấy. Đặt lại tờ chưa quét xong lên trên cùng khay, rồi quét tiếp."
    )
    next_en = (
        "Open the cover, take the paper out gently, fan the stack. Put the unfinished sheet back on top of "
        "the tray, then go on."
    )


class CoverOpenError(ScanError):
    """The cover is open."""

    code = "scan.cover_open"
    vi = "Nắp máy quét đang mở (trang {item})."
    en = "The cover of the scanner is open (page {item})."
    next_vi = "Đóng nắp cho khít. Đặt lại tờ chưa quét xong lên trên cùng khay, rồi quét tiếp."
    next_en = "Close the cover firmly. Put the unfinished sheet back on top of the tray, then go on."


class FeederEmptyError(ScanError):
    """Not one sheet lies in the tray."""

    code = "scan.feeder_empty"
    vi = "Khay giấy của máy quét {item} trống."
    en = "The tray of the scanner {item} is empty."
    next_vi = "Đặt giấy vào khay, mép giấy sát vào trong, rồi quét tiếp."
    next_en = "Put paper into the tray, pushed well in, then go on."


class ScanPageDamagedError(ScanError):
    """What came out is no whole picture."""

    code = "scan.page_damaged"
    vi = "Ảnh của trang {item} đến không trọn vẹn."
    en = "The picture of page {item} did not come whole."
    next_vi = "Đặt lại tờ đó lên trên cùng khay, rồi quét tiếp."
    next_en = "Put that sheet back on top of the tray, then go on."


class ScanTooManyError(ScanError):
    """One scan holds no more pages."""

    code = "scan.too_many"
    vi = "Một lần quét giữ nhiều nhất {item} trang."
    en = "One scan holds at most {item} pages."
    next_vi = "Nộp các trang đã quét, rồi quét phần còn lại thành lần mới."
    next_en = "Hand in what was scanned, then scan the rest as a new scan."


class ScanUnknownError(ScanError):
    """No unfinished scan of that id."""

    code = "scan.unknown"
    vi = "Không có lần quét dở dang {item}."
    en = "There is no unfinished scan {item}."
    next_vi = "Xem các lần quét dở dang bằng 'motlan scan --unfinished'."
    next_en = "See the unfinished scans with 'motlan scan --unfinished'."


class ScanInUseError(ScanError):
    """Another window or a scanning program left over works on it."""

    code = "scan.in_use"
    vi = "Lần quét {item} đang mở ở cửa sổ khác, hoặc lệnh quét cũ chưa dừng hẳn."
    en = "The scan {item} is open in another window, or its old scanning program has not ended yet."
    next_vi = "Đóng cửa sổ kia hoặc chờ một phút, rồi chạy lại lệnh này."
    next_en = "Close the other window or wait a minute, then run this command again."


class ScanStoppedError(ScanError):
    """Trouble with nobody at the keyboard: what came is kept and waits. ``item`` is the id of the scan."""

    code = "scan.stopped"
    vi = "Lần quét {item} dừng giữa chừng; {pages} trang đã quét vẫn còn."
    en = "The scan {item} stopped half-way; the {pages} pages scanned are kept."
    next_vi = "Xử lý máy quét, rồi chạy 'motlan scan --resume {item}'."
    next_en = "See to the scanner, then run 'motlan scan --resume {item}'."

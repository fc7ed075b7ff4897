"""Errors of trays at the station; they belong to the tree in ``dossier.errors``."""

from __future__ import annotations

from dossier.api_errors import NotAdmittedError, RequestConflictError, RequestError, RequestPathError
from dossier.errors import MotlanError


class TrayMissingError(RequestPathError):
    """No such tray, or somebody else's."""

    code = "tray.missing"
    vi = "Không có đợt nộp này, hoặc đợt này của người khác."
    en = "There is no such batch, or it is somebody else's."
    next_vi = "Mở lại từ danh sách các đợt của bạn."
    next_en = "Open it again from the list of your batches."


class TrayClosedError(RequestConflictError):
    """It was handed in already, perhaps from another tab."""

    code = "tray.closed"
    vi = "Đợt này đã nộp, không nhận thêm hay bớt được nữa."
    en = "This batch was handed in; nothing can be added or taken back."
    next_vi = "Giấy tờ đến sau thì mở một đợt mới cho cùng hồ sơ."
    next_en = "For papers that came later begin a new batch of the same dossier."


class TrayEmptyError(RequestConflictError):
    """Nothing lies in it."""

    code = "tray.empty"
    vi = "Đợt này chưa có trang nào để nộp."
    en = "There is nothing to hand in yet."
    next_vi = "Chọn tệp hoặc quét giấy trước, rồi nộp."
    next_en = "Choose files or scan papers first, then hand in."


class TrayFullError(RequestConflictError):
    """So many files are in it that it takes no more."""

    code = "tray.full"
    vi = "Một đợt giữ nhiều nhất {most} tệp."
    en = "A batch holds at most {most} files."
    next_vi = "Nộp đợt này, rồi mở đợt mới cho phần còn lại."
    next_en = "Hand this batch in, then begin another for the rest."


class TrayBusyError(RequestConflictError):
    """The scanner is at work on it."""

    code = "tray.busy"
    vi = "Máy quét đang làm việc cho đợt này."
    en = "The scanner is at work for this batch."
    next_vi = "Chờ máy quét xong rồi làm lại."
    next_en = "Wait until the scanner is done, then try again."


class TrayManyError(RequestConflictError):
    """A person has too many trays that were not handed in."""

    code = "tray.many"
    vi = "Bạn đang có {most} đợt chưa nộp."
    en = "You have {most} batches that were not handed in."
    next_vi = "Nộp hoặc hủy bớt các đợt cũ, rồi mở đợt mới."
    next_en = "Hand in or discard older ones, then begin a new one."


class TrayNoFileError(RequestError):
    """A form without a file."""

    code = "tray.no_file"
    vi = "Chưa chọn tệp nào."
    en = "No file was chosen."
    next_vi = "Chọn hoặc kéo thả tệp PDF, ảnh JPEG, PNG, TIFF."
    next_en = "Choose or drop PDF files or JPEG, PNG, TIFF images."


class TrayOfficeError(NotAdmittedError):
    """The dossier belongs to an office that is not among the person's."""

    code = "tray.office"
    vi = "Hồ sơ này thuộc cơ quan ngoài phạm vi của bạn."
    en = "This dossier belongs to an office outside your reach."
    next_vi = "Kiểm tra lại mã hồ sơ; đúng như vậy thì chuyển cho người của cơ quan đó."
    next_en = "Check the dossier code; if it is right, hand it to somebody of that office."


class TrayProcedureError(NotAdmittedError):
    """The procedure is not among the person's."""

    code = "tray.procedure"
    vi = "Thủ tục này ngoài phạm vi của bạn."
    en = "This procedure is outside your reach."
    next_vi = "Kiểm tra lại thủ tục; cần thêm thì liên hệ quản trị của cơ quan."
    next_en = "Check the procedure; ask the administrator of your office for more."


class TrayElsewhereError(RequestConflictError):
    """Its bytes lie on another machine, or are gone with a restore: backups have none of them."""

    code = "tray.elsewhere"
    vi = "Tệp của đợt này không nằm trên máy này."
    en = "The files of this batch do not lie on this machine."
    next_vi = "Mở đợt ở máy đã gom; kho vừa khôi phục từ bản sao lưu thì hủy đợt này và gom lại từ giấy."
    next_en = "Open it where it was gathered; after a restore from a backup discard it and gather it again."


class TrayCrashedError(MotlanError):
    """The working process ended over a tray again and again."""

    code = "tray.crashed"
    vi = "Chương trình dừng đột ngột mấy lần liền khi làm đợt này; tệp vẫn được giữ."
    en = "The program broke off several times over this batch; its files are kept."
    next_vi = "Báo bộ phận kỹ thuật; có thể một tệp bị hỏng. Bớt tệp nghi ngờ rồi nộp lại."
    next_en = "Tell the technical staff; one file may be damaged. Take a suspicious file out, hand in again."


class TrayLostError(MotlanError):
    """It was under way when the backup was made that the store came from: no backup has its bytes."""

    code = "tray.lost"
    vi = "Kho đã được khôi phục từ bản sao lưu; tệp của đợt này không có trong bản sao lưu."
    en = "The store was restored from a backup, which holds no file of this batch."
    next_vi = "Hủy đợt này, lấy lại giấy rồi quét và nộp thành đợt mới."
    next_en = "Discard this batch, take the papers again, scan them and hand them in as a new one."


class TrayStreamsError(RequestConflictError):
    """Too many pages of one person follow the progress at once."""

    code = "tray.streams"
    vi = "Đang có quá nhiều trang cùng theo dõi tiến độ."
    en = "Too many pages follow the progress at once."
    next_vi = "Đóng bớt thẻ trình duyệt; trang này vẫn xem được bằng nút làm mới."
    next_en = "Close some tabs; this page can still be brought up to date by its button."

"""The one error tree: a stable code for programs, a sentence and a next step for people.

    MotlanError
    ├── InputError         the file or the request itself              exit 10
    ├── EngineError        the recognition engine                      exit 11
    ├── StoreError         records, bytes, journal, data folder        exit 12
    ├── SigningError       keys, marks, signatures                     exit 13
    ├── RulebookError      the tables of the law                       exit 14
    ├── ReuseError         a question that may not or cannot be asked  exit 15
    ├── OrchestrationError Prefect                                     exit 16
    ├── RequestError       the HTTP service                            exit 17
    └── ScanError          scanners and their feeders                  exit 18

A sentence says what happened and to which item; the next step says what to do. The technical cause is
kept apart and goes to the log only. No sentence carries a name, an identity number or a document number:
``item`` is a file name as the person typed it, or a record id.
"""

from __future__ import annotations

from dossier.bucket_errors import (
    StoreBucketError,
    StoreCertificateError,
    StoreClockError,
    StoreCredentialsError,
    StoreEncryptionError,
    StoreLockError,
    StoreLockRefusedError,
)
from dossier.error_base import (
    Lang,
    MotlanError,
    StoreError,
)
from dossier.ids import is_digest, is_id
from dossier.input_errors import (
    ArgumentError,
    InputAlreadyHeldError,
    InputChangedError,
    InputEmptyError,
    InputEncryptedError,
    InputError,
    InputFileTooLargeError,
    InputNoPagesError,
    InputNotAFileError,
    InputNotFoundError,
    InputPermissionError,
    InputSecretError,
    InputTableError,
    InputTooLargeError,
    InputTruncatedError,
    InputTypeError,
    InputUnreadableError,
    OutputError,
)
from dossier.key_errors import (
    KeyUnusableError,
    PinRefusedError,
    SigningDeclinedError,
    SigningError,
    SigningExpiredError,
    SigningServiceError,
    SigningWaitingError,
    TokenMissingError,
)
from dossier.package_errors import (
    PackageEmptyError,
    PackageFieldsError,
    PackageUnreadableError,
    PackageWaitingError,
)
from dossier.upkeep_errors import (
    CopiesLateError,
    CountsDifferError,
    FixityFailedError,
    FixityLateError,
    LocksLateError,
    RepairImpossibleError,
    StoreFrozenError,
    StoreNotLiftedError,
)

__all__ = [
    "AccessRefusedError",
    "ArgumentError",
    "CopiesLateError",
    "CountsDifferError",
    "DemoKeyError",
    "EngineError",
    "EngineMissingError",
    "EngineTimeoutError",
    "FixityFailedError",
    "FixityLateError",
    "InputAlreadyHeldError",
    "InputChangedError",
    "InputEmptyError",
    "InputEncryptedError",
    "InputError",
    "InputFileTooLargeError",
    "InputNoPagesError",
    "InputNotAFileError",
    "InputNotFoundError",
    "InputPermissionError",
    "InputSecretError",
    "InputTableError",
    "InputTooLargeError",
    "InputTruncatedError",
    "InputTypeError",
    "InputUnreadableError",
    "JournalBrokenError",
    "KeyUnusableError",
    "Lang",
    "LocksLateError",
    "MarkCollisionError",
    "MotlanError",
    "ObjectDamagedError",
    "ObjectMissingError",
    "OrchestrationError",
    "OutputError",
    "OwnerConflictError",
    "OwnerLaterLinkError",
    "OwnerLinkedError",
    "OwnerMissingError",
    "PackageEmptyError",
    "PackageFieldsError",
    "PackageUnreadableError",
    "PackageWaitingError",
    "PdfUnreadableError",
    "PinRefusedError",
    "PolicyUnknownError",
    "ProcedureUnknownError",
    "ProposalUnknownError",
    "RecordMissingError",
    "RenewalRefusedError",
    "RepairImpossibleError",
    "ReuseError",
    "RulebookError",
    "SchemaError",
    "SettingsError",
    "SigningDeclinedError",
    "SigningError",
    "SigningExpiredError",
    "SigningRefusedError",
    "SigningServiceError",
    "SigningWaitingError",
    "StoreBucketError",
    "StoreBusyError",
    "StoreCertificateError",
    "StoreClockError",
    "StoreCredentialsError",
    "StoreEncryptionError",
    "StoreError",
    "StoreFolderTakenError",
    "StoreFrozenError",
    "StoreFullError",
    "StoreLockError",
    "StoreLockRefusedError",
    "StoreMissingError",
    "StoreNotLiftedError",
    "StoreReadOnlyError",
    "TimestampUnavailableError",
    "TokenMissingError",
    "TrustRefusedError",
    "VersionConflictError",
    "all_errors",
]


# --- the recognition engine -------------------------------------------------------------------------


class EngineError(MotlanError):
    """The recognition engine could not do its work."""

    code = "engine.failed"
    exit_code = 11
    vi = "Bộ nhận dạng chữ bị lỗi khi đọc {item}."
    en = "The recognition engine failed on {item}."
    next_vi = "Chạy lại; nếu vẫn lỗi, quét lại trang này."
    next_en = "Run it again; if it fails again, scan this page again."


class EngineMissingError(EngineError):
    """Tesseract or its Vietnamese data is not installed."""

    code = "engine.missing"
    vi = "Máy chưa có Tesseract hoặc dữ liệu tiếng Việt ({item})."
    en = "Tesseract or its Vietnamese data is not installed ({item})."
    next_vi = "Cài đặt: apt-get install tesseract-ocr tesseract-ocr-vie"
    next_en = "Install it: apt-get install tesseract-ocr tesseract-ocr-vie"


class EngineTimeoutError(EngineError):
    """One page took longer than the time limit."""

    code = "engine.timeout"
    vi = "Đọc trang {page} của {item} quá {seconds} giây nên đã dừng."
    en = "Reading page {page} of {item} took over {seconds} seconds and was stopped."
    next_vi = "Quét lại trang này ở 200–300 dpi, hoặc tăng MOTLAN_PAGE_SECONDS."
    next_en = "Scan this page again at 200–300 dpi, or raise MOTLAN_PAGE_SECONDS."


# --- records, bytes, journal ------------------------------------------------------------------------


class StoreMissingError(StoreError):
    """No data folder has been made yet."""

    code = "store.missing"
    vi = "Chưa có kho dữ liệu ở {item}."
    en = "There is no data folder at {item} yet."
    next_vi = "Chạy: motlan init"
    next_en = "Run: motlan init"


class StoreFolderTakenError(StoreError):
    """The folder meant for a new store holds files of others."""

    code = "store.folder_taken"
    vi = "Thư mục {item} đã có tệp khác, không tạo kho dữ liệu ở đó."
    en = "Folder {item} holds other files; no data folder is made there."
    next_vi = "Chọn một thư mục trống, hoặc đặt MOTLAN_DATA sang thư mục khác."
    next_en = "Choose an empty folder, or set MOTLAN_DATA to another folder."


class StoreFullError(StoreError):
    """The disk or quota is full."""

    code = "store.full"
    vi = "Ổ đĩa của kho đã đầy khi đang lưu {item}."
    en = "The disk of the store is full; {item} could not be kept."
    next_vi = "Giải phóng hoặc thêm dung lượng rồi chạy lại cùng lệnh; phần đã lưu vẫn nguyên."
    next_en = "Free or add space and run the same command again; what was kept is intact."


class StoreReadOnlyError(StoreError):
    """The data folder may not be written."""

    code = "store.read_only"
    vi = "Không ghi được vào kho dữ liệu {item}."
    en = "The data folder {item} cannot be written."
    next_vi = "Cấp quyền ghi cho tài khoản đang chạy, hoặc đặt MOTLAN_DATA sang thư mục khác."
    next_en = "Give the running account write permission, or set MOTLAN_DATA to another folder."


class StoreBusyError(StoreError):
    """Another process holds the data folder."""

    code = "store.busy"
    vi = "Kho đang được một lệnh khác dùng ({item})."
    en = "Another command is using the store ({item})."
    next_vi = "Đợi lệnh kia xong rồi chạy lại."
    next_en = "Wait for the other command and run this one again."


class StoreUnavailableError(StoreError):
    """The object server does not answer."""

    code = "store.unavailable"
    vi = "Máy chủ lưu trữ không trả lời khi làm việc với {item}."
    en = "The object server does not answer ({item})."
    next_vi = "Không có gì bị mất; kiểm tra máy chủ và đường mạng rồi chạy lại cùng lệnh."
    next_en = "Nothing is lost; check the server and the network and run the same command again."


class ObjectMissingError(StoreError):
    """An object that a record names is not in the store."""

    code = "store.object_missing"
    vi = "Thiếu đối tượng {item} trong kho."
    en = "Object {item} is missing from the store."
    next_vi = "Báo ngay cho quản trị; khôi phục từ bản sao thứ hai."
    next_en = "Tell the administrator at once; restore it from the second copy."


class ObjectDamagedError(StoreError):
    """The bytes read back are not those that were stored."""

    code = "store.object_damaged"
    vi = "Đối tượng {item} trong kho đã bị thay đổi (mã băm không khớp)."
    en = "Object {item} in the store was changed (its hash does not match)."
    next_vi = "Không dùng tệp này; báo quản trị để khôi phục từ bản sao thứ hai."
    next_en = "Do not use this file; have it restored from the second copy."


class RecordMissingError(StoreError):
    """No record of that id. What is no id may be a name or a number that was typed: it is not repeated."""

    code = "store.record_missing"
    vi = "Không có hồ sơ, giấy tờ mang mã {item}."
    en = "There is no record with id {item}."
    next_vi = "Kiểm tra lại mã; dùng 'motlan find' để tìm."
    next_en = "Check the id; use 'motlan find' to search."

    def __init__(self, item: str = "", *, cause: str = "", **details: str | float) -> None:
        super().__init__(item if is_id(item) or is_digest(item) else "", cause=cause, **details)


class OwnerMissingError(RecordMissingError):
    """No owner, proposal or link of that id or number; what was asked for may be a number: not repeated."""

    code = "store.owner_missing"
    vi = "Không có chủ sở hữu, đề nghị ghép hay lần ghép nào mang mã hoặc số đã nhập."
    en = "There is no owner, proposal or link with that id or number."
    next_vi = "Xem mã bằng 'motlan owners list', 'owners list --proposals' hoặc 'owners show MÃ'."
    next_en = "See the ids with 'motlan owners list', 'owners list --proposals' or 'owners show ID'."


class StoreKeyLostError(StoreError):
    """Something was encrypted with a key that the key ring does not hold."""

    code = "store.key_lost"
    vi = "Thiếu khóa mã hóa {item} của kho nên không đọc được hồ sơ."
    en = "Encryption key {item} of the store is missing, so records cannot be read."
    next_vi = (
        "Thêm lại khóa từ bản sao lưu vào tệp khóa mã hóa rồi chạy lại; chỉ bỏ khóa cũ khi đã đổi khóa xong."
    )
    next_en = (
        "Put the key back into the key file from its backup; never remove a key before rotation is through."
    )


class StoreKeysError(StoreError):
    """The text of the encryption keys is not one."""

    code = "store.keys"
    vi = "Danh sách khóa mã hóa của kho sai ở dòng {item}: {reason}."
    en = "The list of encryption keys of the store is wrong in line {item}: {reason}."
    next_vi = "Sửa dòng đó trong tệp khóa mã hóa rồi chạy lại."
    next_en = "Correct that line in the key file and run it again."


class RecordDamagedError(StoreError):
    """An encrypted value is not what was saved: changed, moved to another row, or of another store."""

    code = "store.record_damaged"
    vi = "Bản ghi {item} trong cơ sở dữ liệu không còn nguyên vẹn."
    en = "Record {item} in the database is not what was saved."
    next_vi = "Ngừng sửa cơ sở dữ liệu; khôi phục bản ghi từ bản sao lưu và báo bộ phận kỹ thuật."
    next_en = "Leave the database alone, restore the record from a backup and tell the technical team."


class VersionConflictError(StoreError):
    """Somebody else saved a newer version in between."""

    code = "store.conflict"
    vi = "Giấy tờ {item} vừa được người khác sửa."
    en = "Document {item} was changed by somebody else in between."
    next_vi = "Mở lại giấy tờ để xem bản mới rồi sửa lần nữa."
    next_en = "Open the document again to see the new version, then change it."


class OwnerConflictError(StoreError):
    """Two owner records cannot be joined: something rules it out, or nothing but a name speaks for it."""

    code = "owner.conflict"
    vi = "Không ghép được theo đề nghị {item}: hai hồ sơ chủ sở hữu không cùng một người ({reason})."
    en = "Proposal {item} cannot be confirmed: the two owner records are not one person ({reason})."
    next_vi = "Đối chiếu giấy tờ gốc của hai hồ sơ; xem bằng 'motlan owners show'."
    next_en = "Compare the papers of the two records; see 'motlan owners show'."


class OwnerLinkedError(StoreError):
    """A proposal was refused whose two records are one owner already."""

    code = "owner.already_linked"
    vi = "Hai hồ sơ của đề nghị {item} đã được ghép là một người."
    en = "The two records of proposal {item} are one owner already."
    next_vi = "Xem các lần ghép bằng 'motlan owners show', rồi tách bằng 'motlan owners unmerge'."
    next_en = "See the links with 'motlan owners show', then undo one with 'motlan owners unmerge'."


class OwnerLaterLinkError(StoreError):
    """A link is to be undone although a later one of the same owner was judged by it."""

    code = "owner.later_link"
    vi = "Chưa tách được lần ghép {item}: sau đó hồ sơ này còn được ghép thêm ({later})."
    en = "Link {item} cannot be undone yet: the same owner was linked again after it ({later})."
    next_vi = "Tách lần ghép {later} trước, rồi tách {item}."
    next_en = "Undo link {later} first, then {item}."


class SchemaError(StoreError):
    """The database was made by another version of the program."""

    code = "store.schema"
    vi = "Cơ sở dữ liệu {item} thuộc phiên bản khác của chương trình."
    en = "Database {item} belongs to another version of the program."
    next_vi = "Dùng đúng phiên bản chương trình, hoặc chạy 'motlan init' để nâng cấp."
    next_en = "Use the matching version, or run 'motlan init' to upgrade."


class JournalBrokenError(StoreError):
    """The chain of the journal does not hold."""

    code = "journal.broken"
    vi = "Nhật ký bị đứt chuỗi ở mục {item}."
    en = "The chain of the journal is broken at entry {item}."
    next_vi = "Giữ nguyên hiện trạng, báo ngay cho quản trị và kiểm tra viên."
    next_en = "Leave everything as it is; tell the administrator and the auditor at once."


# --- keys, marks, signatures ------------------------------------------------------------------------


class MarkCollisionError(SigningError):
    """The visible mark would cover something, or has no room."""

    code = "signing.mark_collision"
    vi = "Không có chỗ đặt dấu ký trên trang đầu của {item}."
    en = "There is no room for the mark on the first page of {item}."
    next_vi = "Quét lại cả trang (khổ A4, chừa lề trên) rồi đưa vào lần nữa."
    next_en = "Scan the whole page again (A4, with a margin on top) and hand it in again."


class SigningRefusedError(SigningError):
    """The file must not be signed: already signed by others, locked, not PDF/A, rotated."""

    code = "signing.refused"
    vi = "Không được ký lên {item}: {reason}."
    en = "{item} must not be signed: {reason}."
    next_vi = "Giữ nguyên tệp; xem mục xử lý tệp đã ký trong tài liệu."
    next_en = "Leave the file as it is; see the chapter on signed files in the documentation."


class DemoKeyError(SigningError):
    """A production setting met demo keys or a demo root."""

    code = "signing.demo_key"
    vi = "Khóa hoặc gốc tin cậy MẪU (DEMO) không được dùng trong môi trường thật ({item})."
    en = "DEMO keys or the DEMO root must not be used in production ({item})."
    next_vi = "Đặt khóa ký thật trong cấu hình."
    next_en = "Configure real signing keys."


class TimestampUnavailableError(SigningError):
    """The timestamp authority does not answer, or not with a timestamp."""

    code = "signing.timestamp_unavailable"
    vi = "Không lấy được dấu thời gian khi ký {item}."
    en = "The timestamp authority gave no timestamp for {item}."
    next_vi = "Không có gì bị mất; chạy lại cùng lệnh khi dịch vụ dấu thời gian hoạt động."
    next_en = "Nothing is lost; run the same command again when the timestamp service works."


class TrustRefusedError(SigningError):
    """Something must not go into the trust store: another fingerprint, an unknown authority, an old list."""

    code = "signing.trust_refused"
    vi = "Không đưa {item} vào kho tin cậy: {reason}."
    en = "{item} was not taken into the trust store: {reason}."
    next_vi = "Đối chiếu lại với nguồn công bố chính thức rồi thêm lại; xem docs/trust.md."
    next_en = "Compare it with the official publication and add it again; see docs/trust.md."


class RenewalRefusedError(SigningError):
    """A signed file must not get another timestamp as things stand: it would prove nothing."""

    code = "signing.renewal_refused"
    vi = "Không gia hạn chữ ký của {item}: {reason}."
    en = "The signatures of {item} are not renewed: {reason}."
    next_vi = "Tệp cũ còn nguyên; xem docs/renewal.md, xử lý nguyên nhân rồi chạy lại 'motlan renew'."
    next_en = "The old file is untouched; see docs/renewal.md, settle the cause and run 'motlan renew' again."


class PdfUnreadableError(SigningError):
    """The file handed to verification is no PDF that can be read."""

    code = "signing.not_readable"
    exit_code = 4
    vi = "Tệp {item} không phải PDF đọc được nên không kiểm tra được chữ ký."
    en = "{item} is not a readable PDF, so its signatures cannot be verified."
    next_vi = "Xin lại tệp từ nơi gửi."
    next_en = "Ask the sender for the file again."


# --- the tables of the law --------------------------------------------------------------------------


class RulebookError(MotlanError):
    """A table of the rulebook is wrong; the program does not start with it."""

    code = "rulebook.invalid"
    exit_code = 14
    vi = "Bảng quy tắc {item} sai ở dòng {line}: {reason}."
    en = "Rulebook table {item} is wrong at line {line}: {reason}."
    next_vi = "Sửa bảng rồi chạy lại."
    next_en = "Correct the table and run it again."


class PolicyUnknownError(RulebookError):
    """No signature policy of that id, or none in force on that day."""

    code = "rulebook.policy_unknown"
    vi = "Không có chính sách chữ ký {item}."
    en = "There is no signature policy {item}."
    next_vi = "Xem các chính sách đang có: motlan trust policies"
    next_en = "See the policies there are: motlan trust policies"


class ProcedureUnknownError(RulebookError):
    """No procedure of that code was in force on that day."""

    code = "rulebook.procedure_unknown"
    vi = "Không có thủ tục {item} trong danh mục vào ngày {on}."
    en = "There is no procedure {item} in the catalogue on {on}."
    next_vi = "Kiểm tra mã thủ tục; xem danh mục bằng 'motlan reuse --list'."
    next_en = "Check the code; list the catalogue with 'motlan reuse --list'."


class ProposalUnknownError(RulebookError):
    """No open proposal of that id: decided already, or not shown by enough papers."""

    code = "rulebook.proposal_unknown"
    vi = "Không có đề xuất nào mang mã {item} đang chờ."
    en = "No open proposal has the id {item}."
    next_vi = "Xem các đề xuất đang chờ bằng: motlan rules proposals"
    next_en = "List the open proposals with: motlan rules proposals"


# --- asking -----------------------------------------------------------------------------------------


class ReuseError(MotlanError):
    """A reuse question that cannot be answered."""

    code = "reuse.failed"
    exit_code = 15
    vi = "Không trả lời được câu hỏi tái sử dụng cho {item}."
    en = "The reuse question for {item} cannot be answered."
    next_vi = "Kiểm tra thủ tục, chủ sở hữu và ngày."
    next_en = "Check procedure, owner and date."


class AccessRefusedError(ReuseError):
    """The purpose does not allow this look-up (Law 91/2025/QH15; domain of the dossier)."""

    code = "access.refused"
    vi = "Không được tra cứu: {reason}."
    en = "This look-up is not allowed: {reason}."
    next_vi = "Nêu rõ mục đích và mã hồ sơ đang giải quyết."
    next_en = "State the purpose and the dossier being handled."


class OrchestrationError(MotlanError):
    """Prefect itself failed; our records say what was done."""

    code = "flows.failed"
    exit_code = 16
    vi = "Bộ điều phối (Prefect) gặp lỗi khi chạy đợt {item}."
    en = "The orchestrator (Prefect) failed on batch {item}."
    next_vi = (
        "Không có gì bị mất; chạy lại cùng lệnh. Nếu vẫn lỗi, xóa thư mục 'prefect' trong kho rồi chạy lại."
    )
    next_en = "Nothing is lost; run the same command again. If it fails again, remove the folder 'prefect'."


class SettingsError(MotlanError):
    """A setting that cannot be used."""

    code = "settings.invalid"
    exit_code = 2
    vi = "Cấu hình {item} không dùng được: {reason}."
    en = "Setting {item} cannot be used: {reason}."
    next_vi = "Sửa biến môi trường hoặc tệp cấu hình; xem docs/settings.md."
    next_en = "Correct the environment variable or the configuration file; see docs/settings.md."


def all_errors() -> tuple[type[MotlanError], ...]:
    """Every class of the tree, root first, in definition order (for ``docs/errors.md`` and the tests)."""
    # These build on classes of this module; until it is loaded the tree does not know them.
    import dossier.api_errors  # noqa: PLC0415
    import dossier.arrange_errors  # noqa: PLC0415
    import dossier.batch_errors  # noqa: PLC0415
    import dossier.bundle_errors  # noqa: PLC0415
    import dossier.campaign_errors  # noqa: PLC0415
    import dossier.check_errors  # noqa: PLC0415
    import dossier.database_errors  # noqa: PLC0415
    import dossier.desk_errors  # noqa: PLC0415
    import dossier.intake_errors  # noqa: PLC0415
    import dossier.keeping_errors  # noqa: PLC0415
    import dossier.quality_errors  # noqa: PLC0415
    import dossier.rules_errors  # noqa: PLC0415
    import dossier.scan_errors  # noqa: PLC0415
    import dossier.search_errors  # noqa: PLC0415
    import dossier.service_errors  # noqa: PLC0415
    import dossier.staff_errors  # noqa: PLC0415
    import dossier.tray_errors  # noqa: PLC0415
    import dossier.watch_errors  # noqa: PLC0415
    import dossier.work_errors  # noqa: F401, PLC0415

    found: list[type[MotlanError]] = []
    waiting: list[type[MotlanError]] = [MotlanError]
    while waiting:
        kind = waiting.pop(0)
        found.append(kind)
        waiting.extend(kind.__subclasses__())
    return tuple(found)

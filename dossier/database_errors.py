"""What a database or a data folder may refuse: connections, passwords, writes, and one that is another's."""

from __future__ import annotations

from dossier.bucket_errors import StoreCredentialsError
from dossier.error_base import StoreError
from dossier.errors import SchemaError, StoreReadOnlyError, StoreUnavailableError


class DatabaseAwayError(StoreUnavailableError):
    """The database server does not answer, or went away in the middle."""

    code = "store.database_away"
    vi = "Máy chủ cơ sở dữ liệu ({item}) không trả lời."
    en = "The database server ({item}) does not answer."
    next_vi = "Không có gì bị mất; kiểm tra máy chủ cơ sở dữ liệu và đường mạng rồi chạy lại cùng lệnh."
    next_en = "Nothing is lost; check the database server and the network and run the same command again."


class DatabaseRefusedError(StoreCredentialsError):
    """The database server does not let our account in."""

    code = "store.database_refused"
    vi = "Cơ sở dữ liệu ({item}) không cho vào: sai tài khoản, mật khẩu, tên cơ sở dữ liệu, hoặc thiếu quyền."
    en = "The database ({item}) does not let us in: wrong account, password or name, or no permission."
    next_vi = (
        "Kiểm tra MOTLAN_DATABASE và tệp mật khẩu; mật khẩu mới có hiệu lực ngay, không cần khởi động lại."
    )
    next_en = "Check MOTLAN_DATABASE and the password file; a new password counts at once, without a restart."


class DatabaseReadOnlyError(StoreReadOnlyError):
    """The database takes no writes: a standby, or one that was set to read only."""

    code = "store.database_read_only"
    vi = "Cơ sở dữ liệu ({item}) chỉ cho đọc (máy dự phòng, hoặc đang bị khóa ghi)."
    en = "The database ({item}) may only be read (a standby, or locked for writing)."
    next_vi = "Trỏ MOTLAN_DATABASE tới máy chủ chính, hoặc mở khóa ghi, rồi chạy lại; không có gì bị mất."
    next_en = "Point MOTLAN_DATABASE to the primary, or allow writing, and run it again; nothing is lost."


class StoreLockLostError(StoreError):
    """The connection that held the lock of the one writer broke: another machine may write now."""

    code = "store.lock_lost"
    vi = "Mất khóa ghi của cơ sở dữ liệu ({item}) vì đứt kết nối; đã dừng ghi."
    en = "The writer's lock of the database ({item}) was lost with its connection; writing has stopped."
    next_vi = "Không có gì bị mất; chạy lại cùng lệnh để làm tiếp."
    next_en = "Nothing is lost; run the same command again to go on."


class StoreFolderOwnerError(StoreReadOnlyError):
    """The data folder belongs to another account, so it cannot be closed to others."""

    code = "store.folder_owner"
    vi = "Thư mục kho {item} thuộc tài khoản khác, nên không đóng được với người khác (quyền 0700)."
    en = "The data folder {item} belongs to another account, so it cannot be closed to others (mode 0700)."
    next_vi = (
        "Đặt MOTLAN_DATA vào một thư mục con (chương trình tự tạo), không đặt vào gốc của ổ gắn vào; hoặc "
        "chown thư mục cho tài khoản đang chạy."
    )
    next_en = (
        "Set MOTLAN_DATA to a folder below it, which the program makes, not to the root of a mounted volume; "
        "or chown it to the running account."
    )


class StoreForeignDatabaseError(StoreError):
    """Data folder and database do not belong together."""

    code = "store.foreign_database"
    vi = "Thư mục dữ liệu và cơ sở dữ liệu {item} không thuộc về nhau: {reason}."
    en = "The data folder and the database {item} do not belong together: {reason}."
    next_vi = (
        "Sửa MOTLAN_DATABASE hoặc MOTLAN_DATA; máy thứ hai cần tệp store.key của máy đầu "
        "(docs/how-to/sizes.md)."
    )
    next_en = (
        "Correct MOTLAN_DATABASE or MOTLAN_DATA; a second machine needs the first one's store.key "
        "(docs/how-to/sizes.md)."
    )


class SchemaOlderError(SchemaError):
    """The tables are older than the program: they have to be brought up to date first."""

    code = "store.schema_older"
    vi = "Bảng dữ liệu của {item} còn ở phiên bản {found}, chương trình cần {ours}."
    en = "The tables of {item} are still of version {found}; the program needs {ours}."
    next_vi = "Chạy 'motlan init' một lần bằng chương trình mới, rồi khởi động lại dịch vụ."
    next_en = "Run 'motlan init' once with the new program, then start the service again."


class SchemaNewerError(SchemaError):
    """The tables are newer than the program, and it must not work with them any more."""

    code = "store.schema_newer"
    vi = "Bảng dữ liệu của {item} đã ở phiên bản {found}, chương trình này ({ours}) không còn dùng được."
    en = "The tables of {item} are of version {found} already; this program ({ours}) can no longer use them."
    next_vi = "Cài phiên bản chương trình mà các máy khác đang dùng; bảng dữ liệu không lùi phiên bản."
    next_en = "Install the program that the other machines have; tables never go back to an earlier version."

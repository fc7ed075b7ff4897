"""What an object server may refuse: keys, buckets, clocks, certificates, locks."""

from __future__ import annotations

from dossier.error_base import StoreError


class StoreCredentialsError(StoreError):
    """The object server refuses our keys."""

    code = "store.credentials"
    vi = "Máy chủ lưu trữ từ chối khóa truy cập ({item})."
    en = "The object server refuses the access key ({item})."
    next_vi = "Kiểm tra tệp khóa truy cập và quyền của tài khoản trên thùng chứa; không cần khởi động lại."
    next_en = "Check the key files and what the account may do in the bucket; no restart is needed."


class StoreBucketError(StoreError):
    """A bucket is not what the store needs."""

    code = "store.bucket"
    vi = "Thùng chứa {item} không dùng được: {reason}."
    en = "Bucket {item} cannot be used: {reason}."
    next_vi = "Tạo thùng chứa có khóa đối tượng (Object Lock) và lưu phiên bản, rồi chạy lại."
    next_en = "Make a bucket with Object Lock and versioning, then run it again."


class StoreClockError(StoreError):
    """The clocks of this machine and of the object server are too far apart."""

    code = "store.clock"
    vi = "Đồng hồ máy này lệch với máy chủ lưu trữ nên yêu cầu bị từ chối ({item})."
    en = "The clock of this machine differs from the object server's ({item})."
    next_vi = "Đồng bộ đồng hồ của hai máy (NTP) rồi chạy lại."
    next_en = "Synchronise both clocks (NTP) and run it again."


class StoreCertificateError(StoreError):
    """The certificate of the object server is not to be trusted."""

    code = "store.certificate"
    vi = "Chứng thư số TLS của máy chủ lưu trữ {item} không tin được (hết hạn, sai tên hoặc sai nơi cấp)."
    en = "The TLS certificate of the object server {item} cannot be trusted (expired, wrong name or issuer)."
    next_vi = "Gia hạn chứng thư số của máy chủ, hoặc khai báo đúng tệp CA; không tắt kiểm tra."
    next_en = "Renew the server's certificate or name the right CA file; never switch the check off."


class StoreLockError(StoreError):
    """An object was stored without the lock it must have."""

    code = "store.lock"
    vi = "Đối tượng {item} đã lưu nhưng máy chủ không giữ khóa chống xóa."
    en = "Object {item} was stored, but the server does not keep its lock."
    next_vi = "Không dùng máy chủ này cho lưu trữ; báo quản trị kiểm tra Object Lock."
    next_en = "Do not use this server as an archive; have the operator check Object Lock."


class StoreLockRefusedError(StoreError):
    """The object server does not lock anything for so long."""

    code = "store.lock_refused"
    vi = "Máy chủ lưu trữ không nhận thời hạn khóa xa như vậy cho đối tượng {item}."
    en = "The object server does not accept so distant an end for the lock of object {item}."
    next_vi = "Khóa được đặt ngắn hơn và gia hạn định kỳ; giữ cho 'motlan locks' chạy đều."
    next_en = "The lock is set for a shorter time and prolonged in time: keep 'motlan locks' running."


class StoreEncryptionError(StoreError):
    """An object server does not encrypt what it was told to encrypt."""

    code = "store.encryption"
    vi = "Máy chủ lưu trữ không mã hóa {item} như cấu hình yêu cầu ({reason})."
    en = "The object server does not encrypt {item} as the settings ask ({reason})."
    next_vi = (
        "Bật mã hóa phía máy chủ (SSE) và khóa của nó rồi chạy lại; hoặc bỏ cấu hình mã hóa của thùng chứa."
    )
    next_en = "Switch server-side encryption and its key on, then run it again; or drop the bucket's setting."

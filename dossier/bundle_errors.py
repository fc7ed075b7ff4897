"""Errors about bundles: what a desk worked without the network, on its way to the centre.

They belong to the tree in ``dossier.errors``, which asks for this module when it lists all of them.
"""

from __future__ import annotations

from dossier.error_base import StoreError


class BundleError(StoreError):
    """A bundle is not what it says, or was not made by one we know; nothing was changed."""

    code = "bundle.refused"
    vi = "Gói {item} không nhận được: {reason}. Chưa có gì thay đổi."
    en = "Bundle {item} cannot be taken: {reason}. Nothing was changed."
    next_vi = "Chép lại tệp từ bàn làm việc, hoặc xuất lại bằng 'motlan bundle export'; không có gì bị mất."
    next_en = "Copy the file from the desk again, or run 'motlan bundle export' there; nothing is lost."


class BundleUnknownDeskError(BundleError):
    """The desk was never enrolled here, or its enrolment ended."""

    code = "bundle.unknown_desk"
    vi = "Gói {item} do bàn {desk} ký, bàn này chưa được kết nạp hoặc đã bị thôi công nhận ở đây."
    en = "Bundle {item} is signed by desk {desk}, which is not enrolled here or not any more."
    next_vi = "Nếu đúng là bàn của mình: 'motlan bundle key' ở bàn, rồi 'motlan bundle enrol' ở đây."
    next_en = "If it is one of yours: 'motlan bundle key' at the desk, then 'motlan bundle enrol' here."


class BundleForeignError(BundleError):
    """The bundle was sealed for another centre."""

    code = "bundle.foreign"
    vi = "Gói {item} được niêm cho trung tâm khác, không mở được ở đây."
    en = "Bundle {item} was sealed for another centre and cannot be opened here."
    next_vi = "Chuyển gói tới đúng trung tâm mà bàn đã 'motlan bundle join'."
    next_en = "Take the bundle to the centre that the desk joined with 'motlan bundle join'."


class BundleSchemaError(BundleError):
    """A newer program made the bundle."""

    code = "bundle.newer"
    vi = "Gói {item} do phiên bản mới hơn tạo ra (định dạng {found}, chương trình này đọc đến {known})."
    en = "Bundle {item} was made by a newer version (format {found}; this program reads up to {known})."
    next_vi = "Nâng cấp motlan ở trung tâm rồi nhập lại; gói giữ nguyên giá trị."
    next_en = "Upgrade motlan at the centre and import it again; the bundle stays good."


class BundleMissingError(BundleError):
    """An earlier bundle has to be imported first."""

    code = "bundle.missing"
    vi = "Gói {item} nối tiếp gói số {base} của bàn {desk}, nhưng gói đó chưa được nhập ở đây."
    en = "Bundle {item} continues bundle {base} of desk {desk}, which was not imported here."
    next_vi = "Nhập gói còn thiếu trước; nếu đã mất, xuất lại toàn bộ ở bàn: 'motlan bundle export --full'."
    next_en = "Import the missing one first; if it is lost, run 'motlan bundle export --full' at the desk."


class BundleForkedError(BundleError):
    """The desk's history is another one than the centre was told before."""

    code = "bundle.forked"
    vi = (
        "Gói {item}: lịch sử của bàn {desk} khác với lịch sử trung tâm đã nhận (từ mục {entry}); "
        "bàn có thể đã khôi phục từ bản sao lưu cũ, hoặc có hai máy cùng dùng một khóa."
    )
    en = (
        "Bundle {item}: the history of desk {desk} is not the one the centre was told (from entry {entry}); "
        "the desk may have been restored from an old backup, or two machines use one key."
    )
    next_vi = "Báo quản trị; không nhập gói này cho đến khi biết rõ. Trung tâm giữ nguyên như cũ."
    next_en = "Tell the administrator; do not import it until the reason is known. The centre is as it was."


class BundleKeyError(StoreError):
    """A file for enrolling is not one, or was altered."""

    code = "bundle.enrolment"
    vi = "Tệp kết nạp {item} không dùng được: {reason}."
    en = "The enrolment file {item} cannot be used: {reason}."
    next_vi = "Làm lại tệp: 'motlan bundle key' ở bàn, 'motlan bundle enrol' ở trung tâm."
    next_en = "Make it again: 'motlan bundle key' at the desk, 'motlan bundle enrol' at the centre."


class BundleNotJoinedError(StoreError):
    """This store does not know to which centre its bundles go."""

    code = "bundle.not_joined"
    vi = "Kho này chưa gia nhập trung tâm nào nên không biết niêm gói cho ai."
    en = "This store has joined no centre, so there is nobody to seal a bundle for."
    next_vi = "'motlan bundle key' ở đây, 'motlan bundle enrol' ở trung tâm, rồi 'motlan bundle join' ở đây."
    next_en = "'motlan bundle key' here, 'motlan bundle enrol' at the centre, then 'motlan bundle join' here."


class BundleStoppedError(StoreError):
    """Taking a bundle in stopped half-way, although all of it had been checked."""

    code = "bundle.stopped"
    vi = "Đang nhập gói {item} thì phải dừng: {reason}."
    en = "Taking bundle {item} in had to stop: {reason}."
    next_vi = "Không có gì bị mất; chạy lại cùng lệnh để làm tiếp, nếu vẫn dừng thì báo bộ phận kỹ thuật."
    next_en = "Nothing is lost; run the same command again, and tell the technical team if it stops again."

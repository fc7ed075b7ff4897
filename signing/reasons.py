"""Why a file is not decided, or not passed, beyond the words of the standard: in Vietnamese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LIMITS_VI = (
    "Tệp đòi hỏi quá nhiều việc (quá nhiều chữ ký, phiên bản hoặc dữ liệu) nên không kiểm tra hết được."
)
ENCRYPTED_VI = "Tệp được mã hóa (đặt mật khẩu hoặc hạn chế quyền) nên không kiểm tra được chữ ký."
HYBRID_VI = (
    "Tệp có hai bảng tham chiếu, phần mềm cũ và mới có thể đọc khác nhau, nên không kết luận được về chữ ký."
)
STRAY_VI = "Trong tệp có chữ ký nằm ngoài biểu mẫu; có thể trường chữ ký đã bị gỡ."
UNBOUND_VI = "Chữ ký không ràng buộc với chứng thư số của người ký."
WEAK_STAMP_VI = "Dấu thời gian dùng hàm băm quá yếu."
COVERED_VI = "Hình của một chữ ký sau phủ lên phần lớn trang, có thể che nội dung đã ký."
FUTURE_VI = "Dấu thời gian nằm sau thời điểm kiểm tra."
UNTRUSTED_STAMP_VI = "Dấu thời gian không do nơi cấp được tin cậy tạo ra."
LATER_MARK_VI = (
    "Sau chữ ký này có hình của chữ ký khác được đặt lên trang; hãy xem bản tại thời điểm ký nếu nghi ngờ."
)

IN_ENGLISH: Final[Mapping[str, str]] = {
    LIMITS_VI: "The file asks for too much work (signatures, revisions or data) to be checked to the end.",
    ENCRYPTED_VI: "The file is encrypted (password or restricted rights), so its signatures are not checked.",
    HYBRID_VI: "The file has two cross-reference tables that old and new programs may read differently.",
    STRAY_VI: "A signature lies in the file outside its form; its field may have been taken away.",
    UNBOUND_VI: "The signature does not bind the certificate of its signer.",
    WEAK_STAMP_VI: "The timestamp uses a digest that is too weak.",
    COVERED_VI: "The picture of a later signature covers most of a page and may hide what was signed.",
    FUTURE_VI: "The timestamp lies after the moment of verification.",
    UNTRUSTED_STAMP_VI: "The timestamp was not made by a trusted authority.",
    LATER_MARK_VI: "After this signature another one's picture was put on a page; see the file as signed.",
}

"""Why a file is not decided, or not passed, beyond what the standard has words for: Vietnamese sentences."""

from __future__ import annotations

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

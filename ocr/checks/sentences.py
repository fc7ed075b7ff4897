"""What a person is told about each finding: what is wrong, and what to do. Vietnamese, then English."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "page.blank": (
        "Trang trắng. Bỏ trang này nếu là mặt sau không có chữ.",
        "The page is blank. Leave it out if it is an empty back.",
    ),
    "page.blurred": (
        "Ảnh bị mờ. Lau mặt kính hoặc giữ chắc máy rồi quét lại.",
        "The image is blurred. Clean the glass or hold the camera still and scan again.",
    ),
    "page.corner": (
        "Góc giấy bị gấp hoặc rách. Vuốt phẳng góc giấy rồi quét lại.",
        "A corner of the sheet is folded or torn. Flatten it and scan again.",
    ),
    "page.cut": (
        "Chữ ở mép giấy bị cắt mất. Đặt lại giấy cho đủ bốn mép rồi quét lại.",
        "Print at the edge is cut off. Place the sheet so that all four edges show and scan again.",
    ),
    "page.dark": (
        "Ảnh quá tối. Tăng độ sáng rồi quét lại.",
        "The image is too dark. Raise the brightness and scan again.",
    ),
    "page.doubtful": (
        "Trang đọc chưa chắc: có chữ mờ, bị che hoặc bị bỏ sót. So lại với bản giấy hoặc quét lại cho rõ.",
        "Read with doubt: print is faint, covered or missed. Compare with the paper or scan again.",
    ),
    "page.fold": (
        "Giấy có nếp gấp. Vuốt phẳng giấy; quét lại nếu nếp gấp đè lên chữ.",
        "The sheet has a fold. Flatten it; scan again if the fold runs over print.",
    ),
    "page.foreign": (
        "Phần lớn chữ không phải tiếng Việt. Nếu là giấy tờ nước ngoài, cần bản dịch có chứng thực.",
        "Most of the print is not Vietnamese. A foreign paper needs a certified translation.",
    ),
    "page.handwriting": (
        "Có phần điền bằng bút mực xanh: chữ viết tay đọc chưa chắc. So lại các ô viết tay với bản giấy.",
        "Parts are filled in by a blue pen: handwriting is read with doubt. Compare these with the paper.",
    ),
    "page.low_resolution": (
        "Độ phân giải thấp hơn 200 dpi. Quét lại ở 300 dpi.",
        "The resolution is below 200 dpi. Scan again at 300 dpi.",
    ),
    "page.no_seal": (
        "Không thấy con dấu. Kiểm tra xem có đúng bản đã đóng dấu không.",
        "No seal is seen. Check that this is the sealed copy.",
    ),
    "page.no_text": (
        "Có nét mà không đọc được chữ nào: chữ nước ngoài, viết tay, hình vẽ hoặc quá mờ. Xem trang này.",
        "Marks, but no word can be read: foreign script, handwriting, a drawing, too faint. Look at it.",
    ),
    "page.picture": (
        "Là ảnh hoặc hình, không có chữ đọc được. Bỏ ra nếu không phải giấy tờ; chụp lại nếu phải.",
        "A picture without print that can be read. Take it out, or take the picture of the paper again.",
    ),
    "page.rotated": (
        "Trang bị xoay, đã được tự xoay lại. Không cần làm gì.",
        "The page lay turned and was turned upright. Nothing to do.",
    ),
    "page.skew": (
        "Trang bị lệch, đã được tự chỉnh khi đọc. Đặt giấy sát mép kính ở lần sau.",
        "The page lay askew and was straightened for reading. Next time lay it along the edge of the glass.",
    ),
}

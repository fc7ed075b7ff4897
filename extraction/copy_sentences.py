"""What a person is told about the legal form of a paper, and what to do. Vietnamese, then English."""

from __future__ import annotations

from extraction.copies import (
    CERTIFIED_COPY,
    COPY_WORDS,
    NO_RED_INK,
    NOT_COMPARED,
    NOT_ELECTRONIC,
    SHARED_DATA,
)

SENTENCES: dict[str, tuple[str, str]] = {
    CERTIFIED_COPY: (
        "Có lời chứng thực bản sao: có thể là bản sao chứng thực trên giấy, không được số hóa. Xem lại.",
        "A clause of certification: this may be a certified paper copy, which is not digitised. Look at it.",
    ),
    COPY_WORDS: (
        "Có chữ như SAO Y, BẢN SAO, PHOTO đứng riêng: giấy tờ có thể là bản sao. So với bản chính.",
        "Words like SAO Y, BẢN SAO or PHOTO stand alone: this may be a copy. Compare with the original.",
    ),
    NO_RED_INK: (
        "Loại giấy này có dấu đỏ mà ảnh màu không có mực đỏ: có thể là bản photo. So với bản chính.",
        "This type bears a red seal, and the colour scan shows no red: perhaps a photocopy. Compare it.",
    ),
    NOT_COMPARED: (
        "Bản chụp phải được đối chiếu với bản chính. Xem bản chính rồi xác nhận.",
        "The photograph must be compared with the original. See the original, then confirm.",
    ),
    SHARED_DATA: (
        "Thành phần này đọc từ cơ sở dữ liệu; chưa ghi lý do yêu cầu nộp bản giấy. Chỉ số hóa khi cần.",
        "This component is read in a database and no reason for asking is recorded. Digitise if needed only.",
    ),
    NOT_ELECTRONIC: (
        "Được khai là bản sao điện tử nhưng tệp là ảnh quét, không có chữ ký số. Xem lại.",
        "Declared as an electronic copy, but the file is a scan without a signature. Look at it.",
    ),
}

"""Words that agencies, enterprises and titles are made of: read letter for letter they are hardly ever wrong.

The word confidence of the reader does not know where a word stands. In the name of an agency ``NHÂN DÂN`` is
``NHÂN DÂN``; what may be misread there is the name of the commune.
"""

from __future__ import annotations

from rulebook.paper_spec import Find

_STOCK = frozenset(
    {
        "ỦY", "BAN", "NHÂN", "DÂN", "XÃ", "PHƯỜNG", "THỊ", "TRẤN", "HUYỆN", "QUẬN", "TỈNH", "THÀNH", "PHỐ",
        "UBND", "HĐND", "HỘI", "ĐỒNG", "CÔNG", "AN", "SỞ", "PHÒNG", "CHI", "CỤC", "TRUNG", "TÂM", "VĂN",
        "QUẢN", "LÝ", "THANH", "TRA", "THUẾ", "BẢO", "HIỂM", "GIÁO", "DỤC", "VÀ", "ĐÀO", "TẠO", "TƯ",
        "PHÁP", "NÔNG", "NGHIỆP", "MÔI", "TRƯỜNG", "TÀI", "NGUYÊN", "NỘI", "VỤ", "Y", "TẾ", "XÂY", "DỰNG",
        "KẾ", "HOẠCH", "ĐẦU", "CHÍNH", "ĐĂNG", "KÝ", "ĐẤT", "ĐAI", "KINH", "HẠ", "TẦNG", "ĐÔ", "LAO",
        "ĐỘNG", "BỆNH", "VIỆN", "ĐA", "KHOA", "ĐẠI", "HỌC", "CAO", "ĐẲNG", "PHỔ", "THÔNG", "CƠ", "TY", "CỔ",
        "PHẦN", "TRÁCH", "NHIỆM", "HỮU", "HẠN", "MỘT", "VIÊN", "HỘ", "DOANH", "HỢP", "TÁC", "BẰNG", "TỐT",
        "CỬ", "CHỨNG", "CHỈ", "NHẬN", "GIẤY", "CẢNH", "SÁT", "HÀNH", "TRẬT", "TỰ", "XUẤT", "NHẬP", "BỘ",
        "CỦA",
    }
)  # fmt: skip
FINDS = frozenset({Find.ISSUER, Find.SIGNER_AGENCY, Find.GRANTING, Find.TITLE})
"""Zones that are made of such words."""

_SURE = 0.999
_LEAST = 0.5


def stock_confidence(word: str, confidence: float) -> float:
    """The confidence of a word in such a zone: that of the reader, or near certainty for a stock word."""
    return max(confidence, _SURE) if word.strip(".,;:") in _STOCK and confidence >= _LEAST else confidence

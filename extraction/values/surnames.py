"""Frequent surnames and middle names: weak evidence that an accent was read rightly, never more.

A surname that is not in the list says nothing: many peoples of Vietnam have their own.
"""

from __future__ import annotations

from extraction.folding import squash

_LIST = """
Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Lương Mai Trịnh Đào
Đoàn Hà Cao Lâm Châu Trương Tạ Phùng Tô Vương Văn Tăng Quách Lại Hứa Thạch Diệp Từ Chu La Đàm Tống
Giang Chung Triệu Kiều Hồng Trang Đồng Danh Lư Lữ Thái Thân Nông Bế Vi Ma Mã Hoa Lò Lù Lường Quàng
Cầm Tòng Giàng Vàng Sùng Thào Mùa Hạng Cứ Lầu Ly Bàn Phàn Tẩn Chảo Lục Nghiêm Bạch Doãn Khuất Khổng
Tiêu Ninh Âu Ông Kim Sơn Lưu Viên Trưng Cù Phí Nhâm Mạc Quan Cung Hầu Sầm Hoàn Đới Ngọ Ung Hàn
Thiều Uông Lôi Liêu Trầm Niê Mlô
"""
_SURNAMES = tuple(_LIST.split())
_MIDDLE = ("Thị", "Văn", "Vân", "Vạn")
_BY_LETTERS = {
    squash(name): {other for other in _SURNAMES if squash(other) == squash(name)} for name in _SURNAMES
}
_MIDDLE_BY_LETTERS = {
    squash(name): {other for other in _MIDDLE if squash(other) == squash(name)} for name in _MIDDLE
}


def accents_doubtful(name: str) -> bool:
    """Whether the surname (or ``Thị``, ``Văn`` behind it) has letters of a frequent one but other accents."""
    first, *rest = name.split()
    known = _BY_LETTERS.get(squash(first))
    if known is not None and first not in known:
        return True
    middle = _MIDDLE_BY_LETTERS.get(squash(rest[0])) if len(rest) > 1 else None
    return middle is not None and rest[0] not in middle

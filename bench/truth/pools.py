"""Names and places that papers are filled with: families, given names, provinces, communes; two halves apart.

People are invented: any name is put together by chance. Places are public.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bench.truth.fonts import Half


@dataclass(frozen=True, slots=True)
class Naming:
    """How a people names its own.

    Attributes:
        ethnicity: as papers print it.
        families: family names, or what stands first.
        men, women: what follows, middle name included.
        given_first: the given name stands before the clan (Ê Đê).
    """

    ethnicity: str
    families: tuple[str, ...]
    men: tuple[str, ...]
    women: tuple[str, ...]
    given_first: bool = False


@dataclass(frozen=True, slots=True)
class Province:
    """A province with its code in identity numbers, old districts, communes and villages."""

    name: str
    code: str
    districts: tuple[str, ...]
    communes: tuple[str, ...]
    villages: tuple[str, ...]


NAMINGS: Mapping[Half, tuple[Naming, ...]] = {
    "tune": (
        Naming(
            "Kinh",
            ("Nguyễn", "Trần", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Dương", "Lương", "Tạ"),
            (
                "Văn Khởi",
                "Đức Thịnh",
                "Quang Huy",
                "Xuân Bách",
                "Hữu Phước",
                "Minh Tuệ",
                "Công Trứ",
                "Thế Vỹ",
            ),
            ("Thị Hường", "Thu Uyên", "Ngọc Yến", "Thị Kim Cúc", "Bảo Quỳnh", "Thị Nguyệt", "Thùy Dương"),
        ),
        Naming(
            "Kinh",
            ("Nguyễn Phúc", "Trịnh", "Mạc", "Quách", "Nghiêm", "Ngô", "Tống", "Khuất"),
            ("Gia Khiêm", "Trọng Nghĩa", "Bá Ước", "Đình Chiểu", "Khắc Hiếu", "Mậu Quỹ", "Doãn Tuyên"),
            ("Thị Diễm Thúy", "Hạ Vy", "Thị Ngoãn", "Thục Khuê", "Thị Bưởi", "Như Ý", "Thị Xuyến"),
        ),
        Naming(
            "Mông",
            ("Giàng", "Vàng", "Sùng", "Thào", "Lầu", "Cứ"),
            ("Seo Chứ", "A Páo", "A Lử", "Seo Sếnh", "Mí Già", "A Dơ"),
            ("Thị Mỷ", "Thị Dợ", "Thị Sung", "Thị Chở", "Thị Xay"),
        ),
        Naming(
            "Ê Đê",
            ("Niê", "Mlô", "Kbuôr", "Êban", "Ayŭn", "Byă"),
            ("Y Blô", "Y Thanh", "Y Wih", "Y Knuêl", "Y Đhăm"),
            ("H'Ngăn", "H'Bia", "H'Yam", "H'Lem", "H'Duôn"),
            given_first=True,
        ),
        Naming(
            "Tày",
            ("Nông", "Bế", "Hoàng", "Lục", "Ma"),
            ("Ích Thuận", "Văn Thắng", "Đình Cẩn", "Quốc Nhật"),
            ("Thị Bích Liễu", "Thị Pẻn", "Thúy Nga", "Thị Ngầm"),
        ),
        Naming(
            "Khmer",
            ("Thạch", "Sơn", "Kim", "Danh"),
            ("Sà Rây", "Sóc Khă", "Rạch Tha", "Phươl"),
            ("Thị Sa Ry", "Thị Pha Ly", "Na Ri", "Thị Srây"),
        ),
    ),
    "test": (
        Naming(
            "Kinh",
            ("Lê", "Phan", "Võ", "Huỳnh", "Đỗ", "Hồ", "Đinh", "Đoàn", "Mai", "Lý", "Trương"),
            (
                "Văn Nghĩa",
                "Tấn Đạt",
                "Chí Kiên",
                "Nhật Trường",
                "Hoài Ân",
                "Viết Lãm",
                "Thành Nhơn",
                "Huy Vũ",
            ),
            ("Thị Ánh Tuyết", "Mỹ Duyên", "Thị Lệ Hằng", "Cẩm Tú", "Thị Sương", "Phương Thảo", "Thị Hoa"),
        ),
        Naming(
            "Kinh",
            ("Cao", "Chử", "Thái", "Tôn Thất", "Phùng", "Hà", "Kiều", "La", "Ứng"),
            ("Kế Toại", "Vĩnh Phước", "Sỹ Luận", "Quý Mẫn", "Tuấn Kiệt", "Đắc Lộc", "Bỉnh Khuê"),
            ("Nguyệt Ánh", "Thị Thoa", "Thị Ngân Giang", "Thị Gái", "Quế Chi", "Thị Nhẫn", "Uyển Nhi"),
        ),
        Naming(
            "Mông",
            ("Lừu", "Hờ", "Ly", "Mùa", "Chẻo", "Hạng"),
            ("A Chớ", "Seo Phà", "A Thông", "Mí Sính", "A Khua", "Seo Lùng"),
            ("Thị Pằng", "Thị Dế", "Thị Máy", "Thị Sểnh", "Thị Ca"),
        ),
        Naming(
            "Gia Rai",
            ("Kpă", "Siu", "Rơ Châm", "Rơ Mah", "Ksor", "Nay"),
            ("Hơ Nghiêm", "Hyơ", "Blưn", "Tuêk", "Phin"),
            ("H'Nhút", "H'Chuyên", "H'Uyên", "H'Lưk", "H'Mrao"),
        ),
        Naming(
            "Thái",
            ("Lò", "Cầm", "Quàng", "Tòng", "Vì"),
            ("Văn Ựng", "Văn Xiên", "Văn Páng", "Quang Ngoan"),
            ("Thị Ín", "Thị Ọi", "Thị Hặc", "Thị Muôn"),
        ),
        Naming(
            "Chăm",
            ("Đàng", "Bá", "Thiên Sanh", "Quảng", "Đạo"),
            ("Năng Quạ", "Văn Phố", "Thanh Thức", "Đại Huy"),
            ("Thị Mỹ Hoanh", "Nữ Ái Thương", "Thị Nại", "Thị Xuân"),
        ),
    ),
}

PROVINCES: Mapping[Half, tuple[Province, ...]] = {
    "tune": (
        Province(
            "Lào Cai",
            "010",
            ("Bắc Hà", "Si Ma Cai", "Mường Khương"),
            ("Tả Củ Tỷ", "Lùng Phình", "Bản Liền", "Pha Long", "Cao Sơn"),
            ("Thôn Sẻ Chải", "Thôn Pả Chư Tỷ", "Thôn Lả Gì Thàng", "Bản Nậm Ké"),
        ),
        Province(
            "Đắk Lắk",
            "066",
            ("Cư M'gar", "Krông Búk", "Buôn Đôn"),
            ("Ea Tul", "Cư Pơng", "Ea Wer", "Quảng Phú", "Ea Drông"),
            ("Buôn Knia", "Buôn Tơng Liă", "Buôn Ea Kmăt", "Thôn 3"),
        ),
        Province(
            "Nghệ An",
            "040",
            ("Kỳ Sơn", "Quỳ Châu", "Đô Lương"),
            ("Mường Xén", "Châu Tiến", "Bạch Ngọc", "Thuần Trung", "Nghĩa Khánh"),
            ("Xóm Phượng Kỷ", "Bản Hồng Tiến", "Khối 6", "Xóm Yên Phú"),
        ),
        Province(
            "Bắc Ninh",
            "027",
            ("Tiên Du", "Quế Võ", "Lục Ngạn"),
            ("Từ Sơn", "Phật Tích", "Bồng Lai", "Kiên Lao", "Nam Dương"),
            ("Thôn Giới Tế", "Khu phố Tân Lập", "Thôn Guột", "Tổ dân phố Cầu Gỗ"),
        ),
        Province(
            "Vĩnh Long",
            "086",
            ("Trà Cú", "Mang Thít", "Cầu Kè"),
            ("Ngũ Lạc", "Tập Sơn", "Cái Nhum", "An Phú Tân", "Nhị Long"),
            ("Ấp Chợ", "Ấp Sóc Ruộng", "Ấp Phú Thuận", "Khóm 4"),
        ),
    ),
    "test": (
        Province(
            "Sơn La",
            "014",
            ("Quỳnh Nhai", "Thuận Châu", "Bắc Yên"),
            ("Mường Giôn", "Co Mạ", "Tà Xùa", "Chiềng Khoong", "Phiêng Khoài"),
            ("Bản Lóng Luông", "Bản Nà Ỏ", "Tiểu khu 5", "Bản Xím Vàng"),
        ),
        Province(
            "Gia Lai",
            "064",
            ("Chư Prông", "Ia Grai", "Krông Pa"),
            ("Ia Púch", "Ia Hrung", "Uar", "Bàu Cạn", "Kông Bơ La"),
            ("Làng Ghè", "Plei Pa Ơi Hly", "Buôn Ma Rok", "Tổ dân phố 2"),
        ),
        Province(
            "Quảng Trị",
            "045",
            ("Hướng Hóa", "Vĩnh Linh", "Lệ Thủy"),
            ("Khe Sanh", "Cửa Tùng", "Lao Bảo", "Trường Phú", "Cam Hồng"),
            ("Thôn Thượng Văn", "Khóm Hữu Nghị", "Thôn Quy Hậu", "Bản Cợp"),
        ),
        Province(
            "Phú Thọ",
            "025",
            ("Thanh Thủy", "Lạc Sơn", "Vĩnh Tường"),
            ("Thổ Tang", "Quyết Thắng", "Đào Xá", "Vũ Di", "Mường Vang"),
            ("Khu 9", "Xóm Bái", "Thôn Phúc Lập Trong", "Khu dân cư số 7"),
        ),
        Province(
            "Khánh Hòa",
            "056",
            ("Bác Ái", "Ninh Phước", "Vạn Ninh"),
            ("Phước Hậu", "Tu Bông", "Xuân Hải", "Đại Lãnh", "Cà Ná"),
            ("Thôn Hữu Đức", "Tổ dân phố Phước Thiện", "Thôn Xuân Vinh", "Thôn Tà Lú 1"),
        ),
    ),
}

STREETS: Mapping[Half, tuple[str, ...]] = {
    "tune": ("Nguyễn Huệ", "Trần Quang Khải", "Lý Thái Tổ", "Hoàng Diệu", "Tôn Đức Thắng"),
    "test": ("Phan Đình Phùng", "Lê Duẩn", "Hùng Vương", "Điện Biên Phủ", "Võ Thị Sáu"),
}

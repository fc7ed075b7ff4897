"""Agencies and officials named on the samples: real kinds of agency, invented people."""

from __future__ import annotations

from samples.forms import Agency, Signer

UBND = "ỦY BAN NHÂN DÂN"
CHAIR = ("CHỦ TỊCH",)
VICE_CHAIR = ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")

TA_VAN_CHU = Agency(
    parents=(UBND, "HUYỆN BẮC HÀ"),
    name=("ỦY BAN NHÂN DÂN", "XÃ TẢ VAN CHƯ"),
    seal=("UBND XÃ TẢ VAN CHƯ", "H. BẮC HÀ"),
    place="Tả Van Chư",
)
CA_TA_CU_TY = Agency(
    parents=("CÔNG AN TỈNH LÀO CAI",),
    name=("CÔNG AN XÃ TẢ CỦ TỶ",),
    seal=("CÔNG AN TỈNH LÀO CAI", "XÃ TẢ CỦ TỶ"),
    place="Tả Củ Tỷ",
)
DAM_THUY = Agency(
    parents=("ỦY BAN NHÂN DÂN", "TỈNH CAO BẰNG"),
    name=("ỦY BAN NHÂN DÂN", "XÃ ĐÀM THỦY"),
    seal=("UBND XÃ ĐÀM THỦY", "T. CAO BẰNG"),
    place="Đàm Thủy",
)
DAM_THUY_2019 = Agency(
    parents=(UBND, "HUYỆN TRÙNG KHÁNH"),
    name=("ỦY BAN NHÂN DÂN", "XÃ ĐÀM THỦY"),
    seal=("UBND XÃ ĐÀM THỦY", "H. TRÙNG KHÁNH"),
    place="Đàm Thủy",
)
TU_SON = Agency(
    parents=("ỦY BAN NHÂN DÂN", "TỈNH BẮC NINH"),
    name=("ỦY BAN NHÂN DÂN", "PHƯỜNG TỪ SƠN"),
    seal=("UBND PHƯỜNG TỪ SƠN", "T. BẮC NINH"),
    place="Từ Sơn",
)
EA_TUL = Agency(
    parents=("ỦY BAN NHÂN DÂN", "TỈNH ĐẮK LẮK"),
    name=("ỦY BAN NHÂN DÂN", "XÃ EA TUL"),
    seal=("UBND XÃ EA TUL", "T. ĐẮK LẮK"),
    place="Ea Tul",
)
EA_TUL_2018 = Agency(
    parents=(UBND, "HUYỆN CƯ M'GAR"),
    name=("ỦY BAN NHÂN DÂN", "XÃ EA TUL"),
    seal=("UBND XÃ EA TUL", "H. CƯ M'GAR"),
    place="Ea Tul",
)
CA_EA_TUL = Agency(
    parents=("CÔNG AN TỈNH ĐẮK LẮK",),
    name=("CÔNG AN XÃ EA TUL",),
    seal=("CÔNG AN TỈNH ĐẮK LẮK", "XÃ EA TUL"),
    place="Ea Tul",
)
LAND_OFFICE_DAK_LAK = Agency(
    parents=("VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI", "TỈNH ĐẮK LẮK"),
    name=("CHI NHÁNH CƯ M'GAR",),
    seal=("VP ĐĂNG KÝ ĐẤT ĐAI", "CN CƯ M'GAR"),
    place="Đắk Lắk",
)
BINH_LOI_TRUNG = Agency(
    parents=("ỦY BAN NHÂN DÂN", "THÀNH PHỐ HỒ CHÍ MINH"),
    name=("ỦY BAN NHÂN DÂN", "PHƯỜNG BÌNH LỢI TRUNG"),
    seal=("UBND P. BÌNH LỢI TRUNG", "TP. HỒ CHÍ MINH"),
    place="Thành phố Hồ Chí Minh",
)
ECONOMY_BINH_LOI_TRUNG = Agency(
    parents=("ỦY BAN NHÂN DÂN", "PHƯỜNG BÌNH LỢI TRUNG"),
    name=("PHÒNG KINH TẾ, HẠ TẦNG", "VÀ ĐÔ THỊ"),
    seal=("PHÒNG KINH TẾ, HẠ TẦNG", "BÌNH LỢI TRUNG"),
    place="Thành phố Hồ Chí Minh",
)
CA_BINH_LOI_TRUNG = Agency(
    parents=("CÔNG AN", "THÀNH PHỐ HỒ CHÍ MINH"),
    name=("CÔNG AN PHƯỜNG", "BÌNH LỢI TRUNG"),
    seal=("CÔNG AN TP. HỒ CHÍ MINH", "P. BÌNH LỢI TRUNG"),
    place="Thành phố Hồ Chí Minh",
)
BINH_THANH_11 = Agency(
    parents=(UBND, "QUẬN BÌNH THẠNH"),
    name=("ỦY BAN NHÂN DÂN", "PHƯỜNG 11"),
    seal=("UBND PHƯỜNG 11", "Q. BÌNH THẠNH"),
    place="Bình Thạnh",
)

TA_VAN_CHU_CHAIR = Signer(CHAIR, "Lừu A Páo")
TA_VAN_CHU_VICE = Signer(VICE_CHAIR, "Sùng Thị Dợ")
TA_CU_TY_POLICE = Signer(("TRƯỞNG CÔNG AN XÃ",), "Trung tá Đỗ Mạnh Tường")
DAM_THUY_CHAIR = Signer(CHAIR, "Bế Ích Thuận")
TU_SON_VICE = Signer(VICE_CHAIR, "Ngô Thị Ánh Tuyết")
EA_TUL_VICE = Signer(VICE_CHAIR, "Y Thanh Kbuôr")
EA_TUL_POLICE = Signer(("TRƯỞNG CÔNG AN XÃ",), "Thiếu tá Phạm Quốc Vượng")
DAK_LAK_LAND = Signer(("GIÁM ĐỐC",), "Trịnh Xuân Bách")
BINH_LOI_TRUNG_CHAIR = Signer(("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), "Đặng Hoàng Phúc Nguyên")
ECONOMY_HEAD = Signer(("TRƯỞNG PHÒNG",), "Võ Thị Kim Xuyến")
BINH_LOI_TRUNG_POLICE = Signer(
    ("KT. TRƯỞNG CÔNG AN PHƯỜNG", "PHÓ TRƯỞNG CÔNG AN PHƯỜNG"), "Đại úy Huỳnh Tấn Đạt"
)
BINH_THANH_11_VICE = Signer(VICE_CHAIR, "Phan Thị Bảo Ngọc")

"""Authorisations and contracts as notaries and communes set them. People are invented."""

from __future__ import annotations

from tests.extraction.papers import MOTTO, Rows
from tests.extraction.writing import centred

NOTARY: Rows = [
    *MOTTO,
    centred("HỢP ĐỒNG ỦY QUYỀN"),
    "Hôm nay, ngày 05 tháng 3 năm 2024, tại Văn phòng công chứng Hòa Bình, chúng tôi gồm có:",
    "BÊN ỦY QUYỀN (sau đây gọi là Bên A):",
    "Ông ĐẶNG VĂN HÒA, sinh năm 1980, căn cước công dân số 025080999101",
    "do Cục Cảnh sát quản lý hành chính về trật tự xã hội cấp ngày 10/05/2021.",
    "Nơi thường trú: xã Hy Cương, tỉnh Phú Thọ.",
    "BÊN ĐƯỢC ỦY QUYỀN (sau đây gọi là Bên B):",
    "Bà BÙI THỊ LAN, sinh năm 1983, căn cước công dân số 025183999102",
    "Nơi thường trú: xã Thanh Ba, tỉnh Phú Thọ.",
    "ĐIỀU 1. NỘI DUNG ỦY QUYỀN",
    "Bên A ủy quyền cho Bên B quản lý và cho thuê căn nhà số 12.",
    "ĐIỀU 2. THỜI HẠN ỦY QUYỀN",
    "Thời hạn ủy quyền là 12 tháng.",
    "LỜI CHỨNG CỦA CÔNG CHỨNG VIÊN",
    "Ngày 06 tháng 3 năm 2024, tại Văn phòng công chứng Hòa Bình.",
    ["Số công chứng: 1245", (600, "Quyển số: 03/2024 TP/CC-SCC/HĐGD")],
    [(650, "CÔNG CHỨNG VIÊN")],
    "",
    "",
    [(660, "Trần Quốc Khởi")],
]

TRANSFER: Rows = [
    *MOTTO,
    centred("HỢP ĐỒNG CHUYỂN NHƯỢNG"),
    centred("QUYỀN SỬ DỤNG ĐẤT"),
    "Chúng tôi gồm có:",
    "Bên chuyển nhượng (sau đây gọi là Bên A):",
    "Ông: ĐẶNG VĂN HÒA",
    "Sinh ngày: 04/02/1980",
    "CCCD số: 025080999101 do Bộ Công an cấp ngày 10/05/2021",
    "Và vợ là bà: BÙI THỊ LAN",
    "Sinh ngày: 09/11/1983",
    "Bên nhận chuyển nhượng (sau đây gọi là Bên B):",
    "Ông: LÒ VĂN PÁNG",
    "Sinh ngày: 12/12/1975",
    "CCCD số: 011075999103 do Bộ Công an cấp ngày 01/07/2022",
    "Điều 1. Quyền sử dụng đất chuyển nhượng",
    "Thửa đất số 123, tờ bản đồ số 7.",
    "Lời chứng của Chủ tịch Ủy ban nhân dân xã Hy Cương",
    "Hôm nay, ngày 19 tháng 8 năm 2023 (Bằng chữ: ngày mười chín tháng tám năm hai nghìn không trăm hai ba).",
    ["Số chứng thực: 77", (600, "quyển số: 01-SCT/HĐ,GD")],
]

PLAIN: Rows = [
    *MOTTO,
    centred("GIẤY ỦY QUYỀN"),
    "Tôi là: ĐẶNG VĂN HÒA",
    "Sinh năm: 1980",
    "Số định danh cá nhân: 025080999101",
    "Nay tôi ủy quyền cho: BÙI THỊ LAN",
    "Sinh năm: 1983",
    "Số định danh cá nhân: 025183999102",
    "Nội dung ủy quyền: nhận lương hưu hằng tháng",
    ["Số chứng thực: 12", (600, "Quyển số: 02-SCT/CK,ĐC")],
]

PARTIES: Rows = [
    *MOTTO,
    centred("HỢP ĐỒNG THUÊ NHÀ"),
    "BÊN A: Ông ĐẶNG VĂN HÒA",
    "Số CCCD: 025080999101",
    "BÊN B: Bà BÙI THỊ LAN",
    "Số CCCD: 025183999102",
    "Nội dung: thuê căn nhà số 12",
]

LETTER: Rows = [
    [(120, "UBND TỈNH PHÚ THỌ"), (450, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")],
    [(140, "SỞ NỘI VỤ"), (520, "Độc lập - Tự do - Hạnh phúc")],
    [(140, "Số: 77/SNV-TCCB"), (500, "Phú Thọ, ngày 03 tháng 3 năm 2025")],
    [(120, "V/v rà soát biên chế")],
    "",
    [(350, "Kính gửi:")],
    [(400, "- Các sở, ban, ngành;")],
    [(400, "- Ủy ban nhân dân các xã, phường.")],
    "",
    "Thực hiện chỉ đạo của Ủy ban nhân dân tỉnh, Sở Nội vụ đề nghị các đơn vị rà soát.",
]

MINUTES: Rows = [
    [(120, "UBND XÃ HY CƯƠNG"), (450, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")],
    [(120, "ĐOÀN KIỂM TRA"), (520, "Độc lập - Tự do - Hạnh phúc")],
    [(140, "Số: 07/BB-ĐKT"), (500, "Hy Cương, ngày 03 tháng 3 năm 2025")],
    centred("BIÊN BẢN KIỂM TRA"),
    centred("Việc chấp hành pháp luật về an toàn thực phẩm"),
    "Hôm nay, hồi 08 giờ 30 phút ngày 03 tháng 3 năm 2025, tại cơ sở kinh doanh Hòa Lan.",
    "I. Thành phần đoàn kiểm tra:",
    "1. Ông Trần Quốc Khởi - Chức vụ: Phó Chủ tịch Ủy ban nhân dân xã, Trưởng đoàn",
    "II. Đối tượng được kiểm tra:",
    "Ông (bà): BÙI THỊ LAN",
    "Số định danh cá nhân: 025183999102",
    ["ĐẠI DIỆN CƠ SỞ", (600, "TRƯỞNG ĐOÀN")],
    "",
    "",
    ["Bùi Thị Lan", (600, "Trần Quốc Khởi")],
]

SLIP: Rows = [
    *MOTTO,
    centred("PHIẾU THU"),
    [(400, "Số: 0012/PT")],
    [(380, "Ngày 12 tháng 5 năm 2024")],
    "Họ và tên người nộp tiền: BÙI THỊ LAN",
    "Địa chỉ: xã Thanh Ba, tỉnh Phú Thọ",
    "Lý do nộp: lệ phí hộ tịch",
]

"""Texts of papers laid out like the official forms. People and papers are invented."""

from __future__ import annotations

from tests.extraction.writing import Piece, centred

Rows = list[Piece | list[Piece]]

MOTTO: Rows = [
    centred("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    centred("Độc lập - Tự do - Hạnh phúc"),
    "",
]

BIRTH: Rows = [
    *MOTTO,
    centred("GIẤY KHAI SINH"),
    centred("Số: 125/2019"),
    "Họ, chữ đệm, tên: LÊ MINH KHÔI",
    "Ngày, tháng, năm sinh: 12/04/2019",
    "Ghi bằng chữ: Ngày mười hai tháng tư năm hai nghìn không trăm mười chín",
    ["Giới tính: Nam", (400, "Dân tộc: Kinh"), (650, "Quốc tịch: Việt Nam")],
    "Nơi sinh: Bệnh viện Đa khoa tỉnh Phú Thọ",
    "Quê quán: Xã Hy Cương, thành phố Việt Trì, tỉnh Phú Thọ",
    "Số định danh cá nhân: 025219000123",
    "Họ, chữ đệm, tên người mẹ: TRẦN THỊ NGỌC HÀ",
    ["Năm sinh: 1992", (400, "Dân tộc: Mường"), (650, "Quốc tịch: Việt Nam")],
    "Nơi cư trú: Xã Hy Cương, thành phố Việt Trì, tỉnh Phú Thọ",
    "Họ, chữ đệm, tên người cha: LÊ VĂN DŨNG",
    ["Năm sinh: 1990", (400, "Dân tộc: Kinh"), (650, "Quốc tịch: Việt Nam")],
    "Nơi cư trú: Xã Hy Cương, thành phố Việt Trì, tỉnh Phú Thọ",
    "Họ, chữ đệm, tên người đi khai sinh: LÊ VĂN DŨNG",
    "Giấy tờ tùy thân: Căn cước công dân số 025090000456",
    "Nơi đăng ký khai sinh: Ủy ban nhân dân xã Hy Cương, thành phố Việt Trì, tỉnh Phú Thọ",
    "Ngày, tháng, năm đăng ký: 25/04/2019",
    "",
    (620, "NGƯỜI KÝ GIẤY KHAI SINH"),
    (680, "CHỦ TỊCH"),
    "",
    "",
    (650, "Phạm Hồng Sơn"),
]

MARRIAGE: Rows = [
    *MOTTO,
    centred("GIẤY CHỨNG NHẬN KẾT HÔN"),
    centred("Số: 31/2020"),
    ["Họ, chữ đệm, tên vợ:", (540, "Họ, chữ đệm, tên chồng:")],
    ["TRẦN THỊ NGỌC HÀ", (540, "LÊ VĂN DŨNG")],
    ["Ngày, tháng, năm sinh: 03/09/1992", (540, "Ngày, tháng, năm sinh: 21/12/1990")],
    ["Dân tộc: Mường", (540, "Dân tộc: Kinh")],
    ["Quốc tịch: Việt Nam", (540, "Quốc tịch: Việt Nam")],
    ["Nơi cư trú: Xã Hy Cương, thành phố Việt", (540, "Nơi cư trú: Xã Thanh Ba, huyện Thanh Ba,")],
    ["Trì, tỉnh Phú Thọ", (540, "tỉnh Phú Thọ")],
    ["Giấy tờ tùy thân: Căn cước công dân số", (540, "Giấy tờ tùy thân: Căn cước công dân số")],
    ["025192000789", (540, "025090000456")],
    "Nơi đăng ký kết hôn: Ủy ban nhân dân xã Hy Cương, thành phố Việt Trì",
    "Ngày, tháng, năm đăng ký: 18/11/2020",
    [(130, "Vợ"), (380, "Chồng"), (640, "NGƯỜI KÝ GIẤY")],
    [(640, "CHỨNG NHẬN KẾT HÔN")],
    [(680, "CHỦ TỊCH")],
    "",
    [(90, "Trần Thị Ngọc Hà"), (350, "Lê Văn Dũng"), (650, "Phạm Hồng Sơn")],
]

DECISION: Rows = [
    [(110, "ỦY BAN NHÂN DÂN"), (440, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")],
    [(120, "XÃ HY CƯƠNG"), (500, "Độc lập - Tự do - Hạnh phúc")],
    "",
    [(110, "Số: 77 /QĐ-UBND"), (500, "Hy Cương, ngày 05 tháng 3 năm 2026")],
    "",
    centred("QUYẾT ĐỊNH"),
    centred("Về việc hỗ trợ nhà ở đối với hộ ông Lê Văn Dũng"),
    "",
    centred("CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ HY CƯƠNG"),
    (150, "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;"),
    centred("QUYẾT ĐỊNH:"),
    (150, "Điều 1. Hỗ trợ ông Lê Văn Dũng, số định danh cá nhân 025090000456, thường trú"),
    "tại xã Hy Cương, tỉnh Phú Thọ.",
    (150, "Điều 2. Quyết định này có hiệu lực kể từ ngày ký."),
    ["Nơi nhận:", (680, "CHỦ TỊCH")],
    "- Như Điều 2;",
    "- Lưu: VT.",
    (650, "Phạm Hồng Sơn"),
]

CARD_FRONT: Rows = [
    centred("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    centred("SOCIALIST REPUBLIC OF VIET NAM"),
    centred("CĂN CƯỚC CÔNG DÂN"),
    centred("Citizen Identity Card"),
    (350, "Số / No.: 001190123456"),
    (350, "Họ và tên / Full name:"),
    (350, "NGUYỄN THỊ VÍ DỤ"),
    (350, "Ngày sinh / Date of birth: 15/01/1990"),
    [(350, "Giới tính / Sex: Nữ"), (650, "Quốc tịch / Nationality: Việt Nam")],
    (350, "Quê quán / Place of origin:"),
    (350, "Hy Cương, Việt Trì, Phú Thọ"),
    [(60, "Có giá trị đến:"), (350, "Nơi thường trú / Place of residence: Tổ 4, phường Láng")],
    [(60, "Date of expiry:"), (350, "Hạ, quận Đống Đa, thành phố Hà Nội")],
    (60, "15/01/2030"),
]

CARD_BACK: Rows = [
    "Đặc điểm nhận dạng / Personal identification:",
    "Sẹo chấm cách 1cm trên đuôi mày trái",
    "Ngày, tháng, năm / Date, month, year: 10/05/2021",
    (200, "CỤC TRƯỞNG CỤC CẢNH SÁT"),
    "",
    "IDVNM1901234569001190123456<<0",
    "9001158F3001156VNM<<<<<<<<<<<8",
    "NGUYEN<<THI<VI<DU<<<<<<<<<<<<<",
]

LETTER: Rows = [
    [(110, "UBND TỈNH PHÚ THỌ"), (440, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")],
    [(130, "SỞ TƯ PHÁP"), (500, "Độc lập - Tự do - Hạnh phúc")],
    [(110, "Số: 512/STP-HCTP"), (500, "Phú Thọ, ngày 16 tháng 10 năm 2025")],
    (110, "V/v tra cứu thông tin hộ tịch"),
    "",
    (350, "Kính gửi: Ủy ban nhân dân xã Hy Cương."),
    (150, "Sở Tư pháp nhận được đề nghị của Ủy ban nhân dân xã."),
    "Nơi nhận:",
]

RECEIPT_NOTE: Rows = [
    *MOTTO,
    centred("GIẤY BIÊN NHẬN TIỀN"),
    "Tôi tên là: Lê Văn Dũng",
    "Số định danh cá nhân: 025090000456",
    "Hôm nay tôi có nhận của bà Trần Thị Ngọc Hà số tiền năm triệu đồng.",
    (500, "Hy Cương, ngày 28 tháng 10 năm 2025"),
]

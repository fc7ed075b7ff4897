from __future__ import annotations

from dossier.text import Word
from tests.ocr.placed import placed, texts

_BODY = "Căn cứ Luật Tổ chức chính quyền địa phương năm 2015 và các nghị định có liên quan"


def _body(count: int, *, top: int) -> list[list[Word]]:
    return [placed(f"{index} {_BODY}", 100, top + 50 * index) for index in range(count)]


_AGENCY = (("UBND HUYỆN MÈO VẠC", 120, 100), ("PHÒNG TƯ PHÁP", 150, 150))
_NATION = (("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 600, 100), ("Độc lập - Tự do - Hạnh phúc", 650, 150))
_NUMBER = ("Số: 214/PTP-HT", 130, 210)
_ABOUT = (("V/v xác nhận tình trạng", 110, 260), ("hôn nhân", 180, 310))
_PLACE = ("Mèo Vạc, ngày 12 tháng 4 năm 2024", 640, 210)


def test_the_four_cells_of_a_head_are_read_agency_nation_number_date_then_what_is_below() -> None:
    head = [placed(*place) for place in (*_AGENCY, *_NATION, _NUMBER, *_ABOUT, _PLACE)]
    assert texts(*head, *_body(14, top=420))[:8] == [
        "UBND HUYỆN MÈO VẠC",
        "PHÒNG TƯ PHÁP",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 214/PTP-HT",
        "Mèo Vạc, ngày 12 tháng 4 năm 2024",
        "V/v xác nhận tình trạng",
        "hôn nhân",
    ]


def test_marks_that_were_misread_do_not_disturb_the_head() -> None:
    nation = (("CỌNG HOÀ XA HÔI CHU NGHIA VIÊT NAM", 600, 100), ("Đôc lâp - Tư do - Hanh phuc", 650, 150))
    place = ("Mèo Vac, ngay 12 thang 4 nam 2024", 640, 210)
    head = [placed(*entry) for entry in (*_AGENCY, *nation, ("Sô: 214/PTP-HT", 130, 210), place)]
    found = texts(*head, *_body(14, top=420))
    assert found[2] == "CỌNG HOÀ XA HÔI CHU NGHIA VIÊT NAM"
    assert found[4:6] == ["Sô: 214/PTP-HT", "Mèo Vac, ngay 12 thang 4 nam 2024"]


def test_a_number_of_a_file_under_the_agency_comes_after_the_national_title() -> None:
    number = ("Mã hồ sơ: 000.00.11.H20-0001", 100, 210)
    head = [placed(*place) for place in (*_AGENCY, *_NATION, number, _PLACE)]
    assert texts(*head, *_body(14, top=420))[:6] == [
        "UBND HUYỆN MÈO VẠC",
        "PHÒNG TƯ PHÁP",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Mã hồ sơ: 000.00.11.H20-0001",
        "Mèo Vạc, ngày 12 tháng 4 năm 2024",
    ]


_LONG_AGENCY = (
    ("ỦY BAN NHÂN DÂN", 142, 100), ("HUYỆN MÈO VẠC", 154, 150),
    ("TRUNG TÂM PHỤC VỤ", 130, 200), ("HÀNH CHÍNH CÔNG", 142, 250),
)  # fmt: skip


def test_the_name_of_an_agency_that_goes_on_below_the_national_title_stays_with_it() -> None:
    head = [placed(*place) for place in (*_LONG_AGENCY, *_NATION)]
    assert texts(*head, *_body(14, top=420))[:6] == [
        "ỦY BAN NHÂN DÂN",
        "HUYỆN MÈO VẠC",
        "TRUNG TÂM PHỤC VỤ",
        "HÀNH CHÍNH CÔNG",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
    ]


def test_a_short_line_of_text_at_the_margin_below_a_head_is_no_part_of_the_agency() -> None:
    head = [placed(*place) for place in (*_LONG_AGENCY[:2], *_NATION)]
    to = placed("Kính gửi: Hạt Kiểm lâm", 60, 250)
    assert texts(*head, to, *_body(14, top=420))[:5] == [
        "ỦY BAN NHÂN DÂN",
        "HUYỆN MÈO VẠC",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Kính gửi: Hạt Kiểm lâm",
    ]


def test_the_recipients_come_before_a_signer_whose_title_begins_a_line_above_them() -> None:
    foot = [
        placed("TM. ỦY BAN NHÂN DÂN", 640, 880),
        placed("Nơi nhận:", 100, 920), placed("KT. CHỦ TỊCH", 680, 930),
        placed("- Như trên;", 100, 970), placed("PHÓ CHỦ TỊCH", 670, 980),
        placed("- Lưu: VT.", 100, 1020),
        placed("Bế Ích Thuận", 680, 1160),
    ]  # fmt: skip
    assert texts(*_body(14, top=100), *foot)[14:] == [
        "Nơi nhận:",
        "- Như trên;",
        "- Lưu: VT.",
        "TM. ỦY BAN NHÂN DÂN",
        "KT. CHỦ TỊCH",
        "PHÓ CHỦ TỊCH",
        "Bế Ích Thuận",
    ]


def test_the_recipients_come_before_a_signer_whose_title_begins_two_lines_above_them() -> None:
    foot = [
        placed("TM. ỦY BAN NHÂN DÂN", 640, 830), placed("KT. CHỦ TỊCH", 690, 875),
        placed("Nơi nhận:", 100, 925), placed("PHÓ CHỦ TỊCH", 690, 935),
        placed("- Như trên;", 100, 990), placed("- Lưu: VT.", 100, 1040),
        placed("Bế Ích Thuận", 690, 1170),
    ]  # fmt: skip
    assert texts(*_body(14, top=100), *foot)[14:] == [
        "Nơi nhận:",
        "- Như trên;",
        "- Lưu: VT.",
        "TM. ỦY BAN NHÂN DÂN",
        "KT. CHỦ TỊCH",
        "PHÓ CHỦ TỊCH",
        "Bế Ích Thuận",
    ]


def test_place_and_date_above_the_signer_come_before_the_recipients() -> None:
    foot = [
        placed("Mèo Vạc, ngày 12 tháng 4 năm 2024", 560, 880),
        placed("Nơi nhận:", 100, 930), placed("CHỦ TỊCH", 700, 930),
        placed("- Lưu: VT.", 100, 980), placed("Bế Ích Thuận", 680, 1100),
    ]  # fmt: skip
    assert texts(*_body(14, top=100), *foot)[14:] == [
        "Mèo Vạc, ngày 12 tháng 4 năm 2024",
        "Nơi nhận:",
        "- Lưu: VT.",
        "CHỦ TỊCH",
        "Bế Ích Thuận",
    ]


def test_signers_side_by_side_are_read_one_after_the_other() -> None:
    signers = [
        placed("NGƯỜI YÊU CẦU", 150, 800), placed("NGƯỜI LÀM CHỨNG", 650, 800),
        placed("(Ký, ghi rõ họ tên)", 120, 850), placed("(Ký, ghi rõ họ tên)", 640, 850),
        placed("Vừ Thị Mỷ", 180, 1000), placed("Sùng Mí Già", 690, 1000),
    ]  # fmt: skip
    assert texts(*_body(12, top=100), *signers)[12:] == [
        "NGƯỜI YÊU CẦU",
        "(Ký, ghi rõ họ tên)",
        "Vừ Thị Mỷ",
        "NGƯỜI LÀM CHỨNG",
        "(Ký, ghi rõ họ tên)",
        "Sùng Mí Già",
    ]


def test_three_signers_side_by_side_are_read_from_left_to_right() -> None:
    columns = (("BÊN BÁN", "Lò Văn Pành"), ("BÊN MUA", "Cà Thị Ộc"), ("CÔNG CHỨNG VIÊN", "Bế Ích Thuận"))
    signers = [
        line
        for place, (title, name) in enumerate(columns)
        for line in (
            placed(title, 120 + 400 * place, 800),
            placed("(Ký và ghi rõ họ tên)", 60 + 400 * place, 850),
            placed(name, 120 + 400 * place, 1000),
        )
    ]
    body = [placed(f"{index} {_BODY} {_BODY[:40]}", 60, 100 + 50 * index) for index in range(12)]
    read = texts(*body, *signers)[12:]
    assert [text for text in read if not text.startswith("(")] == [
        cell for column in columns for cell in column
    ]


def test_a_field_of_a_form_above_the_signers_stays_in_its_row() -> None:
    form = [placed("Giới tính: Nữ", 100, 700), placed("Dân tộc: Mông", 640, 700)]
    signers = [
        placed("(Ký, ghi rõ họ tên)", 120, 850), placed("(Ký, ghi rõ họ tên)", 640, 850),
    ]  # fmt: skip
    assert texts(*_body(12, top=100), *form, *signers)[12] == "Giới tính: Nữ Dân tộc: Mông"


def test_a_table_is_read_row_by_row() -> None:
    rows = [
        ("STT", "Họ và tên", "Năm sinh", "Số tiền"),
        ("1", "Vừ Thị Mỷ", "1990", "500.000"),
        ("2", "Sùng Mí Già", "1987", "1.200.000"),
        ("3", "Lò Văn Pành", "2001", "750.000"),
        ("4", "Cà Thị Ộc", "1979", "300.000"),
        ("5", "Bế Ích Thuận", "1985", "900.000"),
    ]
    lefts = (100, 220, 600, 850)
    cells = [
        placed(cell, left, 200 + 60 * row)
        for row, line in enumerate(rows)
        for cell, left in zip(line, lefts, strict=True)
    ]
    assert texts(*_body(1, top=100), *cells)[1:] == [" ".join(row) for row in rows]


_COMPONENTS = (
    ("Thành phần hồ sơ", "Số bản"),
    ("Tờ khai", "01"),
    ("Giấy chứng sinh", "01"),
    ("Thẻ căn cước của cha, mẹ", "02"),
    ("Giấy chứng nhận kết hôn", "01"),
    ("Giấy ủy quyền", "01"),
)


def _components(top: int) -> list[list[Word]]:
    return [
        line
        for row, (left, right) in enumerate(_COMPONENTS)
        for line in (placed(left, 100, top + 60 * row), placed(right, 800, top + 60 * row))
    ]


def test_a_table_of_two_columns_is_read_row_by_row() -> None:
    read = texts(*_body(3, top=100), *_components(300), *_body(12, top=700))
    assert read[3:9] == [f"{left} {right}" for left, right in _COMPONENTS]


def test_a_table_of_two_columns_at_the_foot_is_read_row_by_row() -> None:
    read = texts(*_body(14, top=100), *_components(850))
    assert read[14:] == [f"{left} {right}" for left, right in _COMPONENTS]


def test_signers_below_a_field_of_a_form_are_read_one_after_the_other() -> None:
    signers = [
        placed("BÊN BÁN", 180, 850), placed("BÊN MUA", 700, 850),
        placed("(Ký, ghi rõ họ tên)", 120, 900), placed("(Ký, ghi rõ họ tên)", 640, 900),
        placed("Vừ Thị Mỷ", 180, 1050), placed("Sùng Mí Già", 690, 1050),
    ]  # fmt: skip
    read = texts(*_body(13, top=100), placed("Số bản: 02", 100, 750), *signers)[-6:]
    assert read == [
        "BÊN BÁN",
        "(Ký, ghi rõ họ tên)",
        "Vừ Thị Mỷ",
        "BÊN MUA",
        "(Ký, ghi rõ họ tên)",
        "Sùng Mí Già",
    ]


def test_a_form_of_two_fields_a_row_is_read_row_by_row() -> None:
    rows = [
        ("Họ và tên: Vừ Thị Mỷ", "Giới tính: Nữ"),
        ("Ngày sinh: 12/04/1990", "Dân tộc: Mông"),
        ("Quốc tịch: Việt Nam", "Nơi sinh: Mèo Vạc"),
        ("Số định danh: 002190004321", "Ngày cấp: 03/05/2021"),
        ("Điện thoại: 0912 345 678", "Nghề nghiệp: Làm ruộng"),
    ]
    cells = [
        line
        for row, (left, right) in enumerate(rows)
        for line in (placed(left, 100, 400 + 60 * row), placed(right, 700, 400 + 60 * row))
    ]
    assert texts(*_body(5, top=100), *cells)[5:] == [f"{left} {right}" for left, right in rows]


def test_one_form_twice_side_by_side_is_read_column_by_column() -> None:
    husband = (
        "Họ, chữ đệm, tên chồng: Sùng Mí Già", "Ngày, tháng, năm sinh: 03/02/1987", "Dân tộc: Mông",
        "Quốc tịch: Việt Nam", "Nơi cư trú: xã Lũng Pù", "Giấy tờ tùy thân: 002087001234",
    )  # fmt: skip
    wife = (
        "Họ, chữ đệm, tên vợ: Vừ Thị Mỷ", "Ngày, tháng, năm sinh: 12/04/1990", "Dân tộc: Mông",
        "Quốc tịch: Việt Nam", "Nơi cư trú: xã Lũng Pù", "Giấy tờ tùy thân: 002190004321",
    )  # fmt: skip
    cells = [
        line
        for row in range(len(wife))
        for line in (placed(wife[row], 100, 400 + 60 * row), placed(husband[row], 700, 400 + 60 * row))
    ]
    assert texts(placed("GIẤY CHỨNG NHẬN KẾT HÔN", 450, 200), *cells)[1:] == [*wife, *husband]


def test_a_column_of_a_form_that_is_a_line_longer_stays_in_one_piece() -> None:
    wife = (
        "Họ, chữ đệm, tên vợ: Vừ Thị Mỷ", "Ngày, tháng, năm sinh: 12/04/1990", "Dân tộc: Mông",
        "Quốc tịch: Việt Nam", "Nơi cư trú: Thôn Lũng Lừ, xã", "Lũng Pù, huyện Mèo Vạc",
    )  # fmt: skip
    husband = (
        "Họ, chữ đệm, tên chồng: Sùng Mí Già", "Ngày, tháng, năm sinh: 03/02/1987", "Dân tộc: Mông",
        "Quốc tịch: Việt Nam", "Nơi cư trú: xã Lũng Pù",
    )  # fmt: skip
    cells = [placed(text, 100, 300 + 50 * row) for row, text in enumerate(wife)]
    cells += [placed(text, 700, 300 + 50 * row) for row, text in enumerate(husband)]
    read = texts(placed("GIẤY CHỨNG NHẬN KẾT HÔN", 450, 200), *cells, *_body(10, top=700))
    assert read[1:12] == [*wife, *husband]


def test_two_columns_of_running_text_are_read_one_after_the_other() -> None:
    left = [f"trái {index} người yêu cầu nộp hồ sơ đúng" for index in range(8)]
    right = [f"phải {index} cơ quan tiếp nhận hồ sơ đó" for index in range(8)]
    cells = [
        line
        for row in range(8)
        for line in (placed(left[row], 100, 400 + 50 * row), placed(right[row], 700, 400 + 50 * row))
    ]
    assert texts(placed("THÔNG TIN CHUNG", 500, 200), *cells)[1:] == [*left, *right]

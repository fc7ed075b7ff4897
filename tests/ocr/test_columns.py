from __future__ import annotations

from dossier.geometry import Box
from dossier.text import Word
from ocr.layout import lines_of_words

_BODY = "Căn cứ Luật Tổ chức chính quyền địa phương năm 2015 và các nghị định có liên quan"


def _line(text: str, left: int, top: int, *, letter: int = 12) -> list[Word]:
    words: list[Word] = []
    x = left
    for part in text.split():
        words.append(Word(part, Box(x, top, x + letter * len(part), top + 30), 0.95))
        x += letter * (len(part) + 1)
    return words


def _body(count: int, *, top: int) -> list[list[Word]]:
    return [_line(f"{index} {_BODY}", 100, top + 50 * index) for index in range(count)]


def _texts(*lines: list[Word]) -> list[str]:
    return [line.text for line in lines_of_words([word for line in lines for word in line])]


_AGENCY = (("UBND HUYỆN MÈO VẠC", 120, 100), ("PHÒNG TƯ PHÁP", 150, 150))
_NATION = (("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 600, 100), ("Độc lập - Tự do - Hạnh phúc", 650, 150))
_NUMBER = ("Số: 214/PTP-HT", 130, 210)
_ABOUT = (("V/v xác nhận tình trạng", 110, 260), ("hôn nhân", 180, 310))
_PLACE = ("Mèo Vạc, ngày 12 tháng 4 năm 2024", 640, 210)


def test_the_four_cells_of_a_head_are_read_agency_nation_number_date_then_what_is_below() -> None:
    head = [_line(*place) for place in (*_AGENCY, *_NATION, _NUMBER, *_ABOUT, _PLACE)]
    assert _texts(*head, *_body(14, top=420))[:8] == [
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
    head = [_line(*entry) for entry in (*_AGENCY, *nation, ("Sô: 214/PTP-HT", 130, 210), place)]
    found = _texts(*head, *_body(14, top=420))
    assert found[2] == "CỌNG HOÀ XA HÔI CHU NGHIA VIÊT NAM"
    assert found[4:6] == ["Sô: 214/PTP-HT", "Mèo Vac, ngay 12 thang 4 nam 2024"]


def test_the_recipients_come_before_a_signer_whose_title_begins_a_line_above_them() -> None:
    foot = [
        _line("TM. ỦY BAN NHÂN DÂN", 640, 880),
        _line("Nơi nhận:", 100, 920), _line("KT. CHỦ TỊCH", 680, 930),
        _line("- Như trên;", 100, 970), _line("PHÓ CHỦ TỊCH", 670, 980),
        _line("- Lưu: VT.", 100, 1020),
        _line("Bế Ích Thuận", 680, 1160),
    ]  # fmt: skip
    assert _texts(*_body(14, top=100), *foot)[14:] == [
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
        _line("Mèo Vạc, ngày 12 tháng 4 năm 2024", 560, 880),
        _line("Nơi nhận:", 100, 930), _line("CHỦ TỊCH", 700, 930),
        _line("- Lưu: VT.", 100, 980), _line("Bế Ích Thuận", 680, 1100),
    ]  # fmt: skip
    assert _texts(*_body(14, top=100), *foot)[14:] == [
        "Mèo Vạc, ngày 12 tháng 4 năm 2024",
        "Nơi nhận:",
        "- Lưu: VT.",
        "CHỦ TỊCH",
        "Bế Ích Thuận",
    ]


def test_signers_side_by_side_are_read_one_after_the_other() -> None:
    signers = [
        _line("NGƯỜI YÊU CẦU", 150, 800), _line("NGƯỜI LÀM CHỨNG", 650, 800),
        _line("(Ký, ghi rõ họ tên)", 120, 850), _line("(Ký, ghi rõ họ tên)", 640, 850),
        _line("Vừ Thị Mỷ", 180, 1000), _line("Sùng Mí Già", 690, 1000),
    ]  # fmt: skip
    assert _texts(*_body(12, top=100), *signers)[12:] == [
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
            _line(title, 120 + 400 * place, 800),
            _line("(Ký và ghi rõ họ tên)", 60 + 400 * place, 850),
            _line(name, 120 + 400 * place, 1000),
        )
    ]
    body = [_line(f"{index} {_BODY} {_BODY[:40]}", 60, 100 + 50 * index) for index in range(12)]
    read = _texts(*body, *signers)[12:]
    assert [text for text in read if not text.startswith("(")] == [
        cell for column in columns for cell in column
    ]


def test_a_field_of_a_form_above_the_signers_stays_in_its_row() -> None:
    form = [_line("Giới tính: Nữ", 100, 700), _line("Dân tộc: Mông", 640, 700)]
    signers = [
        _line("(Ký, ghi rõ họ tên)", 120, 850), _line("(Ký, ghi rõ họ tên)", 640, 850),
    ]  # fmt: skip
    assert _texts(*_body(12, top=100), *form, *signers)[12] == "Giới tính: Nữ Dân tộc: Mông"


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
        _line(cell, left, 200 + 60 * row)
        for row, line in enumerate(rows)
        for cell, left in zip(line, lefts, strict=True)
    ]
    assert _texts(*_body(1, top=100), *cells)[1:] == [" ".join(row) for row in rows]


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
        for line in (_line(left, 100, top + 60 * row), _line(right, 800, top + 60 * row))
    ]


def test_a_table_of_two_columns_is_read_row_by_row() -> None:
    read = _texts(*_body(3, top=100), *_components(300), *_body(12, top=700))
    assert read[3:9] == [f"{left} {right}" for left, right in _COMPONENTS]


def test_a_table_of_two_columns_at_the_foot_is_read_row_by_row() -> None:
    read = _texts(*_body(14, top=100), *_components(850))
    assert read[14:] == [f"{left} {right}" for left, right in _COMPONENTS]


def test_signers_below_a_field_of_a_form_are_read_one_after_the_other() -> None:
    signers = [
        _line("BÊN BÁN", 180, 850), _line("BÊN MUA", 700, 850),
        _line("(Ký, ghi rõ họ tên)", 120, 900), _line("(Ký, ghi rõ họ tên)", 640, 900),
        _line("Vừ Thị Mỷ", 180, 1050), _line("Sùng Mí Già", 690, 1050),
    ]  # fmt: skip
    read = _texts(*_body(13, top=100), _line("Số bản: 02", 100, 750), *signers)[-6:]
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
        for line in (_line(left, 100, 400 + 60 * row), _line(right, 700, 400 + 60 * row))
    ]
    assert _texts(*_body(5, top=100), *cells)[5:] == [f"{left} {right}" for left, right in rows]


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
        for line in (_line(wife[row], 100, 400 + 60 * row), _line(husband[row], 700, 400 + 60 * row))
    ]
    assert _texts(_line("GIẤY CHỨNG NHẬN KẾT HÔN", 450, 200), *cells)[1:] == [*wife, *husband]


def test_two_columns_of_running_text_are_read_one_after_the_other() -> None:
    left = [f"trái {index} người yêu cầu nộp hồ sơ đúng" for index in range(8)]
    right = [f"phải {index} cơ quan tiếp nhận hồ sơ đó" for index in range(8)]
    cells = [
        line
        for row in range(8)
        for line in (_line(left[row], 100, 400 + 50 * row), _line(right[row], 700, 400 + 50 * row))
    ]
    assert _texts(_line("THÔNG TIN CHUNG", 500, 200), *cells)[1:] == [*left, *right]

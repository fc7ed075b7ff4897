from __future__ import annotations

import pytest

from tests.ocr.placed import placed, texts

Places = tuple[tuple[str, int, int], ...]

_BODY = "Căn cứ Luật Tổ chức chính quyền địa phương năm 2015 và các nghị định có liên quan"
_COUNT = 14


def _foot(*places: tuple[str, int, int]) -> list[str]:
    """What is read below fourteen lines of text."""
    body = [placed(f"{index} {_BODY}", 100, 100 + 50 * index) for index in range(_COUNT)]
    return texts(*body, *(placed(*place) for place in places))[_COUNT:]


_TITLES = (("KẾ TOÁN", 210, 850), ("THỦ QUỸ KIÊM THỦ KHO", 630, 850))


def test_names_below_room_for_signatures_make_each_signer_a_passage() -> None:
    assert _foot(*_TITLES, ("Vừ Thị Mỷ", 200, 1050), ("Sùng Mí Già", 690, 1050)) == [
        "KẾ TOÁN",
        "Vừ Thị Mỷ",
        "THỦ QUỸ KIÊM THỦ KHO",
        "Sùng Mí Già",
    ]


def test_titles_in_two_lines_stay_with_the_signer_whose_name_stands_below_them() -> None:
    signers = (
        ("PHÒNG TÀI VỤ", 180, 800), ("VĂN PHÒNG CHUNG", 660, 800), *_TITLES,
        ("Vừ Thị Mỷ", 200, 1050), ("Sùng Mí Già", 690, 1050),
    )  # fmt: skip
    assert _foot(*signers) == [
        "PHÒNG TÀI VỤ",
        "KẾ TOÁN",
        "Vừ Thị Mỷ",
        "VĂN PHÒNG CHUNG",
        "THỦ QUỸ KIÊM THỦ KHO",
        "Sùng Mí Già",
    ]


@pytest.mark.parametrize("name", ["H'Yăm Niê", "Y Khiêm Ayun", "Rơ-Chăm Pin", "Nông Thị Ánh Ngọc Tú"])
def test_names_of_every_people_of_the_country_are_names(name: str) -> None:
    assert _foot(*_TITLES, (name, 200, 1050), ("Sùng Mí Già", 690, 1050)) == [
        "KẾ TOÁN",
        name,
        "THỦ QUỸ KIÊM THỦ KHO",
        "Sùng Mí Già",
    ]


def test_a_scrap_of_a_seal_beside_the_names_does_not_part_them_from_their_titles() -> None:
    signers = (*_TITLES, ("Vừ Thị Mỷ", 200, 1050), ("ỉ", 480, 1050), ("Sùng Mí Già", 690, 1050))
    read = [text for text in _foot(*signers) if len(text) > 1 and not text.endswith(" ỉ")]
    assert read.index("KẾ TOÁN") < read.index("THỦ QUỸ KIÊM THỦ KHO")
    assert read[-2:] == ["THỦ QUỸ KIÊM THỦ KHO", "Sùng Mí Già"]


def test_three_signers_with_names_alone_are_read_from_left_to_right() -> None:
    signers = (
        ("TỔ TRƯỞNG", 130, 850), ("KẾ TOÁN", 500, 850), ("THỦ QUỸ", 860, 850),
        ("Vừ Thị Mỷ", 130, 1050), ("Sùng Mí Già", 480, 1050), ("Lò Văn Pành", 835, 1050),
    )  # fmt: skip
    assert _foot(*signers) == ["TỔ TRƯỞNG", "Vừ Thị Mỷ", "KẾ TOÁN", "Sùng Mí Già", "THỦ QUỸ", "Lò Văn Pành"]


def test_three_signers_with_notes_are_read_from_left_to_right() -> None:
    signers = (
        ("TỔ TRƯỞNG", 130, 800), ("KẾ TOÁN", 490, 800), ("THỦ QUỸ", 860, 800),
        ("(Ký, họ tên)", 112, 850), ("(Ký, họ tên)", 460, 850), ("(Ký, họ tên)", 830, 850),
        ("Vừ Thị Mỷ", 130, 1000), ("Sùng Mí Già", 466, 1000), ("Lò Văn Pành", 836, 1000),
    )  # fmt: skip
    assert [text for text in _foot(*signers) if not text.startswith("(")] == [
        "TỔ TRƯỞNG",
        "Vừ Thị Mỷ",
        "KẾ TOÁN",
        "Sùng Mí Già",
        "THỦ QUỸ",
        "Lò Văn Pành",
    ]


def test_a_signer_whose_title_stands_a_line_above_the_others_has_a_column_of_his_own() -> None:
    signers = (
        ("THỦ TRƯỞNG", 850, 800), ("NGƯỜI LẬP", 130, 850), ("NGƯỜI NHẬN", 476, 850),
        ("Vừ Thị Mỷ", 130, 1000), ("Sùng Mí Già", 470, 1000), ("Lò Văn Pành", 844, 1000),
    )  # fmt: skip
    assert _foot(*signers) == [
        "NGƯỜI LẬP",
        "Vừ Thị Mỷ",
        "NGƯỜI NHẬN",
        "Sùng Mí Già",
        "THỦ TRƯỞNG",
        "Lò Văn Pành",
    ]


def test_two_rows_of_signers_are_read_one_row_after_the_other() -> None:
    rows = (
        ("NGƯỜI GIAO", 200, 850), ("NGƯỜI NHẬN", 690, 850),
        ("Vừ Thị Mỷ", 206, 1000), ("Sùng Mí Già", 684, 1000),
        ("NGƯỜI LÀM CHỨNG", 170, 1100), ("NGƯỜI PHIÊN DỊCH", 654, 1100),
        ("Cà Thị Ộc", 206, 1250), ("Lò Văn Pành", 684, 1250),
    )  # fmt: skip
    assert _foot(*rows) == [
        "NGƯỜI GIAO",
        "Vừ Thị Mỷ",
        "NGƯỜI NHẬN",
        "Sùng Mí Già",
        "NGƯỜI LÀM CHỨNG",
        "Cà Thị Ộc",
        "NGƯỜI PHIÊN DỊCH",
        "Lò Văn Pành",
    ]


def test_notes_for_two_signatures_set_close_together_are_parted() -> None:
    # A word space apart: by its white alone the line is one.
    notes = (("(Ký, ghi rõ họ tên)", 140, 850), ("(Ký, ghi rõ họ tên)", 382, 850))
    signers = (
        ("BÊN GIAO", 206, 800), ("BÊN NHẬN", 448, 800), *notes,
        ("Vừ Thị Mỷ", 200, 1000), ("Sùng Mí Già", 430, 1000),
    )  # fmt: skip
    assert _foot(*signers) == [
        "BÊN GIAO",
        "(Ký, ghi rõ họ tên)",
        "Vừ Thị Mỷ",
        "BÊN NHẬN",
        "(Ký, ghi rõ họ tên)",
        "Sùng Mí Già",
    ]


def test_one_note_for_a_signature_stays_in_one_piece() -> None:
    assert _foot(("(Ký, ghi rõ họ tên và đóng dấu)", 560, 850)) == ["(Ký, ghi rõ họ tên và đóng dấu)"]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("CHỦ TRÌ", "THƯ KÝ"),
        ("BÊN GIAO", "BÊN NHẬN"),
        ("NGƯỜI YÊU CẦU", "XÁC NHẬN CỦA THÔN"),
        ("CÔNG CHỨC TƯ PHÁP", "NGƯỜI KHAI"),
    ],
)
def test_who_signs_beside_each_other_is_known_by_title_although_only_one_has_signed(
    left: str, right: str
) -> None:
    foot = ((left, 160, 850), (right, 660, 850), ("(đã ký)", 180, 900), ("Vừ Thị Mỷ", 170, 1000))
    assert _foot(*foot) == [left, "(đã ký)", "Vừ Thị Mỷ", right]


def test_names_right_below_a_row_are_a_row_of_a_table() -> None:
    table = (
        ("Họ và tên vợ", 200, 850), ("Họ và tên chồng", 690, 850),
        ("Vừ Thị Mỷ", 200, 895), ("Sùng Mí Già", 690, 895),
        ("Cà Thị Ộc", 200, 940), ("Lò Văn Pành", 690, 940),
    )  # fmt: skip
    assert _foot(*table) == [
        "Họ và tên vợ Họ và tên chồng",
        "Vừ Thị Mỷ Sùng Mí Già",
        "Cà Thị Ộc Lò Văn Pành",
    ]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Một bản chính", "Hai bản sao"),
        ("HỘ CHIẾU CŨ", "THẺ CĂN CƯỚC"),
        ("Ngày 12/4", "Ngày 13/4"),
        ("Không", "Không"),
        ("Một Bản Sao Có Chứng Thực Xã", "Hai Bản Chính"),
    ],
)
def test_what_is_no_name_makes_no_signers_of_the_row_above_it(left: str, right: str) -> None:
    rows = (
        ("Tờ khai đã nộp", 200, 850),
        ("Giấy tờ xuất trình", 690, 850),
        (left, 200, 1000),
        (right, 690, 1000),
    )
    assert _foot(*rows) == ["Tờ khai đã nộp Giấy tờ xuất trình", f"{left} {right}"]


def test_fields_of_a_form_above_two_names_are_no_titles_of_signers() -> None:
    rows = (
        ("Số bản: 02", 200, 850), ("Nơi nộp: Lũng Pù", 690, 850),
        ("Vừ Thị Mỷ", 200, 1000), ("Sùng Mí Già", 690, 1000),
    )  # fmt: skip
    assert _foot(*rows)[0] == "Số bản: 02 Nơi nộp: Lũng Pù"


def test_names_too_far_below_the_titles_are_not_read_with_them() -> None:
    foot = _foot(*_TITLES, ("Vừ Thị Mỷ", 200, 1260), ("Sùng Mí Già", 690, 1260))
    assert foot[0] == "KẾ TOÁN THỦ QUỸ KIÊM THỦ KHO"


def test_a_long_word_with_a_sign_below_a_title_does_not_hold_the_reader_up() -> None:
    foot = [
        placed("NGƯỜI GIAO", 200, 850), placed("NGƯỜI NHẬN", 690, 850),
        placed("N" + "a" * 4000 + "@", 206, 1000), placed("Sùng Mí Già", 60_000, 1000),
    ]  # fmt: skip
    read = " ".join(texts(*foot)).split()
    assert sorted(read) == sorted(word.text for line in foot for word in line)

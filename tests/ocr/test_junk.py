from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.geometry import Box
from ocr.engine import EngineWord
from ocr.junk import outside_seals, without_junk, without_seal_scraps
from tests.ocr.pages import engine_word

_SURE = 0.97
_SCRAPS = ("ỉ", "ỵl", "Wq", "ẳ")


def _row(*texts: str, left: int = 100, confidence: float = _SURE, line: int = 1) -> list[EngineWord]:
    """Words of one line, a third of a height apart."""
    words: list[EngineWord] = []
    for text in texts:
        width = 15 * len(text)
        words.append(engine_word(text, (left, 100, left + width, 130), confidence=confidence, line=line))
        left += width + 10
    return words


def _texts(words: tuple[EngineWord, ...]) -> list[str]:
    return [word.text for word in words]


def test_scraps_after_the_print_of_a_line_leave() -> None:
    print_ = _row("Người", "yêu", "cầu", "ký", "tên")
    scraps = _row(*_SCRAPS, left=500, confidence=0.35)
    assert _texts(without_junk([*print_, *scraps])) == ["Người", "yêu", "cầu", "ký", "tên"]


def test_scraps_before_the_print_leave_too() -> None:
    scraps = _row(*_SCRAPS, left=100, confidence=0.35)
    print_ = _row("Nguyễn", "Thị", "Hoa", left=500)
    assert _texts(without_junk([*scraps, *print_])) == ["Nguyễn", "Thị", "Hoa"]


def test_scraps_on_both_sides_leave() -> None:
    before = _row(*_SCRAPS, left=100, confidence=0.35)
    text = ["Người", "yêu", "cầu", "cấp", "trích", "lục", "ký", "và", "ghi", "rõ", "họ", "tên,", "chữ", "đệm"]
    print_ = _row(*text, left=500)
    after = _row(*_SCRAPS, left=print_[-1].box.right + 200, confidence=0.35)
    assert _texts(without_junk([*before, *print_, *after])) == text


def test_one_or_two_doubtful_words_close_to_the_print_are_print_under_something() -> None:
    print_ = _row("Họ", "và", "tên:", "Bế", "Ích")
    covered = _row("Thuận", left=print_[-1].box.right + 10, confidence=0.3)
    assert _texts(without_junk([*print_, *covered]))[-1] == "Thuận"


def test_one_doubtful_scrap_far_from_the_print_leaves() -> None:
    print_ = _row("CHỦ", "TỊCH")
    scrap = _row("ỉ", left=600, confidence=0.3)
    assert _texts(without_junk([*print_, *scrap])) == ["CHỦ", "TỊCH"]


def test_a_speck_before_a_line_leaves_and_the_dash_of_a_list_stays() -> None:
    print_ = _row("Như", "trên;", left=140)
    speck = _row("-", confidence=0.5)
    dash = replace(speck[0], confidence=0.95, box=Box(100, 114, 112, 119))
    assert _texts(without_junk([*speck, *print_])) == ["Như", "trên;"]
    assert _texts(without_junk([dash, *print_])) == ["-", "Như", "trên;"]


@pytest.mark.parametrize(
    "box",
    [
        pytest.param(Box(100, 100, 112, 130), id="as high as letters"),
        pytest.param(Box(127, 114, 130, 119), id="a speck"),
        pytest.param(Box(100, 114, 139, 119), id="no white before the letters"),
    ],
)
def test_what_is_no_dash_by_its_shape_leaves_however_it_is_believed(box: Box) -> None:
    print_ = _row("Như", "trên;", left=140)
    stroke = replace(_row("-")[0], box=box)
    assert _texts(without_junk([stroke, *print_])) == ["Như", "trên;"]


def test_the_corner_of_a_square_code_after_a_long_line_leaves() -> None:
    print_ = _row("CỘNG", "HÒA", "XÃ", "HỘI", "CHỦ", "NGHĨA", confidence=0.99)
    right = print_[-1].box.right
    assert _texts(without_junk([*print_, *_row("D(", left=right + 20, confidence=0.3)]))[-1] == "NGHĨA"
    assert _texts(without_junk([*print_, *_row("VIỆT", left=right + 20, confidence=0.3)]))[-1] == "VIỆT"


def test_what_is_believed_stays_however_odd() -> None:
    print_ = _row("Số", "hiệu:")
    code = _row("XK-7Q", "BTr", "9z", left=500, confidence=0.9)
    assert len(without_junk([*print_, *code])) == 5


def test_a_line_that_is_doubtful_all_through_stays_as_it_is() -> None:
    faint = _row("Ngừơi", "yêu", "câu", "nộp", "đủ", confidence=0.4)
    assert without_junk(faint) == tuple(faint)


def test_every_line_is_judged_by_itself() -> None:
    print_ = _row("Người", "yêu", "cầu")
    below = _row(*_SCRAPS, left=500, confidence=0.35, line=2)
    assert len(without_junk([*print_, *below])) == 3 + len(_SCRAPS)


_SEAL = Box(80, 40, 420, 380)


@pytest.mark.parametrize("scrap", [("ỶBA",), ("NHÂ", "ƯYB"), ("*",), ("XÃ",), ("HUY", "ÊNM"), ("(ÂN",)])
def test_pieces_of_the_writing_around_a_seal_leave(scrap: tuple[str, ...]) -> None:
    below = _row("Sùng", "Mí", "Già", left=500, line=2)
    assert _texts(without_seal_scraps([*_row(*scrap), *below], (_SEAL,))) == ["Sùng", "Mí", "Già"]


@pytest.mark.parametrize(
    "print_", [("PHÓ", "CHỦ", "TỊCH"), ("CHỦ", "TỊCH"), ("Bế", "Ích", "Thuận"), ("Vừ", "Mỷ"), ("(Đã", "ký)")]
)
def test_titles_and_names_of_signers_below_a_seal_stay(print_: tuple[str, ...]) -> None:
    words = _row(*print_)
    assert without_seal_scraps(words, (_SEAL,)) == tuple(words)


@pytest.mark.parametrize("print_", [("CHỦ", "TICH", "XÃ"), ("CHUX", "TỊCH"), ("PHÓTRƯỞNG",)])
def test_titles_below_a_seal_stay_although_a_word_is_misread(print_: tuple[str, ...]) -> None:
    words = _row(*print_)
    assert without_seal_scraps(words, (_SEAL,)) == tuple(words)


def test_scraps_outside_of_every_seal_stay() -> None:
    words = [*_row("ỶBA", left=500), *_row("XÃ", line=2)]
    assert without_seal_scraps(words, ()) == tuple(words)
    assert without_seal_scraps(words, (Box(900, 900, 1200, 1200),)) == tuple(words)
    assert _texts(without_seal_scraps(words, (_SEAL,))) == ["ỶBA"]


def test_a_word_that_a_seal_only_touches_stays() -> None:
    words = _row("ỶBA", left=395)
    assert without_seal_scraps(words, (_SEAL,)) == tuple(words)


def test_a_scrap_leaves_without_the_print_far_beside_it() -> None:
    print_ = _row("Căn", "cứ", "Luật", "Hộ", "tịch", left=600)
    assert _texts(without_seal_scraps([*_row("ỶBA"), *print_], (_SEAL,))) == _texts(tuple(print_))


def test_a_short_word_of_a_line_of_print_that_runs_into_a_seal_stays() -> None:
    words = _row("và", "Luật", "Hộ", "tịch", "năm", "2014")
    assert without_seal_scraps(words, (Box(80, 40, 145, 380),)) == tuple(words)


@st.composite
def _pages(draw: st.DrawFn) -> list[EngineWord]:
    places = draw(
        st.lists(st.tuples(st.integers(0, 2000), st.integers(1, 200), st.integers(1, 3)), max_size=25)
    )
    return [
        EngineWord(
            text=draw(st.sampled_from(["Hoa", "ỉ", "Wq", "2024", "(ký)", "~", "NGUYỄN"])),
            box=Box(left, 40 * line, left + width, 40 * line + 30),
            confidence=draw(st.floats(0, 1)),
            block=0,
            line=line,
        )
        for left, width, line in places
    ]


@given(_pages())
def test_no_word_is_made_or_changed_and_no_line_is_lost(words: list[EngineWord]) -> None:
    kept = without_junk(words)
    assert all(word in words for word in kept)
    assert {word.line for word in kept} == {word.line for word in words}


@given(_pages())
def test_what_is_sure_is_never_junk(words: list[EngineWord]) -> None:
    sure = [word for word in words if word.confidence >= 0.85]
    assert sorted(map(id, without_junk(sure))) == sorted(map(id, sure))


_SEALS = st.lists(st.builds(lambda x: Box(x, 30, x + 350, 140), st.integers(0, 900)), max_size=3)


@given(_pages(), _SEALS)
def test_seals_take_words_only_from_parts_of_lines_that_reach_into_them(
    words: list[EngineWord], seals: list[Box]
) -> None:
    kept = without_seal_scraps(words, seals)
    assert without_seal_scraps(words, ()) == tuple(words)
    assert list(kept) == [word for word in words if any(word is one for one in kept)]
    for word in words:
        near = [other for other in words if other.line == word.line]
        if not any(seal.intersection_area(other.box) for seal in seals for other in near):
            assert word in kept


def test_the_number_of_a_paper_below_a_seal_stays() -> None:
    seal = Box(80, 40, 420, 380)
    for texts in (("Số:", "12/QĐ"), ("214",), ("12/04/1990",)):
        words = _row(*texts, left=120)
        assert without_seal_scraps(words, [seal]) == tuple(words)


def test_the_border_of_a_certificate_is_no_word() -> None:
    words = [*_row("K<<<<", "0000000000", "O<<<", "<0<00<"), *_row("Số", "100000", line=2)]
    assert _texts(without_junk(words)) == ["Số", "100000"]


def test_a_shaken_stroke_is_no_word() -> None:
    words = [*_row("mmmm", "wwwwmmmwww"), *_row("www", "mới", "oooo.", line=2)]
    assert _texts(without_junk(words)) == ["www", "mới", "oooo."]


def test_a_line_for_machines_stays() -> None:
    line = "LUONG<<NGOC<YEN<<<<<<<<<<<<<<<"
    assert _texts(without_junk(_row(line, left=10))) == [line]


def test_coloured_ink_inside_a_seal_is_the_seal() -> None:
    seal = Box(80, 40, 420, 380)
    inside, outside = _row("VĨNH", "LONG", left=120), _row("HỘ", "CHIẾU", left=600)
    assert outside_seals([*inside, *outside], [seal]) == tuple(outside)


def test_a_doubtful_word_before_a_dash_stays() -> None:
    (word,) = _row("MẪU", confidence=0.4)
    dash = engine_word("–", (160, 116, 180, 119), confidence=_SURE, line=1)
    rest = _row("người", "và", "giấy", "tờ", left=190)
    assert _texts(without_junk([word, dash, *rest])) == ["MẪU", "–", "người", "và", "giấy", "tờ"]


def test_whole_syllables_of_a_seal_leave_and_the_shortest_title_stays() -> None:
    seal = Box(80, 40, 420, 380)
    piece, title = _row("ĨNH", "LO", left=120), _row("CHỦ", "TỊCH", left=120, line=2)
    assert without_seal_scraps([*piece, *title], [seal]) == tuple(title)


def test_the_surname_right_beside_a_name_stays_where_scraps_before_it_leave() -> None:
    scraps = _row("to", "xọ", "Sừng", left=100, confidence=0.3)
    name = _row("Thị", "Sung", left=scraps[-1].box.right + 10)
    assert _texts(without_junk([*scraps, *name])) == ["Sừng", "Thị", "Sung"]

from __future__ import annotations

import pytest

from dossier.geometry import Box
from dossier.text import Line, PageText, Word
from extraction.document import understand
from extraction.labels import find_labels
from extraction.layout import lay_out, text_of
from rulebook.paper_spec import Papers
from tests.extraction.papers import BIRTH
from tests.extraction.writing import page


def _texts(made: PageText) -> list[str]:
    return [row.text for row in lay_out(made).rows]


def test_a_colon_inside_a_word_parts_label_and_value() -> None:
    assert _texts(page(["Số:125/2019 lúc 10:30"])) == ["Số: 125/2019 lúc 10:30"]


def test_leaders_are_dropped_and_remembered() -> None:
    (row,) = lay_out(page(["Nơi sinh:......Phú Thọ........"])).rows
    assert text_of(row.tokens) == "Nơi sinh: Phú Thọ"
    assert [token.leader for token in row.tokens] == [False, False, True, False]


def test_noise_that_leaders_are_read_as_is_dropped() -> None:
    assert _texts(page(["Nơi sinh: ccccceeeee Phú Thọ"])) == ["Nơi sinh: Phú Thọ"]


@pytest.mark.parametrize("slope", [-0.04, 0.0, 0.04])
def test_pieces_of_one_row_meet_again_whatever_the_slant(slope: float) -> None:
    made = page([["Giới tính: Nam", (400, "Dân tộc: Kinh"), (700, "Quốc tịch: Việt Nam")]] * 5, slope=slope)
    assert _texts(made) == ["Giới tính: Nam Dân tộc: Kinh Quốc tịch: Việt Nam"] * 5


def test_two_rows_taken_for_one_line_are_told_apart() -> None:
    above, below = page(["Quê quán / Place of origin:", "Hy Cương, Phú Thọ"]).lines
    mixed = Line(tuple(sorted((*above.words, *below.words), key=lambda word: word.box.left)))
    made = PageText(page=1, width=1000, height=1414, dpi=120, lines=(mixed,))
    assert _texts(made) == ["Quê quán / Place of origin:", "Hy Cương, Phú Thọ"]


def test_a_label_is_found_through_broken_letters_and_the_longest_wins() -> None:
    sheet = lay_out(page(["Họ, chữ đêm, tèn người mẹ: TRẦN THỊ HÀ"]))
    hits = find_labels(sheet, ["Họ, chữ đệm, tên", "Họ, chữ đệm, tên người mẹ"])
    assert [hit.label for hit in hits] == ["hochudemtennguoime"]


def test_a_label_inside_a_sentence_is_none() -> None:
    sheet = lay_out(page(["theo hồ sơ thì nơi sinh của cháu chưa rõ"]))
    assert find_labels(sheet, ["Nơi sinh"]) == ()


def test_a_hole_within_a_name_lowers_its_confidence(papers: Papers) -> None:
    (whole,) = understand([page(BIRTH)], papers)
    made = page(BIRTH)
    lines = tuple(Line(tuple(word for word in line.words if word.text != "MINH")) for line in made.lines)
    (holed,) = understand([PageText(page=1, width=1000, height=1414, dpi=120, lines=lines)], papers)
    before = next(field for field in whole.fields if field.name == "full_name")
    after = next(field for field in holed.fields if field.name == "full_name")
    assert after.value == "Lê Khôi"
    assert after.confidence < before.confidence


def test_a_page_of_one_word_has_one_row() -> None:
    made = PageText(page=1, width=10, height=10, dpi=0, lines=(Line((Word("x", Box(0, 0, 0, 0), 0.0),)),))
    assert _texts(made) == ["x"]

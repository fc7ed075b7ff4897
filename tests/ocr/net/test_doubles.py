from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ocr.engine import EngineWord
from ocr.net.doubles import without_doubles
from tests.ocr.pages import engine_word


def _word(text: str, left: int, right: int, *, line: int = 2) -> EngineWord:
    return engine_word(text, (left, 100, right, 130), line=line)


def _texts(*words: EngineWord) -> list[str]:
    return [word.text for word in without_doubles(words)]


def test_a_piece_of_a_word_that_another_line_has_whole_leaves() -> None:
    assert _texts(_word("QUYẾT", 100, 200, line=1), _word("YẾT", 140, 200)) == ["QUYẾT"]


def test_the_piece_leaves_whichever_of_the_two_comes_first() -> None:
    assert _texts(_word("YẾT", 140, 200), _word("QUYẾT", 100, 200, line=1)) == ["QUYẾT"]


def test_a_piece_that_reaches_a_little_beyond_the_word_leaves_too() -> None:
    assert _texts(_word("QUYẾT", 100, 200, line=1), _word("YẾT", 140, 208)) == ["QUYẾT"]
    assert _texts(_word("QUYẾT", 100, 200, line=1), _word("YẾT", 140, 220)) == ["QUYẾT", "YẾT"]


def test_the_same_letters_elsewhere_on_the_page_stay() -> None:
    assert _texts(_word("QUYẾT", 100, 200, line=1), _word("YẾT", 300, 360)) == ["QUYẾT", "YẾT"]


def test_other_letters_on_the_same_ink_stay() -> None:
    assert _texts(_word("QUYẾT", 100, 200, line=1), _word("VẾT", 140, 200)) == ["QUYẾT", "VẾT"]


def test_words_of_one_line_stay() -> None:
    assert _texts(_word("QUYẾT", 100, 200), _word("YẾT", 140, 200)) == ["QUYẾT", "YẾT"]


def test_a_word_that_two_lines_have_whole_stays_in_both() -> None:
    assert _texts(_word("QUYẾT", 100, 200, line=1), _word("QUYẾT", 100, 200)) == ["QUYẾT", "QUYẾT"]


def test_no_words_have_no_doubles() -> None:
    assert without_doubles(()) == ()


_WORDS = st.builds(
    lambda text, left, line: engine_word(text, (left, 100, left + 20 * len(text), 130), line=line),
    st.sampled_from(("QUYẾT", "YẾT", "ẾT", "ĐỊNH", "T")),
    st.integers(0, 200),
    st.integers(1, 3),
)


@given(st.lists(_WORDS, max_size=12))
def test_the_letters_of_every_word_that_left_stand_in_one_that_stayed_there(words: list[EngineWord]) -> None:
    kept = without_doubles(words)
    assert list(kept) == [word for word in words if any(word is one for one in kept)]
    for word in words:
        assert any(word.text in one.text and word.box.intersection_area(one.box) > 0 for one in kept)

from __future__ import annotations

import unicodedata
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from dossier.geometry import Box
from ocr.engine import EngineWord
from ocr.language.lattice import Choice, Slot, widen
from ocr.wording import worded
from tests.ocr.pages import engine_word

_Choices = tuple[tuple[str, float], ...]


def _line(*words: str | _Choices, line: int = 1) -> list[EngineWord]:
    """Words side by side; a plain text is read for sure, otherwise the choices are given."""
    made: list[EngineWord] = []
    for index, word in enumerate(words):
        choices: _Choices = ((word, -0.001),) if isinstance(word, str) else word
        found = engine_word(choices[0][0], (100 * index, 0, 100 * index + 80, 30), line=line)
        made.append(replace(found, choices=choices, confidence=0.99 if isinstance(word, str) else 0.6))
    return made


def _texts(words: tuple[EngineWord, ...]) -> list[str]:
    return [word.text for word in words]


def test_language_settles_what_the_engine_was_in_doubt_about() -> None:
    doubtful = (("quyên", -0.55), ("quyền", -0.9))
    assert _texts(worded(_line("thẩm", doubtful, "giải", "quyết")))[1] == "quyền"


def test_a_mark_missing_from_every_reading_is_supplied_where_print_is_in_doubt_and_language_is_not() -> None:
    doubtful = (("quyên", -0.55), ("quyến", -0.9))
    assert _texts(worded(_line("thẩm", doubtful, "giải", "quyết")))[1] == "quyền"


def test_other_letters_than_look_alikes_are_never_said() -> None:
    doubtful = (("biên", -0.55), ("biến", -0.9))
    assert _texts(worded(_line("thẩm", doubtful, "giải", "quyết")))[1] in {"biên", "biến", "biển"}


def test_the_own_reading_of_the_engine_stays_the_first_choice() -> None:
    doubtful = (("quyên", -0.55), ("quyền", -0.9))
    words = worded(_line("thẩm", doubtful, "giải", "quyết"))
    assert words[1].text == "quyền"
    assert words[1].choices == doubtful
    assert [word.read for word in words] == ["thẩm", "quyên", "giải", "quyết"]


def test_names_of_people_are_kept_where_a_commoner_word_beckons() -> None:
    given_name = (("Mỷ", -0.5), ("Mỹ", -0.95))
    middle = (("Xuyên", -0.4), ("Xuyến", -1.1))
    assert _texts(worded(_line("Họ", "và", "tên:", "Vừ", "Thị", given_name)))[-1] == "Mỷ"
    assert _texts(worded(_line("Ông", "Nguyễn", "Văn", middle)))[-1] == "Xuyên"


def test_numbers_dates_and_codes_stay_as_printed() -> None:
    row = _line(
        (("079186999401", -0.4), ("079186999407", -1.1)),
        (("12/04/1991", -0.4), ("12/01/1991", -1.1)),
        (("214/XN-CAX", -0.4), ("214/XN-CAY", -1.1)),
    )
    assert _texts(worded(row)) == ["079186999401", "12/04/1991", "214/XN-CAX"]


def test_an_engine_without_choices_is_helped_as_well() -> None:
    row = [replace(word, choices=()) for word in _line("có", "thâm", "quyên", "giải", "quyết")]
    row = [replace(word, confidence=0.8) for word in row]
    assert _texts(worded(row)) == ["có", "thẩm", "quyền", "giải", "quyết"]


def test_communes_of_the_highlands_named_after_a_water_begin_with_a_capital() -> None:
    assert _texts(worded(_line("xã", "la", "Púch"))) == ["xã", "Ia", "Púch"]
    assert _texts(worded(_line("đây", "la", "nhà")))[1] == "la"


def test_a_capital_i_read_as_a_small_l_is_told_by_the_consonant_after_it() -> None:
    words = _line("Citizen", "ldentity", "Card", "lndependence", "lý", "lít", "lm")
    assert _texts(worded(words)) == ["Citizen", "Identity", "Card", "Independence", "lý", "lít", "lm"]


def test_a_page_without_words_stays_without() -> None:
    assert worded([]) == ()


_TEXTS = st.text(st.sampled_from("abcdghinoquyếềểđạ12/-.HTN"), min_size=1, max_size=7).map(
    lambda text: unicodedata.normalize("NFC", text)
)


@st.composite
def _pages(draw: st.DrawFn) -> list[EngineWord]:
    """Words with choices as an engine gives them, line by line."""
    words: list[EngineWord] = []
    for line in range(draw(st.integers(0, 3))):
        for index in range(draw(st.integers(1, 5))):
            texts = draw(st.lists(_TEXTS, min_size=1, max_size=4, unique=True))
            logs = sorted((draw(st.floats(-8, 0)) for _ in texts), reverse=True)
            words.append(
                EngineWord(
                    text=texts[0],
                    box=Box(100 * index, 40 * line, 100 * index + 80, 40 * line + 30),
                    confidence=draw(st.floats(0, 1)),
                    block=0,
                    line=line,
                    choices=tuple(zip(texts, logs, strict=True)),
                )
            )
    return words


@given(_pages())
def test_no_word_comes_or_goes_and_no_box_changes(words: list[EngineWord]) -> None:
    found = worded(words)
    assert len(found) == len(words)
    for after, before in zip(found, words, strict=True):
        assert (after.box, after.block, after.line) == (before.box, before.block, before.line)
        assert after.choices == before.choices
        offered = widen(Slot(tuple(Choice(text, score) for text, score in before.choices)))
        seen = {text for text, _ in before.choices}
        assert after.text in seen | {choice.text for choice in offered.choices}
        assert 0.0 <= after.confidence <= 1.0

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.errors import MarkCollisionError
from signing.appearance import (
    officer_text,
    organisation_text,
    printed_time,
    wrap,
)
from signing.fonts.build import BOLD, TARGET, build, characters, vietnamese_letters
from signing.stamp import _to_unicode
from signing.typeface import UNITS_PER_EM, fit_characters, subset_for, text_width, widths

LIBERATION = Path("/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf")
NAMES = st.lists(st.text(sorted(vietnamese_letters()), min_size=1, max_size=9), min_size=1, max_size=14).map(
    " ".join
)


def test_the_typeface_has_every_vietnamese_letter_in_times_widths() -> None:
    assert len(vietnamese_letters()) == 146
    assert characters() <= set(widths())
    assert {letter: widths()[letter] for letter in "MAn"} == {"M": 889, "A": 722, "n": 500}
    assert UNITS_PER_EM == 1000


def test_a_character_that_the_typeface_lacks_becomes_a_question_mark() -> None:
    assert fit_characters("Tổ  1\n中 Ω") == "Tổ 1 ? ?"


HIGHLANDS = (
    "AĂÂBƁɃCČDĐEĔÊGHIĬJKLMNÑOŎÔƠPRSTUŬƯWYaăâbɓƀcčdđeĕêghiĭjklmnñoŏôơprstuŭưwy",
    ("Ê\u0306", "ê\u0306", "Ô\u0306", "ô\u0306", "Ơ\u0306", "ơ\u0306", "Ư\u0306", "ư\u0306"),
)
"""Letters of Ê Đê, Gia Rai and Ba Na; those of the second row have no character of their own in Unicode."""


def test_names_of_the_central_highlands_are_set_without_question_marks() -> None:
    single, composed = HIGHLANDS
    assert fit_characters(single) == single
    assert all(len(fit_characters(letter)) == 1 for letter in composed)
    assert "?" not in fit_characters("Y Ƀưk Niê\u0306 Kdăm, H'Ñuĕ Ê\u0306ban, Ɓok Čil Ksơ\u0306r")


def test_a_letter_with_a_breve_is_as_wide_as_without_and_higher_and_copied_as_people_write_it() -> None:
    for letter in HIGHLANDS[1]:
        character = fit_characters(letter)
        assert widths()[character] == widths()[letter[0]]
        subset = subset_for(character)
        assert subset.box[3] > subset_for(letter[0]).box[3] + 60
        assert letter.encode("utf-16-be").hex().encode() in _to_unicode(subset)


@given(st.text(sorted(vietnamese_letters()), min_size=1, max_size=30))
def test_letters_in_parts_are_set_as_whole_letters(text: str) -> None:
    assert fit_characters(unicodedata.normalize("NFD", text)) == text


def test_all_vietnamese_letters_are_in_one_subset_with_their_widths() -> None:
    letters = "".join(sorted(vietnamese_letters()))
    subset = subset_for(letters)
    assert set(subset.glyphs) == vietnamese_letters()
    assert {letter: subset.widths[glyph] for letter, glyph in subset.glyphs.items()} == {
        letter: widths()[letter] for letter in letters
    }
    assert 0 not in subset.glyphs.values()


def test_a_subset_holds_its_letters_and_no_others() -> None:
    subset = subset_for("Một Lần")
    assert set(subset.glyphs) == set("Một Lần")
    assert subset.encode("Mộ") == f"{subset.glyphs['M']:04x}{subset.glyphs['ộ']:04x}"
    assert subset.widths[subset.glyphs["M"]] == 889
    assert subset_for("Lần Một") is subset


def test_time_is_printed_in_the_vietnamese_zone() -> None:
    assert printed_time(datetime(2026, 11, 21, 20, 5, 9, tzinfo=UTC)) == "22.11.2026 03:05:09 +07:00"


def test_marks_say_what_the_law_asks_for() -> None:
    at = datetime(2026, 11, 21, tzinfo=UTC)
    assert officer_text("Lê Văn Mẫu", at=at) == (
        "Người số hóa: Lê Văn Mẫu",
        "Thời gian số hóa: 21.11.2026 07:00:00 +07:00",
    )
    assert organisation_text("UBND xã Mẫu", at=at) == (
        "Bản điện tử chuyển đổi từ văn bản giấy",
        "UBND xã Mẫu",
        "Thời gian ký: 21.11.2026 07:00:00 +07:00",
    )


@given(NAMES, st.integers(20, 400))
def test_wrapping_keeps_every_letter_and_never_exceeds_the_width(text: str, width: int) -> None:
    lines = wrap([text], width=width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(text_width(line, size=10) <= width + 0.01 for line in lines)
    if max(text_width(word, size=10) for word in text.split()) <= width:
        assert " ".join(lines) == text


def test_a_word_wider_than_its_box_is_broken_between_letters() -> None:
    assert wrap(["Khu Nghiêng"], width=25) == ("Khu", "Nghiê", "ng")


def test_a_box_narrower_than_a_letter_is_refused() -> None:
    with pytest.raises(MarkCollisionError):
        wrap(["Mẫu"], width=5)


@pytest.mark.skipif(not LIBERATION.exists(), reason="fonts-liberation2 is not installed")
@pytest.mark.parametrize(("style", "target"), [("Regular", TARGET), ("Bold", BOLD)])
def test_the_fonts_can_be_built_again_from_their_source(style: str, target: Path, tmp_path: Path) -> None:
    build(LIBERATION.with_name(f"LiberationSerif-{style}.ttf"), tmp_path / "again.ttf")
    assert (tmp_path / "again.ttf").read_bytes() == target.read_bytes()


def test_the_licence_of_the_font_lies_beside_it() -> None:
    assert "SIL OPEN FONT LICENSE Version 1.1" in TARGET.with_name("OFL.txt").read_text(encoding="utf-8")

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.errors import MarkCollisionError
from signing.appearance import (
    LEADING,
    PdfRect,
    officer_text,
    organisation_text,
    place_marks,
    printed_time,
    refuse_collision,
    room_needed_mm,
    wrap,
)
from signing.fonts.build import BOLD, TARGET, build, characters, vietnamese_letters
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


@given(officer=NAMES, organisation=NAMES, width=st.integers(300, 1200))
def test_marks_stay_on_the_page_and_never_meet(officer: str, organisation: str, width: int) -> None:
    page = PdfRect(10, 20, 10 + width, 900)
    try:
        marks = place_marks(page, officer=officer, organisation=organisation)
    except MarkCollisionError:
        return
    for mark in (marks.officer, marks.organisation):
        assert page.left < mark.left < mark.right < page.right
        assert page.bottom < mark.bottom < mark.top < page.top
        assert mark.width == int(mark.width)
        assert mark.height == int(mark.height)
    assert not marks.officer.overlaps(marks.organisation)
    lines = wrap(
        organisation_text(organisation, at=datetime(2026, 1, 1, tzinfo=UTC)), width=marks.organisation.width
    )
    assert len(lines) * LEADING <= marks.organisation.height


@given(NAMES, st.integers(60, 400))
def test_wrapping_keeps_every_word_and_never_exceeds_the_width(text: str, width: int) -> None:
    try:
        lines = wrap([text], width=width)
    except MarkCollisionError:
        assert max(text_width(word, size=10) for word in text.split()) > width
        return
    assert " ".join(lines) == text
    assert all(text_width(line, size=10) <= width + 0.01 for line in lines)


def test_a_long_name_is_broken_and_still_fits_into_eighteen_millimetres() -> None:
    room = room_needed_mm(
        officer="Nguyễn Thị Phương Quỳnh Trang",
        organisation="Trung tâm Phục vụ hành chính công thuộc Ủy ban nhân dân xã Mẫu, huyện Mẫu",
    )
    assert 13 < room < 18


@pytest.mark.parametrize("page", [PdfRect(0, 0, 120, 900), PdfRect(0, 0, 20, 20), PdfRect(0, 0, 595, 80)])
def test_a_page_too_small_for_the_marks_is_refused(page: PdfRect) -> None:
    with pytest.raises(MarkCollisionError):
        place_marks(page, officer="Lê Văn Mẫu", organisation="Ủy ban nhân dân xã Mẫu")


def test_touching_is_no_collision_but_overlapping_is() -> None:
    mark = PdfRect(0, 0, 10, 10)
    refuse_collision(mark, [PdfRect(10, 0, 20, 10)], item="a.pdf")
    with pytest.raises(MarkCollisionError, match=r"a\.pdf"):
        refuse_collision(mark, [PdfRect(9, 9, 20, 20)], item="a.pdf")


@pytest.mark.skipif(not LIBERATION.exists(), reason="fonts-liberation2 is not installed")
@pytest.mark.parametrize(("style", "target"), [("Regular", TARGET), ("Bold", BOLD)])
def test_the_fonts_can_be_built_again_from_their_source(style: str, target: Path, tmp_path: Path) -> None:
    build(LIBERATION.with_name(f"LiberationSerif-{style}.ttf"), tmp_path / "again.ttf")
    assert (tmp_path / "again.ttf").read_bytes() == target.read_bytes()


def test_the_licence_of_the_font_lies_beside_it() -> None:
    assert "SIL OPEN FONT LICENSE Version 1.1" in TARGET.with_name("OFL.txt").read_text(encoding="utf-8")

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.errors import MarkCollisionError
from signing.appearance import (
    LEADING,
    POINTS_PER_MM,
    SAMPLE_TIME,
    PdfRect,
    officer_text,
    organisation_text,
    wrap,
)
from signing.fonts.build import vietnamese_letters
from signing.placing import (
    MARGIN_SIDE,
    ZONE_MM,
    Marks,
    place_marks,
    place_organisation,
    refuse_collision,
    room_needed_mm,
)
from signing.turned import Quarter, View

OFFICER, ORGANISATION = "Nguyễn Thị Phương Quỳnh MẪU", "Trung tâm Phục vụ hành chính công phường Mẫu"
LONG = (
    "Văn phòng Hội đồng nhân dân và Ủy ban nhân dân thành phố trực thuộc Trung ương Thành phố Mẫu "
    "tỉnh Mẫu Lớn Nhất nước ABC"
)
A4 = PdfRect(0, 0, 595.276, 841.89)
LETTERS = st.text(sorted(vietnamese_letters()), min_size=1, max_size=40)
NAMES = st.lists(LETTERS, min_size=1, max_size=14).map(" ".join)
PAGES = st.builds(
    lambda left, bottom, width, height: PdfRect(left, bottom, left + width, bottom + height),
    st.floats(-50, 50),
    st.floats(-50, 50),
    st.floats(40, 1200),
    st.floats(40, 1200),
)
SHARES = st.floats(0, 1)


@st.composite
def pages_with_print(draw: st.DrawFn) -> tuple[PdfRect, list[PdfRect]]:
    page = draw(PAGES)
    boxes = []
    for _ in range(draw(st.integers(0, 8))):
        x, y, wide, high = (draw(SHARES) for _ in range(4))
        left, top = page.left + x * page.width, page.top - y * y * page.height
        boxes.append(PdfRect(left, top - high * high * 200, left + wide * wide * 300, top))
    return page, boxes


@given(pages_with_print(), NAMES, NAMES)
def test_both_marks_stand_free_on_the_page_or_are_refused(
    sheet: tuple[PdfRect, list[PdfRect]], officer: str, organisation: str
) -> None:
    page, occupied = sheet
    try:
        marks = place_marks(page, officer=officer, organisation=organisation, occupied=occupied)
    except MarkCollisionError:
        return
    assert not marks.officer.overlaps(marks.organisation)
    for mark, text in (
        (marks.officer, officer_text(officer, at=SAMPLE_TIME)),
        (marks.organisation, organisation_text(organisation, at=SAMPLE_TIME)),
    ):
        _stands_free(mark, text, page=page, occupied=occupied)


@given(pages_with_print(), NAMES)
def test_a_mark_alone_stands_free_on_the_page_or_is_refused(
    sheet: tuple[PdfRect, list[PdfRect]], organisation: str
) -> None:
    page, occupied = sheet
    try:
        mark = place_organisation(page, organisation=organisation, occupied=occupied)
    except MarkCollisionError:
        return
    _stands_free(mark, organisation_text(organisation, at=SAMPLE_TIME), page=page, occupied=occupied)


def _stands_free(mark: PdfRect, text: tuple[str, ...], *, page: PdfRect, occupied: list[PdfRect]) -> None:
    assert page.left < mark.left < mark.right < page.right
    assert max(page.bottom, page.top - ZONE_MM * POINTS_PER_MM) <= mark.bottom < mark.top < page.top
    assert not any(mark.overlaps(one) for one in occupied)
    assert len(wrap(text, width=mark.width)) * LEADING <= mark.height
    assert (mark.left, mark.bottom, mark.width, mark.height) == tuple(
        map(int, (mark.left, mark.bottom, mark.width, mark.height))
    )


@given(st.floats(120, 1200), NAMES, NAMES)
def test_the_room_asked_for_is_enough_on_a_page_with_print_below_it(
    width: float, officer: str, organisation: str
) -> None:
    try:
        room = room_needed_mm(officer=officer, organisation=organisation, page_width_mm=width / POINTS_PER_MM)
    except MarkCollisionError:
        return
    band = room * POINTS_PER_MM
    page = PdfRect(0, 0, width, 842 + band)
    marks = place_marks(
        page, officer=officer, organisation=organisation, occupied=[PdfRect(0, 0, width, 842)]
    )
    assert min(marks.officer.bottom, marks.organisation.bottom) >= 842


def _both(occupied: list[PdfRect], page: PdfRect = A4, organisation: str = ORGANISATION) -> Marks:
    return place_marks(page, officer=OFFICER, organisation=organisation, occupied=occupied)


def test_on_a_free_page_each_mark_stands_in_its_corner() -> None:
    marks = _both([])
    assert (marks.officer.left, marks.officer.top) == (17, 836)
    assert (marks.organisation.right, marks.organisation.top) == (578, 836)
    assert marks.organisation.height == 34


def test_a_code_printed_top_left_moves_the_officers_mark_and_leaves_the_organisations() -> None:
    code = PdfRect(20, 760, 95, 835)
    marks = _both([code])
    assert marks.organisation == _both([]).organisation
    assert marks.officer.left == 17
    assert code.bottom - 10 < marks.officer.top < code.bottom


def test_a_code_printed_top_right_moves_the_organisations_mark_beside_it() -> None:
    code = PdfRect(500, 760, 575, 835)
    marks = _both([code])
    assert marks.officer == _both([]).officer
    assert marks.organisation.top == 836
    assert code.left - 10 < marks.organisation.right < code.left


def test_text_across_the_very_top_moves_both_marks_below_it() -> None:
    headline = PdfRect(30, 815, 560, 835)
    marks = _both([headline])
    assert (marks.officer.left, marks.organisation.right) == (17, 578)
    assert headline.bottom - 10 < marks.organisation.top < headline.bottom


def test_print_down_to_the_edge_of_what_was_looked_at_is_refused() -> None:
    with pytest.raises(MarkCollisionError):
        _both([PdfRect(0, 660, 596, 842)])


def test_on_a_page_as_narrow_as_a_card_the_marks_stand_one_above_the_other() -> None:
    marks = _both([], PdfRect(0, 0, 243, 153))
    assert marks.organisation.bottom > marks.officer.top
    assert marks.officer.bottom > 153 / 3


def test_a_name_of_a_hundred_and_twenty_letters_keeps_every_word_on_a4_in_four_lines() -> None:
    marks = _both([], organisation=LONG)
    lines = wrap(organisation_text(LONG, at=SAMPLE_TIME), width=marks.organisation.width)
    assert (len(LONG), len(lines)) == (119, 4)
    assert " ".join(lines[1:3]) == LONG


@pytest.mark.parametrize("page", [PdfRect(0, 0, 100, 900), PdfRect(0, 0, 20, 20), PdfRect(0, 0, 595, 40)])
def test_a_page_too_small_for_the_marks_is_refused(page: PdfRect) -> None:
    with pytest.raises(MarkCollisionError):
        _both([], page)


def test_a_long_name_is_broken_and_still_fits_into_eighteen_millimetres() -> None:
    room = room_needed_mm(
        officer="Nguyễn Thị Phương Quỳnh Trang",
        organisation="Trung tâm Phục vụ hành chính công thuộc Ủy ban nhân dân xã Mẫu, huyện Mẫu",
    )
    assert 13 < room < 18


def test_touching_is_no_collision_but_overlapping_is() -> None:
    mark = PdfRect(0, 0, 10, 10)
    refuse_collision(mark, [PdfRect(10, 0, 20, 10)], item="a.pdf")
    with pytest.raises(MarkCollisionError, match=r"a\.pdf"):
        refuse_collision(mark, [PdfRect(9, 9, 20, 20)], item="a.pdf")


@given(
    rotation=st.sampled_from([0, 90, 180, 270]), edges=st.lists(st.integers(0, 900), min_size=4, max_size=4)
)
def test_a_turned_place_comes_back_and_keeps_its_size_as_shown(rotation: Quarter, edges: list[int]) -> None:
    (left, right), (bottom, top) = sorted(edges[:2]), sorted(edges[2:])
    rect, view = PdfRect(left, bottom, right, top), View(rotation)
    shown = view.shown(rect)
    assert view.on_page(shown) == rect
    assert (shown.width, shown.height) == view.size(rect.width, rect.height)


@given(rotation=st.sampled_from([0, 90, 180, 270]), wide=st.integers(1, 400), high=st.integers(1, 400))
def test_the_matrix_lays_upright_content_exactly_over_its_box(
    rotation: Quarter, wide: int, high: int
) -> None:
    view = View(rotation)
    a, b, c, d, e, f = view.matrix(wide, high)
    width, height = view.size(wide, high)
    corners = {
        (a * x + c * y + e, b * x + d * y + f) for x, y in ((0, 0), (width, 0), (0, height), (width, height))
    }
    assert corners == {(0, 0), (wide, 0), (0, high), (wide, high)}


def test_the_margin_holds_on_both_sides_of_a_page_that_does_not_begin_at_zero() -> None:
    page = PdfRect(50.5, 100.25, 500.75, 700.1)
    marks = place_marks(page, officer="Lê Văn MẪU", organisation="UBND xã Mẫu")
    assert 0 <= marks.officer.left - page.left - MARGIN_SIDE < 1
    assert 0 <= page.right - marks.organisation.right - MARGIN_SIDE < 1

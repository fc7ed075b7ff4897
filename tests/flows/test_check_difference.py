"""What was read beside what it was corrected to: both can be put together again from the pieces."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from flows.checking.difference import Kind, Piece, difference


@given(st.text(max_size=40), st.text(max_size=40))
def test_without_what_was_inserted_it_is_the_one_text_and_without_what_was_deleted_the_other(
    read: str, corrected: str
) -> None:
    pieces = difference(read, corrected)
    before = "".join(one.text for one in pieces if one.kind is not Kind.INSERTED)
    after = "".join(one.text for one in pieces if one.kind is not Kind.DELETED)
    texts = [unicodedata.normalize("NFC", text) for text in (read, corrected)]
    if pieces:
        assert ([*map(str.lower, before)], after) == ([*map(str.lower, texts[0])], texts[1])
    else:
        assert not read or texts[0].lower() == texts[1].lower()


def test_a_letter_with_its_marks_is_one_letter() -> None:
    decomposed = unicodedata.normalize("NFD", "Nguyễn Thị Thủy")
    assert difference(decomposed, "Nguyễn Thị Thuỷ") == (
        Piece(Kind.SAME, "Nguyễn Thị Th"),
        Piece(Kind.DELETED, "ủy"),
        Piece(Kind.INSERTED, "uỷ"),
    )


def test_texts_that_have_little_in_common_stand_one_after_the_other() -> None:
    assert difference("02 tháng tư", "XYZ") == (
        Piece(Kind.DELETED, "02 tháng tư"),
        Piece(Kind.INSERTED, "XYZ"),
    )


def test_capitals_make_no_difference() -> None:
    assert difference("NÔNG THỊ BÍCH LIỄU", "Nông Thị Bích Liễu") == ()
    assert difference("NÔNG THỊ BÍCH LIÊU", "Nông Thị Bích Liễu") == (
        Piece(Kind.SAME, "Nông Thị Bích Li"),
        Piece(Kind.DELETED, "Ê"),
        Piece(Kind.INSERTED, "ễ"),
        Piece(Kind.SAME, "u"),
    )

"""All that was read on a page: what the language chose beside what the engine read, letter by letter."""

from __future__ import annotations

from dossier.geometry import Box
from dossier.text import Line, PageText, Word
from flows.checking.difference import Kind, Piece
from flows.checking.page_words import MOST_LINES, words_of

SOMEWHERE = Box(0, 0, 9, 5)


def line(*words: str | tuple[str, str], block: int = 0) -> Line:
    """Words as they count; with what was read first where that is another one."""
    told = [(word, "") if isinstance(word, str) else word for word in words]
    return Line(tuple(Word(text, SOMEWHERE, 0.9, read) for text, read in told), block)


def page(*lines: Line) -> PageText:
    return PageText(page=2, width=100, height=100, dpi=100, lines=lines)


def test_words_that_were_chosen_anew_show_what_was_read_first() -> None:
    found = words_of(page(line("thẩm", ("quyền", "quyên"), "giải"), line("quyết")), pages=(2, 3))
    assert found.lines == (
        (
            Piece(Kind.SAME, "thẩm "),
            Piece(Kind.SAME, "quy"),
            Piece(Kind.DELETED, "ê"),
            Piece(Kind.INSERTED, "ề"),
            Piece(Kind.SAME, "n"),
            Piece(Kind.SAME, " giải"),
        ),
        (Piece(Kind.SAME, "quyết"),),
    )
    assert (found.changed, found.page, found.pages, found.cut) == (1, 2, (2, 3), False)


def test_a_capital_that_was_read_as_a_small_letter_shows() -> None:
    found = words_of(page(line(("Ia", "la"), "Púch")), pages=(2,))
    assert found.lines[0][:2] == (Piece(Kind.DELETED, "la"), Piece(Kind.INSERTED, "Ia"))


def test_a_reading_that_kept_no_first_reading_shows_its_words() -> None:
    found = words_of(page(line("Kính", "gửi"), line("Căn", "cứ", block=1)), pages=(2,))
    assert found.lines == ((Piece(Kind.SAME, "Kính gửi"),), (), (Piece(Kind.SAME, "Căn cứ"),))
    assert found.changed == 0


def test_a_page_of_very_many_lines_is_cut_and_says_so() -> None:
    found = words_of(page(*[line("chữ")] * (MOST_LINES + 1)), pages=(2,))
    assert len(found.lines) == MOST_LINES
    assert found.cut

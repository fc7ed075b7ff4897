"""The error tree: own codes, whole sentences, and safe passage between processes."""

from __future__ import annotations

import pickle
import re
import uuid
from string import Formatter

import pytest

from dossier.errors import (
    InputTooLargeError,
    InputUnreadableError,
    MotlanError,
    RecordMissingError,
    all_errors,
)

ALL = all_errors()


def details(kind: type[MotlanError]) -> dict[str, str | float]:
    """A value for every name in the templates of a class."""
    templates = (kind.vi, kind.en, kind.next_vi, kind.next_en)
    names = {name for text in templates for _, name, _, _ in Formatter().parse(text) if name}
    return dict.fromkeys(names - {"item"}, 7)


def names_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_class_has_a_code_of_its_own() -> None:
    codes = [kind.code for kind in ALL]
    assert sorted(set(codes)) == sorted(codes)
    assert all(re.fullmatch(r"[a-z]+(\.[a-z_]+)+", code) for code in codes)


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_every_class_speaks_both_languages_whole(kind: type[MotlanError]) -> None:
    for text in (kind.vi, kind.en, kind.next_vi, kind.next_en):
        assert text.strip() == text
        assert text
    assert names_in(kind.vi) == names_in(kind.en)
    error = kind("giay.pdf", cause="errno 5", **details(kind))
    for lang in ("vi", "en"):
        message = error.message("vi" if lang == "vi" else "en")
        assert "{" not in message
        assert "errno" not in message
    assert error.message() != error.message("en")


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_every_class_crosses_a_process_border_with_its_details(kind: type[MotlanError]) -> None:
    error = kind("giay.pdf", cause="errno 5", **details(kind))
    back = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes, made on the line
    assert type(back) is kind
    assert (back.item, back.cause, back.details) == (error.item, error.cause, error.details)
    assert (back.message(), str(back)) == (error.message(), str(error))


def test_the_item_and_the_values_stand_in_the_sentence() -> None:
    error = InputTooLargeError("anh lớn {x}.png", page=2, width=50_000, height=10)
    assert error.sentence() == "Trang 2 của anh lớn {x}.png quá lớn (50000×10 điểm ảnh)."
    assert str(error).startswith("input.too_large: Page 2 of anh lớn {x}.png")


def test_an_error_about_nothing_in_particular_shows_a_dash() -> None:
    assert InputUnreadableError().sentence() == "Tệp — bị hỏng, không đọc được."


def test_exit_codes_follow_the_branch_unless_a_class_has_its_own() -> None:
    assert all(kind.exit_code > 0 for kind in ALL)
    assert ALL[0] is MotlanError
    assert len(ALL) == len(set(ALL))


def test_what_was_typed_in_place_of_an_id_is_not_repeated() -> None:
    known = str(uuid.UUID(int=7))
    assert known in RecordMissingError(known).message()
    for typed in ("Đỗ Thị Mẫu", "001185000017", "f" * 63 + "g"):
        error = RecordMissingError(typed)
        assert typed not in f"{error} {error!r} {error.message()} {error.message('en')}"

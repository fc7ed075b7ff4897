"""Two readings of one paper differ in letters, two papers in words and digits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dossier.documents import Document
from dossier.fields import Evidence, Field
from dossier.geometry import Box
from dossier.ids import DocumentId, ItemId
from dossier.same import CHANGED_DIGITS, CHANGED_FIELD, SAME_NUMBER, SAME_PICTURE, SAME_WORDS
from extraction.sameness import ChangeKind, Comparison, changed_fields, compare, judge
from tests.extraction.writing import page

ROWS = ("GIẤY KHAI SINH", "Số: 31/2019", "Họ và tên: MẪU THỊ MỘT", "Ngày sinh: 05/07/2019", "Dân tộc: Kinh")
PAPER = Document(
    id=DocumentId("3f1c0a4e-0000-5000-8000-000000000001"),
    item=ItemId("3f1c0a4e-0000-5000-8000-000000000002"),
    pages=(1,),
    type="birth_certificate",
    type_confidence=1.0,
)
KEYS = ("document_number", "full_name", "registration_date")


def changed(*rows: str, confidence: float = 0.995) -> Comparison:
    return compare([page(ROWS)], [page(rows, confidence=confidence)])


def paper(*, confidence: float = 0.99, **values: str) -> Document:
    fields = [
        Field(name=name, value=value, printed=value, confidence=confidence, page=1, box=Box(0, 0, 1, 1))
        for name, value in values.items()
    ]
    return replace(PAPER, fields=tuple(fields))


def test_the_same_words_are_the_same() -> None:
    assert changed(*ROWS) == Comparison(1.0, ())
    assert compare([page([])], [page([])]) == Comparison(0.0, ())


def test_points_accents_and_single_letters_are_misreadings() -> None:
    found = changed(
        "GIAY KHAI SINH", "Số : 31/2019", "Họ và tên: MẪU THỊ MỌT", "Ngày sinh: 05/07/2019", "Dân tôc: Kinh."
    )
    assert found.changes == ()
    assert found.likeness > 0.95


def test_a_changed_digit_is_told_with_both_places() -> None:
    found = changed(*(row.replace("31/2019", "37/2019") for row in ROWS))
    (change,) = found.changes
    assert (change.kind, change.before, change.after, change.sure) == (
        ChangeKind.DIGITS,
        "31/2019",
        "37/2019",
        True,
    )
    assert change.left is not None
    assert change.right is not None
    assert change.left.box == change.right.box
    assert found.likeness > 0.85


def test_a_digit_that_was_hardly_read_is_not_sure() -> None:
    rows = [row.replace("31/2019", "37/2019") for row in ROWS]
    (change,) = changed(*rows, confidence=0.5).changes
    assert not change.sure


def test_other_words_more_words_and_fewer_words_are_told_apart() -> None:
    rows = (*ROWS[:2], "Họ và tên: TRẦN VĂN HAI", *ROWS[3:])
    assert {change.kind for change in changed(*rows).changes} == {ChangeKind.WORDS}
    assert [change.kind for change in changed(*ROWS, "Bản sao").changes] == [ChangeKind.ADDED]
    assert [change.kind for change in changed(*ROWS[:-1]).changes] == [ChangeKind.REMOVED]


def test_only_fields_that_were_surely_read_are_changed() -> None:
    left = paper(document_number="31/2019", full_name="Mẫu Thị Một")
    assert changed_fields(left, paper(document_number="31/2019"), key_fields=KEYS) == ()
    assert changed_fields(left, paper(document_number="32/2019"), key_fields=KEYS) == ("document_number",)
    doubtful = paper(document_number="32/2019", confidence=0.6)
    assert changed_fields(left, doubtful, key_fields=KEYS) == ()
    said = replace(doubtful, fields=(replace(doubtful.fields[0], evidence=Evidence.PERSON),))
    assert changed_fields(left, said, key_fields=KEYS) == ("document_number",)


LIKE, UNLIKE = Comparison(0.95, ()), Comparison(0.2, ())


@pytest.mark.parametrize(
    ("right", "said", "pictures", "because"),
    [
        (paper(document_number="31/2019"), LIKE, True, (SAME_NUMBER, SAME_PICTURE, SAME_WORDS)),
        (paper(document_number="31/2019"), LIKE, False, (SAME_NUMBER, SAME_WORDS)),
        (paper(document_number="31/2019"), None, True, (SAME_NUMBER, SAME_PICTURE)),
        (paper(document_number="31/2019"), UNLIKE, False, ()),
        (paper(), LIKE, True, (SAME_PICTURE, SAME_WORDS)),
        (paper(), LIKE, False, ()),
        (paper(document_number="37/2019"), LIKE, True, (SAME_PICTURE, SAME_WORDS, CHANGED_FIELD)),
        (
            paper(document_number="37/2019", registration_date="2020-01-01"),
            LIKE,
            True,
            (),
        ),
    ],
)
def test_what_is_worth_a_question(
    right: Document, said: Comparison | None, pictures: bool, because: tuple[str, ...]
) -> None:
    left = paper(document_number="31/2019", registration_date="2019-07-05")
    assert judge(left, right, said, pictures_agree=pictures, key_fields=KEYS) == because


def test_sure_digits_that_differ_are_named() -> None:
    said = changed(*(row.replace("05/07/2019", "06/07/2019") for row in ROWS))
    number = paper(document_number="31/2019")
    assert CHANGED_DIGITS in judge(number, number, said, pictures_agree=True, key_fields=KEYS)

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.errors import RulebookError
from extraction.folding import squash
from rulebook.papers import check_papers, read_paper
from rulebook.variants import Variant, plain
from tests.rulebook.tables import LIBRARY_CARD, office

DATED = '{ text = "Chủ thẻ", since = 2016-01-01, until = 2025-06-30, form = "Mẫu 2016" }'


def _table(folder: Path, labels: str) -> Path:
    path = folder / "paper.toml"
    path.write_text(LIBRARY_CARD.replace('labels = ["Bạn đọc"]', f"labels = {labels}"), encoding="utf-8")
    return path


def test_a_label_may_say_when_and_on_which_form_it_was_printed(tmp_path: Path) -> None:
    spec = read_paper(_table(tmp_path, f'["Bạn đọc", {DATED}]'), own=True)
    field = spec.by_name["reader_full_name"]
    assert field.labels == ("Bạn đọc", "Chủ thẻ")
    assert field.variants[0] == Variant(text="Bạn đọc")
    assert field.variants[1] == Variant(
        text="Chủ thẻ", since=date(2016, 1, 1), until=date(2025, 6, 30), form="Mẫu 2016"
    )


def test_titles_may_be_dated_too(tmp_path: Path) -> None:
    spec = read_paper(_table(tmp_path, '["Bạn đọc"]'), own=True)
    assert spec.titles == ("THẺ THƯ VIỆN", "THẺ ĐỌC SÁCH")
    assert [variant.form for variant in spec.title_variants] == ["", "Quy chế cũ"]


@pytest.mark.parametrize(
    ("entry", "word"),
    [
        ('{ text = "Chủ thẻ", since = 2026-01-01, until = 2025-01-01 }', "since sau ngày until"),
        ('{ text = "Chủ thẻ", from = 2026-01-01 }', "không biết khóa from"),
        ("{ since = 2026-01-01 }", "cần chữ"),
        ('{ text = "  " }', "rỗng"),
        ('{ text = "Chủ thẻ", since = "2026" }', "cần ngày"),
        ('{ text = "Chủ thẻ", since = 2026-01-01T08:00:00 }', "cần ngày"),
        ('{ text = "Chủ thẻ", form = 5 }', "cần chữ"),
        ("7", "cần chữ"),
        ('"Chủ\\u0007 thẻ"', "ký tự điều khiển"),
        (f'"{"x" * 201}"', "dài quá 200"),
    ],
)
def test_a_wrong_variant_is_refused_with_its_line(tmp_path: Path, entry: str, word: str) -> None:
    with pytest.raises(RulebookError) as caught:
        read_paper(_table(tmp_path, f'[\n  "Bạn đọc",\n  {entry},\n]'), own=True)
    assert word in caught.value.sentence()
    line = caught.value.details["line"]
    assert isinstance(line, int)
    assert 32 <= line <= 35


def test_the_line_of_a_wrong_entry_of_a_long_list_is_its_own(tmp_path: Path) -> None:
    wrong = '{ text = "Chủ thẻ", since = 2026-01-01, until = 2025-01-01 }'
    path = _table(tmp_path, f'[\n  "Bạn đọc",\n  {wrong},\n]')
    found = check_papers(office=office(tmp_path / "office", card=path.read_text("utf-8"))).problems
    (problem,) = [problem for problem in found if problem.source.name == "card.toml"]
    assert 'text = "Chủ thẻ"' in path.read_text("utf-8").splitlines()[problem.line - 1]


@pytest.mark.parametrize(
    ("day", "covered"),
    [
        (date(2015, 12, 31), False),
        (date(2016, 1, 1), True),
        (date(2025, 6, 30), True),
        (date(2025, 7, 1), False),
    ],
)
def test_the_first_and_the_last_day_belong_to_a_variant(day: date, covered: bool) -> None:
    variant = Variant(text="Chủ thẻ", since=date(2016, 1, 1), until=date(2025, 6, 30))
    assert variant.covers(day) is covered


@given(st.text())
def test_the_rulebook_and_the_reader_of_labels_fold_texts_alike(text: str) -> None:
    vietnamese = "".join(mark for mark in text if len(mark.lower()) == 1 and mark.isascii())
    assert plain(vietnamese) == squash(vietnamese)


@given(st.text(alphabet="ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ ,.:ABCĐẶxyz019"))
def test_vietnamese_letters_fold_alike_too(text: str) -> None:
    assert plain(text) == squash(text)

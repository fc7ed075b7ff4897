import itertools
import math
from pathlib import Path

import numpy as np
import pytest

from ocr.language.confusions import load_confusions
from ocr.language.lattice import Choice, Slot, alternatives, certain, from_word, number_repairs, widen
from ocr.language.learn import confusion_rows, trust_rows
from ocr.language.model import DATA, load_model
from ocr.language.names import guards, load_names
from ocr.language.placement import page_placement, placement_of
from ocr.language.tokens import BORDER, CODE, NUMBER, UNKNOWN, running_tokens
from ocr.language.train import below_hundred, divide, write_tables


def test_tables_made_from_lines_hold_counts_only_and_load(tmp_path: Path) -> None:
    lines = ["Thẩm quyền quyết định số 12/QĐ-UBND.", "thẩm quyền quyết định; thẩm quyền quyết định 5"] * 3
    write_tables(lines, tmp_path)

    model = load_model(tmp_path)

    assert {"thẩm", "quyền", NUMBER, CODE, UNKNOWN, BORDER} <= model.ids.keys()
    assert model.knows_pair("thẩm", "quyền") == 9
    after = [np.array([model.id_of(token)]) for token in ("thẩm", "quyền", "quyết")]
    assert float(np.exp(model.log_probs(*after)[0])) > 0.5


def test_misprints_of_a_common_pair_are_not_counted(tmp_path: Path) -> None:
    write_tables(["thẩm quyền"] * 400 + ["thâm quyên", "thâm quyên", "thâm nhập", "thâm nhập"], tmp_path)

    assert load_model(tmp_path).knows_pair("thâm", "quyên") == 0


def test_the_last_tenth_is_held_out() -> None:
    assert divide(list("abcdefghij")) == (list("abcdefghi"), ["j"])


def test_numbers_codes_and_sentence_ends_are_classes() -> None:
    assert running_tokens("Điều 5. Số 10/QĐ; hoà-bình") == [
        *(BORDER, "điều", NUMBER, BORDER, "số", CODE, BORDER, "hoà", "bình", BORDER)
    ]


def test_committed_tables_are_small() -> None:
    assert sum(path.stat().st_size for path in DATA.iterdir()) < 4_000_000


@pytest.mark.parametrize(
    ("number", "words"),
    [(5, "năm"), (10, "mười"), (11, "mười một"), (21, "hai mươi mốt"), (95, "chín mươi lăm")],
)
def test_numbers_in_words(number: int, words: str) -> None:
    assert below_hundred(number) == words


def test_mistakes_are_counted_by_character_and_confidence(tmp_path: Path) -> None:
    pairs = [("tổ", "tô", 0.96), ("tổ", "tổ", 0.96), ("nhà", "cửa", 0.5), ("5.", "5,", 0.92)]

    assert confusion_rows(pairs) == "t\tt\t2\nô\tổ\t1\nổ\tổ\t1\n"
    assert "0.96\t1\t1\n" in trust_rows(pairs)
    (tmp_path / "confusions.tsv").write_text(confusion_rows(pairs), encoding="utf-8")
    (tmp_path / "trust.tsv").write_text(trust_rows(pairs), encoding="utf-8")
    assert (
        dict(load_confusions(tmp_path).chances["ô"])["ổ"] > dict(load_confusions(tmp_path).chances["ê"])["ể"]
    )


def test_surer_words_are_never_held_more_often_wrong() -> None:
    table = load_confusions()
    chances = [table.chance_wrong(step / 100) for step in range(101)]
    assert all(later <= sooner + 1e-9 for sooner, later in itertools.pairwise(chances))


@pytest.mark.parametrize(
    ("read", "printed"),
    [("12I5", "1215"), ("1O0", "100"), ("12I04I1991", "12/04/1991"), ("1à", "là"), ("c0n", "con")],
)
def test_letters_in_numbers_and_digits_in_words(read: str, printed: str) -> None:
    assert printed in dict(number_repairs(read))


@pytest.mark.parametrize("code", ["12/2019/QĐ-UBND", "A10", "010091999101", "2b", "VP00812", "I2"])
def test_codes_have_no_other_reading(code: str) -> None:
    assert not alternatives(code, confusions=load_confusions())


def test_scores_are_what_the_confidence_leaves() -> None:
    for confidence in (0.3, 0.7, 0.99):
        slot = from_word("quyên", confidence)
        assert sum(math.exp(choice.score) for choice in slot.choices) <= 1.0 + 1e-9


def test_an_engine_with_alternatives_keeps_its_scores_when_widened() -> None:
    slot = widen(Slot((Choice("quyên", math.log(0.9)), Choice("quyển", math.log(0.08)))))

    assert slot.choices[0] == Choice("quyên", math.log(0.9))
    assert Choice("quyển", math.log(0.08)) in slot.choices
    assert "quyền" in {choice.text for choice in slot.choices}


@pytest.mark.parametrize(
    ("line", "levels"),
    [
        ("ông Nguyễn Văn Rùng ký", "name name name name plain"),
        ("xã Tả Van Chư, huyện", "name name name name plain"),
        ("của Ủy ban nhân dân", "plain capital plain plain plain"),
        ("Full name of the holder", "name name name name name"),
    ],
)
def test_names_are_found_where_papers_print_them(line: str, levels: str) -> None:
    slots = [certain(word) for word in line.split()]
    assert " ".join(guards(slots, model=load_model(), names=load_names())) == levels


def test_tone_placement_of_words_and_pages() -> None:
    assert [placement_of(word) for word in ("hòa", "hoà", "Thúy,", "quý", "nhà")] == [
        *("old", "new", "old", "same", "same")
    ]
    assert page_placement(["hoà", "thuý", "hòa"]) == "new"
    assert page_placement([]) == "old"

from __future__ import annotations

import pytest

from extraction.secrecy import secrecy_mark
from tests.extraction.papers import DECISION, Rows
from tests.extraction.writing import page


@pytest.mark.parametrize("mark", ["MẬT", "TỐI MẬT", "TUYỆT MẬT", "[MẬT]", "MÂT"])
def test_a_mark_alone_in_the_upper_part_stops_the_paper(mark: str) -> None:
    rows: Rows = [*DECISION[:4], (110, mark), *DECISION[4:]]
    assert secrecy_mark(page(rows))


def test_a_mark_beside_the_heading_stops_the_paper() -> None:
    rows: Rows = [[(60, "TUYỆT MẬT"), (500, "Độc lập - Tự do - Hạnh phúc")]]
    assert secrecy_mark(page(rows))


@pytest.mark.parametrize(
    "text",
    [
        "Về việc bảo vệ bí mật nhà nước",
        "BÍ MẬT NHÀ NƯỚC",
        "MẬT ĐỘ XÂY DỰNG",
        "BẢO MẬT",
        "mật",
        "Mật khẩu",
        "HỎA TỐC",
    ],
)
def test_ordinary_words_do_not_stop_a_paper(text: str) -> None:
    assert not secrecy_mark(page([*DECISION[:4], (110, text), *DECISION[4:]]))


def test_a_mark_in_the_lower_part_is_not_a_secrecy_mark() -> None:
    rows: Rows = [""] * 30
    assert not secrecy_mark(page([*rows, "MẬT"]))

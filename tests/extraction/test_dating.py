"""Labels of another time give a reason and nothing harder. People are invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from extraction.dating import OTHER_TIME
from extraction.document import understand_paper
from rulebook.papers import load_papers
from tests.extraction.writing import Piece, centred, page
from tests.rulebook.tables import LIBRARY_CARD, office

DATED = (
    LIBRARY_CARD.replace(
        'labels = ["Bạn đọc"]',
        'labels = ["Bạn đọc", { text = "Chủ thẻ", since = 2016-01-01, until = 2020-12-31 }]',
    )
    + """
[[field]]
name = "issue_date"
label_vi = "Ngày cấp"
kind = "date"
labels = ["Ngày cấp"]
"""
)


@pytest.mark.parametrize(
    ("label", "issued", "reason"),
    [
        ("Chủ thẻ", "05/05/2018", False),
        ("Chủ thẻ", "31/12/2020", False),
        ("Chủ thẻ", "01/01/2021", True),
        ("Chủ thẻ", "31/12/2015", True),
        ("Bạn đọc", "01/01/2021", False),
        ("Chủ thẻ", "", False),
    ],
)
def test_a_label_of_another_time_is_noted_and_the_value_stays(
    tmp_path: Path, label: str, issued: str, *, reason: bool
) -> None:
    papers = load_papers(office=office(tmp_path / "o", card=DATED))
    rows: list[Piece | list[Piece]] = [
        centred("THẺ THƯ VIỆN"),
        "",
        "Số thẻ: TV-0042",
        f"{label}: Lý Thị Mẩy",
        f"Ngày cấp: {issued}",
    ]
    paper = understand_paper([page(rows)], papers)
    (field,) = [field for field in paper.fields if field.name == "reader_full_name"]
    assert field.value == "Lý Thị Mẩy"
    assert (OTHER_TIME in field.reasons) is reason
    assert "reader_full_name" not in paper.questions

"""The papers of the truth set are such as an office could have made."""

from __future__ import annotations

from datetime import date

import pytest

from bench.truth.coherence import contradictions
from bench.truth.fonts import HALVES, Half, shares
from bench.truth.make import print_in_some
from bench.truth.plan import LAYOUTS, Entry


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_made_paper_contradicts_itself(layout: str, half: Half) -> None:
    for seed in (1, 2):
        entry = Entry(index=0, layout=layout, half=half, grade="clean")
        _, paper, _ = print_in_some(shares(half)[:3], entry, seed=seed)
        assert contradictions(paper) == {}


def test_a_paper_that_contradicts_itself_is_told() -> None:
    entry = Entry(index=0, layout="identity_card", half="tune", grade="clean")
    _, paper, _ = print_in_some(shares("tune")[:3], entry, seed=1)
    born = paper.fields.entries["date_of_birth"].value
    paper.fields.day("issue_date", date(int(born[:4]) - 1, 1, 1))
    assert "date.order_conflict" in contradictions(paper)["issue_date"]

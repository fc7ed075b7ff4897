from __future__ import annotations

from dossier.text import Finding
from dossier.totals import PAGES_DIFFER, PAPERS_DIFFER, Count, Difference, differences, total


def test_what_nobody_counted_cannot_differ() -> None:
    assert list(differences(Count(), Count(3, 7))) == []
    assert list(differences(Count(3, 0), Count(3, 7))) == []


def test_each_count_that_differs_is_told_with_both_numbers() -> None:
    assert list(differences(Count(2, 9), Count(3, 7), page=4)) == [
        Difference(code=PAPERS_DIFFER, page=4, declared=2, found=3),
        Difference(code=PAGES_DIFFER, page=4, declared=9, found=7),
    ]


def test_a_finding_tells_what_is_too_much_and_what_is_missing() -> None:
    missing = Difference(code=PAGES_DIFFER, page=4, declared=9, found=7)
    assert missing.finding == Finding("batch.pages_differ", 4, -2.0)
    assert missing.as_json() == {"code": "batch.pages_differ", "page": 4, "declared": 9, "found": 7}


def test_counts_add_up() -> None:
    assert total([Count(1, 2), Count(2, 5)]) == Count(3, 7)
    assert total([]) == Count()

"""Counts of the national portal: read from files, chosen where periods overlap, and weighed in 1.4."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.errors import InputTableError
from dossier.portal import PortalCount, received_by_office
from rulebook.period_report import period_report
from rulebook.portal_files import read_counts
from tests.rulebook.test_service_index import FIRST, LAST, at, facts

OFFICE = "H26.5.12"
NOVEMBER = PortalCount(office=OFFICE, first=date(2026, 11, 1), last=date(2026, 11, 30), received=412)


def test_a_file_of_the_portal_is_read_as_people_write_it() -> None:
    table = "\ufeffMã cơ quan;Từ ngày;Đến ngày;Tiếp nhận\nH26.5.12;01/11/2026;30/11/2026;412\n;;;\n"
    assert read_counts(table.encode(), item="a.csv") == (NOVEMBER,)
    listed = '[{"office": "H26.5.12", "from": "2026-11-01", "to": "2026-11-30", "received": 412}]'
    assert read_counts(listed.encode(), item="a.json") == (NOVEMBER,)


def bomb() -> bytes:
    """A workbook whose sheet unpacks to far more than its bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 50_000_000)
    return packed.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"office,from,to\nH26,2026-11-01,2026-11-30\n",
        b"office,from,to,received\n",
        b"office,from,to,received\nH26,2026-11-31,2026-11-30,1\n",
        b"office,from,to,received\nH26,2026-11-01,2026-11-30,-1\n",
        b"office,from,to,received\nH26,2026-11-01,2026-11-30,\n",
        b"office,from,to,received\n\xff,2026-11-01,2026-11-30,1\n",
        b'[{"office": "H26"}]',
        b"[1]",
        b"[" * 100_000,
        b"PK no workbook",
        bomb(),
    ],
)
def test_what_is_no_such_file_is_refused_with_its_line(content: bytes) -> None:
    with pytest.raises(InputTableError):
        read_counts(content, item="a")


PERIODS = st.tuples(st.integers(1, 28), st.integers(0, 9), st.integers(0, 50)).map(
    lambda told: PortalCount(
        office=OFFICE,
        first=date(2026, 11, told[0]),
        last=date.fromordinal(date(2026, 11, told[0]).toordinal() + told[1]),
        received=told[2],
    )
)


@given(st.lists(PERIODS, max_size=7))
def test_of_periods_that_overlap_the_choice_that_gives_most_counts(counts: list[PortalCount]) -> None:
    def apart(chosen: tuple[PortalCount, ...]) -> bool:
        return all(a.last < b.first or b.last < a.first for a, b in combinations(chosen, 2))

    most = max(
        sum(one.received for one in chosen)
        for size in range(len(counts) + 1)
        for chosen in combinations(counts, size)
        if apart(chosen)
    )
    assert received_by_office(counts).get(OFFICE, 0) == most


def test_the_larger_count_of_each_office_is_what_is_measured_against() -> None:
    ours = [facts(order) for order in (1, 2)]
    national = {OFFICE: 1, "H26.5.13": 3}
    made = period_report(ours, FIRST, LAST, now=at(30), full_at={}, national=national)
    assert (made.whole.index["1.4"].counted, made.whole.index["1.4"].of) == (2, 5)
    assert made.offices["H26.5.13"].index["1.4"].share == Fraction(0)
    assert made.offices[OFFICE].index["1.4"].share == Fraction(1)
    assert made.whole.index["4.3"].of == 2

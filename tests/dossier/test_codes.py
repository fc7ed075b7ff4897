"""Legal codes: what is read, what is refused, and what survives the way there and back."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.codes import digitised_result_code, parse_dossier_code, parse_procedure_code
from dossier.errors import ArgumentError

AGENCIES = st.one_of(
    st.from_regex(r"[0-9A-Z]{3}\.[0-9A-Z]{2}\.[0-9A-Z]{2}\.[A-Z][0-9]{2}", fullmatch=True),
    st.from_regex(r"[A-Z][0-9]{2}(\.[0-9A-Z]{1,3}){0,3}", fullmatch=True),
)


@pytest.mark.parametrize(
    ("text", "agency", "received", "order"),
    [
        ("H26.5.12-261102-0001", "H26.5.12", date(2026, 11, 2), "0001"),
        ("000.A0.01.H26-220131-0042", "000.A0.01.H26", date(2022, 1, 31), "0042"),
        (" h26-261102-123456 ", "H26", date(2026, 11, 2), "123456"),
    ],
)
def test_a_dossier_code_is_read_in_both_orders_of_agency_parts(
    text: str, agency: str, received: date, order: str
) -> None:
    code = parse_dossier_code(text)
    assert (code.agency, code.received, code.order) == (agency, received, order)


@given(AGENCIES, st.dates(date(2000, 1, 1), date(2068, 12, 31)), st.from_regex(r"[0-9]{4,6}", fullmatch=True))
def test_a_dossier_code_prints_as_it_was_read(agency: str, day: date, order: str) -> None:
    text = f"{agency}-{day:%y%m%d}-{order}"
    code = parse_dossier_code(text)
    assert str(code) == text
    assert code.received == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "H26",
        "H26-261102-001",
        "H26-261302-0001",
        "H26-260230-0001",
        "H26/261102/0001",
        "H26-261102-٠٠٠١",
        "../x",
    ],
)
def test_what_is_no_dossier_code_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        parse_dossier_code(text)
    assert "H26.5.12-261102-0001" in caught.value.sentence()


@pytest.mark.parametrize(
    ("text", "short"),
    [("1.004222", "1.004222"), (" 2.001035 ", "2.001035"), ("1.004222.000.00.00.H49", "1.004222")],
)
def test_a_procedure_code_is_kept_short(text: str, short: str) -> None:
    assert parse_procedure_code(text) == short


@pytest.mark.parametrize("text", ["", "1004222", "1.00422", "1.0042222", "1.004222.H49", "١.٠٠٤٢٢٢"])
def test_what_is_no_procedure_code_is_refused(text: str) -> None:
    with pytest.raises(ArgumentError):
        parse_procedure_code(text)


def test_the_code_of_a_digitised_result_has_its_parts_in_order() -> None:
    code = digitised_result_code(
        owner="011190000001", type_code="KQ.G15.000031", number="12/2025/KS", order=3
    )
    assert code == "011190000001.KQ_G15_000031.12_2025_KS.03"


@given(st.text(max_size=12), st.text(max_size=20), st.text(max_size=30), st.integers(1, 10_000))
def test_the_code_of_a_digitised_result_splits_back_into_four_parts(
    owner: str, type_code: str, number: str, order: int
) -> None:
    parts = digitised_result_code(owner=owner, type_code=type_code, number=number, order=order).split(".")
    assert len(parts) == 4
    assert int(parts[3]) == order
    assert not any(mark.isspace() or mark == "/" for part in parts for mark in part)


def test_an_owner_without_a_number_leaves_the_first_part_empty() -> None:
    assert digitised_result_code(owner="", type_code="decision", number="", order=1) == ".decision..01"

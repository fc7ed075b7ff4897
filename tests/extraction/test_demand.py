"""Steps of the promise about errors: what they do to a threshold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from extraction.demand import AS_MEASURED, Demand
from rulebook.paper_spec import FieldSpec, Kind, ThresholdFrom

FIELD = FieldSpec(name="document_number", label_vi="Số", kind=Kind.CODE, key=True)


def test_no_step_leaves_the_threshold() -> None:
    assert AS_MEASURED.threshold(FIELD, 0.97) == 0.97


@pytest.mark.parametrize(("step", "wanted"), [(1, 0.98), (2, 0.986_667), (4, 0.994_074)])
def test_a_step_up_divides_the_accepted_doubt(step: int, wanted: float) -> None:
    assert Demand(step).threshold(FIELD, 0.97) == pytest.approx(wanted, abs=1e-6)
    office = replace(FIELD, threshold_from=ThresholdFrom.OFFICE)
    assert Demand(step).threshold(office, 0.97) == pytest.approx(wanted, abs=1e-6)


def test_a_step_down_goes_to_the_floor_and_no_further() -> None:
    assert Demand(-1).threshold(FIELD, 0.86) == pytest.approx(0.79)
    assert Demand(-6).threshold(FIELD, 0.86) == 0.75
    assert Demand(-6, floor=0.8).threshold(FIELD, 0.86) == 0.8
    # What was below the floor already is not brought up by asking less.
    assert Demand(-1).threshold(FIELD, 0.7) == 0.7


@pytest.mark.parametrize("whose", [ThresholdFrom.TABLE, ThresholdFrom.OFFICE])
def test_what_a_table_or_an_office_wants_is_not_brought_down(whose: ThresholdFrom) -> None:
    assert Demand(-2).threshold(replace(FIELD, threshold_from=whose), 0.9) == 0.9

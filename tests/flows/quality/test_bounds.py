"""Exact bounds: against tables of the literature, by enumeration, and by what a stated confidence means."""

from __future__ import annotations

import math
import random
from itertools import product

import pytest

from flows.quality.bounds import at_most, lower_errors, plan, rate, upper_errors

SURE = 950_000


def exact(errors: int, population: int, wrong: int, sample: int) -> float:
    ways = sum(
        math.comb(wrong, found) * math.comb(population - wrong, sample - found)
        for found in range(errors + 1)
        if sample - found >= 0
    )
    return ways / math.comb(population, sample)


def test_the_chance_is_that_of_the_hypergeometric_distribution() -> None:
    for population, wrong, sample in product((1, 7, 30), (0, 1, 5, 30), (0, 1, 6, 30)):
        if wrong > population or sample > population:
            continue
        for errors in range(sample + 1):
            told = at_most(errors, population=population, wrong=wrong, sample=sample)
            assert told == pytest.approx(exact(errors, population, wrong, sample), abs=1e-12)


@pytest.mark.parametrize(
    ("sample", "errors", "percent"),
    [(59, 0, 4.95), (100, 0, 2.95), (100, 1, 4.66), (300, 3, 2.56), (1000, 10, 1.69)],
)
def test_large_populations_have_the_bounds_of_clopper_and_pearson(
    sample: int, errors: int, percent: float
) -> None:
    # One-sided 95 percent, by the quantile of the beta distribution.
    found = upper_errors(population=10_000_000, sample=sample, errors=errors, confidence=SURE)
    assert found / 100_000 == pytest.approx(percent, abs=0.01)


def test_a_whole_inspection_knows_and_no_sample_knows_nothing() -> None:
    assert upper_errors(population=40, sample=40, errors=3, confidence=SURE) == 3
    assert upper_errors(population=40, sample=0, errors=0, confidence=SURE) == 40
    assert lower_errors(population=40, sample=40, errors=3, confidence=SURE) == 3
    assert lower_errors(population=40, sample=0, errors=0, confidence=SURE) == 0
    assert upper_errors(population=0, sample=0, errors=0, confidence=SURE) == 0


def test_a_small_population_needs_less_than_a_large_one() -> None:
    bounds = [
        upper_errors(population=size, sample=100, errors=0, confidence=SURE) / size
        for size in (110, 200, 1000, 100_000)
    ]
    assert bounds == sorted(bounds)
    assert bounds[0] < 0.01
    assert bounds[-1] > 0.029


def test_the_bound_is_missed_no_more_often_than_stated_whatever_is_true() -> None:
    # Enumerated, not drawn: for every true number of errors the chance that the bound lies below it.
    for population, sample, confidence in ((60, 20, 950_000), (120, 45, 900_000), (25, 24, 500_000)):
        bounds = [
            upper_errors(population=population, sample=sample, errors=found, confidence=confidence)
            for found in range(sample + 1)
        ]
        for wrong in range(population + 1):
            missed = sum(
                exact(found, population, wrong, sample)
                - (exact(found - 1, population, wrong, sample) if found else 0)
                for found in range(sample + 1)
                if max(0, sample + wrong - population) <= found <= min(wrong, sample)
                and bounds[found] < wrong
            )
            assert missed <= 1 - confidence / 1_000_000 + 1e-9


@pytest.mark.parametrize("population", [50, 400, 3000, 10_000_000])
@pytest.mark.parametrize("error", [5_000, 10_000, 50_000])
def test_a_plan_holds_both_risks(population: int, error: int) -> None:
    found = plan(population, error=error, confidence=SURE)
    allowed = population * error // 1_000_000
    if found.sample < population:
        risk = at_most(found.accepts, population=population, wrong=allowed + 1, sample=found.sample)
        assert risk <= 0.05
        good = at_most(found.accepts, population=population, wrong=allowed // 5, sample=found.sample)
        assert good >= 0.9
        bound = upper_errors(
            population=population, sample=found.sample, errors=found.accepts, confidence=SURE
        )
        assert bound <= allowed
        smaller = at_most(found.accepts, population=population, wrong=allowed + 1, sample=found.sample - 1)
        assert smaller > 0.05
    else:
        assert found.accepts == allowed


def test_what_a_promise_costs_in_the_long_run() -> None:
    # 95 percent sure of at most one percent: 775 fields, of which three may be wrong.
    assert plan(10_000_000, error=10_000, confidence=SURE).accepts == 3
    assert plan(10_000_000, error=10_000, confidence=SURE).sample == 773


def test_rates_are_never_told_better_than_they_are() -> None:
    assert rate(1, 3) == 333_334
    assert rate(0, 3) == 0
    assert rate(0, 0) == 0


def test_numbers_that_are_no_sample_are_refused() -> None:
    for population, sample, errors in ((10, 11, 0), (10, 5, 6), (10, 5, -1)):
        with pytest.raises(ValueError, match="no sample"):
            upper_errors(population=population, sample=sample, errors=errors, confidence=SURE)


@pytest.mark.parametrize(
    ("true_rate", "least", "most"), [(0.012, 0.0, 0.05), (0.02, 0.0, 0.01), (0.002, 0.85, 1)]
)
def test_a_promise_that_is_broken_is_seldom_told_as_met(true_rate: float, least: float, most: float) -> None:
    # Whole lots, drawn and judged as the line does it; the seed makes each run the same.
    chance, runs, population = random.Random(20261127), 400, 4000  # noqa: S311
    wanted = plan(population, error=10_000, confidence=SURE)
    wrong, met = round(population * true_rate), 0
    for _ in range(runs):
        errors = sum(number < wrong for number in chance.sample(range(population), wanted.sample))
        bound = upper_errors(population=population, sample=wanted.sample, errors=errors, confidence=SURE)
        met += rate(bound, population) <= 10_000
    assert least <= met / runs <= most

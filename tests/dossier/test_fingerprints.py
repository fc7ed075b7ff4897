"""Fingerprints of pages as values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.errors import ArgumentError
from dossier.fingerprints import BITS, Fingerprint

fingerprints = st.integers(min_value=0, max_value=(1 << BITS) - 1).map(Fingerprint)


@given(fingerprints)
def test_a_fingerprint_comes_back_from_its_text(print_: Fingerprint) -> None:
    assert Fingerprint.from_text(str(print_)) == print_
    assert len(str(print_)) == 64


@given(fingerprints, fingerprints, fingerprints)
def test_distance_is_a_metric(one: Fingerprint, other: Fingerprint, third: Fingerprint) -> None:
    assert (one.distance(other) == 0) == (one == other)
    assert one.distance(other) == other.distance(one)
    assert one.distance(third) <= one.distance(other) + other.distance(third)


@pytest.mark.parametrize("text", ["", "12", "g" * 64, "0x" + "1" * 62, "-" + "1" * 63, "1" * 65, "1_" * 32])
def test_what_is_no_fingerprint_is_refused(text: str) -> None:
    with pytest.raises(ArgumentError):
        Fingerprint.from_text(text)


def test_a_number_too_large_is_refused() -> None:
    with pytest.raises(ArgumentError):
        Fingerprint(1 << BITS)

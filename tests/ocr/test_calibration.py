from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.geometry import Box
from dossier.text import Line, Word
from ocr.calibration import KINDS, Curve, calibrated, chance_right, engine_name, kind_of, load_curves
from ocr.net.engine import NetEngine

_TEXTS = st.text(st.characters(exclude_categories=("Cs", "Z", "C")), min_size=1, max_size=12)
_CHANCES = st.floats(0, 1)
_ENGINES = sorted(load_curves())


def _line(*words: tuple[str, float]) -> Line:
    return Line(
        tuple(Word(text, Box(10 * i, 0, 10 * i + 8, 9), sure) for i, (text, sure) in enumerate(words)),
        block=3,
    )


def test_both_engines_have_a_table_under_the_name_in_their_version() -> None:
    assert engine_name(NetEngine().version()) == "net"
    assert engine_name("tesseract 5.3.0 vie") == "tesseract"
    assert {"net", "tesseract"} <= load_curves().keys()


@pytest.mark.parametrize("engine", _ENGINES)
def test_every_committed_map_rises_and_stays_between_0_and_1(engine: str) -> None:
    for curve in load_curves()[engine].values():
        assert len(curve.raw) == len(curve.right) > 0
        assert all(one < two for one, two in pairwise(curve.raw))
        assert all(one <= two for one, two in pairwise(curve.right))
        assert curve.raw[0] >= 0
        assert curve.raw[-1] <= 1
        assert curve.right[0] >= 0
        assert curve.right[-1] <= 1


@pytest.mark.parametrize("engine", _ENGINES)
@given(text=_TEXTS, first=_CHANCES, second=_CHANCES)
def test_a_surer_word_of_the_same_text_stays_surer(
    engine: str, text: str, first: float, second: float
) -> None:
    curves = load_curves()[engine]
    low, high = (chance_right(text, one, curves=curves) for one in sorted((first, second)))
    assert 0 <= low <= high <= 1


@given(words=st.lists(st.tuples(_TEXTS, _CHANCES), min_size=1, max_size=6))
def test_only_confidences_change(words: list[tuple[str, float]]) -> None:
    line = _line(*words)
    (found,) = calibrated([line], engine="motlan-net 1.1 vie")
    assert (found.text, found.box, found.block) == (line.text, line.box, line.block)
    assert [word.box for word in found.words] == [word.box for word in line.words]


def test_words_of_an_unknown_engine_stay_as_they_are() -> None:
    lines = (_line(("Giấy", 0.41), ("khai", 0.99)), _line(("sinh", 0.5)))
    assert calibrated(lines, engine="fixed 1") == lines
    assert calibrated(lines, engine="") == lines
    assert calibrated((), engine="tesseract 5.3.0 vie") == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("nghiệp,", "syllable"),
        ("(theo", "syllable"),
        ("Nguyễn", "capital"),
        ("QUYẾT", "capital"),
        ("14/06/2019", "number"),
        ("147/GM-SYT", "number"),
        ("quyêt", "other"),
        ("–", "other"),
        ("l", "other"),
        ("UBND", "other"),
    ],
)
def test_words_are_sorted_by_what_is_printed(text: str, kind: str) -> None:
    assert kind_of(text) == kind
    assert kind in KINDS


def test_a_curve_is_level_beyond_its_ends() -> None:
    curve = Curve((0.2, 0.8), (0.4, 0.9))
    assert [curve.at(place) for place in (0.0, 0.2, 0.5, 0.8, 1.0)] == pytest.approx(
        [0.4, 0.4, 0.65, 0.9, 0.9]
    )

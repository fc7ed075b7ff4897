"""What ``ocr/engine.py`` asks of an engine, asked of every one."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from ocr.arrays import GrayImage
from ocr.engine import Engine, EngineWord, RecogniseMode
from tests.contract.conftest import ENGINE_DPI, ENGINE_PAGES, ENGINE_TEXT

Readings = Mapping[str, tuple[EngineWord, ...]]

_READ: dict[int, Readings] = {}
_MODES: tuple[RecogniseMode, ...] = ("page", "block")


def _read(engine: Engine, image: GrayImage, mode: RecogniseMode = "page") -> tuple[EngineWord, ...]:
    return engine.recognise(image, dpi=ENGINE_DPI, mode=mode, seconds=60)


@pytest.fixture
def readings(engine: Engine) -> Readings:
    """What the engine read on each page, once for all tests; engines live as long as the process."""
    if id(engine) not in _READ:
        _READ[id(engine)] = {name: _read(engine, image) for name, image in ENGINE_PAGES.items()}
    return _READ[id(engine)]


@pytest.fixture(params=sorted(ENGINE_PAGES))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def page(name: str) -> GrayImage:
    return ENGINE_PAGES[name]


@pytest.mark.parametrize("mode", _MODES)
def test_print_is_read_in_both_modes(engine: Engine, mode: RecogniseMode) -> None:
    words = _read(engine, ENGINE_PAGES["print"], mode)
    assert " ".join(word.text for word in words) == " ".join(ENGINE_TEXT)


@pytest.mark.parametrize("mode", _MODES)
def test_an_empty_page_gives_no_word(engine: Engine, mode: RecogniseMode) -> None:
    assert _read(engine, ENGINE_PAGES["empty"], mode) == ()


def test_the_same_image_gives_the_same_words(
    engine: Engine, readings: Readings, name: str, page: GrayImage
) -> None:
    assert _read(engine, page.copy()) == readings[name]


def test_the_image_is_not_changed(engine: Engine, page: GrayImage) -> None:
    image = page.copy()
    _read(engine, image)
    assert np.array_equal(image, page)


def test_boxes_hold_something_and_lie_inside_the_image(
    readings: Readings, name: str, page: GrayImage
) -> None:
    height, width = page.shape
    for word in readings[name]:
        assert 0 <= word.box.left < word.box.right <= width, word
        assert 0 <= word.box.top < word.box.bottom <= height, word


def test_text_is_composed_and_holds_no_white_space(readings: Readings, name: str) -> None:
    for word in readings[name]:
        for text in (word.text, *(choice for choice, _ in word.choices)):
            assert text != ""
            assert unicodedata.is_normalized("NFC", text)
            assert not any(mark.isspace() for mark in text)


def test_confidence_is_a_share_and_choices_fall_from_the_likeliest(readings: Readings, name: str) -> None:
    for word in readings[name]:
        assert 0.0 <= word.confidence <= 1.0
        logs = [score for _, score in word.choices]
        assert logs == sorted(logs, reverse=True)
        assert all(score <= 0.0 for score in logs)


def test_words_of_one_line_belong_together_and_those_of_two_do_not(readings: Readings) -> None:
    words = readings["print"]
    groups: dict[tuple[int, int], list[str]] = {}
    for word in words:
        groups.setdefault((word.block, word.line), []).append(word.text)
    assert [" ".join(group) for group in groups.values()] == list(ENGINE_TEXT)


def test_boxes_stand_where_the_print_is(readings: Readings) -> None:
    image = ENGINE_PAGES["print"]
    covered = np.zeros(image.shape, dtype=np.bool_)
    for word in readings["print"]:
        part = image[word.box.top : word.box.bottom, word.box.left : word.box.right]
        assert (part < 128).any(), word
        covered[word.box.top : word.box.bottom, word.box.left : word.box.right] = True
    ink = image < 128
    assert (ink & covered).sum() >= 0.97 * ink.sum()


def test_threads_get_what_one_call_gets(engine: Engine, readings: Readings) -> None:
    names = sorted(ENGINE_PAGES) * 2
    images = [ENGINE_PAGES[name] for name in names]
    alone = [readings[name] for name in names]
    with ThreadPoolExecutor(len(images)) as pool:
        together = list(pool.map(lambda image: _read(engine, image), images))
    assert together == alone


def test_the_version_is_a_name_with_a_number_and_stays(engine: Engine) -> None:
    version = engine.version()
    name, *rest = version.split()
    assert name.replace("-", "").isalpha()
    assert any(mark.isdigit() for part in rest for mark in part)
    assert engine.version() == version

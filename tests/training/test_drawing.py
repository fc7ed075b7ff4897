"""Drawn lines and pages."""

from __future__ import annotations

import numpy as np

from training.alphabet import ALPHABET
from training.faces import Faces
from training.lines import HEIGHT, Lines
from training.pages import DrawnPage, Pages
from training.shards import batch_of, draw_batches
from training.sheet import HEIGHT as PAGE_HEIGHT
from training.sheet import WIDTH as PAGE_WIDTH
from training.texts import Texts


def lines_of(sentences: tuple[str, ...], faces: Faces, *, seed: int) -> Lines:
    return Lines(Texts(sentences, seed=seed), faces, seed=seed + 1)


def pages_of(sentences: tuple[str, ...], faces: Faces, *, seed: int, count: int) -> list[DrawnPage]:
    pages = Pages(Texts(sentences, seed=seed), faces, seed=seed + 1)
    return [pages.draw() for _ in range(count)]


def test_the_same_seed_draws_the_same_lines(sentences: tuple[str, ...], faces: Faces) -> None:
    one, two = (lines_of(sentences, faces, seed=11) for _ in range(2))
    for _ in range(25):
        left, right = one.draw(), two.draw()
        assert left.text == right.text
        assert np.array_equal(left.ink, right.ink)


def test_a_line_has_the_height_of_the_recogniser_and_ink(sentences: tuple[str, ...], faces: Faces) -> None:
    lines = lines_of(sentences, faces, seed=12)
    for _ in range(25):
        line = lines.draw()
        assert line.ink.dtype == np.uint8
        assert line.ink.shape[0] == HEIGHT
        assert line.ink.max() > 120, line.text


def test_labels_of_a_batch_spell_its_lines(sentences: tuple[str, ...], faces: Faces) -> None:
    lines = lines_of(sentences, faces, seed=13)
    drawn = [lines.draw() for _ in range(8)]
    batch = batch_of(drawn)
    ends = np.cumsum(batch["lengths"])
    codes = np.split(batch["labels"], ends[:-1])
    assert ["".join(ALPHABET[code - 1] for code in line) for line in codes] == [line.text for line in drawn]
    assert batch["ink"].shape[2] % 32 == 0


def test_every_line_of_a_batch_has_a_step_for_each_sign(sentences: tuple[str, ...], faces: Faces) -> None:
    batches = draw_batches(lines_of(sentences, faces, seed=14), 32, batch=16)
    assert [len(batch["lengths"]) for batch in batches] == [16, 16]
    for batch in batches:
        assert batch["ink"].shape[2] // 4 > batch["lengths"].max()
        assert batch["labels"].min() >= 1
        assert batch["labels"].max() <= len(ALPHABET)


def test_the_same_seed_draws_the_same_pages(sentences: tuple[str, ...], faces: Faces) -> None:
    one, two = (pages_of(sentences, faces, seed=21, count=1) for _ in range(2))
    for left, right in zip(one, two, strict=True):
        assert np.array_equal(left.ink, right.ink)
        assert np.array_equal(left.bands, right.bands)
        assert np.array_equal(left.foreign, right.foreign)


def test_bands_lie_where_there_is_ink(sentences: tuple[str, ...], faces: Faces) -> None:
    for page in pages_of(sentences, faces, seed=22, count=2):
        assert page.ink.shape == page.bands.shape == page.foreign.shape == (PAGE_HEIGHT, PAGE_WIDTH)
        inside = page.ink[page.bands > 0]
        outside = page.ink[(page.bands == 0) & (page.foreign == 0)]
        assert inside.mean() > 4 * outside.mean()

"""What the writing in a field looks like: the same for two scans of one writing, another for another one."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ocr.arrays import GrayImage
from ocr.field_looks import FieldLook, field_look


def written(text: str, *, scale: float = 1.2, left: int = 8, ink: int = 30) -> GrayImage:
    """A text on white paper, as large as it needs."""
    (width, height), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, 2)
    paper = np.full((height + 24, width + left + 12), 240, dtype=np.uint8)
    cv2.putText(paper, text, (left, height + 8), cv2.FONT_HERSHEY_SIMPLEX, scale, ink, 2, cv2.LINE_AA)
    return paper


def scanned(image: GrayImage, *, seed: int) -> GrayImage:
    """The same once more: softer, with the grain of a scanner."""
    grain = np.random.default_rng(seed).normal(0, 7, image.shape)
    soft = cv2.GaussianBlur(image, (0, 0), 0.8).astype(np.float64)
    return np.clip(soft + grain, 0, 255).astype(np.uint8)


def look_of(image: GrayImage) -> FieldLook:
    found = field_look(image)
    assert found is not None
    return found


@pytest.mark.parametrize("text", ["Nong Thi Bich", "20/11/2026", "004300999201"])
def test_two_scans_of_one_writing_look_alike(text: str) -> None:
    first = look_of(scanned(written(text), seed=1))
    second = look_of(scanned(written(text, left=23, ink=70), seed=2))
    assert first.is_like(second)
    assert first.distance(first) == 0.0


@pytest.mark.parametrize(
    ("one", "other"), [("Nong Thi Bich", "Giang Seo Chu"), ("20/11/2026", "08/12/1990"), ("Kinh", "Mong")]
)
def test_another_writing_looks_otherwise(one: str, other: str) -> None:
    assert not look_of(written(one)).is_like(look_of(written(other)))


def test_writing_of_another_length_is_another_one() -> None:
    assert look_of(written("Nong Thi")).distance(look_of(written("Nong Thi Bich"))) == 1.0


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_field_without_writing_has_no_look(level: int) -> None:
    assert field_look(np.full((30, 200), level, dtype=np.uint8)) is None


def test_a_speck_is_no_writing() -> None:
    paper = np.full((30, 200), 255, dtype=np.uint8)
    paper[10:13, 50:53] = 0
    assert field_look(paper) is None

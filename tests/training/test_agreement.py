"""What was drawn for training is what the program cuts, and the committed weights were made of it."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from bench.truth.fonts import FAMILIES
from ocr.net import crops, ctc, finder
from ocr.net.session import Network
from training import lines, sheet
from training.alphabet import ALPHABET
from training.faces import Faces

TRAINED = ("Tinos-Regular.ttf", "Tinos-Bold.ttf", "Arimo-Italic.ttf", "NotoSans-Regular.ttf", "dkg.ttf")
# EB Garamond is in neither half of the bench; it was held out all the same.
HELD_OUT = sorted(
    {Path(file).name for family in FAMILIES if family.half == "test" for file in (*family.files, family.mono)}
    | {"EBGaramond12-Regular.otf"}
)


def test_lines_are_drawn_as_the_program_cuts_them() -> None:
    drawn = (lines.HEIGHT, lines.BASELINE, lines.X_HEIGHT, lines.SQUEEZE, lines.STEP)
    assert drawn == (crops.HEIGHT, crops.BASELINE, crops.X_HEIGHT, crops.SQUEEZE, ctc.STEP)


def test_pages_are_drawn_as_the_program_reduces_them() -> None:
    assert sheet.DPI == finder.FINDER_DPI
    assert sheet.WIDTH % 32 == sheet.HEIGHT % 32 == 0


def test_the_weights_know_the_alphabet_of_the_training() -> None:
    assert Network("lines").note("alphabet") == ALPHABET


def test_the_weights_answer_for_every_sign_and_the_blank() -> None:
    ink = np.zeros((2, 1, lines.HEIGHT, 64), dtype=np.float32)
    assert Network("lines").run(ink).shape == (2, 64 // lines.STEP, len(ALPHABET) + 1)


def test_the_finder_answers_with_two_maps_of_the_page() -> None:
    ink = np.zeros((1, 1, 64, 96), dtype=np.float32)
    assert Network("finder").run(ink).shape == (1, 2, 64, 96)


@pytest.mark.parametrize("name", HELD_OUT)
def test_no_font_of_the_test_half_is_drawn(name: str, tmp_path: Path) -> None:
    for file in (*TRAINED, name):
        (tmp_path / file).touch()
    faces, rng = Faces(tmp_path), random.Random(1)
    picked = {faces.printed(rng).name for _ in range(400)} | {faces.written(rng).name for _ in range(20)}
    assert picked == set(TRAINED)

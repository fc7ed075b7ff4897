"""What is laid over lines of print."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
from PIL import Image

from training.faces import Faces
from training.lines import HEIGHT
from training.overlays import Bare, overlaid


def _blank(face: Path) -> Bare:
    return Bare(Image.new("L", (400, HEIGHT), 0), base=35.0, left=20.0, right=380.0, height=15.0, face=face)


def test_two_lines_in_five_have_something_over_them_and_the_rest_nothing(faces: Faces) -> None:
    rng, inked = random.Random(1), 0
    for _ in range(1000):
        line = _blank(faces.printed(rng))
        overlaid(line, "ỦY BAN NHÂN DÂN XÃ", rng)
        inked += bool(np.asarray(line.canvas).any())
    assert 320 <= inked <= 420


def test_the_same_seed_lays_the_same_over_a_line(faces: Faces) -> None:
    drawn = []
    for _ in range(2):
        rng = random.Random(7)
        lines = [_blank(faces.printed(rng)) for _ in range(60)]
        for line in lines:
            overlaid(line, "CÔNG AN XÃ", rng)
        drawn.append(np.stack([np.asarray(line.canvas) for line in lines]))
    assert np.array_equal(drawn[0], drawn[1])

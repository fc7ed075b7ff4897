"""An engine that looks twice: a page once, and its doubtful lines again at other sizes (``ocr.second_look``).

What Tesseract alone needs; the networks of ``ocr.net`` have further views of their own.
"""

from __future__ import annotations

import numpy as np

from ocr.arrays import GrayImage
from ocr.cleaning import CleanPage
from ocr.engine import Engine, EngineWord, RecogniseMode
from ocr.layout import without_specks
from ocr.second_look import look_again


class CarefulEngine:
    """The engine contract on top of another engine.

    Args:
        engine: reads, and reads again.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def version(self) -> str:
        """Of the engine, which is what reads."""
        return f"{self._engine.version()} (2)"

    def recognise(
        self, image: GrayImage, *, dpi: int, mode: RecogniseMode, seconds: float
    ) -> tuple[EngineWord, ...]:
        """See ``ocr.engine``; only whole pages are looked at twice."""
        words = self._engine.recognise(image, dpi=dpi, mode=mode, seconds=seconds)
        if mode != "page":
            return words
        page = CleanPage(image=image, dpi=dpi, forward=np.eye(3), skew=0.0)
        return look_again(without_specks(words), page, engine=self._engine, seconds=seconds)

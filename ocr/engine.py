"""The contract of a recognition engine, written as prose first.

What an engine gets
    One cleaned page: a two-dimensional array of 8-bit grey values, height by width, 0 black, 255 white,
    upright, deskewed, about 300 dpi. The engine must not change it. With it come the dpi of that image, the
    mode (a whole page, or one block of lines cut from a page) and the wall seconds it may take.

What an engine gives back
    Words with their boxes in whole pixels **of the image it got** (origin top-left, right and bottom
    exclusive) and a confidence from 0 to 1 that never falls when the engine's own number rises. Words carry
    the numbers of the block and line the engine put them in; both only say which words belong together.
    Text is NFC and holds no white space. An empty page gives no word. The same image gives the same words.

What an engine may raise
    ``EngineMissingError`` when the program or its data is not there, ``EngineTimeoutError`` when the time is
    over (the program is then stopped), ``EngineError`` for anything else. The reader fills in file and page.

Threads
    ``recognise`` is called from several threads at once and must not need a lock. One call uses one core.

Versions
    ``version`` names program, version and data, as ``tesseract 5.3.0 vie``; it is kept with every page, so it
    changes whenever results may change. It may raise ``EngineMissingError``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from dossier.geometry import Box
from ocr.arrays import GrayImage

RecogniseMode = Literal["page", "block"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineWord:
    """One word as the engine saw it.

    Attributes:
        text: NFC, no white space.
        box: pixels of the image the engine got.
        confidence: 0 to 1.
        block, line: which words belong together, as the engine grouped them.
        choices: readings with the natural logarithm of their chance (at most 0), the likeliest first; empty
            where the engine gives none.
        read: what the engine read by itself, once print and language were weighed (``ocr.wording``); empty
            before.
    """

    text: str
    box: Box
    confidence: float
    block: int
    line: int
    choices: tuple[tuple[str, float], ...] = ()
    read: str = ""


class Engine(Protocol):
    """Anything that keeps the contract at the head of this module."""

    def version(self) -> str:
        """Program, version and data, as ``tesseract 5.3.0 vie``."""
        ...

    def recognise(
        self, image: GrayImage, *, dpi: int, mode: RecogniseMode, seconds: float
    ) -> tuple[EngineWord, ...]:
        """Words of the image, in the engine's own order; see the head of this module."""
        ...

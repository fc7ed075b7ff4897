"""Words as print and language together have them: the choice between the readings an engine offers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ocr.engine import EngineWord
from ocr.language.decode import DEFAULT, Settings, decode_page
from ocr.language.lattice import Choice, Slot, from_word, widen
from ocr.wordlines import by_line

# Engines are surer of themselves than they are right: their scores count this much.
_SOBER = 0.75
_SMALL_L = re.compile(r"l[bcdfghjkmnpqrstvwxz][a-z]{2,}[.,;:]?")
_PLACES = {"xã", "huyện", "thị", "trấn", "làng", "buôn", "plei", "sông", "hồ"}


def worded(words: Sequence[EngineWord], *, settings: Settings = DEFAULT) -> tuple[EngineWord, ...]:
    """The same words, each with the reading that print and language support best, and how sure that is.

    No word comes or goes and no box changes. What the engine read by itself stays as ``read``.

    Args:
        words: of a page; words of one line stand together, lines in about their reading order.
        settings: how much the language has to say.
    """
    lines = by_line(words)
    decided = decode_page([[_slot(word) for word in line] for line in lines.values()], settings=settings)
    found = [
        replace(word, text=decision.text, confidence=decision.probability, read=word.text)
        for line, decisions in zip(lines.values(), decided, strict=True)
        for word, decision in zip(line, decisions, strict=True)
    ]
    return tuple(_with_ia([_with_capital_i(word) for word in found]))


def _with_capital_i(word: EngineWord) -> EngineWord:
    """``ldentity`` is ``Identity``: no word begins with a small l before another consonant."""
    if _SMALL_L.fullmatch(word.text) is None:
        return word
    return replace(word, text=f"I{word.text[1:]}")


def _with_ia(words: Sequence[EngineWord]) -> Iterator[EngineWord]:
    """``xã la Púch`` is ``xã Ia Púch``: communes of the Highlands are named after a water, *ia* in Jrai."""
    for index, word in enumerate(words):
        before = words[index - 1].text.lower() if index else ""
        after = words[index + 1].text if index + 1 < len(words) else ""
        is_name = word.text == "la" and before in _PLACES and after[:1].isupper()
        yield replace(word, text="Ia") if is_name else word


def _slot(word: EngineWord) -> Slot:
    if not word.choices:
        return from_word(word.text, word.confidence)
    return widen(Slot(tuple(Choice(text, min(0.0, score * _SOBER)) for text, score in word.choices)))

"""What a word's confidence is worth: the reader's own number becomes the chance that the word is right.

The table in ``data/calibration.json`` was fitted on pages whose text is known (``bench/calibration.py``), for
each engine and kind of word. A map never falls, so a word that was surer than another of its kind stays so.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from dossier.text import Line
from ocr.language.syllables import case_of, is_syllable
from ocr.language.tokens import take_apart

TABLE = Path(__file__).parent / "data" / "calibration.json"

Kind = Literal["syllable", "capital", "number", "other"]
KINDS: tuple[Kind, ...] = ("syllable", "capital", "number", "other")
# The map of an engine for words of every kind, where a kind has none of its own.
ANY = "any"
_OURS = "motlan-"


@dataclass(frozen=True, slots=True)
class Curve:
    """A line through points that never falls; level before the first and after the last.

    Attributes:
        raw: the reader's own confidences, rising, 0 to 1.
        right: the share of right words there, 0 to 1, as many.
    """

    raw: tuple[float, ...]
    right: tuple[float, ...]

    def at(self, confidence: float) -> float:
        """The chance (0 to 1) that a word with this confidence is right."""
        return float(np.interp(confidence, self.raw, self.right))


Curves = Mapping[str, Curve]


def kind_of(text: str) -> Kind:
    """What sort of word it is, as far as the reader errs differently."""
    core = take_apart(text).core
    if any(mark.isdigit() for mark in core):
        return "number"
    if not core or not is_syllable(core) or (len(core) == 1 and core.lower() != "à"):
        return "other"
    return "syllable" if case_of(core) == "lower" else "capital"


def engine_name(version: str) -> str:
    """The name of an engine in the table: ``net`` of ``motlan-net 3.5 vie``."""
    return version.partition(" ")[0].removeprefix(_OURS)


@functools.cache
def load_curves() -> Mapping[str, Curves]:
    """The committed table: for each engine, a map for each kind of word or for ``any``."""
    engines = json.loads(TABLE.read_text(encoding="utf-8"))["engines"]
    return {
        name: {
            kind: Curve(tuple(curve["raw"]), tuple(curve["right"])) for kind, curve in entry["kinds"].items()
        }
        for name, entry in engines.items()
    }


def chance_right(text: str, confidence: float, *, curves: Curves) -> float:
    """The chance (0 to 1) that this word is right; its confidence where there is no map for it."""
    curve = curves.get(kind_of(text)) or curves.get(ANY)
    return confidence if curve is None else curve.at(confidence)


def calibrated(lines: Sequence[Line], *, engine: str) -> tuple[Line, ...]:
    """The same lines, every confidence the chance that the word is right.

    Args:
        lines: of a page, with the reader's own confidences: rules about junk and specks come before.
        engine: version of the engine; words of an engine without a table stay as they are.
    """
    curves = load_curves().get(engine_name(engine))
    if curves is None:
        return tuple(lines)
    return tuple(
        replace(
            line,
            words=tuple(
                replace(word, confidence=chance_right(word.text, word.confidence, curves=curves))
                for word in line.words
            ),
        )
        for line in lines
    )

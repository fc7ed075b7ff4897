"""How printed words become what the model counts: syllables in counting form, classes, sentence borders."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from ocr.language.syllables import counting_form

BORDER = "<s>"
NUMBER = "<number>"
CODE = "<code>"
UNKNOWN = "<unknown>"
CLASSES = (BORDER, NUMBER, CODE, UNKNOWN)

_EDGES = re.compile(r"^([^\w]*)(.*?)([^\w]*)$", re.DOTALL)
_LETTERS = re.compile(r"[^\W\d_]+")
_ENDS = re.compile(r"[.;:?!…]")


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed word apart: ``(Điều`` has the opening ``(`` and the core ``Điều``.

    Attributes:
        opening, core, closing: the three parts; together they are the printed text.
        tokens: what the model sees of the core; empty where there is neither letter nor digit.
        ends: True where a sentence or a part of one ends after the word (``.``, ``;``, ``:``).
    """

    opening: str
    core: str
    closing: str
    tokens: tuple[str, ...]
    ends: bool


@functools.lru_cache(maxsize=16384)
def take_apart(text: str) -> Printed:
    """A printed word (no white space) by its parts."""
    match = _EDGES.match(text)
    opening, core, closing = match.groups() if match else ("", text, "")
    return Printed(opening, core, closing, _tokens(core), ends=bool(_ENDS.search(closing)))


def _tokens(core: str) -> tuple[str, ...]:
    if any(mark.isdigit() for mark in core):
        return (CODE,) if any(mark.isalpha() for mark in core) else (NUMBER,)
    return tuple(counting_form(part) for part in _LETTERS.findall(core))


def running_tokens(line: str) -> list[str]:
    """The tokens of a line of text with its borders, the first and the last being borders."""
    tokens = [BORDER]
    for word in line.split():
        printed = take_apart(word)
        tokens.extend(printed.tokens)
        if printed.ends and tokens[-1] != BORDER:
            tokens.append(BORDER)
    if tokens[-1] != BORDER:
        tokens.append(BORDER)
    return tokens

"""What an engine makes of pen strokes, seal rims and print that shines through: words that are none."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dossier.geometry import Box
from ocr.engine import EngineWord
from ocr.gaps import split_at_gaps
from ocr.language.syllables import is_syllable
from ocr.spelling import is_plausible
from ocr.wordlines import by_line, confidence_of, without

# The end of a line is cut off where its words are hardly believed and hardly words, and the rest is sure.
_DOUBTED = 0.62
_SURE_REST = 0.85
_HARDLY = 0.5
_MOSTLY = 0.55
_LEAST_REST = 2
# One or two words right beside print are print that something lies over.
_MANY = 3
_APART = 0.9
_ASIDE, _LONG_REST, _WELL_READ = 0.4, 5, 0.95
_LONE = 0.75
# A piece of the writing around a seal: few letters, and no syllable, or hardly any letters at all.
_SEAL_WORDS, _SEAL_LETTERS, _SCRAP_LETTERS = 2, 7, 3
_INSIDE_SEAL = 0.7
# The signs of an ornament, of one of rings, of a shaken stroke and its kinds; a line of a machine-readable
# zone has 30 or more (ICAO Doc 9303).
_FEW_SIGNS, _RINGS, _SHAKEN, _TWO, _MACHINE_LINE = 4, 7, 8, 2, 25
# A printed dash is so flat and so wide, in heights of the words beside it, and so far from them.
_DASHES, _FLAT, _DASH_WIDTH, _DASH_GAP = "-–", 0.45, (0.22, 1.3), 0.1
_EDGE = re.compile(r"^\W+|\W+$")


def without_junk(words: Sequence[EngineWord]) -> tuple[EngineWord, ...]:
    """The words of a page without scraps before and after the print of a line, and without ornaments."""
    kept: list[EngineWord] = []
    for line in by_line([word for word in words if not _is_ornament(word.text)]).values():
        ordered = sorted(line, key=lambda word: word.box.left)
        ordered = ordered[_is_lone_sign(ordered) : _print_ends(ordered)]
        ordered = ordered[_is_no_dash(ordered) : len(ordered) - _is_no_dash(ordered[::-1])]
        kept.extend(ordered[len(ordered) - _print_ends(ordered[::-1]) :])
    return tuple(kept)


def _is_ornament(text: str) -> bool:
    """One or two signs over and over, as a border or a shaken line is read; lines for machines are longer."""
    signs = set(text)
    if len(text) >= _FEW_SIGNS and len(signs) == 1 and text.isalpha():
        return True
    if len(text) >= _SHAKEN and len(signs) <= _TWO and text.isalpha():
        return True
    if not _FEW_SIGNS <= len(text) < _MACHINE_LINE:
        return False
    rings = signs <= {"0", "O", "<"} and (len(text) >= _RINGS or "<" in signs)
    return rings or text.count("<") >= len(text) - 1


def _is_lone_sign(words: Sequence[EngineWord]) -> bool:
    """A speck before a line that was taken for a dash or a stop."""
    first = words[0]
    return len(words) > 1 and first.confidence < _LONE and not any(mark.isalnum() for mark in first.text)


def _is_no_dash(words: Sequence[EngineWord]) -> bool:
    """What was taken for a dash at the end of a line, and is a stroke, a side of a cell or a speck."""
    if len(words) <= 1 or words[0].text not in _DASHES:
        return False
    # The lowest of the words: a box may reach into the next line.
    box, height = words[0].box, min(word.box.height for word in words[1:])
    narrowest, widest = (share * height for share in _DASH_WIDTH)
    like_one = box.height <= _FLAT * height and narrowest <= box.width <= widest
    return not like_one or _white(box, words[1].box) < _DASH_GAP * height


def _white(one: Box, two: Box) -> int:
    """Pixels between two boxes, whichever is on the left."""
    return max(one.left, two.left) - min(one.right, two.right)


def _print_ends(words: Sequence[EngineWord]) -> int:
    """How many words from the start are print; all of them where the end is no worse than the rest."""
    for end in range(_LEAST_REST, len(words)):
        rest, tail = words[:end], words[end:]
        gap = _gap(rest[-1], tail[0])
        apart = len(tail) >= _MANY or gap >= _APART or (gap >= _ASIDE and _is_picture(tail, rest))
        if apart and _is_scrap(tail[0]) and confidence_of(rest) >= _SURE_REST and _is_junk(tail):
            # A surname that a pen ran into is doubtful, and yet a part of the name.
            return end + _goes_with(rest[-1], tail[0])
    return len(words)


def _is_picture(tail: Sequence[EngineWord], rest: Sequence[EngineWord]) -> bool:
    """One scrap after a long line that was read well: the corner of a square code, of a portrait."""
    no_word = len(tail) == 1 and not is_syllable(_EDGE.sub("", tail[0].text))
    return no_word and len(rest) >= _LONG_REST and confidence_of(rest) >= _WELL_READ


def _goes_with(print_: EngineWord, word: EngineWord) -> bool:
    """Whether a doubtful word right beside print begins a name that goes on there."""
    names = all(entry.text[:1].isupper() and entry.text[1:].islower() for entry in (print_, word))
    beside = word.box.right <= print_.box.left and _gap(print_, word) < _APART
    return names and beside and is_syllable(word.text)


def _gap(one: EngineWord, two: EngineWord) -> float:
    """White between two words in heights of the line."""
    return _white(one.box, two.box) / max(1, one.box.height, two.box.height)


def _is_junk(words: Sequence[EngineWord]) -> bool:
    scraps = sum(1 for word in words if _is_scrap(word))
    return confidence_of(words) < _DOUBTED and scraps >= _MOSTLY * len(words)


def _is_scrap(word: EngineWord) -> bool:
    """Hardly believed, or no word of any paper."""
    letters = sum(mark.isalnum() for mark in word.text)
    doubtful = word.confidence < _SURE_REST
    return word.confidence < _HARDLY or (doubtful and (letters <= 1 or not is_plausible(word.text)))


def without_seal_scraps(words: Sequence[EngineWord], seals: Sequence[Box]) -> tuple[EngineWord, ...]:
    """The words of a page without pieces of the writing around a seal, which are cut off in the middle.

    What is printed below a seal, as titles and names of signers are, is longer and made of whole words.
    """
    parts = (part for line in by_line(words).values() for part in split_at_gaps(line))
    return without(words, (word for part in parts if _is_seal_scrap(part, seals) for word in part))


def outside_seals(words: Sequence[EngineWord], seals: Sequence[Box]) -> tuple[EngineWord, ...]:
    """The words of coloured ink without those that a seal is made of."""
    return tuple(word for word in words if not any(_covers(seal, word.box) for seal in seals))


def _is_seal_scrap(part: Sequence[EngineWord], seals: Sequence[Box]) -> bool:
    if not any(_covers(seal, word.box) for seal in seals for word in part):
        return False
    letters = sum(mark.isalpha() for word in part for mark in word.text)
    if sum(mark.isdigit() for word in part for mark in word.text) > 1:
        # The number of a paper, a date: nothing on the rim of a seal.
        return False
    broken = not all(is_syllable(_EDGE.sub("", word.text)) for word in part)
    crumb = len(part) == 1 and letters <= _SCRAP_LETTERS
    # The shortest title of a signer, CHỦ TỊCH, has seven letters.
    capitals = letters < _SEAL_LETTERS and all(word.text.isupper() for word in part)
    whole = all(any(_covers(seal, word.box) for seal in seals) for word in part)
    is_scrap = broken or crumb or (capitals and whole)
    return len(part) <= _SEAL_WORDS and letters <= _SEAL_LETTERS and is_scrap


def _covers(seal: Box, box: Box) -> bool:
    return seal.intersection_area(box) >= _INSIDE_SEAL * box.area

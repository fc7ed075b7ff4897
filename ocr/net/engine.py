"""The engine contract on top of the two networks: no program is started, a page costs tenths of a second."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dossier.errors import EngineTimeoutError
from dossier.geometry import Box
from ocr.arrays import GrayImage
from ocr.engine import EngineWord, RecogniseMode
from ocr.mrzlines import is_machine_line
from ocr.net.apostrophe import with_apostrophe
from ocr.net.batches import batches, stacked
from ocr.net.crops import Crop, cut
from ocr.net.ctc import STEP, ReadWord, chances_of, words_of
from ocr.net.doubles import without_doubles
from ocr.net.finder import LineFinder
from ocr.net.gaps import at_white
from ocr.net.machine import missed_machine_lines, uneven_machine_lines
from ocr.net.numbers import is_number, measured
from ocr.net.session import FloatArray, Network
from ocr.net.spots import LineSpot
from ocr.net.views import further_views, halves, mean_of

# Ink of a letter in the cleaned page.
_INK = 160
# From the top of a capital with two marks to the foot of a letter with a dot below, in x-heights.
_ABOVE = 2.2
_BELOW = 0.75
_CORE = 1.5
# A line with a word below this is looked at again; two lines taken for one read below the other.
_DOUBTFUL = 0.93
_POOR = 0.55
_HOPELESS = 0.35
_MOST_AGAIN = 30
_MOST_PARTED = 6
_TALL = 1.45
# What is kept by letters and by how clearly the line shows and reads.
_SHORTEST, _SHORT_SURE = 2, 0.86
_SHORT, _SHORT_SCRAP = 5, 0.62
_SCRAP, _CLEAR, _NUMBER = 0.45, 0.85, 0.6


class NetEngine:
    """Finds and reads the lines of a page.

    One object may be shared by all threads: the networks are loaded at its first use.
    """

    def __init__(self) -> None:
        self._finder = LineFinder()
        # Some 12 MB, for runs of at most so many columns (``ocr.net.batches``).
        self._network = Network("lines", keeps_memory=True)

    def version(self) -> str:
        """Program, version and data."""
        return f"motlan-net {self._finder.version()}.{self._network.note('version')} vie"

    def recognise(
        self, image: GrayImage, *, dpi: int, mode: RecogniseMode, seconds: float
    ) -> tuple[EngineWord, ...]:
        """See ``ocr.engine``; both modes find the lines by themselves, only pages are looked at closely."""
        reading = _Reading(self._network, image, seconds=seconds)
        if mode == "block":
            lines = reading.read_once(self._finder.find(image, dpi=dpi))
        else:
            lines = reading.parted(reading.read(self._finder.find(image, dpi=dpi)))
            lines = reading.measured(lines)
            lines += reading.missed(lines)
            lines = reading.evened(lines)
        kept = sorted((line for line in lines if _is_print(line)), key=lambda line: line.crop.spot.base)
        return without_doubles(
            [
                _on_page(word, line.crop, image, index)
                for index, line in enumerate(kept)
                for word in at_white(line.words, line.crop.ink)
            ]
        )


@dataclass(frozen=True, slots=True)
class _ReadLine:
    """A line and its words."""

    crop: Crop
    words: tuple[ReadWord, ...]

    @property
    def text(self) -> str:
        """All its signs without white space."""
        return "".join(word.text for word in self.words)

    @property
    def confidence(self) -> float:
        """Mean over the letters, 0 to 1."""
        return _confidence(self.words)

    @property
    def clear(self) -> float:
        """The same, where each sign counts by itself."""
        letters = sum(len(word.text) for word in self.words)
        return sum(word.clear * len(word.text) for word in self.words) / max(1, letters)


class _Reading:
    """One page while it is read."""

    def __init__(self, network: Network, image: GrayImage, *, seconds: float) -> None:
        self._network = network
        self._alphabet = network.note("alphabet")
        self._image = image
        self._seconds = seconds
        self._ends = time.monotonic() + seconds

    def read_once(self, spots: Sequence[LineSpot]) -> list[_ReadLine]:
        """All these lines, each seen once."""
        crops = [cut(self._image, spot) for spot in spots]
        return [
            _ReadLine(crop, words_of(line, self._alphabet))
            for crop, line in zip(crops, self._chances(crops), strict=True)
        ]

    def read(self, spots: Sequence[LineSpot]) -> list[_ReadLine]:
        """All these lines; the doubtful ones in several views."""
        crops = [cut(self._image, spot) for spot in spots]
        chances = self._chances(crops)
        words = [words_of(line, self._alphabet) for line in chances]
        doubtful = [index for index, line in enumerate(words) if _is_doubtful(line)][:_MOST_AGAIN]
        views = [view for index in doubtful for view in further_views(crops[index])]
        looked = self._chances(views)
        for place, index in enumerate(doubtful):
            each = len(views) // len(doubtful)
            seen = mean_of([chances[index], *looked[place * each : (place + 1) * each]])
            words[index] = words_of(seen, self._alphabet)
        return [_ReadLine(crop, line) for crop, line in zip(crops, words, strict=True)]

    def missed(self, lines: Sequence[_ReadLine]) -> list[_ReadLine]:
        """The lines of a machine-readable zone that the finder passed over."""
        spots = missed_machine_lines([(line.text, line.crop.spot) for line in lines], self._image)
        return [line for line in self.read(spots) if is_machine_line(line.text)]

    def measured(self, lines: list[_ReadLine]) -> list[_ReadLine]:
        """With doubtful numbers read again by the size of their digits, where that reads better."""
        spots = {
            index: spot
            for index, line in enumerate(lines)
            if is_number(line.text)
            and line.confidence < _DOUBTFUL
            and (spot := measured(line.crop.spot, self._image)) is not None
        }
        return self._better(lines, spots, by=lambda line: line.confidence)

    def evened(self, lines: list[_ReadLine]) -> list[_ReadLine]:
        """With lines of a machine-readable zone that were found too short read to the end."""
        spots = uneven_machine_lines([(line.text, line.crop.spot) for line in lines])
        return self._better(lines, spots, by=lambda line: len(line.text))

    def _better(
        self, lines: list[_ReadLine], spots: Mapping[int, LineSpot], *, by: Callable[[_ReadLine], float]
    ) -> list[_ReadLine]:
        """The lines, some of them read again at other spots, where that is more; ``spots`` by their index."""
        again = dict(zip(spots, self.read(list(spots.values())), strict=True))
        return [max(line, again.get(index, line), key=by) for index, line in enumerate(lines)]

    def parted(self, lines: list[_ReadLine]) -> list[_ReadLine]:
        """With lines that are two in truth read as two, where that reads better."""
        if not lines:
            return lines
        usual = float(np.median([line.crop.spot.x_height for line in lines]))
        thick = [_is_thick(line, usual) for line in lines]
        if sum(thick) > _MOST_PARTED:
            # So many are no lines at all: a picture, a page that lies wrong.
            return lines
        return [
            part
            for line, is_thick in zip(lines, thick, strict=True)
            for part in (self._two(line) if is_thick else [line])
        ]

    def _two(self, line: _ReadLine) -> list[_ReadLine]:
        """The two lines that were found as one; the line itself where neither reads better."""
        lower, uppers = halves(line.crop.spot)
        first, *others = self.read([lower, *uppers])
        two = [max(others, key=lambda upper: upper.confidence), first]
        better = [half for half in two if half.confidence > max(_POOR, line.confidence)]
        return better or [line]

    def _chances(self, crops: Sequence[Crop]) -> list[FloatArray]:
        found: dict[int, FloatArray] = {}
        for batch in batches(crops):
            if time.monotonic() > self._ends:
                raise EngineTimeoutError(page=0, seconds=math.ceil(self._seconds))
            chances = chances_of(self._network.run(stacked([crops[index] for index in batch])))
            for index, line in zip(batch, chances, strict=True):
                steps = -(-crops[index].ink.shape[1] // STEP)
                found[index] = line[:steps]
        return [found[index] for index in range(len(crops))]


def _confidence(words: Sequence[ReadWord]) -> float:
    letters = sum(len(word.text) for word in words)
    return sum(word.confidence * len(word.text) for word in words) / max(1, letters)


def _is_thick(line: _ReadLine, usual: float) -> bool:
    return line.confidence < _POOR and line.crop.spot.x_height > _TALL * usual


def _is_doubtful(words: Sequence[ReadWord]) -> bool:
    """Some word is open, but the line is print: what hardly reads at all gets no better."""
    return _confidence(words) >= _HOPELESS and any(word.confidence < _DOUBTFUL for word in words)


def _is_print(line: _ReadLine) -> bool:
    """False for scraps of seals, pen strokes and specks that look like a line: the shorter, the likelier."""
    if is_machine_line(line.text):
        # A word is as sure as its least sure sign; this one has forty.
        return True
    letters = sum(mark.isalnum() for word in line.words for mark in word.text)
    sure = line.crop.spot.sure
    if letters <= _SHORTEST:
        return letters > 0 and sure >= _SHORT_SURE and line.confidence >= _SHORT_SURE
    if letters <= _SHORT:
        return line.confidence * sure >= _SHORT_SCRAP
    clear = _NUMBER if is_number(line.text) else _CLEAR
    return line.confidence * sure >= _SCRAP or line.clear * sure >= clear


def _on_page(word: ReadWord, crop: Crop, image: GrayImage, line: int) -> EngineWord:
    spot = crop.spot
    left, right = crop.x_on_page(word.left), crop.x_on_page(word.right)
    base = spot.base_at((left + right) / 2)
    height, width = image.shape
    x0 = min(max(0, math.floor(left)), width - 1)
    y0 = min(max(0, math.floor(base - _ABOVE * spot.x_height)), height - 1)
    x1 = min(max(x0 + 1, math.ceil(right)), width)
    y1 = min(max(y0 + 1, math.ceil(base + _BELOW * spot.x_height)), height)
    box = Box(x0, y0, x1, y1)
    tight = _tight(image, box, base=base, x_height=spot.x_height)
    text = with_apostrophe(word.text, image, tight)
    return EngineWord(
        text=text,
        box=tight,
        confidence=min(max(word.confidence, 0.0), 1.0),
        block=0,
        line=line,
        choices=word.choices if text == word.text else _apostrophed(word.choices, text),
    )


def _apostrophed(choices: Sequence[tuple[str, float]], text: str) -> tuple[tuple[str, float], ...]:
    """The readings with the apostrophe that the print has after their first letter."""
    others = {f"{other[0]}'{other[1:]}": score for other, score in choices if other[0] == text[0]}
    return tuple(sorted(others.items(), key=lambda entry: -entry[1]))


def _tight(image: GrayImage, box: Box, *, base: float, x_height: float) -> Box:
    """The box drawn in to the ink of the word; what reaches in from other lines stays out where it can."""
    part = np.less(image[box.top : box.bottom, box.left : box.right], _INK)
    core = part[max(0, round(base - _CORE * x_height) - box.top) : max(1, round(base) - box.top)]
    columns = np.asarray(core.any(axis=0), dtype=np.bool_)
    if not columns.any():
        return box
    left, right = int(columns.argmax()), columns.size - int(columns[::-1].argmax())
    rows = np.asarray(part[:, left:right].any(axis=1), dtype=np.bool_).tolist()
    middle = min(max(0, round(base - x_height / 2) - box.top), len(rows) - 1)
    top = _reach(rows[:middle][::-1], slack=round(0.45 * x_height))
    foot = _reach(rows[middle:], slack=round(0.25 * x_height))
    return Box(box.left + left, box.top + middle - top, box.left + right, box.top + middle + max(1, foot))


def _reach(rows: Sequence[bool], *, slack: int) -> int:
    """How far ink goes on, over gaps of at most ``slack`` rows; a first gap may be as wide as it likes."""
    last = 0
    for place, inked in enumerate(rows, start=1):
        if inked:
            if last and place - last > slack + 1:
                break
            last = place
    return last

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import pytest

from dossier.errors import EngineError, EngineMissingError, EngineTimeoutError
from ocr.arrays import GrayImage
from ocr.careful import CarefulEngine
from ocr.engine import EngineWord, RecogniseMode
from ocr.mosaic import Cut, build_mosaic
from ocr.second_witness import ask_witness
from tests.ocr.pages import FixedEngine, draw_page, engine_word

_DPI = 250
_PAGE = draw_page(dpi=_DPI)
_Choices = tuple[tuple[str, float], ...]


@dataclass(slots=True)
class Witness:
    """Says these texts for the words of the mosaic it gets, one after the other, all equally sure."""

    texts: tuple[str, ...]
    confidence: float = 0.95
    asked: list[tuple[RecogniseMode, tuple[int, ...]]] = field(default_factory=list)
    places: tuple[tuple[int, int, int, int], ...] = ()

    def version(self) -> str:
        return "witness 1"

    def recognise(
        self, image: GrayImage, *, dpi: int, mode: RecogniseMode, seconds: float
    ) -> tuple[EngineWord, ...]:
        del dpi, seconds
        self.asked.append((mode, image.shape))
        return tuple(
            engine_word(text, place, confidence=self.confidence)
            for text, place in zip(self.texts, self.places, strict=True)
        )


def _word(text: str, left: int, *, confidence: float, choices: _Choices = (), line: int = 0) -> EngineWord:
    top = 100 + 80 * line
    word = engine_word(text, (left, top, left + 100, top + 35), confidence=confidence, block=0, line=line)
    return replace(word, choices=choices or ((text, math.log(confidence)),))


def _asked(words: list[EngineWord], *texts: str, confidence: float = 0.95) -> list[EngineWord]:
    """The words after a witness read every word of their one line so."""
    heights = sorted(word.box.height for word in words)
    box = words[0].box.union(words[-1].box)
    cut = Cut(box=box, rim=round(0.3 * heights[0]), scale=26 / heights[0])
    (piece,) = build_mosaic(_PAGE, [cut]).pieces
    scale = 26 / heights[0]
    places = tuple(
        (
            piece.left + round((word.box.left - box.left) * scale),
            piece.top,
            piece.left + round((word.box.right - box.left) * scale),
            piece.top + 26,
        )
        for word in words
    )
    witness = Witness(texts, confidence, places=places)
    found = ask_witness(words, _PAGE, dpi=_DPI, witness=witness, seconds=5)
    assert [mode for mode, _ in witness.asked] == ["block"]
    return list(found)


def test_nobody_is_asked_where_nothing_is_open() -> None:
    words = [_word("Giấy", 100, confidence=0.9), _word("khai", 220, confidence=0.71)]
    witness = Witness(())
    assert ask_witness(words, _PAGE, dpi=_DPI, witness=witness, seconds=5) == tuple(words)
    assert witness.asked == []


def test_a_word_that_the_witness_reads_too_is_believed_more() -> None:
    words = [_word("Tên", 100, confidence=0.95), _word("Púch", 220, confidence=0.5)]
    sure, settled = _asked(words, "Tên", "Púch")
    assert (settled.text, sure) == ("Púch", words[0])
    assert 0.7 < settled.confidence < 0.98


def test_the_witness_tips_the_scale_to_what_the_pixels_showed_before_language_chose() -> None:
    choices = (("Mạc", math.log(0.5)), ("Mạt", math.log(0.3)))
    (word,) = _asked([_word("Mạt", 100, confidence=0.5, choices=choices)], "Mạc", confidence=0.99)
    assert word.text == "Mạc"
    assert word.confidence < 0.7
    assert word.choices == choices


def test_the_witness_alone_does_not_overturn_what_the_pixels_show_best() -> None:
    choices = (("QUẢ", math.log(0.53)), ("QUÁ", math.log(0.46)))
    (word,) = _asked([_word("QUẢ", 100, confidence=0.53, choices=choices)], "QUÁ", confidence=0.99)
    assert word.text == "QUẢ"


def test_a_witness_in_doubt_tips_nothing() -> None:
    choices = (("Mạt", math.log(0.5)), ("Mạc", math.log(0.3)))
    (word,) = _asked([_word("Mạt", 100, confidence=0.5, choices=choices)], "Mạc", confidence=0.4)
    assert word.text == "Mạt"
    assert word.confidence < 0.5


def test_what_the_witness_alone_saw_only_raises_the_doubt() -> None:
    (word,) = _asked([_word("Mạt", 100, confidence=0.5)], "Một", confidence=0.99)
    assert (word.text, word.box) == ("Mạt", _word("Mạt", 100, confidence=0.5).box)
    assert word.confidence < 0.5


def test_a_sure_word_beside_an_open_one_is_not_touched() -> None:
    words = [_word("Bế", 100, confidence=0.95), _word("Mạt", 220, confidence=0.5)]
    first, _ = _asked(words, "Bê", "Mạt")
    assert first == words[0]


def test_single_signs_are_no_reason_to_ask() -> None:
    witness = Witness(())
    words = [_word("-", 100, confidence=0.3), _word("B", 220, confidence=0.3)]
    assert ask_witness(words, _PAGE, dpi=_DPI, witness=witness, seconds=5) == tuple(words)
    assert witness.asked == []


@pytest.mark.parametrize(
    "failure",
    [EngineMissingError("tesseract"), EngineTimeoutError(page=0, seconds=5), EngineError(cause="broken")],
)
def test_a_witness_that_fails_has_said_nothing(failure: EngineError) -> None:
    words = [_word("Mạt", 100, confidence=0.5)]
    engine = FixedEngine(failure=failure)
    assert ask_witness(words, _PAGE, dpi=_DPI, witness=engine, seconds=5) == tuple(words)
    assert len(engine.asked) == 1


def test_open_lines_are_shown_in_one_call_and_no_more_than_a_handful() -> None:
    shapes: list[tuple[int, ...]] = []
    for count in (1, 10, 12):
        words = [_word("Mạt", 100, confidence=0.5, line=line) for line in range(count)]
        engine = FixedEngine()
        assert ask_witness(words, _PAGE, dpi=_DPI, witness=engine, seconds=5) == tuple(words)
        ((_, shape),) = engine.asked
        shapes.append(shape)
    one, ten, twelve = shapes
    assert one[0] < ten[0] == twelve[0]


def test_a_careful_engine_reads_a_page_twice_where_it_doubts_and_once_where_not() -> None:
    doubtful = FixedEngine(words=(engine_word("Mạt", (100, 100, 200, 135), confidence=0.5),))
    CarefulEngine(doubtful).recognise(draw_page((), dpi=_DPI), dpi=_DPI, mode="page", seconds=5)
    sure = FixedEngine(words=(engine_word("Một", (100, 100, 200, 135), confidence=0.97),))
    CarefulEngine(sure).recognise(draw_page((), dpi=_DPI), dpi=_DPI, mode="page", seconds=5)
    assert [mode for mode, _ in doubtful.asked] == ["page", "block"]
    assert [mode for mode, _ in sure.asked] == ["page"]


def test_a_careful_engine_reads_a_cut_out_as_its_engine_does() -> None:
    engine = FixedEngine(words=(engine_word("Mạt", (100, 100, 200, 135), confidence=0.5),))
    careful = CarefulEngine(engine)
    assert careful.recognise(_PAGE, dpi=_DPI, mode="block", seconds=5) == engine.words
    assert len(engine.asked) == 1


def test_the_version_of_a_careful_engine_is_not_that_of_its_engine() -> None:
    assert CarefulEngine(FixedEngine()).version() != FixedEngine().version()
    assert CarefulEngine(FixedEngine()).version().startswith("fixed 1")

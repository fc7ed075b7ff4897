"""Engine-neutral text of a page: what the reader makes and the extractor reads.

Pages are 1-based. Confidence is one float from 0 to 1. Text is NFC. Lines stand in reading order; words in
a line from left to right; a word holds no white space.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NotRequired, TypedDict

from dossier.geometry import Box, bounding

UNREAD = frozenset({"page.no_text", "page.picture"})
"""Findings of a page that is not blank although no word on it could be read."""

TextSource = Literal["recognised", "embedded"]


class WordJson(TypedDict):
    """A word as it is kept; ``motlan ocr --json`` prints it without ``read``.

    ``read`` stands only where the language chose another reading than the engine; records made before it was
    kept never have it.
    """

    text: str
    box: list[int]
    confidence: float
    read: NotRequired[str]


class FindingJson(TypedDict, total=False):
    """A finding about a page."""

    code: str
    page: int
    value: float


class CodeJson(TypedDict):
    """A bar code as it is kept."""

    text: str
    format: str
    box: list[int]


class PageJson(TypedDict):
    """A page as it is kept; ``motlan ocr --json`` prints a part of it.

    ``stamps`` are lines of words; records made before stamps were told apart have none. Records made before
    codes were read have no ``codes``, and before red ink was measured no ``red_mm2``.
    """

    page: int
    width: int
    height: int
    dpi: int
    rotation: int
    skew_degrees: float
    text: str
    words: list[WordJson]
    engine: str
    seconds: float
    source: TextSource
    lines: list[list[int]]
    blocks: list[int]
    stamps: NotRequired[list[list[WordJson]]]
    codes: NotRequired[list[CodeJson]]
    red_mm2: NotRequired[float | None]
    findings: list[FindingJson]


@dataclass(frozen=True, slots=True)
class Word:
    """One word.

    Attributes:
        text: NFC, without white space.
        box: pixels of the page.
        confidence: how sure the reader is, 0 to 1.
        read: what the engine read by itself, where the language chose another reading; empty elsewhere.
    """

    text: str
    box: Box
    confidence: float
    read: str = ""

    def __post_init__(self) -> None:
        for name in ("text", "read"):
            given: str = getattr(self, name)
            if not unicodedata.is_normalized("NFC", given):
                object.__setattr__(self, name, unicodedata.normalize("NFC", given))


@dataclass(frozen=True, slots=True)
class Line:
    """Words that stand beside each other, left to right. ``block`` numbers the text block, from 0."""

    words: tuple[Word, ...]
    block: int = 0

    @property
    def text(self) -> str:
        """The words, one space between."""
        return " ".join(word.text for word in self.words)

    @property
    def box(self) -> Box:
        """The smallest box around the words."""
        return bounding(word.box for word in self.words)


@dataclass(frozen=True, slots=True)
class Code:
    """A QR or bar code: its text as decoded (untrusted), its kind (``QRCode``, ``Code128`` …), its box."""

    text: str
    format: str
    box: Box


@dataclass(frozen=True, slots=True)
class Finding:
    """Something noticed about a page: a stable code (``page.skew``, ``page.blank`` …) and its measure."""

    code: str
    page: int
    value: float = 0.0

    def as_json(self) -> FindingJson:
        """The finding as commands print it."""
        return {"code": self.code, "page": self.page, "value": round(self.value, 3)}


@dataclass(frozen=True, slots=True, kw_only=True)
class PageText:
    """All that was read on one page.

    Attributes:
        page: 1-based number within its file.
        width, height: pixels of the page image as shown upright.
        dpi: pixels per inch of that image.
        rotation: degrees clockwise the stored image was turned to be upright: 0, 90, 180 or 270.
        skew_degrees: what was left of slant, counter-clockwise positive.
        lines: in reading order.
        stamps: words of stamps on the paper, which are no part of its text.
        codes: QR and bar codes, in the order found.
        engine: name and version, as ``tesseract 5.3.0 vie``; ``pdf`` for embedded text.
        seconds: CPU seconds the page took (reader and engine together).
        source: recognised from pixels, or embedded in the file.
        findings: what the page checks noticed.
        red_mm2: square millimetres of red ink; nothing where the page has no colours or nobody measured.
    """

    page: int
    width: int
    height: int
    dpi: int
    rotation: int = 0
    skew_degrees: float = 0.0
    lines: tuple[Line, ...] = ()
    stamps: tuple[Line, ...] = ()
    codes: tuple[Code, ...] = ()
    engine: str = ""
    seconds: float = 0.0
    source: TextSource = "recognised"
    findings: tuple[Finding, ...] = field(default=())
    red_mm2: float | None = None

    @property
    def words(self) -> tuple[Word, ...]:
        """All words in reading order."""
        return tuple(word for line in self.lines for word in line.words)

    @property
    def text(self) -> str:
        """Lines apart by a line feed, text blocks by an empty line."""
        parts: list[str] = []
        previous: int | None = None
        for line in self.lines:
            if previous is not None and line.block != previous:
                parts.append("")
            parts.append(line.text)
            previous = line.block
        return "\n".join(parts)

    @property
    def is_blank(self) -> bool:
        """True when the page checks called it blank."""
        return any(finding.code == "page.blank" for finding in self.findings)

    @property
    def is_unread(self) -> bool:
        """True when the page bears something, but not one word could be read."""
        return any(finding.code in UNREAD for finding in self.findings)


def page_to_json(page: PageText) -> PageJson:
    """The record as plain data; ``page_from_json`` gives it back unchanged (box and text exactly)."""
    words: list[WordJson] = []
    lines: list[list[int]] = []
    for line in page.lines:
        lines.append(list(range(len(words), len(words) + len(line.words))))
        words.extend(map(_word_json, line.words))
    return {
        "page": page.page,
        "width": page.width,
        "height": page.height,
        "dpi": page.dpi,
        "rotation": page.rotation,
        "skew_degrees": page.skew_degrees,
        "text": page.text,
        "words": words,
        "engine": page.engine,
        "seconds": page.seconds,
        "source": page.source,
        "lines": lines,
        "blocks": [line.block for line in page.lines],
        "stamps": [[_word_json(word) for word in line.words] for line in page.stamps],
        "codes": [
            {"text": code.text, "format": code.format, "box": code.box.as_list()} for code in page.codes
        ],
        "red_mm2": page.red_mm2,
        "findings": [finding.as_json() for finding in page.findings],
    }


def _word_json(word: Word) -> WordJson:
    told: WordJson = {"text": word.text, "box": word.box.as_list(), "confidence": word.confidence}
    if word.read:
        told["read"] = word.read
    return told


def page_from_json(data: PageJson) -> PageText:
    """Rebuild a page from ``page_to_json``.

    Raises:
        LookupError, ValueError: the data is not a page.
    """
    words = [_word(entry) for entry in data["words"]]
    lines = tuple(
        Line(tuple(words[index] for index in indexes), block)
        for indexes, block in zip(data["lines"], data["blocks"], strict=True)
    )
    findings: Sequence[Mapping[str, object]] = data["findings"]
    return PageText(
        page=data["page"],
        width=data["width"],
        height=data["height"],
        dpi=data["dpi"],
        rotation=data["rotation"],
        skew_degrees=data["skew_degrees"],
        lines=lines,
        stamps=tuple(Line(tuple(map(_word, line))) for line in data.get("stamps", [])),
        codes=tuple(
            Code(entry["text"], entry["format"], _box(entry["box"])) for entry in data.get("codes", [])
        ),
        engine=data["engine"],
        seconds=data["seconds"],
        source=data["source"],
        findings=tuple(
            Finding(str(entry["code"]), int(str(entry["page"])), float(str(entry["value"])))
            for entry in findings
        ),
        red_mm2=data.get("red_mm2"),
    )


def _word(entry: WordJson) -> Word:
    return Word(entry["text"], _box(entry["box"]), entry["confidence"], entry.get("read", ""))


def _box(edges: Sequence[int]) -> Box:
    left, top, right, bottom = edges
    return Box(left, top, right, bottom)

"""What the paper says once more: a name in a signature or a sentence, a sum in words.

Agreement raises, difference asks.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dossier.fields import Field
from extraction.folding import strokes
from extraction.layout import Sheet, Token, words_of
from extraction.spoken import heed_amounts
from rulebook.paper_spec import Kind, PaperSpec

_DOUBT_LEFT = 0.5
_TRUST_LEFT = 0.6
_LONGER = 8
_MOST_WORDS = 7


@dataclass(frozen=True, slots=True)
class _Echo:
    """A short run of words somewhere on the paper: its text as printed and as compared."""

    text: str
    plain: str


def heed_echoes(fields: Mapping[str, Field], spec: PaperSpec, sheets: Sequence[Sheet]) -> dict[str, Field]:
    """The fields, names and sums among them raised or doubted by what is printed elsewhere on the paper."""
    heeded = heed_amounts(fields, spec, sheets)
    names = [
        heeded[found.name] for found in spec.fields if found.kind is Kind.PERSON_NAME and found.name in heeded
    ]
    for name in names:
        plain = strokes(name.value)
        for echo in _echoes(name, sheets):
            verdict = _verdict(name.value, plain, echo)
            if verdict is not None:
                heeded[name.name] = _applied(name, verdict)
                break
    return heeded


def _verdict(value: str, plain: str, echo: _Echo) -> str | None:
    """``name.echo_agrees``, a conflict, or nothing when it is another text."""
    if echo.plain == plain:
        same = _cased(echo.text) == _cased(value)
        return "name.echo_agrees" if same else "name.echo_conflict"
    longer = echo.plain.startswith(plain) and 0 < len(echo.plain) - len(plain) <= _LONGER
    return "name.longer_conflict" if longer and len(plain) > _LONGER - 2 else None


def _echoes(name: Field, sheets: Sequence[Sheet]) -> Iterator[_Echo]:
    """Segments of a few capitalised words that stand apart from the field itself."""
    for sheet in sheets:
        for row in sheet.rows:
            for segment in row.segments(sheet.text_height, gap=1.6):
                if len(segment) > _MOST_WORDS or _is_field(name, sheet.page, segment):
                    continue
                text = words_of(segment)
                if "<" not in text and all(word[:1].isupper() for word in text.split()):
                    yield _Echo(text, strokes(text))


def _is_field(name: Field, page: int, segment: Sequence[Token]) -> bool:
    return page == name.page and any(token.box.intersection_area(name.box) for token in segment)


def _cased(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _applied(field: Field, reason: str) -> Field:
    agrees = reason.endswith("_agrees")
    confidence = 1 - (1 - field.confidence) * _DOUBT_LEFT if agrees else field.confidence * _TRUST_LEFT
    return replace(field, confidence=confidence, reasons=(*field.reasons, reason))

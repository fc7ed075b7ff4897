"""The printed words before a value that a person gave: perhaps a label that no table knows yet.

Only the words of the form leave this module, never what was filled in: a candidate with a digit, with the
value, with any other value of the paper or with what looks like a person's name is dropped.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dossier.text import PageText
from extraction.folding import alike, squash
from extraction.labels import key_of
from extraction.layout import Row, Sheet, Token, lay_out
from extraction.locate import Form, read_form
from extraction.motto import MOTTOES
from extraction.spans import value_spans
from extraction.values.names import title_word
from extraction.values.surnames import is_surname
from rulebook.paper_spec import FieldSpec, Find, PaperSpec
from rulebook.variants import OPENING
from rulebook.vocabulary import UNKNOWN_TYPE

_MOST_WORDS = 8
_MOST_LETTERS = 60
_LEAST_LETTERS = 3
_WIDE = 8.0
_GAP = 2.2
_ROW_STEP = 3.2
_REACH = 2.0
_KNOWN = 0.8
_SHORT = 4
_SURE = 0.5
_NAME_WORDS = 5
_BULLET = re.compile(r"^(?:\d{1,2}|[a-zđA-Z]|[IVX]{1,5})?[.)\-–—+*•]+$")
_EDGES = " \t.,;:()[]{}*•+-–—_/\\|\"'“”‘’…"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelCandidate:
    """Words of a form that may be a label: ``key`` in plain letters for comparison, ``printed`` as read."""

    key: str
    printed: str


def find_label(
    pages: Sequence[PageText], spec: PaperSpec, name: str, *, value: str, others: Collection[str]
) -> LabelCandidate | None:
    """The words that stand where the label of a value would, when the type's tables do not know them.

    Args:
        pages: of the paper, as read.
        spec: its type.
        name: the field that the person gave.
        value: as the person gave it, normalised.
        others: everything else that was filled in: values and printed forms of the other fields.

    Returns:
        Nothing when the value is not found, its label is known, several words are possible, or the words
        might tell about a person.
    """
    field = spec.by_name.get(name)
    if field is None or spec.type == UNKNOWN_TYPE or Find.LABEL not in field.find or not value:
        return None
    form = read_form(spec, [sheet for page in pages if (sheet := lay_out(page)).rows])
    beside: dict[str, LabelCandidate] = {}
    above: dict[str, LabelCandidate] = {}
    for sheet in form.sheets.values():
        for index, row in enumerate(sheet.rows):
            for start, _ in value_spans(row.tokens, field.kind, value):
                known = _label_before(form, field, page=sheet.page, row=index, end=start)
                if known is field:
                    return None
                if known is not None:
                    continue
                words = _before(row, start, sheet)
                found = beside if words else above
                words = words or _over(sheet, index, row.tokens[start])
                candidate = _candidate(words, form, field, said=(value, *others))
                if candidate is not None:
                    found[candidate.key] = candidate
    possible = beside or above
    return next(iter(possible.values())) if len(possible) == 1 else None


def _label_before(form: Form, field: FieldSpec, *, page: int, row: int, end: int) -> FieldSpec | None:
    """The field whose known label stands right before a token: this one, or a neighbour in its block."""
    tokens = form.sheets[page].rows[row].tokens
    while end and not tokens[end - 1].plain:
        end -= 1
    hit = next((hit for hit in form.hits if (hit.page, hit.row, hit.end) == (page, row, end)), None)
    if hit is None:
        return None
    meant = [
        other
        for other in form.spec.fields
        if other.block == field.block and hit.label in {key_of(label) for label in other.labels}
    ]
    return field if field in meant else next(iter(meant), None)


def _before(row: Row, start: int, sheet: Sheet) -> Sequence[Token]:
    """Words before a token on its row, back to the row's start, a wide gap, or the colon before them."""
    tokens = row.tokens
    first = start
    while first > 0:
        token = tokens[first - 1]
        behind = tokens[first].x0 - token.x1
        at_value = first == start
        if behind > (_WIDE if at_value else _GAP) * sheet.text_height:
            break
        if (
            not at_value
            and (token.colon or token.text.endswith((";", ".")))
            and not _BULLET.match(token.text)
        ):
            break
        first -= 1
    return tokens[first:start]


def _over(sheet: Sheet, index: int, value: Token) -> Sequence[Token]:
    """The words on the row above that stand over a token, as on cards; none when the row is far."""
    if index == 0:
        return ()
    row = sheet.rows[index - 1]
    if sheet.rows[index].y - row.y > _ROW_STEP * sheet.text_height:
        return ()
    reach = _REACH * sheet.text_height
    over = [
        segment
        for segment in row.segments(sheet.text_height)
        if segment[0].x0 <= value.x0 + reach and segment[-1].x1 >= value.x0 - reach
    ]
    return over[0] if len(over) == 1 else ()


def _candidate(
    tokens: Sequence[Token], form: Form, field: FieldSpec, *, said: Iterable[str]
) -> LabelCandidate | None:
    """The words as a candidate; nothing when they are no label or may not leave."""
    words = list(_words(tokens))
    printed = unicodedata.normalize("NFC", " ".join(words)).strip(_EDGES)
    key = squash(printed)
    if not _LEAST_LETTERS <= len(key) <= _MOST_LETTERS or len(words) > _MOST_WORDS:
        return None
    if any(mark.isdigit() for mark in printed) or not printed.isprintable():
        return None
    if min(token.confidence for token in tokens) < _SURE:
        return None
    # A bilingual label is known by either half.
    halves = {key, *(squash(half) for half in printed.split("/"))} - {""}
    if any(_is_of_the_form(half, form.spec, field) for half in halves) or _looks_like_name(words):
        return None
    if any(_tells(printed, key, text) for text in said):
        return None
    return LabelCandidate(key=key, printed=printed)


def _words(tokens: Sequence[Token]) -> Iterator[str]:
    """The words without the bullet or number before them."""
    begun = False
    for token in tokens:
        if not begun and (_BULLET.match(token.text) or not token.plain):
            continue
        begun = True
        yield token.text


def _is_of_the_form(key: str, spec: PaperSpec, field: FieldSpec) -> bool:
    """Whether the tables know the words, or more of them: a label of the block, a title, a letterhead."""
    known = [label for other in spec.fields if other.block == field.block for label in other.labels]
    known += [opening for block in spec.blocks if block.name != field.block for opening in block.anchors]
    plain = {squash(text) for text in (*known, *spec.titles)} | set(MOTTOES)
    if key.startswith(tuple(squash(label) for label in known if label.endswith(OPENING))):
        return True
    return any(text.startswith(key) or alike(key, text, at_least=_KNOWN) for text in plain)


def _looks_like_name(words: Sequence[str]) -> bool:
    """Whether a surname with another capital behind it stands there; in capitals, at the start only."""
    bare = [word.strip(_EDGES) for word in words]
    capitals = all(word.isupper() for word in bare if word)
    pairs = list(pairwise(bare))
    return any(
        word[:1].isupper() and following[:1].isupper() and is_surname(title_word(word))
        for word, following in (pairs[:1] if capitals else pairs)
    )


def _tells(printed: str, key: str, said: str) -> bool:
    """Whether the words hold something that was filled in: all of it, a word of a name, two of a place."""
    plain = squash(said)
    if len(plain) >= _SHORT and plain in key:
        return True
    label = [word.strip(_EDGES).casefold() for word in printed.split()]
    parts = [word.strip(_EDGES) for word in unicodedata.normalize("NFC", said).split()]
    capitals = [word[:1].isupper() for word in parts]
    if len(parts) == 1 or (len(parts) <= _NAME_WORDS and all(capitals)):
        return bool(set(label) & {word.casefold() for word in parts if word})
    told = {
        (left.casefold(), right.casefold())
        for (left, right), named in zip(pairwise(parts), pairwise(capitals), strict=True)
        if all(named)
    }
    return bool(told & set(pairwise(label)))

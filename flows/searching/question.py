"""What people type into the search: words, ``"phrases"`` and ``field:value``, named in Vietnamese too.

Several parts: a paper has all of them. A word with accents finds just those accents, one without finds any.
Digits in groups count as one number, a date in any form as the day.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from types import MappingProxyType
from typing import Final

from dossier.persons import search_form
from dossier.search_errors import SearchEmptyError, SearchTooLongError
from dossier.search_words import Spoken, has_accents, spoken
from dossier.searching import MOST_TERMS, SearchTerm, SearchWord
from rulebook.paper_spec import Papers

_PIECE: Final = re.compile(r'"(?P<quoted>[^"]*)"?|(?P<plain>[^\s"]+)')
_QUOTES: Final = str.maketrans("“”„«»", '"' * 5)
_LONGEST_LABEL: Final = 6
"""Words of a label that people type before the colon."""
_ALIASES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "ten": ("full_name",),
        "hoten": ("full_name",),
        "hovaten": ("full_name",),
        "ngaysinh": ("date_of_birth",),
        "sodinhdanh": ("personal_id",),
        "cccd": ("personal_id",),
        "so": ("document_number", "serial_number", "certification_number", "licence_number"),
        "sogiayto": ("document_number", "serial_number", "certification_number", "licence_number"),
        "ngaycap": ("issue_date",),
        "ngayky": ("signed_date", "issue_date"),
        "nguoiky": ("signer_full_name",),
        "coquan": ("issuer",),
        "noicap": ("issuer",),
        "trichyeu": ("summary",),
        "diachi": ("residence", "permanent_residence", "current_residence"),
    }
)
"""Short names that clerks use, beside the labels and names of the vocabulary; a name ends in one of these."""

Names = Callable[[str], Sequence[str]]
"""Which fields a name means; none when it means none."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a question as it was typed; with the fields it is to stand in."""

    text: str
    quoted: bool
    fields: Sequence[str] = ()


def parse_question(text: str, papers: Papers, *, loose: bool = False) -> Sequence[SearchTerm]:
    """The terms of a question.

    Args:
        text: as it was typed.
        papers: their fields can be asked for.
        loose: accents do not count, whatever was typed.

    Raises:
        SearchEmptyError: no word is in it.
        SearchTooLongError: more than ``MOST_TERMS`` parts.
    """
    typed = unicodedata.normalize("NFC", text).translate(_QUOTES)
    pieces = _pieces(typed, lambda name: _fields(papers, name))
    terms = [term for piece in _joined(pieces) for term in _terms(piece, loose=loose)]
    if not terms:
        raise SearchEmptyError
    if len(terms) > MOST_TERMS:
        raise SearchTooLongError(most=MOST_TERMS)
    return terms


def _pieces(text: str, names: Names) -> list[_Piece]:
    found: list[_Piece] = []
    waiting: Sequence[str] = ()
    for match in _PIECE.finditer(text):
        if match["plain"] is None:
            found.append(_Piece(match["quoted"], quoted=True, fields=waiting))
            waiting = ()
            continue
        head, colon, tail = match["plain"].partition(":")
        fields, used = _named(found, head, names) if colon and not waiting else ((), 0)
        if fields:
            del found[len(found) - used :]
            waiting = fields
            if tail:
                found.append(_Piece(tail, quoted=False, fields=fields))
                waiting = ()
        else:
            found.append(_Piece(match["plain"], quoted=False, fields=waiting))
            waiting = ()
    return found


def _named(before: Sequence[_Piece], head: str, names: Names) -> tuple[Sequence[str], int]:
    """The fields of a label that ends before a colon, and how many words before belong to it."""
    words: list[str] = []
    for piece in reversed(before[-_LONGEST_LABEL:]):
        if piece.quoted or piece.fields:
            break
        words.insert(0, piece.text)
    for start in range(len(words) + 1):
        fields = names(" ".join((*words[start:], head)))
        if fields:
            return fields, len(words) - start
    return (), 0


def _joined(pieces: Sequence[_Piece]) -> Iterator[_Piece]:
    """Plain words beside each other as one text: numbers and days may go over several of them."""
    plain: list[str] = []
    for piece in pieces:
        if not piece.quoted and not piece.fields:
            plain.append(piece.text)
            continue
        if plain:
            yield _Piece(" ".join(plain), quoted=False)
            plain = []
        yield piece
    if plain:
        yield _Piece(" ".join(plain), quoted=False)


def _terms(piece: _Piece, *, loose: bool) -> Iterator[SearchTerm]:
    words = spoken(piece.text)
    plain = [word for word in words if not word.whole]
    if not plain:
        return
    if piece.quoted:
        choice = [_word(piece.text, word, loose=loose) for word in plain]
        yield SearchTerm(_in_fields([choice], piece.fields), phrase=len(choice) > 1)
        return
    whole = [word for word in words if word.whole]
    for one in whole:
        yield SearchTerm(_in_fields(_choices(piece.text, one, plain, loose=loose), piece.fields))
    for word in plain:
        if not any(one.begin <= word.begin and word.end <= one.end for one in whole):
            yield SearchTerm(_in_fields([[_word(piece.text, word, loose=loose)]], piece.fields))


def _choices(
    text: str, one: Spoken, plain: Sequence[Spoken], *, loose: bool
) -> Sequence[Sequence[SearchWord]]:
    """A number or day as one word; a number also as its groups, since it may be several numbers."""
    joined = [SearchWord(one.bare)]
    groups = [word for word in plain if one.begin <= word.begin and word.end <= one.end]
    if not one.bare.isdigit():
        return [joined]
    return [joined, [_word(text, word, loose=loose) for word in groups]]


def _word(text: str, word: Spoken, *, loose: bool) -> SearchWord:
    counts = not loose and has_accents(text[word.begin : word.end])
    return SearchWord(word.bare, word.accented if counts else "")


def _in_fields(
    choices: Sequence[Sequence[SearchWord]], fields: Sequence[str]
) -> tuple[tuple[SearchWord, ...], ...]:
    return tuple(
        tuple(SearchWord(word.bare, word.accented, field) for word in choice)
        for choice, field in product(choices, fields or ("",))
    )


def _fields(papers: Papers, name: str) -> Sequence[str]:
    return _names(papers_key(papers)).get(_letters(name), ())


def papers_key(papers: Papers) -> tuple[tuple[str, str], ...]:
    """Every field of the vocabulary with its label."""
    return tuple(
        sorted({(field.name, field.label_vi) for spec in papers.recognisable for field in spec.fields})
    )


@lru_cache(maxsize=4)
def _names(fields: tuple[tuple[str, str], ...]) -> Mapping[str, Sequence[str]]:
    found: dict[str, set[str]] = {}
    for name, label in fields:
        found.setdefault(_letters(name), set()).add(name)
        found.setdefault(_letters(label), set()).add(name)
    for alias, endings in _ALIASES.items():
        meant = {name for name, _ in fields if name.endswith(endings)}
        found.setdefault(alias, set()).update(meant)
    return {letters: sorted(names) for letters, names in found.items()}


def _letters(name: str) -> str:
    return "".join(letter for letter in search_form(name) if letter.isalnum())

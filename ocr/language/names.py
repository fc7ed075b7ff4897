"""Where a line names a person or a place: runs of capitalised words that the language must not bend.

Surnames, middle words and the words that announce a name are a small table, ``data/names.toml``.
"""

from __future__ import annotations

import functools
import itertools
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from ocr.language.lattice import Slot
from ocr.language.model import DATA, LanguageModel
from ocr.language.syllables import Case, case_of, counting_form, is_syllable
from ocr.language.tokens import take_apart

Guard = Literal["plain", "capital", "name"]

_LONGEST_NAME = 6
# Seen beside each other this often in laws, two capitalised words are an agency or a heading.
COMMON = 10
_ENGLISH_RUN = 2
# Pairs of headings are far more common than any that a name makes by chance.
_HEADING = 100


@dataclass(frozen=True, slots=True, eq=False)
class NameWords:
    """What tells a name; all in counting form.

    Attributes:
        surnames: surname to its share of the people (0 to 1; small for the peoples of the mountains).
        places: pairs of words that name a province.
        rare_share: share of a surname that is none of the common ones.
        middles: words that stand between surname and given name.
        before_person, before_place: words that announce a name.
    """

    surnames: Mapping[str, float]
    places: frozenset[tuple[str, str]]
    rare_share: float
    middles: frozenset[str]
    before_person: frozenset[str]
    before_place: frozenset[str]


@functools.cache
def load_names(folder: Path = DATA) -> NameWords:
    """The tables of a folder: ``names.toml``, and ``places.tsv`` that ``ocr.language.train`` writes."""
    rows = (folder / "places.tsv").read_text(encoding="utf-8").splitlines()
    table = tomllib.loads((folder / "names.toml").read_text(encoding="utf-8"))
    surnames = {counting_form(name): float(share) for name, share in table["surnames"].items()}
    return NameWords(
        surnames={
            **{counting_form(name): table["rare_share"] for name in table["rare_surnames"]},
            **surnames,
        },
        places=frozenset((one, two) for one, two in (row.split("\t") for row in rows)),
        rare_share=float(table["rare_share"]),
        middles=frozenset(map(counting_form, table["middles"])),
        before_person=frozenset(map(counting_form, table["before_person"])),
        before_place=frozenset(map(counting_form, table["before_place"])),
    )


def guards(slots: Sequence[Slot], *, model: LanguageModel, names: NameWords) -> tuple[Guard, ...]:
    """How well each word of a line is to be protected, from the engine's own readings.

    ``name``: part of a name of a person or place, or of a foreign language; ``capital``: any other word with
    a capital letter; ``plain``: all else.
    """
    texts = [slot.own.text for slot in slots]
    cases = [case_of(take_apart(text).core) for text in texts]
    levels: list[Guard] = ["plain"] * len(texts)
    for index, case in enumerate(cases):
        if case in {"title", "upper", "mixed"}:
            levels[index] = "capital"
    for start, end in _runs(texts, cases):
        if _is_name(slots, start, end, model=model, names=names):
            levels[start:end] = ["name"] * (end - start)
            if start and _announces(texts[start - 1], names):
                levels[start - 1] = "name"
    for index in _foreign(slots):
        levels[index] = "name"
    return tuple(levels)


def _announces(text: str, names: NameWords) -> bool:
    word = counting_form(take_apart(text).core)
    return word in names.before_person or word in names.before_place


def _runs(texts: Sequence[str], cases: Sequence[Case]) -> list[tuple[int, int]]:
    """Stretches of words of one capital case that no punctuation divides: start and end index."""
    runs: list[tuple[int, int]] = []
    start = 0
    for index in range(1, len(texts) + 1):
        over = (
            index == len(texts)
            or cases[index] != cases[start]
            or bool(take_apart(texts[index - 1]).closing)
            or bool(take_apart(texts[index]).opening)
        )
        if over:
            if cases[start] in {"title", "upper", "mixed"}:
                runs.append((start, index))
            start = index
    return runs


def _is_name(slots: Sequence[Slot], start: int, end: int, *, model: LanguageModel, names: NameWords) -> bool:
    tokens = [counting_form(take_apart(slot.own.text).core) for slot in slots[start:end]]
    if len(tokens) > _LONGEST_NAME:
        return False
    if start and _announces(slots[start - 1].own.text, names):
        return True
    known = any(model.knows_pair(one, two) >= COMMON for one, two in itertools.pairwise(tokens))
    if len(tokens) > 1 and tokens[0] in names.surnames and tokens[1] in names.middles:
        return True
    # Words nobody writes in laws, beside each other and capitalised, are a name of some kind.
    strange = (
        tokens[0] in names.surnames or _announces(tokens[0], names) or not model.ids.keys() >= set(tokens)
    )
    if len(tokens) == 1 or known or not strange:
        return False
    return not any(_is_heading(one, two, model) for one, two in itertools.pairwise(slots[start:end]))


def _is_heading(one: Slot, two: Slot, model: LanguageModel) -> bool:
    """Some readings of the two words stand beside each other in laws all the time: ``QUYÉT ĐỊNH``."""
    first, second = (
        np.array(
            [model.id_or_nothing(counting_form(take_apart(choice.text).core)) for choice in slot.choices]
        )
        for slot in (one, two)
    )
    return bool(model.pair_counts_of(first[:, None], second[None, :]).max() >= _HEADING)


def _foreign(slots: Sequence[Slot]) -> list[int]:
    """Words of another language and what stands between them.

    A word that is no syllable counts alone where no accent makes it one (``origin``, not ``cac``);
    in such company any word without accents counts.
    """
    strange = [_is_foreign(take_apart(slot.own.text).core) for slot in slots]
    found = []
    for index, slot in enumerate(slots):
        near = sum(strange[max(0, index - 2) : index] + strange[index + 1 : index + 3])
        if strange[index]:
            foreign = near > 0 or not any(is_syllable(take_apart(other.text).core) for other in slot.choices)
        else:
            foreign = slot.own.text.isascii() and near >= _ENGLISH_RUN
        if foreign:
            found.append(index)
    return found


def _is_foreign(core: str) -> bool:
    """ASCII letters, more than two, that are no Vietnamese syllable and no abbreviation."""
    return (
        len(core) > 2 and core.isascii() and core.isalpha() and not core.isupper() and not is_syllable(core)
    )

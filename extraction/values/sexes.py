"""Giới tính: Nam or Nữ."""

from __future__ import annotations

import re

from dossier.persons import Sex
from extraction.folding import fold
from extraction.values.reading import Reading

_WORD = re.compile(r"(?<![a-z])(?:nam|nu|male|female|m|f)(?![a-z])")
_SEX = {
    "nam": Sex.MALE,
    "male": Sex.MALE,
    "m": Sex.MALE,
    "nu": Sex.FEMALE,
    "female": Sex.FEMALE,
    "f": Sex.FEMALE,
}


def read_sex(text: str) -> Reading | None:
    """The first word that says a sex; ``Việt Nam`` is none."""
    plain = fold(text)
    for match in _WORD.finditer(plain):
        if plain[: match.start()].rstrip().endswith("viet"):
            continue
        printed = text[match.start() : match.end()]
        exact = printed.casefold() in {"nam", "nữ", "male", "female"}
        return Reading(
            value=_SEX[match.group()].value,
            start=match.start(),
            end=match.end(),
            quality=0.99 if exact else 0.7,
        )
    return None

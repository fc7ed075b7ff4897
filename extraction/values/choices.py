"""A value that is one of few: classes of a driving licence, where ``A1`` is easily read as ``Al``."""

from __future__ import annotations

from collections.abc import Sequence

from extraction.folding import strokes
from extraction.values.reading import Reading

MENDED = "ocr.choice_mended"
"""Reason code: a mark was read as another of the same stroke; only one possible value looks like that."""


def read_choice(text: str, choices: Sequence[str]) -> Reading | None:
    """The possible value that the text opens with; the longest, where one opens another.

    Letters and digits of one stroke count as one (``Al`` is ``A1``), as long as only one value is meant.
    """
    words = text.split()
    for count in range(len(words), 0, -1):
        printed = " ".join(words[:count]).strip(" .,;:")
        meant = [choice for choice in choices if strokes(choice) == strokes(printed)]
        exact = [choice for choice in meant if choice.casefold() == printed.casefold()]
        if len(exact or meant) == 1:
            value = (exact or meant)[0]
            start = text.index(words[0])
            return Reading(
                value=value,
                start=start,
                end=start + len(printed),
                quality=0.98 if exact else 0.8,
                reasons=() if exact else (MENDED,),
            )
    return None

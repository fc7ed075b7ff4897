"""Text of strangers made fit to show: one line, bounded, nothing in it that steers a screen or a printer.

Names in certificates are whatever somebody typed, or whatever somebody wants us to see. Control characters
and those that turn the direction of writing become a visible replacement mark, so that a name cannot pretend
to be another; escaping for HTML or XML is done where the text is set.
"""

from __future__ import annotations

import unicodedata

MAX_SHOWN = 160
_ELLIPSIS = "…"
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# Control, format (direction, zero width), surrogate, private, unassigned; line and paragraph separators.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MAX_MARKS = 2


def shown(text: str, *, limit: int = MAX_SHOWN) -> str:
    """The text as a report shows it: NFC, white space single, hidden characters replaced, cut at a length.

    Args:
        text: as the file has it.
        limit: how many characters at most; what is cut off leaves an ellipsis.
    """
    # Cut before the work too: a name may be megabytes long.
    start = unicodedata.normalize("NFC", " ".join(text[: 4 * limit].split()))
    visible = "".join(_REPLACEMENT if unicodedata.category(mark) in _HIDDEN else mark for mark in start)
    bounded = _without_towers(visible)
    return bounded if len(bounded) <= limit and len(text) <= 4 * limit else bounded[: limit - 1] + _ELLIPSIS


def xml_text(text: str) -> str:
    """The text without the characters that XML 1.0 cannot hold."""
    return "".join(mark if _is_xml(ord(mark)) else _REPLACEMENT for mark in text)


def _without_towers(text: str) -> str:
    """At most two combining marks on a letter: more of them cover the lines above."""
    kept, marks = [], 0
    for mark in text:
        marks = marks + 1 if unicodedata.combining(mark) else 0
        if marks <= _MAX_MARKS:
            kept.append(mark)
    return "".join(kept)


def _is_xml(code: int) -> bool:
    if code in {0x9, 0xA, 0xD}:
        return True
    return 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF

"""Frequent surnames and middle names: weak evidence that an accent was read rightly, never more.

A surname that is not in the tables says nothing: many peoples of Vietnam have their own.
"""

from __future__ import annotations

from rulebook.names import load_names


def accents_doubtful(name: str) -> bool:
    """Whether the surname (or ``Thị``, ``Văn`` behind it) has letters of a frequent one but other accents."""
    first, *rest = name.split()
    names = load_names()
    return names.surnames.accents_doubtful(first) or (
        len(rest) > 1 and names.middles.accents_doubtful(rest[0])
    )


def is_surname(word: str) -> bool:
    """Whether a word, in title case, is a surname of the table."""
    return word in load_names().surnames.shares

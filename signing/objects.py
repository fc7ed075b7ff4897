"""Reading PDF objects whose kind nobody has checked yet."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pyhanko.pdf_utils import generic, misc


def entry(dictionary: generic.DictionaryObject, key: str) -> object | None:
    """A value of a dictionary, references followed; ``None`` if it is not there."""
    if key not in dictionary:
        return None
    value: object = dictionary[key]
    return None if isinstance(value, generic.NullObject) else value


def members(array: object) -> Iterator[generic.DictionaryObject]:
    """The dictionaries of an array, references followed; nothing of anything else."""
    if not isinstance(array, generic.ArrayObject):
        return
    for index in range(len(array)):
        member = array[index]
        if isinstance(member, generic.DictionaryObject):
            yield member


def number(value: object) -> float:
    """A number.

    Raises:
        PdfReadError: it is none.
    """
    if not isinstance(value, int | Decimal):
        msg = "a number was expected"
        raise misc.PdfReadError(msg)
    return float(value)

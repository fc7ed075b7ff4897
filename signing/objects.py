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


def plain_rectangle(value: object) -> tuple[float, float, float, float] | None:
    """Left, bottom, right, top of an array of four numbers that stand there themselves; else ``None``."""
    if not isinstance(value, generic.ArrayObject) or len(value) != 4:
        return None
    numbers = [float(one) for one in value if isinstance(one, int | Decimal)]
    if len(numbers) != 4:
        return None
    return (
        min(numbers[0], numbers[2]),
        min(numbers[1], numbers[3]),
        max(numbers[0], numbers[2]),
        max(numbers[1], numbers[3]),
    )

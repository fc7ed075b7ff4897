"""Reading PDF objects whose kind nobody has checked yet."""

from __future__ import annotations

from collections.abc import Iterator

from pyhanko.pdf_utils import generic


def entry(dictionary: generic.DictionaryObject, key: str) -> generic.PdfObject | None:
    """A value of a dictionary, references followed; ``None`` if it is not there."""
    if key not in dictionary:
        return None
    value: generic.PdfObject = dictionary[key]
    return None if isinstance(value, generic.NullObject) else value


def members(array: generic.PdfObject | None) -> Iterator[generic.DictionaryObject]:
    """The dictionaries of an array, references followed; nothing of anything else."""
    if not isinstance(array, generic.ArrayObject):
        return
    for index in range(len(array)):
        member = array[index]
        if isinstance(member, generic.DictionaryObject):
            yield member

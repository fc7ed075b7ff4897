"""Finding every signature of a file, in the form and beside it."""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pyhanko.pdf_utils import generic, misc
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.rw_common import PdfHandler

from signing.objects import entry
from signing.structure import Buffer

MAX_SIGNATURES = 50
MAX_REVISIONS = 200
_MAX_FIELDS = 20_000
_FIELD_DEPTH = 8
_RANGE_KEY = re.compile(rb"/ByteRange[\x00\t\n\x0c\r ]*\[")
_OBJECT_HEAD = re.compile(rb"(\d{1,10})[\x00\t\n\x0c\r ]+(\d{1,5})[\x00\t\n\x0c\r ]+obj\Z")
_HEAD_BYTES = 24
# A signature dictionary begins at most its own string before its range.
_REACH = 9 * 1024 * 1024


class LimitError(Exception):
    """The file asks for more work than any honest file does."""


class MalformedError(Exception):
    """Something that claims to be a signature cannot be read as one."""


@dataclass(frozen=True, slots=True)
class Found:
    """A filled signature field.

    Attributes:
        name: full name of the field.
        field: its dictionary.
    """

    name: str
    field: generic.DictionaryObject


def filled_fields(reader: PdfFileReader) -> list[Found]:
    """Every filled signature field of the file as it is now, whatever its kind.

    Raises:
        LimitError: too many of them, or too many revisions.
        MalformedError: the form is none.
    """
    if reader.xrefs.total_revisions > MAX_REVISIONS:
        raise LimitError
    found = []
    for one in _filled(reader):
        found.append(one)
        if len(found) > MAX_SIGNATURES:
            raise LimitError
    return found


def lost_fields(reader: PdfFileReader, present: list[Found]) -> list[str]:
    """Names of fields that were signed in an earlier revision and are no longer."""
    known = {one.name for one in present}
    names: list[str] = []
    for revision in range(reader.xrefs.total_revisions - 1):
        for one in _filled_then(reader, revision):
            if one.name not in known and one.name not in names:
                names.append(one.name)
                if len(names) > MAX_SIGNATURES:
                    raise LimitError
    return names


def has_stray_signature(reader: PdfFileReader, data: Buffer, present: list[Found]) -> bool:
    """Whether an object of the file is a signature that no field of its form shows.

    Usage rights (ISO 32000-1, 12.8.2.3) are nobody's signature and do not count.
    """
    shown = {_reference(one.field, "/V") for one in present}
    rights = entry(reader.root, "/Perms")
    if isinstance(rights, generic.DictionaryObject):
        shown |= {_reference(rights, key) for key in ("/UR", "/UR3")}
    for count, match in enumerate(_RANGE_KEY.finditer(data)):
        if count > MAX_SIGNATURES + MAX_REVISIONS:
            raise LimitError
        reference = _object_around(data, match.start(), reader)
        if reference is not None and reference not in shown and _is_signature_object(reader, reference):
            return True
    return False


def _filled_then(reader: PdfFileReader, revision: int) -> list[Found]:
    """The filled fields of an earlier revision; none where its table of objects is only a part of one.

    A linearized file begins with such a part (ISO 32000-1, annex F).
    """
    try:
        return list(_filled(reader.get_historical_resolver(revision)))
    except (KeyError, misc.PdfReadError):
        return []


def _object_around(data: Buffer, at: int, reader: PdfFileReader) -> generic.Reference | None:
    """The object in whose bytes an offset lies; ``None`` if it lies in none."""
    end = data.rfind(b"obj", max(0, at - _REACH), at)
    while end >= 0 and data[end - 3 : end] == b"end":
        end = data.rfind(b"obj", max(0, at - _REACH), end)
    if end < 0:
        return None
    head = _OBJECT_HEAD.search(data[max(0, end - _HEAD_BYTES) : end + 3])
    return None if head is None else generic.Reference(int(head[1]), int(head[2]), reader)


def _is_signature_object(reader: PdfFileReader, reference: generic.Reference) -> bool:
    try:
        value: object = reader.get_object(reference, never_decrypt=True)
    except misc.PdfReadError:
        return False
    return isinstance(value, generic.DictionaryObject) and {"/ByteRange", "/Contents"} <= set(value)


def _reference(dictionary: generic.DictionaryObject, key: str) -> generic.Reference | None:
    value = dictionary.raw_get(key) if key in dictionary else None
    return value.reference if isinstance(value, generic.IndirectObject) else None


def signature_fields(reader: PdfFileReader) -> Iterator[generic.DictionaryObject]:
    """The dictionaries of all signature fields, filled or empty."""
    for _, field in _fields(reader):
        if entry(field, "/FT") == "/Sig" or _is_signature(field):
            yield field


def _filled(handler: PdfHandler) -> Iterator[Found]:
    for name, field in _fields(handler):
        if _is_signature(field):
            yield Found(name, field)


def _fields(handler: PdfHandler) -> Iterator[tuple[str, generic.DictionaryObject]]:
    form = entry(handler.root, "/AcroForm")
    if form is None:
        return
    if not isinstance(form, generic.DictionaryObject):
        raise MalformedError
    fields = entry(form, "/Fields")
    if fields is None:
        return
    for count, one in enumerate(_walk(fields, prefix="", depth=0)):
        if count == _MAX_FIELDS:
            raise LimitError
        yield one


def _walk(fields: object, *, prefix: str, depth: int) -> Iterator[tuple[str, generic.DictionaryObject]]:
    if depth > _FIELD_DEPTH or not isinstance(fields, generic.ArrayObject):
        raise MalformedError
    for index in range(len(fields)):
        field = fields[index]
        if not isinstance(field, generic.DictionaryObject):
            raise MalformedError
        part = str(entry(field, "/T") or "")
        name = f"{prefix}.{part}" if prefix and part else prefix or part
        yield name, field
        if "/Kids" in field:
            yield from _walk(field["/Kids"], prefix=name, depth=depth + 1)


def _is_signature(field: generic.DictionaryObject) -> bool:
    if "/V" not in field:
        return False
    if entry(field, "/FT") == "/Sig":
        # The value itself is not looked up here: reading a signature is slow.
        return not isinstance(field.raw_get("/V"), generic.NullObject)
    value = entry(field, "/V")
    return isinstance(value, generic.DictionaryObject) and "/ByteRange" in value

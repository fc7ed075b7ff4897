"""What earlier signatures forbid: certification (DocMDP) and locked fields (FieldMDP), ISO 32000-2, 12.8.2.

Read from the signature itself and from the field it stands in, and kept by everything here that adds to a
file. Document timestamps and the evidence they cover are no changes in the sense of these locks (ISO 32000-2,
table 257), so a lock stops them only when it cannot be understood or names their field.
"""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.fields import Found
from signing.objects import entry, members
from signing.structure import Buffer
from signing.values import value_of

Action = Literal["/All", "/Include", "/Exclude"]
_ACTIONS: tuple[Action, ...] = ("/All", "/Include", "/Exclude")
# No changes; filling in and signing; annotations as well.
_PERMISSIONS = (1, 2, 3)
_DEFAULT_PERMISSION = 2

LOCKED = "tệp đã bị khóa bởi chữ ký trước"
CERTIFIED = "chữ ký chứng nhận trong tệp không cho thêm chữ ký"
UNCLEAR = "tệp có khóa không rõ phạm vi"


@dataclass(frozen=True, slots=True)
class FieldLock:
    """Fields that must not be filled any more.

    Attributes:
        action: all, only those named, or all but those named.
        names: full names; a name stands for the fields below it too.
    """

    action: Action
    names: frozenset[str] = frozenset()

    def covers(self, field: str) -> bool:
        """Whether a field must stay as it is."""
        if self.action == "/All":
            return True
        return self.names_it(field) == (self.action == "/Include")

    def names_it(self, field: str) -> bool:
        """Whether the list holds the field or one above it."""
        return any(field == name or field.startswith(f"{name}.") for name in self.names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Locks:
    """All locks of a file.

    Attributes:
        permission: 1, 2 or 3 of the strictest certification; ``None`` without one.
        fields: locks of single fields.
        unclear: whether something that locks could not be understood.
    """

    permission: int | None = None
    fields: tuple[FieldLock, ...] = ()
    unclear: bool = False

    def against_signature(self, field: str, *, creates: bool) -> str:
        """Why a signature must not be added, in words for a person; empty if it may.

        Args:
            field: where it would stand.
            creates: whether the field is not there yet: under certification only prepared fields may be used.
        """
        if self.unclear:
            return UNCLEAR
        if self.permission == 1 or (self.permission is not None and creates):
            return CERTIFIED
        return LOCKED if any(lock.covers(field) for lock in self.fields) else ""

    def against_timestamp(self, field: str) -> str:
        """Why a document timestamp must not be added, in words for a person; empty if it may."""
        if self.unclear:
            return UNCLEAR
        named = any(lock.action == "/Include" and lock.names_it(field) for lock in self.fields)
        return LOCKED if named else ""


def read_locks(reader: PdfFileReader, filled: Iterable[Found], *, data: Buffer) -> Locks:
    """The locks of every filled signature field.

    Args:
        reader: of the file.
        filled: its filled signature fields.
        data: its bytes.
    """
    found_locks = [lock for found in filled for lock in _locks_of(found, reader=reader, data=data)]
    permissions = [lock.permission for lock in found_locks if lock.permission is not None]
    return Locks(
        permission=min(permissions, default=None),
        fields=tuple(field for lock in found_locks for field in lock.fields),
        unclear=not _known_permissions(reader) or any(lock.unclear for lock in found_locks),
    )


def _known_permissions(reader: PdfFileReader) -> bool:
    """Whether the catalog asks for nothing but a certification, which its signature explains itself."""
    permissions = entry(reader.root, "/Perms")
    if permissions is None:
        return True
    return isinstance(permissions, generic.DictionaryObject) and set(permissions) <= {"/DocMDP"}


def _locks_of(found: Found, *, reader: PdfFileReader, data: Buffer) -> Iterator[Locks]:
    """What a field and its signature say about locks."""
    lock = entry(found.field, "/Lock")
    if isinstance(lock, generic.DictionaryObject):
        yield _field_locks(lock)
    if value_of(found.field, reader=reader, data=data) is not None:
        # The form in which our signatures are written has no place for a lock.
        return
    value = entry(found.field, "/V")
    references = entry(value, "/Reference") if isinstance(value, generic.DictionaryObject) else None
    yield from map(_transform, members(references))


def _transform(reference: generic.DictionaryObject) -> Locks:
    """One signature reference (ISO 32000-2, table 256)."""
    method, parameters = entry(reference, "/TransformMethod"), entry(reference, "/TransformParams")
    given = parameters if isinstance(parameters, generic.DictionaryObject) else generic.DictionaryObject()
    if method == "/DocMDP":
        return _permission(given, otherwise=_DEFAULT_PERMISSION)
    return _field_locks(given) if method == "/FieldMDP" else Locks(unclear=True)


def _field_locks(lock: generic.DictionaryObject) -> Locks:
    action = next((one for one in _ACTIONS if entry(lock, "/Action") == one), None)
    if action is None:
        return Locks(unclear=True)
    names = entry(lock, "/Fields")
    listed = names if isinstance(names, generic.ArrayObject) else ()
    field = FieldLock(action, frozenset(str(name) for name in listed))
    return replace(_permission(lock, otherwise=None), fields=(field,))


def _permission(given: generic.DictionaryObject, *, otherwise: int | None) -> Locks:
    value = entry(given, "/P")
    if value is None:
        return Locks(permission=otherwise)
    known = next((one for one in _PERMISSIONS if value == one), None)
    return Locks(permission=known, unclear=known is None)

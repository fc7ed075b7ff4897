"""What each revision of a file brought, and the digests of the file as it stood at each signature."""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import cached_property

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel, SuspiciousModification

from signing.details import ChangeKind, LaterChange
from signing.objects import entry
from signing.policy import ARCHIVE_POLICY
from signing.reading import ReadSignature
from signing.structure import Buffer

_CHUNK = 1024 * 1024
_EVIDENCE_KEYS = ("/Certs", "/CRLs", "/OCSPs")


def prefix_digests(data: Buffer, lengths: Iterable[int]) -> dict[int, str]:
    """SHA-256 of the first so many bytes, for each length, in one pass over the data.

    Args:
        data: the file.
        lengths: in bytes; those larger than the file are left out.
    """
    digests: dict[int, str] = {}
    running, at = hashlib.sha256(), 0
    for length in sorted({one for one in lengths if 0 <= one <= len(data)}):
        while at < length:
            piece = data[at : min(length, at + _CHUNK)]
            running.update(piece)
            at += len(piece)
        digests[length] = running.copy().hexdigest()
    return digests


class Revisions:
    """The revisions of one file; worked out once and asked for every signature."""

    def __init__(self, reader: PdfFileReader, signatures: Sequence[ReadSignature]) -> None:
        self._reader = reader
        self._signatures = signatures
        self._sound: dict[int, bool] = {}

    @cached_property
    def count(self) -> int:
        """How many there are."""
        return int(self._reader.xrefs.total_revisions)

    def after(self, signature: ReadSignature, *, suspicious: bool) -> tuple[LaterChange, ...]:
        """What came after a signature, by revision and kind.

        Args:
            signature: the one in question.
            suspicious: whether something came that may not; then each revision is compared with the one
                before it to find where.
        """
        changes = []
        for revision in range(signature.revision + 1, self.count):
            kinds = self._kinds[revision]
            bad = suspicious and not self._is_sound(revision)
            changes += [LaterChange(revision=revision + 1, kind=kind, allowed=True) for kind in kinds]
            if bad or not kinds:
                changes.append(LaterChange(revision=revision + 1, kind="other", allowed=not bad))
        if suspicious and all(change.allowed for change in changes):
            # What is wrong lies between or behind the revisions, in bytes that belong to none of them.
            changes.append(LaterChange(revision=self.count, kind="other", allowed=False))
        return tuple(changes)

    def brought_in(self, reference: generic.Reference) -> int:
        """Number of the revision, from 0, in which an object got its present content."""
        return int(self._reader.xrefs.get_last_change(reference))

    @cached_property
    def evidence(self) -> dict[str, int]:
        """SHA-256 of every piece of evidence in the file, and the revision that brought it."""
        return {
            hashlib.sha256(stream.data).hexdigest(): self.brought_in(reference)
            for reference, stream in self._evidence_streams()
        }

    @cached_property
    def _kinds(self) -> dict[int, tuple[ChangeKind, ...]]:
        found: dict[int, list[ChangeKind]] = {revision: [] for revision in range(self.count)}
        touched = {reference for reference, _ in self._evidence_streams()} | self._store_references()
        for revision in range(1, self.count):
            if touched & self._reader.xrefs.explicit_refs_in_revision(revision):
                found[revision].append("evidence")
        for signature in self._signatures:
            kind: ChangeKind = "timestamp" if signature.is_timestamp else "signature"
            if kind not in found[signature.revision]:
                found[signature.revision].append(kind)
        return {revision: tuple(kinds) for revision, kinds in found.items()}

    def _store_references(self) -> set[generic.Reference]:
        root = self._reader.root
        value = root.raw_get("/DSS") if "/DSS" in root else None
        return {value.reference} if isinstance(value, generic.IndirectObject) else set()

    def _evidence_streams(self) -> list[tuple[generic.Reference, generic.StreamObject]]:
        store = entry(self._reader.root, "/DSS")
        if not isinstance(store, generic.DictionaryObject):
            return []
        streams = []
        for key in _EVIDENCE_KEYS:
            values = entry(store, key)
            for value in values if isinstance(values, generic.ArrayObject) else ():
                stream = value.get_object() if isinstance(value, generic.IndirectObject) else None
                if isinstance(stream, generic.StreamObject):
                    streams.append((value.reference, stream))
        return streams

    def _is_sound(self, revision: int) -> bool:
        if revision not in self._sound:
            self._sound[revision] = self._compare(revision)
        return self._sound[revision]

    def _compare(self, revision: int) -> bool:
        old = self._reader.get_historical_resolver(revision - 1)
        new = self._reader.get_historical_resolver(revision)
        try:
            result = ARCHIVE_POLICY.apply(old, new)
        except (SuspiciousModification, PdfReadError):
            return False
        return bool(result.modification_level <= ModificationLevel.FORM_FILLING)

"""Is an arrived bundle what a desk of ours made, whole, and in its turn? Asked before anything is changed."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from dossier.bundle_errors import (
    BundleError,
    BundleForeignError,
    BundleForkedError,
    BundleMissingError,
    BundleUnknownDeskError,
)
from dossier.bundles import Arrival, BundleManifest, Desk, Member
from dossier.documents import DocumentState
from dossier.errors import JournalBrokenError
from dossier.ids import Sha256
from flows.bundle_export import bound_to
from signing.desk_keys import DeskKeyError, PublicKeys
from storage.aead import KEY_BYTES
from storage.bodies import document_from_text
from storage.bundle_chain import RawEntry, entry_of_line
from storage.bundle_file import BundleFile
from storage.bundle_manifest import read_manifest
from storage.sealed_heads import KeptHead, need_linked, parse_head
from wiring.services import Services

STREAMS: Final = ("records", "index", "journal", "heads")
"""The members that every bundle has."""

UNREADABLE: Final = (AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError)
"""What reading a line that is none of ours raises."""

_KINDS: Final = frozenset(
    {
        "number",
        "unnumbered",
        "batch",
        "item",
        "document",
        "destroyed",
        "same",
        "step",
        "acts",
        "decision",
        "dossier",
        "told",
        "declared",
        "grant",
    }
)


class Turn(StrEnum):
    """Where a bundle stands in the row of its desk's bundles."""

    NEW = "new"
    BEGUN = "begun"
    """Taking it in was interrupted."""
    IMPORTED = "imported"
    CONTAINED = "contained"
    """A later bundle that held all of it was imported before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedBundle:
    """A bundle of a desk of ours, in its turn; its content was not looked at yet.

    Attributes:
        file: open.
        manifest: signed by the desk.
        sha256: of the manifest.
        desk: whose it is.
        turn: where it stands.
        key: of its members.
    """

    file: BundleFile
    manifest: BundleManifest
    sha256: str
    desk: Desk
    turn: Turn
    key: bytes = field(repr=False)

    def member(self, name: str) -> Member:
        """A member by its name; those of ``STREAMS`` are always there."""
        return next(member for member in self.manifest.members if member.name == name)

    def lines(self, name: str) -> Iterator[dict[str, Any]]:
        """The records of a member.

        Raises:
            BundleError: it was altered, or holds something else.
        """
        for line in self.file.lines(self.member(name), self.key):
            try:
                told = json.loads(line)
            except UNREADABLE as error:
                raise self.unreadable(error) from error
            if not isinstance(told, dict):
                raise self.unreadable()
            yield told

    def unreadable(self, error: Exception | None = None) -> BundleError:
        """What to say of a record that is none of ours."""
        cause = type(error).__name__ if error is not None else ""
        return BundleError(self.file.name, reason="có bản ghi không đọc được", cause=cause)


@contextmanager
def opened(services: Services, path: Path) -> Iterator[CheckedBundle]:
    """A bundle whose maker, table of contents and turn are right.

    Raises:
        BundleError: one of its kinds, with the reason.
    """
    with BundleFile.opened(path) as file:
        content, signature = file.manifest()
        manifest = read_manifest(content, item=file.name)
        desk = _desk(services, manifest, file.name)
        public = PublicKeys.from_text(desk.signing_key, desk.receiving_key)
        if not public.verify(content, signature):
            raise BundleError(file.name, reason="chữ ký không phải của bàn này, hoặc bản kê đã bị sửa")
        if manifest.centre != services.desk_keys.public.id:
            raise BundleForeignError(file.name)
        if manifest.demo and services.settings.production:
            raise BundleError(file.name, reason="bàn ký bằng khóa DEMO, trung tâm đang vận hành thật")
        file.need_members(manifest.members)
        if not set(STREAMS) <= {member.name for member in manifest.members}:
            raise BundleError(file.name, reason="thiếu phần bắt buộc")
        key = _key(services, manifest, file.name)
        sha256 = hashlib.sha256(content).hexdigest()
        turn = _turn(services, manifest, sha256, desk, file.name)
        yield CheckedBundle(file=file, manifest=manifest, sha256=sha256, desk=desk, turn=turn, key=key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a bundle holds, every byte of it read and right.

    Attributes:
        heads: sealed heads of the desk's journal that agree with it.
        absent: objects that the desk itself has lost.
        new_bytes: size of the objects that are not here yet.
    """

    heads: tuple[KeptHead, ...]
    absent: int
    new_bytes: int


def read_through(services: Services, bundle: CheckedBundle) -> Contents:
    """Read all of a bundle and compare: members, records, objects, the desk's chain and its sealed heads.

    Raises:
        BundleError: something is not what was signed, or does not fit together; nothing was changed.
    """
    named = _check_records(bundle)
    there, absent, new_bytes = _check_objects(services, bundle)
    blobs = services.store.blobs
    missing = [one for one in named - there if not blobs.contains(one)]
    if missing:
        raise BundleError(bundle.file.name, reason=f"thiếu {len(missing)} đối tượng mà bản ghi nói đến")
    heads = _heads(bundle)
    _check_chain(services, bundle, {kept.head.entries: kept.head.hash for kept in heads})
    return Contents(heads=heads, absent=absent, new_bytes=new_bytes)


def objects_of(bundle: CheckedBundle) -> Iterator[tuple[Sha256, Member]]:
    """The objects in a bundle and the members that hold them."""
    members = {member.name: member for member in bundle.manifest.members}
    for line in bundle.lines("index"):
        if not line.get("absent"):
            try:
                yield Sha256(line["sha256"]), members[line["member"]]
            except (KeyError, TypeError) as error:
                raise bundle.unreadable(error) from error


def entries_of(bundle: CheckedBundle) -> Iterator[RawEntry]:
    """The desk's journal entries, as they stand there."""
    for line in bundle.lines("journal"):
        try:
            yield entry_of_line(line)
        except UNREADABLE as error:
            raise bundle.unreadable(error) from error


def _desk(services: Services, manifest: BundleManifest, item: str) -> Desk:
    desk = services.store.records.desks.desk(manifest.desk)
    if desk is None or desk.retired_at is not None:
        # What a stranger wrote is data: of its id only what ids are made of is shown.
        shown = "".join(letter for letter in manifest.desk[:8] if letter.isalnum())
        raise BundleUnknownDeskError(item, desk=shown)
    return desk


def _key(services: Services, manifest: BundleManifest, item: str) -> bytes:
    bound = bound_to(manifest.desk, manifest.centre, manifest.number)
    try:
        key = services.desk_keys.open(base64.b64decode(manifest.key, validate=True), bound_to=bound)
    except (DeskKeyError, binascii.Error, ValueError) as error:
        raise BundleForeignError(item) from error
    if len(key) != KEY_BYTES:
        raise BundleForeignError(item)
    return key


def _turn(services: Services, manifest: BundleManifest, sha256: str, desk: Desk, item: str) -> Turn:
    """Where it stands, if that is a place: what it rests on is here and is what it says."""
    known = {arrival.number: arrival for arrival in services.store.records.desks.arrivals(desk.id)}
    same = known.get(manifest.number)
    forked = BundleForkedError(item, desk=desk.name, entry=manifest.journal.entries)
    if same is not None and same.manifest != sha256:
        raise forked
    if same is not None and same.imported_at is not None:
        return Turn.IMPORTED
    imported = [arrival for arrival in known.values() if arrival.imported_at is not None]
    if manifest.base:
        _need_base(manifest, known.get(manifest.base), desk, item)
    taking = services.store.records.taking
    before = taking.carried_hash(desk.id, manifest.journal.after)
    if before is None:
        raise BundleMissingError(item, base=manifest.base, desk=desk.name)
    if before != manifest.journal.after_hash:
        raise BundleForkedError(item, desk=desk.name, entry=manifest.journal.after)
    if any(arrival.number > manifest.number for arrival in imported):
        if taking.carried_hash(desk.id, manifest.journal.entries) != manifest.journal.head:
            raise forked
        return Turn.CONTAINED
    return Turn.BEGUN if same is not None else Turn.NEW


def _need_base(manifest: BundleManifest, base: Arrival | None, desk: Desk, item: str) -> None:
    if base is None or base.imported_at is None:
        raise BundleMissingError(item, base=manifest.base, desk=desk.name)
    if base.manifest != manifest.base_manifest:
        raise BundleForkedError(item, desk=desk.name, entry=base.entries)


def _check_records(bundle: CheckedBundle) -> set[Sha256]:
    """Every record is one of ours; gives the objects they name."""
    named: set[Sha256] = set()
    for line in bundle.lines("records"):
        try:
            named.update(_named(line))
        except UNREADABLE as error:
            raise bundle.unreadable(error) from error
    return named


def _named(line: Mapping[str, Any]) -> Iterator[Sha256]:
    kind = line["kind"]
    if kind not in _KINDS:
        raise ValueError(kind)
    if kind == "batch":
        yield from (Sha256(item["sha256"]) for item in line["items"] if not item["gone"])
    elif kind == "step":
        yield Sha256(line["sha256"])
    elif kind == "document":
        versions = [document_from_text(text) for text in line["versions"]]
        # A paper is known by the pages it began with; persons may arrange them otherwise later, and one whose
        # pages all went into others has none.
        if not versions or not versions[0].pages:
            raise ValueError(kind)
        if any(not version.pages and version.state is not DocumentState.DISSOLVED for version in versions):
            raise ValueError(kind)
        yield from (version.object_sha256 for version in versions if version.object_sha256)


def _check_objects(services: Services, bundle: CheckedBundle) -> tuple[set[Sha256], int, int]:
    """Every object is the bytes it is called by; gives their hashes, how many are absent, and new bytes."""
    blobs = services.store.blobs
    there: set[Sha256] = set()
    new_bytes = 0
    for sha256, member in objects_of(bundle):
        digest, size = hashlib.sha256(), 0
        for plain in bundle.file.plain(member, bundle.key):
            digest.update(plain)
            size += len(plain)
        if digest.hexdigest() != sha256:
            raise BundleError(bundle.file.name, reason="có đối tượng không đúng mã băm của nó")
        there.add(sha256)
        if not blobs.contains(sha256):
            new_bytes += size
    lost = {Sha256(line["sha256"]) for line in bundle.lines("index") if line.get("absent")}
    return there | lost, len(lost), new_bytes


def _heads(bundle: CheckedBundle) -> tuple[KeptHead, ...]:
    found = []
    try:
        for line in bundle.lines("heads"):
            head = parse_head(line["content"].encode(), item=bundle.file.name)
            found.append(KeptHead(head, base64.b64decode(line["signature"], validate=True)))
        need_linked(found)
    except JournalBrokenError as error:
        raise BundleError(bundle.file.name, reason="đầu chuỗi nhật ký của bàn không khớp nhau") from error
    except UNREADABLE as error:
        raise bundle.unreadable(error) from error
    return tuple(found)


def _check_chain(services: Services, bundle: CheckedBundle, sealed: Mapping[int, str]) -> None:
    """The desk's journal follows from what is known of it, entry by entry, and runs through its heads."""
    part, desk = bundle.manifest.journal, bundle.desk
    taking = services.store.records.taking
    # A chain that meets what is known at the last common entry is the same chain up to there.
    met = min(taking.last_carried(desk.id), part.entries)
    number, last = part.after, part.after_hash
    for entry in entries_of(bundle):
        number += 1
        if entry.number != number or entry.previous != last or not entry.is_sound:
            raise BundleError(bundle.file.name, reason=f"nhật ký của bàn đứt ở mục {number}")
        last = entry.hash
        forked = number == met and taking.carried_hash(desk.id, number) != last
        if forked or sealed.get(number, last) != last:
            raise BundleForkedError(bundle.file.name, desk=desk.name, entry=number)
    if (number, last) != (part.entries, part.head):
        raise BundleError(bundle.file.name, reason="nhật ký của bàn không đến hết mục đã ký")

"""What a desk worked out by itself, as one file for its centre; in constant memory, beside other work."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dossier.bundle_errors import BundleKeyError, BundleNotJoinedError
from dossier.bundles import FORMAT, BundleManifest, Centre, ChainPart, Export
from dossier.errors import ArgumentError
from dossier.events import Event, EventKind
from dossier.ids import Sha256
from flows.bundle_keys import need_signature, read_small
from signing.desk_keys import PublicKeys
from storage.aead import KEY_BYTES
from storage.bodies import canonical_json
from storage.bundle_chain import own_entries, own_part
from storage.bundle_file import BundleWriter, MemberWriter
from storage.bundle_lines import Outgoing, unsent, unsent_objects
from storage.bundle_manifest import manifest_bytes
from storage.filesystem import SystemFiles
from storage.layout import Layout
from storage.pieces import in_pieces
from storage.schema import REVISION
from storage.sealed_heads import HeadFolder
from wiring.services import Services

SUFFIX: Final = ".bundle"
Told = Callable[[int], None]
"""Told how many records and objects were written so far."""

_AT_ONCE: Final = 500
_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A bundle that was made.

    Attributes:
        path: where it lies.
        manifest: what it says of itself.
        sha256: of the manifest.
        absent: objects that records name and the desk has lost; the centre is told.
    """

    path: Path
    manifest: BundleManifest
    sha256: str
    absent: int


def export(
    services: Services, target: Path, *, full: bool = False, told: Told = lambda _count: None
) -> Exported:
    """Write everything the centre has not acknowledged into a bundle.

    Args:
        services: of this installation.
        target: the file, or a folder that gets one named after desk and number.
        full: everything, whatever was acknowledged: for a centre that lost something.
        told: hears how it gets on.

    Raises:
        BundleNotJoinedError: there is no centre to seal it for.
        ArgumentError: the file is there already.
        StoreFullError, StoreReadOnlyError, StoreError: it cannot be written; nothing is left behind.
    """
    sent = services.store.records.sent
    centre = sent.centre()
    if centre is None:
        raise BundleNotJoinedError
    begun, base = sent.begin(at=services.clock(), full=full)
    path = target
    if target.is_dir():
        stem = f"motlan-{centre.desk[:8]}-"
        path = target / f"{stem}{begun.number:06d}{SUFFIX}"
        for draft in target.glob(f".{stem}*{SUFFIX}.part"):
            # Of an export that was killed; its number is never used again.
            draft.unlink(missing_ok=True)
    if path.exists():
        raise ArgumentError(path.name, expected="một tệp chưa có")
    key = secrets.token_bytes(KEY_BYTES)
    with services.bytes_stay(), BundleWriter(path, key=key, files=SystemFiles()) as writer:
        work = _Work(services, writer, begun, told)
        part = work.write(base.entries if base else 0, full=full)
        manifest = BundleManifest(
            format=FORMAT,
            schema=REVISION,
            desk=centre.desk,
            centre=centre.id,
            number=begun.number,
            base=begun.base,
            base_manifest=base.manifest if base else "",
            made_at=begun.made_at,
            demo=services.uses_demo_keys,
            key=_sealed(key, centre, begun.number),
            journal=part,
            counts=dict(sorted(work.counts.items())),
            members=tuple(writer.members),
        )
        content = manifest_bytes(manifest)
        writer.complete(content, services.desk_keys.sign(content))
        # Remembered before the file has its name: a receipt for it can always be taken in.
        sha256 = hashlib.sha256(content).hexdigest()
        event = _event(services, manifest, sha256)
        sent.finish(begun.number, manifest=sha256, entries=part.entries, events=[event])
        writer.publish()
    return Exported(path=path, manifest=manifest, sha256=sha256, absent=work.absent)


def acknowledge(services: Services, content: bytes, *, item: str) -> tuple[Export, bool]:
    """Take in the receipt of the centre: what that bundle says need not be sent again.

    Returns:
        The bundle, and whether that is news.

    Raises:
        BundleNotJoinedError: there is no centre.
        BundleKeyError: it is no receipt of our centre for a bundle of ours.
    """
    sent = services.store.records.sent
    centre = sent.centre()
    if centre is None:
        raise BundleNotJoinedError
    told = read_small(content, item=item)
    need_signature(PublicKeys.from_text(centre.signing_key, centre.receiving_key), told, item=item)
    number = told.get("number")
    made = sent.export(number) if type(number) is int else None
    if (
        told.get("motlan") != "motlan receipt"
        or told.get("desk") != centre.desk
        or made is None
        or not made.manifest
        or made.manifest != told.get("manifest")
    ):
        raise BundleKeyError(item, reason="không phải biên nhận cho gói của kho này")
    event = Event(
        kind=EventKind.BUNDLE_ACKNOWLEDGED,
        at=services.clock(),
        actor=services.settings.actor,
        details={"number": made.number, "manifest": made.manifest},
    )
    return made, sent.acknowledge(made.number, at=services.clock(), events=[event])


def bound_to(desk: str, centre: str, number: int) -> bytes:
    """What the sealed key of a bundle is bound to."""
    return f"motlan bundle key\x1f{desk}\x1f{centre}\x1f{number}".encode()


class _Work:
    """Writes the members of one bundle."""

    def __init__(self, services: Services, writer: BundleWriter, begun: Export, told: Told) -> None:
        self._services = services
        self._writer = writer
        self._begun = begun
        self._told = told
        self._done = 0
        self.counts: Counter[str] = Counter()
        self.absent = 0

    def write(self, after: int, *, full: bool) -> ChainPart:
        """All members, of one state of the records; gives the piece of the journal."""
        records = self._services.store.records
        with records.sent.database.reading() as connection:
            part = own_part(connection, after=after)
            with self._writer.member("records") as stream:
                for one in self._noted(unsent(connection, reference=records.owner_ref, full=full)):
                    stream.write(f"{one.line}\n".encode())
                    self.counts[one.kind] += 1
            lost: list[dict[str, object]] = []
            there = self._there(unsent_objects(connection, full=full), lost)
            index = [self._object(one) for one in self._noted(there)]
            with self._writer.member("journal") as stream:
                for entry in own_entries(connection, part):
                    _write(stream, entry.as_line())
        self.counts["object"], self.absent = len(index), len(lost)
        self._write_lines("index", [*index, *lost])
        heads = HeadFolder(Layout(self._services.settings.data).heads).all()
        self._write_lines(
            "heads",
            (
                {
                    "content": kept.head.content.decode(),
                    "signature": base64.b64encode(kept.signature).decode(),
                }
                for kept in heads
                if kept.head.entries <= part.entries
            ),
        )
        return part

    def _noted(self, outgoing: Iterable[Outgoing]) -> Iterable[Outgoing]:
        for some in in_pieces(outgoing, _AT_ONCE):
            self._services.store.records.sent.note(self._begun.number, some)
            for one in some:
                yield one
                self._done += 1
            self._told(self._done)

    def _there(self, outgoing: Iterable[Outgoing], lost: list[dict[str, object]]) -> Iterable[Outgoing]:
        """Those that the desk still has; one that is lost is tried again with every bundle."""
        for one in outgoing:
            if self._services.store.blobs.contains(Sha256(one.key)):
                yield one
            else:
                lost.append({"sha256": one.key, "absent": True})

    def _object(self, one: Outgoing) -> dict[str, object]:
        blobs, sha256 = self._services.store.blobs, Sha256(one.key)
        name, size = f"objects/{len(self._writer.members):09d}", 0
        with self._writer.member(name) as stream, closing(blobs.open(sha256)) as source:
            while chunk := source.read(_CHUNK):
                stream.write(chunk)
                size += len(chunk)
        return {"sha256": sha256, "size": size, "member": name}

    def _write_lines(self, name: str, lines: Iterable[dict[str, Any]]) -> None:
        with self._writer.member(name) as stream:
            for line in lines:
                _write(stream, line)


def _write(stream: MemberWriter, line: dict[str, object]) -> None:
    stream.write(f"{canonical_json(line)}\n".encode())


def _sealed(key: bytes, centre: Centre, number: int) -> str:
    public = PublicKeys.from_text(centre.signing_key, centre.receiving_key)
    return base64.b64encode(public.seal(key, bound_to=bound_to(centre.desk, centre.id, number))).decode()


def _event(services: Services, manifest: BundleManifest, sha256: str) -> Event:
    return Event(
        kind=EventKind.BUNDLE_EXPORTED,
        at=services.clock(),
        actor=services.settings.actor,
        details={
            "number": manifest.number,
            "base": manifest.base,
            "manifest": sha256,
            "entries": manifest.journal.entries,
            "documents": manifest.counts.get("document", 0),
            "objects": manifest.counts.get("object", 0),
        },
    )

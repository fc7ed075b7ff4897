"""The life of a document as it must be, and the comparison of the store with it.

What was acknowledged is in the store, each file once, with its papers once, at rest, told in the journal once
for each step. What was handed in and not acknowledged is there whole or not at all. Nothing else is there.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dossier.documents import Document, Item, ItemState
from dossier.events import EventKind
from dossier.ports import JournalEntry

STEPS = (
    EventKind.ITEM_RECEIVED,
    EventKind.ITEM_READ,
    EventKind.ITEM_SPLIT,
    EventKind.DOCUMENT_CAPTURED,
    EventKind.DOCUMENT_WAITING,
    EventKind.DOCUMENT_FILED,
    EventKind.DOCUMENT_STAMPED,
)
"""What happens to one file or paper once at most."""
NEEDED = (EventKind.ITEM_RECEIVED, EventKind.ITEM_SPLIT)
"""What the journal tells of every file that is done."""
REST = (ItemState.DONE, ItemState.QUARANTINED)


@dataclass(frozen=True, slots=True)
class Kept:
    """What the store says of one file.

    Attributes:
        item: the file.
        dossier: of its batch.
        papers: that came of it, newest versions.
    """

    item: Item
    dossier: str
    papers: Sequence[Document]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is not as it must be, by kind; each line names a file by its hash or an id.

    Attributes:
        lost: acknowledged, or told by a record, and not there.
        doubled: there or told more often than once.
        stuck: not at rest.
        strange: what nobody handed in, or what contradicts itself.
    """

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not (self.lost or self.doubled or self.stuck or self.strange)

    def with_also(self, other: Verdict) -> Verdict:
        """Both."""
        return Verdict(
            lost=self.lost + other.lost,
            doubled=self.doubled + other.doubled,
            stuck=self.stuck + other.stuck,
            strange=self.strange + other.strange,
        )


def acknowledged(ledger: Path) -> Mapping[tuple[str, str], str]:
    """What was acknowledged: dossier and hash of each file, with its lane."""
    told: dict[tuple[str, str], str] = {}
    if not ledger.exists():
        return told
    for line in ledger.read_text("utf-8").splitlines():
        one = json.loads(line)
        told |= {(one["dossier"], sha256): one["lane"] for sha256 in one["files"]}
    return told


def of_files(
    wanted: Iterable[tuple[str, str]], kept: Sequence[Kept], *, refused: Mapping[str, str]
) -> Verdict:
    """Compare files and papers with what was acknowledged.

    Args:
        wanted: dossier and hash of what was acknowledged.
        kept: all files of the store.
        refused: files that must be refused: hash and code.
    """
    verdict, found = Verdict(), {(one.dossier, str(one.item.sha256)): one for one in kept}
    counts = Counter((one.dossier, str(one.item.sha256)) for one in kept)
    verdict.doubled.extend(f"file {sha256}" for (_, sha256), count in counts.items() if count > 1)
    for key in wanted:
        if key not in found:
            verdict.lost.append(f"file {key[1]} of {key[0]}")
    for (_, sha256), one in found.items():
        _judge(one, refused.get(sha256, ""), verdict)
    return verdict


def _judge(one: Kept, code: str, verdict: Verdict) -> None:
    name = f"file {one.item.sha256}"
    if one.item.state not in REST:
        verdict.stuck.append(f"{name} is {one.item.state.value}")
        return
    if one.item.error_code != code:
        verdict.strange.append(f"{name} was refused as {one.item.error_code or 'nothing'}")
        return
    if code:
        return
    if not one.papers:
        verdict.lost.append(f"papers of {name}")
    pages = Counter(page for paper in one.papers for page in paper.pages)
    verdict.doubled.extend(f"page {page} of {name}" for page, count in pages.items() if count > 1)


def of_journal(entries: Sequence[JournalEntry], kept: Sequence[Kept]) -> Verdict:
    """Every step is told, and once."""
    told = Counter((entry.event.kind, entry.event.subject) for entry in entries)
    verdict = Verdict()
    verdict.doubled.extend(
        f"{kind.value} of {subject}" for (kind, subject), count in told.items() if kind in STEPS and count > 1
    )
    for one in kept:
        if one.item.state is not ItemState.DONE:
            continue
        verdict.lost.extend(
            f"{kind.value} of {one.item.id}" for kind in NEEDED if not told[kind, one.item.id]
        )
        for paper in one.papers:
            if not told[EventKind.DOCUMENT_CAPTURED, paper.id]:
                verdict.lost.append(f"document.captured of {paper.id}")
            rests = told[EventKind.DOCUMENT_WAITING, paper.id] + told[EventKind.DOCUMENT_FILED, paper.id]
            if not rests:
                verdict.lost.append(f"where {paper.id} came to rest")
    return verdict


def of_objects(known: Collection[str], places: Mapping[str, Mapping[str, Sequence[str]]]) -> Verdict:
    """What records name is in every place, once, as it was put.

    Args:
        known: hash of each object that records name.
        places: by name of the place and of the object, the hashes of the bytes of all its versions.
    """
    verdict = Verdict()
    for place, objects in places.items():
        verdict.lost.extend(f"object {sha256} in {place}" for sha256 in known if sha256 not in objects)
        for sha256, versions in objects.items():
            if len(versions) > 1:
                verdict.doubled.append(f"object {sha256} in {place}")
            if set(versions) != {sha256}:
                verdict.strange.append(f"object {sha256} in {place} has other bytes")
    return verdict


def orphans(known: Collection[str], places: Mapping[str, Mapping[str, Sequence[str]]]) -> int:
    """Objects that no record names.

    A machine that dies between putting an object and saying so leaves one: the machine that does the step
    again has other bytes (decision 0004). ``motlan fixity`` finds it, and it is removed after its time.
    """
    return sum(1 for objects in places.values() for sha256 in objects if sha256 not in known)

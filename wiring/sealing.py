"""Seal the journal once a day, and prove it: chain, kept head, sealed heads, their signatures."""

from __future__ import annotations

import base64
import hashlib
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dossier.errors import MotlanError
from dossier.events import Event, EventKind
from dossier.ids import Sha256
from dossier.keeping_errors import JournalHeadError
from dossier.moments import VIETNAM
from dossier.ports import JournalCheck
from storage.heads import GENESIS
from storage.layout import Layout
from storage.sealed_heads import HeadFolder, KeptHead, SealedHead, need_linked

if TYPE_CHECKING:
    from wiring.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalProof:
    """What was found when the journal was checked.

    Attributes:
        entries, head: of the whole chain.
        sealed: how many heads were sealed.
        sealed_entries: how many entries the newest of them covers.
        proven: the moment its timestamp vouches for; ``None`` without a sealed head.
        signer: who signed it; empty without one.
    """

    entries: int
    head: str
    sealed: int = 0
    sealed_entries: int = 0
    proven: datetime | None = None
    signer: str = ""


def seal(services: Services) -> SealedHead | None:
    """Sign the present head of the journal and keep it; what follows the last sealed head is walked before.

    Must be called inside ``services.writing()``. Killed at any point it leaves no head, or a whole one that
    the next call goes on from.

    Returns:
        The head; nothing when no entry came since that of today.

    Raises:
        JournalBrokenError: the journal does not hold; nothing is signed then.
        SigningError: key or timestamp authority cannot be used.
        StoreError: it could not be kept.
    """
    folder = HeadFolder(Layout(services.settings.data).heads)
    last = folder.last()
    records = services.store.records
    check = records.check_journal(since=last.check if last else None)
    if last is not None and not _due(services) and _only_seals(services, last):
        return None
    head = SealedHead(
        entries=check.entries,
        hash=check.head,
        at=services.clock(),
        previous=last.sha256 if last else GENESIS,
    )
    signature = services.detached_signer.sign(head.content, item=str(head.entries))
    for content in (head.content, signature):
        _keep(services, content)
    folder.save(KeptHead(head, signature))
    records.record(_event(services, head, signature))
    return head


def seal_if_due(services: Services) -> SealedHead | None:
    """Seal when none was sealed today (in Vietnam) and nobody has to be asked for a PIN.

    A seal that cannot be made now is logged and made by a later call: it never stops the work it came with.
    """
    if not (services.signs_silently and _due(services)):
        return None
    try:
        with services.writing():
            # Another process may have sealed while this one waited for its turn.
            return seal(services) if _due(services) else None
    except MotlanError as error:
        services.log.warning("journal.not_sealed", code=error.code)
        return None


def prove(services: Services, *, elsewhere: Path | None = None) -> JournalProof:
    """Check the whole journal.

    Args:
        services: of this installation.
        elsewhere: a folder with heads that were kept outside; the chain must run through those as well.

    Raises:
        JournalBrokenError: one of its kinds, with the number of the entry.
        JournalIndexError: the journal is whole, but what leads to its entries is not.
    """
    records = services.store.records
    heads = HeadFolder(Layout(services.settings.data).heads).all()
    outside = HeadFolder(elsewhere).all() if elsewhere else ()
    check = records.check_journal(sealed=[kept.head.check for kept in (*heads, *outside)])
    need_linked(heads)
    _need_all(heads, [entry.event for entry in records.journal_of(EventKind.JOURNAL_SEALED)])
    proof = JournalProof(entries=check.entries, head=check.head)
    for kept in (*outside, *heads):
        proof = _proven(services, kept, check, sealed=len(heads))
    records.check_journal_index()
    return proof


def export(services: Services) -> Iterator[str]:
    """The journal as JSON lines for a stand-alone verifier: entries, kept head, sealed heads.

    Nothing is checked: an auditor wants to see a broken one too.
    """
    for row in services.store.records.journal_rows():
        yield json.dumps(row, ensure_ascii=False)
    kept = services.store.records.kept_head()
    if kept is not None:
        yield json.dumps({"kept": {"number": kept.entries, "hash": kept.head}})
    for sealed in HeadFolder(Layout(services.settings.data).heads).all():
        signature = base64.b64encode(sealed.signature).decode()
        yield json.dumps({"head": sealed.head.content.decode(), "signature": signature})


def _due(services: Services) -> bool:
    last = HeadFolder(Layout(services.settings.data).heads).last()
    return last is None or last.at.astimezone(VIETNAM).date() < services.today()


def _only_seals(services: Services, last: SealedHead) -> bool:
    """Whether nothing but the entry about the seal itself came since."""
    came = services.store.records.journal(after=last.entries, limit=2)
    return len(came) < 2 and all(entry.event.kind is EventKind.JOURNAL_SEALED for entry in came)


def _keep(services: Services, content: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=services.store.work, prefix="head-") as file:
        file.write(content)
        file.flush()
        kept = services.store.blobs.put(Path(file.name))
    # A step names the object, so that upkeep does not take it for one that nobody needs.
    services.store.records.save_step(f"head-{kept.sha256}", kept.sha256)


def _event(services: Services, head: SealedHead, signature: bytes) -> Event:
    return Event(
        kind=EventKind.JOURNAL_SEALED,
        at=services.clock(),
        actor=services.settings.actor,
        details={
            "entries": head.entries,
            "head": Sha256(head.sha256),
            "signature": hashlib.sha256(signature).hexdigest(),
        },
    )


def _need_all(heads: Sequence[KeptHead], events: Sequence[Event]) -> None:
    """Every head that the journal tells of must be there."""
    there = {kept.head.sha256 for kept in heads}
    for event in events:
        if event.details.get("head") not in there:
            reason = "đã niêm phong nhưng không còn trong thư mục heads"
            raise JournalHeadError(str(event.details.get("entries", "")), reason=reason)


def _proven(services: Services, kept: KeptHead, check: JournalCheck, *, sealed: int) -> JournalProof:
    from signing.detached import verify_detached  # noqa: PLC0415  the library takes a second to load

    verdict = verify_detached(
        kept.head.content,
        kept.signature,
        trust=services.trust,
        made=kept.head.at,
        at=services.clock(),
    )
    if verdict.conclusion != "passed":
        reason = f"chữ ký không hợp lệ ({verdict.sub_indication})"
        raise JournalHeadError(str(kept.head.entries), reason=reason)
    return JournalProof(
        entries=check.entries,
        head=check.head,
        sealed=sealed,
        sealed_entries=kept.head.entries,
        proven=verdict.proven,
        signer=verdict.signer,
    )

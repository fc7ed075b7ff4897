"""From a hash that fixity, repair or the journal told to the papers behind it. Every look is journalled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dossier.access import Access
from dossier.documents import Document
from dossier.errors import RecordMissingError
from dossier.ids import Sha256
from flows.lookup import journal_shown, visible
from storage.object_uses import ObjectUse
from wiring.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectAccount:
    """What an object is.

    Attributes:
        use: what the records know of it.
        documents: its papers that this purpose may see, newest versions.
        withheld: how many more are restricted for this purpose.
        notes: ids of notes of quarantine about it.
    """

    use: ObjectUse
    documents: Sequence[Document]
    withheld: int
    notes: Sequence[str]


def account_of(services: Services, sha256: Sha256, *, access: Access) -> ObjectAccount:
    """What an object is, by the hash that records or places have for it.

    Raises:
        RecordMissingError: nothing in this store names it: a wrong hash, or an orphan.
    """
    store = services.store
    use = store.records.use_of(sha256)
    notes = [note.id for note in store.quarantine.notes() if note.sha256 == use.plain]
    if not use.uses and not notes:
        raise RecordMissingError(sha256)
    papers = [store.records.document(found) for found in use.documents]
    seen = visible(papers, access)
    journal_shown(services, seen, access=access)
    return ObjectAccount(use=use, documents=seen, withheld=len(papers) - len(seen), notes=notes)

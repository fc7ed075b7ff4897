"""Papers that were put down are compared with those that may be the same sheet; a person answers.

Nothing waits for it: papers are filed first, and compared within the same run, or by the next one after a
crash. Files with the very same bytes need nobody to look at them; everything else is a question.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from dossier.documents import Document, DocumentState
from dossier.errors import (
    ArgumentError,
    MotlanError,
    StoreBusyError,
    StoreFullError,
    StoreKeyLostError,
    StoreReadOnlyError,
    StoreUnavailableError,
)
from dossier.events import Event, EventKind
from dossier.fingerprints import CANDIDATE_DISTANCE, Fingerprint, distance
from dossier.ids import DocumentId, PairId, pair_id
from dossier.same import SAME_BYTES, Known, SameAnswer, SamePair
from dossier.text import PageText
from dossier.trust import Standing
from extraction.sameness import Comparison, compare, judge
from flows.capture import load_reading
from ocr.records import PageReading
from wiring.services import Services

AT_ONCE: Final = 50
"""Papers compared in one run at most beside its own; the rest waits for the next, the newest first."""
OLD_AT_ONCE: Final = 500
"""Papers of before that are passed after each batch, or in each transaction of ``motlan same look-back``."""
_MOST_READ: Final = 5
"""Papers whose words are compared with those of one new paper at most, the nearest by fingerprint first."""
_MACHINE: Final = "motlan"
_OF_ALL: Final = (
    StoreUnavailableError,
    StoreBusyError,
    StoreFullError,
    StoreReadOnlyError,
    StoreKeyLostError,
)
"""The store itself does not go on: no paper can be blamed."""


def look_for_same(services: Services, *, limit: int = AT_ONCE) -> Sequence[SamePair]:
    """Compare the papers that wait for it; the pairs that are new. Only inside ``writing``.

    What is wrong with one paper keeps nobody from the others: it is compared when it changes next.
    """
    same = services.store.records.same
    found: list[SamePair] = []

    def told(document: DocumentId, code: str) -> None:
        services.log.warning("same.not_compared", document=document, code=code)

    for document in same.pending(limit=limit, told=told):
        try:
            found += _look(services, document)
        except _OF_ALL:
            raise
        except Exception as error:  # noqa: BLE001 - one paper must not keep all others from being compared
            code = error.code if isinstance(error, MotlanError) else MotlanError.code
            same.set_aside(document.id, code=code, told=told)
    return found


def look_back(services: Services, *, limit: int = OLD_AT_ONCE) -> int:
    """Go on through the papers of before; those that may be one with another wait. Only inside ``writing``.

    Returns:
        How many were passed; none when all were.
    """
    return services.store.records.same.look_back(limit=limit)


def look_back_through(services: Services, *, told: Callable[[int], None]) -> int:
    """Go through all papers of before, and compare all that wait; others write in between.

    Args:
        services: of this installation.
        told: after each group, how many were passed so far.

    Returns:
        How many were passed.
    """
    passed, is_open = 0, True
    while is_open:
        with services.writing():
            group = look_back(services)
            look_for_same(services)
            is_open = bool(group or services.store.records.same.pending(limit=1))
        passed += group
        told(passed)
    return passed


def compared(services: Services, pair: SamePair) -> tuple[Document, Document, Comparison | None]:
    """Both papers of a pair, the earlier first, and how far their words agree, where both are still kept."""
    records = services.store.records
    earlier, later = records.document(pair.earlier), records.document(pair.later)
    before, after = readings_of(services, earlier), readings_of(services, later)
    said = compare(_texts(before), _texts(after)) if before and after else None
    return earlier, later, said


def answer_same(services: Services, pair_: PairId, answer: SameAnswer) -> SamePair:
    """Enter what a person says about two papers; the paper that another one replaces says so from then on.

    Args:
        services: of this installation.
        pair_: the question.
        answer: anything but ``OPEN``.

    Raises:
        ArgumentError: no answer.
        RecordMissingError: no such question.
        VersionConflictError: somebody changed the replaced paper in between; nothing is entered.
    """
    if answer is SameAnswer.OPEN:
        raise ArgumentError("answer", expected="same, newer, older hoặc different")
    with services.writing():
        records = services.store.records
        pair = records.same.pair(pair_)
        _settle_standing(services, pair, answer)
        event = _answered(services, pair, answer)
        return records.same.answer(pair.id, answer, at=event.at, by=services.settings.actor, events=(event,))


def _look(services: Services, document: Document) -> Sequence[SamePair]:
    records = services.store.records
    readings = readings_of(services, document)
    prints = _prints(readings)
    found: list[SamePair] = []
    for known in _nearest(records.same.candidates(document), prints):
        because = _because(services, document, known, readings, prints)
        if because:
            found.append(_pair(services, document, known.document, because))
    return records.same.settle(document, prints, found, events=[_found(services, one) for one in found])


def _nearest(candidates: Sequence[Known], prints: Sequence[Fingerprint]) -> Sequence[Known]:
    return sorted(candidates, key=lambda known: _furthest(known.prints, prints))[:_MOST_READ]


def _because(
    services: Services,
    document: Document,
    known: Known,
    readings: Sequence[PageReading],
    prints: Sequence[Fingerprint],
) -> tuple[str, ...]:
    if _same_bytes(services, document, known.document):
        return (SAME_BYTES,)
    before = readings_of(services, known.document)
    said = compare(_texts(before), _texts(readings)) if before and readings else None
    return judge(
        known.document,
        document,
        said,
        pictures_agree=_furthest(known.prints or _prints(before), prints) <= CANDIDATE_DISTANCE,
        key_fields=services.papers.spec(document.type).key_fields,
    )


def _same_bytes(services: Services, left: Document, right: Document) -> bool:
    """The same pages of two files with the same bytes, handed in for two dossiers."""
    if left.pages != right.pages:
        return False
    return services.store.records.item(left.item).sha256 == services.store.records.item(right.item).sha256


def readings_of(services: Services, document: Document) -> Sequence[PageReading]:
    """What was read on the pages of a paper; nothing where that is no longer kept."""
    try:
        return load_reading(services, document.item).numbered(document.pages)
    except (LookupError, MotlanError):
        return ()


def _texts(readings: Sequence[PageReading]) -> tuple[PageText, ...]:
    return tuple(reading.page for reading in readings)


def _prints(readings: Sequence[PageReading]) -> tuple[Fingerprint, ...]:
    return tuple(reading.fingerprint or Fingerprint(0) for reading in readings)


def _furthest(left: Sequence[Fingerprint], right: Sequence[Fingerprint]) -> int:
    """The largest distance of pages in turn; backs that bear nothing are left out."""
    ours, theirs = ([one for one in prints if not one.is_empty] for prints in (left, right))
    if not ours or not theirs:
        return distance(Fingerprint(0), Fingerprint(0))
    return max(distance(one, other) for one, other in zip(ours, theirs, strict=False))


def _pair(services: Services, later: Document, earlier: Document, because: tuple[str, ...]) -> SamePair:
    now = services.clock()
    first, second = _in_order(earlier, later)
    pair = SamePair(
        id=pair_id(services.store.records.namespace, earlier.id, later.id),
        earlier=first,
        later=second,
        because=because,
        found_at=now,
    )
    if SAME_BYTES in because:
        return replace(pair, answer=SameAnswer.SAME, answered_at=now, answered_by=_MACHINE)
    return pair


def _in_order(one: Document, other: Document) -> tuple[DocumentId, DocumentId]:
    """The one that was filed first; one that was not filed yet is the later."""
    if one.filed_at is None or (other.filed_at is not None and other.filed_at < one.filed_at):
        one, other = other, one
    return one.id, other.id


def _settle_standing(services: Services, pair: SamePair, answer: SameAnswer) -> None:
    """Let the replaced paper say so, and a paper that an earlier answer called replaced no longer."""
    wanted = {SameAnswer.NEWER: pair.earlier, SameAnswer.OLDER: pair.later}
    for said, document in wanted.items():
        if said is answer:
            _stand(services, document, pair, Standing.REPLACED)
        elif said is pair.answer:
            _stand(services, document, pair, Standing.IN_FORCE)


def _stand(services: Services, document_id: DocumentId, pair: SamePair, standing: Standing) -> None:
    records = services.store.records
    document = records.document(document_id)
    if document.standing is standing or document.state is DocumentState.DESTROYED:
        return
    event = Event(
        kind=EventKind.SAME_ANSWERED,
        at=services.clock(),
        actor=services.settings.actor,
        subject=document.id,
        dossier=document.dossier,
        details={"pair": pair.id, "standing": standing.value, "version": document.version + 1},
    )
    records.save_document(document.next_version(standing=standing), events=(event,))


def _found(services: Services, pair: SamePair) -> Event:
    return Event(
        kind=EventKind.SAME_FOUND,
        at=pair.found_at,
        actor=services.settings.actor,
        subject=pair.later,
        details={
            "pair": pair.id,
            "earlier": pair.earlier,
            "because": " ".join(pair.because),
            "answer": pair.answer.value,
        },
    )


def _answered(services: Services, pair: SamePair, answer: SameAnswer) -> Event:
    return Event(
        kind=EventKind.SAME_ANSWERED,
        at=services.clock(),
        actor=services.settings.actor,
        subject=pair.later,
        details={
            "pair": pair.id,
            "earlier": pair.earlier,
            "answer": answer.value,
            "before": pair.answer.value,
        },
    )

"""Papers whose every question was answered are saved here: behind the person, in order, each once.

The last answer puts a paper on its way, as a fact in the records. Whoever serves goes on with what is there,
after a crash the next start does. Saving is the same step as ``motlan review``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from dossier.checking import CheckDraft, CheckSave
from dossier.documents import Document, DocumentState
from dossier.errors import MotlanError, RecordMissingError, StoreBusyError, VersionConflictError
from dossier.events import Event, EventKind
from flows.checking.understood import alike, understood
from flows.fatal import fatal
from flows.pass_loop import PassLoop
from flows.priority import at_counter
from flows.review import Said, entered
from wiring.logs import kind_of
from wiring.sealing import seal_if_due
from wiring.services import Services

_AT_ONCE: Final = 20
_PAUSE_S: Final = 5.0
"""How soon what another process put on its way, or what could not be tried, is looked for."""
_BUSY_AGAIN: Final = timedelta(seconds=5)
_TIMES: Final = 3.0
"""So many times as long as saving a paper took, the interpreter is left to those who wait for a page."""
_TIMES_LATE: Final = 1.0
_LATE: Final = timedelta(minutes=5)
"""A paper that was on its way for so long has waited enough."""
_BREATH_S: Final = 0.05
_AT_WORK_S: Final = 10.0
"""So long after somebody answered a paper, others may wait for a page."""
LEAVE_S: Final = 30.0


class Saver(PassLoop):
    """Saves what is on its way, one paper after the other, in a thread. Use it in a ``with`` block.

    A paper takes the interpreter for some tenths of a second, here and in threads that sign and verify for
    it. While people are at work it is left to those who wait for a page three times as long between two
    papers, as long again once papers wait for some minutes.
    """

    def __init__(
        self,
        services: Services,
        *,
        seconds: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        pause_s: float = _PAUSE_S,
        after: timedelta = timedelta(0),
    ) -> None:
        """Prepare the thread.

        Args:
            services: of this installation, those that write.
            seconds: that only grow.
            sleep: for so many seconds.
            pause_s: between two looks that nobody asked for, in seconds.
            after: so long others, who are better placed, have to save a paper first.
        """
        super().__init__(
            "check-saves", log=services.log, stopped="check.not_saved", pause_s=pause_s, leave_s=LEAVE_S
        )
        self._services = services
        self._seconds = seconds
        self._sleep = sleep
        self._after = after
        self._woken_at = -_AT_WORK_S

    def wake(self) -> None:
        """A paper was put on its way: somebody is at work."""
        self._woken_at = self._seconds()
        super().wake()

    def _interrupt(self) -> None:
        """The paper that is being saved is finished; the others stay on their way."""

    def _is_left(self) -> bool:
        return self._stopping

    def _pass(self) -> None:
        services = self._services
        while not self._is_left() and (found := _due(services, after=self._after)):
            for save in found:
                if self._is_left():
                    return
                began = self._seconds()
                save_one(services, save)
                took = self._seconds() - began
                if self._seconds() - self._woken_at < _AT_WORK_S:
                    late = services.shared_clock() - save.since > _LATE
                    self._sleep((_TIMES_LATE if late else _TIMES) * took + _BREATH_S)


def save_all(services: Services) -> int:
    """Save everything that is due, here and now; gives how many papers were tried."""
    count = 0
    while found := _due(services):
        for save in found:
            save_one(services, save)
        count += len(found)
    return count


def _due(services: Services, *, after: timedelta = timedelta(0)) -> Sequence[CheckSave]:
    """By the clock that all machines share: one of them said when."""
    return services.store.records.saves.due(at=services.shared_clock() - after, limit=_AT_ONCE)


def save_one(services: Services, save: CheckSave) -> None:
    """Save one paper; done before, it does nothing.

    While another process writes it stays on its way. What else keeps it from being saved brings it back to
    the person, with the answers that still count; also a defect of ours, which would keep all others waiting.

    Raises:
        StoreError: not even that could be written down.
    """
    records = services.store.records
    try:
        _save(services, save)
    except StoreBusyError:
        records.saves.later(save, due_at=services.shared_clock() + _BUSY_AGAIN)
    except Exception as error:  # noqa: BLE001 - what one odd paper brings out stays with it
        found = fatal(error, item=save.document) or error
        code = found.code if isinstance(found, MotlanError) else MotlanError.code
        services.log.warning("check.came_back", document=save.document, code=code, cause=kind_of(error))
        records.saves.come_back(save, code=code, draft=_what_counts(services, save))
    else:
        seal_if_due(services)


def _save(services: Services, save: CheckSave) -> None:
    with at_counter(services), services.saving():
        records = services.store.records
        # Another process may have done it while this one waited for its turn.
        now, draft = records.saves.of(save.document), records.checks.draft(save.document, save.actor)
        if now is None or now.code or now.actor != save.actor:
            return
        current = records.document(save.document)
        if draft is None:
            records.saves.drop(save.document)
            return
        saved = current if _was_entered(services, draft, current) else _entered(services, draft, current)
        _finish(services, saved, actor=save.actor)


def _was_entered(services: Services, draft: CheckDraft, current: Document) -> bool:
    """Whether a process that was killed behind that had entered these very answers."""
    if current.version <= draft.version:
        return False
    return any(
        entry.event.kind is EventKind.DOCUMENT_CORRECTED
        and entry.event.actor == draft.actor
        and entry.event.details.get("version") == draft.version + 1
        for entry in services.store.records.journal_about(draft.document)
    )


def _entered(services: Services, draft: CheckDraft, current: Document) -> Document:
    """The next version; what cannot be read keeps the paper waiting."""
    if current.version != draft.version and not alike(services, current, looked_at=draft.version):
        raise VersionConflictError(current.id)
    values = dict(draft.values)
    if draft.unreadable:
        # Not everything is right as it stands, so what is must be said field by field.
        values = {**_stood_by(services, current, draft), **values}
    if draft.unreadable and not (values or draft.type_ or draft.owner):
        return current
    said = Said(values=values, type_=draft.type_, owner=draft.owner, confirmed=not draft.unreadable)
    return entered(services, current, said, actor=draft.actor)


def _stood_by(services: Services, before: Document, draft: CheckDraft) -> Mapping[str, str]:
    after = understood(services, before, draft)
    return {field.name: field.value for field in after.fields if field.name in draft.stood_by}


def _finish(services: Services, saved: Document, *, actor: str) -> None:
    aside = saved.state is DocumentState.WAITING
    event = Event(
        kind=EventKind.CHECK_LAID_ASIDE,
        at=services.clock(),
        actor=actor,
        subject=saved.id,
        dossier=saved.dossier,
        details={"questions": len(saved.questions), "version": saved.version},
    )
    services.store.records.checks.forget(
        saved.id, aside=saved.version if aside else 0, events=(event,) if aside else ()
    )


def _what_counts(services: Services, save: CheckSave) -> CheckDraft | None:
    """The answers for the paper as it is now: what was typed stays, looks at something else do not count."""
    records = services.store.records
    draft = records.checks.draft(save.document, save.actor)
    try:
        current = records.document(save.document)
    except RecordMissingError:
        return None
    if draft is None or current.state is not DocumentState.WAITING:
        return None
    if current.version == draft.version:
        return draft
    kept = {*draft.values, *(("type",) if draft.type_ else ()), *(("owner",) if draft.owner else ())}
    return replace(
        draft,
        version=current.version,
        stood_by=frozenset(),
        unreadable=frozenset(),
        done=tuple(name for name in draft.done if name in kept),
    )

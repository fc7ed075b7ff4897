"""The recipe of a watch: look, wait until things are quiet, hand in, put away, and begin again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from dossier.errors import EngineError, MotlanError, OrchestrationError, SettingsError, StoreError
from dossier.watch_errors import WatchAwayError, WatchBrokenOffError, WatchCrashedError, WatchMoveError
from flows.fatal import fatal
from flows.watching.happenings import Happening, Kind, Tell
from flows.watching.line import Line, LineStoppedError
from flows.watching.putting import LATER, Putting
from storage.hot_folder.grouping import Bundle, Grouping, GroupRules, with_defaults
from storage.hot_folder.look import Ignored, Look, Seen, look
from storage.hot_folder.mark import FolderMark
from storage.hot_folder.moving import bring_back, is_same
from storage.hot_folder.plan import Left, Plan, Told, WatchMemory
from storage.hot_folder.settling import Rhythm, Settling
from storage.inbox import Declaration
from storage.sources import display_name

_IDLE_SHARE: Final = 200.0
_BUSY_SHARE: Final = 20.0
"""A look is followed by a pause of so many times its CPU time: half a percent of a core, or five."""

_LONGEST_PAUSE: Final = 60.0
_OLD_LOOK: Final = 5.0
_RETRY_SECONDS: Final = 30.0
_LONGEST_RETRY: Final = 300.0
_DEATHS_TOGETHER: Final = 2
_DEATHS_ALONE: Final = 3
_MOST_LEFT: Final = 1000
_TRIES: Final = 2
_TOLD_IGNORED: Final = frozenset({Ignored.LINK, Ignored.SPECIAL, Ignored.TOO_DEEP})
_PASSING: Final = frozenset({"input.unreadable", "input.no_permission"})
"""What a share that is in trouble says of a good file, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """How one folder is watched.

    Attributes:
        folder: that is watched.
        identity: id in its mark.
        defaults: dossier, procedure, owner, operator, device, for files whose names do not say.
        rules: how names are understood.
        rhythm: how long things must be quiet.
        poll_seconds: time between two looks.
        once: end when nothing is left to do.
    """

    folder: Path
    identity: str
    defaults: Mapping[str, str]
    rules: GroupRules
    rhythm: Rhythm
    poll_seconds: float
    once: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What a watch needs of the machine.

    Attributes:
        monotonic: seconds of a clock that nobody sets.
        cpu: CPU seconds of this process.
        pause: waits so many seconds, or shorter when the watch is to stop.
        is_stopping: whether it is to stop.
    """

    monotonic: Callable[[], float]
    cpu: Callable[[], float]
    pause: Callable[[float], None]
    is_stopping: Callable[[], bool]


class Watch:
    """One watched folder, for as long as its lock is held."""

    def __init__(  # noqa: PLR0913 - the parts that a watch is put together of
        self,
        orders: Orders,
        *,
        mark: FolderMark,
        memory: WatchMemory,
        putting: Putting,
        line: Line,
        machine: Machine,
        tell: Tell,
    ) -> None:
        """Put the parts together; the memory is loaded."""
        self._orders = orders
        self._mark = mark
        self._memory = memory
        self._putting = putting
        self._line = line
        self._machine = machine
        self._tell = tell
        self._settling = Settling(orders.folder, orders.rhythm)
        self._grouping = Grouping(orders.rules, orders.rhythm)
        self._away = False
        self._begun = False
        self._not_before = float("-inf")
        self._left_not_before = float("-inf")
        self._retry = _RETRY_SECONDS
        self._deaths = 0
        self._deaths_alone = 0
        self._tries: dict[Seen, int] = {}
        self._told: set[tuple[str, str]] = set()

    def run(self) -> None:
        """Until the watch is to stop, or with ``once`` until nothing is left to do.

        Raises:
            WatchTakenError: another installation took the folder over.
        """
        self._tell(Happening(kind=Kind.STARTED))
        try:
            while not self._machine.is_stopping():
                before = self._machine.cpu()
                did_something = self._turn()
                if did_something:
                    continue
                if self._orders.once and self._is_done:
                    break
                self._machine.pause(self._length_of_pause(self._machine.cpu() - before))
        except LineStoppedError:
            pass
        finally:
            self._line.end()
            self._tell(Happening(kind=Kind.STOPPED))

    @property
    def _is_done(self) -> bool:
        work = self._memory.work
        return not (self._away or self._settling.names or work.plan or work.left)

    def _length_of_pause(self, cost: float) -> float:
        share = _BUSY_SHARE if self._settling.names else _IDLE_SHARE
        return min(_LONGEST_PAUSE, max(self._orders.poll_seconds, share * cost))

    def _turn(self) -> bool:
        """One look and what follows from it. True when something was done."""
        now = self._machine.monotonic()
        try:
            found = look(self._orders.folder)
            # Afterwards: what was listed before lay in this very folder.
            self._mark.check(self._orders.identity)
            self._take_in(found, now=now)
            return self._work(found, now=now)
        except WatchAwayError as error:
            self._is_away(error)
        except StoreError as error:
            # The disk of the data folder: what is in hand stays in hand.
            self._in_trouble(error)
        return False

    def _is_away(self, error: WatchAwayError) -> None:
        now = self._machine.monotonic()
        self._settling.interrupted(now=now)
        self._line.rest(now=now)
        if not self._away:
            self._away = True
            self._tell(Happening(kind=Kind.AWAY, code=error.code, message=error.message()))

    def _take_in(self, found: Look, *, now: float) -> None:
        if self._away:
            self._away = False
            self._tell(Happening(kind=Kind.BACK))
            self._settling.interrupted(now=now)
        if not self._begun:
            bring_back(self._orders.folder)
            if not found.unseen:
                self._memory.keep_only(list(found.files.values()))
            self._begun = True
        dealt_with = [name for name, seen in found.files.items() if self._memory.holds(seen)]
        self._settling.observe(found, now=now, settled_before=dealt_with)
        for name, reason in found.ignored.items():
            if reason in _TOLD_IGNORED:
                self._tell_once(Kind.IGNORED, name, reason)

    def _work(self, found: Look, *, now: float) -> bool:
        if now < self._not_before:
            return False
        left = self._memory.work.left
        if left and now >= self._left_not_before:
            self._put_left(left, now=now)
        if self._memory.work.plan is not None:
            return self._go_on(self._memory.work.plan)
        if len(self._memory.work.left) >= _MOST_LEFT:
            return False
        bundles = list(self._grouping.ready(self._settling, now=now, unseen=found.unseen))
        if bundles:
            return self._begin_all(bundles, looked_at=now)
        self._line.rest(now=now)
        for waiting in self._grouping.waiting(self._settling, now=now):
            self._tell_once(Kind.WAITS, waiting.name, waiting.rest.value)
        return False

    def _tell_once(self, kind: Kind, name: str, reason: str) -> None:
        if (name, reason) not in self._told:
            self._told.add((name, reason))
            self._tell(Happening(kind=kind, name=display_name(name), reason=reason))

    # a bundle

    def _begin_all(self, bundles: Sequence[Bundle], *, looked_at: float) -> bool:
        """One after the other, until the look is so old that something else may be ready before the next."""
        did_something = False
        for bundle in bundles:
            old = self._machine.monotonic() - looked_at > _OLD_LOOK
            if old or self._machine.is_stopping() or self._memory.work.plan is not None:
                break
            did_something |= self._begin(bundle)
        return did_something

    def _begin(self, bundle: Bundle) -> bool:
        files = [self._settling.seen(name) for name in bundle.names]
        changed = [seen.name for seen in files if not is_same(self._orders.folder / seen.name, seen)]
        if changed:
            self._settling.begin_anew(changed, now=self._machine.monotonic())
            return False
        outcomes = None
        if bundle.error is not None:
            code, message = bundle.error.code, bundle.error.message()
            outcomes = tuple(Told(name=seen.name, code=code, message=message) for seen in files)
        plan = Plan(
            group=bundle.group,
            files=tuple(files),
            told=with_defaults(bundle.told, self._orders.defaults),
            end_mark=bundle.end_mark,
            outcomes=outcomes if files else (),
        )
        self._memory.take_up(plan)
        return self._go_on(plan)

    def _go_on(self, plan: Plan) -> bool:
        """Work on the bundle in hand from wherever it stands."""
        if plan.outcomes is None:
            self._tell(Happening(kind=Kind.TAKING, name=display_name(plan.group), files=len(plan.files)))
            try:
                outcomes = self._handed_in(plan)
            except MotlanError as error:
                # It may be one of the files: after two tries each is tried alone.
                of_a_file = not is_of_the_machine(error)
                self._deaths += of_a_file
                self._in_trouble(error, at_once=of_a_file and self._deaths <= _DEATHS_TOGETHER)
                return False
            self._retry, self._deaths = _RETRY_SECONDS, 0
            plan = replace(plan, outcomes=tuple(outcomes))
            self._memory.take_up(plan)
        self._put_plan_away(plan, plan.outcomes or ())
        return True

    def _handed_in(self, plan: Plan) -> Sequence[Told]:
        present = [seen for seen in plan.files if is_same(self._orders.folder / seen.name, seen)]
        if not present:
            return ()
        if self._deaths >= _DEATHS_TOGETHER:
            return [told for seen in present for told in self._alone(plan, seen)]
        return self._line_in(plan, present)

    def _line_in(self, plan: Plan, files: Sequence[Seen]) -> Sequence[Told]:
        finished = 0

        def step() -> None:
            nonlocal finished
            finished += 1
            self._tell(Happening(kind=Kind.PAGE, done=finished, total=len(files)))

        names = {display_name(seen.name): seen.name for seen in files}
        declared = Declaration(
            dossier=plan.told.dossier,
            procedure=plan.told.procedure,
            owner=plan.told.owner,
            operator=self._orders.defaults.get("operator", ""),
            device=self._orders.defaults.get("device", ""),
        )
        outcomes = self._line.hand_in(self._orders.folder, [seen.name for seen in files], declared, step=step)
        return [replace(told, name=names[told.name]) for told in outcomes if told.name in names]

    def _alone(self, plan: Plan, seen: Seen) -> Sequence[Told]:
        """A file by itself, after the process died over it and others: is it the one?

        Raises:
            MotlanError: it is the machine, or it went wrong over several files in a row.
        """
        try:
            outcomes = self._line_in(plan, [seen])
        except MotlanError as error:
            self._deaths_alone += 1
            if is_of_the_machine(error) or self._deaths_alone >= _DEATHS_ALONE:
                self._deaths_alone = 0
                raise
            unforeseen = isinstance(error, WatchBrokenOffError) or error.code == MotlanError.code
            wrong = WatchCrashedError(display_name(seen.name)) if unforeseen else error
            return [Told(name=seen.name, code=wrong.code, message=wrong.message())]
        self._deaths_alone = 0
        return outcomes

    def _in_trouble(self, error: MotlanError, *, at_once: bool = False) -> None:
        """Tell it, and wait longer each time before the next try."""
        # The words of an error about a file name it, and what is told may end in a log.
        told = error if is_of_the_machine(error) else WatchBrokenOffError()
        self._tell(Happening(kind=Kind.TROUBLE, code=error.code, message=told.message()))
        if not at_once:
            self._not_before = self._machine.monotonic() + self._retry
            self._retry = min(_LONGEST_RETRY, 2 * self._retry)

    # afterwards

    def _put_plan_away(self, plan: Plan, outcomes: Sequence[Told]) -> None:
        """Every file of the bundle where it belongs; then the bundle is done.

        Raises:
            WatchAwayError: the folder went away meanwhile; the bundle stays in hand.
        """
        told = {outcome.name: outcome for outcome in outcomes}
        again: list[str] = []
        left: list[Left] = []
        for seen in plan.files:
            outcome = told.get(seen.name)
            if outcome is None or outcome.code in LATER or self._is_passing(seen, outcome):
                again.append(seen.name)
                continue
            if not self._put(seen, outcome, left):
                again.append(seen.name)
        # A share that went away meanwhile looks like a folder whose files are all gone.
        self._mark.check(self._orders.identity)
        if left:
            # Never taken twice, wherever they lie.
            self._memory.remember([one.seen for one in left])
            self._memory.leave([*self._memory.work.left, *left])
            self._tell_not_moved()
        self._settling.begin_anew(again, now=self._machine.monotonic())
        if not again and not left:
            self._tidy(plan)
        self._memory.take_up(None)
        self._tell_done(plan, [told[seen.name] for seen in plan.files if seen.name in told])

    def _is_passing(self, seen: Seen, outcome: Told) -> bool:
        """Whether a file that could not be read should be tried again before it is set aside."""
        if outcome.code not in _PASSING or is_readable(self._orders.folder / seen.name):
            return False
        self._tries[seen] = self._tries.get(seen, 0) + 1
        return self._tries[seen] < _TRIES

    def _put(self, seen: Seen, outcome: Told, left: list[Left]) -> bool:
        try:
            return self._putting.put(seen, outcome)
        except OSError:
            left.append(Left(seen=seen, outcome=outcome))
            return True

    def _tidy(self, plan: Plan) -> None:
        try:
            self._putting.tidy(plan.group, plan.end_mark)
        except OSError:
            self._tell_not_moved()
        if plan.end_mark in self._settling.names and plan.end_mark:
            # A mark that stays has said what it had to say.
            self._memory.remember([self._settling.seen(plan.end_mark)])

    def _put_left(self, waiting: Sequence[Left], *, now: float) -> None:
        left: list[Left] = []
        for one in waiting:
            self._put(one.seen, one.outcome, left)
        self._mark.check(self._orders.identity)
        self._memory.leave(left)
        self._left_not_before = now + _RETRY_SECONDS

    def _tell_not_moved(self) -> None:
        place = display_name(self._putting.places[0].name)
        error = WatchMoveError(display_name(self._orders.folder.name), place=place)
        self._tell(Happening(kind=Kind.TROUBLE, code=error.code, message=error.message()))

    def _tell_done(self, plan: Plan, outcomes: Sequence[Told]) -> None:
        refused = [told for told in outcomes if told.code and told.code not in LATER]
        for told in refused:
            name = display_name(told.name)
            self._tell(Happening(kind=Kind.REFUSED, name=name, code=told.code, message=told.message))
        if not plan.files:
            return
        self._tell(
            Happening(
                kind=Kind.DONE,
                name=display_name(plan.group),
                files=len(plan.files),
                papers=sum(told.papers for told in outcomes),
                waiting=sum(told.waiting for told in outcomes),
                refused=len(refused),
                same=sum(told.same for told in outcomes),
            )
        )


def is_of_the_machine(error: MotlanError) -> bool:
    """Whether the next file would meet this trouble as well, so that no file is to blame."""
    if isinstance(error, WatchBrokenOffError):
        return False
    whole = isinstance(error, StoreError | OrchestrationError | EngineError | SettingsError)
    return whole or fatal(error, item="watch") is not None


def is_readable(path: Path) -> bool:
    """Whether the first byte of a file can be read now, so that its content is what is wrong with it."""
    try:
        with path.open("rb") as file:
            file.read(1)
    except OSError:
        return False
    return True

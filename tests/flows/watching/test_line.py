"""The working process as the watch sees it: begun with work, ended when idle, told apart from a dead one."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dossier.errors import StoreFullError
from dossier.watch_errors import WatchBrokenOffError
from flows.watching.line import LineStoppedError, ProcessLine
from storage.hot_folder.plan import Told
from storage.inbox import Declaration

# Answers as flows.watching.line_work does; what it is asked for says how.
SCRIPT = """
import json, os, sys
print("not an answer", file=sys.stderr)
def say(line): sys.stdout.write(json.dumps(line) + "\\n"); sys.stdout.flush()
say({"ready": True})
for line in sys.stdin:
    asked = json.loads(line)
    if asked["names"] == ["die"]: os._exit(9)
    if asked["names"] == ["hang"]:
        import time; time.sleep(600)
    if asked["names"] == ["full"]:
        say({"error": {"code": "store.full", "item": "kho", "details": {}}}); continue
    say({"step": True})
    say({"outcomes": [{"name": name, "papers": os.getpid()} for name in asked["names"]]})
"""
FOLDER = Path("/srv/quet")


class Stop:
    """Whether to stop, and from when on."""

    def __init__(self) -> None:
        self.asked = 0
        self.after = 10**9

    def __call__(self) -> bool:
        self.asked += 1
        return self.asked > self.after


@pytest.fixture
def stop() -> Stop:
    return Stop()


@pytest.fixture
def line(stop: Stop) -> Iterator[ProcessLine]:
    made = ProcessLine(
        (sys.executable, "-c", SCRIPT), environment=os.environ, idle_seconds=60, is_stopping=stop
    )
    yield made
    made.end()


def hand_in(line: ProcessLine, *names: str, steps: list[int] | None = None) -> list[Told]:
    counted = steps if steps is not None else []
    return [*line.hand_in(FOLDER, names, Declaration(), step=lambda: counted.append(1))]


def test_it_is_begun_with_the_first_work_and_ended_when_idle(line: ProcessLine) -> None:
    steps: list[int] = []
    (first,) = hand_in(line, "a\udcff.pdf", steps=steps)
    assert (first.name, steps) == ("a\udcff.pdf", [1])
    line.rest(now=0)
    line.rest(now=59)
    assert hand_in(line, "b")[0].papers == first.papers
    line.rest(now=100)
    line.rest(now=160)
    assert not Path(f"/proc/{first.papers}").exists()
    assert hand_in(line, "c")[0].papers != first.papers


def test_a_process_that_dies_is_told_and_begun_again(line: ProcessLine) -> None:
    with pytest.raises(WatchBrokenOffError):
        hand_in(line, "die")
    assert len(hand_in(line, "a")) == 1


def test_an_error_comes_over_as_itself_and_the_process_lives_on(line: ProcessLine) -> None:
    before = hand_in(line, "a")
    with pytest.raises(StoreFullError):
        hand_in(line, "full")
    assert hand_in(line, "b")[0].papers == before[0].papers


def test_a_stop_in_the_middle_of_work_is_heard(line: ProcessLine, stop: Stop) -> None:
    hand_in(line, "a")
    stop.after = stop.asked + 1
    with pytest.raises(LineStoppedError):
        hand_in(line, "hang")


def test_a_command_that_cannot_start_is_a_dead_one(stop: Stop) -> None:
    line = ProcessLine((sys.executable, "-c", "1/0"), environment={}, idle_seconds=1, is_stopping=stop)
    with pytest.raises(WatchBrokenOffError):
        line.begin()

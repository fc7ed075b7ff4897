"""Writers of one process at one database file come in the order of their arrival."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from sqlalchemy import text

from dossier.errors import StoreBusyError
from storage.database import Database
from storage.write_turns import WriteTurns, turns_at

SOON = 10.0


def in_line(turns: WriteTurns, jobs: Sequence[Callable[[], None]]) -> list[threading.Thread]:
    """Writers who come one after the other, while somebody has the turn."""
    threads = []
    for number, job in enumerate(jobs, start=1):
        threads.append(threading.Thread(target=job))
        threads[-1].start()
        while turns.waiting < number:
            threads[-1].join(0.001)
            assert threads[-1].is_alive()
    return threads


def telling(turns: WriteTurns, names: str, told: list[str]) -> list[Callable[[], None]]:
    """Writers who tell their names when it is their turn."""

    def write(name: str) -> None:
        with turns.turn(name="mau", wait_seconds=SOON):
            told.append(name)

    return [partial(write, name) for name in names]


def test_whoever_came_first_writes_first() -> None:
    turns, told = WriteTurns(), list[str]()
    with turns.turn(name="mau", wait_seconds=SOON):
        threads = in_line(turns, telling(turns, "abcdefgh", told))
    for thread in threads:
        thread.join(SOON)
    assert told == list("abcdefgh")


def test_who_waits_too_long_is_told_and_leaves_the_line() -> None:
    turns, told = WriteTurns(), list[str]()
    with turns.turn(name="mau", wait_seconds=SOON):
        with pytest.raises(StoreBusyError) as caught, turns.turn(name="mau", wait_seconds=0.01):
            told.append("never")
        threads = in_line(turns, telling(turns, "a", told))
    threads[0].join(SOON)
    assert "mau" in str(caught.value)
    assert told == ["a"]


def test_a_turn_that_ends_badly_is_handed_on() -> None:
    turns = WriteTurns()
    with pytest.raises(ValueError, match="bad"), turns.turn(name="mau", wait_seconds=SOON):
        raise ValueError("bad")
    with turns.turn(name="mau", wait_seconds=0.01):
        pass


def test_a_file_has_the_same_turns_whoever_opens_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ours = turns_at(tmp_path / "one.db")
    assert turns_at(Path("one.db")) is ours
    assert turns_at(tmp_path / "two.db") is not ours


def test_writers_through_two_openings_of_a_store_take_turns(tmp_path: Path) -> None:
    path, told = tmp_path / "mau.db", list[str]()
    one, other = Database.on_disk(path), Database.on_disk(path)
    with one.writing() as connection:
        connection.execute(text("CREATE TABLE mau (name TEXT)"))

    def write(database: Database, name: str) -> None:
        with database.writing() as connection:
            connection.execute(text("INSERT INTO mau VALUES (:name)"), {"name": name})

    jobs = [partial(write, (one, other)[number % 2], name) for number, name in enumerate("abcdef")]
    with one.writing():
        threads = in_line(turns_at(path), jobs)
    for thread in threads:
        thread.join(SOON)
    with one.reading() as connection:
        told += connection.execute(text("SELECT name FROM mau ORDER BY rowid")).scalars()
    assert told == list("abcdef")


def test_a_forked_process_does_not_wait_for_a_turn_of_its_parent(tmp_path: Path) -> None:
    ours, theirs = multiprocessing.Pipe()
    with turns_at(tmp_path / "one.db").turn(name="mau", wait_seconds=SOON):
        child = multiprocessing.get_context("fork").Process(target=_take, args=(tmp_path / "one.db", theirs))
        child.start()
        assert ours.poll(SOON)
        assert ours.recv() == "had it"
        child.join(SOON)


def _take(path: Path, told: Connection) -> None:
    with turns_at(path).turn(name="mau", wait_seconds=1.0):
        told.send("had it")

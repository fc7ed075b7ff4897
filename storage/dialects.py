"""What differs between the databases: how a transaction begins, and what their troubles are called."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Literal, Protocol

from sqlalchemy import Connection, Engine

Task = Literal["writing", "copying", "locking"]
"""What only one process of all machines does at a time."""


class Dialect(Protocol):
    """One database of one kind."""

    @property
    def name(self) -> str:
        """How to name it in an error; never with an address or an account."""

    @property
    def file(self) -> Path | None:
        """The one file it consists of, if it is one."""

    @property
    def reader(self) -> Engine:
        """Its transactions see one state of the database, once they have begun."""

    @property
    def writer(self) -> Engine:
        """Its transactions come one after the other, once they have begun."""

    def turn(self) -> AbstractContextManager[None]:
        """Around a transaction of ``writer``: those of this process come in the order of their arrival.

        Raises:
            StoreBusyError: others took too long.
        """

    def begin_reading(self, connection: Connection) -> None:
        """First thing in a transaction of ``reader``."""

    def begin_writing(self, connection: Connection) -> None:
        """First thing in a transaction of ``writer``: waits for its turn."""

    def begin_queueing(self, connection: Connection, *, alone: bool) -> None:
        """First thing in a transaction of ``writer`` that the journal is no part of."""

    def errors(self) -> AbstractContextManager[None]:
        """Turns what the database reports into errors of ours; values of statements stay out of them."""

    def prepare(self) -> None:
        """Make what must be there before the first connection."""

    def is_there(self) -> bool:
        """Whether a connection would find something that exists; a server is asked when it is used."""

    def alone(self, task: Task, *, wait_seconds: float) -> AbstractContextManager[None]:
        """Keep other machines from a task while the block runs; on one machine lock files do."""

    def compact(self) -> None:
        """Write the files anew, without what was removed; not in a transaction."""

    def scrub(self, table: str) -> None:
        """Take deleted rows of a table out of the files, as far as goes beside other work; no transaction."""

    def close(self) -> None:
        """Close every connection."""

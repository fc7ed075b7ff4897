"""Papers that a step behind the filing could not deal with: it went on past them, and people are told.

One damaged record must not hold up the papers beside it. It is named here by step and reason until it is
changed or mended; then it waits for the step again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from dossier.aside import ToldAside
from dossier.documents import Document
from dossier.errors import RecordDamagedError
from dossier.ids import DocumentId
from storage.aside_tables import set_aside
from storage.documents import opened
from storage.schema import documents


class AsideStep(StrEnum):
    """Steps that go on past a paper."""

    SAME = "same"
    """Compared with other papers."""
    WORDS = "words"
    """Found by its words."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A paper that a step went past, and why: a stable code."""

    document: DocumentId
    step: AsideStep
    code: str


def open_each(
    connection: Connection, serials: Sequence[int], rows: Iterable[Row[Any]]
) -> tuple[list[tuple[int, Document]], list[int]]:
    """Papers that can be opened, in the order asked for, and the rows of those that are damaged.

    A key that is missing is no matter of one paper: that ends the look.

    Raises:
        StoreKeyLostError.
    """
    found = {row.document_serial: row for row in rows}
    whole: list[tuple[int, Document]] = []
    damaged: list[int] = []
    for serial in serials:
        if serial not in found:
            continue
        try:
            whole.append((serial, opened(connection, found[serial])))
        except RecordDamagedError:
            damaged.append(serial)
    return whole, damaged


def put_aside(
    connection: Connection, serials: Iterable[int], *, step: AsideStep, code: str, told: ToldAside
) -> None:
    """Name papers; again is the newer reason."""
    for serial in serials:
        take_up(connection, serial, step=step)
        connection.execute(insert(set_aside).values(document_serial=serial, step=step.value, code=code))
        document = connection.execute(select(documents.c.id).where(documents.c.serial == serial)).scalar_one()
        told(DocumentId(document), code)


def take_up(connection: Connection, serial: int, *, step: AsideStep | None = None) -> None:
    """The step dealt with the paper, or the paper is gone: it is named no more; of no step without one."""
    these = [set_aside.c.document_serial == serial]
    if step is not None:
        these.append(set_aside.c.step == step.value)
    connection.execute(delete(set_aside).where(*these))


def count(connection: Connection) -> int:
    """How many papers are named."""
    wanted = select(func.count(set_aside.c.document_serial.distinct()))
    return int(connection.execute(wanted).scalar_one())


def named(connection: Connection, *, limit: int) -> Sequence[SetAside]:
    """Papers that a step went past, the newest first."""
    wanted = (
        select(set_aside, documents.c.id)
        .join(documents, documents.c.serial == set_aside.c.document_serial)
        .order_by(set_aside.c.document_serial.desc(), set_aside.c.step)
        .limit(limit)
    )
    return [SetAside(DocumentId(row.id), AsideStep(row.step), row.code) for row in connection.execute(wanted)]

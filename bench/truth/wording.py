"""What administrative papers say: subjects, grounds, running sentences, recipients (``wording.toml``)."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

from bench.truth.fonts import Half

_FILE = Path(__file__).with_name("wording.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The words of one half.

    Attributes:
        subjects: what a paper is about, as it follows ``V/v`` or ``Về việc``.
        grounds: what decisions and plans rest on.
        sentences: running text.
        tasks: short items of a list.
        articles: what a decision orders.
        recipients: lines of ``Nơi nhận``.
        departments: agencies of a province, with the sign their papers carry.
        goods: things in tables, with their unit.
        requests: what citizens ask for.
    """

    subjects: tuple[str, ...]
    grounds: tuple[str, ...]
    sentences: tuple[str, ...]
    tasks: tuple[str, ...]
    articles: tuple[str, ...]
    recipients: tuple[str, ...]
    departments: tuple[tuple[str, str], ...]
    goods: tuple[tuple[str, str], ...]
    requests: tuple[str, ...]


@functools.cache
def wording(half: Half) -> Wording:
    """The words of that half."""
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))[half]
    return Wording(
        subjects=tuple(table["subjects"]),
        grounds=tuple(table["grounds"]),
        sentences=tuple(table["sentences"]),
        tasks=tuple(table["tasks"]),
        articles=tuple(table["articles"]),
        recipients=tuple(table["recipients"]),
        departments=_pairs(table["departments"]),
        goods=_pairs(table["goods"]),
        requests=tuple(table["requests"]),
    )


def _pairs(entries: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((first, second) for first, second in entries)

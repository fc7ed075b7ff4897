"""Bytes that PostgreSQL needs for one paper, table by table: ``python -m bench.sizes [PAPERS]
[--write]``.

Invented papers are filed and taken into the search as the line does it: record with fields and an owner,
journal entries, steps, queues, words of a page. What each table and its indexes grew by over the second
half is divided by the papers of that half, so that what every table has at first does not count. With
``--write`` the figures are kept beside the unit costs.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psycopg

from bench.scale.costs import SIZES
from bench.scale.figures import put_figures
from dossier.documents import Document, DocumentState, Item
from dossier.fields import Evidence, Field
from dossier.geometry import Box
from dossier.ids import ItemId, Sha256, document_id
from dossier.searching import SearchText
from storage.database import Database
from storage.store import Store, open_store
from storage.store_making import create_store
from storage.store_parts import StoreParts, objects_in_folder
from tests.storage.builders import batch, document, event, item, party
from tests.storage.pg_server import missing, pg_server

_WORDS: Final = 250
"""On a page."""
_FIELDS: Final = 12
"""Of a paper, mean of the vocabulary."""
_ASKED: Final = (
    "SELECT relname, pg_table_size(oid), pg_indexes_size(oid) FROM pg_class"
    " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
)
_ONSETS: Final = "b c d đ g h k l m n ph qu r s t th tr v x"
_RHYMES: Final = (
    "a ai an ang anh ao au ăn ăng ân âp e em en eo ê ên i ia iêm iên o oa oan oi ô ông ơi u uy ư ươi"
)
_SYLLABLES: Final = tuple(f"{onset}{rhyme}" for onset in _ONSETS.split() for rhyme in _RHYMES.split())


def main(arguments: Sequence[str] | None = None) -> None:
    """Print, and keep where asked."""
    parser = argparse.ArgumentParser(prog="python -m bench.sizes", description=__doc__)
    parser.add_argument("papers", nargs="?", type=int, default=2000)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--into", type=Path, help="a page of the documentation that shows the table")
    asked = parser.parse_args(arguments)
    if missing():
        sys.exit(missing())
    with (
        tempfile.TemporaryDirectory(prefix="motlan-bench-") as folder,
        pg_server(Path("/tmp") / f"motlan-pg-{uuid.uuid4().hex[:8]}") as server,  # noqa: S108  a socket's path is short
    ):
        url = server.new_database()
        grown = _grown(Path(folder), url, asked.papers)
    found = {
        name: (round(table, 1), round(indexes, 1))
        for name, (table, indexes) in grown.items()
        if table + indexes
    }
    if asked.write:
        told = {
            "measured_on": datetime.now(UTC).date().isoformat(),
            "command": f"python -m bench.sizes {asked.papers} --write",
            "papers": asked.papers,
            "words": _WORDS,
            "tables": {
                name: {"table": one, "indexes": other} for name, (one, other) in sorted(found.items())
            },
        }
        SIZES.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    table = _table(found)
    sys.stdout.write(table)
    if asked.into is not None:
        put_figures(asked.into, "sizes", table)


def _grown(folder: Path, url: str, papers: int) -> Mapping[str, tuple[float, float]]:
    """Bytes a paper of the second half, tables and their indexes."""
    parts = StoreParts(database=lambda _layout: Database.on_server(url), first=objects_in_folder)
    create_store(folder / "data", clock=_now, actor="quay-1", parts=parts)
    chance = random.Random(20261127)  # noqa: S311  invented words
    with open_store(folder / "data", clock=_now, read_only=False, parts=parts) as store:
        handed_in = item()
        store.records.save_batch(batch(), [handed_in], events=[event()])
        half = papers // 2
        _fill(store, handed_in, range(half), chance)
        before = _sizes(url)
        _fill(store, handed_in, range(half, papers), chance)
        after = _sizes(url)
    grown = {}
    for name, (table, indexes) in after.items():
        had = before.get(name, (0, 0))
        grown[name] = ((table - had[0]) / (papers - half), (indexes - had[1]) / (papers - half))
    return grown


def _fill(store: Store, handed_in: Item, numbers: Sequence[int], chance: random.Random) -> None:
    for number in numbers:
        paper = _paper(store, handed_in, number, chance)
        store.records.save_step(f"sealed-{paper.id}-1", Sha256(f"{chance.getrandbits(256):064x}"))
        store.records.save_document(paper, events=[event(), event(), event()])
    words = store.records.words
    while waiting := words.waiting(limit=100):
        words.keep([(one, _text(chance)) for one in waiting])


def _text(chance: random.Random) -> SearchText:
    """A page of words, the common ones often, as in any language."""
    picked = [_SYLLABLES[min(int(chance.paretovariate(0.7)), len(_SYLLABLES)) - 1] for _ in range(_WORDS)]
    lines = tuple(" ".join(picked[start : start + 10]) for start in range(0, _WORDS, 10))
    return SearchText(((1, lines),), {})


def _paper(store: Store, handed_in: Item, number: int, chance: random.Random) -> Document:
    """An invented paper with an owner, filed."""
    fields = tuple(
        Field(
            name=f"field_{place}",
            value=f"{chance.choice(_SYLLABLES)} {chance.choice(_SYLLABLES)} {chance.choice(_SYLLABLES)}",
            printed="",
            confidence=0.97,
            page=1,
            box=Box(100, 100 * place, 400, 100 * place + 40),
            evidence=Evidence.PRINT,
        )
        for place in range(_FIELDS)
    )
    return replace(
        document("paper", of="item", pages=(number + 1,)),
        id=document_id(store.records.namespace, ItemId(handed_in.id), pages=[number + 1]),
        state=DocumentState.FILED,
        filed_at=_now(),
        dossier=f"H26.5.12-261102-{number % 10_000:04d}",
        fields=fields,
        parties=(party("Nguyễn Thị Mẫu", number=f"0011850{number:05d}"),),
        object_sha256=Sha256(f"{chance.getrandbits(256):064x}"),
        object_size=300_000,
    )


def _sizes(url: str) -> Mapping[str, tuple[int, int]]:
    with psycopg.connect(url, autocommit=True) as connection:
        return {name: (table, indexes) for name, table, indexes in connection.execute(_ASKED).fetchall()}


def _now() -> datetime:
    return datetime.now(UTC)


def _table(found: Mapping[str, tuple[float, float]]) -> str:
    lines = [f"{'bytes a paper':<28}{'table':>10}{'indexes':>10}"]
    for name, (table, indexes) in sorted(found.items(), key=lambda one: -sum(one[1])):
        lines.append(f"{name:<28}{table:>10.0f}{indexes:>10.0f}")
    both = [sum(one) for one in zip(*found.values(), strict=True)] or [0, 0]
    return "\n".join([*lines, f"{'all':<28}{both[0]:>10.0f}{both[1]:>10.0f}"]) + "\n"


if __name__ == "__main__":
    main()

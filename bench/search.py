"""Searching papers by their words: ``python -m bench.search [--papers 200000] [--folder PLACE]``.

Fills a store with invented papers of one office, 150 words each drawn as words are in texts (Zipf) from
20,000 bare syllables and numbers, and times questions through the flow that the page stands on: index,
opening, matching, journal. Says also how large the index is, and what it costs to take in the words of one
paper. CPU is told, since it says the same on a busy machine; the exit code is 1 when one in twenty of a
kind takes more than 300 ms of it.
"""

from __future__ import annotations

import argparse
import os
import struct
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
from sqlalchemy import insert, text

from dossier.access import Access, Purpose
from dossier.documents import Batch, Document, DocumentState, Item
from dossier.ids import BatchId, DocumentId, ItemId, Sha256
from dossier.search_words import forms
from dossier.searching import SearchRange, SearchText, SearchWord, Unfound
from flows.searching.looking import Eyes, search_offices
from flows.searching.question import parse_question
from storage.bodies import document_to_text
from storage.documents import body_place
from storage.postings import PLACES, token_of
from storage.schema import document_index, document_keys, documents, versions
from storage.search_tables import search_offices as offices_table
from storage.search_tables import search_papers, search_postings
from storage.vault import Vault, vault_of
from storage.word_index import text_place, text_to_json
from wiring.services import Services
from wiring.settings import read_settings

LIMIT_S: Final = 0.3
OFFICE: Final = "H26.5.12"
_ITEM: Final = str(uuid.UUID(int=0))
_WORDS: Final = 20_000
_IN_PAPER: Final = 150
_LINE: Final = 10
_HEADS: Final = ("nguyễn", "ủy", "ban", "nhân", "dân", "xã", "số", "ngày", "tháng", "năm", "giấy", "cấp")
_NOW: Final = datetime(2026, 11, 20, 3, tzinfo=UTC)
_TIMES: Final = 100
_FIRST: Final = datetime(2020, 1, 1, tzinfo=UTC)


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill, where that is not done yet, and measure."""
    parser = argparse.ArgumentParser(prog="python -m bench.search", description=__doc__)
    parser.add_argument("--papers", type=int, default=200_000)
    parser.add_argument("--folder", type=Path, help="kept, so that a second run measures without filling")
    chosen = parser.parse_args(arguments)
    with ExitStack() as stack:
        folder = chosen.folder or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="motlan-search-"))
        )
        is_new = not folder.exists() or not any(folder.iterdir())
        services = stack.enter_context(
            Services(read_settings({"MOTLAN_DATA": str(folder)}), clock=lambda: _NOW)
        )
        if is_new:
            services.create()
            _timed(f"filling {chosen.papers:,} papers", lambda: fill(services, chosen.papers))
        size = (folder / "store.sqlite3").stat().st_size / 1e6
        sys.stdout.write(f"database: {size:,.0f} MB, {1000 * size / chosen.papers:.2f} KB a paper\n")
        worst = measure(services)
        taking_in(services)
    sys.stdout.write(f"load {os.getloadavg()[0]:.1f}\n")
    return int(worst > LIMIT_S)


def vocabulary() -> Sequence[str]:
    """Invented words, the commonest first: real ones, then syllables, then numbers."""
    onsets, rimes = (
        ("b", "ch", "d", "đ", "h", "kh", "l", "m", "nh", "ph", "t", "th", "tr", "v", "x"),
        (*("anh", "ân", "ắc", "ênh", "iền", "oàng", "ông", "ớt", "uyết", "ường", "ữu", "yên", "ế", "ọ"),),
    )
    made = [f"{onset}{rime}" for onset in onsets for rime in rimes]
    joined = [*_HEADS, *(f"{one}{other}" for one in made for other in made)]
    # One word for each bare form: its token is one.
    spoken = list({forms(word)[0]: word for word in reversed(joined[: _WORDS * 2])}.values())[::-1]
    return [*spoken[: _WORDS // 2], *(f"{number:06d}" for number in range(_WORDS))][:_WORDS]


def fill(services: Services, count: int) -> None:
    """So many papers with their words, in bulk, as the walk behind filing would leave them."""
    words = vocabulary()
    invented = np.random.default_rng(7)
    chances = 1.0 / np.arange(1, _WORDS + 1)
    chances /= chances.sum()
    records = services.store.records
    records.save_batch(
        Batch(id=BatchId(_ITEM), received_at=_FIRST),
        [Item(id=ItemId(_ITEM), batch=BatchId(_ITEM), order=1, sha256=Sha256("0" * 64), size=1, name="x")],
    )
    with records.upkeep.writing() as writing:
        connection = writing.connection
        vault = vault_of(connection)
        connection.execute(insert(offices_table).values(id=1, office=OFFICE, newest=count, oldest=0))
        tokens = np.array([token_of(vault, OFFICE, SearchWord(forms(word)[0])) for word in words])
        for part in range(-(-count // PLACES)):
            here = min(PLACES, count - part * PLACES)
            drawn = invented.choice(_WORDS, size=(here, _IN_PAPER), p=chances)
            connection.execute(insert(search_postings), _postings(drawn, tokens, part))
            rows = [_paper(vault, part * PLACES + place, words, drawn[place]) for place in range(here)]
            for table, values in zip(
                (documents, versions, document_keys, document_index, search_papers),
                zip(*rows, strict=True),
                strict=True,
            ):
                connection.execute(insert(table), list(values))


def _postings(drawn: np.ndarray, tokens: np.ndarray, part: int) -> list[dict[str, object]]:
    places = np.repeat(np.arange(len(drawn)), drawn.shape[1])
    pairs = np.unique(np.stack([drawn.ravel(), places], axis=1), axis=0)
    starts = np.flatnonzero(np.diff(pairs[:, 0], prepend=-1))
    found = []
    for group in np.split(pairs, starts[1:]):
        local = [(int(place) << 7) | 127 for place in group[:, 1]]
        packed = struct.pack(f">{len(local)}H", *local)
        found.append({"token": int(tokens[group[0, 0]]), "part": part, "papers": packed})
    return found


def _paper(
    vault: Vault, place: int, words: Sequence[str], drawn: np.ndarray
) -> tuple[dict[str, object], ...]:
    serial, name = place + 1, str(uuid.UUID(int=place + 1))
    day = _FIRST + timedelta(hours=place / 8)
    paper = Document(
        id=DocumentId(name),
        item=ItemId(_ITEM),
        pages=(1,),
        type="birth_certificate",
        type_confidence=1.0,
        version=1,
        state=DocumentState.FILED,
        dossier=f"{OFFICE}-{day:%y%m%d}-0001",
        filed_at=day,
    )
    key, wrapped = vault.new_key(serial)
    said = [words[one] for one in drawn]
    lines = tuple(" ".join(said[start : start + _LINE]) for start in range(0, len(said), _LINE))
    sealed = key.seal(text_to_json(SearchText(((1, lines),))), place=text_place())
    return (
        {
            "serial": serial,
            "id": name,
            "version": 1,
            "item_id": _ITEM,
            "first_page": 1,
            "type": paper.type,
            "state": paper.state.value,
            "result_code": None,
        },
        {
            "document_serial": serial,
            "version": 1,
            "body": key.seal(document_to_text(paper), place=body_place(1)),
        },
        {"document_serial": serial, "key_id": wrapped.key_id, "wrapped": wrapped.wrapped},
        {
            "document_serial": serial,
            "day": day.date().isoformat(),
            "type": paper.type,
            "dossier": paper.dossier,
            "office": OFFICE,
        },
        {"document_serial": serial, "office_id": 1, "place": place, "version": 1, "text": sealed},
    )


def measure(services: Services) -> float:
    """CPU of questions of each kind; gives the worst 95th percentile, in seconds."""
    words = vocabulary()
    invented = np.random.default_rng(11)

    def one(low: int, high: int) -> str:
        return words[int(invented.integers(low, high))]

    kinds: dict[str, Callable[[], str]] = {
        "two common words": lambda: f"{one(0, 200)} {one(0, 200)}",
        "a common and a rare one": lambda: f"{one(0, 200)} {one(5000, 10_000)}",
        "two rare ones": lambda: f"{one(5000, 10_000)} {one(5000, 10_000)}",
        "a number": lambda: one(12_000, _WORDS),
        "a phrase of two common ones": lambda: f'"{one(0, 50)} {one(0, 50)}"',
    }
    worst = 0.0
    sys.stdout.write("question | CPU p50 | CPU p95 | found | opened | cut\n")
    for kind, ask in kinds.items():
        times, found, opened, cut = [], 0, 0, 0
        for _ in range(_TIMES):
            begun = time.process_time()
            page = search_offices(
                services,
                parse_question(ask(), services.papers),
                offices=[OFFICE],
                within=SearchRange(),
                eyes=Eyes(told=lambda _: True, sees=lambda _, __: True),
                access=Access("bench", Purpose.ARCHIVE),
            )
            times.append(time.process_time() - begun)
            found, opened, cut = found + len(page.papers), opened + page.opened, cut + page.cut
        p50, p95 = (float(np.percentile(times, part)) for part in (50, 95))
        worst = max(worst, p95)
        shares = f"{found / _TIMES:.1f} | {opened / _TIMES:.1f} | {cut}"
        sys.stdout.write(f"{kind} | {p50 * 1000:.1f} ms | {p95 * 1000:.1f} ms | {shares}\n")
    return worst


def taking_in(services: Services) -> None:
    """What it costs to take in the words of papers, a hundred in a transaction."""
    records = services.store.records
    with records.upkeep.writing() as writing:
        writing.connection.execute(
            text("INSERT INTO search_pending SELECT serial FROM documents ORDER BY serial DESC LIMIT 100")
        )
    waiting = records.words.waiting(limit=100)
    kept = records.words.texts([one.document.id for one in waiting])
    texts: list[tuple[Unfound, SearchText]] = []
    for one in waiting:
        pages = kept[one.document.id].pages
        texts.append((one, SearchText(((1, (*pages[0][1], "thêm một dòng")),))))
    begun, cpu = time.perf_counter(), time.process_time()
    records.words.keep(texts)
    wall, cpu = time.perf_counter() - begun, time.process_time() - cpu
    sys.stdout.write(f"taking in words anew: {10 * wall:.2f} ms a paper, {10 * cpu:.2f} ms CPU\n")


def _timed(name: str, work: Callable[[], None]) -> None:
    begun = time.perf_counter()
    work()
    sys.stdout.write(f"{name}: {time.perf_counter() - begun:.0f} s\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

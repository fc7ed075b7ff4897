"""Look into the store of a province: while it runs by plain SQL, at its end by the program's own eyes."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING

import psycopg

from dossier.errors import MotlanError
from dossier.ids import BatchId, ItemId
from dossier.ports import JournalEntry
from storage.database import Database
from storage.expected import walk_wanted
from storage.key_ring import ring_of_store
from storage.layout import Layout
from storage.store_secret import read_key
from storage.vault import Vault
from tests.faults.province import life
from tests.faults.province.faults import STORES
from tests.faults.province.store_host import kept_in
from tests.storage.builders import item
from wiring.services import Services
from wiring.settings import read_settings

if TYPE_CHECKING:
    from tests.faults.province.province import Province
    from tests.faults.province.run import Report

_PAGE = 1000
_OPEN = "SELECT count(*) FROM work WHERE state <> 'parked'"
_QUEUES = {
    "copies": "SELECT count(*) FROM copies",
    "stamps": "SELECT count(*) FROM stamps_pending",
    "holders that are gone": (
        "SELECT count(*) FROM work_holders WHERE ends < extract(epoch FROM clock_timestamp()) * 1000"
    ),
}
_WAITS = "SELECT serial, pool, state, tries, reason, fence FROM work ORDER BY serial"


def _ask(province: Province, query: str) -> list[tuple[object, ...]] | None:
    """Rows, or nothing while the database is away."""
    address = province.hosts[province.databases.services[province.databases.primary].host.name].address
    try:
        with psycopg.connect(f"host={address} user=motlan dbname=motlan connect_timeout=3") as connection:
            connection.execute("SET statement_timeout = '5s'")
            return [tuple(row) for row in connection.execute(query.encode()).fetchall()]
    except psycopg.Error:
        return None


def not_at_rest(province: Province) -> int:
    """How many files something is owed on, with acknowledged ones that are not there; -1: nobody knows."""
    rows = _ask(province, _OPEN)
    there = _ask(province, "SELECT b.dossier, i.sha256 FROM items i JOIN batches b ON b.id = i.batch_id")
    if rows is None or there is None:
        return -1
    told = life.acknowledged(province.folder / "hands" / "acknowledged.jsonl")
    return int(str(rows[0][0])) + len(set(told) - {(str(one[0]), str(one[1])) for one in there})


def what_waits(province: Province) -> object:
    """What is owed, row by row: where nothing of it changes, nothing moves. Nothing: the database is away."""
    return _ask(province, _WAITS)


def count(province: Province) -> int:
    """How many files there are."""
    rows = _ask(province, "SELECT count(*) FROM items")
    return int(str(rows[0][0])) if rows else -1


def queues(province: Province) -> dict[str, int]:
    """What else waits, by kind."""
    found = {}
    for name, query in _QUEUES.items():
        rows = _ask(province, query)
        if rows is None or rows[0][0]:
            found[name] = int(str(rows[0][0])) if rows else -1
    return found


def check(province: Province, report: Report) -> None:
    """Everything, with nobody else at work."""
    with Services(read_settings(province.settings(province.data("desk")))) as services:
        kept = _kept(services)
        entries = _entries(services)
        told = life.acknowledged(province.folder / "hands" / "acknowledged.jsonl")
        verdict = life.of_files(told, kept, refused={}).with_also(life.of_journal(entries, kept))
        try:
            services.store.records.check_journal()
            services.store.records.check_journal_index()
        except MotlanError as error:
            verdict.strange.append(f"journal: {error.code}")
        if holders := services.store.records.work.holders():
            verdict.strange.append(f"{len(holders)} holders are left")
        if stand := services.store.records.work.stand():
            verdict.stuck.append(f"work is left: {stand}")
    report.files, report.papers = len(kept), sum(len(one.papers) for one in kept)
    database = Database.on_server(province.databases.url)
    secret = read_key(Layout(province.data("desk")))
    database.unlock(Vault(secret=secret, ring=ring_of_store(secret)))
    known = frozenset(walk_wanted(database))
    database.close()
    places = {name: _objects(province, name) for name in STORES}
    report.orphans = life.orphans(known, places)
    report.verdict = report.verdict.with_also(verdict).with_also(life.of_objects(known, places))
    report.asked = dict(Counter(str(one["status"]) for one in _lines(province, "asks", "asked")))
    report.refused = dict(Counter(str(one["code"]) for one in _lines(province, "hands", "trouble")))
    # Held from the beginning: an answer that says otherwise forgot a paper.
    forgot = [one for one in _lines(province, "asks", "asked") if one["status"] == 200 and not one["held"]]
    report.verdict.lost.extend(f"the held paper in an answer of {one['host']}" for one in forgot)


def _kept(services: Services) -> list[life.Kept]:
    records, kept, first = services.store.records, [], item().id
    for batch in records.list_batches():
        kept += [
            life.Kept(one, batch.dossier, records.documents_of_item(ItemId(one.id)))
            for one in records.items(BatchId(batch.id))
            if one.id != first
        ]
    return kept


def _entries(services: Services) -> list[JournalEntry]:
    found: list[JournalEntry] = []
    while some := services.store.records.journal(after=len(found), limit=_PAGE):
        found.extend(some)
    return found


def _objects(province: Province, name: str) -> dict[str, list[str]]:
    province.services[name].held_down = True
    province.services[name].kill()
    return {
        key.rpartition("/")[2]: [hashlib.sha256(version.body).hexdigest() for version in versions]
        for key, versions in kept_in(province.hosts[name].folder).versions.items()
        if key.startswith("objects/")
    }


def _lines(province: Province, client: str, name: str) -> list[dict[str, object]]:
    path = province.folder / client / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []

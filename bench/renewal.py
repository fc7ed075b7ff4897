"""What planning and forecasting cost in a large archive: rows are made, no file is read.

``python -m bench.renewal [DOCUMENTS]`` fills a store in a temporary folder and prints seconds and memory.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from dossier.documents import Batch, Document, DocumentState, Item
from dossier.evidence import EndReason, Life, RenewalRules, SignatureEvidence, plan
from dossier.ids import BatchId, DocumentId, ItemId, Sha256
from flows.forecast import forecast
from flows.renewal import bring_up_to_date, renew
from storage.bodies import document_to_text
from storage.database import Database
from storage.documents import make_key, write_version
from storage.key_ring import ring_of_store
from storage.layout import Layout
from storage.ready import Additions
from storage.schema import documents
from storage.vault import Vault
from wiring.services import Services
from wiring.settings import read_settings

_DEFAULT = 100_000
_PAGE = 1_000
_YEAR = timedelta(days=365)
_START = datetime(2026, 1, 1, tzinfo=UTC)


class NewLaw(Services):
    """The day after a digest got an end."""

    def digest_ends(self, digest: str) -> date | None:
        """SHA-256 until 2035."""
        return date(2035, 1, 1) if digest == "sha256" else None


def main(arguments: list[str]) -> int:
    """Fill, plan, forecast, plan again."""
    count = int(arguments[0]) if arguments else _DEFAULT
    with tempfile.TemporaryDirectory(prefix="motlan-renewal-") as folder:
        settings = read_settings({"MOTLAN_DATA": str(Path(folder) / "data")})
        with Services(settings, clock=lambda: _START) as services:
            services.create()
            _timed(f"fill {count:,} rows", lambda: _fill(services, count))
            rules = services.renewal_rules
            _timed("plan again, nothing new", lambda: bring_up_to_date(services))
            _timed("forecast", lambda: forecast(services, years=(1, 5, 10), details=True))
            told: list[object] = []
            until = (_START + 4 * _YEAR).date()
            _timed(
                "plan: all that is due in 4 years, one by one",
                lambda: renew(services, until=until, limit=None, dry_run=True, listen=told.append),
            )
            sys.stdout.write(f"  {len(told):,} told, planned by {rules.key(('sha256',))}\n")
        with NewLaw(settings, clock=lambda: _START) as later:
            _timed("plan everything again under a new law", lambda: bring_up_to_date(later))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"peak memory {peak:.0f} MB\n")
    return 0


def _timed(name: str, work: Callable[[], object]) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    sys.stdout.write(f"{name}: {cpu:.2f} s CPU, {wall:.2f} s\n")


def _fill(services: Services, count: int) -> None:
    """Rows in bulk: filing itself is measured elsewhere."""
    batch, item = BatchId(str(uuid.UUID(int=1))), ItemId(str(uuid.UUID(int=2)))
    services.store.records.save_batch(
        Batch(id=batch, received_at=_START),
        [Item(id=item, batch=batch, order=1, sha256=Sha256("0" * 64), size=1, name="mau.pdf")],
    )
    layout = Layout(services.settings.data)
    database = Database.on_disk(layout.database)
    secret = bytes.fromhex(layout.key.read_text("ascii"))
    database.unlock(Vault(secret=secret, ring=ring_of_store(secret)))
    page: list[Document] = []
    for document in _documents(item, count):
        page.append(document)
        if len(page) == _PAGE:
            _keep(services, database, page)
            page = []
    _keep(services, database, page)
    database.close()


def _keep(services: Services, database: Database, page: Sequence[Document]) -> None:
    if not page:
        return
    first = int(page[0].result_code) + 1
    with database.writing() as connection:
        connection.execute(
            insert(documents),
            [
                {
                    "serial": first + number,
                    "id": one.id,
                    "version": 1,
                    "item_id": one.item,
                    "first_page": 1,
                    "type": one.type,
                    "state": one.state.value,
                    "result_code": one.result_code,
                }
                for number, one in enumerate(page)
            ],
        )
        with Additions(connection) as adding:
            for number, one in enumerate(page):
                write_version(adding, make_key(adding, first + number), document_to_text(one), version=1)
    rules = services.renewal_rules
    services.store.records.evidence.save([_row(one, first + n, rules) for n, one in enumerate(page)])


def _documents(item: ItemId, count: int) -> Iterator[Document]:
    base = Document(
        id=DocumentId(""),
        item=item,
        pages=(1,),
        type="decision",
        type_confidence=1,
        version=1,
        state=DocumentState.FILED,
        object_sha256=Sha256("a" * 64),
    )
    for number in range(count):
        # A result code of its own: the counter of codes is no part of what is measured.
        yield replace(base, id=DocumentId(str(uuid.UUID(int=number + 10))), result_code=f"{number}")


def _row(document: Document, number: int, rules: RenewalRules) -> SignatureEvidence:
    reasons = (EndReason.STAMP_ENDS,) * 8 + (EndReason.NO_EVIDENCE, EndReason.STAMP_PENDING)
    life = Life(
        level="B-LTA",
        reason=reasons[number % len(reasons)],
        holds_until=_START + timedelta(days=30 + number % 3650),
        stamped_at=_START - timedelta(days=number % 1000),
        digests=("sha256",) if number % 3 else ("sha256", "sha512"),
        longest_days=90,
    )
    return plan(document.id, version=document.version, object_sha256=Sha256("a" * 64), life=life, rules=rules)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

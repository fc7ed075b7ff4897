"""What bundles cost: exporting and importing some papers, CPU and memory for a thousand of them.

``python -m bench.bundles [--papers N] [--kilobytes N]`` files invented papers at a desk (without reading or
signing them), exports them and imports them into an empty centre, then once more. CPU seconds are those of
this process; memory is the growth of its peak. The desk and the centre are SQLite files and folders.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from dossier.documents import Document, DocumentState, ItemState, Party, PartyRole, SignatureStatus
from dossier.events import Event, EventKind
from dossier.fields import Field
from dossier.geometry import Box
from dossier.ids import document_id
from dossier.trust import Term, TermKind, Trust
from flows.bundle_export import export
from flows.bundle_import import take
from flows.bundle_keys import enrol, join, own_keys
from storage.inbox import Declaration
from storage.store_making import create_store
from wiring.services import Services
from wiring.settings import read_settings

Made = TypeVar("Made")

_IN_A_DOSSIER = 5
_THOUSAND = 1000


def main() -> None:
    """Measure and print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=_THOUSAND)
    parser.add_argument("--kilobytes", type=int, default=300)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="motlan-bench-") as name:
        folder = Path(name)
        with _store(folder / "desk") as desk, _store(folder / "centre") as centre:
            _introduce(desk, centre)
            _file_papers(desk, folder / "scans", papers=asked.papers, size=asked.kilobytes * 1000)
            told: dict[str, object] = {"papers": asked.papers, "kilobytes": asked.kilobytes}
            bundle = _measured(
                told, "export", asked.papers, lambda: export(desk, folder / "week.bundle").path
            )
            told["bundle_megabytes"] = round(bundle.stat().st_size / 1e6, 1)
            _measured(told, "import", asked.papers, lambda: take(centre, bundle).receipt)
            _measured(told, "import_again", asked.papers, lambda: take(centre, bundle).receipt)
    sys.stdout.write(json.dumps(told) + "\n")


def _measured(told: dict[str, object], name: str, papers: int, work: Callable[[], Made]) -> Made:
    before, cpu, wall = _peak(), time.process_time(), time.monotonic()
    found = work()
    told[f"{name}_cpu_s_per_1000"] = round((time.process_time() - cpu) / papers * _THOUSAND, 2)
    told[f"{name}_wall_s"] = round(time.monotonic() - wall, 1)
    told[f"{name}_peak_growth_mb"] = round((_peak() - before) / 1e6, 1)
    return found


def _peak() -> int:
    """Bytes; the system tells kibibytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _store(folder: Path) -> Services:
    settings = read_settings({"MOTLAN_DATA": str(folder), "MOTLAN_ACTOR": folder.name})
    create_store(folder, clock=_now, actor=folder.name)
    return Services(settings)


def _now() -> datetime:
    return datetime.now(UTC)


def _introduce(desk: Services, centre: Services) -> None:
    request, _ = own_keys(desk, "desk")
    _, answer = enrol(centre, request, item="desk.json")
    join(desk, answer, item="centre.json")


def _file_papers(desk: Services, scans: Path, *, papers: int, size: int) -> None:
    """Dossiers of five papers, each an object for the scan and one for the signed copy."""
    scans.mkdir()
    for first in range(0, papers, _IN_A_DOSSIER):
        files = []
        for order in range(first, min(first + _IN_A_DOSSIER, papers)):
            path = scans / f"{order}.jpg"
            path.write_bytes(b"\xff\xd8\xff" + hashlib.shake_256(str(order).encode()).digest(size))
            files.append(path)
        with desk.writing():
            _dossier(desk, files, code=f"H26.5.12-261102-{first // _IN_A_DOSSIER:04d}", person=first)
        for path in files:
            path.unlink()


def _dossier(desk: Services, files: list[Path], *, code: str, person: int) -> None:
    store, number = desk.store, f"010185999{person % _THOUSAND:03d}"
    taken = store.inbox.take_in(files, declared=Declaration(dossier=code, owner=number))
    if taken.batch is None:
        return
    store.records.save_batch(
        taken.batch, taken.items, events=[_event(EventKind.ITEM_RECEIVED, taken.batch.id)]
    )
    for item in store.records.items(taken.batch.id):
        paper = document_id(store.records.namespace, item.id, pages=[1])
        source = next(path for path in files if path.name == item.name)
        signed = store.steps.run(f"captured-{paper}", partial(_sign, source))
        made = Document(
            id=paper,
            item=item.id,
            pages=(1,),
            type="residence_confirmation",
            type_confidence=0.99,
            version=1,
            fields=tuple(_field(name, number) for name in ("full_name", "document_number", "personal_id")),
            parties=(Party(role=PartyRole.OWNER, relation="subject", number=number, name="Đỗ Thị Giả"),),
            state=DocumentState.FILED,
            term=Term(TermKind.UNLIMITED),
            trust=Trust.T4,
            dossier=code,
            object_sha256=signed.sha256,
            object_size=signed.size,
            signature=SignatureStatus.PASSED,
            signature_checked_at=_now(),
            filed_at=_now(),
        )
        store.records.save_document(made, events=[_event(EventKind.DOCUMENT_FILED, paper)])
        done = replace(item, state=ItemState.DONE, pages=1)
        store.records.save_item(done, events=[_event(EventKind.ITEM_SPLIT, item.id)])


def _sign(source: Path, target: Path) -> None:
    target.write_bytes(b"%PDF-" + source.read_bytes())


def _field(name: str, value: str) -> Field:
    return Field(name=name, value=value, printed=value, confidence=0.99, page=1, box=Box(1, 2, 3, 4))


def _event(kind: EventKind, subject: str) -> Event:
    return Event(kind=kind, at=_now(), actor="desk", subject=subject)


if __name__ == "__main__":
    main()

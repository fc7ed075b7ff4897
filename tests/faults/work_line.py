"""The worker that is killed: takes files from the line and signs and files them without reading.

``python -m tests.faults.work_line`` is ``motlan work`` but for the reading of files and for Prefect. Settings
come by the environment. It says the id of each file that it has in hand, and ends when nothing waits.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace

from dossier.documents import ItemState
from dossier.work import FairRules, Lease, Pool
from flows.work.holding import holding_work
from storage.work_fence import holding
from tests.flows.stamping import put_down_item
from wiring.services import Services
from wiring.settings import read_settings

RULES = FairRules(cap=0, share=5, tries=1000)
"""Killed as often as a test wants."""


def file(services: Services, lease: Lease) -> None:
    """As ``flows.issue.file_item``: papers first, then the file is done; each on the lease."""
    with services.writing(), holding(lease):
        records = services.store.records
        item = records.item(lease.item)
        if not records.documents_of_item(item.id):
            put_down_item(services, item)
        records.save_item(replace(item, state=ItemState.DONE, pages=1))


def main() -> None:
    """Work until nothing waits."""
    with Services(read_settings(os.environ)) as services, holding_work(services) as held:
        while (lease := services.looking.records.work.take(Pool.READ, held.holder, rules=RULES)) is not None:
            sys.stdout.write(f"{lease.item}\n")
            sys.stdout.flush()
            file(services, lease)


if __name__ == "__main__":
    main()

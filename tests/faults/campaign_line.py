"""The two processes that are killed: a campaign's run, and work at the counter; both file without reading.

``python -m tests.faults.campaign_line run CAMPAIGN BOX FOLDER`` is ``motlan campaign run`` but for the
reading of files; ``… counter FOLDER`` hands a folder in at the counter as ``motlan ingest`` does. Settings
come by the environment. The counter says a line when it holds its place.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from flows.campaign_run import box_to_run, run_box
from flows.intake import Handed
from flows.priority import at_counter, give_way, patiently
from flows.progress import silent
from storage.inbox import Declaration
from tests.faults.watch_line import hand_in
from wiring.services import Services
from wiring.settings import read_settings


def run(services: Services, campaign: str, box: str, folder: Path) -> None:
    """The files of a box, behind the counter."""
    found = services.store.records.campaigns.campaign(campaign)
    taken = box_to_run(services, found, folder, label=box)

    def ingest(path: Path, declared: Declaration) -> Handed:
        give_way(services)
        return hand_in(services, [path], declared, folder, patiently(services, silent))

    run_box(services, found, taken, folder, ingest=ingest, pause=time.sleep)


def serve(services: Services, folder: Path) -> None:
    """Everything of a folder, before any campaign."""
    with at_counter(services):
        sys.stdout.write("at the counter\n")
        sys.stdout.flush()
        hand_in(services, [folder], Declaration(), folder, silent)


def main(task: str, *arguments: str) -> None:
    """One of the two."""
    with Services(read_settings(os.environ)) as services:
        if task == "run":
            campaign, box, folder = arguments
            run(services, campaign, box, Path(folder))
        else:
            (folder,) = arguments
            serve(services, Path(folder))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""``make demo``: the main job on the sample dossiers, then one reuse question in words.

The same calls as ``motlan init``, ``trust add``, ``ingest`` and ``reuse``, in one process, so that Prefect is
brought up once for all four dossiers.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cli.bar import Bar
from cli.batch import listener
from cli.table import filed_table, refused_lines
from dossier.access import Access, Purpose
from flows.lookup import ask_reuse
from flows.progress import Progress
from flows.report import BatchReport, batch_report
from flows.submit import ingest
from storage.inbox import Declaration
from wiring.services import Services
from wiring.settings import read_settings

SAMPLES = Path(__file__).parent.parent / "samples"
ASKED_ON = date(2026, 11, 21)
"""The sample papers are dated around this day; the question is asked on it."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """A sample dossier and what staff say about it."""

    folder: Path
    declared: Declaration


def main() -> int:
    """Run it; 0 when every sample paper was filed or waits for a person."""
    started = time.monotonic()
    with Services(read_settings(os.environ)) as services:
        services.create()
        services.trust.add((SAMPLES / "trust" / "co-quan-mau.pem").read_bytes())
        samples = dossiers()
        reports = [_digitise(services, dossier) for dossier in samples]
        report = _merged(reports)
        sys.stdout.write(filed_table(report, "vi"))
        sys.stderr.write(refused_lines(report))
        sys.stdout.write("\n" + _question(services, samples[-1]) + "\n\n")
    sys.stdout.write(
        f"Kho dữ liệu: {services.settings.data}. Xong sau {time.monotonic() - started:.0f} giây.\n"
    )
    return 1 if report.refused else 0


def dossiers() -> list[Dossier]:
    """The sample dossiers, by name."""
    found = []
    for path in sorted((SAMPLES / "dossiers").glob("*/dossier.json")):
        told = json.loads(path.read_text(encoding="utf-8"))
        declared = Declaration(dossier=told["code"], procedure=told["procedure"], owner=told["owner"])
        found.append(Dossier(path.parent, declared))
    return found


def _digitise(services: Services, dossier: Dossier) -> BatchReport:
    declared = dossier.declared
    sys.stdout.write(f"$ motlan ingest samples/dossiers/{dossier.folder.name} --dossier {declared.dossier}\n")
    sys.stdout.flush()
    heard: list[Progress] = []
    with Bar(total=0, lang="vi") as bar:
        listen = listener(bar, heard)
        handed = ingest(services, [dossier.folder], declared=declared, listen=listen)
    return batch_report(services, handed, heard)


def _merged(reports: Sequence[BatchReport]) -> BatchReport:
    return BatchReport(
        papers=tuple(row for report in reports for row in report.papers),
        refused=tuple(row for report in reports for row in report.refused),
        duplicates=tuple(name for report in reports for name in report.duplicates),
        skipped=(),
        seconds=sum(report.seconds for report in reports),
    )


def _question(services: Services, dossier: Dossier) -> str:
    declared = dossier.declared
    answer = ask_reuse(
        services,
        declared.procedure,
        owner=declared.owner,
        on=ASKED_ON,
        access=Access(services.settings.actor, Purpose.PROCEDURE, declared.dossier),
    )
    asked = f"$ motlan reuse --procedure {declared.procedure} --owner … --on {ASKED_ON.isoformat()}\n"
    return asked + answer.in_words("vi")


if __name__ == "__main__":
    sys.exit(main())

"""One run of the whole line over the committed samples, shared by the tests that look at its outcome."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dossier.documents import Document, Item
from flows.intake import Handed
from flows.progress import silent
from flows.submit import ingest
from storage.inbox import Declaration
from tests.project.test_layout import ROOT
from wiring.services import Services
from wiring.settings import read_settings

SAMPLES = ROOT / "samples"
DOSSIERS = SAMPLES / "dossiers"
ASKED_ON = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Truth:
    """What a sample file holds, as its maker wrote it down."""

    file: Path
    grade: str
    documents: Sequence[Mapping[str, object]]
    blank_pages: Sequence[int]


@dataclass(frozen=True, slots=True)
class Line:
    """An installation that digitised all samples."""

    services: Services
    handed: Sequence[Handed]
    data: Path

    def documents(self) -> Iterator[tuple[Item, Document]]:
        """Every document with the file it came in."""
        for item in self.items():
            for document in self.services.store.records.documents_of_item(item.id):
                yield item, document

    def items(self) -> list[Item]:
        """Every file that was taken in."""
        return [self.services.store.records.item(item) for handed in self.handed for item in handed.items]


def truths() -> list[Truth]:
    """The truth of every sample file."""
    found = []
    for path in sorted(DOSSIERS.glob("*/*.expected.json")):
        told = json.loads(path.read_text(encoding="utf-8"))
        found.append(
            Truth(path.parent / told["file"], told["grade"], told["documents"], told.get("blank_pages", []))
        )
    return found


def declared(folder: Path) -> Declaration:
    """What staff say about a sample dossier."""
    told = json.loads((folder / "dossier.json").read_text(encoding="utf-8"))
    return Declaration(dossier=told["code"], procedure=told["procedure"], owner=told["owner"])


def installation(data: Path, **settings: str) -> Services:
    """A fresh desk that trusts the agency of the signed sample."""
    services = Services(read_settings({"MOTLAN_DATA": str(data), "MOTLAN_LANG": "vi", **settings}))
    services.create()
    services.trust.add((SAMPLES / "trust" / "co-quan-mau.pem").read_bytes())
    return services


def digitise(services: Services, folder: Path) -> Handed:
    """The whole line over one sample dossier."""
    return ingest(services, [folder], declared=declared(folder), listen=silent)

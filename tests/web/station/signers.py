"""Papers that wait for the signature of the office, and invented people who may sign them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from dossier.documents import Document
from flows.review import review
from flows.signing_desk import queue
from rulebook.paper_spec import Sensitivity
from tests.web.office import Clock, Office, copy_of

RULES = """
[[by_person]]
types = ["birth_certificate"]
since = 2026-01-01
article = "Quyết định 12/QĐ-UBND"
"""
ANYBODY = queue.Signer(actor="user-1", offices=("*",), sees=frozenset(Sensitivity))
OTHER = replace(ANYBODY, actor="user-2")


def checked(waiting_store: Path, data: Path) -> Path:
    """A store in which three papers of H26 and one of H27 are checked, and wait for a signature."""
    copy_of(waiting_store, data)
    made = Office(data, Clock())
    decide(made, RULES)
    for paper in made.services.store.records.documents_waiting():
        review(made.services, paper.id, values={}, confirmed=True)
    made.close()
    return data


def decide(office: Office, rules: str) -> None:
    """State which papers a person signs."""
    folder = office.services.rules_folder
    folder.mkdir(exist_ok=True)
    (folder / "signing.toml").write_text(rules, encoding="utf-8")


def waiting(office: Office) -> list[Document]:
    """What waits for anybody's signature."""
    return [line.document for line in queue.waiting(office.services, ANYBODY)]

"""Learning from corrections: words that stood before corrected values become labels when a person agrees.

Nothing leaves the office and nothing is learned silently. A correction leaves only the words of the form;
words that several papers show are proposed; a person takes them over or rejects them for good.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dossier.documents import Document
from dossier.errors import MotlanError, ProposalUnknownError, RulebookError
from dossier.events import Event, EventKind
from dossier.labels import LabelDecision, LabelNote, LabelVerdict, proposal_id
from extraction.learning import find_label
from flows.capture import load_reading
from rulebook.overlay import label_entry, overlay, overlay_name
from rulebook.paper_spec import PaperSpec
from rulebook.papers import PAPERS_FOLDER, THRESHOLDS_FILE, load_papers
from rulebook.table_files import table_text
from rulebook.variants import plain
from storage.filesystem import SystemFiles, store_errors, write_private_file
from wiring.logs import kind_of
from wiring.services import Services

_SHOWN_ID = 40
"""Letters of what was typed as an id that an error repeats; ours have ten."""

_Words = tuple[str, str, str]
"""Type, field, key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Words that enough papers show before values of one field.

    Attributes:
        id: short, stable.
        type, field, key: what they may be a label of.
        printed: as most papers print them.
        documents: how many papers show them.
        first, last: days of the first and the last correction that taught them.
        toml: the entry for the office's table.
    """

    id: str
    type: str
    field: str
    key: str
    printed: str
    documents: int
    first: date
    last: date
    toml: str


def learn(services: Services, before: Document, saved: Document, given: Mapping[str, str]) -> int:
    """Keep the words that stand before values a person gave, where no table knows them.

    The correction is saved already and must not fail for this: trouble goes to the log. Only inside
    ``writing``.

    Args:
        services: of this installation.
        before: the paper as it was before the person spoke.
        saved: the paper as corrected.
        given: normalised values by field name, empty for fields the paper does not have.

    Returns:
        How many new notes were kept.
    """
    if not any(given.values()):
        return 0
    try:
        return services.labels.add(_notes(services, before, saved, given))
    except (MotlanError, LookupError, OSError) as error:
        services.log.warning("labels.not_learned", document=saved.id, cause=kind_of(error))
        return 0


def _notes(
    services: Services, before: Document, saved: Document, given: Mapping[str, str]
) -> Iterable[LabelNote]:
    spec = services.papers.spec(saved.type)
    pages = load_reading(services, saved.item).texts(sorted(saved.pages))
    filled = {
        text
        for document in (before, saved)
        for field in document.fields
        for text in (field.value, field.printed)
        if text
    }
    for name, value in given.items():
        found = find_label(pages, spec, name, value=value, others=filled) if value else None
        if found is not None:
            yield LabelNote(
                type=spec.type,
                field=name,
                key=found.key,
                printed=found.printed,
                document=saved.id,
                actor=services.settings.actor,
                day=services.today(),
            )


def proposals(services: Services) -> tuple[Proposal, ...]:
    """Words that enough different papers show, that no table knows and nobody decided about."""
    found = [proposal for proposal in _undecided(services) if _is_new(services, proposal)]
    return tuple(sorted(found, key=lambda proposal: (proposal.type, -proposal.documents, proposal.id)))


def _undecided(services: Services) -> list[Proposal]:
    """Words that enough different papers show and nobody decided about, known to a table or not."""
    decided = {(entry.type, entry.field, entry.key) for entry in services.labels.decisions()}
    grouped: dict[_Words, list[LabelNote]] = {}
    for note in services.labels.notes():
        grouped.setdefault((note.type, note.field, note.key), []).append(note)
    least = services.settings.label_confirmations
    return [
        _proposal(services, notes)
        for words, notes in grouped.items()
        if words not in decided
        and len({note.document for note in notes}) >= least
        and _has_field(services, words)
    ]


def _has_field(services: Services, words: _Words) -> bool:
    """Whether the tables still have the type and the field."""
    type_, name, _ = words
    return services.papers.knows(type_) and name in services.papers.spec(type_).by_name


def _is_new(services: Services, proposal: Proposal) -> bool:
    """Whether no table knows the words for the field."""
    field = services.papers.spec(proposal.type).by_name[proposal.field]
    return proposal.key not in {plain(label) for label in field.labels}


def _proposal(services: Services, notes: list[LabelNote]) -> Proposal:
    first = notes[0]
    printed, _ = Counter(note.printed for note in notes).most_common(1)[0]
    documents = len({note.document for note in notes})
    days = [note.day for note in notes]
    return Proposal(
        id=proposal_id(first.type, first.field, first.key),
        type=first.type,
        field=first.field,
        key=first.key,
        printed=printed,
        documents=documents,
        first=min(days),
        last=max(days),
        toml=label_entry(
            services.papers.spec(first.type), first.field, printed, documents=documents, day=services.today()
        ),
    )


def adopt(services: Services, proposal: str) -> tuple[Proposal, Path]:
    """Take the words over into the office's tables; the next paper is read with them.

    The table is written first. Where an earlier call was stopped behind that, this one does the rest.

    Args:
        services: of this installation.
        proposal: id as listed.

    Returns:
        The proposal and the file that holds it now.

    Raises:
        ProposalUnknownError: no such proposal is open.
        RulebookError: the tables would be wrong with it; nothing is changed.
        StoreReadOnlyError, StoreFullError: the table cannot be written.
    """
    with services.writing():
        found = _chosen(proposal, (entry for entry in _undecided(services) if _may_adopt(services, entry)))
        spec = services.papers.spec(found.type)
        path = services.rules_folder / PAPERS_FOLDER / overlay_name(found.type)
        if _is_new(services, found):
            _write(services, spec, path, found)
        _decide(services, found, LabelVerdict.ADOPTED)
    return found, path


def _may_adopt(services: Services, proposal: Proposal) -> bool:
    """Whether no table knows the words, or the office's learned ones do and nobody was told that they do."""
    written = overlay_name(proposal.type) in services.papers.spec(proposal.type).extended_by
    return written or _is_new(services, proposal)


def _write(services: Services, spec: PaperSpec, path: Path, proposal: Proposal) -> None:
    """Put the entry into the office's file, once all tables were read with it."""
    text = overlay(spec, table_text(path) if path.is_file() else "", [proposal.toml])
    _try_out(services, spec, path.name, text)
    files = SystemFiles()
    with store_errors(path.name):
        for folder in (services.rules_folder, path.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            files.sync_folder(folder.parent)
    write_private_file(files, path, text.encode())


def reject(services: Services, proposal: str) -> Proposal:
    """Never propose these words for this field again.

    Raises:
        ProposalUnknownError: no such proposal is open.
    """
    with services.writing():
        found = _chosen(proposal, proposals(services))
        _decide(services, found, LabelVerdict.REJECTED)
    return found


def _chosen(proposal: str, among: Iterable[Proposal]) -> Proposal:
    for found in among:
        if found.id == proposal:
            return found
    raise ProposalUnknownError(proposal[:_SHOWN_ID])


def _try_out(services: Services, spec: PaperSpec, name: str, text: str) -> None:
    """Read the office's tables as they would be, in a folder of their own.

    Raises:
        RulebookError: they would be wrong.
    """
    with tempfile.TemporaryDirectory(dir=services.store.work) as made:
        papers = Path(made) / PAPERS_FOLDER
        papers.mkdir()
        kept = services.rules_folder / PAPERS_FOLDER
        for table in sorted(kept.glob("*.toml")) if kept.is_dir() else ():
            shutil.copyfile(table, papers / table.name)
        thresholds = services.rules_folder / THRESHOLDS_FILE
        if thresholds.is_file():
            shutil.copyfile(thresholds, Path(made) / THRESHOLDS_FILE)
        (papers / name).write_text(text, encoding="utf-8")
        tried = load_papers(office=Path(made))
    if not tried.knows(spec.type):
        raise RulebookError(name, line=0, reason=f"không có loại {spec.type}")


def _decide(services: Services, proposal: Proposal, verdict: LabelVerdict) -> None:
    """Tell the journal, by codes and counts only, and keep the decision: none is kept that is not told."""
    services.store.records.record(
        Event(
            kind=EventKind.RULES_CHANGED,
            at=services.clock(),
            actor=services.settings.actor,
            subject=proposal.id,
            details={
                "verdict": verdict.value,
                "type": proposal.type,
                "field": proposal.field,
                "documents": proposal.documents,
            },
        )
    )
    services.labels.decide(
        LabelDecision(
            type=proposal.type,
            field=proposal.field,
            key=proposal.key,
            verdict=verdict,
            actor=services.settings.actor,
            day=services.today(),
        )
    )

"""Which papers are digitised: what persons said of them, what stands on them, and how a person overrules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dossier.access import Access, Purpose
from dossier.admission import DossierPerson
from dossier.asking import AskReason
from dossier.batch_errors import ReasonMissingError
from dossier.declared import Came, DeclaredComponent
from dossier.documents import Document, DocumentState, ItemState
from dossier.errors import ArgumentError, RecordMissingError
from dossier.events import EventKind
from dossier.intake_errors import REFUSALS, PhotocopyError
from dossier.legal_form import FORM_QUESTION, LegalForm
from dossier.separators import encode_sheet
from dossier.text import PageText
from flows.admission import register_dossier
from flows.asking import insist
from flows.attempt import Run, attempt
from flows.batches import view_batch
from flows.capture import read_item
from flows.components import declare_components
from flows.form_said import FormSaid, say_form
from flows.progress import silent
from flows.quarantine import set_aside
from flows.report import batch_report
from flows.review import review
from storage.inbox import Declaration
from tests.extraction.papers import BIRTH, DECISION
from tests.extraction.stacks import paper as paper_sheet
from tests.extraction.stacks import sheet_page
from tests.extraction.test_copies import CLAUSE
from tests.extraction.writing import page
from tests.flows.fed import OWNER, filed, numbered, open_desk, taken
from wiring.services import Services

REASON = "Máy nhận nhầm, đã xem bản chính"
CERTIFIED = "intake.certified_paper_copy"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Services]:
    with open_desk(tmp_path) as made:
        yield made


def said(form: LegalForm, *, compared: bool = False) -> Declaration:
    return Declaration(owner=OWNER, form=form, compared=compared, operator="ha.tran")


def one(desk: Services, path: Path, *pages: PageText, declared: Declaration | None = None) -> Document:
    *_, (paper,) = filed(desk, path, numbered(*pages), declared)
    return paper


@pytest.mark.parametrize("form", list(REFUSALS))
def test_what_a_person_says_is_a_copy_is_refused_before_anything_is_read(
    desk: Services, tmp_path: Path, form: LegalForm
) -> None:
    handed, item = taken(desk, tmp_path / "a.tif", numbered(page(BIRTH)), said(form))
    with desk.writing():
        error = attempt(Run(desk, silent), item, lambda: read_item(desk, item, listen=silent))
        assert type(error) is REFUSALS[form]
        set_aside(desk, item, error, listen=silent)
    kept = desk.store.records.item(item)
    assert (kept.state, kept.error_code) == (ItemState.QUARANTINED, f"intake.{form.value}")
    assert desk.store.records.documents_of_item(item) == []
    # The original stays, with the reason in both languages.
    assert desk.store.blobs.contains(kept.sha256)
    (note,) = desk.store.quarantine.notes()
    assert "không" in note.message
    assert "Article 4" in error.sentence("en") or "Circular 01/2023" in error.sentence("en")
    (row,) = batch_report(desk, handed, []).refused
    assert row.code == f"intake.{form.value}"
    assert "batch.file_refused" in {p.code for p in view_batch(desk, str(handed.batch)).problems}


def test_a_person_overrules_a_refusal_with_a_reason_and_the_file_goes_on(
    desk: Services, tmp_path: Path
) -> None:
    _, item = taken(desk, tmp_path / "a.tif", numbered(page(BIRTH)), said(LegalForm.PHOTOCOPY))
    with desk.writing():
        set_aside(desk, item, PhotocopyError("a.tif"), listen=silent)
    original = FormSaid(form=LegalForm.ORIGINAL, compared=True, actor="minh.le")
    with pytest.raises(ReasonMissingError):
        say_form(desk, item, original)
    (paper,) = say_form(desk, item, replace(original, reason=REASON))
    assert (paper.state, paper.type) == (DocumentState.FILED, "birth_certificate")
    assert desk.store.records.item(item).state is ItemState.DONE
    (told,) = desk.store.records.journal_of(EventKind.FORM_SAID)
    assert (told.event.actor, dict(told.event.details)) == (
        "minh.le",
        {"form": "original", "compared": "yes"},
    )
    assert REASON not in str([entry.event for entry in desk.store.records.journal()])
    assert [note.resolved_at is not None for note in desk.store.quarantine.notes()] == [True]


def test_a_certified_paper_copy_is_refused_with_nothing_of_it_signed_extracted_or_filed(
    desk: Services, tmp_path: Path
) -> None:
    pages = numbered(page([*BIRTH, "", *CLAUSE]), page(DECISION))
    handed, item, (copy, other) = filed(desk, tmp_path / "a.tif", pages)
    assert (copy.state, copy.pages, copy.findings[0].code) == (DocumentState.REFUSED, (1,), CERTIFIED)
    assert (copy.type, copy.fields, copy.parties, copy.object_sha256) == ("unknown", (), (), None)
    assert other.state is not DocumentState.REFUSED
    (event,) = desk.store.records.journal_of(EventKind.DOCUMENT_REFUSED)
    assert (event.event.subject, event.event.details["code"]) == (copy.id, CERTIFIED)
    assert desk.store.records.documents_of_owner(OWNER) == []
    report = batch_report(desk, handed, [])
    assert [row.document.id for row in report.papers] == [other.id]
    (refused,) = report.refused
    assert (refused.code, refused.document, refused.pages) == (CERTIFIED, copy.id, (1,))
    assert "[1]" in refused.message
    # It is a paper of the stack all the same: counts are of what was fed.
    assert view_batch(desk, str(handed.batch)).found.papers == 2
    with pytest.raises(ArgumentError):
        review(desk, copy.id, values={}, confirmed=True)
    assert desk.store.records.item(item).state is ItemState.DONE


def test_a_paper_refused_in_vain_is_filed_once_a_person_gives_a_reason(
    desk: Services, tmp_path: Path
) -> None:
    refused = one(desk, tmp_path / "a.tif", page([*BIRTH, "", *CLAUSE]))
    with pytest.raises(ReasonMissingError):
        say_form(desk, refused.id, FormSaid(form=LegalForm.ORIGINAL))
    (paper,) = say_form(desk, refused.id, FormSaid(form=LegalForm.ORIGINAL, reason=REASON))
    assert (paper.id, paper.version, paper.state) == (refused.id, 2, DocumentState.FILED)
    assert [party.number for party in paper.owners] == [OWNER]
    assert paper.object_sha256 is not None


def test_signs_ask_and_a_person_answers_either_way(desk: Services, tmp_path: Path) -> None:
    asked = one(desk, tmp_path / "a.tif", page([(700, "SAO Y"), *BIRTH]))
    assert (asked.state, asked.questions) == (DocumentState.WAITING, (FORM_QUESTION,))
    assert "paper.copy_words" in {finding.code for finding in asked.findings}
    (settled,) = say_form(desk, asked.id, FormSaid(form=LegalForm.ORIGINAL, compared=True))
    assert (settled.state, settled.version) == (DocumentState.FILED, 2)
    # What is filed is not taken back by a word.
    with pytest.raises(ArgumentError):
        say_form(desk, asked.id, FormSaid(form=LegalForm.PHOTOCOPY))
    grey = one(desk, tmp_path / "b.tif", replace(page(BIRTH), red_mm2=0.0))
    assert grey.questions == (FORM_QUESTION,)
    (copy,) = say_form(desk, grey.id, FormSaid(form=LegalForm.PHOTOCOPY))
    assert (copy.state, copy.findings[0].code) == (DocumentState.REFUSED, "intake.photocopy")
    assert (copy.fields, copy.parties, copy.object_sha256) == ((), (), None)
    assert [paper.id for paper in desk.store.records.documents_of_owner(OWNER)] == [asked.id]


def test_confirming_all_questions_answers_this_one_too_and_the_journal_says_so(
    desk: Services, tmp_path: Path
) -> None:
    asked = one(desk, tmp_path / "a.tif", page([(700, "SAO Y"), *BIRTH]))
    assert review(desk, asked.id, values={}, confirmed=True).state is DocumentState.FILED
    (corrected,) = desk.store.records.journal_of(EventKind.DOCUMENT_CORRECTED)
    assert corrected.event.details["legal_form"] == 1


def test_a_photograph_counts_once_somebody_compared_it(desk: Services, tmp_path: Path) -> None:
    photo = LegalForm.COMPARED_PHOTO
    first = one(desk, tmp_path / "a.tif", page(BIRTH), declared=said(photo, compared=True))
    assert first.state is DocumentState.FILED
    again = replace(page(BIRTH), width=1001)
    waiting = one(desk, tmp_path / "b.tif", again, declared=said(photo))
    assert waiting.questions == (FORM_QUESTION,)
    (still,) = say_form(desk, waiting.id, FormSaid(form=photo))
    assert still.questions == (FORM_QUESTION,)
    (settled,) = say_form(desk, waiting.id, FormSaid(form=photo, compared=True, actor="minh.le"))
    assert settled.state is DocumentState.FILED
    assert [entry.event.actor for entry in desk.store.records.journal_of(EventKind.FORM_SAID)] == [
        "quay-1",
        "minh.le",
    ]


def test_an_original_that_was_compared_is_not_doubted_for_its_words(desk: Services, tmp_path: Path) -> None:
    paper = one(desk, tmp_path / "a.tif", page([(700, "SAO Y"), *BIRTH]), declared=said(LegalForm.ORIGINAL))
    assert paper.state is DocumentState.FILED


def test_the_form_of_a_component_in_the_dossier_decides_for_its_papers(
    desk: Services, tmp_path: Path
) -> None:
    code = "H26.5.12-261102-0001"
    dossier, _ = register_dossier(
        desk, code, procedure="1.001193", persons=[DossierPerson("applicant", OWNER)], caller="key-1"
    )
    components = [
        DeclaredComponent("KS-05", Came.DATA),
        DeclaredComponent("KS-02", Came.HANDED_IN, form=LegalForm.SHOWN_ONLY),
    ]
    declared = declare_components(desk, dossier, components, caller="key-1", insisted={})
    assert [(each.code, each.form) for each in declared.components] == [
        ("KS-05", LegalForm.UNSTATED),
        ("KS-02", LegalForm.SHOWN_ONLY),
    ]
    pages = numbered(
        sheet_page(encode_sheet(paper_sheet("KS-05"))),
        page(BIRTH),
        sheet_page(encode_sheet(paper_sheet("KS-02"))),
        page(DECISION),
    )
    *_, papers = filed(desk, tmp_path / "a.tif", pages, Declaration(owner=OWNER, dossier=code))
    assert [(paper.component, paper.state, paper.findings[0].code) for paper in papers] == [
        ("KS-05", DocumentState.REFUSED, "intake.shared_data"),
        ("KS-02", DocumentState.REFUSED, "intake.shown_only"),
    ]


def test_a_paper_that_a_database_covers_asks_unless_it_is_recorded_why_it_was_asked_for(
    desk: Services, tmp_path: Path
) -> None:
    declared = Declaration(owner=OWNER, dossier="H26.5.12-261102-0001", procedure="1.001193")
    sheet = sheet_page(encode_sheet(paper_sheet("KS-05")))
    *_, (paper,) = filed(desk, tmp_path / "a.tif", numbered(sheet, page(BIRTH)), declared)
    assert "paper.shared_data" in {finding.code for finding in paper.findings}
    assert FORM_QUESTION in paper.questions
    access = Access("quay-1", Purpose.PROCEDURE, declared.dossier)
    insist(
        desk,
        "1.001193",
        "KS-05",
        owner=OWNER,
        on=date(2026, 11, 2),
        access=access,
        reason=AskReason.DATA_WRONG,
        words="Nơi cư trú trong cơ sở dữ liệu bị sai",
    )
    *_, (paper,) = filed(desk, tmp_path / "b.tif", numbered(sheet, page(DECISION)), declared)
    assert FORM_QUESTION not in paper.questions


def test_before_the_circular_nothing_is_refused_but_state_secrets(desk: Services) -> None:
    rules, before = desk.intake, desk.today().replace(year=2022)
    outcomes = {form: rules.outcome(form, before) for form in REFUSALS}
    assert {form for form, outcome in outcomes.items() if outcome == "refuse"} == {LegalForm.STATE_SECRET}


def test_what_is_no_paper_and_no_form_is_told(desk: Services) -> None:
    with pytest.raises(RecordMissingError):
        say_form(desk, "x", FormSaid(form=LegalForm.ORIGINAL))
    with pytest.raises(ArgumentError):
        say_form(desk, "x", FormSaid(form=LegalForm.UNSTATED))

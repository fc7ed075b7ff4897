"""What becomes of the sample dossiers: types, fields, signatures, store, journal, answers."""

from __future__ import annotations

import os
import re
import subprocess
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from dossier.access import Access, Purpose
from dossier.documents import Document, DocumentState, ItemState, SignatureStatus
from dossier.events import EventKind
from dossier.trust import Trust
from flows.lookup import ask_reuse
from flows.progress import Progress
from flows.splitting import kept_split
from flows.submit import ingest
from tests.end_to_end.line import ASKED_ON, DOSSIERS, Line, Truth, declared, truths

pytestmark = [pytest.mark.prefect, pytest.mark.slow]


def folded(text: str) -> str:
    """How field values are compared (vocabulary, scoring)."""
    return " ".join(text.casefold().split())


def of_file(line: Line, file: Path) -> list[Document]:
    """Documents of one sample file, by first page."""
    return [document for item, document in line.documents() if Path(item.name).name == file.name]


def pairs(line: Line) -> list[tuple[Truth, Mapping[str, object], Document]]:
    """Each true paper with the document that was made of it."""
    found = []
    for truth in truths():
        documents = of_file(line, truth.file)
        assert len(documents) == len(truth.documents), truth.file.name
        found += [(truth, true, made) for true, made in zip(truth.documents, documents, strict=True)]
    return found


def true_value(true: Mapping[str, object], name: str) -> str:
    fields = true["fields"]
    assert isinstance(fields, dict)
    return str(fields[name]["value"]) if name in fields else ""


def true_names(true: Mapping[str, object], which: str) -> list[str]:
    names = true[which]
    assert isinstance(names, (list, dict))
    return [str(name) for name in names]


def test_every_file_was_worked_on_to_the_end(line: Line) -> None:
    states = {Path(item.name).name: item.state for item in line.items()}
    assert states == {truth.file.name: ItemState.DONE for truth in truths()}


def backs_aside(line: Line, file: Path) -> list[int]:
    """Empty backs of a sample file that were kept aside."""
    items = [item for item in line.items() if Path(item.name).name == file.name]
    stacks = [kept_split(line.services, item.id) for item in items]
    return [page for stack in stacks if stack is not None for page in stack.asides]


def test_every_page_is_in_exactly_one_paper_or_an_empty_back_kept_aside(line: Line) -> None:
    for truth in truths():
        backs = backs_aside(line, truth.file)
        assert set(backs) <= set(truth.blank_pages), truth.file.name
        pages = [page for document in of_file(line, truth.file) for page in document.pages]
        pages = sorted([*pages, *backs]) if backs else pages
        assert pages == sorted(set(pages)), truth.file.name
        wanted = {page for true in truth.documents for page in true["pages"]} | set(truth.blank_pages)  # type: ignore[attr-defined]
        assert set(pages) == wanted, truth.file.name


def test_every_paper_has_its_type(line: Line) -> None:
    wrong = {
        (truth.file.name, str(true["type"]), made.type)
        for truth, true, made in pairs(line)
        if made.type != true["type"]
    }
    assert wrong == set()


def test_every_key_field_of_the_clean_samples_is_exact(line: Line) -> None:
    wrong = {
        (truth.file.name, name, true_value(true, name), made.value(name))
        for truth, true, made in pairs(line)
        if truth.grade == "clean"
        for name in true_names(true, "key_fields")
        if folded(true_value(true, name)) != folded(made.value(name))
    }
    assert wrong == set()


def test_no_wrong_key_field_goes_unasked(line: Line) -> None:
    silent = {
        (truth.file.name, name, true_value(true, name), made.value(name))
        for truth, true, made in pairs(line)
        for name in true_names(true, "key_fields")
        if folded(true_value(true, name)) != folded(made.value(name)) and name not in made.questions
    }
    assert silent == set()


def test_clean_samples_of_known_types_are_filed_without_a_person(line: Line) -> None:
    waiting = {
        (truth.file.name, made.questions)
        for truth, true, made in pairs(line)
        if truth.grade == "clean" and true["type"] != "unknown" and made.state is not DocumentState.FILED
    }
    assert waiting == set()


def test_every_document_passes_verification(line: Line) -> None:
    services = line.services
    for _, document in line.documents():
        assert document.object_sha256 is not None
        with services.store.blobs.path(document.object_sha256) as path:
            report = services.verify(path, at=services.clock())
        assert report.conclusion == "passed", (document.type, report)
        assert document.signature is SignatureStatus.PASSED


def test_filed_scans_bear_both_signatures_and_a_document_timestamp(line: Line) -> None:
    services = line.services
    for _, document in line.documents():
        if document.state is not DocumentState.FILED or document.trust is Trust.T2:
            continue
        assert document.object_sha256 is not None
        with services.store.blobs.path(document.object_sha256) as path:
            report = services.verify(path, at=services.clock())
        assert [signature.level.label for signature in report.signatures] == ["B-LTA", "B-LTA"]
        assert all("DEMO" in signature.signer for signature in report.signatures)


def test_the_file_that_arrived_signed_is_kept_byte_for_byte(line: Line) -> None:
    signed = [document for _, document in line.documents() if document.trust is Trust.T2]
    assert len(signed) == 1
    item = line.services.store.records.item(signed[0].item)
    assert signed[0].object_sha256 == item.sha256
    original = next(DOSSIERS.glob(f"*/{Path(item.name).name}")).read_bytes()
    with line.services.store.blobs.open(item.sha256) as kept:
        assert kept.read() == original


def test_poppler_finds_every_signature_valid(line: Line) -> None:
    for _, document in line.documents():
        assert document.object_sha256 is not None
        with line.services.store.blobs.path(document.object_sha256) as path:
            shown = subprocess.run(
                ["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False
            ).stdout
        verdicts = re.findall(r"Signature Validation: (.*)", shown)
        kinds = re.findall(r"Signature Type: (.*)", shown)
        # Poppler 22.12 does not judge document timestamps and calls them unknown; the rest must be valid.
        judged = [verdict for verdict, kind in zip(verdicts, kinds, strict=True) if kind != "unknown"]
        assert set(judged) == {"Signature is Valid."}, shown
        sealed = document.state is DocumentState.FILED and document.trust is Trust.T4
        assert len(judged) == (2 if sealed else 1), shown


def test_qpdf_finds_nothing_wrong_with_any_document(line: Line) -> None:
    for _, document in line.documents():
        assert document.object_sha256 is not None
        with line.services.store.blobs.path(document.object_sha256) as path:
            checked = subprocess.run(
                ["qpdf", "--check", str(path)], capture_output=True, text=True, check=False
            )
        assert checked.returncode == 0, checked.stdout + checked.stderr
        assert "WARNING" not in checked.stdout + checked.stderr


def test_the_text_of_a_paper_can_be_searched_in_its_pdf(line: Line) -> None:
    marriage = next(document for _, document in line.documents() if document.type == "marriage_certificate")
    assert marriage.object_sha256 is not None
    with line.services.store.blobs.path(marriage.object_sha256) as path:
        text = subprocess.run(
            ["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True
        ).stdout
    assert "KẾT HÔN" in text


def test_the_store_holds_the_originals_the_readings_the_splits_and_the_documents_and_nothing_else(
    line: Line,
) -> None:
    records = line.services.store.records
    wanted: set[str] = set()
    for item in line.items():
        kept = (records.step_result(f"{step}-{item.id}") for step in ("reading", "split"))
        wanted |= {item.sha256, *map(str, kept)}
    wanted |= {str(document.object_sha256) for _, document in line.documents()}
    assert set(line.services.store.blobs) == wanted


def test_the_journal_is_whole_and_tells_each_step_once(line: Line) -> None:
    records = line.services.store.records
    check = records.check_journal()
    entries = records.journal(limit=10_000)
    assert check.entries == len(entries)
    kinds = Counter(entry.event.kind for entry in entries)
    files = len(truths())
    papers = sum(len(truth.documents) for truth in truths())
    assert kinds[EventKind.STORE_MADE] == 1
    assert kinds[EventKind.ITEM_RECEIVED] == files
    assert kinds[EventKind.ITEM_READ] == kinds[EventKind.ITEM_SPLIT] == files
    assert kinds[EventKind.DOCUMENT_FILED] + kinds[EventKind.DOCUMENT_WAITING] == papers


def test_a_paper_of_a_married_couple_is_found_under_both(line: Line) -> None:
    records = line.services.store.records
    couples = [document for _, document in line.documents() if document.type == "marriage_certificate"]
    for document in couples:
        numbers = [party.number for party in document.owners if party.number]
        assert numbers
        for number in numbers:
            assert document.id in {found.id for found in records.documents_of_owner(number)}


def test_a_birth_certificate_is_the_childs_and_names_the_parents(line: Line) -> None:
    births = [document for _, document in line.documents() if document.type == "birth_certificate"]
    assert len(births) == 3
    for document in births:
        assert [party.relation for party in document.owners] == ["subject"]
    sure = [document for document in births if document.state is DocumentState.FILED]
    assert sure
    for document in sure:
        assert {"mother", "father"} <= {party.relation for party in document.parties}


def test_handing_the_same_dossier_in_again_changes_nothing(line: Line) -> None:
    folder = min(DOSSIERS.iterdir())
    records = line.services.store.records
    entries = records.check_journal().entries
    objects = set(line.services.store.blobs)
    heard: list[Progress] = []
    ingest(line.services, [folder], declared=declared(folder), listen=heard.append)
    assert heard == [], "Prefect is not even started"
    assert records.check_journal().entries == entries
    assert set(line.services.store.blobs) == objects


def test_no_path_and_no_log_line_holds_a_name_or_a_number(line: Line) -> None:
    secrets = {
        party.number for _, document in line.documents() for party in document.parties if party.number
    } | {party.name for _, document in line.documents() for party in document.parties if party.name}
    paths = "\n".join(str(path.relative_to(line.data)) for path in line.data.rglob("*"))
    logs = "\n".join(path.read_text(encoding="utf-8") for path in (line.data / "logs").glob("*"))
    assert [secret for secret in secrets if secret in paths or secret in logs] == []


def test_prefect_holds_neither_names_nor_numbers(line: Line) -> None:
    numbers = {party.number for _, document in line.documents() for party in document.parties if party.number}
    names = {party.name for _, document in line.documents() for party in document.parties if party.name}
    home = Path(os.environ["PREFECT_HOME"])
    kept = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert b"digitise-batch" in kept
    assert [secret for secret in numbers | names if secret.encode() in kept] == []


# What each sample dossier's own procedure must answer, component by component.
ANSWERS = {
    "1.001193": {
        "KS-01": {"ask"},
        "KS-02": {"ask"},
        "KS-03": {"data"},
        # Held once nobody has to look at the parents' worn marriage certificate any more.
        "KS-04": {"held", "unsure"},
        "KS-05": {"data"},
    },
    "1.000894": {
        "KH-01": {"ask"},
        "KH-02": {"data"},
        "KH-03": {"data"},
        # Issued on 05/02/2026: over six months old.
        "KH-04": {"ask"},
        "KH-05": {"unsure"},
        "KH-06": {"ask"},
    },
    "2.001035": {
        "CT-01": {"ask"},
        # A mortgage and its deletion are noted on the certificate: an officer reads them.
        "CT-02": {"unsure"},
        "CT-03": {"data"},
        # The marriage certificate is a worn light copy: held, or an officer first looks at one name.
        "CT-04": {"held", "unsure"},
        "CT-05": {"ask"},
    },
    "2.000720": {"HKD-01": {"ask"}, "HKD-02": {"held"}, "HKD-03": {"data"}, "HKD-04": {"unsure"}},
}


@pytest.mark.parametrize("procedure", ANSWERS)
def test_the_reuse_answer_of_each_dossier_is_as_expected(line: Line, procedure: str) -> None:
    told = next(told for told in map(declared, DOSSIERS.iterdir()) if told.procedure == procedure)
    answer = ask_reuse(
        line.services,
        procedure,
        owner=told.owner,
        on=ASKED_ON.date(),
        access=Access("thu-nghiem", Purpose.PROCEDURE, told.dossier),
    )
    statuses = {component.code: component.status.value for component in answer.components}
    assert statuses.keys() == ANSWERS[procedure].keys()
    wrong = {code: status for code, status in statuses.items() if status not in ANSWERS[procedure][code]}
    assert wrong == {}


def test_an_expired_marital_status_certificate_is_asked_for_with_its_reason(line: Line) -> None:
    told = next(told for told in map(declared, DOSSIERS.iterdir()) if told.procedure == "1.000894")
    access = Access("thu-nghiem", Purpose.PROCEDURE, told.dossier)
    answer = ask_reuse(line.services, "1.000894", owner=told.owner, on=ASKED_ON.date(), access=access)
    status = next(component for component in answer.components if component.code == "KH-04")
    assert "term.expired" in {reason.code for reason in status.reasons}


def test_a_held_paper_carries_the_flags_of_the_national_portal(line: Line) -> None:
    told = next(told for told in map(declared, DOSSIERS.iterdir()) if told.procedure == "2.000720")
    access = Access("thu-nghiem", Purpose.PROCEDURE, told.dossier)
    answer = ask_reuse(line.services, "2.000720", owner=told.owner, on=ASKED_ON.date(), access=access)
    held = next(component for component in answer.components if component.code == "HKD-02")
    assert held.as_json()["flags"] == {
        "DuocSoHoa": 1,
        "DuocTaiSuDung": 1,
        "DuocLayTuKhoDMQG": 0,
        "MaKetQuaThayThe": "",
    }
    assert held.trust is Trust.T4

"""What the documents say is what the program does."""

from __future__ import annotations

import re
import shlex
from datetime import date
from pathlib import Path

from dossier.coaching import ADVICE
from dossier.legal_form import LegalForm
from dossier.owner_words import REASONS as OWNER_REASONS
from dossier.proposals import RULES
from extraction import copy_sentences as copies
from extraction import sentences as splitting
from extraction.reasons import REASONS
from extraction.split import ASKED
from ocr.checks.sentences import SENTENCES
from rulebook.intake import Outcome, load_intake
from tests.project.command_lines import fault, in_document
from tests.project.test_layout import ROOT, tracked
from tools.errors_page import page
from wiring.key_settings import key_setting_names
from wiring.place_settings import place_setting_names
from wiring.scan_settings import scanner_setting_names
from wiring.settings import setting_names

# Assembled here, because this file is searched too.
REGISTRIES = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"))]


def test_the_page_of_errors_is_the_tree_of_errors() -> None:
    assert (ROOT / "docs" / "errors.md").read_text(encoding="utf-8") == page()


def test_every_setting_has_its_line_and_every_line_its_setting() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert tuple(re.findall(r"^\| `(MOTLAN_\w+)`", text, re.MULTILINE)) == setting_names()


def test_every_field_of_a_key_source_has_its_line() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert fields_told(text, "source") == {name: sorted(names) for name, names in key_setting_names().items()}


def test_every_field_of_a_place_has_its_line() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert fields_told(text, "kind") == {name: sorted(names) for name, names in place_setting_names().items()}


def test_every_field_of_a_scanner_has_its_line() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8").partition("## Scanners")[2]
    told = [
        name
        for line in re.findall(r"^\| (`.+?`) \|", text, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", line)
    ]
    assert sorted(told) == sorted(scanner_setting_names())


def test_every_advice_of_the_coach_has_its_line_with_its_sentence() -> None:
    text = (ROOT / "docs" / "scanning.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\| `(coach\.\w+)` \| (\w+) \| ([^|]+) \|$", text, re.MULTILINE)
    assert lines == [(code, told.severity.name.lower(), told.vi) for code, told in sorted(ADVICE.items())]


def fields_told(text: str, word: str) -> dict[str, list[str]]:
    """The fields in the tables below headings such as ``source = "pkcs12"``."""
    parts = re.split(r'^#+ (?:`(\w+) = "([\w-]+)"`|.*)$', text, flags=re.MULTILINE)
    return {
        name: sorted(re.findall(r"^\| `([a-z_0-9]+)` \|", part, re.MULTILINE))
        for told, name, part in zip(parts[1::3], parts[2::3], parts[3::3], strict=True)
        if told == word
    }


def test_every_finding_has_its_line_with_its_sentence() -> None:
    text = (ROOT / "docs" / "reading.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\| `(page\.\w+)` \| [^|]+ \| ([^|]+) \|$", text, re.MULTILINE)
    assert lines == [(code, vietnamese) for code, (vietnamese, _) in sorted(SENTENCES.items())]


def test_every_reason_has_its_line_and_every_line_its_reason() -> None:
    text = (ROOT / "docs" / "evidence.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\| `([a-z]+\.\w+)` \| ([^|]+) \| ([^|]+) \|$", text, re.MULTILINE)
    assert lines == [(code, *told) for code, told in sorted(REASONS.items())]


def test_every_reason_that_extraction_gives_is_told() -> None:
    families = {code.partition(".")[0] for code in REASONS}
    # What confidence.py names are beginnings of reasons it weighs; it gives none.
    given = [path for path in tracked("extraction/*.py") if path.name != "confidence.py"]
    source = "\n".join(path.read_text(encoding="utf-8") for path in given)
    written = {
        code for code in re.findall(r'"([a-z]+\.[a-z_]+)"', source) if code.partition(".")[0] in families
    }
    endings = ("", "_agrees", "_conflict", "_known")
    assert [code for code in written if not any(f"{code}{end}" in REASONS for end in endings)] == []
    unused = [code for code in REASONS if not _is_written(code, written, source)]
    assert unused == []


def _is_written(code: str, written: set[str], source: str) -> bool:
    """As it is, without its ending, or put together from its family."""
    bare = re.sub(r"_(?:agrees|conflict|known|unknown|former)$", "", code)
    return code in written or bare in written or f'"{code.partition(".")[0]}"' in source


def test_every_finding_about_papers_has_its_line_with_its_sentence() -> None:
    text = (ROOT / "docs" / "splitting.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\| `((?:page|batch)\.\w+)` \| [^|]+ \| ([^|]+) \|$", text, re.MULTILINE)
    told = {code: vietnamese for code, (vietnamese, _) in splitting.SENTENCES.items()}
    assert dict(lines) == told
    assert set(told) == ASKED


def test_every_finding_about_legal_forms_has_its_line_with_its_sentence() -> None:
    text = (ROOT / "docs" / "how-to" / "batches.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\| `(paper\.\w+)` \| ([^|]+) \|$", text, re.MULTILINE)
    assert lines == [(code, vietnamese) for code, (vietnamese, _) in sorted(copies.SENTENCES.items())]


def test_every_legal_form_has_its_line_with_what_becomes_of_it() -> None:
    text = (ROOT / "docs" / "how-to" / "batches.md").read_text(encoding="utf-8")
    lines = dict(re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", text, re.MULTILINE))
    rules = load_intake()
    assert list(lines) == [form.value for form in LegalForm if form]
    for form, told in lines.items():
        refused = rules.outcome(LegalForm(form), date(2026, 11, 21)) is Outcome.REFUSE
        assert (f"refused: `intake.{form}`" in told) is refused, form


def test_every_rule_about_owners_has_its_line_with_its_weight() -> None:
    text = (ROOT / "docs" / "owners.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\| `(owner\.\w+)` \| ([\d.]+) \| ([^|]+) \|$", text, re.MULTILINE)
    assert lines == [(rule.code, f"{rule.weight:.2f}", OWNER_REASONS[rule.code]["vi"]) for rule in RULES]


def test_every_decision_is_in_the_list() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = set(re.findall(r"\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8")))
    assert listed == {path.name for path in folder.glob("[0-9]*.md")}


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        (document.name, target)
        for document in tracked("*.md")
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text(encoding="utf-8"))
        if "://" not in target and not (document.parent / target).exists()
    ]
    assert broken == []


def test_lock_files_pin_hashes_and_name_no_address() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        pins = re.findall(r"^[a-z0-9._-]+(?:\[[^\]]*\])?==", text, re.MULTILINE | re.IGNORECASE)
        assert len(pins) > 50
        assert text.count("--hash=sha256:") >= len(pins)
        assert "://" not in text


def test_no_file_names_a_package_registry() -> None:
    naming = [
        (str(path.relative_to(ROOT)), host)
        for path in tracked("*.py", "*.md", "*.toml", "*.sh", "*.txt", "*.lock", "Makefile", ".ci/run")
        for host in REGISTRIES
        if host in path.read_text(encoding="utf-8")
    ]
    assert naming == []


def test_both_readmes_begin_with_the_two_commands() -> None:
    for name in ("README.md", "README.vi.md"):
        top = "\n".join((ROOT / name).read_text(encoding="utf-8").splitlines()[:25])
        assert "make demo" in top, name
        assert "make test" in top, name


def test_no_folder_of_a_machine_stands_in_a_file() -> None:
    pattern = re.compile(r"/(?:home|Users)/[a-z]+/|/" + "work/main")
    found = [
        str(path.relative_to(ROOT))
        for path in tracked("*.py", "*.md", "*.toml", "*.sh", "*.json", "Makefile")
        if pattern.search(Path(path).read_text(encoding="utf-8"))
    ]
    assert found == []


def test_every_command_line_in_a_document_is_one_the_program_takes() -> None:
    lines = [
        (document, line)
        for document in tracked("*.md")
        for line in in_document(document.read_text(encoding="utf-8"))
    ]
    assert len(lines) > 60
    wrong = [
        (document.name, line, found)
        for document, line in lines
        if (found := fault(shlex.split(line.replace("$HOME", "/home"))[1:]))
    ]
    assert wrong == []


def test_a_document_is_searched_for_commands_in_all_its_blocks() -> None:
    text = (
        "    motlan init  # once\n\nmotlan is no command here\n\n```sh\nmotlan find --waiting | less\n```\n"
    )
    assert list(in_document(text)) == ["motlan init", "motlan find --waiting"]

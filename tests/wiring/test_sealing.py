"""The journal as an auditor meets it: sealed, exported, attacked in every way, checked by two programs."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dossier.errors import JournalBrokenError
from dossier.events import Event, EventKind
from dossier.keeping_errors import (
    JournalEditedError,
    JournalForkedError,
    JournalHeadError,
    JournalInsertedError,
    JournalRemovedError,
    JournalReorderedError,
    JournalTruncatedError,
)
from storage.bodies import canonical_json, event_to_json
from storage.filesystem import SystemFiles
from storage.heads import GENESIS, Head, HeadFile
from storage.journal import entry_hash
from storage.sealed_heads import HeadFolder
from tests.project.test_layout import ROOT
from wiring.sealing import export, prove, seal, seal_if_due
from wiring.services import Services
from wiring.settings import read_settings

START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
VERIFIER = ROOT / "tools" / "verify_journal.py"


class Days:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def services_on(data: Path, clock: Days) -> Services:
    return Services(read_settings({"MOTLAN_DATA": str(data)}), clock=clock)


def act(services: Services, count: int = 3) -> None:
    for step in range(count):
        services.store.records.record(
            Event(kind=EventKind.DOCUMENT_READ, at=services.clock(), actor="quay-1", details={"step": step})
        )


@pytest.fixture(scope="module")
def sealed_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with three sealed days: after entries 4, 8 and 12 of 15."""
    data = tmp_path_factory.mktemp("sealed") / "data"
    clock = Days()
    with services_on(data, clock) as services:
        services.create()
        for count in (2, 3, 3):
            act(services, count)
            with services.writing():
                assert seal(services) is not None
            clock.now += timedelta(days=1)
        act(services, 2)
    return data


@pytest.fixture
def data(sealed_store: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sealed_store, tmp_path / "data"))


def later() -> Days:
    clock = Days()
    clock.now += timedelta(days=4)
    return clock


def attack(data: Path, *statements: str) -> None:
    """What somebody with the database's file could do."""
    connection = sqlite3.connect(data / "store.sqlite3", isolation_level=None)
    for verb in ("update", "delete"):
        connection.execute(f"DROP TRIGGER IF EXISTS journal_refuses_{verb}")
    for statement in statements:
        connection.execute(statement)
    connection.close()


def rechain(data: Path, *, keep: int) -> None:
    """Make the whole chain anew behind an entry, and the kept head with it."""
    connection = sqlite3.connect(data / "store.sqlite3", isolation_level=None)
    for verb in ("update", "delete"):
        connection.execute(f"DROP TRIGGER IF EXISTS journal_refuses_{verb}")
    rows = connection.execute("SELECT number, hash, event FROM journal ORDER BY number").fetchall()
    previous = GENESIS
    for number, old, text in rows:
        if number <= keep:
            previous = old
            continue
        event = json.loads(text)
        event["actor"] = "quay-9"
        digest = entry_hash(number, previous, event=event)
        connection.execute(
            "UPDATE journal SET previous = ?, hash = ?, event = ? WHERE number = ?",
            (previous, digest, canonical_json(event), number),
        )
        previous = digest
    connection.close()
    head = HeadFile(data / "journal.head")
    head.prepare(SystemFiles())
    head.advance(Head(len(rows), previous))


def found_by_us(data: Path) -> JournalBrokenError:
    with services_on(data, later()) as services, pytest.raises(JournalBrokenError) as caught:
        prove(services)
    return caught.value


def stand_alone(data: Path, *, roots: bool = True) -> tuple[int, str]:
    """Exit code and words of the program that an auditor runs, without any of our packages."""
    exported = data.parent / "journal.jsonl"
    with services_on(data, later()) as services:
        exported.write_text("".join(f"{line}\n" for line in export(services)), encoding="utf-8")
    trusted = [str(data / "demo-pki" / "root.pem")] if roots else []
    done = subprocess.run(
        [sys.executable, "-I", str(VERIFIER), str(exported), *trusted],
        capture_output=True,
        text=True,
        check=False,
        cwd=data.parent,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_sealed_journal_is_proven_with_who_sealed_it_and_when(data: Path) -> None:
    with services_on(data, later()) as services:
        proof = prove(services)
    assert (proof.entries, proof.sealed, proof.sealed_entries) == (15, 3, 12)
    assert proof.proven is not None
    assert proof.proven.date() == (START + timedelta(days=2)).date()
    assert "MẪU (DEMO)" in proof.signer


def test_a_sealed_journal_is_proven_years_later_when_certificates_have_ended(data: Path) -> None:
    clock = Days()
    clock.now += timedelta(days=6 * 365)
    with services_on(data, clock) as services:
        assert prove(services).sealed == 3


def test_the_stand_alone_program_says_that_the_journal_holds(data: Path) -> None:
    code, words = stand_alone(data)
    assert code == 0
    assert words.startswith("HOLDS: 15 entries")
    assert "3 sealed heads, signatures checked" in words


def test_the_stand_alone_program_is_short_and_imports_nothing_of_ours() -> None:
    lines = VERIFIER.read_text(encoding="utf-8").splitlines()
    assert len(lines) < 180
    imported = {line.split()[1].partition(".")[0] for line in lines if line.startswith(("import ", "from "))}
    assert imported <= {"__future__", *sys.stdlib_module_names}


def openssl_verifies(data: Path, name: str) -> bool:
    """As an auditor types it."""
    done = subprocess.run(
        (
            *("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-out", "/dev/null"),
            *("-in", data / "heads" / f"{name}.p7s", "-content", data / "heads" / f"{name}.json"),
            *("-CAfile", data / "demo-pki" / "root.pem", "-no_check_time"),
        ),
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def test_openssl_verifies_a_head_by_itself_and_refuses_another(data: Path) -> None:
    assert openssl_verifies(data, "000000000004")
    shutil.copy(data / "heads" / "000000000008.json", data / "heads" / "000000000004.json")
    assert not openssl_verifies(data, "000000000004")


SWAP = (
    "UPDATE journal SET number = CASE number WHEN 6 THEN -7 ELSE -6 END WHERE number IN (6, 7)",
    "UPDATE journal SET number = -number WHERE number < 0",
)
DOUBLE = ("INSERT INTO journal SELECT 16, previous, hash, event FROM journal WHERE number = 2",)
ATTACKS: dict[str, tuple[tuple[str, ...], type[JournalBrokenError], str, str]] = {
    "edit": (
        ("UPDATE journal SET event = replace(event, 'quay-1', 'quay-2') WHERE number = 6",),
        JournalEditedError,
        "6",
        "entry 6 was edited",
    ),
    "edited hash": (
        ("UPDATE journal SET hash = upper(hash) || '0' WHERE number = 6",),
        JournalEditedError,
        "6",
        "entry 6 was edited",
    ),
    "removal": (("DELETE FROM journal WHERE number = 6",), JournalRemovedError, "6", "entry 6 was removed"),
    "removal and renumbering": (
        (
            "DELETE FROM journal WHERE number = 6",
            "UPDATE journal SET number = -(number - 1) WHERE number > 6",
            "UPDATE journal SET number = -number WHERE number < 0",
        ),
        JournalRemovedError,
        "6",
        "entry 6 was removed",
    ),
    "reorder": (SWAP, JournalReorderedError, "6", "from entry 6 on the entries were reordered"),
    "insertion": (DOUBLE, JournalInsertedError, "16", "entry 16 was inserted"),
    "truncation": (
        ("DELETE FROM journal WHERE number > 13",),
        JournalTruncatedError,
        "14",
        "truncated: entry 14 and what follows are missing",
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_each_attack_is_told_apart_with_its_entry_by_both_programs(data: Path, name: str) -> None:
    statements, kind, number, words = ATTACKS[name]
    attack(data, *statements)
    error = found_by_us(data)
    assert (type(error), error.item) == (kind, number)
    assert number in error.sentence("vi")
    assert stand_alone(data) == (1, f"BROKEN: {words}\n")


def test_every_attack_has_a_sentence_of_its_own() -> None:
    kinds = {kind for _, kind, _, _ in ATTACKS.values()} | {JournalForkedError, JournalHeadError}
    assert len({kind.vi for kind in kinds}) == len(kinds) == 7


def test_a_chain_made_anew_with_its_kept_head_is_found_by_the_sealed_heads(data: Path) -> None:
    rechain(data, keep=5)
    error = found_by_us(data)
    assert (type(error), error.item) == (JournalForkedError, "8")
    assert error.details["since"] == 4
    code, words = stand_alone(data)
    assert (code, words) == (1, "BROKEN: fork: entry 8 is not the one that was sealed\n")


def test_a_cut_with_a_matching_kept_head_is_found_by_the_sealed_heads(data: Path) -> None:
    with services_on(data, later()) as services:
        entries = services.store.records.journal()
    attack(data, "DELETE FROM journal WHERE number > 9")
    keeper = HeadFile(data / "journal.head")
    keeper.prepare(SystemFiles())
    keeper.advance(Head(9, entries[8].hash))
    error = found_by_us(data)
    assert (type(error), error.item) == (JournalTruncatedError, "10")
    assert stand_alone(data)[1] == "BROKEN: truncated: entry 10 and what follows are missing\n"


def remove_head(data: Path) -> None:
    for name in ("000000000008.json", "000000000008.p7s"):
        (data / "heads" / name).unlink()


def remove_last_head(data: Path) -> None:
    for name in ("000000000012.json", "000000000012.p7s"):
        (data / "heads" / name).unlink()


def remove_signature(data: Path) -> None:
    (data / "heads" / "000000000008.p7s").unlink()


def swap_signatures(data: Path) -> None:
    shutil.copy(data / "heads" / "000000000004.p7s", data / "heads" / "000000000008.p7s")


def damage_signature(data: Path) -> None:
    path = data / "heads" / "000000000008.p7s"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def edit_head(data: Path) -> None:
    path = data / "heads" / "000000000012.json"
    path.write_bytes(path.read_bytes().replace(b'"at":"2026', b'"at":"2025'))


@pytest.mark.parametrize(
    ("attacked", "number"),
    [
        (remove_head, "12"),
        (remove_last_head, "12"),
        (remove_signature, "8"),
        (swap_signatures, "8"),
        (damage_signature, "8"),
        (edit_head, "12"),
    ],
)
def test_a_head_that_is_removed_altered_or_not_signed_is_found(
    data: Path, attacked: Callable[[Path], None], number: str
) -> None:
    attacked(data)
    error = found_by_us(data)
    assert (type(error), error.item) == (JournalHeadError, number)


@pytest.mark.parametrize(
    "attacked", [remove_head, remove_last_head, swap_signatures, damage_signature, edit_head]
)
def test_the_stand_alone_program_finds_such_heads_too(data: Path, attacked: Callable[[Path], None]) -> None:
    attacked(data)
    code, words = stand_alone(data)
    assert code == 1
    assert words.startswith("BROKEN: ")
    assert "head" in words


def test_heads_signed_under_a_root_nobody_trusts_are_refused(data: Path) -> None:
    for path in (data / "trust").glob("*.pem"):
        path.unlink()
    error = found_by_us(data)
    assert type(error) is JournalHeadError
    assert "NO_CERTIFICATE_CHAIN_FOUND" in error.sentence("vi")


def test_heads_kept_elsewhere_find_a_store_that_was_replaced_whole(data: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(data / "heads", elsewhere)
    rechain(data, keep=5)
    shutil.rmtree(data / "heads")
    attack(data, "UPDATE journal SET event = event WHERE number = 0")
    with services_on(data, later()) as services, pytest.raises(JournalForkedError) as caught:
        prove(services, elsewhere=elsewhere)
    assert caught.value.item == "8"


def test_a_day_is_sealed_once_and_the_next_day_again(data: Path) -> None:
    clock = later()
    with services_on(data, clock) as services:
        first = seal_if_due(services)
        assert first is not None
        assert first.entries == 15
        assert seal_if_due(services) is None
        clock.now += timedelta(days=1)
        assert seal_if_due(services) is not None
        assert prove(services).sealed == 5


def test_the_same_day_is_sealed_again_only_when_something_happened(data: Path) -> None:
    with services_on(data, later()) as services, services.writing():
        assert seal(services) is not None
        assert seal(services) is None
        act(services, 1)
        assert seal(services) is not None


def test_a_broken_journal_is_never_sealed(data: Path) -> None:
    attack(data, "UPDATE journal SET event = replace(event, 'quay-1', 'quay-2') WHERE number = 14")
    with services_on(data, later()) as services:
        with services.writing(), pytest.raises(JournalEditedError):
            seal(services)
        assert seal_if_due(services) is None
    assert len(HeadFolder(data / "heads").all()) == 3


def test_a_killed_seal_leaves_a_head_without_entry_and_the_next_day_goes_on(data: Path) -> None:
    """Killed between the files and the entry: as if the entry had never been written."""
    clock = later()
    with services_on(data, clock) as services, services.writing():
        head = seal(services)
    assert head is not None
    assert head.entries == 15
    attack(data, "DELETE FROM journal WHERE number > 15")
    keeper = HeadFile(data / "journal.head")
    keeper.prepare(SystemFiles())
    keeper.advance(Head(head.entries, head.hash))
    clock.now += timedelta(days=1)
    with services_on(data, clock) as services:
        act(services, 1)
        assert seal_if_due(services) is not None
        assert prove(services).sealed == 5


def test_head_and_signature_are_kept_as_objects_too(data: Path) -> None:
    with services_on(data, later()) as services:
        (*_, newest) = services.store.records.journal_of(EventKind.JOURNAL_SEALED)
        for name, ending in (("head", "json"), ("signature", "p7s")):
            with services.store.blobs.open(newest.event.details[name]) as stream:  # type: ignore[arg-type]
                assert stream.read() == (data / "heads" / f"000000000012.{ending}").read_bytes()


def test_the_entry_of_an_event_is_the_export_of_it(data: Path) -> None:
    with services_on(data, later()) as services:
        first = json.loads(next(iter(export(services))))
        (entry,) = services.store.records.journal(limit=1)
    assert first["event"] == canonical_json(event_to_json(entry.event))

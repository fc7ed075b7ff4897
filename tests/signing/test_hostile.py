"""Files that want to crash or to hang whoever reads them; verdict or a clean refusal, within a budget."""

from __future__ import annotations

import io
import os
import random
import threading
import time
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dossier.errors import PdfUnreadableError
from signing.budget import MEGABYTE, Budget, OverBudgetError, budget_for, run_within
from signing.policies import load_policies
from signing.report import Report
from signing.trust import TrustStore
from signing.verifying import verify
from tests.signing import attacks_shadow
from tests.signing.attack_table import Desk
from tests.signing.attacks import gaps
from tests.signing.attacks_hostile import HOSTILE, Hostile, encrypted, table_of_ten_million_rows
from tests.signing.offices import NOW
from tests.signing.pdfs import make_pdfa

# Work is stopped wherever it is. In a callback of another library that is reported and dropped; then it is
# stopped again.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


POLICY = load_policies().on(NOW.date())
SMALL = Budget(cpu_seconds=1.5, memory_bytes=400 * MEGABYTE)
# A longer run sets another seed and more rounds; the defaults keep the suite short.
SEED = int(os.environ.get("MOTLAN_TEST_FUZZ_SEED", "20261121"))
ROUNDS = int(os.environ.get("MOTLAN_TEST_FUZZ_ROUNDS", "60"))


def verdict(data: bytes, desk: Desk, folder: Path, *, budget: Budget = SMALL) -> Report | None:
    """The report, or ``None`` where the file was refused as unreadable."""
    path = folder / "hostile.pdf"
    path.write_bytes(data)
    trust = TrustStore(folder / "trust")
    if not trust.roots():
        trust.add(desk.office.root_pem)
        for crl in desk.office.crls():
            trust.add_crl(crl)
    try:
        return verify(path, trust=trust, at=NOW, expected=None, policy=POLICY, budget=budget)
    except PdfUnreadableError:
        return None


@pytest.mark.parametrize("attack", HOSTILE, ids=lambda attack: attack.__name__)
def test_a_hostile_update_of_a_signed_file_never_passes(attack: Hostile, desk: Desk, tmp_path: Path) -> None:
    report = verdict(attack(desk.archived), desk, tmp_path)
    assert report is not None
    assert report.conclusion in {"failed", "indeterminate"}, report.as_json()
    assert any(one.reasons for one in report.signatures)


@pytest.mark.parametrize("attack", HOSTILE, ids=lambda attack: attack.__name__)
def test_a_hostile_file_without_signature_is_refused_or_not_passed(
    attack: Hostile, desk: Desk, tmp_path: Path
) -> None:
    if attack.__name__ in {"giant_range", "impossible_dates"}:
        pytest.skip("changes a signature")
    report = verdict(attack(desk.plain), desk, tmp_path)
    assert report is None or report.conclusion != "passed"


@pytest.mark.parametrize(
    "attack",
    [
        attacks_shadow.chain_of_tables_restarted,
        attacks_shadow.encrypted_afterwards,
        attacks_shadow.hybrid_afterwards,
        attacks_shadow.field_of_kids_added,
        attacks_shadow.field_with_veiled_place,
        attacks_shadow.second_header_and_file_behind,
        attacks_shadow.zip_around,
        attacks_shadow.zip_before,
    ],
    ids=lambda attack: attack.__name__,
)
def test_what_was_added_behind_a_signature_never_passes(attack: Hostile, desk: Desk, tmp_path: Path) -> None:
    report = verdict(attack(desk.archived), desk, tmp_path)
    assert report is not None
    assert report.conclusion in {"failed", "indeterminate"}, report.as_json()


def test_fields_that_are_to_be_drawn_anew_are_a_change(desk: Desk, tmp_path: Path) -> None:
    signed = desk.office.sign(attacks_shadow.text_field(desk.plain))
    before = verdict(signed, desk, tmp_path)
    assert before is not None
    assert before.conclusion == "passed"
    report = verdict(desk.office.sign(attacks_shadow.fields_drawn_anew(signed), name="Sig2"), desk, tmp_path)
    assert report is not None
    assert [one.conclusion for one in report.signatures] == ["failed", "passed"]


def test_what_spent_its_budget_is_not_read_a_second_time_for_the_report(desk: Desk, tmp_path: Path) -> None:
    data = table_of_ten_million_rows(desk.archived)
    report = verdict(data, desk, tmp_path)
    assert report is not None
    assert report.details is not None
    # Whoever reads its table to the end, a minute's work, can count them.
    assert (report.details.size, report.details.revisions) == (len(data), 0)


def test_an_encrypted_file_says_so(desk: Desk, tmp_path: Path) -> None:
    report = verdict(encrypted(desk.signed), desk, tmp_path)
    assert report is not None
    assert "mã hóa" in report.signatures[0].reasons[0]


def test_a_signature_outside_the_form_is_told(desk: Desk, tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(desk.plain)) as pdf:
        value = pikepdf.Dictionary(
            Type=pikepdf.Name.Sig,
            SubFilter=pikepdf.Name("/ETSI.CAdES.detached"),
            ByteRange=[0, 10, 20, 30],
            Contents=b"\x30\x00",
        )
        pdf.Root.Them = pdf.make_indirect(value)
        target = io.BytesIO()
        pdf.save(target)
    report = verdict(target.getvalue(), desk, tmp_path)
    assert report is not None
    assert report.conclusion == "failed"
    assert "ngoài biểu mẫu" in report.signatures[0].reasons[0]


def test_an_attached_signed_file_is_no_signature_of_the_paper(desk: Desk, tmp_path: Path) -> None:
    kept = tmp_path / "kem.pdf"
    kept.write_bytes(desk.signed)
    with pikepdf.open(io.BytesIO(desk.plain)) as pdf:
        pdf.attachments["kem.pdf"] = pikepdf.AttachedFileSpec.from_filepath(pdf, kept)
        target = io.BytesIO()
        pdf.save(target, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert b"/ByteRange" in target.getvalue()
    report = verdict(target.getvalue(), desk, tmp_path)
    assert report is not None
    assert report.conclusion == "unsigned"


@pytest.mark.slow
def test_a_signed_file_of_a_hundred_megabytes_passes_within_its_budget(desk: Desk, tmp_path: Path) -> None:
    plain = make_pdfa(tmp_path / "plain.pdf")
    with pikepdf.open(plain) as pdf:
        noise = random.Random(1).randbytes(101_000_000)  # noqa: S311  bulk, no secret
        pdf.Root.PieceInfo = pikepdf.Dictionary(Data=pdf.make_stream(noise))
        pdf.save(tmp_path / "large.pdf", compress_streams=False)
    signed = desk.office.sign((tmp_path / "large.pdf").read_bytes())
    report = verdict(signed, desk, tmp_path, budget=budget_for(len(signed)))
    assert report is not None
    assert report.conclusion == "passed", report.as_json()


def test_a_file_of_five_hundred_signatures_is_not_decided(desk: Desk, tmp_path: Path) -> None:
    start = desk.signed.index(b"/ByteRange")
    value = desk.signed[desk.signed.rindex(b"<<", 0, start) :]
    assert value
    first = attacks_shadow.size(desk.signed)
    number = int(desk.signed[: desk.signed.rindex(b" 0 obj", 0, start)].split()[-1])
    fields = {first + step: b"<< /FT /Sig /T (S%d) /V %d 0 R >>" % (step, number) for step in range(500)}
    with pikepdf.open(io.BytesIO(desk.signed)) as pdf:
        pages = pdf.Root.Pages.objgen[0]
    names = b" ".join(b"%d 0 R" % one for one in fields)
    catalog = b"<< /Type /Catalog /Pages %d 0 R /AcroForm << /Fields [%s] >> >>" % (pages, names)
    data = attacks_shadow.raw_update(desk.signed, {first + 500: catalog, **fields}, root=first + 500)
    report = verdict(data, desk, tmp_path)
    assert report is not None
    assert report.conclusion == "indeterminate"
    assert "quá nhiều" in report.signatures[0].reasons[0]


def mutated(data: bytes, chance: random.Random) -> bytes:
    """One to four changes: bytes replaced, removed, doubled, moved, numbers made large."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at, length = chance.randrange(len(changed)), chance.choice((1, 1, 2, 8, 64, 1024))
        piece = bytes(changed[at : at + length])
        kind = chance.randrange(5)
        if kind == 0:
            changed[at : at + length] = chance.randbytes(len(piece))
        elif kind == 1:
            del changed[at : at + length]
        elif kind == 2:
            changed[at:at] = piece * chance.choice((1, 2, 500))
        elif kind == 3:
            goal = chance.randrange(len(changed))
            changed[goal:goal] = piece
        else:
            words = (b"obj", b"/Kids", b"/Prev", b"/Length", b"/ByteRange", b"/V", b"startxref", b"stream")
            found = changed.find(chance.choice(words), at)
            if found >= 0:
                changed[found : found + 1] = chance.choice((b"9" * 30, b"[", b"<<", b"%", b"\0"))
    return bytes(changed)


@pytest.mark.parametrize("part", range(4))
def test_no_mutation_of_a_signed_file_passes_crashes_or_hangs(part: int, desk: Desk, tmp_path: Path) -> None:
    chance = random.Random(SEED * 4 + part)  # noqa: S311  chance for a test
    honest = desk.signed
    for _ in range(ROUNDS // 4):
        data = mutated(honest, chance)
        report = verdict(data, desk, tmp_path)
        if report is not None and report.conclusion == "passed":
            assert differs_in_the_signature_only(data, honest), "a changed file passed"


def differs_in_the_signature_only(data: bytes, honest: bytes) -> bool:
    """Whether only digits of the signature's own string differ; they hold copies of certificates in clear."""
    start, end = gaps(honest)[0]
    return len(data) == len(honest) and data[:start] == honest[:start] and data[end:] == honest[end:]


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), keep=st.floats(0.02, 1))
def test_no_mutation_of_an_unsigned_file_is_taken_for_signed(
    seed: int, keep: float, desk: Desk, tmp_path_factory: pytest.TempPathFactory
) -> None:
    chance = random.Random(seed)  # noqa: S311  chance for a test
    data = mutated(desk.plain[: max(64, int(keep * len(desk.plain)))], chance)
    report = verdict(data, desk, tmp_path_factory.mktemp("mutated"))
    assert report is None or report.conclusion in {"unsigned", "failed", "indeterminate"}


def test_work_that_never_ends_is_stopped() -> None:
    ended = threading.Event()

    def spin() -> None:
        try:
            while True:
                sum(range(1000))
        finally:
            ended.set()

    with pytest.raises(OverBudgetError):
        run_within(Budget(cpu_seconds=0.2, memory_bytes=1 << 40), spin)
    assert ended.wait(10)


def test_work_that_swallows_memory_is_stopped() -> None:
    kept: list[bytes] = []

    def swallow() -> None:
        while True:
            kept.append(os.urandom(1 << 20))
            time.sleep(0)

    with pytest.raises(OverBudgetError):
        run_within(Budget(cpu_seconds=60, memory_bytes=64 * MEGABYTE), swallow)
    assert len(kept) < 2000
    kept.clear()


def test_work_within_its_budget_gives_its_result_or_its_error() -> None:
    budget = budget_for(1000)
    assert run_within(budget, lambda: 42) == 42
    with pytest.raises(KeyError):
        run_within(budget, lambda: dict[str, int]()["x"])


def test_waiting_costs_no_budget() -> None:
    gate = threading.Event()
    timer = threading.Timer(0.3, gate.set)
    timer.start()
    assert run_within(Budget(cpu_seconds=0.05, memory_bytes=1 << 40), lambda: gate.wait(30))
    timer.join()


def test_memory_that_ran_out_is_the_budgets_end() -> None:
    def full() -> None:
        raise MemoryError

    with pytest.raises(OverBudgetError):
        run_within(budget_for(1000), full)

"""Two desks without the network for a week: merged in either order, the centre knows the same."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from dossier.legal_form import LegalForm
from dossier.queries import PaperQuery
from dossier.same import SameAnswer
from tests.bundles.desks import (
    MONDAY,
    SHARED,
    Place,
    answer_same,
    close_batch,
    correct,
    correct_filed,
    facts,
    hand_in,
    insist,
    introduce,
    newborn,
    place,
    receive,
    register,
    say_form,
    send,
    tell,
    work,
)

DOSSIERS = 6


def shared_papers(desk: Place, scans: Path, *, value: str = "") -> None:
    """The same files for the same dossier at both desks, read alike or with another value."""
    chance = random.Random(1)  # noqa: S311
    files = []
    for order in range(3):
        path = scans / f"chung-{order}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\xff\xd8\xff" + f"chung/{order}".encode() * 50)
        files.append(path)
    hand_in(desk, files[:1], code=SHARED, person=7, chance=chance, waiting=False)
    hand_in(desk, files[1:2], code=SHARED, person=7, chance=chance, waiting=False, value=value)
    (third,) = hand_in(desk, files[2:], code=SHARED, person=7, chance=chance, waiting=True)
    if desk.name == "ban-b":
        correct(desk, third.id, "Hoàng Đức Thử")
    register(desk, SHARED, 7)


def at_the_counter(desk: Place, seed: int) -> None:
    """What else people say of papers, batches and owners; of the shared dossier both desks say something."""
    code = f"H26.5.{10 + seed}-261102-0002"
    filed = desk.services.store.records.find_documents(PaperQuery(dossier=SHARED))[0]
    say_form(desk, filed.id, LegalForm.ORIGINAL if seed == 2 else LegalForm.REGISTER_COPY)
    close_batch(desk, SHARED, again=seed == 2)
    tell(desk, code)
    insist(desk, code)
    correct_filed(desk, filed.id, "Đỗ Văn Nháp")
    newborn(desk, code)
    newborn(desk, SHARED, paper="cùng một tờ")
    answer_same(desk, SHARED, SameAnswer.NEWER if seed == 2 else SameAnswer.SAME)


@dataclass(frozen=True)
class Week:
    """A centre as a folder to copy, and two bundles of each desk, the second after the first was taken."""

    stores: Path
    first: tuple[Path, Path]
    second: tuple[Path, Path]


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Week:
    folder = tmp_path_factory.mktemp("week")
    stores, made = folder / "stores", []
    with place(stores, "trung-tam", start=MONDAY) as centre:
        for name, seed in (("ban-a", 2), ("ban-b", 3)):
            with place(stores, name, start=MONDAY + timedelta(hours=seed)) as desk:
                if seed == 2:
                    introduce(desk, centre)
                # The other one worked before it knew its centre: its codes are given without a part.
                work(desk, folder / "scans", dossiers=DOSSIERS, seed=seed)
                if seed == 3:
                    introduce(desk, centre)
                shared_papers(desk, folder / "scans", value="Hoàng Thị Khác" if seed == 3 else "")
                at_the_counter(desk, seed)
                first = send(desk, folder / "usb" / name)
                work(desk, folder / "scans", dossiers=2, seed=seed, first=DOSSIERS)
                tell(desk, SHARED)
                waiting = desk.services.store.records.documents_waiting(limit=1)
                correct(desk, waiting[0].id, "Nông Thị Giả")
                made.append((first, send(desk, folder / "usb" / name)))
    return Week(stores / "trung-tam", (made[0][0], made[1][0]), (made[0][1], made[1][1]))


def merged(week: Week, into: Path, bundles: Sequence[Path]) -> dict[str, list[str]]:
    """The facts of a copy of the centre after these bundles, in this order."""
    shutil.copytree(week.stores, into / "trung-tam")
    with place(into, "trung-tam", start=MONDAY + timedelta(days=7)) as copy:
        for bundle in bundles:
            receive(copy, bundle)
        records = copy.services.store.records
        records.check_journal()
        records.check_journal_index()
        assert records.counts.compare(told=lambda _looked: None).differing == 0
        return facts(copy)


@pytest.fixture(scope="module")
def calm(week: Week, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What the centre knows after everything came in the order it was made."""
    bundles = [*week.first, *week.second]
    return merged(week, tmp_path_factory.mktemp("calm"), bundles)


def test_the_other_order_gives_the_same_store(week: Week, calm: dict[str, list[str]], tmp_path: Path) -> None:
    (a1, b1), (a2, b2) = week.first, week.second
    assert_equal(merged(week, tmp_path, [b1, b2, a1, a2]), calm)


def test_a_bundle_that_was_lost_on_its_way_is_made_good_by_the_next(
    week: Week, calm: dict[str, list[str]], tmp_path: Path
) -> None:
    (_, b1), (a2, b2) = week.first, week.second
    assert_equal(merged(week, tmp_path, [b2, a2, b1]), calm)


def test_nothing_of_the_week_is_lost(week: Week, calm: dict[str, list[str]]) -> None:
    papers = [json.loads(text) for text in calm["paper"]]
    assert len(papers) == 2 * 2 * (DOSSIERS + 2) + 3
    shared = [paper for paper in papers if paper["dossier"] == SHARED]
    # Read alike: filed. Read differently, and corrected at one desk: a person decides.
    assert sorted(paper["state"] for paper in shared) == ["filed", "waiting", "waiting"]
    assert [paper["questions"] for paper in shared if paper["state"] == "waiting"] == [["full_name"]] * 2
    questions = [json.loads(text) for text in calm["question"]]
    assert {question["subject"] for question in questions if question["kind"] == "document"} == {
        paper["id"] for paper in shared if paper["state"] == "waiting"
    }
    codes = [paper["result_code"] for paper in papers if paper["result_code"]]
    assert len(set(codes)) == len(codes)
    parts = {code.rpartition(".")[2][:-3] for code in codes}
    assert parts == {"1", "2"}
    kinds = set(calm) - {"destroyed_object", "grant"}
    assert {"dossier_told", "declared", "act", "read_for", "entry", "carried_entry", "owner"} <= kinds
    assert {"unnumbered_owner", "same_answer", "counted", "comparison_owed"} <= kinds


def test_what_people_said_at_the_counters_stands_at_the_centre(calm: dict[str, list[str]]) -> None:
    papers = {json.loads(text)["id"] for text in calm["paper"]}
    batches = {json.loads(text)["id"] for text in calm["batch"]}
    acts = [json.loads(text) for text in calm["act"]]
    by_kind = {kind: [act for act in acts if act["act"] == kind] for kind in {act["act"] for act in acts}}
    assert {act["target"] for act in by_kind["intake.form_said"]} <= papers
    assert {act["target"] for act in by_kind["correction.applied"]} <= papers
    assert {act["case"] for act in by_kind["batch.closed"]} <= batches
    counts = {kind: len(found) for kind, found in by_kind.items()}
    assert (counts["intake.form_said"], counts["correction.applied"], counts["batch.closed"]) == (2, 2, 3)
    items = {json.loads(text)["id"] for text in calm["item"]}
    assert {act["details"]["first"].partition(":")[0] for act in by_kind["batch.pages_told"]} <= items
    assert {json.loads(text)["origin"]["device"] for text in calm["item"]} == {"may-quet-1"}
    insisted = [json.loads(text)["insisted"] for text in calm["counted"]]
    assert sum(insisted) == 2
    # The desks were asked about different pairs of the dossier; both answers arrive.
    assert sorted(json.loads(text)[2] for text in calm["same_answer"]) == ["replaced", "same"]


def test_a_child_known_at_two_desks_keeps_both_numbers_and_a_person_is_asked(
    calm: dict[str, list[str]],
) -> None:
    told = [json.loads(text) for text in calm["unnumbered_owner"]]
    shared = {row["owner_id"] for row in told if json.loads(row["told"])["dossier"] == SHARED}
    assert (len(told), len(shared)) == (4, 2)
    assert len({row["repeat_ref"] for row in told}) == 4
    owners = {json.loads(text)[0] for text in calm["owner"]}
    assert {row["owner_id"] for row in told} <= owners
    assert sorted(shared) in [sorted(json.loads(text)[1:]) for text in calm["owner_pair"]]


def test_what_happened_at_a_desk_is_found_at_the_centre(week: Week, calm: dict[str, list[str]]) -> None:
    papers = {json.loads(text)["id"] for text in calm["paper"]}
    entries = [json.loads(text) for text in calm["entry"]]
    filed = [entry for entry in entries if entry["kind"] == "document.filed"]
    assert {entry["subject"] for entry in filed} <= papers
    reads = [entry for entry in entries if entry["kind"] == "document.read"]
    refs = {json.loads(text)["ours"] for text in calm["carried_id"]}
    assert reads
    assert all(entry["owner_ref"] in refs for entry in reads)


def assert_equal(one: dict[str, list[str]], other: dict[str, list[str]]) -> None:
    assert {kind: len(texts) for kind, texts in one.items()} == {
        kind: len(texts) for kind, texts in other.items()
    }
    for kind, texts in one.items():
        assert texts == other[kind], kind

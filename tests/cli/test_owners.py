"""``motlan owners`` as a clerk meets it: masked lists, decisions, exit codes."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from cli.words import partly_masked
from dossier.documents import Document, DocumentState
from tests.cli.test_commands import Desk, desk, only, ready
from tests.contract.test_owners import NAME, NEW, OLD, card, paper
from tests.storage.builders import batch, document, item
from wiring.services import Services
from wiring.settings import read_settings

__all__ = ["desk", "ready"]


def file(desk: Desk, *papers: Document) -> None:
    with Services(read_settings({"MOTLAN_DATA": str(desk.data)})) as services:
        services.store.records.save_batch(batch(), [item()])
        for each in papers:
            services.store.records.save_document(each)


@pytest.fixture
def proposed(ready: Desk) -> Desk:
    """A desk with one person under two numbers."""
    file(ready, paper("a", NEW), paper("b", OLD))
    return ready


def proposal(desk: Desk) -> str:
    assert desk.run("owners", "list", "--proposals", "--json") == 0
    return str(only(desk.lines[0]["proposals"])["proposal"])


def test_a_list_of_proposals_masks_the_numbers_and_says_why(proposed: Desk) -> None:
    assert proposed.run("owners", "list", "--proposals") == 0
    assert "nhiều khả năng (80%): trùng họ tên, trùng ngày sinh" in proposed.said
    assert "0791******01" in proposed.said
    assert "023*****1" in proposed.said
    assert NAME in proposed.said
    assert NEW not in proposed.said
    assert OLD not in proposed.said
    assert proposed.run("owners", "list", "--proposals", "--json") == 0
    found = only(proposed.lines[0]["proposals"])
    assert set(found) == {"proposal", "left", "right", "score", "strength", "reasons", "against", "papers"}
    assert (found["strength"], found["score"]) == ("likely", 0.8)
    assert NEW not in proposed.said


def test_a_list_of_owners_masks_the_numbers(proposed: Desk) -> None:
    assert proposed.run("owners", "list", "--json") == 0
    assert [owner["numbers"] for owner in proposed.lines[0]["owners"]] == [["0791******01"], ["023*****1"]]
    assert proposed.run("owners", "list") == 0
    assert "0791******01" in proposed.said


def test_an_empty_store_says_so(ready: Desk) -> None:
    assert ready.run("owners", "list") == 0
    assert ready.said == "Kho chưa có chủ sở hữu nào.\n"
    assert ready.run("owners", "list", "--proposals") == 0
    assert ready.said == "Không có đề nghị ghép nào đang chờ.\n"


def test_confirming_finding_and_unmerging(proposed: Desk) -> None:
    assert proposed.run("find", "--owner", NEW, "--json") == 0
    assert [line["reason"] for line in proposed.lines[0]["documents"]] == ["owner.same_number"]
    assert proposed.run("owners", "confirm", proposal(proposed), "--json") == 0
    link = proposed.lines[0]
    assert link["action"] == "link"

    assert proposed.run("find", "--owner", NEW, "--json") == 0
    found = {line["document"]: line["reason"] for line in proposed.lines[0]["documents"]}
    assert found == {document("a").id: "owner.same_number", document("b").id: "owner.linked_number"}
    assert proposed.run("find", "--owner", NEW) == 0
    assert "1 giấy tờ ghi số khác đã được xác nhận là của cùng người." in proposed.said

    assert proposed.run("owners", "show", "--number", OLD, "--json") == 0
    view = proposed.lines[0]
    assert {number["number"] for number in view["numbers"]} == {NEW, OLD}
    assert only(view["history"])["active"] is True
    assert view["documents"] == 2

    assert proposed.run("owners", "unmerge", str(link["link"])) == 0
    assert proposed.said.startswith("Tách: ")
    assert proposed.run("find", "--owner", NEW, "--json") == 0
    assert len(proposed.lines[0]["documents"]) == 1


def test_showing_an_owner_tells_its_history(proposed: Desk) -> None:
    assert proposed.run("owners", "confirm", proposal(proposed)) == 0
    assert proposed.said.startswith("Ghép: ")
    assert proposed.run("owners", "list", "--json") == 0
    owner = str(only(proposed.lines[0]["owners"])["owner"])
    assert proposed.run("owners", "show", owner) == 0
    assert NEW in proposed.said
    assert f"Họ tên: {NAME}" in proposed.said
    assert "(đang có hiệu lực)" in proposed.said
    assert "trùng họ tên, trùng ngày sinh" in proposed.said


def test_a_refused_proposal_is_gone(proposed: Desk) -> None:
    assert proposed.run("owners", "refuse", proposal(proposed)) == 0
    assert proposed.said.startswith("Từ chối ghép: ")
    assert proposed.run("owners", "list", "--proposals", "--json") == 0
    assert proposed.lines == [{"proposals": []}]


def test_a_card_that_states_both_numbers_needs_nobody(ready: Desk) -> None:
    file(ready, card(), paper("b", OLD))
    assert ready.run("find", "--owner", NEW, "--json") == 0
    assert len(ready.lines[0]["documents"]) == 2
    assert ready.run("owners", "show", "--number", NEW) == 0
    assert "có giấy tờ ghi cả hai số" in ready.said


def test_refusing_what_is_linked_says_what_to_do(proposed: Desk) -> None:
    waiting = proposal(proposed)
    assert proposed.run("owners", "confirm", waiting) == 0
    assert proposed.run("owners", "refuse", waiting) == 12
    assert "[owner.already_linked]" in proposed.complained
    assert "owners unmerge" in proposed.complained


def test_confirming_against_what_papers_say_is_refused_with_the_reason(proposed: Desk) -> None:
    waiting = proposal(proposed)
    with Services(read_settings({"MOTLAN_DATA": str(proposed.data)})) as services:
        before = services.store.records.document(document("b").id)
        born_later = paper("b", OLD, birth="1990").parties
        services.store.records.save_document(before.next_version(parties=born_later))
    assert proposed.run("owners", "confirm", waiting) == 12
    assert "(ngày sinh khác nhau)" in proposed.complained
    assert "[owner.conflict]" in proposed.complained


def test_the_page_behind_the_last_owner_does_not_call_the_store_empty(proposed: Desk) -> None:
    assert proposed.run("owners", "list", "--json") == 0
    last = proposed.lines[0]["owners"][-1]["owner"]
    assert proposed.run("owners", "list", "--after", last) == 0
    assert proposed.said == "Không còn gì sau mã này.\n"
    assert proposed.run("owners", "list", "--proposals", "--after", proposal(proposed)) == 0
    assert proposed.said == "Không còn gì sau mã này.\n"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("show",), 10, "[input.argument]"),
        (("show", "x", "--number", NEW), 10, "[input.argument]"),
        (("show", "--number", "12345"), 10, "--number"),
        (("show", "--number", "079190999402"), 12, "[store.owner_missing]"),
        (("show", "Nông Thị Liễu"), 12, "[store.owner_missing]"),
        (("confirm", "3f1c0a4e-0000-5000-8000-000000000001"), 12, "[store.owner_missing]"),
        (("unmerge", "3f1c0a4e-0000-5000-8000-000000000001"), 12, "[store.owner_missing]"),
        (("list", "--after", "Nông Thị Liễu"), 12, "[store.owner_missing]"),
        (("list", "--proposals", "--after", "x"), 12, "[store.owner_missing]"),
        (("list", "--purpose", "to_mo"), 15, "[access.refused]"),
        (("list", "--limit", "0"), 2, "--limit"),
    ],
)
def test_what_cannot_be_done_is_said(ready: Desk, arguments: tuple[str, ...], code: int, said: str) -> None:
    assert ready.run("owners", *arguments) == code
    assert said in ready.complained
    assert "Liễu" not in ready.complained


def test_the_journal_tells_of_looks_and_decisions_without_name_or_number(proposed: Desk) -> None:
    assert proposed.run("owners", "refuse", proposal(proposed)) == 0
    assert proposed.run("journal", "list", "--json") == 0
    kinds = [line["kind"] for line in proposed.lines]
    assert kinds == ["store.made", "trust.changed", "owner.read", "owner.read", "owner.refused"]
    told = json.dumps(proposed.lines, ensure_ascii=False)
    assert all(secret not in told for secret in (NEW, OLD, NAME))
    assert proposed.run("journal", "verify") == 0


def test_waiting_papers_make_no_owner(ready: Desk) -> None:
    file(ready, replace(paper("a", NEW), state=DocumentState.WAITING))
    assert ready.run("owners", "list", "--json") == 0
    assert ready.lines == [{"owners": []}]


@pytest.mark.parametrize(
    ("number", "shown"), [("079186999401", "0791******01"), ("023999101", "023*****1"), ("", "")]
)
def test_numbers_that_have_to_be_told_apart_show_their_ends(number: str, shown: str) -> None:
    assert partly_masked(number) == shown

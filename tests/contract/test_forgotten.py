"""Of a destroyed paper nothing is left that people typed about it at the desks."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select

from dossier.checking import CheckDraft
from dossier.documents import DocumentState
from dossier.errors import VersionConflictError
from dossier.ids import BatchId
from dossier.keeping import Act, KeepingAct
from dossier.quality import Key, KeyState, Route
from storage.arrange_tables import arrangements, arranging_place
from storage.check_tables import check_drafts, check_holds, check_saves
from storage.quality_keys import key_row, key_told_place
from storage.quality_tables import quality_keys
from storage.records import SqlRecords
from storage.vault import vault_of
from tests.storage.builders import MOMENT, batch, document, event, item


def test_answers_and_second_values_go_with_the_paper(records: SqlRecords) -> None:
    made = batch()
    records.save_batch(made, [item()])
    paper = records.save_document(document())
    before = MOMENT - timedelta(hours=1)
    records.checks.take(paper.id, "user-1", at=MOMENT, free_before=before)
    draft = CheckDraft(
        document=paper.id,
        version=paper.version,
        actor="user-1",
        values={"full_name": "MẪU"},
        saved_at=MOMENT,
    )
    assert records.saves.hand_over(draft, free_before=before)
    key = Key(
        batch=BatchId(made.id),
        group=0,
        document=paper.id,
        version=1,
        field="full_name",
        route=Route.ALONE,
        office="",
        not_by=(),
    )
    with records.upkeep.writing() as writing:
        told = vault_of(writing.connection).seal("MẪU", place=key_told_place("1"))
        row = {**key_row(key, group=0), "serial": 1, "state": KeyState.THIRD.value, "told": told}
        writing.connection.execute(insert(quality_keys).values(**row))
    destroyed = paper.remnant().next_version(state=DocumentState.DESTROYED)
    act = KeepingAct(case="case", act=Act.DISPOSAL_EXECUTED, target=paper.id, at=MOMENT, actor="user-1")
    records.act(act, seen=0, events=(event(),), document=destroyed)
    with records.upkeep.writing() as writing:
        for table in (check_drafts, check_saves, check_holds):
            assert writing.connection.execute(select(func.count()).select_from(table)).scalar_one() == 0
        assert writing.connection.execute(select(quality_keys.c.told)).scalar_one() == ""


def test_reasons_and_values_that_people_typed_about_it_go_too(records: SqlRecords) -> None:
    records.save_batch(batch(), [item()])
    paper = records.save_document(document())
    said = {"reason": "sai tên MẪU", "plan": "1"}
    act = KeepingAct(
        case="r", act=Act.SIGNING_RETURNED, target=paper.id, at=MOMENT, actor="user-1", details=said
    )
    records.act(act, seen=0, events=())
    told = {
        "ground": "misread",
        "words": "tên đúng là MẪU",
        "values": '{"full_name": "MẪU"}',
        "owner": "001185000017",
        "confirmed": "",
        "request": "",
        "type": "",
    }
    proposed = replace(act, case="c", act=Act.CORRECTION_PROPOSED, details=told)
    records.act(proposed, seen=0, events=())
    row = f"{paper.item}/1"
    with records.upkeep.writing() as writing:
        vault = vault_of(writing.connection)
        sealed = vault.seal('{"plan":"1|","reason":"trang của MẪU","seen":{}}', place=arranging_place(row))
        writing.connection.execute(
            insert(arrangements).values(
                id=row,
                item_id=paper.item,
                number=1,
                actor="user-1",
                told=sealed,
                state="done",
                asked_at="",
                done_at="",
                error_code="",
            )
        )
    destroyed = paper.remnant().next_version(state=DocumentState.DESTROYED)
    end = replace(act, case="case", act=Act.DISPOSAL_EXECUTED, details={"reason": "hết hạn"})
    records.act(end, seen=0, events=(event(),), document=destroyed)
    found = {one.act: dict(one.details) for one in records.acts(target=paper.id)}
    assert found[Act.SIGNING_RETURNED] == {"reason": "", "plan": "1"}
    assert (found[Act.CORRECTION_PROPOSED]["words"], found[Act.CORRECTION_PROPOSED]["values"]) == ("", "{}")
    assert found[Act.CORRECTION_PROPOSED]["owner"] == ""
    # Why it was destroyed is the proof and stays.
    assert found[Act.DISPOSAL_EXECUTED] == {"reason": "hết hạn"}
    with records.upkeep.writing() as writing:
        left = writing.connection.execute(select(arrangements.c.told)).scalar_one()
        said_left = vault_of(writing.connection).unseal(left, place=arranging_place(row))
    assert json.loads(said_left) == {"plan": "1|", "reason": "", "seen": {}}


def test_a_paper_is_proposed_for_destruction_once_whoever_is_quicker(records: SqlRecords) -> None:
    records.save_batch(batch(), [item()])
    paper = records.save_document(document())

    def propose(case: str, act: Act = Act.DISPOSAL_PROPOSED, seen: int = 0) -> None:
        told = KeepingAct(case=case, act=act, target=paper.id, at=MOMENT, actor="user-1", details={})
        records.act(told, seen=seen, events=())

    propose("first")
    with pytest.raises(VersionConflictError):
        propose("second")
    propose("first", Act.DISPOSAL_REJECTED, seen=1)
    propose("second")
    assert [act.case for act in records.acts(target=paper.id)] == ["first", "first", "second"]

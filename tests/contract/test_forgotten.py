"""Of a destroyed paper nothing is left that people typed about it at the desks."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, insert, select

from dossier.checking import CheckDraft
from dossier.documents import DocumentState
from dossier.ids import BatchId
from dossier.keeping import Act, KeepingAct
from dossier.quality import Key, KeyState, Route
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

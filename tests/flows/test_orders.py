"""Orders and what they made: of whoever has them now, and gone with a paper in them that is destroyed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dossier.archive_orders import PAPERS, OrderKind, OrderState
from dossier.documents import DocumentState
from dossier.errors import RecordMissingError
from dossier.ids import DocumentId
from dossier.keeping import Act, KeepingAct
from flows.archive_desk.orders import ask, ask_for_package, package_path, take_package
from flows.archive_desk.work import work_off
from tests.flows.filing import DOSSIER, GIVEN, file_dossier
from wiring.services import Services
from wiring.settings import read_settings

VALUES = "\n".join(f"{name}={value}" for name, value in GIVEN.items())


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with Services(read_settings({"MOTLAN_DATA": str(tmp_path / "data")})) as made:
        made.create()
        yield made


def test_a_worker_that_others_took_for_gone_does_not_end_the_order(services: Services) -> None:
    table, now = services.store.records.orders, services.clock()
    order = ask(services, OrderKind.FORECAST, actor="user-1")
    first = table.claim(at=now, dead_before=now - timedelta(minutes=5))
    later = now + timedelta(minutes=6)
    second = table.claim(at=later, dead_before=later - timedelta(minutes=5))
    assert first is not None
    assert second is not None
    assert (first.begun, second.begun) == (1, 2)
    assert not table.beat(first, at=later)
    assert not table.finish(first, state=OrderState.FAILED, at=later, result={})
    assert table.beat(second, at=later)
    assert table.finish(second, state=OrderState.DONE, at=later, result={"documents": 2})
    found = table.order(order.id)
    assert found is not None
    assert (found.state, dict(found.result)) == (OrderState.DONE, {"documents": 2})


def test_a_package_goes_with_a_paper_in_it_that_is_destroyed(services: Services, tmp_path: Path) -> None:
    file_dossier(services, tmp_path, count=2)
    order = ask_for_package(
        services, actor="user-1", offices=("*",), kind="aip", dossier=DOSSIER, papers="", values=VALUES
    )
    work_off(services)
    ask(services, OrderKind.PACKAGE_CHECK, actor="user-1", wanted={"order": order.id, "dossier": DOSSIER})
    work_off(services)
    records, path = services.store.records, package_path(services, order.id)
    made = records.orders.order(order.id)
    assert made is not None
    assert (made.state, path.exists()) == (OrderState.DONE, True)
    gone = records.document(DocumentId(str(made.result[PAPERS]).split()[0]))
    tombstone = gone.remnant().next_version(state=DocumentState.DESTROYED, object_sha256=None, object_size=0)
    act = KeepingAct(
        case=str(uuid.uuid4()),
        act=Act.DISPOSAL_EXECUTED,
        target=gone.id,
        at=services.clock(),
        actor="user-1",
    )
    records.act(act, seen=0, events=[], document=tombstone)
    with pytest.raises(RecordMissingError):
        take_package(services, order.id, actor="user-1", offices=("*",))
    work_off(services)
    assert not path.exists()
    found = records.orders.orders([OrderKind.PACKAGE, OrderKind.PACKAGE_CHECK])
    assert [one.state for one in found] == [OrderState.WITHDRAWN] * 2
    assert [dict(one.result) for one in found] == [{}, {}]
    assert {name for one in found for name in one.wanted} == {"kind", "offices", "dossier", "order"}

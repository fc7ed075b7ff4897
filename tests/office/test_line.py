"""The whole line at the office size, with its servers going away on the way and afterwards."""

from __future__ import annotations

import pytest

from dossier.database_errors import DatabaseAwayError
from dossier.documents import ItemState
from flows.progress import Progress, Stage, silent
from flows.submit import ingest
from tests.cli.test_commands import Desk, only
from tests.end_to_end.line import DOSSIERS, declared
from tests.office.office import Office

FOLDER = DOSSIERS / "2-dang-ky-ket-hon"
PAPER = FOLDER / "giay-khai-sinh-nu.pdf"


@pytest.mark.prefect
@pytest.mark.xdist_group("office line")
def test_a_batch_outlives_its_database_and_a_paper_its_first_bucket(desk: Desk, office: Office) -> None:
    def database_goes(progress: Progress) -> None:
        if progress.stage is Stage.READ:
            office.server.stop("immediate")

    with office.services() as services:
        services.create()
        with pytest.raises(DatabaseAwayError):
            ingest(services, [PAPER], declared=declared(FOLDER), listen=database_goes)
        office.server.start()
        assert list(services.store.quarantine.notes()) == []
        handed = ingest(services, [PAPER], declared=declared(FOLDER), listen=silent)
        (item,) = [services.store.records.item(one) for one in handed.items]
        assert item.state is ItemState.DONE
        (document,) = services.store.records.documents_of_item(item.id)
        services.store.records.check_journal()
    assert office.first.objects()
    assert office.second.objects() == office.first.objects()

    office.first.go()
    assert desk.run("find", "--of-dossier", declared(FOLDER).dossier, "--json") == 0
    assert document.id in desk.said
    assert desk.run("show", document.id, "--json") == 0
    assert desk.run("get", document.id, "-o", office.folder / "ban-sao.pdf") == 0
    assert (office.folder / "ban-sao.pdf").read_bytes().startswith(b"%PDF")
    assert desk.run("ingest", FOLDER / "xac-nhan-tinh-trang-hon-nhan-nu.jpg") == 12
    assert "[store.unavailable]" in desk.complained
    office.first.come_back()

    assert desk.run("fixity", "--all", "--json") == 0
    assert [place["damaged"] + place["missing"] for place in only(desk.lines)["places"]] == [0, 0]
    assert desk.run("canary") == 0
    assert desk.run("journal", "verify") == 0
    assert "object.fell_over" in (office.data / "logs" / "motlan.jsonl").read_text("utf-8")

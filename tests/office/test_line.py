"""The whole line at the office size, with its servers going away on the way and afterwards."""

from __future__ import annotations

import pytest

from dossier.database_errors import DatabaseAwayError
from flows.progress import Progress, Stage
from flows.submit import ingest
from tests.cli.test_commands import Desk, only
from tests.end_to_end.line import DOSSIERS, declared
from tests.office.office import Office

FOLDER = DOSSIERS / "2-dang-ky-ket-hon"
PAPER = FOLDER / "giay-khai-sinh-nu.pdf"


@pytest.mark.prefect
def test_a_batch_outlives_its_database_and_a_paper_its_first_bucket(desk: Desk, office: Office) -> None:
    def database_goes(progress: Progress) -> None:
        if progress.stage is Stage.READ:
            office.server.stop("immediate")

    said = declared(FOLDER)
    with office.services() as services:
        services.create()
        with pytest.raises(DatabaseAwayError):
            ingest(services, [PAPER], declared=said, listen=database_goes)
        office.server.start()
        assert list(services.store.quarantine.notes()) == []

    assert desk.run("ingest", PAPER, "--dossier", said.dossier, "--procedure", said.procedure, "--json") == 0
    document = str(only(desk.lines)["document"])
    assert office.first.objects()
    assert office.second.objects() == office.first.objects()

    office.first.go()
    assert desk.run("find", "--of-dossier", said.dossier, "--json") == 0
    assert document in desk.said
    assert desk.run("show", document, "--json") == 0
    copy = office.folder / "ban-sao.pdf"
    assert desk.run("get", document, "-o", copy) == 0
    assert copy.read_bytes().startswith(b"%PDF")
    assert "object.fell_over" in (office.data / "logs" / "motlan.jsonl").read_text("utf-8")
    assert desk.run("ingest", FOLDER / "xac-nhan-tinh-trang-hon-nhan-nu.jpg") == 12
    assert "[store.unavailable]" in desk.complained
    office.first.come_back()

    assert desk.run("fixity", "--all", "--json") == 0
    assert [place["damaged"] + place["missing"] for place in only(desk.lines)["places"]] == [0, 0]
    assert desk.run("journal", "verify") == 0

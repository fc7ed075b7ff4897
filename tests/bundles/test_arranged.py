"""Pages that a desk arranges without the network are arranged at the centre too, once its bundle came."""

from __future__ import annotations

from pathlib import Path

from dossier.documents import Document, DocumentState
from dossier.ids import ItemId
from flows.splitting import kept_split
from tests.bundles.desks import MONDAY, Clock, Place, introduce, place, receive, send
from tests.flows.arranging import arranged, planned, waiting_stack
from tests.flows.fed import open_desk


def papers(at: Place, item: ItemId) -> list[tuple[tuple[int, ...], str, DocumentState]]:
    found = at.services.store.records.documents_of_item(item)
    return [(paper.pages, paper.type, paper.state) for paper in found]


def test_an_arranged_file_is_the_same_at_the_centre(tmp_path: Path) -> None:
    with (
        open_desk(tmp_path / "ban") as services,
        place(tmp_path, "trung-tam", start=MONDAY) as centre,
    ):
        desk = Place("ban", services, Clock(MONDAY))
        introduce(desk, centre)
        item, before = waiting_stack(services, tmp_path)
        receive(centre, send(desk, tmp_path / "1"))
        theirs = item_at(centre)
        assert papers(centre, theirs) == papers(desk, item)
        arranged(services, item, planned((1,), (2, 3, 4, 5)))
        receive(centre, send(desk, tmp_path / "2"))
        assert papers(centre, theirs) == papers(desk, item)
        assert [pages for pages, _, _ in papers(desk, item)] == [(1,), (2, 3, 4, 5)]
        assert states(centre, theirs) == {DocumentState.WAITING, DocumentState.DISSOLVED}
        # Parted again, the paper that had ended is there again.
        arranged(services, item, planned((1,), (2, 3), (4, 5)))
        last = send(desk, tmp_path / "3")
        receive(centre, last)
        assert papers(centre, theirs) == papers(desk, item)
        assert states(centre, theirs) == {DocumentState.WAITING}
        receive(centre, last)
        stack = kept_split(centre.services, theirs)
        assert stack is not None
        assert [paper.pages for paper in stack.papers] == [paper.pages for paper in before]
        centre.services.store.records.check_journal()


def item_at(at: Place) -> ItemId:
    (batch,) = at.services.store.records.list_batches()
    (item,) = at.services.store.records.items(batch.id)
    return item.id


def states(at: Place, item: ItemId) -> set[DocumentState]:
    """Of all papers of the file, also of those that ended."""
    records = at.services.store.records
    there: list[Document] = list(records.documents_of_item(item))
    gone = [records.document(paper) for paper in records.arrangements.gone(item)]
    return {paper.state for paper in (*there, *gone)}

"""Campaigns, their boxes and who works on them, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from dossier.campaign_errors import BoxTakenError, CampaignStateError, CampaignUnknownError
from dossier.campaigns import BoxState, Campaign, CampaignState, DeclaredBox
from dossier.documents import DocumentState
from dossier.events import Event, EventKind
from dossier.ids import campaign_id
from storage.records import SqlRecords
from tests.storage.builders import MOMENT, NAMESPACE, batch, document, event, item

OFFICE = "H26.5.12"
CAMPAIGN = Campaign(
    id=campaign_id(NAMESPACE, "Khai sinh cũ", office=OFFICE),
    name="Khai sinh cũ",
    office=OFFICE,
    types=("birth_certificate",),
    targets=((2026, Fraction(1, 2)), (2028, Fraction(1))),
    state=CampaignState.OPEN,
    made_at=MOMENT,
    made_by="quay-1",
)
TOLD = (event(EventKind.CAMPAIGN_ASSIGNED),)


def box(label: str, *, results: int = 10, year: int = 2015) -> DeclaredBox:
    return DeclaredBox(label=label, office=OFFICE, year=year, type="birth_certificate", results=results)


def made(records: SqlRecords, *labels: str) -> Campaign:
    campaign = records.campaigns.make(CAMPAIGN, events=TOLD)
    records.campaigns.declare(campaign.id, [box(label) for label in labels], events=TOLD)
    return campaign


def take(records: SqlRecords, *labels: str, who: str, events: tuple[Event, ...] = TOLD) -> list[str]:
    taken = records.campaigns.take(CAMPAIGN.id, labels=labels, operator=who, at=MOMENT, events=events)
    return [one.declared.label for one in taken]


def test_a_campaign_is_made_once_and_found_by_name_and_id(records: SqlRecords) -> None:
    made(records)
    assert records.campaigns.make(replace(CAMPAIGN, types=()), events=TOLD) == CAMPAIGN
    assert list(records.campaigns.campaigns()) == [CAMPAIGN]
    assert records.campaigns.campaign("Khai sinh cũ") == records.campaigns.campaign(CAMPAIGN.id) == CAMPAIGN
    with pytest.raises(CampaignUnknownError):
        records.campaigns.campaign("Kết hôn")


def test_the_target_of_a_year_is_that_of_the_last_one_told() -> None:
    assert [CAMPAIGN.target(year) for year in (2025, 2026, 2027, 2028)] == [0, 0.5, 0.5, 1]


def test_a_box_told_again_has_the_new_count_and_keeps_its_operator(records: SqlRecords) -> None:
    made(records, "H-1")
    take(records, "H-1", who="an")
    assert records.campaigns.declare(CAMPAIGN.id, [box("H-1", results=7), box("H-2")], events=TOLD) == 1
    first, second = records.campaigns.boxes(CAMPAIGN.id)
    assert (first.declared.results, first.operator, second.state) == (7, "an", BoxState.FREE)


def test_nobody_gets_a_box_of_another(records: SqlRecords) -> None:
    made(records, "H-1", "H-2", "H-3")
    assert take(records, who="an") == ["H-1"]
    assert take(records, who="an") == ["H-1"]
    assert take(records, who="binh") == ["H-2"]
    with pytest.raises(BoxTakenError):
        take(records, "H-3", "H-1", who="binh")
    assert [one.operator for one in records.campaigns.boxes(CAMPAIGN.id)] == ["an", "binh", ""]
    records.campaigns.release(CAMPAIGN.id, ["H-1"], events=TOLD)
    assert take(records, "H-1", who="binh") == ["H-1"]
    with pytest.raises(CampaignUnknownError):
        take(records, "H-9", who="an")


def test_no_box_of_a_paused_or_closed_campaign_is_given(records: SqlRecords) -> None:
    made(records, "H-1")
    records.campaigns.set_state(CAMPAIGN.id, CampaignState.PAUSED, events=TOLD)
    with pytest.raises(CampaignStateError):
        take(records, who="an")
    records.campaigns.set_state(CAMPAIGN.id, CampaignState.OPEN, events=TOLD)
    assert take(records, who="an") == ["H-1"]
    records.campaigns.set_state(CAMPAIGN.id, CampaignState.CLOSED, events=TOLD)
    with pytest.raises(CampaignStateError):
        records.campaigns.set_state(CAMPAIGN.id, CampaignState.OPEN, events=TOLD)
    with pytest.raises(CampaignStateError):
        records.campaigns.declare(CAMPAIGN.id, [box("H-2")], events=TOLD)


def test_a_file_is_worked_through_once_and_its_papers_count_once(records: SqlRecords) -> None:
    made(records, "H-1", "H-2")
    first, second = records.campaigns.boxes(CAMPAIGN.id)
    records.save_batch(batch(), [item()])
    paper = records.save_document(replace(document(), type="birth_certificate"), events=(event(),))
    day = date(2026, 11, 20)
    for _ in range(2):
        records.campaigns.worked(first.id, "a.pdf/10", [paper.id], day=day)
    records.campaigns.worked(second.id, "b.pdf/10", [paper.id], day=day)
    assert records.campaigns.is_worked(first.id, "a.pdf/10")
    assert not records.campaigns.is_worked(first.id, "a.pdf/11")
    progress = records.campaigns.progress(CAMPAIGN.id)
    assert (progress.results, progress.papers, progress.share) == (20, 1, Fraction(1, 20))
    assert progress.by_day == {day: 1}
    assert progress.by_type == {"birth_certificate": (20, 1)}
    assert progress.by_year == {2015: (20, 1)}
    assert [one.papers for one in records.campaigns.boxes(CAMPAIGN.id)] == [1, 0]


def test_a_refused_paper_counts_once_a_person_overrules_it(records: SqlRecords) -> None:
    made(records, "H-1")
    (one,) = records.campaigns.boxes(CAMPAIGN.id)
    records.save_batch(batch(), [item()])
    refused = replace(document(), type="birth_certificate", state=DocumentState.REFUSED)
    paper = records.save_document(refused, events=(event(),))
    records.campaigns.worked(one.id, "a.pdf/1", [paper.id], day=date(2026, 11, 20))
    assert records.campaigns.progress(CAMPAIGN.id).papers == 0
    records.save_document(paper.next_version(state=DocumentState.WAITING), events=(event(),))
    assert records.campaigns.progress(CAMPAIGN.id).papers == 1


def test_where_a_box_stands_is_kept(records: SqlRecords) -> None:
    made(records, "H-1")
    take(records, who="an")
    (one,) = records.campaigns.boxes(CAMPAIGN.id)
    records.campaigns.see(one.id, files=3, next_file="02/Mẫu Thị Một.pdf")
    (one,) = records.campaigns.boxes(CAMPAIGN.id)
    assert (one.files, one.next_file) == (3, "02/Mẫu Thị Một.pdf")
    for _ in range(2):
        records.campaigns.finish(one.id, events=(event(EventKind.CAMPAIGN_BOX_DONE),))
    assert len(records.journal_of(EventKind.CAMPAIGN_BOX_DONE)) == 1
    with pytest.raises(BoxTakenError):
        take(records, "H-1", who="an")
    (freed,) = records.campaigns.release(CAMPAIGN.id, ["H-1"], events=TOLD)
    assert freed.state is BoxState.DONE


def test_papers_of_a_campaign_count_for_the_office_in_the_indicators(records: SqlRecords) -> None:
    made(records, "H-1")
    (one,) = records.campaigns.boxes(CAMPAIGN.id)
    records.save_batch(batch(), [item()])
    filed = replace(
        document(), type="birth_certificate", state=DocumentState.FILED, filed_at=MOMENT, result_code="x"
    )
    paper = records.save_document(filed, events=(event(),))
    assert records.handlings.filed(OFFICE, ["birth_certificate"]) == 0
    records.campaigns.worked(one.id, "a.pdf/1", [paper.id], day=date(2026, 11, 20))
    counts = [records.handlings.filed(office, ["birth_certificate"]) for office in (OFFICE, "H26.5", "H26.6")]
    assert counts == [1, 1, 0]

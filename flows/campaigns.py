"""A campaign from the inventory to its figures: what is to be digitised, who works on it, how far it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

from dossier.campaigns import Box, Campaign, CampaignState, Progress
from dossier.errors import ArgumentError, InputTableError
from dossier.events import Event, EventKind
from dossier.ids import campaign_id
from dossier.legal_form import parse_account
from rulebook.campaign_pace import PACE_DAYS, Estimate, Pace, estimate, pace
from rulebook.inventory import MOST_BYTES, read_inventory
from wiring.services import Services

_LONGEST_NAME: Final = 120
_OFFICE: Final = re.compile(r"[A-Z]\d{1,2}(?:\.\d{1,3}){0,4}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """A campaign with its boxes, how far it is, how fast it goes and what is left to this year's target."""

    campaign: Campaign
    boxes: tuple[Box, ...]
    progress: Progress
    year: int
    target: Fraction
    pace: Pace
    to_target: Estimate
    to_end: Estimate


def new_campaign(
    services: Services, name: str, *, office: str, types: Sequence[str], targets: Mapping[int, Fraction]
) -> Campaign:
    """Make a campaign; the same name of the same office is the same campaign.

    Raises:
        ArgumentError: name, office, a type or a target is none.
    """
    said = " ".join(name.split())
    if not said or len(said) > _LONGEST_NAME:
        raise ArgumentError("name", expected=f"tên từ 1 đến {_LONGEST_NAME} chữ")
    if not _OFFICE.fullmatch(office):
        raise ArgumentError("--office", expected="mã cơ quan, ví dụ H26.5.12")
    for type_ in types:
        if not services.papers.knows(type_):
            raise ArgumentError("--type", expected="một loại giấy tờ trong từ vựng")
    if any(not 0 <= share <= 1 for share in targets.values()):
        raise ArgumentError("--target", expected="tỷ lệ từ 0 đến 1")
    records, now = services.store.records, services.clock()
    campaign = Campaign(
        id=campaign_id(records.namespace, said, office=office),
        name=said,
        office=office,
        types=tuple(dict.fromkeys(types)),
        targets=tuple(sorted(targets.items())),
        state=CampaignState.OPEN,
        made_at=now,
        made_by=services.settings.actor,
    )
    event = campaign_event(services, EventKind.CAMPAIGN_MADE, campaign.id, office=office)
    with services.saving():
        return records.campaigns.make(campaign, events=(event,))


def import_inventory(services: Services, campaign: Campaign, path: Path) -> tuple[int, int]:
    """Take in a list of boxes; lists may come one after the other, and a box in both has the newer count.

    Returns:
        How many boxes the list has, and how many of them are new.

    Raises:
        InputTableError: a line cannot be used; nothing is taken in.
        CampaignStateError: the campaign is closed.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputTableError(
            path.name, line=0, reason="không đọc được", cause=type(error).__name__
        ) from error
    known = {spec.type for spec in services.papers.recognisable}
    boxes = read_inventory(content, item=path.name, office=campaign.office, known_types=known)
    results = sum(box.results for box in boxes)
    event = campaign_event(
        services, EventKind.CAMPAIGN_IMPORTED, campaign.id, boxes=len(boxes), results=results
    )
    with services.saving():
        new = services.store.records.campaigns.declare(campaign.id, boxes, events=(event,))
    return len(boxes), new


def take_boxes(
    services: Services, campaign: Campaign, labels: Sequence[str], *, operator: str = ""
) -> Sequence[Box]:
    """Give boxes to an operator, the account of this call when none is named; see ``Campaigns.take``.

    Raises:
        ArgumentError: the operator is no account.
    """
    who = parse_account(operator or services.settings.actor)
    event = campaign_event(
        services, EventKind.CAMPAIGN_ASSIGNED, campaign.id, operator=who, boxes=max(1, len(labels))
    )
    with services.saving():
        return services.store.records.campaigns.take(
            campaign.id, labels=labels, operator=who, at=event.at, events=(event,)
        )


def release_boxes(services: Services, campaign: Campaign, labels: Sequence[str]) -> Sequence[Box]:
    """Free boxes for others; what is worked through stays."""
    event = campaign_event(services, EventKind.CAMPAIGN_RELEASED, campaign.id, boxes=len(labels))
    with services.saving():
        return services.store.records.campaigns.release(campaign.id, labels, events=(event,))


def set_state(services: Services, campaign: Campaign, state: CampaignState) -> Campaign:
    """Pause, resume or close; a run stops before its next file."""
    kinds = {
        CampaignState.OPEN: EventKind.CAMPAIGN_RESUMED,
        CampaignState.PAUSED: EventKind.CAMPAIGN_PAUSED,
        CampaignState.CLOSED: EventKind.CAMPAIGN_CLOSED,
    }
    event = campaign_event(services, kinds[state], campaign.id)
    with services.saving():
        services.store.records.campaigns.set_state(campaign.id, state, events=(event,))
    return services.store.records.campaigns.campaign(campaign.id)


def stand_of(services: Services, campaign: Campaign, *, days: int = PACE_DAYS) -> Stand:
    """How a campaign stands today."""
    campaigns, today = services.store.records.campaigns, services.today()
    progress = campaigns.progress(campaign.id)
    calendar = services.working_days
    found = pace(progress.by_day, today=today, calendar=calendar, days=days)
    target = campaign.target(today.year)
    wanted = target * progress.results
    to_target = max(0, -(-wanted.numerator // wanted.denominator) - progress.papers)
    to_end = max(0, progress.results - progress.papers)
    return Stand(
        campaign=campaign,
        boxes=tuple(campaigns.boxes(campaign.id)),
        progress=progress,
        year=today.year,
        target=target,
        pace=found,
        to_target=estimate(to_target, found, today=today, calendar=calendar),
        to_end=estimate(to_end, found, today=today, calendar=calendar),
    )


def campaign_event(services: Services, kind: EventKind, subject: str, **details: str | int) -> Event:
    """What the journal is told of a campaign: ids and counts, now, by the account of the settings."""
    return Event(
        kind=kind, at=services.clock(), actor=services.settings.actor, subject=subject, details=details
    )

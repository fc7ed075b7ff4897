"""How the open campaigns of some offices stand, one beside the other: for pages and tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from dossier.campaigns import BoxState, CampaignState
from flows.campaigns import Stand, stand_of
from flows.report_rows import Row
from wiring.services import Services

_MOST: Final = 50
_CENT: Final = Decimal("0.01")


def open_stands(services: Services, *, covers: Callable[[str], bool]) -> Sequence[Stand]:
    """The open campaigns of these offices, at most 50.

    Args:
        services: of this installation.
        covers: which offices are wanted.
    """
    found = [
        one
        for one in services.store.records.campaigns.campaigns()
        if one.state is CampaignState.OPEN and covers(one.office)
    ]
    return [stand_of(services, one) for one in found[:_MOST]]


def boxes_of(stand: Stand) -> tuple[int, int, int]:
    """Boxes that are done, that somebody works on, and that wait."""
    states = [box.state for box in stand.boxes]
    return states.count(BoxState.DONE), states.count(BoxState.TAKEN), states.count(BoxState.FREE)


def campaign_rows(stands: Sequence[Stand]) -> Iterator[Row]:
    """Progress, boxes, pace and days left as rows of a table."""
    for stand in stands:
        done, taken, free = boxes_of(stand)
        every, share = len(stand.boxes), stand.progress.share
        percent = None if share is None else Decimal(float(share) * 100).quantize(_CENT)
        target = Decimal(float(stand.target) * 100).quantize(_CENT)
        yield _row(stand, "digitised", stand.progress.papers, stand.progress.results, percent, target)
        for figure, boxes in (("boxes_done", done), ("boxes_taken", taken), ("boxes_free", free)):
            yield _row(stand, figure, boxes, every, None, None)
        yield _row(stand, "per_day", None, None, Decimal(stand.pace.per_day).quantize(_CENT), None)
        for figure, days in (("days_to_target", stand.to_target.days), ("days_to_end", stand.to_end.days)):
            yield _row(stand, figure, days, None, None, None)


def _row(  # noqa: PLR0913, PLR0917 - a row has these parts
    stand: Stand,
    figure: str,
    counted: int | None,
    of: int | None,
    value: Decimal | None,
    full_at: Decimal | None,
) -> Row:
    return Row(
        place="campaign",
        name=stand.campaign.office,
        figure=figure,
        name_vi=stand.campaign.name,
        name_en=stand.campaign.name,
        counted=counted,
        of=of,
        value=value,
        full_at=full_at,
    )

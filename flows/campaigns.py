"""A campaign from the inventory to the last file: one file at a time, behind the counter's own work.

Where a run stopped is in the records: which box, which file is next, which are done. The same command goes on
there, after a kill as well. A file that was killed between its papers and the note that it is done is handed
in once more, and finds the papers that are there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

from dossier.campaign_errors import CampaignStateError, CounterWaitsError
from dossier.campaigns import Box, BoxState, Campaign, CampaignState, Progress
from dossier.codes import parse_dossier_code
from dossier.documents import DocumentState, ItemState
from dossier.errors import ArgumentError, InputTableError, MotlanError, StoreBusyError
from dossier.events import Event, EventKind
from dossier.ids import BoxId, CampaignId, campaign_id
from dossier.legal_form import parse_account
from dossier.moments import VIETNAM
from flows.intake import Handed
from flows.priority import counter_waits
from rulebook.campaign_pace import PACE_DAYS, Estimate, Pace, estimate, pace
from rulebook.inventory import MOST_BYTES, read_inventory
from storage.inbox import Declaration
from storage.listing import Candidate, list_inputs
from wiring.services import Services

Ingest = Callable[[Path, Declaration], Handed]
"""Works on one file and gives way to the counter: raises CounterWaitsError when somebody there waits."""

_LONGEST_NAME: Final = 120
_OFFICE: Final = re.compile(r"[A-Z]\d{1,2}(?:\.\d{1,3}){0,4}", re.ASCII)
_PAUSE_SECONDS: Final = 0.5


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """What a run did.

    Attributes:
        box: as it stands now.
        files: worked through in this run; ``before`` were already.
        papers: that came of them.
        refused: files that could not be taken.
        gave_way: times that it stopped for the counter.
        left: files that are not done, because the run was told to stop.
    """

    box: Box
    files: int
    before: int
    papers: int
    refused: int
    gave_way: int
    left: int


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
    event = _event(services, EventKind.CAMPAIGN_MADE, campaign.id, office=office)
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
    event = _event(services, EventKind.CAMPAIGN_IMPORTED, campaign.id, boxes=len(boxes), results=results)
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
    event = _event(
        services, EventKind.CAMPAIGN_ASSIGNED, campaign.id, operator=who, boxes=max(1, len(labels))
    )
    with services.saving():
        return services.store.records.campaigns.take(
            campaign.id, labels=labels, operator=who, at=event.at, events=(event,)
        )


def box_to_run(services: Services, campaign: Campaign, folder: Path, *, label: str = "") -> Box:
    """The box that a run works on: the one named, else the one begun, else the next free one.

    A run that was killed right after its last file left the box done. The same command again must find that
    box: the next free one would be filled with files that belong to another.

    Args:
        services: of this installation.
        campaign: which.
        folder: of the files of the box.
        label: of the box; empty when none was named.

    Raises:
        CampaignUnknownError: no such box, or none is free.
        CampaignStateError: the campaign is not open.
        BoxTakenError: another operator has it, or finished it.
    """
    campaigns = services.store.records.campaigns
    mine = [box for box in campaigns.boxes(campaign.id) if box.operator == services.settings.actor]
    done = [box for box in mine if box.state is BoxState.DONE]
    if label:
        found = next((box for box in done if box.declared.label == label), None)
    elif any(box.state is BoxState.TAKEN for box in mine):
        found = None
    else:
        keys = [_key(file) for file in _files(services, folder)]
        found = next((box for box in done if keys and _all_worked(services, box, keys)), None)
    if found is not None:
        return found
    (taken,) = take_boxes(services, campaign, [label] if label else ())
    return taken


def release_boxes(services: Services, campaign: Campaign, labels: Sequence[str]) -> Sequence[Box]:
    """Free boxes for others; what is worked through stays."""
    event = _event(services, EventKind.CAMPAIGN_RELEASED, campaign.id, boxes=len(labels))
    with services.saving():
        return services.store.records.campaigns.release(campaign.id, labels, events=(event,))


def set_state(services: Services, campaign: Campaign, state: CampaignState) -> Campaign:
    """Pause, resume or close; a run stops before its next file."""
    kinds = {
        CampaignState.OPEN: EventKind.CAMPAIGN_RESUMED,
        CampaignState.PAUSED: EventKind.CAMPAIGN_PAUSED,
        CampaignState.CLOSED: EventKind.CAMPAIGN_CLOSED,
    }
    event = _event(services, kinds[state], campaign.id)
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


def run_box(  # noqa: PLR0913 - what a run is made of
    services: Services,
    campaign: Campaign,
    box: Box,
    folder: Path,
    *,
    ingest: Ingest,
    pause: Callable[[float], None],
    tell: Callable[[str, int, int], None] = lambda _name, _done, _files: None,
    most: int = 0,
) -> Worked:
    """Work through the files of a box, in the order of their names, one at a time.

    Args:
        services: of this installation.
        campaign: an open one.
        box: taken by this operator, or done by them; see ``box_to_run``.
        folder: of the files of this box, with folders inside it.
        ingest: works on one file.
        pause: waits that many seconds while the counter is served.
        tell: told the next file, how many are done, and how many there are.
        most: stop after so many files; 0 for none.

    Raises:
        CampaignStateError: the campaign was paused or closed; what is done stays.
        InputError: the folder cannot be read.
        StoreError: the store cannot go on; run it again.
    """
    campaigns = services.store.records.campaigns
    files = _files(services, folder)
    open_files = [one for one in files if not campaigns.is_worked(box.id, _key(one))]
    before = len(files) - len(open_files)

    def see(name: str) -> None:
        def work() -> None:
            services.store.records.campaigns.see(box.id, files=len(files), next_file=name)

        _when_free(services, work, pause=pause)

    done = papers = refused = gave_way = 0
    for place, file in enumerate(open_files):
        if most and done >= most:
            break
        _need_open(services, campaign.id)
        see(file.name)
        tell(file.name, before + place, len(files))
        handed, waits = _one(services, file, operator=box.operator, ingest=ingest, pause=pause)
        gave_way += waits
        count, bad = _note(services, box.id, file, handed, pause=pause)
        done, papers, refused = done + 1, papers + count, refused + bad
    left = len(open_files) - done
    following = open_files[done].name if left else ""
    see(following)
    if files and not left:
        event = _event(services, EventKind.CAMPAIGN_BOX_DONE, campaign.id, box=box.id, files=len(files))
        _when_free(
            services, lambda: services.store.records.campaigns.finish(box.id, events=(event,)), pause=pause
        )
    (now,) = (one for one in campaigns.boxes(campaign.id) if one.id == box.id)
    return Worked(
        box=now, files=done, before=before, papers=papers, refused=refused, gave_way=gave_way, left=left
    )


def _files(services: Services, folder: Path) -> list[Candidate]:
    """What can be taken of a folder, in the order in which it is."""
    found = list_inputs([folder], exclude=(services.settings.data,))
    return [one for one in found if isinstance(one, Candidate)]


def _all_worked(services: Services, box: Box, keys: Sequence[str]) -> bool:
    return all(services.store.records.campaigns.is_worked(box.id, key) for key in keys)


def _one(
    services: Services, file: Candidate, *, operator: str, ingest: Ingest, pause: Callable[[float], None]
) -> tuple[Handed, int]:
    """Work on a file until it is done, however often the counter comes first."""
    declared = Declaration(dossier=_dossier(file), operator=operator)
    waits = 0
    while True:
        while counter_waits(services):
            pause(_PAUSE_SECONDS)
        try:
            return ingest(file.path, declared), waits
        except StoreBusyError as error:
            # The counter, or another operator's run: both are done at some time.
            waits += isinstance(error, CounterWaitsError)
            pause(_PAUSE_SECONDS)


def _when_free(services: Services, work: Callable[[], None], *, pause: Callable[[float], None]) -> None:
    """Save something short, however long somebody else has the store."""
    while True:
        while counter_waits(services):
            pause(_PAUSE_SECONDS)
        try:
            with services.saving():
                return work()
        except StoreBusyError:
            pause(_PAUSE_SECONDS)


def _note(
    services: Services, box: BoxId, file: Candidate, handed: Handed, *, pause: Callable[[float], None]
) -> tuple[int, int]:
    """Enter what came of a file: how many papers, and whether it was refused."""
    records = services.store.records
    documents = [paper for item in handed.items for paper in records.documents_of_item(item)]
    codes = [row.code for row in handed.refused]
    codes += [
        found.error_code
        for item in handed.items
        if (found := records.item(item)).state is ItemState.QUARANTINED
    ]
    code = "refused" if codes else ""
    day = services.clock().astimezone(VIETNAM).date()

    def work() -> None:
        # Refused ones too, which count from the moment that a person overrules it.
        ids = [paper.id for paper in documents]
        services.store.records.campaigns.worked(box, _key(file), ids, day=day, error_code=code)

    _when_free(services, work, pause=pause)
    return sum(paper.state is not DocumentState.REFUSED for paper in documents), int(bool(codes))


def _need_open(services: Services, campaign: CampaignId) -> None:
    now = services.store.records.campaigns.campaign(campaign)
    if now.state is not CampaignState.OPEN:
        raise CampaignStateError(now.name)


def _key(file: Candidate) -> str:
    """A file by its name in the folder and its size: one that was scanned again is another."""
    try:
        size = file.path.stat().st_size
    except OSError:
        size = 0
    return f"{file.name}/{size}"


def _dossier(file: Candidate) -> str:
    """The dossier that a file name, or a folder on the way, is called by; empty without one."""
    for part in (Path(file.name).stem, *reversed(Path(file.name).parts[:-1])):
        try:
            return str(parse_dossier_code(part))
        except MotlanError:
            continue
    return ""


def _event(services: Services, kind: EventKind, subject: str, **details: str | int) -> Event:
    return Event(
        kind=kind, at=services.clock(), actor=services.settings.actor, subject=subject, details=details
    )

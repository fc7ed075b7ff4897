"""A run of a campaign: the files of one box, one at a time, behind the counter's own work.

Where a run stopped is in the records: which box, which file is next, which are done. The same command goes on
there, after a kill as well. A file that was killed between its papers and the note that it is done is handed
in once more, and finds the papers that are there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dossier.campaign_errors import CampaignStateError, CounterWaitsError
from dossier.campaigns import Box, BoxState, Campaign, CampaignState
from dossier.codes import parse_dossier_code
from dossier.documents import DocumentState, ItemState
from dossier.errors import MotlanError, StoreBusyError
from dossier.events import EventKind
from dossier.ids import BoxId, CampaignId
from dossier.moments import VIETNAM
from flows.campaigns import campaign_event, take_boxes
from flows.intake import Handed
from flows.priority import counter_waits
from storage.inbox import Declaration
from storage.listing import Candidate, Refused, SkipReason, list_inputs
from wiring.services import Services

Ingest = Callable[[Path, Declaration], Handed]
"""Works on one file and gives way to the counter: raises CounterWaitsError when somebody there waits."""

_PAUSE_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something in the folder of a box that was not taken.

    Attributes:
        name: within the folder.
        code: of the error, or of the reason why it is no scan.
        unread: nobody knows what it holds, so the box cannot be done.
    """

    name: str
    code: str
    unread: bool


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
        left_out: what lies in the folder and was not taken, files of the system apart.
    """

    box: Box
    files: int
    before: int
    papers: int
    refused: int
    gave_way: int
    left: int
    left_out: tuple[LeftOut, ...]


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
    elif not done or any(box.state is BoxState.TAKEN for box in mine):
        # The folder may be large and far away: it is looked through only where it decides.
        found = None
    else:
        keys = [_key(file) for file in _listed(services, folder)[0]]
        found = next((box for box in done if keys and _all_worked(services, box, keys)), None)
    if found is not None:
        return found
    (taken,) = take_boxes(services, campaign, [label] if label else ())
    return taken


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
        StoreError: the store cannot go on; run it again.
    """
    campaigns = services.store.records.campaigns
    files, left_out = _listed(services, folder)
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
    unread = sum(one.unread for one in left_out)
    if files and not left and not unread:
        event = campaign_event(
            services, EventKind.CAMPAIGN_BOX_DONE, campaign.id, box=box.id, files=len(files)
        )
        _when_free(
            services, lambda: services.store.records.campaigns.finish(box.id, events=(event,)), pause=pause
        )
    (now,) = (one for one in campaigns.boxes(campaign.id) if one.id == box.id)
    return Worked(
        box=now,
        files=done,
        before=before,
        papers=papers,
        refused=refused + unread,
        gave_way=gave_way,
        left=left,
        left_out=left_out,
    )


def _listed(services: Services, folder: Path) -> tuple[list[Candidate], tuple[LeftOut, ...]]:
    """What can be taken of a folder, in order, and what cannot."""
    files: list[Candidate] = []
    left_out: list[LeftOut] = []
    for one in list_inputs([folder], exclude=(services.settings.data,)):
        if isinstance(one, Candidate):
            files.append(one)
        elif isinstance(one, Refused):
            left_out.append(LeftOut(one.name, one.error.code, unread=True))
        elif one.reason is not SkipReason.SYSTEM_FILE:
            left_out.append(LeftOut(one.name, one.reason.value, unread=False))
    return files, tuple(left_out)


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

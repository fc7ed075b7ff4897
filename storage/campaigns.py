"""Campaigns in SQL; see ``dossier.campaigns.Campaigns``.

What people wrote themselves (names of campaigns, labels of boxes, names of files) is sealed. A box changes
hands in a writing transaction, and writers take turns, so nobody gets a box that another one has just got.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Row, func, insert, select, update

from dossier.campaign_errors import BoxTakenError, CampaignStateError, CampaignUnknownError
from dossier.campaigns import (
    Box,
    BoxState,
    Campaign,
    CampaignState,
    DeclaredBox,
    Progress,
)
from dossier.documents import DocumentState
from dossier.events import Event
from dossier.ids import BoxId, CampaignId, DocumentId, box_id
from dossier.moments import VIETNAM
from storage.bodies import moment_from_text, moment_to_text
from storage.campaign_tables import campaign_boxes, campaign_files, campaign_papers, campaigns
from storage.database import Database
from storage.schema import documents
from storage.vault import vault_of
from storage.writing import Writing

_Key = TypeVar("_Key")

_NOT_COUNTED: Final = (
    DocumentState.REFUSED.value,
    DocumentState.DESTROYED.value,
    DocumentState.DISSOLVED.value,
)
_BOXES: Final = select(campaign_boxes).order_by(campaign_boxes.c.campaign_id, campaign_boxes.c.position)


def campaign_name_place(row: str) -> str:
    """What the name of a campaign is bound to."""
    return f"campaigns/{row}/name"


def label_place(row: str) -> str:
    """What the label of a box is bound to."""
    return f"campaign_boxes/{row}/label"


def next_file_place(row: str) -> str:
    """What the name of the next file of a box is bound to."""
    return f"campaign_boxes/{row}/next_file"


class SqlCampaigns:
    """``dossier.campaigns.Campaigns`` on SQLAlchemy. Safe for threads."""

    def __init__(
        self,
        database: Database,
        *,
        writing: Callable[[], AbstractContextManager[Writing]],
        namespace: uuid.UUID,
    ) -> None:
        """Use an open database; ``writing`` opens a transaction that may add to the journal."""
        self._database = database
        self._writing = writing
        self._namespace = namespace

    def make(self, campaign: Campaign, *, events: Sequence[Event]) -> Campaign:
        """See ``Campaigns``."""
        with self._writing() as writing:
            connection = writing.connection
            known = connection.execute(select(campaigns).where(campaigns.c.id == campaign.id)).first()
            if known is not None:
                return _campaign(connection, known)
            vault = vault_of(connection)
            connection.execute(
                insert(campaigns).values(
                    id=campaign.id,
                    name=vault.seal(campaign.name, place=campaign_name_place(campaign.id)),
                    office=campaign.office,
                    types=json.dumps(campaign.types),
                    targets=json.dumps({str(year): str(share) for year, share in campaign.targets}),
                    state=campaign.state.value,
                    made_at=moment_to_text(campaign.made_at),
                    made_by=campaign.made_by,
                )
            )
            writing.add(events)
            return campaign

    def campaigns(self) -> Sequence[Campaign]:
        """See ``Campaigns``."""
        with self._database.reading() as connection:
            rows = connection.execute(select(campaigns).order_by(campaigns.c.made_at, campaigns.c.id))
            return [_campaign(connection, row) for row in rows]

    def campaign(self, name: str) -> Campaign:
        """See ``Campaigns``."""
        found = [one for one in self.campaigns() if name in (one.id, one.name)]
        if len(found) != 1:
            raise CampaignUnknownError(name)
        return found[0]

    def set_state(self, campaign: CampaignId, state: CampaignState, *, events: Sequence[Event]) -> None:
        """See ``Campaigns``."""
        with self._writing() as writing:
            before = _state(writing.connection, campaign)
            if before is state:
                return
            if before is CampaignState.CLOSED:
                raise CampaignStateError(campaign)
            changed = update(campaigns).where(campaigns.c.id == campaign).values(state=state.value)
            writing.connection.execute(changed)
            writing.add(events)

    def declare(self, campaign: CampaignId, boxes: Sequence[DeclaredBox], *, events: Sequence[Event]) -> int:
        """See ``Campaigns``."""
        with self._writing() as writing:
            connection = writing.connection
            if _state(connection, campaign) is CampaignState.CLOSED:
                raise CampaignStateError(campaign)
            own = campaign_boxes.c.campaign_id == campaign
            known = set(connection.execute(select(campaign_boxes.c.id).where(own)).scalars())
            last = connection.execute(select(func.max(campaign_boxes.c.position)).where(own)).scalar() or 0
            new = []
            for declared in boxes:
                box = box_id(self._namespace, campaign, declared.label)
                counted = _counted(declared)
                if box in known:
                    same = campaign_boxes.c.id == box
                    connection.execute(update(campaign_boxes).where(same).values(**counted))
                    continue
                known.add(box)
                last += 1
                new.append(_new_row(connection, campaign, box, declared, position=last) | counted)
            if new:
                connection.execute(insert(campaign_boxes), new)
            writing.add(events)
            return len(new)

    def boxes(self, campaign: CampaignId) -> Sequence[Box]:
        """See ``Campaigns``."""
        with self._database.reading() as connection:
            return _boxes(connection, campaign)

    def take(
        self,
        campaign: CampaignId,
        *,
        labels: Sequence[str],
        operator: str,
        at: datetime,
        events: Sequence[Event],
    ) -> Sequence[Box]:
        """See ``Campaigns``."""
        with self._writing() as writing:
            connection = writing.connection
            if _state(connection, campaign) is not CampaignState.OPEN:
                raise CampaignStateError(campaign)
            wanted = self._wanted(connection, campaign, labels, operator)
            for box in wanted:
                mine = box.state is BoxState.TAKEN and box.operator == operator
                if box.state is not BoxState.FREE and not mine:
                    raise BoxTakenError(box.declared.label, operator=box.operator)
            fresh = [box.id for box in wanted if box.state is BoxState.FREE]
            taken = {"state": BoxState.TAKEN.value, "operator": operator, "since": moment_to_text(at)}
            connection.execute(update(campaign_boxes).where(campaign_boxes.c.id.in_(fresh)).values(**taken))
            if fresh:
                writing.add(events)
            ids = {box.id for box in wanted}
            return [box for box in _boxes(connection, campaign) if box.id in ids]

    def release(
        self, campaign: CampaignId, labels: Sequence[str], *, events: Sequence[Event]
    ) -> Sequence[Box]:
        """See ``Campaigns``."""
        with self._writing() as writing:
            connection = writing.connection
            wanted = self._wanted(connection, campaign, labels, "")
            ids = [box.id for box in wanted if box.state is BoxState.TAKEN]
            freed = {"state": BoxState.FREE.value, "operator": "", "since": ""}
            connection.execute(update(campaign_boxes).where(campaign_boxes.c.id.in_(ids)).values(**freed))
            if ids:
                writing.add(events)
            return [box for box in _boxes(connection, campaign) if box.id in {one.id for one in wanted}]

    def see(self, box: BoxId, *, files: int, next_file: str) -> None:
        """See ``Campaigns``."""
        with self._writing() as writing:
            sealed = vault_of(writing.connection).seal(next_file, place=next_file_place(box))
            values = {"files": files, "next_file": sealed}
            changed = update(campaign_boxes).where(campaign_boxes.c.id == box).values(**values)
            writing.connection.execute(changed)

    def is_worked(self, box: BoxId, file: str) -> bool:
        """See ``Campaigns``."""
        with self._database.reading() as connection:
            return _is_worked(connection, box, file)

    def worked(
        self, box: BoxId, file: str, documents_: Sequence[DocumentId], *, day: date, error_code: str = ""
    ) -> None:
        """See ``Campaigns``."""
        with self._writing() as writing:
            connection = writing.connection
            if _is_worked(connection, box, file):
                return
            row = {"box_id": box, "file_ref": _file_ref(connection, file), "day": day.isoformat()}
            connection.execute(insert(campaign_files).values(**row, error_code=error_code))
            wanted = select(documents.c.serial).where(documents.c.id.in_(documents_))
            serials = set(connection.execute(wanted).scalars())
            # A paper whose very bytes lie in two boxes is one paper.
            known = select(campaign_papers.c.document_serial).where(
                campaign_papers.c.document_serial.in_(serials)
            )
            serials -= set(connection.execute(known).scalars())
            if serials:
                rows = [
                    {"document_serial": serial, "box_id": box, "day": day.isoformat()} for serial in serials
                ]
                connection.execute(insert(campaign_papers), rows)

    def finish(self, box: BoxId, *, events: Sequence[Event]) -> None:
        """See ``Campaigns``."""
        with self._writing() as writing:
            connection = writing.connection
            same = campaign_boxes.c.id == box
            state = connection.execute(select(campaign_boxes.c.state).where(same)).scalar_one()
            if state == BoxState.DONE.value:
                return
            connection.execute(update(campaign_boxes).where(same).values(state=BoxState.DONE.value))
            writing.add(events)

    def progress(self, campaign: CampaignId) -> Progress:
        """See ``Campaigns``."""
        with self._database.reading() as connection:
            boxes = _boxes(connection, campaign)
            papers = list(connection.execute(_papers_of(campaign)))
            return _progress(boxes, papers)

    def _wanted(
        self, connection: Connection, campaign: CampaignId, labels: Sequence[str], operator: str
    ) -> Sequence[Box]:
        boxes = _boxes(connection, campaign)
        if not labels:
            own = [box for box in boxes if box.state is BoxState.TAKEN and box.operator == operator]
            free = [box for box in boxes if box.state is BoxState.FREE]
            if not own and not free:
                raise CampaignUnknownError(campaign)
            return (own or free)[:1]
        by_label = {box.declared.label: box for box in boxes}
        for label in labels:
            if label not in by_label:
                raise CampaignUnknownError(label)
        return [by_label[label] for label in dict.fromkeys(labels)]


def _counted(declared: DeclaredBox) -> dict[str, object]:
    return {
        "office": declared.office,
        "year": declared.year,
        "type": declared.type,
        "results": declared.results,
    }


def _new_row(
    connection: Connection, campaign: CampaignId, box: BoxId, declared: DeclaredBox, *, position: int
) -> dict[str, object]:
    vault = vault_of(connection)
    return {
        "id": box,
        "campaign_id": campaign,
        "position": position,
        "label": vault.seal(declared.label, place=label_place(box)),
        "state": BoxState.FREE.value,
        "operator": "",
        "since": "",
        "files": 0,
        "next_file": vault.seal("", place=next_file_place(box)),
    }


def _campaign(connection: Connection, row: Row[Any]) -> Campaign:
    targets = json.loads(row.targets)
    return Campaign(
        id=CampaignId(row.id),
        name=vault_of(connection).unseal(row.name, place=campaign_name_place(row.id)),
        office=row.office,
        types=tuple(json.loads(row.types)),
        targets=tuple((int(year), Fraction(targets[year])) for year in sorted(targets)),
        state=CampaignState(row.state),
        made_at=moment_from_text(row.made_at),
        made_by=row.made_by,
    )


def _state(connection: Connection, campaign: CampaignId) -> CampaignState:
    state = connection.execute(select(campaigns.c.state).where(campaigns.c.id == campaign)).scalar()
    if state is None:
        raise CampaignUnknownError(campaign)
    return CampaignState(state)


def _boxes(connection: Connection, campaign: CampaignId) -> list[Box]:
    vault = vault_of(connection)
    own = campaign_boxes.c.campaign_id == campaign
    done = _by_box(connection, campaign_files.c.box_id, campaign)
    papers = _by_box(connection, campaign_papers.c.box_id, campaign)
    return [
        Box(
            id=BoxId(row.id),
            declared=DeclaredBox(
                label=vault.unseal(row.label, place=label_place(row.id)),
                office=row.office,
                year=row.year,
                type=row.type,
                results=row.results,
            ),
            state=BoxState(row.state),
            operator=row.operator,
            files=row.files,
            done=done[row.id],
            next_file=vault.unseal(row.next_file, place=next_file_place(row.id)),
            papers=papers[row.id],
        )
        for row in connection.execute(_BOXES.where(own))
    ]


def _by_box(connection: Connection, column: Any, campaign: CampaignId) -> Counter[str]:
    own = select(campaign_boxes.c.id).where(campaign_boxes.c.campaign_id == campaign)
    counted = (
        select(column.label("box"), func.count().label("papers")).where(column.in_(own)).group_by(column)
    )
    return Counter({row.box: row.papers for row in connection.execute(counted)})


def follow(connection: Connection, serial: int, *, like: int, at: datetime) -> None:
    """A paper made of pages of another one came out of the box of that one; known already, nothing is done.

    Args:
        connection: in a writing transaction.
        serial: row of the new paper.
        like: row of the paper that its pages were in.
        at: when it was made.
    """
    known = select(campaign_papers.c.document_serial).where(campaign_papers.c.document_serial == serial)
    box = connection.execute(
        select(campaign_papers.c.box_id).where(campaign_papers.c.document_serial == like)
    ).scalar_one_or_none()
    if box is None or connection.execute(known).first() is not None:
        return
    day = at.astimezone(VIETNAM).date().isoformat()
    connection.execute(insert(campaign_papers).values(document_serial=serial, box_id=box, day=day))


def _papers_of(campaign: CampaignId) -> Any:
    """Papers of a campaign by box, type and day."""
    return (
        select(
            campaign_papers.c.box_id.label("box"),
            documents.c.type.label("type"),
            campaign_papers.c.day.label("day"),
            func.count().label("papers"),
        )
        .join(documents, documents.c.serial == campaign_papers.c.document_serial)
        .join(campaign_boxes, campaign_boxes.c.id == campaign_papers.c.box_id)
        .where(
            campaign_boxes.c.campaign_id == campaign,
            # Refused after it was counted, by what a person said of its form; destroyed; or part of others.
            documents.c.state.not_in(_NOT_COUNTED),
        )
        .group_by(campaign_papers.c.box_id, documents.c.type, campaign_papers.c.day)
    )


def _progress(boxes: Sequence[Box], papers: Sequence[Row[Any]]) -> Progress:
    by_id = {box.id: box for box in boxes}
    owned = [(by_id[BoxId(row.box)], row) for row in papers]
    declared = [(box.declared, box.declared.results) for box in boxes]
    return Progress(
        results=sum(count for _, count in declared),
        papers=sum(row.papers for row in papers),
        by_day=_summed((date.fromisoformat(row.day), row.papers) for row in papers),
        by_year=_both(
            _summed((one.year, count) for one, count in declared),
            _summed((box.declared.year, row.papers) for box, row in owned),
        ),
        by_office=_both(
            _summed((one.office, count) for one, count in declared),
            _summed((box.declared.office, row.papers) for box, row in owned),
        ),
        by_type=_both(
            _summed((one.type, count) for one, count in declared),
            _summed((row.type, row.papers) for row in papers),
        ),
        by_operator=_summed((box.operator, row.papers) for box, row in owned if box.operator),
    )


def _summed(pairs: Iterable[tuple[_Key, int]]) -> dict[_Key, int]:
    sums: dict[_Key, int] = {}
    for key, count in pairs:
        sums[key] = sums.get(key, 0) + count
    return sums


def _both(declared: dict[_Key, int], done: dict[_Key, int]) -> dict[_Key, tuple[int, int]]:
    keys = sorted({*declared, *done}, key=str)
    return {key: (declared.get(key, 0), done.get(key, 0)) for key in keys}


def _is_worked(connection: Connection, box: BoxId, file: str) -> bool:
    reference = _file_ref(connection, file)
    wanted = select(campaign_files.c.box_id).where(
        campaign_files.c.box_id == box, campaign_files.c.file_ref == reference
    )
    return connection.execute(wanted).first() is not None


def _file_ref(connection: Connection, file: str) -> str:
    return vault_of(connection).reference("campaign file", file)

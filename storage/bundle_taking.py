"""Records of a desk folded into those of a centre, line by line, each line once however often it comes.

Every rule here gives the same whatever came first: ids follow from what a record is about, states only go
forward, the earlier registration counts, the later telling counts, and a no beats a yes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select, update

from dossier.bundles import Question, QuestionKind
from dossier.documents import Batch, Item, ItemState
from dossier.events import Event
from dossier.ids import DocumentId, Sha256, batch_id, document_id, item_id, link_id, owner_id
from dossier.keeping import Act, KeepingAct
from dossier.owners import LinkAction, OwnerLink
from dossier.totals import Count
from storage import batches as batch_rows
from storage import keeping_acts, lock_rows, owner_rows
from storage.applicants import follow_links
from storage.bodies import canonical_json, document_from_text, moment_from_text, moment_to_text
from storage.bundle_counter import take_same_answer, take_unnumbered
from storage.bundle_desks import ask
from storage.bundle_dossiers import take_declared, take_dossier, take_grant, take_told
from storage.bundle_ids import Names
from storage.bundle_papers import Fold, take_paper, version_here
from storage.dossier_counts import recount
from storage.named import named_anew
from storage.owner_rows import UNNAMED, record_of
from storage.owners import link_event
from storage.schema import batch_items, batches, items, owner_links, steps
from storage.vault import vault_of

Line = Mapping[str, Any]

_FORWARD: Final = (ItemState.RECEIVED, ItemState.QUARANTINED, ItemState.READ, ItemState.DONE)
_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_VERSIONED: Final = re.compile(rf"{_ID.pattern}-\d+$", re.ASCII)
_SHORT: Final = 8
_HOLDS: Final = (Act.HOLD_ADDED, Act.HOLD_LIFTED)
_NO: Final = (LinkAction.REFUSE, LinkAction.UNLINK)
_PERSON: Final = "person"
_APART: Final = "merge.people_differ"


class Taker:
    """Takes the records of one desk within one writing transaction."""

    def __init__(self, connection: Connection, fold: Fold) -> None:
        self._connection = connection
        self._fold = fold
        self._names = Names(connection, fold.desk)
        self.events: list[Event] = []
        self._take: Mapping[str, Callable[[Line], None]] = {
            "number": self._number,
            "unnumbered": lambda line: take_unnumbered(connection, fold, line),
            "batch": self._batch,
            "item": self._item,
            "document": self._document,
            "destroyed": self._destroyed,
            "same": lambda line: take_same_answer(connection, fold, line, self._names),
            "step": self._step,
            "acts": self._acts,
            "decision": self._decision,
            "dossier": lambda line: take_dossier(connection, line),
            "told": lambda line: take_told(connection, line, self._names),
            "declared": lambda line: take_declared(connection, line, self._names),
            "grant": lambda line: take_grant(connection, line, self._names),
        }

    def take(self, line: Line) -> None:
        """Fold one record; one that is known changes nothing.

        Raises:
            KeyError, TypeError, ValueError: the line is none of ours.
        """
        self._take[line["kind"]](line)

    def _number(self, line: Line) -> None:
        number = str(line["number"])
        if line["owner"]:
            self._names.learn(line["owner"], owner_id(self._fold.namespace, number))
        self._names.learn(line["ref"], self._fold.reference(number))

    def _batch(self, line: Line) -> None:
        namespace, dossier = self._fold.namespace, str(line["dossier"])
        ids = {
            each["id"]: item_id(namespace, Sha256(each["sha256"]), dossier=dossier) for each in line["items"]
        }
        batch = Batch(
            id=batch_id(namespace, ids.values(), dossier=dossier),
            received_at=moment_from_text(line["received_at"]),
            dossier=dossier,
            procedure=str(line["procedure"]),
            owner=str(line["owner"]),
        )
        members = [
            Item(
                id=ids[each["id"]],
                batch=batch.id,
                order=order,
                sha256=Sha256(each["sha256"]),
                size=int(each["size"]),
                name=str(each["name"]),
                origin=batch_rows.origin_from_list(each["origin"]),
            )
            for order, each in enumerate(line["items"], start=1)
            if not each["gone"]
        ]
        for theirs, ours in ids.items():
            self._names.learn(theirs, ours)
        self._names.learn(line["id"], batch.id)
        counts = self._counts(batch)
        batch_rows.save_batch(self._connection, batch, members=members)
        if counts:
            self._rewrite(batch, members)
            papers, pages = line["declared"]
            batch_rows.save_declared_count(self._connection, batch.id, Count(int(papers), int(pages)))
        for member in members:
            self._place(member, counts=counts)

    def _counts(self, batch: Batch) -> bool:
        """Whether this is what counts of a batch: there is none yet, or it was received later."""
        known = select(batches.c.id).where(batches.c.id == batch.id)
        if self._connection.execute(known).first() is None:
            return True
        before = batch_rows.load_batch(self._connection, batch.id)
        return _told_of(batch) <= _told_of(before)

    def _rewrite(self, batch: Batch, members: list[Item]) -> None:
        sealed = vault_of(self._connection).seal(batch.owner, place=batch_rows.owner_place(batch.id))
        self._connection.execute(
            update(batches)
            .where(batches.c.id == batch.id)
            .values(received_at=moment_to_text(batch.received_at), procedure=batch.procedure, owner=sealed)
        )
        for member in members:
            self._connection.execute(
                update(batch_items)
                .where(batch_items.c.batch_id == batch.id, batch_items.c.item_id == member.id)
                .values(position=member.order)
            )

    def _place(self, member: Item, *, counts: bool) -> None:
        """A file belongs to the batch it was handed in with first, with the name and origin it had there."""
        first = self._connection.execute(
            select(batch_items.c.batch_id, batch_items.c.position)
            .join(batches, batches.c.id == batch_items.c.batch_id)
            .where(batch_items.c.item_id == member.id)
            .order_by(batches.c.received_at, batches.c.id)
            .limit(1)
        ).one()
        if first.batch_id != member.batch or not counts:
            return
        name = vault_of(self._connection).seal(member.name, place=batch_rows.name_place(member.id))
        self._connection.execute(
            update(items)
            .where(items.c.id == member.id)
            .values(batch_id=first.batch_id, position=first.position, name=name)
        )
        batch_rows.replace_origin(self._connection, member.id, member.origin)

    def _item(self, line: Line) -> None:
        ours = self._names.ours(line["id"])
        row = self._connection.execute(select(items).where(items.c.id == ours)).first()
        if row is None:
            # Its bytes were destroyed at the desk before they came here.
            return
        told = (_forward(line["state"]), int(line["pages"]), str(line["error_code"]))
        if told <= (_forward(row.state), row.pages, row.error_code):
            return
        self._connection.execute(
            update(items)
            .where(items.c.id == ours)
            .values(state=ItemState(line["state"]).value, pages=told[1], error_code=told[2])
        )

    def _document(self, line: Line) -> None:
        versions = [document_from_text(text) for text in line["versions"]]
        item = item_id(self._fold.namespace, Sha256(line["sha256"]), dossier=str(line["dossier"]))
        if self._connection.execute(select(items.c.id).where(items.c.id == item)).first() is None:
            raise KeyError(item)
        ours = document_id(self._fold.namespace, item, pages=versions[0].pages)
        self._names.learn(line["id"], ours)
        self.events += take_paper(self._connection, self._fold, ours, item, versions)

    def _destroyed(self, line: Line) -> None:
        """What a desk decided about its copy is for the centre to decide about its own."""
        ours = self._names.ours(line["id"])
        if ours != line["id"]:
            ask(self._connection, Question(kind=QuestionKind.DESTROYED, subject=ours, differs=("desk",)))

    def _step(self, line: Line) -> None:
        """Results of steps; two desks that read one file have two, of which the smaller hash counts."""
        key, result = str(line["key"]), Sha256(line["sha256"])
        renamed = _ID.sub(lambda found: self._names.ours(found[0]), key)
        if _VERSIONED.search(key):
            # Versions are counted anew here, so their names would meet those of other versions.
            self._keep_step(f"{renamed}@{self._fold.desk[:_SHORT]}", result)
            return
        before = batch_rows.load_step(self._connection, renamed)
        if before is None or before == result:
            self._keep_step(renamed, result)
            return
        smaller, larger = sorted((before, result))
        self._connection.execute(update(steps).where(steps.c.key == renamed).values(sha256=smaller))
        named_anew(self._connection, smaller)
        self._keep_step(f"{renamed}@{larger[:_SHORT]}", Sha256(larger))

    def _keep_step(self, key: str, result: Sha256) -> None:
        if batch_rows.load_step(self._connection, key) is None:
            batch_rows.save_step(self._connection, key, result=result)

    def _acts(self, line: Line) -> None:
        """Acts that are not known of a case; that of a file, paper or batch may have acts of many desks."""
        case = self._names.ours(line["case"])
        before = keeping_acts.load(self._connection, case=case)
        count, known = len(before), {_act_of(act) for act in before}
        for act, target, at, actor, details in line["acts"]:
            made = KeepingAct(
                case=case,
                act=Act(act),
                target=self._names.ours(target),
                at=moment_from_text(at),
                actor=str(actor),
                details={name: self._said(name, str(value)) for name, value in details.items()},
            )
            made = self._with_version(made, target)
            if _act_of(made) in known:
                continue
            keeping_acts.append(self._connection, made, seen=count)
            count += 1
            if made.act in _HOLDS:
                lock_rows.pend_target(self._connection, made.target, at=made.at)
            if made.act is Act.ASKING_INSISTED:
                recount(self._connection, [made.target])

    def _said(self, name: str, value: str) -> str:
        """A detail of an act, with what the people and records that it names are called here."""
        return self._names.ours(value) if name == _PERSON else self._rename(value)

    def _with_version(self, act: KeepingAct, theirs: str) -> KeepingAct:
        """Versions of papers are counted anew here, so a correction names the one that it is here."""
        if act.act is not Act.CORRECTION_APPLIED or act.target == theirs:
            return act
        version = version_here(
            self._connection, DocumentId(act.target), self._fold.desk, int(act.details["version"])
        )
        return replace(act, details={**act.details, "version": str(version)}) if version else act

    def _decision(self, line: Line) -> None:
        """What a person decided about two owners. A no beats a yes, whoever said it first."""
        left, right = (record_of(self._connection, line[side]) for side in ("left", "right"))
        if left is None or right is None:
            return
        is_yes, at = line["action"] == LinkAction.LINK.value, moment_from_text(line["at"])
        entries = self._between(left, right)
        yes = [one for one in entries if one.action is LinkAction.LINK and one.document is None]
        no = [one for one in entries if one.action in _NO]
        if any(one.at == at for one in (yes if is_yes else no)):
            return
        made = self._enter(
            OwnerLink(
                id=UNNAMED,
                order=0,
                # What it undid there need not be linked here: that they are two is what it says.
                action=LinkAction.LINK if is_yes else LinkAction.REFUSE,
                left=left,
                right=right,
                at=at,
                actor=str(line["actor"]),
                because=tuple(self._rename(line["because"]).split()),
            )
        )
        self._names.learn(line["id"], made.id)
        if is_yes and no:
            self._undo(made)
        for linked in () if is_yes else _active(entries):
            self._undo(linked)
        if no if is_yes else yes:
            subject = link_id(self._fold.namespace, left, right, turn=1)
            ask(self._connection, Question(kind=QuestionKind.OWNER, subject=subject, differs=("people",)))

    def _rename(self, because: str) -> str:
        return _ID.sub(lambda found: self._names.ours(found[0]), because)

    def _between(self, left: str, right: str) -> list[OwnerLink]:
        pair = sorted((left, right))
        query = select(owner_links.c.id).where(
            owner_links.c.left_owner.in_(pair), owner_links.c.right_owner.in_(pair)
        )
        found = self._connection.execute(query.order_by(owner_links.c.serial)).scalars().all()
        return [owner_rows.entry_of(self._connection, each) for each in found]

    def _enter(self, entry: OwnerLink) -> OwnerLink:
        made = owner_rows.append(self._connection, entry, namespace=self._fold.namespace)
        follow_links(self._connection, (made.left, made.right))
        return made

    def _undo(self, link: OwnerLink) -> None:
        undone = OwnerLink(
            id=UNNAMED,
            order=0,
            action=LinkAction.UNLINK,
            left=link.left,
            right=link.right,
            at=self._fold.at,
            actor=self._fold.actor,
            because=(_APART,),
            undoes=link.id,
        )
        made = self._enter(undone)
        self.events.append(link_event(self._connection, made, reference=self._fold.reference))


def _act_of(act: KeepingAct) -> str:
    """What makes two acts of a case the same one; which number a version has, it has here alone."""
    said = {name: value for name, value in act.details.items() if name != "version"}
    return canonical_json([act.act.value, act.target, moment_to_text(act.at), act.actor, said])


def _active(entries: list[OwnerLink]) -> list[OwnerLink]:
    undone = {entry.undoes for entry in entries}
    return [one for one in entries if one.action is LinkAction.LINK and one.id not in undone]


def _forward(state: str) -> int:
    return _FORWARD.index(ItemState(state))


def _told_of(batch: Batch) -> tuple[datetime, str]:
    return batch.received_at, canonical_json([batch.procedure, batch.owner])

"""Corrections of filed papers: a new version of the record, by an officer, for a reason that stays.

The signed file is never touched and the old version stays. Issuing a corrected result anew is a procedure of
its own; here the record says what is right, and why the officer may say so (Law 91/2025/QH15 Article 4: the
right to have wrong data put right).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from dossier.keeping import Act, KeepingAct

LEAST_WORDS: Final = 10
"""Characters that a written reason has at least."""
MOST_WORDS: Final = 1000


class CorrectionGround(StrEnum):
    """Why the record of a filed paper is wrong."""

    MISREAD = "misread"
    """The paper says it rightly; it was read or typed wrongly."""
    PAPER_WRONG = "paper_wrong"
    """The paper itself is wrong; the words name the decision or the data that proves it."""
    OWNER = "owner"
    """It is another person's paper."""


class CorrectionState(StrEnum):
    """Where a correction stands."""

    PROPOSED = "proposed"
    """Waits for a second person; the record is as it was."""
    APPLIED = "applied"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One correction of one filed paper.

    Attributes:
        id: of the case.
        document: the paper.
        state: where it stands.
        ground: why, by code.
        words: why, in words; they stay in the records.
        request: id of the data subject's request it answers; empty when an officer found the mistake.
        values: what is right, by field name, as typed; empty values remove a field. Personal data.
        type_: the right paper type, empty to keep it.
        owner: identity number of the right owner, empty to keep. Personal data.
        confirmed: whoever made it looked at what seems to contradict, and it is right.
        maker, made_at: who proposed or made it, and when (aware).
        decider, decided_at: who applied or rejected it; the maker where no second person is wanted. Empty
            while it is proposed.
        version: of the record that it made; 0 until applied.
    """

    id: str
    document: str
    state: CorrectionState
    ground: CorrectionGround
    words: str = field(repr=False)
    request: str
    values: Mapping[str, str] = field(repr=False)
    type_: str
    owner: str = field(repr=False)
    confirmed: bool
    maker: str
    made_at: datetime
    decider: str = ""
    decided_at: datetime | None = None
    version: int = 0


def details_of(correction: Correction) -> Mapping[str, str]:
    """What the first act of a correction keeps, sealed with it."""
    return {
        "ground": correction.ground.value,
        "words": correction.words,
        "request": correction.request,
        "values": json.dumps(dict(correction.values), ensure_ascii=False, sort_keys=True),
        "type": correction.type_,
        "owner": correction.owner,
        "confirmed": "1" if correction.confirmed else "",
    }


def correction_of(acts: Sequence[KeepingAct]) -> Correction:
    """The correction that these acts make, all of one case and in order."""
    first, last = acts[0], acts[-1]
    told = first.details
    states = {
        Act.CORRECTION_PROPOSED: CorrectionState.PROPOSED,
        Act.CORRECTION_APPLIED: CorrectionState.APPLIED,
        Act.CORRECTION_REJECTED: CorrectionState.REJECTED,
    }
    state = states[last.act]
    decided = state is not CorrectionState.PROPOSED
    return Correction(
        id=first.case,
        document=first.target,
        state=state,
        ground=CorrectionGround(told["ground"]),
        words=told["words"],
        request=told["request"],
        values=json.loads(told["values"]),
        type_=told["type"],
        owner=told["owner"],
        confirmed=bool(told["confirmed"]),
        maker=first.actor,
        made_at=first.at,
        decider=last.actor if decided else "",
        decided_at=last.at if decided else None,
        version=int(last.details["version"]) if state is CorrectionState.APPLIED else 0,
    )

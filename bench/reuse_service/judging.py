"""What came back: right or wrong, proven or not, and whether the journal has it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from bench.reuse_service.stage import Stage
from dossier.errors import MotlanError
from dossier.events import EventKind
from web.answers import open_signer, prove
from wiring.services import Services

_PAGE = 2000


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer, as the client saw it."""

    asked: int
    status: int
    seconds: float
    retry_after: str
    body: str


@dataclass(frozen=True, slots=True)
class Came:
    """Everything a load brought back; CPU in seconds, and the seconds from first question to last answer."""

    answers: tuple[Answered, ...]
    seconds: float
    clients: float
    service: float
    database: float


def read_came(place: Path) -> Came:
    """What a load wrote down."""
    first, *lines, last = place.read_text("utf-8").splitlines()
    used = json.loads(last)
    return Came(
        answers=tuple(Answered(*json.loads(line)) for line in lines),
        clients=float(first.split()[0]),
        seconds=float(first.split()[1]),
        service=used["service"],
        database=used["database"],
    )


def judge(services: Services, staged: Stage, came: Came, *, since: int) -> list[str]:
    """What is wrong, one line each.

    Args:
        services: of the store.
        staged: what was asked and is right.
        came: what came.
        since: last entry of the journal before the load.
    """
    keys = open_signer(services).keys
    wrong: list[str] = []
    requests: Counter[str] = Counter()
    for each in came.answers:
        if each.status != 200:
            if each.status not in (429, 503) or not each.retry_after:
                wrong.append(f"status {each.status} {each.body[:300]}")
            continue
        told = json.loads(each.body)
        requests[told["request"]] += 1
        if json.dumps(told["answer"], sort_keys=True) != json.dumps(
            json.loads(staged.asked[each.asked].right), sort_keys=True
        ):
            wrong.append(f"answer {told['request']}")
        try:
            prove(each.body.encode(), keys, item="answer")
        except MotlanError as error:
            wrong.append(f"proof {error.code}")
    kept = _journalled(services, since)
    wrong += [f"request id twice {each}" for each, count in requests.items() if count > 1]
    wrong += [f"in the journal {kept[each]} times: {each}" for each in requests if kept[each] != 1]
    return wrong


def _journalled(services: Services, since: int) -> Counter[str]:
    found: Counter[str] = Counter()
    while page := services.store.records.journal(after=since, limit=_PAGE):
        found.update(entry.event.subject for entry in page if entry.event.kind is EventKind.API_ANSWERED)
        since = page[-1].number
    return found

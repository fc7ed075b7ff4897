"""What was told about a dossier, as it is kept: codes and moments in clear, and a part to be sealed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from dossier.handling import Channel, OfficeLevel, Status, StatusChange
from dossier.told import Counted, Told, ToldFile, ToldResult
from storage.bodies import canonical_json, moment_from_text, moment_to_text

_MARKS: Final = (
    "yields_paper",
    "synchronised",
    "verified_account",
    "paid_online",
    "portal_store",
    "population",
    "disliked",
)
_FILE_MARKS: Final = ("digitised", "national_store", "deleted")


def clear_text(told: Told) -> str:
    """The part that figures are computed from: no name, no number, no code of a result."""
    return canonical_json(
        {
            "channel": told.channel.value if told.channel else None,
            "level": told.level.value if told.level else None,
            "received_at": _text(told.received_at),
            "promised_at": _text(told.promised_at),
            "waited": told.waited.total_seconds() if told.waited is not None else None,
            "changes": [[change.status.value, moment_to_text(change.at)] for change in told.changes],
            "files": [_file(each) for each in told.files],
            "databases": list(told.databases),
            "result_link": any(result.link for result in told.results),
            "result_code": any(result.link and result.code for result in told.results),
            "marks": [name for name in _MARKS if getattr(told, name)],
        }
    )


def sealed_text(told: Told) -> str:
    """The part to be sealed; empty when there is nothing in it."""
    replaced = [file.replaced_by for file in told.files]
    if not any(replaced) and not told.results:
        return ""
    results = [[each.name, each.component, each.paper, each.link, each.code] for each in told.results]
    return canonical_json({"replaced": replaced, "results": results})


def counted_of(text: str, *, officer: str) -> Counted:
    """What a report needs of a version.

    Args:
        text: the clear part.
        officer: reference of the account.
    """
    kept: Mapping[str, Any] = json.loads(text)
    marks = kept["marks"]
    told = Told(
        channel=Channel(kept["channel"]) if kept["channel"] else None,
        level=OfficeLevel(kept["level"]) if kept["level"] else None,
        received_at=_moment(kept["received_at"]),
        promised_at=_moment(kept["promised_at"]),
        waited=timedelta(seconds=kept["waited"]) if kept["waited"] is not None else None,
        changes=tuple(StatusChange(Status(status), moment_from_text(at)) for status, at in kept["changes"]),
        officer=officer,
        files=tuple(_told_file(each) for each in kept["files"]),
        databases=tuple(kept["databases"]),
        yields_paper="yields_paper" in marks,
        synchronised="synchronised" in marks,
        verified_account="verified_account" in marks,
        paid_online="paid_online" in marks,
        portal_store="portal_store" in marks,
        population="population" in marks,
        disliked="disliked" in marks,
    )
    return Counted(told=told, result_link=kept["result_link"], result_code=kept["result_code"])


def whole(counted: Counted, unsealed: str) -> Told:
    """A version as it was told, from both parts."""
    if not unsealed:
        return counted.told
    kept: Mapping[str, Any] = json.loads(unsealed)
    files = zip(counted.told.files, kept["replaced"], strict=True)
    return replace(
        counted.told,
        files=tuple(replace(file, replaced_by=code) for file, code in files),
        results=tuple(
            ToldResult(name=name, component=component, paper=paper, link=link, code=code)
            for name, component, paper, link, code in kept["results"]
        ),
    )


def _file(file: ToldFile) -> list[object]:
    marks = [name for name in _FILE_MARKS if getattr(file, name)]
    return [file.component, file.document, file.paper, file.reused, marks]


def _told_file(kept: list[Any]) -> ToldFile:
    component, document, paper, reused, marks = kept
    return ToldFile(
        component=component,
        document=document,
        paper=paper,
        reused=reused,
        digitised="digitised" in marks,
        national_store="national_store" in marks,
        deleted="deleted" in marks,
    )


def _text(moment: datetime | None) -> str | None:
    return moment_to_text(moment) if moment else None


def _moment(text: str | None) -> datetime | None:
    return moment_from_text(text) if text else None

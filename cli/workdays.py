"""``motlan rules days``: which days are worked, and which working day is so many days away."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import AsJson, current, print_json
from cli.procedures import parse_day
from cli.words import printable
from dossier.errors import ArgumentError, Lang
from dossier.rules_errors import CalendarEndError

if TYPE_CHECKING:
    from rulebook.working_days import DayOff, WorkingDays

_MOST = 1000
_KINDS = {
    "holiday": ("nghỉ lễ", "holiday"),
    "make_up": ("nghỉ bù", "make-up day"),
    "swap": ("hoán đổi", "swapped"),
    "office": ("cơ quan nghỉ", "office closed"),
    "announced": ("chủ trương, vẫn làm việc", "announced, worked"),
}


def add_to(group: typer.Typer) -> None:
    """Put the command into ``motlan rules``."""
    group.command("days")(show)


def show(
    context: typer.Context,
    year: Annotated[int, typer.Argument(help="Năm; bỏ trống: năm nay.", show_default=False)] = 0,
    *,
    after: Annotated[str | None, typer.Option(help="Đếm từ ngày YYYY-MM-DD (ngày này không tính).")] = None,
    count: Annotated[int, typer.Option(help="Số ngày làm việc cần đếm.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Ngày nghỉ, ngày làm bù của một năm kèm căn cứ; hoặc ngày làm việc thứ mấy sau một ngày."""
    command = current(context)
    services = command.services()
    calendar = services.working_days
    start = parse_day(after, "--after")
    if start is not None:
        if not 0 < count <= _MOST:
            raise ArgumentError("--count", expected=f"số từ 1 đến {_MOST}")
        last = calendar.after(start, count)
        if as_json:
            print_json(
                {
                    "after": after,
                    "count": count,
                    "day": last.isoformat(),
                    "decided": calendar.is_decided(last),
                }
            )
        else:
            sys.stdout.write(f"{last.isoformat()}{_provisional(calendar.is_decided(last), command.lang)}\n")
        return
    chosen = year or services.today().year
    if chosen not in calendar.years:
        raise CalendarEndError(str(chosen))
    if as_json:
        print_json(_json(calendar, chosen))
    else:
        sys.stdout.writelines(f"{line}\n" for line in _lines(calendar, chosen, command.lang))


def _off(calendar: WorkingDays, year: int) -> list[DayOff]:
    return [entry for day, entry in sorted(calendar.off.items()) if day.year == year]


def _json(calendar: WorkingDays, year: int) -> dict[str, object]:
    return {
        "year": year,
        "decided": year in calendar.decided,
        "off": [
            {
                "day": entry.day.isoformat(),
                "name_vi": entry.name_vi,
                "kind": entry.kind,
                "source": entry.source,
                "verified": entry.verified,
                "worked_instead": entry.worked_instead.isoformat() if entry.worked_instead else None,
            }
            for entry in _off(calendar, year)
        ],
        "worked": [day.isoformat() for day in sorted(calendar.worked) if day.year == year],
    }


def _lines(calendar: WorkingDays, year: int, lang: Lang) -> Iterator[str]:
    vi = lang == "vi"
    yield f"{year}{_provisional(year in calendar.decided, lang)}"
    for entry in _off(calendar, year):
        mark = "" if entry.verified else (" [chưa kiểm chứng]" if vi else " [not verified]")
        kind = _KINDS[entry.kind.value][0 if vi else 1]
        yield f"  {entry.day.isoformat()}  {printable(entry.name_vi)} ({kind}){mark}"
        yield f"      {printable(entry.source)}"
    for day in sorted(calendar.worked):
        if day.year == year:
            yield f"  {day.isoformat()}  {'làm việc' if vi else 'worked'}"


def _provisional(decided: bool, lang: Lang) -> str:
    if decided:
        return ""
    return (
        "  (tạm tính: chưa có thông báo của năm)"
        if lang == "vi"
        else "  (provisional: no notice of the year)"
    )

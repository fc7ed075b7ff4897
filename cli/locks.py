"""``motlan locks``: every object locked for its term wherever that is possible, and held while it is held."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import AsJson, current, print_json
from dossier.errors import Lang, LocksLateError

if TYPE_CHECKING:
    from storage.locker import LockReport, PlaceLocks


def add_to(app: typer.Typer) -> None:
    """Put the command into the group."""
    app.command("locks")(locks)


def locks(
    context: typer.Context,
    *,
    wait: Annotated[bool, typer.Option("--wait", help="Chờ tới khi không còn khóa nào phải đặt.")] = False,
    review: Annotated[
        bool, typer.Option("--all", help="Hỏi lại nơi lưu về khóa của mọi đối tượng, kể cả khóa đã biết.")
    ] = False,
    most: Annotated[int, typer.Option(help="Báo động khi còn nợ nhiều hơn số này.", min=0)] = 5000,
    hours: Annotated[int, typer.Option(help="Báo động khi có khóa nợ quá số giờ này.", min=1)] = 24,
    as_json: AsJson = False,
) -> None:
    """Khóa chống xóa mọi đối tượng tới hết thời hạn bảo quản, gia hạn khi cần, đặt và gỡ lệnh giữ."""
    from flows.locks import hours_owed, locks_are_late, prolong_locks
    from flows.operating.jobs import Job, noted
    from storage.locker import LockLimits

    command = current(context)
    services = command.services()
    with noted(services, Job.LOCKS):
        report = prolong_locks(services, wait=wait, review=review)
    if as_json:
        print_json(_json(report))
    else:
        sys.stdout.write(_text(command.lang, report))
    if locks_are_late(services, report, LockLimits(count=most, age=timedelta(hours=hours))):
        raise LocksLateError(
            ", ".join(one.place for one in report.places if one.can_lock),
            count=report.backlog.papers + report.backlog.objects,
            hours=hours_owed(services, report),
        )


def _json(report: LockReport) -> dict[str, object]:
    backlog = report.backlog
    return {
        "papers": report.papers,
        "places": [
            {
                "place": one.place,
                "can_lock": one.can_lock,
                "prolonged": one.prolonged,
                "held": one.held,
                "lifted": one.lifted,
                "failed": one.failed,
                "stopped_by": one.stopped_by or None,
            }
            for one in report.places
        ],
        "waiting": {"papers": backlog.papers, "objects": backlog.objects},
        "oldest": backlog.oldest.isoformat() if backlog.oldest else None,
    }


def _text(lang: Lang, report: LockReport) -> str:
    backlog = report.backlog
    lines = [_line(lang, one) for one in report.places]
    if lang == "vi":
        lines.append(f"Đã xem {report.papers} giấy tờ; còn nợ khóa của {backlog.objects} đối tượng.")
    else:
        lines.append(f"{report.papers} papers looked at; the locks of {backlog.objects} objects are owed.")
    return "\n".join(lines) + "\n"


def _line(lang: Lang, one: PlaceLocks) -> str:
    trouble = f" [{one.stopped_by}]" if one.stopped_by else ""
    if lang == "vi":
        if not one.can_lock:
            return f"{one.place}: thư mục, không khóa được (quyền chỉ đọc không phải là khóa)."
        return (
            f"{one.place}: gia hạn {one.prolonged} khóa, giữ {one.held}, gỡ giữ {one.lifted}, "
            f"chưa được {one.failed}.{trouble}"
        )
    if not one.can_lock:
        return f"{one.place}: a folder, which locks nothing (read-only files are no lock)."
    return (
        f"{one.place}: {one.prolonged} locks prolonged, {one.held} holds set, {one.lifted} lifted, "
        f"{one.failed} failed.{trouble}"
    )

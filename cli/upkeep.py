"""``motlan copies``, ``fixity`` and ``repair``: every object twice, looked at again and again, and mended."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cli.context import AsJson, Command, complain, current, leave, print_json
from cli.words import moment
from dossier.errors import (
    ArgumentError,
    CopiesLateError,
    FixityFailedError,
    FixityLateError,
    MotlanError,
    RepairImpossibleError,
    StoreUnavailableError,
)

if TYPE_CHECKING:
    from storage.copies import CopyReport
    from storage.fixity import Extent, PlaceReport
    from storage.repair import RepairReport

_SPAN: Final = re.compile(r"([0-9]+)([smh])")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600}
_SHARE: Final = re.compile(r"1(/[1-9][0-9]{0,3})?")
_MEGABYTE: Final = 1_000_000
_NIGHTLY: Final = "1/90"


def add_to(app: typer.Typer) -> None:
    """Put the commands into the group."""
    app.command("copies")(copies)
    app.command("fixity")(fixity)
    app.command("repair")(repair)


def copies(
    context: typer.Context,
    *,
    wait: Annotated[bool, typer.Option("--wait", help="Chờ tới khi không còn bản sao nào phải làm.")] = False,
    most: Annotated[
        int | None, typer.Option(help="Báo động khi còn chờ nhiều hơn số này (theo cấu hình).", min=0)
    ] = None,
    hours: Annotated[
        int | None, typer.Option(help="Báo động khi có bản sao chờ quá số giờ này (theo cấu hình).", min=1)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Chép bản sao thứ hai của mọi đối tượng còn chờ; đọc lại từng bản sau khi chép."""
    from flows.upkeep import copies_are_late, copy_limits, hours_waited, make_copies

    command = current(context)
    services = command.services()
    report = make_copies(services, wait=wait)
    _say_copies(command, report, as_json=as_json)
    limits = copy_limits(services)
    if most is not None:
        limits = replace(limits, count=most)
    if hours is not None:
        limits = replace(limits, age=timedelta(hours=hours))
    if copies_are_late(services, report, limits):
        raise CopiesLateError(
            services.store.places[1].name,
            count=report.backlog.waiting + report.backlog.blocked,
            hours=hours_waited(services, report.backlog),
        )


def fixity(
    context: typer.Context,
    *,
    share: Annotated[
        str, typer.Option(help="Kiểm tra một phần, như 1/90 (mặc định).", show_default=False)
    ] = "",
    span: Annotated[
        str, typer.Option("--for", help="Kiểm tra trong một khoảng thời gian, như 30m.", show_default=False)
    ] = "",
    whole: Annotated[bool, typer.Option("--all", help="Kiểm tra tất cả.")] = False,
    place: Annotated[str, typer.Option(help="Chỉ một nơi lưu.", show_default=False)] = "",
    rate: Annotated[float, typer.Option(help="Đọc nhiều nhất bao nhiêu MB/giây; 0 là không hạn.", min=0)] = 0,
    limit_days: Annotated[
        int, typer.Option(help="Mọi đối tượng phải được kiểm tra trong bao nhiêu ngày.", min=1, max=1095)
    ] = 365,
    as_json: AsJson = False,
) -> None:
    """Đọc lại và băm lại đối tượng: chưa kiểm tra bao giờ trước, rồi tới lâu nhất; kết quả được ghi lại."""
    from flows.operating.jobs import Job, noted
    from flows.upkeep import check_fixity

    command = current(context)
    extent = _extent(share=share, span=span, whole=whole)
    services = command.services()
    with noted(services, Job.FIXITY):
        reports = check_fixity(
            services,
            extent,
            only=place,
            bytes_per_second=rate * _MEGABYTE or None,
            limit_days=limit_days,
        )
    if as_json:
        print_json({"places": [_place_json(report) for report in reports]})
    else:
        for report in reports:
            sys.stdout.write(_place_text(command, report))
    _tell(command, _troubles(reports))


def repair(
    context: typer.Context,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ nói sẽ làm gì.")] = False,
    orphans: Annotated[
        bool, typer.Option("--orphans", help="Xóa cả đối tượng không hồ sơ nào nhắc tới, khi đã đủ cũ.")
    ] = False,
    grace_days: Annotated[int, typer.Option(help="Đối tượng mồ côi phải cũ hơn số ngày này.", min=0)] = 7,
    uploads_hours: Annotated[
        int, typer.Option(help="Lần tải lên dở dang cũ hơn số giờ này thì dọn.", min=0)
    ] = 24,
    lost_too: Annotated[
        bool,
        typer.Option(
            "--lost-too", help="Xóa cả đối tượng đến trong thời gian đã mất hồ sơ (journal recover)."
        ),
    ] = False,
    rescue: Annotated[
        Path | None,
        typer.Option(help="Chép đối tượng đến trong thời gian đã mất hồ sơ vào thư mục.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Thay bản hỏng hoặc thiếu bằng bản vừa được đọc và băm đúng; dọn phần dở dang của lệnh bị ngắt."""
    from flows.recovery import repair as run
    from storage.repair import RepairOrder

    command = current(context)
    order = RepairOrder(
        dry_run=dry_run,
        orphans=orphans,
        grace=timedelta(days=grace_days),
        uploads_older=timedelta(hours=uploads_hours),
    )
    if lost_too and rescue:
        raise ArgumentError("repair", expected="nhiều nhất một trong --lost-too, --rescue")
    report = run(command.services(), order, lost_too=lost_too, rescue=rescue)
    if as_json:
        print_json(_repair_json(report, dry_run=dry_run))
    else:
        sys.stdout.write(_repair_text(command, report, dry_run=dry_run))
    troubles: list[MotlanError] = [
        StoreUnavailableError(name, cause=code) for name, code in report.stopped.items()
    ]
    if report.lost:
        troubles.insert(0, RepairImpossibleError(report.lost[0], count=len(report.lost)))
    _tell(command, troubles)


def _extent(*, share: str, span: str, whole: bool) -> Extent:
    from storage.fixity import Extent

    if sum((bool(share), bool(span), whole)) > 1:
        raise ArgumentError("fixity", expected="nhiều nhất một trong --share, --for, --all")
    if whole:
        return Extent()
    if span:
        found = _SPAN.fullmatch(span)
        if found is None:
            raise ArgumentError("--for", expected="số và đơn vị, như 45s, 30m hoặc 2h")
        return Extent(seconds=int(found[1]) * _SECONDS[found[2]])
    wanted = share or _NIGHTLY
    if _SHARE.fullmatch(wanted) is None:
        raise ArgumentError("--share", expected="1/N, như 1/90")
    return Extent(share=Fraction(wanted))


def _troubles(reports: Sequence[PlaceReport]) -> list[MotlanError]:
    troubles: list[MotlanError] = []
    for report in reports:
        bad = report.damaged + report.missing
        plan = report.plan
        if bad:
            troubles.append(FixityFailedError(report.place, count=bad))
        if report.stopped_by:
            troubles.append(StoreUnavailableError(report.place, cause=report.stopped_by))
        if plan.is_late:
            days = str(plan.cycle_days) if plan.cycle_days is not None else "∞"
            troubles.append(FixityLateError(report.place, days=days, limit=plan.limit_days))
    return troubles


def _tell(command: Command, troubles: Sequence[MotlanError]) -> None:
    """Every trouble is told; the first decides the exit code."""
    for trouble in troubles:
        complain(trouble, command.lang)
    if troubles:
        leave(troubles[0].exit_code)


def _say_copies(command: Command, report: CopyReport, *, as_json: bool) -> None:
    backlog = report.backlog
    if as_json:
        print_json(
            {
                "copied": report.copied,
                "blocked": backlog.blocked,
                "waiting": backlog.waiting,
                "queued": report.queued,
                "oldest": backlog.oldest.isoformat() if backlog.oldest else None,
                "stopped_by": report.stopped_by or None,
            }
        )
    elif command.lang == "vi":
        sys.stdout.write(
            f"Đã chép {report.copied} bản sao thứ hai; còn chờ {backlog.waiting}, vướng {backlog.blocked}.\n"
        )
    else:
        sys.stdout.write(
            f"{report.copied} second copies made; {backlog.waiting} wait, {backlog.blocked} are blocked.\n"
        )


def _place_json(report: PlaceReport) -> dict[str, object]:
    plan = report.plan
    return {
        "place": report.place,
        "checked": report.checked,
        "bytes": report.bytes,
        "damaged": report.damaged,
        "missing": report.missing,
        "new": report.new,
        "waiting": report.waiting,
        "orphans": report.orphans,
        "stopped_by": report.stopped_by or None,
        "plan": {
            "total": plan.total,
            "never": plan.never,
            "oldest": plan.oldest.isoformat() if plan.oldest else None,
            "per_day": plan.per_day,
            "cycle_days": plan.cycle_days,
            "ends_at": plan.ends_at.isoformat() if plan.ends_at else None,
            "overdue": plan.overdue,
            "limit_days": plan.limit_days,
            "late": plan.is_late,
        },
    }


def _place_text(command: Command, report: PlaceReport) -> str:
    plan = report.plan
    ends = moment(plan.ends_at) if plan.ends_at else "—"
    if command.lang == "vi":
        return (
            f"{report.place}: đã kiểm tra {report.checked} đối tượng ({report.bytes:,} byte), "
            f"hỏng {report.damaged}, thiếu {report.missing}, chờ bản sao {report.waiting}, "
            f"mồ côi {report.orphans}.\n"
            f"  Có {plan.total} đối tượng, {plan.never} chưa kiểm tra lần nào; "
            f"với nhịp hôm nay một vòng xong lúc {ends}.\n"
        )
    return (
        f"{report.place}: {report.checked} objects checked ({report.bytes:,} bytes), "
        f"{report.damaged} damaged, {report.missing} missing, "
        f"{report.waiting} wait for their copy, {report.orphans} orphans.\n"
        f"  {plan.total} objects, {plan.never} never checked; at today's pace a cycle ends {ends}.\n"
    )


def _repair_json(report: RepairReport, *, dry_run: bool) -> dict[str, object]:
    return {
        "dry_run": dry_run,
        "repaired": report.repaired,
        "lost": list(report.lost),
        "undecided": report.undecided,
        "leftovers": report.leftovers,
        "orphans": report.orphans,
        "orphans_removed": report.orphans_removed,
        "orphans_locked": report.orphans_locked,
        "orphans_spared": report.orphans_spared,
        "remains_removed": report.remains_removed,
        "remains_locked": report.remains_locked,
        "keys_removed": report.keys_removed,
        "stopped": report.stopped,
    }


def _repair_text(command: Command, report: RepairReport, *, dry_run: bool) -> str:
    if command.lang == "vi":
        done = "Sẽ sửa" if dry_run else "Đã sửa"
        return (
            f"{done} {report.repaired} bản; không còn bản tốt {len(report.lost)}; "
            f"chưa quyết được {report.undecided}; phần dở dang {report.leftovers}; mồ côi {report.orphans}, "
            f"đã xóa {report.orphans_removed}, còn khóa {report.orphans_locked}, "
            f"giữ vì hồ sơ đã mất {report.orphans_spared}; "
            f"phần còn lại của giấy tờ đã hủy: đã xóa {report.remains_removed}, "
            f"còn khóa {report.remains_locked}.\n"
        )
    done = "To be repaired" if dry_run else "Repaired"
    return (
        f"{done}: {report.repaired}; without a good copy: {len(report.lost)}; undecided: {report.undecided}; "
        f"leftovers: {report.leftovers}; orphans: {report.orphans}, removed {report.orphans_removed}, "
        f"locked {report.orphans_locked}, kept because their records were lost {report.orphans_spared}; "
        f"left of destroyed papers: removed {report.remains_removed}, locked {report.remains_locked}.\n"
    )

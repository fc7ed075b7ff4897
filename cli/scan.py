"""``motlan scan``: from the tray of a scanner into the line, page by page, with a word about each page."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import AsJson, current, leave, print_json
from cli.scan_talk import Talk
from dossier.codes import parse_dossier_code, parse_procedure_code
from dossier.errors import ArgumentError
from dossier.persons import parse_owner
from dossier.scan_errors import FeederEmptyError, ScanError, ScanStoppedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cli.context import Command
    from dossier.feeding import Feeder
    from flows.intake import Handed
    from flows.progress import Progress
    from flows.scanning import PageSeen, ScanDesk
    from storage.scans import Scan
    from wiring.scan_settings import ScannerSettings
    from wiring.services import Services

_REFUSED = 10
_SOURCE_MODES = ("color", "gray")


def add_to(app: typer.Typer) -> None:
    """Put the command into the group."""
    app.command("scan")(scan)


def scan(
    context: typer.Context,
    *,
    listing: Annotated[
        bool, typer.Option("--list", help="Liệt kê máy quét; với --device: các lựa chọn của máy đó.")
    ] = False,
    profile: Annotated[
        str, typer.Option(help="Tên máy quét trong cấu hình (MOTLAN_SCANNERS).", show_default=False)
    ] = "",
    device: Annotated[
        str, typer.Option(help="Máy quét theo tên SANE, hoặc folder:ĐƯỜNG_DẪN.", show_default=False)
    ] = "",
    source: Annotated[
        str, typer.Option(help="Nguồn giấy theo tên của máy (khay nạp, mặt kính).", show_default=False)
    ] = "",
    resolution: Annotated[
        int | None, typer.Option(help="Độ phân giải dpi.", min=100, max=600, show_default=False)
    ] = None,
    duplex: Annotated[
        bool | None, typer.Option("--duplex/--simplex", help="Quét hai mặt hay một mặt.", show_default=False)
    ] = None,
    mode: Annotated[str, typer.Option(help="color hoặc gray.", show_default=False)] = "",
    dossier: Annotated[str, typer.Option(help="Mã hồ sơ.", show_default=False)] = "",
    procedure: Annotated[str, typer.Option(help="Mã thủ tục hành chính.", show_default=False)] = "",
    owner: Annotated[str, typer.Option(help="Số định danh của chủ hồ sơ.", show_default=False)] = "",
    papers: Annotated[int, typer.Option(help="Số giấy tờ đã đếm.", show_default=False, min=0)] = 0,
    pages: Annotated[int, typer.Option(help="Số trang có chữ đã đếm.", show_default=False, min=0)] = 0,
    resume: Annotated[
        str | None,
        typer.Option(help="Làm tiếp lần quét dở dang: mã, hoặc 'last'.", show_default=False),
    ] = None,
    no_feed: Annotated[
        bool, typer.Option("--no-feed", help="Với --resume: không quét thêm, nộp các trang đã có.")
    ] = False,
    unfinished: Annotated[bool, typer.Option("--unfinished", help="Liệt kê các lần quét dở dang.")] = False,
    discard: Annotated[str, typer.Option(help="Bỏ hẳn lần quét dở dang có mã này.", show_default=False)] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Không hỏi: hết giấy thì nộp luôn.")] = False,
    as_json: AsJson = False,
) -> None:
    """Quét từ máy có khay nạp: mỗi trang giữ chắc, nhận xét và đọc ngay; hết giấy thì đưa cả vào kho."""
    command = current(context)
    talk = Talk(command.lang, as_json=as_json, may_ask=not (yes or as_json) and sys.stdin.isatty())
    services = command.services()
    scanner = _scanner(
        services, profile, device=device, source=source, resolution=resolution, duplex=duplex, mode=mode
    )
    if listing:
        _list(talk, scanner, wanted=device)
        return
    services.create()
    if unfinished:
        for name in services.store.scans.unfinished():
            talk.unfinished(services.store.scans.open(name))
        return
    if discard:
        _discard(services, talk, discard)
        return
    told = {
        "dossier": str(parse_dossier_code(dossier)) if dossier else "",
        "procedure": parse_procedure_code(procedure) if procedure else "",
        "owner": parse_owner(owner) if owner else "",
        "papers": str(papers or ""),
        "pages": str(pages or ""),
        "operator": services.settings.actor,
        # A folder's path may name a person.
        "device": scanner.device.partition(":")[0]
        if scanner.device.startswith("folder:")
        else scanner.device,
        "resolution": str(scanner.wish.resolution),
    }
    _scan(command, services, talk, scanner, told=told, resume=resume, feeding=not no_feed)


def _scanner(
    services: Services,
    profile: str,
    *,
    device: str,
    source: str,
    resolution: int | None,
    duplex: bool | None,
    mode: str,
) -> ScannerSettings:
    """The profile with what the command line says."""
    if device.startswith("-"):
        raise ArgumentError("--device", expected="tên máy quét")
    if mode not in ("", *_SOURCE_MODES):
        raise ArgumentError("--mode", expected=", ".join(_SOURCE_MODES))
    found = services.settings.scanners.profile(profile)
    wish = found.wish
    if device and device != found.device:
        # What the profile says is about its own device.
        wish = replace(wish, source="", options=())
    if source:
        wish = replace(wish, source=source)
    if resolution is not None:
        wish = replace(wish, resolution=resolution)
    if duplex is not None:
        wish = replace(wish, duplex=duplex)
    if mode:
        wish = replace(wish, mode="gray" if mode == "gray" else "color")
    return replace(found, device=device or found.device, wish=wish)


def _list(talk: Talk, scanner: ScannerSettings, *, wanted: str) -> None:
    from ocr.feeders.sane import devices, what_is_offered

    if wanted:
        talk.offers(what_is_offered(wanted, program=scanner.program))
    else:
        talk.devices(devices(program=scanner.program))


def _discard(services: Services, talk: Talk, name: str) -> None:
    found = services.store.scans.open(name)
    with found.alone():
        count = len(found.numbers())
        if talk.may_ask and not talk.really_discard(count):
            return
        found.remove()
    services.log.info("scan.discarded", scan=name, pages=count)
    talk.discarded(name, count)


def _scan(
    command: Command,
    services: Services,
    talk: Talk,
    scanner: ScannerSettings,
    *,
    told: Mapping[str, str],
    resume: str | None,
    feeding: bool,
) -> None:
    from flows.scan_handing import WarmUp, hand_in
    from flows.scanners import feeder_of, way_of
    from flows.scanning import ScanDesk
    from web.client import is_up
    from wiring.turns import take_short_turns

    # A word about each page is waited for, while pages are read and the line gets ready beside.
    take_short_turns()
    found = services.store.scans.begin(told) if resume is None else _unfinished(services, resume)
    with (
        found.alone(wait_seconds=services.settings.lock_seconds),
        WarmUp(services, served=is_up(services.settings.data)) as warm,
    ):

        def hear(seen: PageSeen) -> None:
            talk.page(seen)
            warm.start()

        way = replace(way_of(scanner), dpi=int(found.told.get("resolution") or scanner.wish.resolution))
        with ScanDesk(services, found, way=way, hear=hear) as desk:
            if resume is not None:
                talk.taken_up(desk.take_up())
            if feeding or not desk.pages:
                _feed(desk, feeder_of(scanner), talk=talk, scan=found)
            talk.stack(desk.stack_advice())
            while talk.may_ask and _more(desk, feeder_of(scanner), talk=talk, scan=found):
                talk.stack(desk.stack_advice())
            warm.wait()
            heard: list[Progress] = []
            handed = hand_in(
                services,
                found,
                desk.pages,
                desk.readings(),
                hand_over=lambda file: _work_through(services, file, told=found.told, heard=heard),
            )
    _report(command, services, handed, heard, talk=talk)


def _unfinished(services: Services, name: str) -> Scan:
    scans = services.store.scans
    waiting = scans.unfinished()
    if name in ("", "last"):
        return scans.open(waiting[-1] if waiting else name)
    return scans.open(name)


def _feed(desk: ScanDesk, feeder: Feeder, *, talk: Talk, scan: Scan) -> None:
    """Empty the tray; where there is trouble, say so and go on when a person says so.

    Raises:
        ScanStoppedError: nobody can be asked, and there are pages to go on from.
        ScanError: the same, and there are none.
    """
    while True:
        try:
            desk.feed(feeder)
        except ScanError as error:
            if isinstance(error, FeederEmptyError) and desk.pages:
                return
            talk.trouble(error)
            if not talk.may_ask:
                if not desk.pages:
                    scan.remove()
                    raise
                raise ScanStoppedError(scan.id, pages=len(desk.pages), cause=error.code) from error
            choice = talk.after_trouble(len(desk.pages))
            if choice == "later":
                leave(_keep_for_later(talk, scan, desk))
            if choice == "drop":
                talk.dropped(desk.drop_last())
            if choice == "finish":
                return
        else:
            return


def _more(desk: ScanDesk, feeder: Feeder, *, talk: Talk, scan: Scan) -> bool:
    """What a person wants to do with the stack before it is handed in; whether they did something."""
    choice = talk.before_handing_in(len(desk.pages))
    if choice == "more":
        _feed(desk, feeder, talk=talk, scan=scan)
    elif choice == "drop":
        talk.dropped(desk.drop_last())
    elif choice == "later":
        leave(_keep_for_later(talk, scan, desk))
    return choice != "finish"


def _keep_for_later(talk: Talk, scan: Scan, desk: ScanDesk) -> int:
    talk.kept_for_later(scan, len(desk.pages))
    return 0


def _work_through(
    services: Services, file: Path, *, told: Mapping[str, str], heard: list[Progress]
) -> Handed:
    """Hand the file to a running ``motlan serve``, or do its work here."""
    from flows.copy_loop import copying_along
    from flows.submit import ingest as ingest_here
    from storage.inbox import Declaration
    from web.client import ingest as ingest_there
    from web.client import is_up
    from wiring.sealing import seal_if_due

    declared = Declaration(
        dossier=told.get("dossier", ""),
        procedure=told.get("procedure", ""),
        owner=told.get("owner", ""),
        papers=int(told.get("papers") or 0),
        pages=int(told.get("pages") or 0),
        operator=told.get("operator", ""),
        device=told.get("device", ""),
    )
    if is_up(services.settings.data):
        services.wrote = True
        return ingest_there(services.settings.data, [file], declared=declared, listen=heard.append)
    with copying_along(services, finish_s=services.settings.copies_finish_seconds):
        handed = ingest_here(services, [file], declared=declared, listen=heard.append)
        seal_if_due(services)
    return handed


def _report(
    command: Command, services: Services, handed: Handed, heard: list[Progress], *, talk: Talk
) -> None:
    from cli.table import filed_table, refused_lines
    from cli.totals import count_lines, page_lines
    from flows.report import batch_report

    report = batch_report(services, handed, heard)
    if talk.as_json:
        for line in report.as_json():
            print_json(line)
    else:
        sys.stdout.write(filed_table(report, command.lang))
        sys.stdout.write(page_lines(report, command.lang))
        sys.stdout.write(count_lines(report, command.lang))
        sys.stdout.write(talk.fields_to_check(services, report))
        sys.stderr.write(refused_lines(report))
    leave(_REFUSED if report.refused else 0)

"""``motlan watch``: a folder that scanners drop files into."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cli.context import current
from dossier.codes import parse_dossier_code, parse_procedure_code
from dossier.persons import parse_owner
from storage.hot_folder.after import After

if TYPE_CHECKING:
    from flows.watching.begin import Asked
    from flows.watching.happenings import Tell
    from wiring.services import Services

_LINE: Final = (
    sys.executable,
    # Never from the working folder, which may be one that others write to.
    "-P",
    "-c",
    "import sys; sys.path.insert(0, sys.argv[1]); from cli.watch_line import run; run()",
    str(Path(__file__).parents[1]),
)
_IDLE_SECONDS: Final = 60.0
_DONE: Final = "da-nhan"
_QUARANTINE: Final = "loi"


def add_to(app: typer.Typer) -> None:
    """Put the command into the group."""
    app.command("watch")(watch)


def watch(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Thư mục mà máy quét thả tệp vào.")],
    *,
    done: Annotated[
        Path | None,
        typer.Option(help="Nơi chuyển tệp đã nhận (mặc định: <thư mục>-da-nhan).", show_default=False),
    ] = None,
    quarantine: Annotated[
        Path | None,
        typer.Option(help="Nơi chuyển tệp lỗi kèm lý do (mặc định: <thư mục>-loi).", show_default=False),
    ] = None,
    after: Annotated[
        After | None,
        typer.Option(help="Tệp đã nhận: move (chuyển), remove (xóa), keep (để nguyên).", show_default=False),
    ] = None,
    dossier: Annotated[str, typer.Option(help="Mã hồ sơ khi tên không ghi.", show_default=False)] = "",
    procedure: Annotated[str, typer.Option(help="Mã thủ tục khi tên không ghi.", show_default=False)] = "",
    owner: Annotated[str, typer.Option(help="Số định danh khi tên không ghi.", show_default=False)] = "",
    operator: Annotated[str, typer.Option(help="Tài khoản người quét.", show_default=False)] = "",
    device: Annotated[str, typer.Option(help="Tên máy quét.", show_default=False)] = "",
    once: Annotated[bool, typer.Option("--once", help="Dừng khi không còn tệp nào.")] = False,
    take_over: Annotated[
        bool, typer.Option("--take-over", help="Thư mục mới, hoặc trước do kho khác theo dõi.")
    ] = False,
    names: Annotated[
        bool | None,
        typer.Option(
            "--names/--no-names", help="In tên tệp (mặc định: chỉ trên màn hình).", show_default=False
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="In JSON, mỗi việc một dòng.")] = False,
) -> None:
    """Theo dõi thư mục: tệp nào máy quét ghi xong thì nhận, đọc, ký, lưu kho; tệp lỗi để riêng kèm lý do."""
    from cli.watch_words import Teller
    from flows.watching.begin import Asked, beside, check_folders

    command = current(context)
    services = command.services()
    settings = services.settings.watch
    asked = Asked(
        folder=folder.absolute(),
        done=(done or settings.done or beside(folder, _DONE)).absolute(),
        quarantine=(quarantine or settings.quarantine or beside(folder, _QUARANTINE)).absolute(),
        after=after or settings.after,
        defaults={
            "dossier": str(parse_dossier_code(dossier)) if dossier else "",
            "procedure": parse_procedure_code(procedure) if procedure else "",
            "owner": parse_owner(owner) if owner else "",
            "operator": operator,
            "device": device,
        },
        once=once,
        take_over=take_over,
    )
    check_folders(services, asked)
    at_terminal = sys.stdout.isatty()
    teller = Teller(
        command.lang,
        as_json=as_json,
        names=at_terminal if names is None else names,
        live=sys.stderr.isatty() and not as_json,
        clock=services.clock,
    )
    watch_with(services, asked, tell=teller)


def watch_with(services: Services, asked: Asked, *, tell: Tell, command: Sequence[str] = _LINE) -> None:
    """Watch until a signal says stop; what is in hand then is left untouched, or put away to its end.

    Args:
        services: of the installation.
        asked: what a person asked for.
        tell: told what happens.
        command: the working process.
    """
    from flows.watching.begin import watch as run
    from flows.watching.line import LineStoppedError, ProcessLine
    from flows.watching.loop import Machine

    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: stopping.set())
    line = ProcessLine(
        command,
        environment={**os.environ, "MOTLAN_DATA": str(services.settings.data)},
        idle_seconds=_IDLE_SECONDS,
        is_stopping=stopping.is_set,
    )

    def pause(seconds: float) -> None:
        stopping.wait(seconds)

    machine = Machine(
        monotonic=time.monotonic,
        cpu=time.process_time,
        pause=pause,
        is_stopping=stopping.is_set,
    )
    try:
        run(services, asked, line=line, machine=machine, tell=tell)
    except LineStoppedError:
        return
    finally:
        line.end()

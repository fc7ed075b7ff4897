"""``motlan work``: one more process that does what waits; and what people decide about parked files."""

from __future__ import annotations

import signal
import sys
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import AsJson, current, print_json
from cli.words import moment, printable
from dossier.errors import Lang
from dossier.work import Lane, Pool, WorkReason, WorkStand

if TYPE_CHECKING:
    from dossier.work import ParkedWork

_LANES: dict[Lane, dict[Lang, str]] = {
    Lane.COUNTER: {"vi": "quầy", "en": "counter"},
    Lane.BACKLOG: {"vi": "hồ sơ cũ", "en": "backlog"},
}
_POOLS: dict[Pool, dict[Lang, str]] = {
    Pool.READ: {"vi": "đọc", "en": "read"},
    Pool.SIGN: {"vi": "ký, lưu", "en": "sign, file"},
    Pool.KEEP: {"vi": "giữ", "en": "keep"},
}
_REASONS: dict[WorkReason | None, dict[Lang, str]] = {
    WorkReason.DIED: {"vi": "tiến trình làm tệp bị dừng đột ngột", "en": "the process that had it died"},
    WorkReason.MEMORY: {"vi": "cần quá nhiều bộ nhớ", "en": "needed too much memory"},
    WorkReason.TIMEOUT: {"vi": "quá lâu", "en": "took too long"},
    None: {"vi": "không rõ", "en": "unknown"},
}
_STAND: dict[Lang, str] = {
    "vi": "{pool} ({lane}): {ready} chờ, {held} đang làm, {parked} để riêng\n",
    "en": "{pool} ({lane}): {ready} wait, {held} in work, {parked} parked\n",
}
_PARKED: dict[Lang, str] = {
    "vi": "{item}  {since}  {name}\n  {tries} lần, {reason}; đợt {batch}\n",
    "en": "{item}  {since}  {name}\n  {tries} tries, {reason}; batch {batch}\n",
}
_NONE: dict[Lang, str] = {"vi": "Không có tệp nào để riêng.\n", "en": "No file is parked.\n"}
_NOTHING: dict[Lang, str] = {"vi": "Không có việc nào chờ.\n", "en": "Nothing waits.\n"}
_RELEASED: dict[Lang, str] = {"vi": "Sẽ thử lại: {item}\n", "en": "Will be tried again: {item}\n"}
_REFUSED: dict[Lang, str] = {
    "vi": "Không thử nữa, tệp vẫn được giữ: {item}\n",
    "en": "Not tried any more, the file is kept: {item}\n",
}

_group = typer.Typer(
    help="Làm việc đang chờ (--pool), xem việc đang chờ, quyết định về tệp để riêng.",
    invoke_without_command=True,
    no_args_is_help=True,
    rich_markup_mode=None,
)

ItemArgument = Annotated[str, typer.Argument(metavar="ITEM", help="Mã tệp, xem 'motlan work parked'.")]


def add_to(app: typer.Typer) -> None:
    """Put the group into the command."""
    app.add_typer(_group, name="work")


@_group.callback()
def work(
    context: typer.Context,
    *,
    pool: Annotated[
        list[Pool] | None,
        typer.Option(
            help="read (đọc), sign (ký, lưu), keep (dấu thời gian, bản sao); lặp lại được.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Làm việc đang chờ cho tới khi được bảo dừng (Ctrl+C, SIGTERM); việc dở trả lại cho máy khác."""
    if context.invoked_subcommand is not None:
        return
    from flows.copy_loop import copying_along
    from flows.leaving import leaving_together
    from flows.stamp_loop import completing
    from flows.work.worker import Worker

    services = current(context).services()
    services.create()
    pools = frozenset(pool or ())
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopping.set())
    along = [completing(services), copying_along(services)] if Pool.KEEP in pools else []
    with leaving_together(stopping, *along):
        if pools == {Pool.KEEP}:
            stopping.wait()
            return
        # Not in the main thread: there Prefect would take SIGTERM for itself and break off what is in hand.
        worker = Worker(services, pools - {Pool.KEEP}, stopping=stopping)
        thread = threading.Thread(target=worker.run, name="worker")
        thread.start()
        thread.join()


@_group.command("list")
def listed(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Việc đang chờ, đang làm và để riêng, theo loại."""
    command = current(context)
    stand = command.services().store.records.work.stand()
    for one in stand:
        if as_json:
            print_json(_stand_json(one))
        else:
            sys.stdout.write(
                _STAND[command.lang].format(
                    pool=_POOLS[one.pool][command.lang],
                    lane=_LANES[one.lane][command.lang],
                    ready=one.ready,
                    held=one.held,
                    parked=one.parked,
                )
            )
    if not stand and not as_json:
        sys.stdout.write(_NOTHING[command.lang])


@_group.command("parked")
def parked(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Tệp đã thử nhiều lần không xong, kèm lý do."""
    from flows.work.people import parked_work

    command = current(context)
    any_parked = False
    for one, name in parked_work(command.services()):
        any_parked = True
        if as_json:
            print_json(_parked_json(one, name))
            continue
        sys.stdout.write(
            _PARKED[command.lang].format(
                item=one.item,
                since=moment(one.since),
                name=printable(name),
                tries=one.tries,
                reason=_REASONS[one.reason][command.lang],
                batch=one.batch,
            )
        )
    if not any_parked and not as_json:
        sys.stdout.write(_NONE[command.lang])


@_group.command("release")
def release(context: typer.Context, item: ItemArgument) -> None:
    """Cho thử lại một tệp để riêng."""
    from flows.work.people import release as let_go

    command = current(context)
    let_go(command.services(), item)
    sys.stdout.write(_RELEASED[command.lang].format(item=item))


@_group.command("refuse")
def refuse(context: typer.Context, item: ItemArgument) -> None:
    """Không thử một tệp để riêng nữa; tệp gốc và ghi chú vẫn được giữ."""
    from flows.work.people import refuse as turn_down

    command = current(context)
    turn_down(command.services(), item)
    sys.stdout.write(_REFUSED[command.lang].format(item=item))


def _stand_json(one: WorkStand) -> dict[str, object]:
    return {
        "pool": one.pool.value,
        "lane": one.lane.value,
        "ready": one.ready,
        "held": one.held,
        "parked": one.parked,
    }


def _parked_json(one: ParkedWork, name: str) -> dict[str, object]:
    return {
        "item": one.item,
        "batch": one.batch,
        "file": name,
        "office": one.office,
        "lane": one.lane.value,
        "tries": one.tries,
        "reason": one.reason.value if one.reason else "",
        "since": one.since.isoformat(),
    }

"""``motlan init`` and ``motlan ingest``: the data folder, and the whole line for files or folders."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.bar import Bar
from cli.context import AsJson, current, leave, print_json
from cli.same_words import same_lines
from cli.table import filed_table, refused_lines, skipped_lines
from cli.totals import count_lines, page_lines
from dossier.codes import parse_dossier_code, parse_procedure_code
from dossier.legal_form import parse_account, parse_form
from dossier.persons import parse_owner

if TYPE_CHECKING:
    from dossier.errors import Lang
    from flows.intake import Handed
    from flows.progress import Listener, Progress
    from storage.inbox import Declaration
    from wiring.services import Services

_REFUSED = 10

_STAGES: Mapping[str, str] = {
    "batches": "Mã hóa đợt tiếp nhận",
    "items": "Mã hóa tên tệp",
    "numbers": "Mã hóa số định danh",
    "documents": "Mã hóa giấy tờ",
    "acts": "Mã hóa lý do đã ghi",
    "destroyed": "Xóa khóa của giấy tờ đã hủy",
}


def add_to(app: typer.Typer) -> None:
    """Put the commands into the group."""
    app.command("init")(init)
    app.command("ingest")(ingest)


def init(
    context: typer.Context,
    *,
    as_json: AsJson = False,
) -> None:
    """Tạo thư mục dữ liệu, cơ sở dữ liệu và khóa ký MẪU (DEMO). Chạy lại nhiều lần không sao."""
    command = current(context)
    services = command.services()
    made = services.create(progress=_older_rows)
    data = str(services.settings.data)
    if as_json:
        print_json({"data": data, "made": made, "demo_keys": services.uses_demo_keys})
        return
    sys.stdout.write(f"Kho dữ liệu {'đã tạo' if made else 'đã có sẵn'}: {data}\n")
    if services.uses_demo_keys:
        sys.stdout.write("Khóa ký: MẪU (DEMO), chỉ để thử, không có giá trị pháp lý.\n")


def _older_rows(stage: str, done: int, total: int) -> None:
    """A large store of an earlier version takes minutes: people see that it goes on."""
    if total:
        sys.stderr.write(f"\r{_STAGES.get(stage, stage)}: {done:,}/{total:,}")
        sys.stderr.flush()


def ingest(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Tệp hoặc thư mục cần đưa vào.")],
    *,
    dossier: Annotated[str, typer.Option(help="Mã hồ sơ.", show_default=False)] = "",
    procedure: Annotated[str, typer.Option(help="Mã thủ tục hành chính.", show_default=False)] = "",
    owner: Annotated[str, typer.Option(help="Số định danh của chủ hồ sơ.", show_default=False)] = "",
    papers: Annotated[
        int, typer.Option(help="Số giấy tờ đã đếm trong lần đưa vào này.", show_default=False, min=0)
    ] = 0,
    pages: Annotated[int, typer.Option(help="Số trang có chữ đã đếm.", show_default=False, min=0)] = 0,
    operator: Annotated[
        str, typer.Option(help="Tài khoản người quét (không ghi họ tên).", show_default=False)
    ] = "",
    device: Annotated[str, typer.Option(help="Tên máy quét.", show_default=False)] = "",
    form: Annotated[
        str, typer.Option(help="Giá trị pháp lý của các giấy tờ: original, photocopy…", show_default=False)
    ] = "",
    compared: Annotated[bool, typer.Option("--compared", help="Đã đối chiếu với bản chính.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="In JSON, mỗi tệp một dòng.")] = False,
) -> None:
    """Chạy cả dây chuyền: nhận, đọc, ký, bóc tách, lưu kho; in bảng kết quả."""
    from flows.report import batch_report
    from storage.inbox import Declaration

    command = current(context)
    services = command.services()
    services.create()
    declared = Declaration(
        dossier=str(parse_dossier_code(dossier)) if dossier else "",
        procedure=parse_procedure_code(procedure) if procedure else "",
        owner=parse_owner(owner) if owner else "",
        papers=papers,
        pages=pages,
        operator=parse_account(operator),
        device=device,
        form=parse_form(form),
        compared=compared,
    )
    heard: list[Progress] = []
    handed = _run(services, paths, declared=declared, heard=heard, lang=command.lang)
    report = batch_report(services, handed, heard)
    if as_json:
        for line in report.as_json():
            print_json(line)
    else:
        sys.stdout.write(filed_table(report, command.lang))
        sys.stdout.write(page_lines(report, command.lang))
        sys.stdout.write(count_lines(report, command.lang))
        sys.stdout.write(skipped_lines(report))
        sys.stdout.write(same_lines(report, command.lang))
        sys.stderr.write(refused_lines(report))
    leave(_REFUSED if report.refused else 0)


def _run(
    services: Services, paths: list[Path], *, declared: Declaration, heard: list[Progress], lang: Lang
) -> Handed:
    """Hand the files to a running ``motlan serve``, or bring Prefect up here for this one call."""
    from flows.copy_loop import copying_along
    from flows.submit import ingest as ingest_here
    from web.client import ingest as ingest_there
    from web.client import is_up
    from wiring.sealing import seal_if_due

    with Bar(total=0, lang=lang) as bar:
        listen = listener(bar, heard)
        if is_up(services.settings.data):
            # Written by the other process, but for us.
            services.wrote = True
            return ingest_there(services.settings.data, paths, declared=declared, listen=listen)
        # Around the sealing of the journal too: a sealed head is an object like the others.
        with copying_along(services, finish_s=services.settings.copies_finish_seconds):
            handed = ingest_here(services, paths, declared=declared, listen=listen)
            seal_if_due(services)
        return handed


def listener(bar: Bar, heard: list[Progress]) -> Listener:
    """What keeps all that a run tells, and shows it beside the bar."""
    from flows.progress import Stage

    def listen(progress: Progress) -> None:
        heard.append(progress)
        if progress.stage is Stage.STARTING:
            bar.say("Khởi động Prefect")
        elif progress.stage is Stage.STARTED:
            bar.expect(progress.total)
        elif progress.stage is Stage.PAGE:
            bar.page(progress.done, progress.total)
        elif progress.stage in (Stage.DONE, Stage.REFUSED):
            bar.step()

    return listen

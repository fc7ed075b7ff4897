"""``motlan batches``: batches by day, what does not agree, closing; backs kept aside; legal forms."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from cli import batch_words
from cli.context import AsJson, current, print_json
from cli.procedures import parse_day
from dossier.batches import Alike, BatchState, PageRef
from dossier.errors import ArgumentError
from dossier.legal_form import parse_account, parse_form
from dossier.totals import Count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cli.batch_words import Scanned
    from dossier.batches import BatchRow
    from dossier.errors import Lang
    from flows.batches import BatchView
    from wiring.services import Services

_group = typer.Typer(
    help="Đợt quét: đã khai và đã tìm thấy, đóng đợt, mặt sau trắng, giá trị pháp lý.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
_blank = typer.Typer(help="Mặt sau trắng để riêng.", no_args_is_help=True, rich_markup_mode=None)
_group.add_typer(_blank, name="blank")

Batch = Annotated[str, typer.Argument(metavar="BATCH", help="Mã đợt.")]
Reason = Annotated[str, typer.Option(help="Lý do, không ghi tên, số định danh.", show_default=False)]
Operator = Annotated[str, typer.Option(help="Tài khoản người làm (mặc định: theo cấu hình).")]


def add_to(app: typer.Typer) -> None:
    """Put the group into the command."""
    app.add_typer(_group, name="batches")


@_group.command("list")
def show_list(
    context: typer.Context,
    *,
    open_: Annotated[bool, typer.Option("--open", help="Chỉ đợt chưa đóng.")] = False,
    closed: Annotated[bool, typer.Option("--closed", help="Chỉ đợt đã đóng.")] = False,
    first: Annotated[str | None, typer.Option("--from", help="Từ ngày YYYY-MM-DD.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Đến hết ngày YYYY-MM-DD.")] = None,
    office: Annotated[str, typer.Option(help="Mã đơn vị, cả đơn vị bên dưới.", show_default=False)] = "",
    operator: Annotated[str, typer.Option(help="Tài khoản người quét.", show_default=False)] = "",
    limit: Annotated[int, typer.Option(help="Nhiều nhất bao nhiêu đợt.", min=1)] = 50,
    as_json: AsJson = False,
) -> None:
    """Các đợt, mới nhất trước: ngày, người quét, máy quét, số tệp, đã khai, mở hay đóng."""
    from itertools import islice

    from flows.batches import list_batches

    command = current(context)
    found = list_batches(
        command.services(),
        state=_state(open_=open_, closed=closed),
        first=parse_day(first, "--from"),
        last=parse_day(last, "--to"),
        office=office,
        operator=operator,
    )
    shown = list(islice(found, limit))
    if as_json:
        print_json({"batches": [_row_json(row) for row in shown]})
    else:
        sys.stdout.write(batch_words.table(shown, command.lang))


@_group.command("show")
def show(context: typer.Context, batch: Batch, *, as_json: AsJson = False) -> None:
    """Một đợt: từng tệp và giấy tờ, đã khai và đã tìm thấy, điểm chưa khớp, trang giống nhau."""
    from flows.batches import view_batch
    from flows.scanned import pages_of_scan

    command = current(context)
    services = command.services()
    view = view_batch(services, batch)
    scanned = {file.item.id: pages_of_scan(services, file.item) for file in view.files}
    _tell(view, services, command.lang, as_json=as_json, scanned=scanned)


@_group.command("close")
def close(
    context: typer.Context,
    batch: Batch,
    *,
    papers: Annotated[int, typer.Option(help="Số giấy tờ đã đếm.", show_default=False, min=0)] = 0,
    pages: Annotated[int, typer.Option(help="Số trang có chữ đã đếm.", show_default=False, min=0)] = 0,
    reason: Reason = "",
    operator: Operator = "",
    as_json: AsJson = False,
) -> None:
    """Đóng đợt: so số đã khai với số tìm thấy; còn điểm chưa khớp thì cần --reason."""
    from flows.batches import close_batch

    command = current(context)
    services = command.services()
    closed = close_batch(
        services,
        batch,
        reason=reason,
        count=Count(papers, pages),
        actor=parse_account(operator),
    )
    _tell(closed, services, command.lang, as_json=as_json)


@_group.command("reopen")
def reopen(
    context: typer.Context,
    batch: Batch,
    *,
    reason: Reason = "",
    operator: Operator = "",
    as_json: AsJson = False,
) -> None:
    """Mở lại một đợt đã đóng; cần --reason, có ghi nhật ký."""
    from flows.batches import reopen_batch

    command = current(context)
    services = command.services()
    opened = reopen_batch(services, batch, reason=reason, actor=parse_account(operator))
    _tell(opened, services, command.lang, as_json=as_json)


@_group.command("alike")
def alike(
    context: typer.Context,
    batch: Batch,
    first: Annotated[str, typer.Argument(metavar="FIRST", help="Trang, TỆP:TRANG, ví dụ 1:2.")],
    second: Annotated[str, typer.Argument(metavar="SECOND", help="Trang giống nó.")],
    *,
    said: Annotated[
        str, typer.Option("--as", help="note (trang có giấy dán), twice (quét hai lần), different.")
    ],
    operator: Operator = "",
    as_json: AsJson = False,
) -> None:
    """Nói hai trang giống nhau là gì; note và twice được đếm là một trang. Không ảnh nào bị bỏ."""
    from flows.batches import say_alike

    command = current(context)
    services = command.services()
    seen = say_alike(
        services,
        batch,
        _page(first),
        _page(second),
        said=_alike(said),
        actor=parse_account(operator),
    )
    _tell(seen, services, command.lang, as_json=as_json)


@_group.command("form")
def form(
    context: typer.Context,
    target: Annotated[str, typer.Argument(metavar="ID", help="Mã tệp hoặc mã giấy tờ.")],
    *,
    said: Annotated[str, typer.Option("--form", help="original, register_copy, compared_photo, photocopy…")],
    compared: Annotated[bool, typer.Option("--compared", help="Đã đối chiếu với bản chính.")] = False,
    reason: Reason = "",
    operator: Operator = "",
    as_json: AsJson = False,
) -> None:
    """Nói giá trị pháp lý của giấy tờ; giấy tờ bị từ chối nhầm được số hóa tiếp khi có --reason."""
    from flows.form_said import FormSaid, say_form
    from wiring.sealing import seal_if_due

    command = current(context)
    services = command.services()
    statement = FormSaid(
        form=parse_form(said), compared=compared, reason=reason, actor=parse_account(operator)
    )
    papers = say_form(services, target, statement)
    seal_if_due(services)
    if as_json:
        print_json({"target": target, "papers": [{"document": p.id, "state": p.state} for p in papers]})
    else:
        sys.stdout.write(batch_words.papers_said(papers, command.lang))


@_blank.command("list")
def blank_list(context: typer.Context, batch: Batch, *, as_json: AsJson = False) -> None:
    """Mặt sau trắng để riêng của một đợt; ảnh vẫn nằm trong tệp gốc."""
    from flows.batches import view_batch

    command = current(context)
    view = view_batch(command.services(), batch)
    if as_json:
        print_json({"batch": view.batch.id, "blank_backs": list(_asides(view))})
    else:
        sys.stdout.write(batch_words.asides(view, command.lang))


@_blank.command("take-back")
def blank_take_back(
    context: typer.Context,
    item: Annotated[str, typer.Argument(metavar="ITEM", help="Mã tệp.")],
    page: Annotated[int, typer.Argument(metavar="PAGE", help="Số trang trong tệp.", min=1)],
    *,
    operator: Operator = "",
    as_json: AsJson = False,
) -> None:
    """Đưa một mặt sau trắng trở lại thành trang của giấy tờ; ký và lưu phiên bản mới, bản cũ vẫn giữ."""
    from flows.blanks import take_back
    from wiring.sealing import seal_if_due

    command = current(context)
    services = command.services()
    paper = take_back(services, item, page, actor=parse_account(operator))
    seal_if_due(services)
    if as_json:
        print_json({"document": paper.id, "version": paper.version, "pages": list(paper.pages)})
    else:
        sys.stdout.write(batch_words.papers_said([paper], command.lang))


def _state(*, open_: bool, closed: bool) -> BatchState | None:
    if open_ == closed:
        return None
    return BatchState.OPEN if open_ else BatchState.CLOSED


def _page(text: str) -> PageRef:
    file, sign, page = text.partition(":")
    if not sign or not (file.isdecimal() and page.isdecimal()) or not (int(file) and int(page)):
        raise ArgumentError(text, expected="TỆP:TRANG, ví dụ 1:2")
    return PageRef(int(file), int(page))


def _alike(text: str) -> Alike:
    try:
        return Alike(text)
    except ValueError as error:
        raise ArgumentError("--as", expected=", ".join(Alike)) from error


def _tell(
    view: BatchView, services: Services, lang: Lang, *, as_json: bool, scanned: Scanned | None = None
) -> None:
    pages = scanned or {}
    if as_json:
        print_json(_view_json(view, pages))
    else:
        label = services.papers.spec
        sys.stdout.write(
            batch_words.whole(view, lang, label=lambda type_: label(type_).label_vi, scanned=pages)
        )


def _asides(view: BatchView) -> Iterator[dict[str, object]]:
    for file in view.files:
        yield from ({"item": file.item.id, "file": file.item.name, "page": page} for page in file.asides)


def _row_json(row: BatchRow) -> dict[str, object]:
    return {
        "batch": row.id,
        "received_at": row.received_at.isoformat(),
        "dossier": row.dossier,
        "procedure": row.procedure,
        "state": row.state,
        "files": row.files,
        "refused": row.refused,
        "unfinished": row.unfinished,
        "operators": list(row.operators),
        "devices": list(row.devices),
        "declared": {"papers": row.declared.papers, "pages": row.declared.pages},
    }


def _view_json(view: BatchView, scanned: Scanned) -> dict[str, object]:
    return {
        "batch": view.batch.id,
        "received_at": view.batch.received_at.isoformat(),
        "dossier": view.batch.dossier,
        "procedure": view.batch.procedure,
        "state": view.state,
        "digest": view.digest,
        "declared": {"papers": view.declared.papers, "pages": view.declared.pages},
        "found": {"papers": view.found.papers, "pages": view.found.pages},
        "problems": [problem.as_json() for problem in view.problems],
        "alike": [
            {
                "first": str(pair.first),
                "second": str(pair.second),
                "likeness": pair.likeness,
                "guess": pair.guess,
                "said": pair.said,
            }
            for pair in view.alike
        ],
        "files": _files_json(view, scanned),
        "history": [
            {"act": one.act, "at": one.at.isoformat(), "by": one.actor, "reason": one.reason}
            for one in view.history
        ],
    }


def _files_json(view: BatchView, scanned: Scanned) -> Sequence[dict[str, object]]:
    return [
        {
            "item": file.item.id,
            "file": file.item.name,
            "sha256": file.item.sha256,
            "size": file.item.size,
            "state": file.item.state,
            "error": file.item.error_code,
            "pages": file.item.pages,
            "operator": file.item.origin.operator,
            "device": file.item.origin.device,
            "form": file.item.origin.form,
            "compared": file.item.origin.compared,
            "blank_backs": list(file.asides),
            "scanned": [
                {"page": one.number, "sha256": one.sha256, "at": one.at.isoformat()}
                for one in scanned.get(file.item.id, ())
            ],
            "papers": [
                {
                    "document": paper.id,
                    "pages": list(paper.pages),
                    "type": paper.type,
                    "state": paper.state,
                    "questions": list(paper.questions),
                }
                for paper in file.papers
            ],
        }
        for file in view.files
    ]

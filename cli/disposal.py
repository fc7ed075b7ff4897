"""``motlan disposal`` and ``motlan hold``: what is due, who approved, what was destroyed, what must stay."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import AsJson, current, print_json
from cli.words import moment, printable
from dossier.errors import ArgumentError, OutputError, RecordMissingError
from dossier.ids import DocumentId, Sha256

if TYPE_CHECKING:
    from dossier.keeping import Disposal, Hold

_STATES = {
    "proposed": "chờ phê duyệt",
    "approved": "đã đủ phê duyệt",
    "rejected": "bị từ chối",
    "begun": "đang hủy dở, chạy lại execute",
    "executed": "đã hủy",
}

_disposal = typer.Typer(
    help="Xem xét hủy tài liệu hết thời hạn bảo quản.", no_args_is_help=True, rich_markup_mode=None
)
_hold = typer.Typer(help="Lệnh giữ: không ai được hủy.", no_args_is_help=True, rich_markup_mode=None)

CaseArgument = Annotated[str, typer.Argument(help="Mã đề nghị.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Lý do, ghi vào hồ sơ.")]


def add_to(app: typer.Typer) -> None:
    """Put the groups into the command."""
    app.add_typer(_disposal, name="disposal")
    app.add_typer(_hold, name="hold")


@_disposal.command("list")
def list_(
    context: typer.Context,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Mọi đề nghị, kể cả đã hủy.")] = False,
    as_json: AsJson = False,
) -> None:
    """Danh sách "Xem xét hủy": giấy tờ đã hết thời hạn bảo quản; --all: mọi đề nghị."""
    from flows.disposal import disposals, due

    services = current(context).services()
    if everything:
        for found in disposals(services):
            _tell(found, as_json=as_json)
        return
    for one in due(services):
        until = one.retention.until.isoformat() if one.retention.until else None
        state = str(one.disposal.state) if one.disposal else None
        marks = [_STATES[state]] if state else []
        marks += ["ĐANG BỊ GIỮ"] if one.holds else []
        marks += [] if one.retention.verified else ["thời hạn chưa kiểm chứng"]
        _say(
            {
                "document": one.document.id,
                "type": one.document.type,
                "kept_until": until,
                "article": one.retention.article,
                "verified": one.retention.verified,
                "holds": [hold.id for hold in one.holds],
                "disposal": one.disposal.id if one.disposal else None,
                "state": state,
            },
            f"{one.document.id}  {one.document.type}  hết hạn {until}  {', '.join(marks)}",
            as_json=as_json,
        )


@_disposal.command("propose")
def propose(
    context: typer.Context,
    document: Annotated[str, typer.Argument(help="Mã giấy tờ.")],
    *,
    reason: ReasonOption,
    as_json: AsJson = False,
) -> None:
    """Đề nghị hủy một giấy tờ đã hết thời hạn bảo quản."""
    from flows.disposal import propose as apply

    _tell(apply(current(context).services(), DocumentId(document), reason=reason), as_json=as_json)


@_disposal.command("approve")
def approve(context: typer.Context, case: CaseArgument, *, as_json: AsJson = False) -> None:
    """Phê duyệt: cần hai người khác nhau (MOTLAN_ACTOR), không ai là người đề nghị."""
    from flows.disposal import approve as apply

    _tell(apply(current(context).services(), case), as_json=as_json)


@_disposal.command("reject")
def reject(
    context: typer.Context, case: CaseArgument, *, reason: ReasonOption, as_json: AsJson = False
) -> None:
    """Từ chối đề nghị hủy; sau này có thể đề nghị lại."""
    from flows.disposal import reject as apply

    _tell(apply(current(context).services(), case, reason=reason), as_json=as_json)


@_disposal.command("execute")
def execute(context: typer.Context, case: CaseArgument, *, as_json: AsJson = False) -> None:
    """Hủy thật: không khôi phục được; lập biên bản hủy có chữ ký số. Bị ngắt thì chạy lại."""
    from flows.disposal import execute as apply

    _tell(apply(current(context).services(), case), as_json=as_json)


@_disposal.command("sweep")
def sweep(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Xóa phần byte không còn khóa giải mã của giấy tờ đã hủy, khi khóa chống xóa đã hết hạn."""
    from flows.disposal import sweep as apply
    from flows.operating.jobs import Job, noted

    services = current(context).services()
    with noted(services, Job.SWEEP):
        removed, locked = apply(services)
    if as_json:
        print_json({"removed": removed, "locked": locked})
    else:
        sys.stdout.write(f"Đã xóa {removed} đối tượng không còn khóa; {locked} còn bị khóa chống xóa.\n")


@_disposal.command("certificate")
def certificate(
    context: typer.Context,
    case: CaseArgument,
    *,
    output: Annotated[Path, typer.Option("-o", "--output", help="Tệp JSON; chữ ký ghi cạnh, đuôi .p7s.")],
) -> None:
    """Lấy biên bản hủy và chữ ký của cơ quan ra tệp."""
    from flows.disposal import disposal

    services = current(context).services()
    found = disposal(services, case)
    if not found.certificate:
        raise RecordMissingError(case)
    signature = output.with_name(f"{output.name}.p7s")
    if output.exists() or signature.exists():
        raise ArgumentError(str(output), expected="tên tệp chưa có")
    for path, sha256 in ((output, found.certificate), (signature, found.signature)):
        with services.store.blobs.open(Sha256(sha256)) as stream:
            content = stream.read()
        try:
            path.write_bytes(content)
        except OSError as error:
            raise OutputError(str(path), cause=type(error).__name__) from error
    sys.stdout.write(f"Đã ghi {output} và {signature}\n")


@_hold.command("add")
def add_hold(
    context: typer.Context,
    target: Annotated[str, typer.Argument(help="Mã giấy tờ hoặc mã hồ sơ.")],
    *,
    reason: ReasonOption,
    as_json: AsJson = False,
) -> None:
    """Giữ một giấy tờ hoặc cả hồ sơ: không ai được hủy cho đến khi gỡ."""
    from dossier.codes import parse_dossier_code
    from dossier.ids import is_id
    from flows.disposal import add_hold as apply

    wanted = target if is_id(target) else str(parse_dossier_code(target))
    _tell_hold(apply(current(context).services(), wanted, reason=reason), as_json=as_json)


@_hold.command("lift")
def lift_hold(
    context: typer.Context,
    hold: Annotated[str, typer.Argument(help="Mã lệnh giữ.")],
    *,
    reason: ReasonOption,
    as_json: AsJson = False,
) -> None:
    """Gỡ một lệnh giữ."""
    from flows.disposal import lift_hold as apply

    _tell_hold(apply(current(context).services(), hold, reason=reason), as_json=as_json)


@_hold.command("list")
def list_holds(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Mọi lệnh giữ, kể cả đã gỡ."""
    from flows.disposal import holds

    for hold in holds(current(context).services()):
        _tell_hold(hold, as_json=as_json)


def _tell(found: Disposal, *, as_json: bool) -> None:
    approved = ", ".join(found.approvers) or "chưa có"
    _say(
        {
            "disposal": found.id,
            "document": found.document,
            "state": found.state,
            "proposed_by": found.proposer,
            "approved_by": list(found.approvers),
            "certificate": found.certificate or None,
            "signature": found.signature or None,
        },
        f"{found.id}  giấy tờ {found.document}: {_STATES[found.state]}; "
        f"đề nghị: {found.proposer}; phê duyệt: {approved}",
        as_json=as_json,
    )


def _tell_hold(hold: Hold, *, as_json: bool) -> None:
    state = "đang giữ" if hold.active else "đã gỡ"
    _say(
        {
            "hold": hold.id,
            "target": hold.target,
            "active": hold.active,
            "since": hold.since.isoformat(),
            "reason": hold.reason,
        },
        f"{hold.id}  {hold.target}: {state} từ {moment(hold.since)}; {hold.reason}",
        as_json=as_json,
    )


def _say(record: Mapping[str, object], line: str, *, as_json: bool) -> None:
    """The same for programs or for people."""
    if as_json:
        print_json(record)
    else:
        sys.stdout.write(f"{printable(line)}\n")

"""``motlan journal``: the record of what happened, and the proof that nobody changed it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.context import AsJson, current, print_json
from cli.words import moment, printable
from dossier.errors import ArgumentError, OutputError

_group = typer.Typer(help="Nhật ký: xem và kiểm tra chuỗi băm.", no_args_is_help=True, rich_markup_mode=None)


def add_to(app: typer.Typer) -> None:
    """Put the group into the command."""
    app.add_typer(_group, name="journal")


@_group.command("verify")
def verify(
    context: typer.Context,
    *,
    heads: Annotated[
        Path | None,
        typer.Option(help="Thư mục đầu chuỗi đã giữ ở nơi khác, để đối chiếu thêm.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Kiểm tra toàn bộ nhật ký: sửa, xóa, chèn, đảo thứ tự, cắt đuôi, thay chuỗi đều bị phát hiện."""
    from flows.operating.jobs import Job, noted
    from wiring.sealing import prove

    services = current(context).services()
    with noted(services, Job.PROOF):
        proof = prove(services, elsewhere=heads)
    if as_json:
        print_json(
            {
                "conclusion": "passed",
                "entries": proof.entries,
                "head": proof.head,
                "sealed": proof.sealed,
                "sealed_entries": proof.sealed_entries,
                "proven": proof.proven.isoformat() if proof.proven else None,
                "signer": proof.signer,
            }
        )
        return
    sys.stdout.write(f"Nhật ký nguyên vẹn: {proof.entries} mục, mã băm cuối {proof.head[:16]}…\n")
    if proof.proven is None:
        sys.stdout.write("Chưa có đầu chuỗi nào được ký niêm phong; chạy: motlan journal seal\n")
    else:
        sys.stdout.write(
            f"Đã niêm phong {proof.sealed} lần, lần cuối đến mục {proof.sealed_entries}, "
            f"dấu thời gian {moment(proof.proven)}, ký bởi {printable(proof.signer)}\n"
        )


@_group.command("seal")
def seal(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Ký niêm phong đầu chuỗi nhật ký ngay bây giờ (bình thường mỗi ngày một lần, tự động)."""
    from wiring.sealing import seal as apply

    services = current(context).services()
    with services.writing():
        head = apply(services)
    if as_json:
        print_json({"sealed": head is not None, "entries": head.entries if head else None})
    elif head is None:
        sys.stdout.write("Không có mục mới kể từ lần niêm phong trước.\n")
    else:
        sys.stdout.write(f"Đã niêm phong nhật ký đến mục {head.entries}.\n")


@_group.command("recover")
def recover(
    context: typer.Context,
    *,
    lost: Annotated[int, typer.Option(help="Số mục đã mất; lệnh từ chối số sai và cho biết số đúng.", min=1)],
    reason: Annotated[str, typer.Option(help="Lý do, ghi vào nhật ký; không ghi số định danh.")],
    as_json: AsJson = False,
) -> None:
    """Đi tiếp với cơ sở dữ liệu đã khôi phục về thời điểm trước: ghi rõ số mục đã mất, cất đầu chuỗi cũ."""
    from flows.recovery import recover as apply

    found = apply(current(context).services(), lost=lost, reason=reason)
    if as_json:
        print_json(
            {
                "entries": found.entries,
                "lost": found.lost,
                "since": found.since.isoformat(),
                "heads": found.heads,
            }
        )
        return
    sys.stdout.write(
        f"Nhật ký đi tiếp từ mục {found.entries}; đã mất {found.lost} mục kể từ {moment(found.since)}. "
        f"Đầu chuỗi cũ nằm trong lost-heads ({found.heads} đầu đã ký).\n"
        "Giấy tờ nhận sau thời điểm đó không còn hồ sơ; lấy lại: motlan repair --rescue THƯ_MỤC\n"
    )


@_group.command("reindex")
def reindex(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Lập lại bảng tra từ người, giấy tờ, yêu cầu đến các mục nhật ký; chính nhật ký không đổi."""
    services = current(context).services()
    with services.writing():
        entries = services.store.records.rebuild_journal_index()
    if as_json:
        print_json({"entries": entries})
    else:
        sys.stdout.write(f"Đã lập lại bảng tra của {entries} mục nhật ký.\n")


@_group.command("export")
def export(
    context: typer.Context,
    *,
    output: Annotated[Path, typer.Option("-o", "--output", help="Tệp JSON Lines sẽ ghi ra.")],
    force: Annotated[bool, typer.Option("--force", help="Ghi đè tệp đã có.")] = False,
    as_json: AsJson = False,
) -> None:
    """Xuất nhật ký và các đầu chuỗi đã ký, để kiểm tra độc lập bằng tools/verify_journal.py."""
    from wiring.sealing import export as lines

    services = current(context).services()
    if output.exists() and not force:
        raise ArgumentError(str(output), expected="tên tệp chưa có (hoặc thêm --force)")
    count = 0
    draft = output.with_name(f"{output.name}.part")
    try:
        with draft.open("w", encoding="utf-8") as file:
            for line in lines(services):
                file.write(f"{line}\n")
                count += 1
        draft.replace(output)
    except OSError as error:
        raise OutputError(str(output), cause=type(error).__name__) from error
    finally:
        draft.unlink(missing_ok=True)
    if as_json:
        print_json({"file": str(output), "lines": count})
    else:
        sys.stdout.write(f"Đã ghi {output} ({count} dòng).\n")


@_group.command("list")
def show(
    context: typer.Context,
    *,
    after: Annotated[int, typer.Option(help="Từ sau mục số này.")] = 0,
    limit: Annotated[int, typer.Option(help="Nhiều nhất bao nhiêu mục.", min=1, max=10_000)] = 100,
    as_json: AsJson = False,
) -> None:
    """Liệt kê các mục nhật ký (chỉ có mã, không có dữ liệu cá nhân)."""
    services = current(context).services()
    for entry in services.store.records.journal(after=after, limit=limit):
        event = entry.event
        if as_json:
            print_json(
                {
                    "number": entry.number,
                    "kind": event.kind,
                    "at": event.at.isoformat(),
                    "actor": event.actor,
                    "subject": event.subject,
                    "owner_ref": event.owner_ref,
                    "dossier": event.dossier,
                    "purpose": event.purpose,
                    "details": dict(event.details),
                    "hash": entry.hash,
                }
            )
        else:
            sys.stdout.write(f"{entry.number:>6}  {moment(event.at)}  {event.kind:<22} {event.subject}\n")

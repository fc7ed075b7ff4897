"""``motlan backup`` and ``motlan restore``: a second copy that was tried before it is needed."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import AsJson, current, leave, print_json
from cli.words import moment
from dossier.errors import ArgumentError, InputNotFoundError, InputPermissionError

if TYPE_CHECKING:
    from wiring.backups import Comparison

_DIFFERS = 12

_group = typer.Typer(
    help="Sao lưu kho dữ liệu; kiểm tra bản sao lưu từng byte.",
    invoke_without_command=True,
    rich_markup_mode=None,
)

KeysOption = Annotated[
    str,
    typer.Option(
        "--keys",
        help="Mật khẩu cho phần khóa của kho: env:TÊN, file:ĐƯỜNG_DẪN, credential:TÊN hoặc ask.",
        show_default=False,
    ),
]
BackupArgument = Annotated[
    Path, typer.Argument(help="Thư mục sao lưu (bản mới nhất), hoặc thư mục của một bản.", show_default=False)
]


def add_to(app: typer.Typer) -> None:
    """Put the commands into the group."""
    app.add_typer(_group, name="backup")
    app.command("restore")(restore)


@_group.callback()
def back_up(
    context: typer.Context,
    *,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Thư mục sao lưu.", show_default=False)
    ] = None,
    keys: KeysOption = "",
    as_json: AsJson = False,
) -> None:
    """Sao lưu trong khi kho vẫn làm việc; lần sau chỉ chép đối tượng mới. Khóa chỉ chép khi có --keys."""
    if context.invoked_subcommand is not None:
        return
    from flows.operating.jobs import Job, noted
    from wiring.backups import back_up as apply

    if output is None:
        raise ArgumentError("backup", expected="-o THƯ_MỤC")
    services = current(context).services()
    passphrase = _passphrase(keys)
    with noted(services, Job.BACKUP):
        made = apply(services, output, passphrase=passphrase)
    if as_json:
        print_json(
            {
                "backup": str(made.folder),
                "manifest": made.manifest.sha256,
                "objects": made.manifest.objects,
                "copied": made.copied,
                "bytes": made.manifest.size,
                "entries": made.manifest.journal.entries,
                "keys": bool(keys),
            }
        )
        return
    sys.stdout.write(
        f"Đã sao lưu vào {made.folder}: {made.manifest.objects} đối tượng ({made.copied} mới), "
        f"nhật ký đến mục {made.manifest.journal.entries}.\n"
    )
    if not keys:
        sys.stdout.write(
            "Khóa của kho (store.key) không nằm trong bản này: giữ riêng, hoặc thêm --keys ask.\n"
        )


@_group.command("check")
def check(
    context: typer.Context,
    backup: BackupArgument,
    *,
    against: Annotated[
        Path | None, typer.Option(help="So với kho ở thư mục này, từng bản ghi.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Đọc lại toàn bộ bản sao lưu, so mã băm, đi hết nhật ký, kiểm tra chữ ký; có thể so với một kho."""
    from wiring.backups import check as apply
    from wiring.backups import choose, compare

    services = current(context).services()
    chosen = choose(backup)
    found, by = apply(services, chosen)
    compared = compare(services, chosen, against) if against else None
    if as_json:
        print_json(
            {
                "backup": str(chosen),
                "conclusion": "passed",
                "objects": found.objects,
                "bytes": found.size,
                "entries": found.journal.entries,
                "trusted_by": by,
                **(_comparison_json(compared) if compared else {}),
            }
        )
    else:
        sys.stdout.write(
            f"Bản sao lưu {chosen.name} ({moment(found.manifest.at)}) nguyên vẹn: "
            f"{found.objects} đối tượng, {found.size:,} byte, nhật ký {found.journal.entries} mục.\n"
        )
        if by == "backup":
            sys.stdout.write(
                "Máy này chưa có gốc tin cậy: chữ ký chỉ xét theo gốc trong chính bản sao lưu.\n"
            )
        if compared:
            sys.stdout.write(_comparison_in_words(compared))
    leave(_DIFFERS if compared and not compared.kept else 0)


def restore(
    context: typer.Context,
    backup: BackupArgument,
    into: Annotated[Path, typer.Argument(help="Thư mục trống sẽ thành kho dữ liệu.")],
    *,
    keys: KeysOption = "",
    store_key: Annotated[
        Path | None, typer.Option(help="Tệp store.key đã giữ riêng.", show_default=False)
    ] = None,
    desk: Annotated[
        bool,
        typer.Option("--desk", help="Mọi thứ vào thư mục, dù cấu hình dùng máy chủ hay thùng chứa."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Khôi phục vào nơi trống, so lại từng đối tượng và từng bản ghi; bị ngắt thì chạy lại."""
    from storage.restore import KeysFrom
    from storage.schema import REVISION
    from wiring.backups import choose, compare, record_restore, settings_in
    from wiring.backups import restore as apply
    from wiring.services import Services

    if bool(keys) == bool(store_key):
        raise ArgumentError("restore", expected="đúng một trong --keys và --store-key")
    services = current(context).services()
    chosen = choose(backup)
    secret = KeysFrom(passphrase=_passphrase(keys), store_key=_read(store_key) if store_key else None)
    target = settings_in(services.settings, into, desk=desk)
    manifest, by = apply(services, chosen, target, keys=secret)
    if manifest.schema != REVISION:
        # Its tables are those of the program that made it; only ``init`` brings them up to date.
        sys.stderr.write(f"Bản sao lưu của phiên bản trước: chạy tiếp 'motlan --data {into} init'.\n")
        leave(0)
    with Services(target) as restored:
        compared = compare(restored, chosen, into)
        record_restore(restored, manifest)
    if as_json:
        print_json(
            {
                "restored": str(into),
                "backup": str(chosen),
                "objects": manifest.objects,
                "trusted_by": by,
                **_comparison_json(compared),
            }
        )
    else:
        sys.stdout.write(f"Đã khôi phục {manifest.objects} đối tượng vào {into}.\n")
        sys.stdout.write(_comparison_in_words(compared))
    leave(0 if compared.equal else _DIFFERS)


def _comparison_json(compared: Comparison) -> dict[str, object]:
    return {
        "equal": compared.equal,
        "kept": compared.kept,
        "missing_objects": compared.missing_objects,
        "tables": {
            table.table: {
                "same": table.same,
                "missing": table.missing,
                "added": table.added,
                "changed": table.changed,
            }
            for table in compared.tables
        },
    }


def _comparison_in_words(compared: Comparison) -> str:
    if compared.equal:
        rows = sum(table.same for table in compared.tables)
        return f"Kho giống hệt bản sao lưu: {rows} bản ghi.\n"
    lines = [
        f"  {table.table}: {table.same} giống, thiếu {table.missing}, thêm {table.added}, "
        f"khác {table.changed}\n"
        for table in compared.tables
        if not table.equal
    ]
    head = (
        "Không mất gì so với bản sao lưu; kho đã có thêm:\n"
        if compared.kept
        else f"KHÁC với bản sao lưu (thiếu {compared.missing_objects} đối tượng):\n"
    )
    return head + "".join(lines)


def _passphrase(source: str) -> str | None:
    from wiring.secrets import Secret, ask_on_terminal

    if not source:
        return None
    return Secret(where="--keys", reference=source, environment=os.environ, ask=ask_on_terminal)()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InputNotFoundError(str(path)) from error
    except OSError as error:
        raise InputPermissionError(str(path)) from error

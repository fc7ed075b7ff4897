"""``motlan encryption``: the keys that records are encrypted with; which are in use, a new one, rotation."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.context import AsJson, current, print_json
from dossier.errors import ArgumentError

_group = typer.Typer(no_args_is_help=True, help="Khóa mã hóa hồ sơ: đang dùng khóa nào, tạo và đổi khóa.")

_KEY_BYTES = 32


def add_to(app: typer.Typer) -> None:
    """Put the commands into the group."""
    app.add_typer(_group, name="encryption")


@_group.command("status")
def status(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Mỗi khóa đang mã hóa bao nhiêu giá trị; khóa nào đang dùng."""
    records = current(context).services().store.records
    used, in_use = records.key_usage(), records.key_in_use
    if as_json:
        print_json({"current": in_use, "keys": dict(used)})
        return
    for key_id, count in sorted({in_use: 0, **used}.items()):
        note = "  (đang dùng)" if key_id == in_use else "  (chờ đổi: motlan encryption rotate)"
        sys.stdout.write(f"{key_id:<32} {count:>12,}{note}\n")


@_group.command("new-key")
def new_key(
    file: Annotated[Path, typer.Argument(help="Tệp khóa; tạo mới nếu chưa có, chỉ chủ tệp đọc được.")],
    key_id: Annotated[str, typer.Argument(help="Mã khóa, ví dụ 2026-11.")],
) -> None:
    """Thêm một khóa ngẫu nhiên vào cuối tệp khóa. Sao lưu tệp trước khi dùng: mất khóa là mất hồ sơ."""
    from storage.key_ring import ring_of_store

    try:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "r+", encoding="ascii") as stream:
            before = stream.read()
            gap = "" if not before or before.endswith("\n") else "\n"
            line = f"{gap}{key_id} {secrets.token_bytes(_KEY_BYTES).hex()}\n"
            # Refuses an id that is none or that stands there already, before anything is written.
            ring_of_store(bytes(_KEY_BYTES), before + line)
            stream.write(line)
            stream.flush()
            os.fsync(stream.fileno())
    except (OSError, ValueError) as error:
        raise ArgumentError(str(file), expected="tệp khóa đọc và ghi được") from error
    sys.stdout.write(f"Đã thêm khóa {key_id} vào {file}; khai báo MOTLAN_ENCRYPTION_KEYS=file:{file}\n")


@_group.command("rotate")
def rotate(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Mã hóa lại khóa của mọi hồ sơ bằng khóa đang dùng; dừng lúc nào cũng được, chạy lại thì làm tiếp."""
    from flows.rotation import rotate_keys

    services = current(context).services()

    def told(moved: int) -> None:
        if not as_json:
            sys.stderr.write(f"\r{moved:,}")
            sys.stderr.flush()

    moved = rotate_keys(services, told=told)
    if as_json:
        print_json({"moved": moved, "current": services.store.records.key_in_use})
    else:
        sys.stdout.write(f"\nĐã chuyển {moved:,} giá trị sang khóa {services.store.records.key_in_use}.\n")

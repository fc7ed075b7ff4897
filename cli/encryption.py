"""``motlan encryption``: keys of records and objects, new ones, rotation; enciphering what is plain."""

from __future__ import annotations

import os
import secrets
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import AsJson, complain, current, leave, print_json
from cli.words import moment
from dossier.errors import ArgumentError, FixityFailedError

if TYPE_CHECKING:
    from storage.plain_objects import Enciphered

_group = typer.Typer(no_args_is_help=True, help="Mã hóa hồ sơ và đối tượng: khóa đang dùng, tạo và đổi khóa.")

_KEY_BYTES = 32


def add_to(app: typer.Typer) -> None:
    """Put the commands into the group."""
    app.add_typer(_group, name="encryption")


@_group.command("status")
def status(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Mỗi khóa đang mã hóa bao nhiêu giá trị; khóa nào đang dùng; bao nhiêu đối tượng đã mã hóa."""
    from flows.enciphering import how_kept

    services = current(context).services()
    records = services.store.records
    used, in_use = records.key_usage(), records.key_in_use
    kept, is_on = how_kept(services), services.settings.encrypt_objects
    if as_json:
        objects = {
            "new_are_enciphered": is_on,
            "enciphered": kept.enciphered,
            "plain": kept.plain,
            "keyless": kept.keyless,
        }
        print_json({"current": in_use, "keys": dict(used), "objects": objects})
        return
    for key_id, count in sorted({in_use: 0, **used}.items()):
        note = "  (đang dùng)" if key_id == in_use else "  (chờ đổi: motlan encryption rotate)"
        sys.stdout.write(f"{key_id:<32} {count:>12,}{note}\n")
    setting = "đối tượng mới được mã hóa" if is_on else "đối tượng mới KHÔNG mã hóa (MOTLAN_ENCRYPT_OBJECTS)"
    sys.stdout.write(f"Đối tượng: {kept.enciphered:,} đã mã hóa, {kept.plain:,} chưa mã hóa; {setting}.\n")
    if kept.keyless:
        sys.stdout.write(
            f"{kept.keyless:,} đối tượng đã hủy khóa còn byte không đọc được (motlan disposal sweep).\n"
        )


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
        if not as_json and sys.stderr.isatty():
            sys.stderr.write(f"\r{moved:,}")
            sys.stderr.flush()

    moved = rotate_keys(services, told=told)
    if as_json:
        print_json({"moved": moved, "current": services.store.records.key_in_use})
    else:
        sys.stdout.write(f"\nĐã chuyển {moved:,} giá trị sang khóa {services.store.records.key_in_use}.\n")


@_group.command("objects")
def objects(
    context: typer.Context,
    *,
    grace_days: Annotated[
        int,
        typer.Option(help="Bản chưa mã hóa chỉ bị xóa khi bản mã hóa đã có đủ số ngày này.", min=0),
    ] = 7,
    as_json: AsJson = False,
) -> None:
    """Mã hóa đối tượng lưu từ trước, rồi xóa bản chưa mã hóa ở nơi không khóa; dừng, chạy lại đều được."""
    from flows.enciphering import encipher_objects

    services = current(context).services()

    def told(report: Enciphered) -> None:
        if not as_json and sys.stderr.isatty():
            sys.stderr.write(f"\r{report.enciphered:,} / {report.removed:,}")
            sys.stderr.flush()

    report = encipher_objects(services, grace=timedelta(days=grace_days), told=told)
    until = report.locked_until
    if as_json:
        print_json(
            {
                "enciphered": report.enciphered,
                "unreadable": report.unreadable,
                "plain_copies": {
                    "removed": report.removed,
                    "in_grace": report.young,
                    "waiting_for_enciphered_copy": report.waiting,
                    "locked": report.locked,
                    "locked_until": until.isoformat() if until else None,
                },
            }
        )
    else:
        sys.stdout.write(_objects_in_words(report, grace_days=grace_days))
    if report.unreadable:
        complain(FixityFailedError("kho", count=report.unreadable), current(context).lang)
        leave(FixityFailedError.exit_code)


def _objects_in_words(report: Enciphered, *, grace_days: int) -> str:
    lines = [f"\nĐã mã hóa {report.enciphered:,} đối tượng; đã xóa {report.removed:,} bản chưa mã hóa.\n"]
    if report.young:
        lines.append(
            f"{report.young:,} bản chưa mã hóa còn giữ {grace_days} ngày; chạy lại lệnh này sau đó.\n"
        )
    if report.waiting:
        lines.append(
            f"{report.waiting:,} bản chưa mã hóa chờ bản sao mã hóa (motlan copies), chạy lại sau.\n"
        )
    if report.locked:
        ends = moment(report.locked_until) if report.locked_until else "?"
        lines.append(
            f"{report.locked:,} bản CHƯA MÃ HÓA còn bị khóa chống xóa, khóa cuối hết hạn {ends}: "
            "đến lúc đó ai vào được nơi lưu vẫn đọc được.\n"
        )
    return "".join(lines)

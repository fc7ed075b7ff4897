"""``motlan api-key``: keys for software that asks the HTTP service."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import AsJson, current, print_json
from cli.words import moment
from dossier.admission import EVERYTHING, FieldScope, Role, Scopes
from dossier.codes import is_office, parse_procedure_code
from dossier.errors import ArgumentError

if TYPE_CHECKING:
    from datetime import datetime

    from dossier.admission import ApiKey

_LABEL = re.compile(r"^[a-z0-9][a-z0-9._-]{0,63}$", re.ASCII)
_MOST_DAYS = 730

Offices = Annotated[
    list[str] | None,
    typer.Option("--office", help="Mã cơ quan trong mã hồ sơ, gồm cả cấp dưới; '*' là tất cả."),
]
Procedures = Annotated[list[str] | None, typer.Option("--procedure", help="Mã thủ tục (mặc định: tất cả).")]

_group = typer.Typer(
    help="Khóa truy cập cho phần mềm gọi dịch vụ HTTP.", no_args_is_help=True, rich_markup_mode=None
)


def add_to(app: typer.Typer) -> None:
    """Put the group into the command."""
    app.add_typer(_group, name="api-key")


@_group.command("new")
def new(
    context: typer.Context,
    label: Annotated[str, typer.Argument(help="Bàn hoặc phần mềm dùng khóa, ví dụ mot-cua-xa-a.")],
    *,
    role: Annotated[str, typer.Option(help="one_stop, archivist, verifier hoặc observer.")],
    offices: Offices = None,
    procedures: Procedures = None,
    fields: Annotated[str, typer.Option(help="Trường được xem: none, basic hoặc sensitive.")] = "basic",
    days: Annotated[int, typer.Option(help="Số ngày khóa có giá trị.", min=1, max=_MOST_DAYS)] = 365,
    as_json: AsJson = False,
) -> None:
    """Cấp một khóa. Khóa chỉ hiện một lần ở đây; kho chỉ giữ mã băm."""
    from flows.admission import new_key

    if not _LABEL.match(label):
        raise ArgumentError("LABEL", expected="chữ thường, số, dấu . _ - (không ghi tên người)")
    scopes = Scopes(
        role=_role(role),
        offices=tuple(parse_office(each) for each in offices or ()),
        procedures=tuple(parse_procedure_code(each) for each in procedures or ()) or (EVERYTHING,),
        fields=_fields(fields),
    )
    if scopes.role is not Role.VERIFIER and not scopes.offices:
        raise ArgumentError("--office", expected="ít nhất một mã cơ quan, ví dụ H26.5.12")
    services = current(context).services()
    made = new_key(services, label, scopes, days=days)
    if as_json:
        print_json({**_as_json(made.key, services.clock()), "secret": made.text})
        return
    sys.stdout.write(
        f"{made.text}\n"
        f"  Khóa {made.key.id} ({label}) có giá trị đến {moment(made.key.ends_at)}.\n"
        "  Lưu ngay vào nơi giữ bí mật: khóa không xem lại được.\n"
    )


@_group.command("list")
def list_(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Mọi khóa đã cấp, phạm vi, còn giá trị hay không."""
    from flows.admission import keys

    services = current(context).services()
    now = services.clock()
    for key in keys(services):
        if as_json:
            print_json(_as_json(key, now))
            continue
        state = "còn giá trị" if key.counts(now) else "đã thu hồi" if key.revoked_at else "hết hạn"
        scopes = key.scopes
        sys.stdout.write(
            f"{key.id}  {key.label}  {scopes.role.value}  cơ quan {' '.join(scopes.offices) or '—'}  "
            f"thủ tục {' '.join(scopes.procedures)}  trường {scopes.fields.value}  "
            f"đến {moment(key.ends_at)}  {state}\n"
        )


@_group.command("revoke")
def revoke(
    context: typer.Context,
    key: Annotated[str, typer.Argument(help="Mã khóa (16 ký tự), xem 'motlan api-key list'.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Thu hồi một khóa: từ lúc này khóa không dùng được nữa."""
    from flows.admission import revoke_key

    services = current(context).services()
    revoked = revoke_key(services, key)
    if as_json:
        print_json(_as_json(revoked, services.clock()))
    else:
        sys.stdout.write(f"Đã thu hồi khóa {revoked.id} ({revoked.label}).\n")


def _as_json(key: ApiKey, now: datetime) -> dict[str, object]:
    return {
        "key": key.id,
        "label": key.label,
        "role": key.scopes.role.value,
        "offices": list(key.scopes.offices),
        "procedures": list(key.scopes.procedures),
        "fields": key.scopes.fields.value,
        "made_at": key.made_at.isoformat(),
        "ends_at": key.ends_at.isoformat(),
        "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
        "counts": key.counts(now),
    }


def _role(text: str) -> Role:
    # A citizen is proven by the provider's token for each sign-in, never by a key that somebody keeps.
    offered = [each for each in Role if each is not Role.CITIZEN]
    if text not in offered:
        raise ArgumentError("--role", expected=", ".join(offered))
    return Role(text)


def _fields(text: str) -> FieldScope:
    try:
        return FieldScope(text)
    except ValueError as error:
        raise ArgumentError("--fields", expected=", ".join(FieldScope)) from error


def parse_office(text: str) -> str:
    """An office as people type it, or all of them.

    Raises:
        ArgumentError: it is none.
    """
    cleaned = text.strip().upper()
    if cleaned != EVERYTHING and not is_office(cleaned):
        raise ArgumentError("--office", expected="mã cơ quan, ví dụ H26.5.12, hoặc '*'")
    return cleaned

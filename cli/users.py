"""``motlan users``: accounts of people who sign in to the station."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from cli.api_key import Offices, Procedures
from cli.context import AsJson, current, print_json
from cli.words import moment, printable
from dossier.errors import ArgumentError
from dossier.staff import StaffRole, StaffScopes
from dossier.staff_errors import StaffTermsError

if TYPE_CHECKING:
    from dossier.staff import StaffAccount
    from flows.staff.accounts import HandedOut

_ALL_ROLES = ", ".join(StaffRole)

Roles = Annotated[
    list[str] | None,
    typer.Option("--role", help=f"Vai trò (lặp lại được): {_ALL_ROLES}.", show_default=False),
]
Fields = Annotated[str, typer.Option(help="Trường được xem: none, basic hoặc sensitive.")]
Who = Annotated[str, typer.Argument(metavar="USER", help="Tên đăng nhập hoặc mã tài khoản.")]

_group = typer.Typer(
    help="Tài khoản của cán bộ dùng các trang web.", no_args_is_help=True, rich_markup_mode=None
)


def add_to(app: typer.Typer) -> None:
    """Put the group into the command."""
    app.add_typer(_group, name="users")


@_group.command("add")
def add(
    context: typer.Context,
    login: Annotated[str, typer.Argument(help="Tên đăng nhập: chữ thường, số, dấu . _ @ -")],
    *,
    name: Annotated[str, typer.Option(help="Họ tên, như đồng nghiệp đọc.")],
    roles: Roles = None,
    offices: Offices = None,
    procedures: Procedures = None,
    fields: Fields = "basic",
    as_json: AsJson = False,
) -> None:
    """Lập tài khoản và cấp mật khẩu dùng một lần; lần đăng nhập đầu phải đổi và bật xác thực hai lớp."""
    from flows.staff.accounts import add_account, read_login, read_name
    from flows.staff.passwords import Passwords

    with _as_options():
        known, shown = read_login(login), read_name(name)
    scopes = _scopes(roles, offices, procedures, fields)
    made = add_account(current(context).services(), known, shown, scopes, passwords=Passwords())
    _hand_out(made, as_json=as_json)


@_group.command("list")
def list_(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Mọi tài khoản, vai trò, phạm vi, đang dùng hay đã khóa."""
    from flows.staff.accounts import accounts

    for account in accounts(current(context).services()):
        if as_json:
            print_json(_as_json(account))
            continue
        scopes = account.scopes
        state = "đang dùng" if account.is_enabled else "đã khóa"
        second = "hai lớp" if account.totp else "chưa bật hai lớp"
        sys.stdout.write(
            f"{account.id}  {printable(account.login)}  {printable(account.name)}  "
            f"{' '.join(sorted(scopes.roles))}  cơ quan {' '.join(scopes.offices) or '—'}  "
            f"thủ tục {' '.join(scopes.procedures)}  trường {scopes.fields.value}  {second}  {state}\n"
        )


@_group.command("roles")
def change(
    context: typer.Context,
    user: Who,
    *,
    roles: Roles = None,
    offices: Offices = None,
    procedures: Procedures = None,
    fields: Fields = "basic",
    as_json: AsJson = False,
) -> None:
    """Đổi vai trò và phạm vi của một tài khoản; có hiệu lực ngay ở trang kế tiếp."""
    from flows.staff.accounts import change_scopes, find_account

    services = current(context).services()
    found = find_account(services, user)
    changed = change_scopes(services, found, _scopes(roles, offices, procedures, fields))
    _tell(changed, "Đã đổi vai trò của", as_json=as_json)


@_group.command("disable")
def disable(context: typer.Context, user: Who, *, as_json: AsJson = False) -> None:
    """Khóa một tài khoản: mọi phiên đóng ngay, không đăng nhập được nữa."""
    from flows.staff.accounts import disable as shut
    from flows.staff.accounts import find_account

    services = current(context).services()
    _tell(shut(services, find_account(services, user)), "Đã khóa", as_json=as_json)


@_group.command("reset")
def reset(context: typer.Context, user: Who, *, as_json: AsJson = False) -> None:
    """Cấp mật khẩu mới dùng một lần, xóa xác thực hai lớp, mở khóa; mọi phiên đóng ngay."""
    from flows.staff.accounts import find_account
    from flows.staff.accounts import reset as begin_anew
    from flows.staff.passwords import Passwords

    services = current(context).services()
    made = begin_anew(services, find_account(services, user), passwords=Passwords())
    _hand_out(made, as_json=as_json)


def _hand_out(made: HandedOut, *, as_json: bool) -> None:
    account, ends = made.account, made.account.password_ends
    if as_json:
        print_json({**_as_json(account), "password": made.password})
        return
    until = moment(ends) if ends else "—"
    sys.stdout.write(
        f"{made.password}\n"
        f"  Mật khẩu dùng một lần của {printable(account.login)} ({account.id}), có giá trị đến {until}.\n"
        "  Trao tận tay: mật khẩu không xem lại được.\n"
    )


def _tell(account: StaffAccount, what: str, *, as_json: bool) -> None:
    if as_json:
        print_json(_as_json(account))
    else:
        sys.stdout.write(f"{what} {printable(account.login)} ({account.id}).\n")


def _as_json(account: StaffAccount) -> dict[str, object]:
    scopes = account.scopes
    return {
        "user": account.id,
        "login": account.login,
        "name": account.name,
        "roles": sorted(role.value for role in scopes.roles),
        "offices": list(scopes.offices),
        "procedures": list(scopes.procedures),
        "fields": scopes.fields.value,
        "second_factor": bool(account.totp),
        "must_change_password": account.must_change,
        "made_at": account.made_at.isoformat(),
        "disabled_at": account.disabled_at.isoformat() if account.disabled_at else None,
    }


def _scopes(
    roles: list[str] | None, offices: list[str] | None, procedures: list[str] | None, fields: str
) -> StaffScopes:
    from flows.staff.accounts import read_scopes

    with _as_options():
        return read_scopes(roles or (), offices or (), procedures or (), fields)


@contextmanager
def _as_options() -> Iterator[None]:
    """What cannot be taken is told by the option it was given in."""
    try:
        yield
    except StaffTermsError as error:
        item = error.item
        option = "LOGIN" if item == "login" else f"--{item}"
        raise ArgumentError(option, expected=str(error.details["reason"])) from error

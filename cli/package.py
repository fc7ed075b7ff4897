"""``motlan package``: archive packages made of what is held, checked, and listed."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.archive import access_of
from cli.context import AsJson, complain, current, error_json, leave, print_json
from cli.words import printable
from dossier.errors import ArgumentError, InputNotFoundError, MotlanError
from rulebook.packages import PackageKind

if TYPE_CHECKING:
    from flows.package_values import Given
    from preservation.checking.report import PackageReport

_MOST_FIELD_BYTES = 1 << 20
_NOT_VALID = 1
_SHOWN = 50

_group = typer.Typer(
    help="Gói lưu trữ AIP, SIP, DIP (Thông tư 05/2025/TT-BNV).", no_args_is_help=True, rich_markup_mode=None
)


def add_to(app: typer.Typer) -> None:
    """Put the group into the command."""
    app.add_typer(_group, name="package")


@_group.command("make")
def make(
    context: typer.Context,
    *,
    output: Annotated[Path, typer.Option("-o", "--output", help="Tệp hoặc thư mục sẽ tạo.")],
    kind: Annotated[PackageKind, typer.Option(help="aip: lưu trữ; sip: nộp; dip: cho người sử dụng.")],
    dossier: Annotated[str, typer.Option(help="Mã hồ sơ.", show_default=False)] = "",
    document: Annotated[
        list[str] | None, typer.Option(help="Mã giấy tờ trong kho; lặp lại được.", show_default=False)
    ] = None,
    batch: Annotated[str, typer.Option(help="Mã lô đã nhận.", show_default=False)] = "",
    form: Annotated[str, typer.Option("--as", help="zip, tar hoặc folder.")] = "zip",
    values: Annotated[
        list[str] | None,
        typer.Option("--set", help="TRƯỜNG=GIÁ_TRỊ; lặp lại được.", show_default=False),
    ] = None,
    fields: Annotated[Path | None, typer.Option(help="Tệp TOML có các trường.", show_default=False)] = None,
    purpose: Annotated[str, typer.Option(help="Mục đích, như ở lệnh find.")] = "luu_tru",
    as_json: AsJson = False,
) -> None:
    """Đóng gói giấy tờ đã lưu kho; gói chỉ xuất hiện khi đã ghi xong và đủ siêu dữ liệu."""
    from flows.package_selection import select
    from flows.package_target import Form
    from flows.packages import PackageOrder, make_package

    services = current(context).services()
    if form not in tuple(Form):
        raise ArgumentError("--as", expected=", ".join(Form))
    order = PackageOrder(
        kind=kind,
        selection=select(services.store.records, dossier=dossier, documents=document or (), batch=batch),
        given=_given(values or (), fields),
        output=output,
        form=Form(form),
    )
    made = make_package(services, order, access=access_of(services, purpose, dossier))
    if as_json:
        print_json(made.as_json())
        return
    sys.stdout.write(
        f"Đã tạo gói {made.kind.value.upper()} {made.objid}\n"
        f"  {printable(str(made.path))}: {made.built.documents} giấy tờ, {made.built.files} tệp,"
        f" {made.built.size:,} byte, SHA-256 {made.sha256[:16]}…\n"
    )


@_group.command("list")
def show(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Liệt kê các gói đã tạo, theo nhật ký."""
    from flows.packages import made_packages

    for made in made_packages(current(context).services()):
        if as_json:
            print_json(made)
        else:
            sys.stdout.write(
                f"{made['number']:>6}  {str(made['at'])[:19]}  {str(made['kind']).upper():<4}"
                f"{made['documents']:>7} giấy tờ  {made['objid']}\n"
            )


@_group.command("check")
def check(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Gói: tệp ZIP, TAR hoặc thư mục.")],
    *,
    signatures: Annotated[bool, typer.Option("--signatures", help="Kiểm tra cả chữ ký số.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="In JSON, mỗi gói một dòng.")] = False,
) -> None:
    """Kiểm tra gói: cấu trúc, từng tệp, siêu dữ liệu, lịch sử; 0 đạt, 1 không đạt, 4 không mở được."""
    from flows.package_check import check_file

    command = current(context)
    services = command.services()
    codes: list[int] = []
    for path in paths:
        try:
            report = check_file(services, path, signatures=signatures)
        except MotlanError as error:
            codes.append(error.exit_code)
            if as_json:
                print_json({"path": str(path), "error": error_json(error, command.lang)})
            else:
                complain(error, command.lang)
            continue
        codes.append(0 if report.valid else _NOT_VALID)
        if as_json:
            print_json({"path": str(path), **report.as_json()})
        else:
            sys.stdout.write(_in_words(path, report))
    leave(max(codes, key=_rank))


def _rank(code: int) -> int:
    """Not valid is worst: it is a verdict."""
    return {0: 0, _NOT_VALID: 2}.get(code, 1)


def _in_words(path: Path, report: PackageReport) -> str:
    verdict = "ĐẠT" if report.valid else "KHÔNG ĐẠT"
    head = (
        f"{printable(str(path))}: {verdict} – {report.kind or '?'} {printable(report.objid)}, "
        f"{report.documents} giấy tờ, {report.files} tệp, {report.size:,} byte; "
        f"{report.errors} lỗi, {report.warnings} cảnh báo [{report.profile}]"
    )
    lines = [head]
    for found in report.findings[:_SHOWN]:
        mark = "✗" if found.severity == "error" else "!"
        lines.append(f"  {mark} {printable(found.sentence)}  [{found.code}]")
    if len(report.findings) > _SHOWN:
        lines.append(f"  … và {report.errors + report.warnings - _SHOWN} điều nữa (xem --json)")
    return "\n".join(lines) + "\n"


def _given(values: Sequence[str], file: Path | None) -> Given:
    """What the file says, and what options say over it.

    Raises:
        ArgumentError: an option without ``=``, or a file that is no such table.
        InputNotFoundError: no such file.
    """
    from flows.package_values import Given

    said, documents = _from_file(file) if file is not None else ({}, {})
    for value in values:
        name, equals, text = value.partition("=")
        if not equals or not name.strip():
            raise ArgumentError("--set", expected="TRƯỜNG=GIÁ_TRỊ")
        said[name.strip()] = text.strip()
    return Given(values=said, documents=documents)


def _from_file(file: Path) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    expected = 'tệp TOML: TRƯỜNG = "GIÁ_TRỊ", và [documents."MÃ"] cho từng giấy tờ'
    if not file.is_file():
        raise InputNotFoundError(str(file))
    if file.stat().st_size > _MOST_FIELD_BYTES:
        raise ArgumentError("--fields", expected=expected)
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ArgumentError("--fields", expected=expected) from error
    documents = table.pop("documents", {})
    if not isinstance(documents, dict) or not all(
        isinstance(part, dict) and _texts(part) for part in (table, *documents.values())
    ):
        raise ArgumentError("--fields", expected=expected)
    return table, documents


def _texts(part: dict[str, object]) -> bool:
    return all(isinstance(value, str) for value in part.values())

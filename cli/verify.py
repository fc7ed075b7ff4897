"""``motlan verify``: the signatures of files, judged on a given day, with reasons."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import complain, current, error_json, leave, print_json
from cli.words import CONCLUSIONS, MODIFICATIONS, moment
from dossier.errors import ArgumentError, InputNotFoundError, MotlanError

if TYPE_CHECKING:
    from dossier.errors import Lang
    from signing.report import Report


_UNREADABLE = 4
# Failed, not readable, cannot be decided, unsigned, passed.
_WORST_FIRST = (1, _UNREADABLE, 2, 3, 0)


def add_to(app: typer.Typer) -> None:
    """Put the command into the group."""
    app.command("verify")(verify)


def verify(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Tệp PDF cần kiểm tra chữ ký.")],
    *,
    on: Annotated[str | None, typer.Option(help="Xét theo ngày YYYY-MM-DD (mặc định: bây giờ).")] = None,
    policy: Annotated[
        str | None,
        typer.Option(help="Mã chính sách chữ ký, xem 'motlan trust policies' (mặc định: của ngày xét)."),
    ] = None,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Kiểm tra lại từ đầu, không dùng kết luận đã có trong ngày.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="In JSON, mỗi tệp một dòng.")] = False,
) -> None:
    """Kiểm tra chữ ký số của tệp PDF: hợp lệ, không hợp lệ, hay chưa đủ cơ sở; kèm lý do."""
    command = current(context)
    services = command.services()
    at = _moment(on) or services.clock()
    # An unknown policy is a mistake of the question, not a property of each file.
    if policy is not None:
        services.policies.named(policy)
    codes: list[int] = []
    for file in files:
        try:
            if not file.exists():
                raise InputNotFoundError(str(file))
            report = services.verify_under(
                file, at=at, policy=policy, asked_day=on is not None, cached=not no_cache
            )
        except MotlanError as error:
            codes.append(_UNREADABLE)
            if as_json:
                print_json({"file": str(file), "error": error_json(error, command.lang)})
            else:
                complain(error, command.lang)
            continue
        codes.append(report.exit_code)
        if as_json:
            print_json({**report.as_json(), "file": str(file)})
        else:
            sys.stdout.write(_in_words(str(file), report, command.lang))
    leave(next((code for code in _WORST_FIRST if code in codes), 0))


def _moment(on: str | None) -> datetime | None:
    """The end of that day in UTC: a signature made on the day counts."""
    if on is None:
        return None
    try:
        day = datetime.strptime(on, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as error:
        raise ArgumentError("--on", expected="ngày dạng YYYY-MM-DD") from error
    return datetime.combine(day.date(), time(23, 59, 59), UTC)


def _in_words(file: str, report: Report, lang: Lang) -> str:
    lines = [f"{file}: {CONCLUSIONS[report.conclusion][lang]}"]
    for signature in report.signatures:
        lines.append(
            f"  • {signature.signer} — {CONCLUSIONS[signature.conclusion][lang]} ({signature.level.label})"
        )
        if signature.proven_time:
            lines.append(f"    Thời điểm được chứng minh: {moment(signature.proven_time)}")
        lines.append(f"    Thay đổi sau khi ký: {MODIFICATIONS[signature.modifications][lang]}")
        lines.append(f"    Gốc tin cậy: {signature.root or '—'}")
        lines.extend(f"    - {reason}" for reason in signature.reasons)
    return "\n".join(lines) + "\n"

"""``motlan trust``: the roots this installation trusts. Nothing is trusted that nobody added."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import AsJson, current, print_json
from cli.trust_text import crl_text, entry_json, entry_text, grouped, policy_json, policy_text
from cli.words import printable
from dossier.errors import (
    ArgumentError,
    InputNotFoundError,
    InputPermissionError,
    RecordMissingError,
    TrustRefusedError,
)

if TYPE_CHECKING:
    from signing.trust import RootKind, Service, TrustedRoot

_TYPED_DIGITS = 8

_group = typer.Typer(
    help="Gốc tin cậy dùng khi kiểm tra chữ ký.", no_args_is_help=True, rich_markup_mode=None
)
_crl = typer.Typer(help="Danh sách thu hồi (CRL) giữ tại chỗ.", no_args_is_help=True, rich_markup_mode=None)
_authority = typer.Typer(
    help="Chứng thư cơ quan cấp giữ tại chỗ.", no_args_is_help=True, rich_markup_mode=None
)
_group.add_typer(_crl, name="crl")
_group.add_typer(_authority, name="authority")


def add_to(app: typer.Typer) -> None:
    """Put the group into the command."""
    app.add_typer(_group, name="trust")


@_group.command("add")
def add(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Chứng thư gốc dạng PEM hoặc DER.")],
    *,
    kind: Annotated[
        str,
        typer.Option(help="Loại gốc: official (công vụ), public (công cộng), own (riêng), demo."),
    ] = "",
    service: Annotated[
        list[str] | None,
        typer.Option(
            help="Dịch vụ: signing, remote, mobile, timestamp; ghi nhiều lần được. Bỏ trống: tất cả."
        ),
    ] = None,
    name: Annotated[str, typer.Option(help="Tên gọi trong báo cáo; bỏ trống: tên trong chứng thư.")] = "",
    since: Annotated[str | None, typer.Option("--from", help="Tin từ ngày YYYY-MM-DD.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="Tin đến hết ngày YYYY-MM-DD.")] = None,
    source: Annotated[str, typer.Option(help="Lấy chứng thư từ đâu.")] = "",
    checked_by: Annotated[str, typer.Option(help="Ai đã đối chiếu dấu vân tay, qua kênh thứ hai nào.")] = "",
    note: Annotated[str, typer.Option(help="Ghi chú.")] = "",
    fingerprint: Annotated[
        str | None, typer.Option(help="SHA-256 theo nguồn công bố, để máy so thay cho việc gõ lại.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Đã đối chiếu dấu vân tay; không hỏi.")] = False,
    as_json: AsJson = False,
) -> None:
    """Thêm một chứng thư gốc, sau khi so dấu vân tay với nguồn công bố."""
    from signing.trust import TrustTerms
    from wiring.trusting import trust_root

    command = current(context)
    services = command.services()
    services.create()
    terms = TrustTerms(
        kind=_kind(kind or "own"),
        services=_services(service),
        since=_day(since, "--from"),
        until=_day(until, "--until"),
        source=source,
        checked_by=checked_by,
        note=note,
    )
    entry = services.trust.proposed(_content(file), name=name, terms=terms)
    _need_kind(entry, kind)
    if fingerprint is not None:
        _compare(entry, fingerprint)
    elif not yes:
        _ask(entry)
    trust_root(services, entry)
    if as_json:
        print_json(entry_json(entry))
    else:
        sys.stdout.write("Đã tin cậy:\n" + entry_text(entry))


@_group.command("list")
def show_list(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Liệt kê các gốc tin cậy."""
    services = current(context).services()
    for root in services.trust.roots():
        if as_json:
            print_json(entry_json(root))
        else:
            mark = "  (MẪU – DEMO)" if root.demo else ""
            sys.stdout.write(f"{printable(root.name)}{mark}\n  SHA-256 {root.fingerprint}\n")


@_group.command("show")
def show(
    context: typer.Context,
    fingerprint: Annotated[
        str | None, typer.Argument(help="Dấu vân tay SHA-256 của gốc; bỏ trống: cả kho.", show_default=False)
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Xem một gốc tin cậy với mọi điều đã khai báo, hoặc cả kho: gốc, cơ quan cấp, danh sách thu hồi."""
    trust = current(context).services().trust
    if fingerprint is not None:
        found = trust.find(fingerprint)
        if found is None:
            raise RecordMissingError(fingerprint[:16])
        if as_json:
            print_json(entry_json(found))
        else:
            sys.stdout.write(entry_text(found))
        return
    roots, lists = trust.roots(), trust.lists()
    if as_json:
        print_json(
            {
                "version": trust.version,
                "roots": [entry_json(root) for root in roots],
                "authorities": len(trust.authorities()),
                "crls": [
                    {
                        "sha256": crl.fingerprint,
                        "issued": crl.this_update.isoformat(),
                        "next": crl.next_update.isoformat(),
                    }
                    for crl in lists.crls
                ],
                "unreadable": list(lists.unreadable),
            }
        )
        return
    sys.stdout.write(f"Phiên bản kho tin cậy: {trust.version[:16]}\n")
    sys.stdout.write("".join(entry_text(root) for root in roots))
    sys.stdout.write(f"Cơ quan cấp giữ tại chỗ: {len(trust.authorities())}\n")
    sys.stdout.write("".join(crl_text(crl) for crl in lists.crls))
    for name in lists.unreadable:
        sys.stdout.write(f"Không đọc được tệp {printable(name)} trong thư mục crls; đã bỏ qua.\n")


@_group.command("remove")
def remove(
    context: typer.Context,
    fingerprint: Annotated[str, typer.Argument(help="Dấu vân tay SHA-256 của gốc.")],
) -> None:
    """Thôi tin một gốc."""
    from wiring.trusting import distrust_root

    removed = distrust_root(current(context).services(), fingerprint)
    sys.stdout.write(f"Đã thôi tin cậy: {printable(removed.name)}\n")


@_group.command("policies")
def policies(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Liệt kê các chính sách chữ ký: của chương trình và của cơ quan."""
    for policy in current(context).services().policies.all:
        if as_json:
            print_json(policy_json(policy))
        else:
            sys.stdout.write(policy_text(policy))


@_crl.command("add")
def add_crl(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Danh sách thu hồi dạng PEM hoặc DER.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Giữ danh sách thu hồi để kiểm tra không cần mạng; chữ ký của danh sách phải của cơ quan đã biết."""
    from wiring.trusting import keep_list

    services = current(context).services()
    for file in files:
        crl, newest = keep_list(services, _content(file), item=file.name, now=services.clock())
        if as_json:
            print_json({"file": str(file), "sha256": crl.fingerprint, "kept": newest})
            continue
        sys.stdout.write(crl_text(crl) if newest else f"{printable(file.name)}: đã có danh sách mới hơn.\n")
        if newest and crl.next_update < services.clock():
            sys.stdout.write("  Danh sách này đã quá hạn; hãy tải bản mới.\n")


@_authority.command("add")
def add_authority(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Chứng thư cơ quan cấp dạng PEM hoặc DER.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Giữ chứng thư cơ quan cấp dưới một gốc đã tin; bản thân nó không được tin."""
    from wiring.trusting import keep_authorities

    services = current(context).services()
    for file in files:
        kept = keep_authorities(services, _content(file), item=file.name)
        if as_json:
            print_json({"file": str(file), "sha256": list(kept)})
        else:
            sys.stdout.write("".join(f"Đã giữ: SHA-256 {fingerprint}\n" for fingerprint in kept))


def _need_kind(entry: TrustedRoot, kind: str) -> None:
    """Whose root it is has to be said; only one that says DEMO itself speaks for itself."""
    if not kind and not entry.demo:
        raise ArgumentError("--kind", expected="official, public, own hoặc demo")


def _compare(entry: TrustedRoot, published: str) -> None:
    from signing.trust import plain_fingerprint

    if plain_fingerprint(published) != entry.fingerprint:
        reason = f"dấu vân tay trong tệp là {entry.fingerprint}, khác với dấu vân tay đã cho"
        raise TrustRefusedError(entry.fingerprint[:16], reason=reason)


def _ask(entry: TrustedRoot) -> None:
    """Show the fingerprint and have its last digits typed, as the publication prints them."""
    sys.stdout.write(entry_text(entry))
    sys.stdout.write(f"So dấu vân tay này với nguồn công bố chính thức:\n  {grouped(entry.fingerprint)}\n")
    sys.stdout.write(f"Gõ {_TYPED_DIGITS} chữ số cuối theo nguồn công bố: ")
    sys.stdout.flush()
    typed = sys.stdin.readline()
    from signing.trust import plain_fingerprint

    if plain_fingerprint(typed) != entry.fingerprint[-_TYPED_DIGITS:]:
        reason = "chữ số đã gõ không khớp với dấu vân tay"
        raise TrustRefusedError(entry.fingerprint[:16], reason=reason)


def _kind(text: str) -> RootKind:
    from signing.trust import RootKind

    try:
        return RootKind(text)
    except ValueError as error:
        raise ArgumentError("--kind", expected=", ".join(RootKind)) from error


def _services(texts: list[str] | None) -> frozenset[Service]:
    from signing.trust import Service

    try:
        return frozenset(Service(text) for text in texts) if texts else frozenset(Service)
    except ValueError as error:
        raise ArgumentError("--service", expected=", ".join(Service)) from error


def _day(text: str | None, option: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ArgumentError(option, expected="ngày dạng YYYY-MM-DD") from error


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError as error:
        raise InputNotFoundError(str(file)) from error
    except OSError as error:
        raise InputPermissionError(str(file)) from error

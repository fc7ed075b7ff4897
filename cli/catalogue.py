"""``motlan rules import``: the national catalogue of procedures, and what a new edition changes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import AsJson, current, print_json
from cli.procedures import parse_day
from cli.words import printable
from dossier.errors import Lang

if TYPE_CHECKING:
    from flows.catalogue import Imported
    from rulebook.national_catalogue import Difference

_SHOWN = 20
"""Names of a long list that are shown; JSON has all of them."""


def add_to(group: typer.Typer) -> None:
    """Put the command into ``motlan rules``."""
    group.command("import")(take)


def take(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, XLSX hoặc JSON; xem docs/rulebook.md.")],
    *,
    edition: Annotated[str, typer.Option(help="Tên bản danh mục.", show_default=False)] = "",
    start: Annotated[
        str | None, typer.Option("--from", help="Ngày bắt đầu áp dụng YYYY-MM-DD (mặc định: hôm nay).")
    ] = None,
    whole: Annotated[
        bool,
        typer.Option("--whole", help="Tệp là toàn bộ danh mục: thủ tục không có trong tệp đã hết hiệu lực."),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ xem sẽ thay đổi gì.")] = False,
    as_json: AsJson = False,
) -> None:
    """Nạp danh mục thủ tục hành chính quốc gia, nêu chỗ khác; hồ sơ cũ giữ phiên bản của ngày tiếp nhận."""
    from flows.catalogue import import_catalogue

    command = current(context)
    services = command.services()
    if not dry_run:
        services.create()
    found = import_catalogue(
        services,
        file,
        name=edition,
        counts_from=parse_day(start, "--from"),
        whole=whole,
        dry_run=dry_run,
    )
    if as_json:
        print_json(imported_json(found))
    else:
        sys.stdout.writelines(f"{line}\n" for line in _lines(found, command.lang))


def imported_json(found: Imported) -> dict[str, object]:
    """What an import did, as the command prints it."""
    return {
        "edition": found.edition.name,
        "from": found.edition.counts_from.isoformat(),
        "sha256": found.edition.sha256,
        "procedures": found.procedures,
        "kept": found.kept,
        "differences": [_difference_json(difference) for difference in found.differences],
        "own_tables": list(found.own_tables),
        "not_listed": list(found.not_listed),
        "unmapped": [{"code": code, "component": name} for code, name in found.unmapped],
    }


def _difference_json(difference: Difference) -> dict[str, object]:
    return {
        "code": difference.code,
        "name_vi": difference.name_vi,
        "change": difference.change,
        "from": difference.day.isoformat(),
        "until": difference.until.isoformat() if difference.until else None,
        "renamed_from": difference.renamed or None,
        "components_added": list(difference.added),
        "components_removed": list(difference.removed),
        "components_changed": list(difference.changed),
    }


def _lines(found: Imported, lang: Lang) -> Iterator[str]:
    vi = lang == "vi"
    name, count = printable(found.edition.name), len(found.differences)
    if vi:
        changes = f"{count} thay đổi" if count else "không có gì thay đổi"
        yield f"Bản {name}: {found.procedures} thủ tục, {changes}."
    else:
        changes = f"{count} changes" if count else "no change"
        yield f"Edition {name}: {found.procedures} procedures, {changes}."
    for difference in found.differences:
        yield from _difference_lines(difference, vi=vi)
    yield from _list(
        found.own_tables,
        "Theo bảng riêng, hãy xem có phải sửa bảng"
        if vi
        else "Follow their own table; look whether it must change",
    )
    yield from _list(found.not_listed, "Không có trong tệp, giữ nguyên" if vi else "Not in the file, kept")
    unmapped = tuple(f"{code}: {name}" for code, name in found.unmapped)
    yield from _list(
        unmapped,
        "Chưa rõ loại giấy tờ, cán bộ phải xem" if vi else "Paper type not known, for a person to look",
    )
    if found.differences and not found.kept:
        yield "Chưa ghi gì (--dry-run)." if vi else "Nothing was written (--dry-run)."


def _difference_lines(difference: Difference, *, vi: bool) -> Iterator[str]:
    words = _CHANGES[difference.change.value][0 if vi else 1]
    days = difference.day.isoformat() + (f" – {difference.until.isoformat()}" if difference.until else "")
    yield f"  {words} {difference.code}  {printable(difference.name_vi)}  ({days})"
    if difference.renamed:
        yield f"      {'tên cũ' if vi else 'was'}: {printable(difference.renamed)}"
    yield from (f"      + {printable(name)}" for name in difference.added)
    yield from (f"      - {printable(name)}" for name in difference.removed)
    yield from (f"      ~ {printable(name)}" for name in difference.changed)


def _list(entries: tuple[str, ...], heading: str) -> Iterator[str]:
    if not entries:
        return
    yield f"{heading} ({len(entries)}):"
    yield from (f"  {printable(entry)}" for entry in entries[:_SHOWN])
    if len(entries) > _SHOWN:
        yield f"  … {len(entries) - _SHOWN} (--json)"


_CHANGES = {"added": ("thêm", "added"), "changed": ("đổi ", "changed"), "removed": ("bỏ  ", "removed")}

"""``motlan find``, ``show`` and ``get``: the citizen index. Every look leaves an entry in the journal."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import AsJson, current, print_json
from cli.table import documents_table, fields_table
from dossier.access import Access, parse_purpose
from dossier.codes import parse_dossier_code
from dossier.errors import ArgumentError, Lang
from dossier.ids import DocumentId
from dossier.persons import parse_owner

if TYPE_CHECKING:
    from wiring.services import Services

PurposeOption = Annotated[
    str,
    typer.Option(help="Mục đích tra cứu: giai_quyet_thu_tuc, chu_the_du_lieu, luu_tru, van_hanh."),
]
DossierOption = Annotated[str, typer.Option(help="Mã hồ sơ đang giải quyết.", show_default=False)]
DocumentArgument = Annotated[str, typer.Argument(help="Mã giấy tờ trong kho.")]

_LINKED: Mapping[Lang, str] = {
    "vi": "{count} giấy tờ ghi số khác đã được xác nhận là của cùng người.\n",
    "en": "{count} papers bear another number that was confirmed as the same person's.\n",
}


def add_to(app: typer.Typer) -> None:
    """Put the commands into the group."""
    app.command("find")(find)
    app.command("show")(show)
    app.command("get")(get)


def find(
    context: typer.Context,
    *,
    owner: Annotated[str, typer.Option(help="Số định danh của người.", show_default=False)] = "",
    name: Annotated[str, typer.Option(help="Họ tên (có hoặc không dấu).", show_default=False)] = "",
    waiting: Annotated[bool, typer.Option("--waiting", help="Giấy tờ đang chờ người xem.")] = False,
    purpose: PurposeOption = "van_hanh",
    dossier: DossierOption = "",
    as_json: AsJson = False,
) -> None:
    """Tìm giấy tờ của một người, theo số định danh hoặc họ tên, hoặc giấy tờ đang chờ."""
    from flows.lookup import find_by_name, find_by_owner, find_waiting, found_under

    command = current(context)
    if sum(map(bool, (owner, name, waiting))) != 1:
        raise ArgumentError("find", expected="đúng một trong --owner, --name, --waiting")
    services = command.services()
    access = access_of(services, purpose, dossier)
    reasons: Mapping[DocumentId, str] = {}
    if owner:
        number = parse_owner(owner)
        found = find_by_owner(services, number, access=access)
        reasons = found_under(services, number, found)
    elif name:
        found = find_by_name(services, name, access=access)
    else:
        found = find_waiting(services, access=access)
    if as_json:
        from flows.lookup import document_json

        lines = [document_json(services, document, full=False) for document in found]
        for line, document in zip(lines, found, strict=True):
            if document.id in reasons:
                line["reason"] = reasons[document.id]
        print_json({"documents": lines})
    else:
        sys.stdout.write(documents_table(services, found, command.lang))
        linked = sum(reason == "owner.linked_number" for reason in reasons.values())
        if linked:
            sys.stdout.write(_LINKED[command.lang].format(count=linked))


def show(
    context: typer.Context,
    document: DocumentArgument,
    *,
    purpose: PurposeOption = "van_hanh",
    dossier: DossierOption = "",
    as_json: AsJson = False,
) -> None:
    """Xem một giấy tờ: loại, các trường, chữ ký, thời hạn, nơi lưu."""
    from flows.lookup import document_json, read_document

    command = current(context)
    services = command.services()
    found = read_document(services, DocumentId(document), access=access_of(services, purpose, dossier))
    if as_json:
        print_json(document_json(services, found, full=True))
    else:
        sys.stdout.write(fields_table(services, found, command.lang))


def get(
    context: typer.Context,
    document: DocumentArgument,
    *,
    output: Annotated[Path, typer.Option("-o", "--output", help="Tệp PDF sẽ ghi ra.")],
    original: Annotated[bool, typer.Option("--original", help="Lấy tệp gốc đã nhận.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Ghi đè tệp đã có.")] = False,
    purpose: PurposeOption = "van_hanh",
    dossier: DossierOption = "",
    as_json: AsJson = False,
) -> None:
    """Lấy bản đã ký của một giấy tờ ra tệp; mã băm được kiểm tra trước khi ghi."""
    from flows.lookup import export_document

    command = current(context)
    services = command.services()
    if output.exists() and not force:
        raise ArgumentError(str(output), expected="tên tệp chưa có (hoặc thêm --force)")
    kept = export_document(
        services,
        DocumentId(document),
        output=output,
        original=original,
        access=access_of(services, purpose, dossier),
    )
    if as_json:
        print_json({"document": document, "file": str(output), "sha256": kept.sha256, "size": kept.size})
    else:
        sys.stdout.write(f"Đã ghi {output} ({kept.size:,} byte, SHA-256 {kept.sha256[:16]}…)\n")


def access_of(services: Services, purpose: str, dossier: str) -> Access:
    """Who asks and why, from the options of a command."""
    code = str(parse_dossier_code(dossier)) if dossier else ""
    return Access(services.settings.actor, parse_purpose(purpose), code)

"""``motlan find``, ``show`` and ``get``: the citizen index. Every look leaves an entry in the journal."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
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
from dossier.queries import PaperQuery

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
_MORE: Mapping[Lang, str] = {
    "vi": "Còn nữa: thêm --after {last}\n",
    "en": "There may be more: add --after {last}\n",
}
_DAY = ["%Y-%m-%d", "%d/%m/%Y"]


def add_to(app: typer.Typer) -> None:
    """Put the commands into the group."""
    app.command("find")(find)
    app.command("show")(show)
    app.command("get")(get)


def find(
    context: typer.Context,
    *,
    owner: Annotated[str, typer.Option(help="Số định danh của người.", show_default=False)] = "",
    name: Annotated[
        str, typer.Option(help="Họ tên, các chữ liền nhau; 'thi h*' tìm cả chữ viết dở.", show_default=False)
    ] = "",
    accents: Annotated[
        bool | None,
        typer.Option(
            "--accents/--no-accents",
            help="Tính hay bỏ qua dấu của họ tên; mặc định: tính khi có gõ dấu.",
            show_default=False,
        ),
    ] = None,
    types: Annotated[
        list[str] | None, typer.Option("--type", help="Loại giấy tờ; ghi được nhiều lần.")
    ] = None,
    since: Annotated[
        datetime | None, typer.Option("--from", formats=_DAY, help="Lưu kho từ ngày này (giờ Việt Nam).")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--to", formats=_DAY, help="Lưu kho đến hết ngày này.")
    ] = None,
    of_dossier: Annotated[str, typer.Option(help="Giấy tờ của hồ sơ này.", show_default=False)] = "",
    office: Annotated[
        str, typer.Option(help="Mã cơ quan tiếp nhận, ví dụ H26.5.12.", show_default=False)
    ] = "",
    waiting: Annotated[bool, typer.Option("--waiting", help="Giấy tờ đang chờ người xem.")] = False,
    after: Annotated[
        str, typer.Option(help="Trang sau: mã của giấy tờ cuối trang trước.", show_default=False)
    ] = "",
    limit: Annotated[int, typer.Option(help="Số giấy tờ một trang.", min=1, max=1000)] = 50,
    purpose: PurposeOption = "van_hanh",
    dossier: DossierOption = "",
    as_json: AsJson = False,
) -> None:
    """Tìm giấy tờ theo số định danh, họ tên, loại, ngày lưu, hồ sơ, cơ quan; hoặc giấy tờ đang chờ."""
    from flows.lookup import find_papers, find_waiting, found_under

    command = current(context)
    services = command.services()
    query = PaperQuery(
        number=parse_owner(owner) if owner else "",
        name=name,
        accents=accents,
        types=known_types(services, types or ()),
        dossier=str(parse_dossier_code(of_dossier)) if of_dossier else "",
        office=office.strip().upper(),
        since=since.date() if since else None,
        until=until.date() if until else None,
    )
    if query.is_empty is not waiting:
        raise ArgumentError("find", expected="--waiting, hoặc ít nhất một điều kiện như --owner, --name")
    access = access_of(services, purpose, dossier)
    reasons: Mapping[DocumentId, str] = {}
    if waiting:
        found = find_waiting(services, access=access)
    else:
        last = DocumentId(after) if after else None
        found = find_papers(services, query, access=access, after=last, limit=limit)
    if query.number:
        reasons = found_under(services, query.number, found)
    more = found[-1].id if not waiting and len(found) == limit else None
    if as_json:
        from flows.lookup import document_json

        lines = [document_json(services, document, full=False) for document in found]
        for line, document in zip(lines, found, strict=True):
            if document.id in reasons:
                line["reason"] = reasons[document.id]
        print_json({"documents": lines, "next": more})
    else:
        sys.stdout.write(documents_table(services, found, command.lang))
        linked = sum(reason == "owner.linked_number" for reason in reasons.values())
        if linked:
            sys.stdout.write(_LINKED[command.lang].format(count=linked))
        if more:
            sys.stdout.write(_MORE[command.lang].format(last=more))


def known_types(services: Services, types: Sequence[str]) -> tuple[str, ...]:
    """Types of the vocabulary as an option names them.

    Raises:
        ArgumentError: one of them is none.
    """
    unknown = [name for name in types if name not in services.papers.specs]
    if unknown:
        raise ArgumentError("--type", expected="loại giấy tờ có trong 'motlan rules list'")
    return tuple(types)


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

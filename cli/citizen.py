"""``motlan citizen``: the officer answers a citizen at the counter: what is held, who looked, my papers."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import AsJson, current, print_json
from cli.words import STATES, moment, printable
from dossier.access import Access, Purpose
from dossier.corrections import CorrectionState
from dossier.errors import OutputError
from dossier.ids import DocumentId
from dossier.persons import parse_owner

if TYPE_CHECKING:
    from flows.citizen import Look
    from wiring.services import Services

OwnerOption = Annotated[str, typer.Option("--owner", help="Số định danh của người đang hỏi.")]

_WHAT = {
    "owner.looked_up": "tra cứu giấy tờ",
    "owner.read": "xem thông tin người",
    "document.read": "xem giấy tờ",
    "document.corrected": "chỉnh sửa hồ sơ giấy tờ",
    "reuse.asked": "kiểm tra dùng lại giấy tờ",
}
_WHY = {
    Purpose.PROCEDURE: "giải quyết thủ tục",
    Purpose.OWNER: "chính người đó xem",
    Purpose.ARCHIVE: "lưu trữ",
    Purpose.OPERATION: "vận hành",
    Purpose.EMERGENCY: "khẩn cấp",
}

_group = typer.Typer(
    help="Trả lời công dân tại quầy: kho giữ gì về họ, ai đã xem, giao giấy tờ của họ.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def add_to(app: typer.Typer) -> None:
    """Put the group into the command."""
    app.add_typer(_group, name="citizen")


@_group.command("papers")
def papers(
    context: typer.Context,
    *,
    owner: OwnerOption,
    after: Annotated[str, typer.Option(help="Trang sau: mã cuối trang trước.", show_default=False)] = "",
    as_json: AsJson = False,
) -> None:
    """Kho đang giữ giấy tờ nào của người này, hoặc có ghi tên họ; không kèm nội dung."""
    from flows.citizen import held_json, papers_about
    from flows.corrections import corrections_of

    services, number, access = _answering(context, owner)
    last = DocumentId(after) if after else None
    found = papers_about(services, number, access=access, after=last)
    if as_json:
        print_json({"papers": [held_json(services, held) for held in found]})
        return
    for held in found:
        document = held.document
        named = "" if held.own else " (chỉ có ghi tên)"
        withheld = ", hạn chế xử lý" if document.restricted else ""
        filed = moment(document.filed_at) if document.filed_at else "—"
        sys.stdout.write(
            f"{document.id}  {services.papers.spec(document.type).label_vi}{named}: "
            f"{STATES[document.state]['vi']}{withheld}, {filed}\n"
        )
        for one in corrections_of(services, document.id):
            if one.state is CorrectionState.APPLIED and one.decided_at:
                sys.stdout.write(
                    f"    đã chỉnh sửa {moment(one.decided_at)} (phiên bản {one.version}); bản cũ vẫn giữ\n"
                )
    if not found:
        sys.stdout.write("Kho không giữ giấy tờ nào của người này.\n")


@_group.command("looks")
def looks(
    context: typer.Context,
    *,
    owner: OwnerOption,
    before: Annotated[int, typer.Option(help="Trang sau: số mục đã in ở cuối trang trước.", min=0)] = 0,
    as_json: AsJson = False,
) -> None:
    """Ai đã xem dữ liệu của người này, khi nào, cho việc gì. Lần xem khẩn cấp hiện sau thời hạn luật định."""
    from flows.citizen import look_json, looks_at

    services, number, access = _answering(context, owner)
    page = looks_at(services, number, access=access, before=before)
    if as_json:
        print_json({"looks": [look_json(look) for look in page.looks], "next": page.before or None})
        return
    for look in page.looks:
        sys.stdout.write(_in_words(look))
    if page.before:
        sys.stdout.write(f"Còn nữa: thêm --before {page.before}\n")
    elif not page.looks:
        sys.stdout.write("Chưa có ai xem dữ liệu của người này.\n")


@_group.command("export")
def export(
    context: typer.Context,
    *,
    owner: OwnerOption,
    output: Annotated[Path, typer.Option("-o", "--output", help="Tệp ZIP sẽ ghi; chưa được tồn tại.")],
    documents: Annotated[
        list[str] | None, typer.Option("--document", help="Chỉ giấy tờ này; ghi được nhiều lần.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Giao cho người này giấy tờ của chính họ: ZIP gồm bản đã ký nguyên vẹn, mã băm, cách kiểm tra."""
    from flows.citizen_export import export_bytes, plan_export

    services, number, access = _answering(context, owner)
    if output.exists():
        raise OutputError(str(output), cause="exists")
    plan = plan_export(services, number, access=access, documents=documents or ())
    part = output.with_name(f".{output.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
            for piece in export_bytes(services, plan):
                target.write(piece)
        part.replace(output)
    except OSError as error:
        raise OutputError(str(output), cause=type(error).__name__) from error
    finally:
        part.unlink(missing_ok=True)
    if as_json:
        print_json(plan.manifest)
        return
    sys.stdout.write(f"Đã ghi {len(plan.papers)} giấy tờ vào {printable(str(output))}\n")
    for document, why in plan.left_out.items():
        sys.stdout.write(f"  Không có trong tệp: {document} ({why})\n")


def _answering(context: typer.Context, owner: str) -> tuple[Services, str, Access]:
    number = parse_owner(owner, argument="--owner")
    services = current(context).services()
    return services, number, Access(services.settings.actor, Purpose.OWNER)


def _in_words(look: Look) -> str:
    known = {purpose.value: words for purpose, words in _WHY.items()}
    why = known.get(look.purpose, look.purpose or "không ghi mục đích")
    who = f"{look.label} ({look.actor})" if look.label else look.actor
    office = f", cơ quan {' '.join(look.offices)}" if look.offices else ""
    dossier = f", hồ sơ {look.dossier}" if look.dossier else ""
    paper = f" {look.document}" if look.document else ""
    what = _WHAT[look.kind.value]
    return f"{moment(look.at)}  {who}{office}: {what}{paper} — {why}{dossier}\n"

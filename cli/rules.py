"""``motlan rules``: the tables of the law, what is wrong with them, and what corrections propose to add."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import catalogue, procedures, workdays
from cli.context import AsJson, current, leave, print_json
from cli.words import printable
from dossier.errors import ArgumentError

if TYPE_CHECKING:
    from flows.learning import Proposal
    from rulebook.paper_spec import PaperSpec
    from rulebook.variants import Variant

ProposalArgument = Annotated[
    str, typer.Argument(metavar="PROPOSAL", help="Mã đề xuất, xem 'motlan rules proposals'.")
]

_group = typer.Typer(
    help="Bảng quy tắc: loại giấy tờ, nhãn, thời hạn; kiểm tra và bổ sung.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def add_to(app: typer.Typer) -> None:
    """Put the group into the command."""
    procedures.add_to(_group)
    catalogue.add_to(_group)
    workdays.add_to(_group)
    app.add_typer(_group, name="rules")


@_group.command("list")
def show_list(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Liệt kê các loại giấy tờ, cả loại riêng của cơ quan."""
    from cli.rules_text import list_text

    command = current(context)
    papers = command.services().papers
    if not as_json:
        sys.stdout.write(list_text(papers, command.lang))
        return
    for spec in papers.specs.values():
        print_json(
            {
                "type": spec.type,
                "name_vi": spec.label_vi,
                "fields": len(spec.fields),
                "own": spec.own,
                "extended_by": list(spec.extended_by),
            }
        )


@_group.command("show")
def show(
    context: typer.Context,
    type_: Annotated[str, typer.Argument(metavar="TYPE", help="Loại giấy tờ, xem 'motlan rules list'.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Xem một loại giấy tờ: tiêu đề, trường, nhãn, độ nhạy cảm, ngưỡng hỏi, thời hạn, căn cứ."""
    from cli.rules_text import show_text

    command = current(context)
    papers = command.services().papers
    if not papers.knows(type_):
        raise ArgumentError("TYPE", expected="một loại trong 'motlan rules list'")
    spec = papers.spec(type_)
    if as_json:
        print_json(spec_json(spec))
    else:
        sys.stdout.write(show_text(spec, command.lang))


@_group.command("check")
def check(
    context: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(help="Thư mục bảng cần kiểm tra; bỏ trống: bảng đang dùng.", show_default=False),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Kiểm tra mọi bảng, nêu hết chỗ sai kèm tệp và dòng. Mã thoát: 0 không sai, 1 có chỗ sai."""
    from cli.rules_text import file_of, problem_line
    from rulebook.problems import Severity
    from rulebook.whole import check_folder, check_rulebook

    command = current(context)
    office = command.services().rules_folder
    checked = check_folder(folder) if folder else check_rulebook(office if office.is_dir() else None)
    unverified = checked.unverified
    wrong = sum(problem.severity is Severity.ERROR for problem in checked.problems)
    if as_json:
        problems = [
            {
                "file": file_of(problem),
                "line": problem.line,
                "severity": problem.severity,
                "code": problem.code,
                "message": problem.message,
            }
            for problem in checked.problems
        ]
        told = {"tables": checked.tables, "errors": wrong, "unverified": unverified, "problems": problems}
        print_json(told)
    else:
        for problem in checked.problems:
            sys.stdout.write(problem_line(problem, command.lang))
        notes = len(checked.problems) - wrong
        sys.stdout.write(
            f"{checked.tables} bảng: {wrong} chỗ sai, {notes} lưu ý; {unverified} quy tắc chưa kiểm chứng.\n"
            if command.lang == "vi"
            else f"{checked.tables} tables: {wrong} wrong, {notes} notes; {unverified} rules not verified.\n"
        )
    if wrong:
        leave(1)


@_group.command("proposals")
def show_proposals(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Nhãn lạ mà nhiều giấy tờ đã sửa cùng cho thấy, sẵn dạng TOML để chấp nhận hoặc từ chối."""
    from flows.learning import proposals

    command = current(context)
    services = command.services()
    found = proposals(services)
    if as_json:
        print_json({"proposals": [proposal_json(proposal) for proposal in found]})
        return
    if not found:
        sys.stdout.write("Chưa có đề xuất nào.\n" if command.lang == "vi" else "No proposals.\n")
    for proposal in found:
        sys.stdout.write(_proposal_text(services.papers.spec(proposal.type), proposal))


@_group.command("adopt")
def adopt(context: typer.Context, proposal: ProposalArgument, *, as_json: AsJson = False) -> None:
    """Chấp nhận một nhãn: ghi vào bảng của cơ quan, giấy tờ sau được đọc theo nhãn này."""
    from flows.learning import adopt as apply

    command = current(context)
    services = command.services()
    taken, path = apply(services, proposal)
    if as_json:
        print_json({**proposal_json(taken), "file": str(path)})
    else:
        spec = services.papers.spec(taken.type)
        field, label = spec.by_name[taken.field].label_vi, printable(taken.printed)
        sys.stdout.write(
            f"Đã thêm nhãn “{label}” cho {spec.label_vi}, trường {field}.\n  {path}\n"
            if command.lang == "vi"
            else f"Label “{label}” was added to {spec.label_vi}, field {field}.\n  {path}\n"
        )


@_group.command("reject")
def reject(context: typer.Context, proposal: ProposalArgument, *, as_json: AsJson = False) -> None:
    """Từ chối một nhãn: không đề xuất lại nữa."""
    from flows.learning import reject as apply

    command = current(context)
    refused = apply(command.services(), proposal)
    if as_json:
        print_json(proposal_json(refused))
    else:
        label = printable(refused.printed)
        sys.stdout.write(
            f"Đã từ chối nhãn “{label}”; sẽ không đề xuất lại.\n"
            if command.lang == "vi"
            else f"Label “{label}” was rejected and will not be proposed again.\n"
        )


def proposal_json(proposal: Proposal) -> dict[str, object]:
    """A proposal as commands print it."""
    return {
        "id": proposal.id,
        "type": proposal.type,
        "field": proposal.field,
        "label": proposal.printed,
        "documents": proposal.documents,
        "first": proposal.first.isoformat(),
        "last": proposal.last.isoformat(),
        "toml": proposal.toml,
    }


def spec_json(spec: PaperSpec) -> dict[str, object]:
    """A paper type as commands print it."""
    return {
        "type": spec.type,
        "name_vi": spec.label_vi,
        "source": spec.source,
        "own": spec.own,
        "extended_by": list(spec.extended_by),
        "result_code": spec.result_code,
        "image_sensitivity": spec.image_sensitivity,
        "retention": asdict(spec.retention) if spec.retention else None,
        "titles": [_variant_json(variant) for variant in spec.title_variants],
        "blocks": [
            {"name": block.name, "anchors": [_variant_json(variant) for variant in block.variants]}
            for block in spec.blocks
        ],
        "parties": [asdict(party) for party in spec.parties],
        "validity": [_plain_days(asdict(rule)) for rule in spec.validity],
        "not_demanded": [_plain_days(asdict(rule)) for rule in spec.not_demanded],
        "fields": [
            {
                "name": field.name,
                "name_vi": field.label_vi,
                "kind": field.kind,
                "key": field.key,
                "sensitivity": field.sensitivity,
                "labels": [_variant_json(variant) for variant in field.variants],
                "find": list(field.find),
                "block": field.block,
                "ask_below": field.ask_below,
                "threshold_from": field.threshold_from,
                "unit": field.unit,
            }
            for field in spec.fields
        ],
    }


def _variant_json(variant: Variant) -> dict[str, object]:
    return _plain_days(asdict(variant))


def _plain_days(told: dict[str, object]) -> dict[str, object]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in told.items()}


def _proposal_text(spec: PaperSpec, proposal: Proposal) -> str:
    return (
        f"{proposal.id}  {spec.label_vi} → {spec.by_name[proposal.field].label_vi}: "
        f"“{printable(proposal.printed)}”  ({proposal.documents} giấy tờ, "
        f"{proposal.first:%d/%m/%Y} – {proposal.last:%d/%m/%Y})\n\n"
        + "".join(f"    {line}\n" for line in printable(proposal.toml).splitlines())
        + f"\n  motlan rules adopt {proposal.id}   |   motlan rules reject {proposal.id}\n\n"
    )

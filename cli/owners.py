"""``motlan owners``: the people and organisations of the store, and which records are one of them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from cli.archive import DossierOption, PurposeOption, access_of
from cli.context import AsJson, current, print_json
from cli.words import Words, moment, partly_masked, printable
from dossier.errors import ArgumentError, Lang
from dossier.owner_words import ACTIONS, STRENGTHS, in_words
from dossier.persons import parse_owner

if TYPE_CHECKING:
    from dossier.owners import Owner, OwnerLink
    from dossier.proposals import Proposal
    from flows.owners import OwnerView

_NO_OWNERS: Words = {"vi": "Kho chưa có chủ sở hữu nào.\n", "en": "No owners.\n"}
_NO_PROPOSALS: Words = {"vi": "Không có đề nghị ghép nào đang chờ.\n", "en": "No proposals wait.\n"}
_NO_MORE: Words = {"vi": "Không còn gì sau mã này.\n", "en": "Nothing more behind this id.\n"}

ProposalArgument = Annotated[str, typer.Argument(help="Mã đề nghị ghép.")]

_group = typer.Typer(
    help="Chủ sở hữu giấy tờ: xem, ghép các số của một người, tách lại.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def add_to(app: typer.Typer) -> None:
    """Put the group into the command."""
    app.add_typer(_group, name="owners")


@_group.command("list")
def list_(
    context: typer.Context,
    *,
    proposals: Annotated[
        bool, typer.Option("--proposals", help="Các đề nghị ghép đang chờ người quyết định.")
    ] = False,
    after: Annotated[str, typer.Option(help="Từ sau mã này (trang tiếp theo).", show_default=False)] = "",
    limit: Annotated[int, typer.Option(help="Nhiều nhất bao nhiêu dòng.", min=1, max=1000)] = 50,
    purpose: PurposeOption = "van_hanh",
    dossier: DossierOption = "",
    as_json: AsJson = False,
) -> None:
    """Liệt kê chủ sở hữu giấy tờ, hoặc các cặp có thể là một người; số được che bớt."""
    from flows.owners import list_owners, list_proposals

    command = current(context)
    services = command.services()
    access = access_of(services, purpose, dossier)
    if proposals:
        found = list_proposals(services, access=access, after=after, limit=limit)
        if as_json:
            print_json({"proposals": [_proposal_json(proposal) for proposal in found]})
        else:
            sys.stdout.write(_proposals_in_words(found, command.lang, further=bool(after)))
        return
    owners = list_owners(services, access=access, after=after, limit=limit)
    if as_json:
        print_json({"owners": [_side_json(owner) for owner in owners]})
    else:
        none = _NO_MORE[command.lang] if after else _NO_OWNERS[command.lang]
        lines = (f"{owner.id}  {_side_in_words(owner)}\n" for owner in owners)
        sys.stdout.write("".join(lines) or none)


@_group.command("show")
def show(
    context: typer.Context,
    owner: Annotated[str, typer.Argument(help="Mã chủ sở hữu.", show_default=False)] = "",
    *,
    number: Annotated[str, typer.Option(help="Hoặc số định danh.", show_default=False)] = "",
    purpose: PurposeOption = "van_hanh",
    dossier: DossierOption = "",
    as_json: AsJson = False,
) -> None:
    """Xem một chủ sở hữu: các số, các cách viết tên, các lần ghép, tách, và đề nghị đang chờ."""
    from flows.owners import show_owner

    command = current(context)
    if bool(owner) == bool(number):
        raise ArgumentError("owners show", expected="đúng một trong mã chủ sở hữu và --number")
    services = command.services()
    access = access_of(services, purpose, dossier)
    wanted = parse_owner(number, argument="--number") if number else ""
    view = show_owner(services, owner=owner, number=wanted, access=access)
    if as_json:
        print_json(_view_json(view))
    else:
        sys.stdout.write(_view_in_words(view, command.lang))


@_group.command("add")
def add(
    context: typer.Context,
    *,
    name: Annotated[str, typer.Option(help="Họ tên đầy đủ, hoặc tên tổ chức.")],
    paper_type: Annotated[str, typer.Option(help="Loại giấy tờ đã xuất trình, ví dụ live_birth_notice.")],
    paper_number: Annotated[str, typer.Option(help="Số ghi trên giấy tờ đó.")],
    birth: Annotated[str, typer.Option(help="Ngày sinh YYYY-MM-DD (cá nhân).", show_default=False)] = "",
    organisation: Annotated[
        bool, typer.Option("--organisation", help="Là tổ chức, không phải cá nhân.")
    ] = False,
    dossier: DossierOption = "",
    as_json: AsJson = False,
) -> None:
    """Cấp mã của kho cho người chưa có số định danh (trẻ mới sinh) hoặc tổ chức chưa có mã số thuế."""
    from dossier.owners import OwnerKind
    from dossier.persons import shown_store_number
    from dossier.unnumbered import Unnumbered
    from flows.newcomers import add_owner

    command = current(context)
    services = command.services()
    access = access_of(services, "giai_quyet_thu_tuc", dossier)
    told = Unnumbered(
        kind=OwnerKind.ORGANISATION if organisation else OwnerKind.PERSON,
        name=name,
        birth=birth,
        paper_type=paper_type,
        paper_number=paper_number,
        dossier=access.dossier,
    )
    made = add_owner(services, told, access=access)
    shown = shown_store_number(made.number)
    if as_json:
        print_json({"number": made.number, "shown": shown, "owner": made.owner, "new": made.is_new})
    elif command.lang == "vi":
        was = "Đã cấp mã" if made.is_new else "Đã có mã"
        sys.stdout.write(f"{was}: {shown} (dùng như số định danh; in lên giấy tiếp nhận)\n")
    else:
        was = "New number" if made.is_new else "Known number"
        sys.stdout.write(f"{was}: {shown} (use it like an identity number; print it on the receipt)\n")


@_group.command("link")
def link(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="Mã do kho cấp.")],
    other: Annotated[str, typer.Argument(help="Số định danh, hộ chiếu hoặc mã số thuế của chính chủ đó.")],
    *,
    document: Annotated[str, typer.Option(help="Giấy tờ đã lưu kho ghi số đó.")],
    dossier: DossierOption = "",
    as_json: AsJson = False,
) -> None:
    """Ghép mã do kho cấp với số của nhà nước, theo một giấy tờ đã lưu kho; tách lại bằng owners unmerge."""
    from flows.newcomers import link_owner

    command = current(context)
    services = command.services()
    made = link_owner(
        services,
        parse_owner(number, argument="NUMBER"),
        parse_owner(other, argument="OTHER"),
        document=document,
        access=access_of(services, "van_hanh", dossier),
    )
    _tell(made, as_json=as_json, lang=command.lang)


@_group.command("confirm")
def confirm(
    context: typer.Context,
    proposal: ProposalArgument,
    *,
    purpose: PurposeOption = "van_hanh",
    dossier: DossierOption = "",
    as_json: AsJson = False,
) -> None:
    """Xác nhận hai hồ sơ là một người: giấy tờ của cả hai số được tìm thấy cùng nhau."""
    from flows.owners import confirm as apply

    command = current(context)
    services = command.services()
    link = apply(services, proposal, access=access_of(services, purpose, dossier))
    _tell(link, as_json=as_json, lang=command.lang)


@_group.command("refuse")
def refuse(
    context: typer.Context,
    proposal: ProposalArgument,
    *,
    purpose: PurposeOption = "van_hanh",
    dossier: DossierOption = "",
    as_json: AsJson = False,
) -> None:
    """Từ chối: hai hồ sơ là hai người; không đề nghị lại nếu không có căn cứ mới."""
    from flows.owners import refuse as apply

    command = current(context)
    services = command.services()
    entry = apply(services, proposal, access=access_of(services, purpose, dossier))
    _tell(entry, as_json=as_json, lang=command.lang)


@_group.command("unmerge")
def unmerge(
    context: typer.Context,
    link: Annotated[str, typer.Argument(help="Mã lần ghép (xem owners show).")],
    *,
    purpose: PurposeOption = "van_hanh",
    dossier: DossierOption = "",
    as_json: AsJson = False,
) -> None:
    """Tách một lần ghép: mọi thứ trở lại đúng như trước khi ghép, giấy tờ không thay đổi."""
    from flows.owners import unmerge as apply

    command = current(context)
    services = command.services()
    entry = apply(services, link, access=access_of(services, purpose, dossier))
    _tell(entry, as_json=as_json, lang=command.lang)


def _tell(entry: OwnerLink, *, as_json: bool, lang: Lang) -> None:
    if as_json:
        print_json(_link_json(entry))
    else:
        sys.stdout.write(f"{ACTIONS[entry.action][lang].capitalize()}: {entry.id}\n")


def _side_json(owner: Owner) -> dict[str, object]:
    """An owner in a list: numbers are masked."""
    return {
        "owner": owner.id,
        "kind": owner.kind,
        "numbers": [partly_masked(number.number) for number in owner.numbers],
        "names": list(owner.names),
        "births": list(owner.births),
        "records": len(owner.members),
    }


def _proposal_json(proposal: Proposal) -> dict[str, object]:
    return {
        "proposal": proposal.id,
        "left": _side_json(proposal.left),
        "right": _side_json(proposal.right),
        "score": proposal.score,
        "strength": str(proposal.strength),
        "reasons": list(proposal.reasons),
        "against": list(proposal.against),
        "papers": list(proposal.papers),
    }


def _link_json(entry: OwnerLink) -> dict[str, object]:
    return {
        "link": entry.id,
        "action": entry.action,
        "records": [entry.left, entry.right],
        "at": entry.at.isoformat(),
        "actor": entry.actor,
        "reasons": list(entry.because),
        "document": entry.document,
        "undoes": entry.undoes,
    }


def _view_json(view: OwnerView) -> dict[str, object]:
    return {
        "owner": view.owner.id,
        "kind": view.owner.kind,
        "numbers": [
            {
                "number": number.number,
                "kind": number.kind,
                "record": member,
                "since": number.since.isoformat() if number.since else None,
                "document": number.document,
            }
            for member, number in zip(view.owner.members, view.owner.numbers, strict=True)
        ],
        "names": list(view.owner.names),
        "births": list(view.owner.births),
        "documents": view.papers,
        "history": [{**_link_json(entry), "active": entry.id in view.active} for entry in view.history],
        "proposals": [_proposal_json(proposal) for proposal in view.proposals],
    }


def _side_in_words(owner: Owner) -> str:
    numbers = " + ".join(partly_masked(number.number) for number in owner.numbers)
    parts = (numbers, " / ".join(owner.names), ", ".join(owner.births))
    return printable("  ".join(part for part in parts if part))


def _proposals_in_words(found: Sequence[Proposal], lang: Lang, *, further: bool = False) -> str:
    if not found:
        return _NO_MORE[lang] if further else _NO_PROPOSALS[lang]
    return "".join(_proposal_in_words(proposal, lang) for proposal in found)


def _proposal_in_words(proposal: Proposal, lang: Lang) -> str:
    strength = f"{STRENGTHS[str(proposal.strength)][lang]} ({proposal.score:.0%})"
    lines = [
        f"{proposal.id}  {strength}: {in_words(proposal.reasons, lang)}",
        f"    {_side_in_words(proposal.left)}",
        f"    {_side_in_words(proposal.right)}",
    ]
    if proposal.against:
        but = "Nhưng" if lang == "vi" else "But"
        lines.append(f"    {but}: {in_words(proposal.against, lang)}")
    return "\n".join(lines) + "\n"


def _view_in_words(view: OwnerView, lang: Lang) -> str:
    vi = lang == "vi"
    lines = [
        f"{'Chủ sở hữu' if vi else 'Owner'}: {view.owner.id}",
        *(f"  {number.number}" for number in view.owner.numbers),
        f"{'Họ tên' if vi else 'Names'}: {' / '.join(view.owner.names) or '—'}",
        f"{'Ngày sinh' if vi else 'Birth'}: {', '.join(view.owner.births) or '—'}",
        f"{'Giấy tờ' if vi else 'Papers'}: {view.papers}",
    ]
    if view.history:
        lines.append("Lịch sử ghép, tách:" if vi else "History of links:")
    for entry in view.history:
        now = ("  (đang có hiệu lực)" if vi else "  (counts)") if entry.id in view.active else ""
        lines.append(f"  {moment(entry.at)}  {ACTIONS[entry.action][lang]}  {entry.id}{now}")
        lines += [f"      {why}"] if (why := in_words(entry.because, lang)) else []
    if view.proposals:
        lines.append("Đề nghị đang chờ:" if vi else "Proposals:")
    return printable("\n".join(lines)) + "\n" + _waiting_in_words(view.proposals, lang)


def _waiting_in_words(found: Sequence[Proposal], lang: Lang) -> str:
    return _proposals_in_words(found, lang) if found else ""

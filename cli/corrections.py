"""``motlan corrections``: the record of a filed paper is wrong; what is right, why, and who said so."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import AsJson, current, print_json
from cli.review import pair
from dossier.access import Access, Purpose
from dossier.corrections import CorrectionGround, CorrectionState
from dossier.errors import ArgumentError, Lang
from dossier.ids import DocumentId

if TYPE_CHECKING:
    from dossier.corrections import Correction
    from wiring.services import Services

_GROUNDS: dict[CorrectionGround, dict[Lang, str]] = {
    CorrectionGround.MISREAD: {"vi": "đọc, nhập sai so với giấy tờ", "en": "read or typed wrongly"},
    CorrectionGround.PAPER_WRONG: {"vi": "chính giấy tờ ghi sai", "en": "the paper itself is wrong"},
    CorrectionGround.OWNER: {"vi": "giấy tờ của người khác", "en": "it is another person's"},
}
_STATES: dict[CorrectionState, dict[Lang, str]] = {
    CorrectionState.PROPOSED: {"vi": "chờ người thứ hai duyệt", "en": "waits for a second person"},
    CorrectionState.APPLIED: {"vi": "đã chỉnh sửa, phiên bản {version}", "en": "applied, version {version}"},
    CorrectionState.REJECTED: {"vi": "đã từ chối", "en": "rejected"},
}
_NONE = {"vi": "Không có chỉnh sửa nào.\n", "en": "No corrections.\n"}

_group = typer.Typer(
    help="Chỉnh sửa hồ sơ của giấy tờ đã lưu kho: bản cũ vẫn giữ, tệp đã ký không đổi.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

CaseArgument = Annotated[str, typer.Argument(metavar="CORRECTION", help="Mã chỉnh sửa.")]


def add_to(app: typer.Typer) -> None:
    """Put the group into the command."""
    app.add_typer(_group, name="corrections")


@_group.command("add")
def add(
    context: typer.Context,
    document: Annotated[str, typer.Argument(help="Mã giấy tờ đã lưu kho.")],
    *,
    because: Annotated[str, typer.Option(help=f"Căn cứ: {', '.join(CorrectionGround)}.")],
    words: Annotated[str, typer.Option(help="Lý do bằng lời, 10 đến 1000 ký tự; chỉ giữ trong hồ sơ.")],
    request: Annotated[
        str, typer.Option(help="Mã yêu cầu chỉnh sửa của công dân; được trả lời luôn.", show_default=False)
    ] = "",
    values: Annotated[
        list[str] | None,
        typer.Option("--set", help="Trường đúng: ten=giatri (lặp lại được); ten= là không có."),
    ] = None,
    type_: Annotated[str, typer.Option("--type", help="Loại giấy tờ đúng.", show_default=False)] = "",
    owner: Annotated[str, typer.Option(help="Số định danh của chủ giấy tờ.", show_default=False)] = "",
    confirm: Annotated[bool, typer.Option("--confirm", help="Đã xem, các điểm còn lại đều đúng.")] = False,
    as_json: AsJson = False,
) -> None:
    """Chỉnh sửa hồ sơ của một giấy tờ đã lưu kho: thành phiên bản mới, lần tra cứu sau dùng bản này."""
    from flows.corrections import correct
    from flows.review import Said

    command = current(context)
    services = command.services()
    found = correct(
        services,
        DocumentId(document),
        Said(values=dict(pair(text) for text in values or ()), type_=type_, owner=owner, confirmed=confirm),
        ground=_ground(because),
        words=words,
        request=request,
        access=_access(services, request),
    )
    _tell(found, command.lang, as_json=as_json)


@_group.command("approve")
def approve(context: typer.Context, case: CaseArgument, *, as_json: AsJson = False) -> None:
    """Duyệt một đề nghị chỉnh sửa; người đề nghị không được tự duyệt."""
    from flows.corrections import approve as apply
    from flows.corrections import correction

    command = current(context)
    services = command.services()
    access = _access(services, correction(services, case).request)
    _tell(apply(services, case, access=access), command.lang, as_json=as_json)


@_group.command("reject")
def reject(
    context: typer.Context,
    case: CaseArgument,
    *,
    words: Annotated[str, typer.Option(help="Lý do, 10 đến 1000 ký tự.")],
    as_json: AsJson = False,
) -> None:
    """Từ chối một đề nghị chỉnh sửa; yêu cầu của công dân vẫn chờ trả lời."""
    from flows.corrections import correction
    from flows.corrections import reject as apply

    command = current(context)
    services = command.services()
    access = _access(services, correction(services, case).request)
    _tell(apply(services, case, words=words, access=access), command.lang, as_json=as_json)


@_group.command("list")
def list_(
    context: typer.Context,
    *,
    waiting: Annotated[bool, typer.Option("--waiting", help="Chỉ đề nghị đang chờ duyệt.")] = False,
    document: Annotated[str, typer.Option(help="Chỉ của giấy tờ này.", show_default=False)] = "",
    as_json: AsJson = False,
) -> None:
    """Các lần chỉnh sửa, căn cứ, ai làm, ai duyệt; không in nội dung giấy tờ."""
    from flows.corrections import corrections, corrections_of

    command = current(context)
    services = command.services()
    found = corrections_of(services, document) if document else corrections(services)
    wanted = [one for one in found if not waiting or one.state is CorrectionState.PROPOSED]
    for one in wanted:
        _tell(one, command.lang, as_json=as_json)
    if not wanted and not as_json:
        sys.stdout.write(_NONE[command.lang])


def _access(services: Services, request: str) -> Access:
    purpose = Purpose.OWNER if request else Purpose.OPERATION
    return Access(services.settings.actor, purpose)


def _ground(text: str) -> CorrectionGround:
    try:
        return CorrectionGround(text)
    except ValueError as error:
        raise ArgumentError("--because", expected=", ".join(CorrectionGround)) from error


def _tell(found: Correction, lang: Lang, *, as_json: bool) -> None:
    if as_json:
        from flows.corrections import correction_json

        print_json({**correction_json(found), "maker": found.maker, "decider": found.decider or None})
        return
    state = _STATES[found.state][lang].format(version=found.version)
    asked = {"vi": f", yêu cầu {found.request}", "en": f", request {found.request}"}[lang]
    paper = {"vi": "giấy tờ", "en": "paper"}[lang]
    who = f"{found.maker} → {found.decider}" if found.decider not in ("", found.maker) else found.maker
    sys.stdout.write(
        f"{found.id}  {paper} {found.document}: {state}; {_GROUNDS[found.ground][lang]} ({who})"
        f"{asked if found.request else ''}\n"
    )

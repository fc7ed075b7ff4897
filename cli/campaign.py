"""``motlan campaign``: results of before are digitised, box by box, behind the counter's own work."""

from __future__ import annotations

import os
import sys
import time
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.bar import Bar
from cli.campaign_words import (
    campaign_json,
    campaigns_table,
    stand_json,
    stand_text,
    worked_json,
    worked_text,
)
from cli.context import AsJson, current, leave, print_json
from cli.words import printable
from dossier.campaigns import CampaignState
from dossier.errors import ArgumentError
from dossier.legal_form import parse_account

if TYPE_CHECKING:
    from cli.campaign_words import Label
    from flows.campaign_run import Ingest
    from wiring.services import Services

_REFUSED = 10
_BEHIND = 10
_FIRST_YEAR, _LAST_YEAR = 2000, 2099
_group = typer.Typer(
    help="Chiến dịch số hóa kết quả cũ: hộp nào, ai làm, tốc độ, còn bao nhiêu ngày. Luôn nhường quầy.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
CampaignArgument = Annotated[str, typer.Argument(help="Tên hoặc mã chiến dịch.")]
BoxesArgument = Annotated[list[str], typer.Argument(help="Tên hộp như trong danh mục.")]


def add_to(app: typer.Typer) -> None:
    """Put the group into the command."""
    app.add_typer(_group, name="campaign")


@_group.command("new")
def new(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Tên chiến dịch.")],
    *,
    office: Annotated[str, typer.Option(help="Mã cơ quan, ví dụ H26.5.12.")],
    types: Annotated[
        list[str] | None, typer.Option("--type", help="Loại giấy tờ; ghi được nhiều lần; bỏ trống: mọi loại.")
    ] = None,
    targets: Annotated[
        list[str] | None, typer.Option("--target", help="Chỉ tiêu đến cuối năm, ví dụ 2026=50 (phần trăm).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Lập chiến dịch; lập lại cùng tên không sao."""
    from flows.campaigns import new_campaign

    command = current(context)
    services = command.services()
    services.create()
    shares = dict(_target(text) for text in targets or ())
    made = new_campaign(services, name, office=office, types=types or (), targets=shares)
    if as_json:
        print_json(campaign_json(made))
    else:
        sys.stdout.write(campaigns_table([made], command.lang, label=_label(services)))


@_group.command("import")
def import_(
    context: typer.Context,
    campaign: CampaignArgument,
    inventory: Annotated[Path, typer.Argument(help="Danh mục hộp: CSV hoặc XLSX.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Nạp danh mục: cột hộp, cơ quan, năm, loại, số kết quả; hoặc mỗi dòng một kết quả trong hộp."""
    from flows.campaigns import import_inventory

    command = current(context)
    services = command.services()
    found = services.store.records.campaigns.campaign(campaign)
    boxes, fresh = import_inventory(services, found, inventory)
    if as_json:
        print_json({"boxes": boxes, "new": fresh})
    else:
        vi = f"Danh mục có {boxes} hộp, {fresh} hộp mới.\n"
        sys.stdout.write(
            vi if command.lang == "vi" else f"The list has {boxes} boxes, {fresh} of them new.\n"
        )


@_group.command("list")
def list_(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Mọi chiến dịch."""
    command = current(context)
    services = command.services()
    found = services.store.records.campaigns.campaigns()
    if as_json:
        print_json({"campaigns": [campaign_json(one) for one in found]})
    else:
        sys.stdout.write(campaigns_table(found, command.lang, label=_label(services)))


@_group.command("show")
def show(
    context: typer.Context,
    campaign: CampaignArgument,
    *,
    days: Annotated[int, typer.Option(help="Số ngày làm việc gần nhất để tính tốc độ.", min=1, max=250)] = 10,
    picture: Annotated[
        Path | None, typer.Option(help="Ghi hình SVG vào tệp này.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tiến độ theo năm, cơ quan, loại; tốc độ; còn bao nhiêu ngày làm việc; ai đang làm hộp nào."""
    from cli.campaign_picture import picture_bytes
    from cli.report_files import write_whole
    from flows.campaigns import stand_of

    command = current(context)
    services = command.services()
    stand = stand_of(services, services.store.records.campaigns.campaign(campaign), days=days)
    if picture is not None:
        write_whole(picture, picture_bytes(stand, command.lang, label=_label(services)))
    if as_json:
        print_json(stand_json(stand))
    else:
        sys.stdout.write(stand_text(stand, command.lang, label=_label(services)))


@_group.command("assign")
def assign(
    context: typer.Context,
    campaign: CampaignArgument,
    boxes: BoxesArgument,
    *,
    to: Annotated[str, typer.Option(help="Tài khoản người nhận.", show_default=False)] = "",
    release: Annotated[bool, typer.Option("--release", help="Trả hộp lại cho người khác nhận.")] = False,
    as_json: AsJson = False,
) -> None:
    """Giao hộp cho một người; giao tất cả hoặc không hộp nào. --release: trả hộp."""
    from flows.campaigns import release_boxes, take_boxes

    if bool(to) == release:
        raise ArgumentError("--to", expected="--to TÀIKHOẢN hoặc --release")
    command = current(context)
    services = command.services()
    found = services.store.records.campaigns.campaign(campaign)
    if release:
        changed = release_boxes(services, found, boxes)
    else:
        changed = take_boxes(services, found, boxes, operator=parse_account(to, argument="--to"))
    _tell_boxes([(box.declared.label, box.state.value, box.operator) for box in changed], as_json=as_json)


@_group.command("take")
def take(
    context: typer.Context,
    campaign: CampaignArgument,
    boxes: Annotated[
        list[str] | None, typer.Argument(help="Tên hộp; bỏ trống: hộp đang làm dở, hoặc hộp tiếp theo.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Nhận hộp để làm; không ai nhận được hộp của người khác."""
    from flows.campaigns import take_boxes

    command = current(context)
    services = command.services()
    found = services.store.records.campaigns.campaign(campaign)
    taken = take_boxes(services, found, boxes or ())
    _tell_boxes([(box.declared.label, box.state.value, box.operator) for box in taken], as_json=as_json)


@_group.command("run")
def run(
    context: typer.Context,
    campaign: CampaignArgument,
    folder: Annotated[Path, typer.Argument(help="Thư mục tệp quét của hộp.")],
    *,
    box: Annotated[str, typer.Option(help="Tên hộp; bỏ trống: hộp đang làm dở hoặc tiếp theo.")] = "",
    most: Annotated[int, typer.Option(help="Dừng sau số tệp này.", min=0, show_default=False)] = 0,
    as_json: AsJson = False,
) -> None:
    """Đưa từng tệp của hộp qua dây chuyền, nhường quầy sau mỗi trang; dừng rồi chạy lại để làm tiếp."""
    from flows.campaign_run import box_to_run, run_box
    from wiring.sealing import seal_if_due

    command = current(context)
    services = command.services()
    found = services.store.records.campaigns.campaign(campaign)
    taken = box_to_run(services, found, folder, label=box)
    with Bar(total=0, lang=command.lang) as bar:

        def tell(name: str, done: int, files: int) -> None:
            bar.expect(files)
            bar.say(printable(f"{taken.declared.label}: {name} ({done}/{files})"))

        worked = run_box(
            services, found, taken, folder, ingest=_ingest(services), pause=time.sleep, tell=tell, most=most
        )
    seal_if_due(services)
    if as_json:
        print_json(worked_json(worked))
    else:
        sys.stdout.write(worked_text(worked, command.lang))
    leave(_REFUSED if worked.refused else 0)


@_group.command("pause")
def pause(
    context: typer.Context,
    campaign: CampaignArgument,
    *,
    resume: Annotated[bool, typer.Option("--resume", help="Mở lại.")] = False,
    as_json: AsJson = False,
) -> None:
    """Tạm dừng: lượt đang chạy dừng trước tệp tiếp theo."""
    _set(context, campaign, CampaignState.OPEN if resume else CampaignState.PAUSED, as_json=as_json)


@_group.command("close")
def close(context: typer.Context, campaign: CampaignArgument, *, as_json: AsJson = False) -> None:
    """Đóng hẳn: số liệu còn xem được, không làm tiếp được nữa."""
    _set(context, campaign, CampaignState.CLOSED, as_json=as_json)


def _set(context: typer.Context, campaign: str, state: CampaignState, *, as_json: bool) -> None:
    from flows.campaigns import set_state

    command = current(context)
    services = command.services()
    now = set_state(services, services.store.records.campaigns.campaign(campaign), state)
    if as_json:
        print_json(campaign_json(now))
    else:
        sys.stdout.write(campaigns_table([now], command.lang, label=_label(services)))


def _label(services: Services) -> Label:
    return lambda type_: services.papers.spec(type_).label_vi


def _ingest(services: Services) -> Ingest:
    """Through a running ``motlan serve``, or here, at a lower priority of the processor."""
    from flows.submit import ingest as here
    from web.client import ingest as there
    from web.client import is_up

    data = services.settings.data
    if is_up(data):
        return lambda path, declared: there(
            data, [path], declared=declared, listen=lambda _told: None, patient=True
        )
    os.nice(_BEHIND)
    return lambda path, declared: here(
        services, [path], declared=declared, listen=lambda _told: None, patient=True
    )


def _target(text: str) -> tuple[int, Fraction]:
    year, _, share = text.partition("=")
    expected = f"năm=phần trăm, ví dụ 2026=50; năm từ {_FIRST_YEAR} đến {_LAST_YEAR}"
    percent = share.strip().removesuffix("%").strip().replace(",", ".")
    try:
        found, told = int(year), Fraction(percent)
    except (ValueError, ZeroDivisionError):
        raise ArgumentError("--target", expected=expected) from None
    if not _FIRST_YEAR <= found <= _LAST_YEAR or "/" in percent or not 0 <= told <= 100:
        raise ArgumentError("--target", expected=expected)
    return found, told / 100


def _tell_boxes(boxes: list[tuple[str, str, str]], *, as_json: bool) -> None:
    if as_json:
        keys = ("box", "state", "operator")
        print_json({"boxes": [dict(zip(keys, box, strict=True)) for box in boxes]})
        return
    for label, _state, operator in boxes:
        sys.stdout.write(f"{printable(label)}: {printable(operator) or '—'}\n")

"""``motlan quality``: the promise about errors, samples, verdicts, certificates, thresholds."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import AsJson, current, print_json
from cli.words import moment
from dossier.errors import Lang
from dossier.ids import BatchId
from dossier.quality import Route

if TYPE_CHECKING:
    from flows.quality.certificates import Certificate
    from flows.quality.judging import Figures

_STANDINGS: dict[str, dict[Lang, str]] = {
    "waiting": {"vi": "còn giấy tờ chờ người xem", "en": "papers wait for a person"},
    "empty": {"vi": "không có ô quan trọng", "en": "no key field"},
    "keying": {"vi": "đang nhập lại mẫu", "en": "its sample is being keyed"},
    "gathering": {"vi": "chưa biết: chờ đủ mẫu", "en": "not yet known: the sample is not large enough"},
    "met": {"vi": "ĐẠT", "en": "MET"},
    "not_met": {"vi": "KHÔNG ĐẠT", "en": "NOT MET"},
    "unknown": {"vi": "chưa biết: mẫu quá nhỏ", "en": "not known: the sample was too small"},
    "whole": {"vi": "đang kiểm tra toàn bộ", "en": "all its fields are being keyed"},
    "inspected": {"vi": "đã kiểm tra toàn bộ", "en": "all its fields were keyed"},
}
_ROUTES: dict[Route, dict[Lang, str]] = {
    Route.ALONE: {"vi": "máy tự nhận", "en": "passed by itself"},
    Route.PERSON: {"vi": "người xác nhận", "en": "confirmed by a person"},
}

_group = typer.Typer(
    help="Cam kết về tỷ lệ sai của ô quan trọng: lấy mẫu, nhập lại độc lập, giấy chứng nhận từng lô.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

BatchArgument = Annotated[str, typer.Argument(metavar="BATCH", help="Mã lô.")]


def add_to(app: typer.Typer) -> None:
    """Put the group into the command."""
    app.add_typer(_group, name="quality")


@_group.command("promise")
def promise(
    context: typer.Context,
    *,
    error: Annotated[str, typer.Option(help="Tỷ lệ sai cao nhất, phần trăm, ví dụ 0,5.")],
    confidence: Annotated[str, typer.Option(help="Độ tin cậy, phần trăm.")] = "95",
    share: Annotated[str, typer.Option(help="Phần ô của lô nhỏ được nhập lại, phần trăm.")] = "10",
    days: Annotated[int, typer.Option(help="Lô nhỏ trong từng ấy ngày được xét chung.")] = 30,
    office: Annotated[str, typer.Option(help="Mã cơ quan; bỏ trống là tất cả.", show_default=False)] = "",
    as_json: AsJson = False,
) -> None:
    """Ghi cam kết mới; có hiệu lực với các lô nhận từ lúc này."""
    from flows.quality.promises import long_run_plan, read_percent
    from flows.quality.promises import promise as keep

    services = current(context).services()
    made = keep(
        services,
        office=office,
        error=read_percent(error),
        confidence=read_percent(confidence),
        share=read_percent(share),
        days=days,
        actor=services.settings.actor,
    )
    wanted = long_run_plan(made)
    if as_json:
        print_json({"promise": made.serial, "sample": wanted.sample, "accepts": wanted.accepts})
        return
    said: dict[Lang, str] = {
        "vi": "Đã ghi. Cần nhập lại {sample} ô, sai không quá {accepts}, để chứng minh.\n",
        "en": "Kept. {sample} fields keyed again with at most {accepts} wrong prove it.\n",
    }
    sys.stdout.write(
        said[current(context).lang].format(
            sample=f"{wanted.sample:,}".replace(",", "."), accepts=wanted.accepts
        )
    )


@_group.command("draw")
def draw(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Lấy mẫu các lô đã xong và xét các lô đã nhập lại đủ; đặt chạy hằng giờ."""
    from flows.quality.drawing import draw_due

    count = 0
    services = current(context).services()
    while drawn := draw_due(services):
        count += drawn
    if as_json:
        print_json({"drawn": count})
        return
    said: dict[Lang, str] = {"vi": "Đã lấy mẫu {count} lô.\n", "en": "Drew for {count} batches.\n"}
    sys.stdout.write(said[current(context).lang].format(count=count))


@_group.command("status")
def status(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Cam kết đang có hiệu lực, tỷ lệ sai mới nhất, số ô đang chờ, ngưỡng hỏi."""
    from flows.quality.judging import figures, waiting, whole_of, window_of
    from flows.quality.promises import current_promises, percent
    from flows.quality.steps import demand_of

    services, lang = current(context).services(), current(context).lang
    second, third = waiting(services)
    for one in current_promises(services):
        found = figures(whole_of(window_of(services, one)), one.confidence)
        step = demand_of(services, one.office).step
        if as_json:
            told = {"office": one.office or "*", "error_ppm": one.error, "confidence_ppm": one.confidence}
            print_json({**told, "upper_ppm": found.upper, "keyed": found.keyed, "step": step})
            continue
        sys.stdout.write(
            f"{one.office or '*'}  ≤ {percent(one.error, lang)} ({percent(one.confidence, lang)})  "
            f"{_line(found, lang)}  {step:+d}\n"
        )
    if not as_json:
        said: dict[Lang, str] = {
            "vi": "Chờ nhập lại {second} ô, chờ người thứ ba {third} ô.\n",
            "en": "{second} fields wait for a second look, {third} for a third.\n",
        }
        sys.stdout.write(said[lang].format(second=second, third=third))


@_group.command("list")
def list_(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Các lô đã lấy mẫu, mới nhất trước."""
    from flows.quality.certificates import standing_of

    records, lang, before = current(context).services().store.records.quality, current(context).lang, ""
    while lots := records.lots(before=before, limit=100):
        for lot in lots:
            standing = standing_of(lot, records.group(lot.group) if lot.group else None)
            if as_json:
                print_json({"batch": lot.batch, "office": lot.office, "standing": standing.value})
            else:
                at = moment(lot.received_at)
                sys.stdout.write(f"{lot.batch}  {at}  {lot.office or '—'}  {_STANDINGS[standing][lang]}\n")
        before = records.place_of(lots[-1])


@_group.command("certificate")
def certificate(context: typer.Context, batch: BatchArgument, *, as_json: AsJson = False) -> None:
    """Giấy chứng nhận của một lô."""
    from flows.quality.certificates import certificate as write
    from flows.quality.certificates import certificate_json

    found = write(current(context).services(), BatchId(batch))
    if as_json:
        print_json(certificate_json(found))
    else:
        _tell(found, current(context).lang)


@_group.command("verify")
def verify(context: typer.Context, batch: BatchArgument, *, as_json: AsJson = False) -> None:
    """Rút lại mẫu của một lô từ hạt giống đã ghi và so với các ô đã nhập lại."""
    from flows.quality.certificates import check_draw

    found = check_draw(current(context).services(), BatchId(batch))
    if as_json:
        told = {"same_frame": found.same_frame, "same_sample": found.same_sample}
        print_json({**told, "journalled": found.journalled})
    else:
        said: dict[bool, dict[Lang, str]] = {
            True: {"vi": "Đúng mẫu mà hạt giống cho ra.\n", "en": "It is the sample that the seed gives.\n"},
            False: {"vi": "KHÔNG khớp với hạt giống.\n", "en": "It is NOT the sample that the seed gives.\n"},
        }
        sys.stdout.write(said[found.holds][current(context).lang])
    raise typer.Exit(0 if found.holds else 1)


@_group.command("inspect")
def inspect(context: typer.Context, batch: BatchArgument, *, as_json: AsJson = False) -> None:
    """Cho nhập lại mọi ô còn lại của một lô không đạt, và của các lô xét chung với nó."""
    from flows.quality.judging import want_whole

    services = current(context).services()
    group = services.store.records.quality.lot(BatchId(batch)).group
    count = want_whole(services, group, actor=services.settings.actor)
    if as_json:
        print_json({"fields": count})
        return
    said: dict[Lang, str] = {"vi": "Thêm {count} ô chờ nhập lại.\n", "en": "{count} more fields wait.\n"}
    sys.stdout.write(said[current(context).lang].format(count=count))


def _line(found: Figures, lang: Lang) -> str:
    from flows.quality.promises import percent

    said: dict[Lang, str] = {
        "vi": "{errors} sai trong {keyed} ô của {population}; ước tính {estimate}, nhiều nhất {upper}",
        "en": "{errors} wrong of {keyed} of {population}; estimate {estimate}, at most {upper}",
    }
    return said[lang].format(
        errors=found.errors,
        keyed=found.keyed,
        population=found.population,
        estimate=percent(found.estimate, lang),
        upper=percent(found.upper, lang),
    )


def _tell(found: Certificate, lang: Lang) -> None:
    from flows.quality.promises import percent

    lines = [f"{found.lot.batch}  {_STANDINGS[found.standing][lang]}"]
    if found.promise is not None:
        lines.append(f"  ≤ {percent(found.promise.error, lang)} ({percent(found.promise.confidence, lang)})")
        lines.append(f"  {_line(found.whole, lang)}")
        lines += [f"  {_ROUTES[route][lang]}: {_line(one, lang)}" for route, one in found.routes.items()]
        lines.append(f"  seed {found.lot.seed}")
        lines.append(f"  frame {found.lot.frame}")
    sys.stdout.write("\n".join(lines) + "\n")

"""``motlan same``: papers that may be scans of one sheet; what differs is shown, a person answers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import AsJson, current, print_json
from cli.same_words import ANSWERS, KINDS, reasons
from cli.table import text_table
from cli.words import moment, printable
from dossier.errors import ArgumentError, Lang
from dossier.ids import PairId
from dossier.same import SameAnswer, SamePair

if TYPE_CHECKING:
    from flows.same_pictures import Difference
    from wiring.services import Services

_group = typer.Typer(
    help="Giấy tờ quét lại: máy đề nghị, người trả lời; không bản nào bị bỏ.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
PairArgument = Annotated[str, typer.Argument(help="Mã câu hỏi trong 'motlan same list'.")]


def add_to(app: typer.Typer) -> None:
    """Put the group into the command."""
    app.add_typer(_group, name="same")


@_group.command("list")
def list_(
    context: typer.Context,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Cả câu đã trả lời.")] = False,
    after: Annotated[str, typer.Option(help="Trang sau: mã cuối trang trước.", show_default=False)] = "",
    as_json: AsJson = False,
) -> None:
    """Những cặp giấy tờ có thể là một, chờ người trả lời; cũ nhất trước."""
    command = current(context)
    services = command.services()
    last = PairId(after) if after else None
    found = services.store.records.same.pairs(open_only=not everything, after=last)
    if as_json:
        print_json({"pairs": [_pair_json(pair) for pair in found]})
        return
    if not found:
        sys.stdout.write("Không có cặp nào.\n" if command.lang == "vi" else "No pairs.\n")
        return
    heads = ["Mã câu hỏi", "Loại", "Vì sao", "Tìm thấy", "Trả lời"]
    if command.lang == "en":
        heads = ["Question", "Type", "Why", "Found", "Answer"]
    rows = [
        (
            pair.id,
            _type(services, pair),
            reasons(pair.because, command.lang),
            moment(pair.found_at),
            ANSWERS[pair.answer][command.lang],
        )
        for pair in found
    ]
    sys.stdout.write(text_table(heads, rows))


@_group.command("look-back")
def look_back(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Soát hết giấy tờ lưu trước khi có việc so sánh này; ngắt lúc nào cũng được, lần sau làm tiếp."""
    from flows.same_papers import look_back_through

    command = current(context)

    def told(papers: int) -> None:
        if not as_json and sys.stderr.isatty():
            sys.stderr.write(f"\r{papers:,}")
            sys.stderr.flush()

    services = command.services()
    passed = look_back_through(services, told=told)
    left = services.store.records.same.open_count()
    if as_json:
        print_json({"papers": passed, "open": left})
    elif command.lang == "vi":
        sys.stdout.write(f"Đã soát {passed:,} giấy tờ cũ; {left:,} câu hỏi chờ trả lời.\n")
    else:
        sys.stdout.write(f"Looked at {passed:,} papers of before; {left:,} questions wait for an answer.\n")


@_group.command("show")
def show(
    context: typer.Context,
    pair: PairArgument,
    *,
    pictures: Annotated[
        Path | None, typer.Option(help="Thư mục mới để ghi hình cắt hai bản cạnh nhau.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Hai bản khác nhau ở đâu: dấu, chữ số, chữ; bản trước bên trái, bản sau bên phải."""
    from dossier.access import Access, Purpose
    from flows.lookup import read_document
    from flows.same_pictures import differences, write_pictures

    command = current(context)
    services = command.services()
    found = services.store.records.same.pair(PairId(pair))
    access = Access(services.settings.actor, Purpose.OPERATION)
    for document in (found.earlier, found.later):
        read_document(services, document, access=access)
    told = differences(services, found)
    paths = write_pictures(told, pictures) if pictures is not None else ()
    if as_json:
        print_json(
            {
                **_pair_json(found),
                "differences": [_difference_json(one) for one in told],
                "pictures": len(paths),
            }
        )
        return
    sys.stdout.write(_head(services, found, command.lang))
    if told:
        heads = ["Khác ở", "Trang", "Bản trước", "Bản sau"]
        if command.lang == "en":
            heads = ["Difference", "Page", "Earlier", "Later"]
        sys.stdout.write(text_table(heads, [_row(one, command.lang) for one in told]))
    else:
        sys.stdout.write("Không thấy chỗ khác.\n" if command.lang == "vi" else "No difference seen.\n")
    if paths:
        sys.stdout.write(f"{len(paths)} hình: {printable(str(pictures))}\n")


@_group.command("answer")
def answer(
    context: typer.Context,
    pair: PairArgument,
    said: Annotated[
        str,
        typer.Argument(help="same: một giấy tờ; newer: bản sau thay bản trước; older: ngược lại; different."),
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Trả lời; trả lời lại thì lời cuối có giá trị, nhật ký giữ tất cả. Không byte nào bị đổi."""
    from flows.same_papers import answer_same
    from wiring.sealing import seal_if_due

    command = current(context)
    services = command.services()
    if said not in {one.value for one in SameAnswer} - {SameAnswer.OPEN.value}:
        raise ArgumentError("answer", expected="same, newer, older hoặc different")
    answered = answer_same(services, PairId(pair), SameAnswer(said))
    seal_if_due(services)
    if as_json:
        print_json(_pair_json(answered))
    else:
        sys.stdout.write(_head(services, answered, command.lang))


def _head(services: Services, pair: SamePair, lang: Lang) -> str:
    by = f" ({pair.answered_by}, {moment(pair.answered_at)})" if pair.answered_at else ""
    words = ("Bản trước", "Bản sau", "Vì sao", "Trả lời")
    if lang == "en":
        words = ("Earlier", "Later", "Why", "Answer")
    told = (pair.earlier, pair.later, reasons(pair.because, lang), ANSWERS[pair.answer][lang] + by)
    lines = [f"{name}: {value}\n" for name, value in zip(words, told, strict=True)]
    return f"{_type(services, pair)}\n" + "".join(lines)


def _type(services: Services, pair: SamePair) -> str:
    return services.papers.spec(services.store.records.document(pair.later).type).label_vi


def _row(one: Difference, lang: Lang) -> tuple[str, str, str, str]:
    before, after = one.before, one.after
    if not before and not after:
        before, after = ("●", "—") if one.gone else ("—", "●")
    return KINDS[one.kind][lang], str(one.page), before, after


def _pair_json(pair: SamePair) -> dict[str, object]:
    return {
        "pair": pair.id,
        "earlier": pair.earlier,
        "later": pair.later,
        "because": list(pair.because),
        "found_at": pair.found_at.isoformat(timespec="seconds"),
        "answer": pair.answer.value,
        "answered_at": pair.answered_at.isoformat(timespec="seconds") if pair.answered_at else None,
        "answered_by": pair.answered_by,
    }


def _difference_json(one: Difference) -> dict[str, object]:
    return {
        "kind": one.kind,
        "gone": one.gone,
        "before": one.before,
        "after": one.after,
        "page": one.page,
        "box": one.box.as_list(),
    }

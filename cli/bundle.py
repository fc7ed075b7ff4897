"""``motlan bundle``: what a desk worked out without the network, on its way to the centre."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.bar import Bar
from cli.context import AsJson, current, leave, print_json
from cli.words import moment, printable
from dossier.errors import ArgumentError, InputNotFoundError, InputPermissionError, MotlanError

if TYPE_CHECKING:
    from dossier.bundles import Desk, Question
    from dossier.error_base import Lang
    from flows.bundle_import import Imported

_group = typer.Typer(
    help="Làm việc khi mất mạng: bàn xuất gói đã ký, trung tâm nhập và ghép, không mất, không trùng.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

OutputOption = Annotated[
    Path | None, typer.Option("-o", "--output", help="Tệp hoặc thư mục (USB).", show_default=False)
]
FileArgument = Annotated[Path, typer.Argument(help="Tệp nhận được.", show_default=False)]
BundlesArgument = Annotated[list[Path], typer.Argument(help="Một hoặc nhiều gói.", show_default=False)]

_TURNS = {
    "new": "đã nhập",
    "begun": "đã nhập tiếp phần dở",
    "imported": "đã nhập từ trước, không có gì thay đổi",
    "contained": "đã nằm trong gói nhập trước, không có gì thay đổi",
}
_STAGES = {
    "check": "Đọc và so toàn bộ gói",
    "objects": "Đối tượng",
    "records": "Bản ghi",
    "journal": "Nhật ký của bàn",
}
_ABOUT = {
    "document": "Giấy tờ hai bàn ghi khác nhau; xem và chốt trong 'motlan review'",
    "destroyed": "Một bàn đã hủy bản của mình; trung tâm tự quyết định ('motlan disposal')",
    "dossier": "Hai bàn đăng ký hồ sơ khác nhau; bản đăng ký sớm hơn đang được dùng",
    "owner": "Một bàn ghép, bàn khác tách hai chủ sở hữu; đang để tách",
}


def add_to(app: typer.Typer) -> None:
    """Put the group into the command."""
    app.add_typer(_group, name="bundle")


@_group.command("key")
def key(
    context: typer.Context,
    *,
    name: Annotated[str, typer.Option(help="Tên bàn, ví dụ xa-muong-giu-ban-1.", show_default=False)] = "",
    output: OutputOption = None,
    as_json: AsJson = False,
) -> None:
    """Ở bàn: ghi tệp khóa công khai để trung tâm kết nạp."""
    from flows.bundle_keys import own_keys

    services = current(context).services()
    content, public = own_keys(services, name or services.settings.actor)
    path = _write(output, content, default="motlan-ban.json")
    if as_json:
        print_json({"file": str(path), "id": public.id, "fingerprint": public.fingerprint})
        return
    sys.stdout.write(
        f"Đã ghi {path}.\nĐọc dấu khóa này cho trung tâm so qua điện thoại:\n  {public.fingerprint}\n"
    )


@_group.command("enrol")
def enrol(
    context: typer.Context, file: FileArgument, *, output: OutputOption = None, as_json: AsJson = False
) -> None:
    """Ở trung tâm: kết nạp bàn có tệp này và ghi tệp trả lời cho bàn."""
    from flows.bundle_keys import enrol as apply
    from signing.desk_keys import PublicKeys

    services = current(context).services()
    desk, answer = apply(services, _read(file), item=file.name)
    path = _write(output, answer, default=f"motlan-trung-tam-{desk.part}.json")
    shown = PublicKeys.from_text(desk.signing_key, desk.receiving_key).fingerprint
    if as_json:
        print_json({**_desk_json(desk), "fingerprint": shown, "file": str(path)})
        return
    sys.stdout.write(
        f"Đã kết nạp bàn {desk.name} (dải số {desk.part}).\n"
        f"So dấu khóa với bàn trước khi nhận gói đầu tiên:\n  {shown}\n"
        f"Nếu khác: 'motlan bundle retire {desk.id}'. Tệp trả lời cho bàn: {path}\n"
    )


@_group.command("join")
def join(context: typer.Context, file: FileArgument, *, as_json: AsJson = False) -> None:
    """Ở bàn: từ nay niêm gói cho trung tâm có tệp này (chỉ một lần cho mỗi kho)."""
    from flows.bundle_keys import join as apply
    from signing.desk_keys import PublicKeys

    centre = apply(current(context).services(), _read(file), item=file.name)
    shown = PublicKeys.from_text(centre.signing_key, centre.receiving_key).fingerprint
    if as_json:
        print_json({"centre": centre.id, "name": centre.name, "part": centre.part, "fingerprint": shown})
        return
    sys.stdout.write(
        f"Đã gia nhập trung tâm {centre.name} (dải số của bàn: {centre.part}).\n"
        f"Dấu khóa của trung tâm, so qua điện thoại:\n  {shown}\n"
    )


@_group.command("export")
def export(
    context: typer.Context,
    *,
    output: OutputOption = None,
    full: Annotated[
        bool, typer.Option("--full", help="Mọi thứ từ đầu, kể cả phần trung tâm đã nhận.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Ở bàn: ghi những gì trung tâm chưa xác nhận thành một gói đã ký, chỉ trung tâm mở được."""
    from flows.bundle_export import export as apply

    services = current(context).services()
    made = apply(services, output or Path.cwd(), full=full)
    manifest, size = made.manifest, made.path.stat().st_size
    if as_json:
        print_json(
            {
                "file": str(made.path),
                "number": manifest.number,
                "base": manifest.base,
                "manifest": made.sha256,
                "bytes": size,
                "counts": dict(manifest.counts),
                "absent": made.absent,
                "demo": manifest.demo,
            }
        )
        return
    since = f"nối tiếp gói {manifest.base}" if manifest.base else "từ đầu"
    sys.stdout.write(
        f"Gói số {manifest.number} ({since}): {manifest.counts.get('document', 0)} giấy tờ, "
        f"{manifest.counts.get('object', 0)} đối tượng, {size:,} byte.\n  {made.path}\n"
        "Chuyển tệp này tới trung tâm; sau khi nhập, đem biên nhận về: 'motlan bundle ack'.\n"
    )
    if manifest.demo:
        sys.stdout.write("DEMO: bàn này ký bằng khóa thử; trung tâm vận hành thật sẽ không nhận.\n")
    if made.absent:
        sys.stdout.write(f"⚠ Bàn không còn {made.absent} đối tượng; trung tâm sẽ được báo.\n")


@_group.command("check")
def check(context: typer.Context, bundles: BundlesArgument, *, as_json: AsJson = False) -> None:
    """Ở trung tâm: đọc hết gói, so chữ ký, mã băm, nhật ký của bàn; không ghi gì."""
    from flows.bundle_check import opened, read_through

    command = current(context)
    services = command.services()

    def one(path: Path) -> None:
        with opened(services, path) as bundle:
            read_through(services, bundle)
            told = {
                "file": path.name,
                "desk": bundle.desk.id,
                "number": bundle.manifest.number,
                "turn": bundle.turn.value,
                "counts": dict(bundle.manifest.counts),
            }
            words = f"{path.name}: nguyên vẹn, gói {bundle.manifest.number} của bàn {bundle.desk.name}.\n"
            print_json(told) if as_json else sys.stdout.write(words)

    leave(_each(bundles, one, lang=command.lang, as_json=as_json))


@_group.command("import")
def import_(
    context: typer.Context,
    bundles: BundlesArgument,
    *,
    receipts: Annotated[
        Path | None,
        typer.Option("--receipts", help="Thư mục ghi biên nhận (mặc định: cạnh gói).", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Ở trung tâm: kiểm tra rồi ghép gói vào kho. Bị ngắt thì chạy lại; nhập hai lần không đổi gì."""
    from flows.bundle_import import take

    command = current(context)
    services = command.services()

    def one(path: Path) -> None:
        with Bar(total=0, lang=command.lang) as bar:
            done = take(services, path, told=lambda stage, count: bar.say(f"{_STAGES[stage]} {count}"))
        receipt = _keep_receipt(done, receipts or path.parent, bundle=path)
        if as_json:
            print_json({"file": path.name, **_imported_json(done), "receipt": str(receipt or "")})
        else:
            sys.stdout.write(_imported_words(done, path, receipt))

    leave(_each(bundles, one, lang=command.lang, as_json=as_json))


@_group.command("ack")
def ack(context: typer.Context, file: FileArgument, *, as_json: AsJson = False) -> None:
    """Ở bàn: nhận biên nhận của trung tâm; gói sau không gửi lại phần đã nhận."""
    from flows.bundle_export import acknowledge

    made, is_new = acknowledge(current(context).services(), _read(file), item=file.name)
    if as_json:
        print_json({"number": made.number, "new": is_new})
        return
    words = "trung tâm đã nhận đủ" if is_new else "đã biết từ trước"
    sys.stdout.write(f"Gói số {made.number}: {words}.\n")


@_group.command("list")
def list_(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Gói đã xuất từ kho này, các bàn đã kết nạp và gói đã nhận từ mỗi bàn."""
    records = current(context).services().store.records
    exports, desks = records.sent.exports(), records.desks.desks()
    arrivals = {desk.id: records.desks.arrivals(desk.id) for desk in desks}
    if as_json:
        print_json(
            {
                "exports": [
                    {
                        "number": made.number,
                        "base": made.base,
                        "finished": bool(made.manifest),
                        "acknowledged": made.acknowledged_at is not None,
                    }
                    for made in exports
                ],
                "desks": [
                    {
                        **_desk_json(desk),
                        "bundles": [
                            {"number": each.number, "imported": each.imported_at is not None}
                            for each in arrivals[desk.id]
                        ],
                    }
                    for desk in desks
                ],
            }
        )
        return
    for made in exports:
        state = "đã được xác nhận" if made.acknowledged_at else "chưa có biên nhận"
        state = state if made.manifest else "xuất dở, không dùng"
        sys.stdout.write(f"Gói xuất {made.number} ({moment(made.made_at)}): {state}\n")
    for desk in desks:
        ended = ", đã thôi công nhận" if desk.retired_at else ""
        sys.stdout.write(f"Bàn {desk.name} ({desk.id[:8]}, dải số {desk.part}{ended})\n")
        for each in arrivals[desk.id]:
            state = f"nhập {moment(each.imported_at)}" if each.imported_at else "NHẬP DỞ: chạy lại 'import'"
            sys.stdout.write(f"  gói {each.number}: {state}\n")
    if not exports and not desks:
        sys.stdout.write("Kho này chưa xuất gói nào và chưa kết nạp bàn nào.\n")


@_group.command("questions")
def questions(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Ở trung tâm: những chỗ hai bàn nói khác nhau, cần người chốt."""
    found = current(context).services().store.records.desks.questions()
    if as_json:
        print_json([_question_json(each) for each in found])
        return
    for each in found:
        differs = f" ({', '.join(each.differs)})" if each.differs else ""
        sys.stdout.write(f"{each.subject}{differs}\n  {_ABOUT[each.kind.value]}.\n")
    if not found:
        sys.stdout.write("Không có gì phải chốt.\n")


@_group.command("retire")
def retire(
    context: typer.Context,
    desk: Annotated[str, typer.Argument(help="Mã hoặc tên bàn.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Ở trung tâm: không nhận gói của bàn này nữa (mất máy, lộ khóa); gói đã nhập giữ nguyên."""
    from flows.bundle_keys import retire as apply

    retired = apply(current(context).services(), desk)
    if as_json:
        print_json(_desk_json(retired))
        return
    sys.stdout.write(f"Không nhận gói của bàn {retired.name} nữa. Muốn nhận lại: 'motlan bundle enrol'.\n")


@_group.command("facts")
def facts(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Số lượng và dấu của mọi điều kho biết, để so hai bản của một kho, không theo thứ tự nhập."""
    from storage.store_facts import summary

    database = current(context).services().store.records.sent.database
    with database.reading() as connection:
        found = summary(connection)
    if as_json:
        print_json({each.kind: {"count": each.count, "digest": each.digest} for each in found})
        return
    for each in found:
        sys.stdout.write(f"{each.kind:<16} {each.count:>8}  {each.digest[:32]}\n")


def _each(paths: list[Path], one: Callable[[Path], None], *, lang: Lang, as_json: bool) -> int:
    """Each bundle by itself: one that is refused does not keep the others from being taken."""
    from cli.context import complain, error_json

    worst = 0
    for path in paths:
        try:
            one(path)
        except MotlanError as error:
            if as_json:
                print_json({"file": path.name, "error": error_json(error, lang)})
            else:
                complain(error, lang)
            worst = max(worst, error.exit_code)
    return worst


def _imported_json(done: Imported) -> dict[str, object]:
    return {
        "desk": done.desk.id,
        "number": done.number,
        "turn": done.turn.value,
        "documents": done.documents,
        "questions": done.questions,
        "absent": done.absent,
    }


def _imported_words(done: Imported, path: Path, receipt: Path | None) -> str:
    lines = [f"{path.name}: gói {done.number} của bàn {done.desk.name} {_TURNS[done.turn.value]}"]
    lines.append(f", {done.documents} giấy tờ.\n" if done.turn.value in ("new", "begun") else ".\n")
    if done.questions:
        lines.append(f"  {done.questions} chỗ hai bàn nói khác nhau: 'motlan bundle questions'.\n")
    if done.absent:
        lines.append(f"  ⚠ Bàn đã mất {done.absent} đối tượng.\n")
    if receipt is not None:
        lines.append(f"  Biên nhận cho bàn: {printable(str(receipt))}\n")
    else:
        lines.append("  ⚠ Không ghi được biên nhận; chạy lại với --receipts THƯ_MỤC.\n")
    return "".join(lines)


def _keep_receipt(done: Imported, folder: Path, *, bundle: Path) -> Path | None:
    """Beside the bundle; a stick that may not be written to is no reason to fail after all was taken."""
    path = folder / f"{bundle.stem}.receipt.json"
    try:
        path.write_bytes(done.receipt)
    except OSError:
        return None
    return path


def _desk_json(desk: Desk) -> dict[str, object]:
    return {"id": desk.id, "name": desk.name, "part": desk.part, "retired": desk.retired_at is not None}


def _question_json(question: Question) -> dict[str, object]:
    return {"kind": question.kind.value, "subject": question.subject, "differs": list(question.differs)}


def _write(output: Path | None, content: bytes, *, default: str) -> Path:
    path = output / default if output is not None and output.is_dir() else output or Path(default)
    try:
        path.write_bytes(content)
    except OSError as error:
        raise InputPermissionError(path.name) from error
    return path


def _read(path: Path) -> bytes:
    from flows.bundle_keys import MOST_BYTES

    try:
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise InputNotFoundError(str(path)) from error
    except OSError as error:
        raise InputPermissionError(str(path)) from error
    if len(content) > MOST_BYTES:
        raise ArgumentError(path.name, expected="một tệp nhỏ do 'motlan bundle' ghi")
    return content

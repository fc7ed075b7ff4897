"""``motlan canary`` and ``motlan store``: places that have to prove themselves, and how to make them."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cli.context import AsJson, complain, current, leave, print_json
from cli.words import Words
from dossier.errors import ArgumentError, StoreUnavailableError

if TYPE_CHECKING:
    from storage.trials import Trial

_group = typer.Typer(
    help="Nơi lưu đối tượng: những gì phải tạo.", no_args_is_help=True, rich_markup_mode=None
)

_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_USER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_KEY_ID: Final = re.compile(r"[A-Za-z0-9:/_.-]{1,256}")
_OUTCOMES: Final[Mapping[str, Words]] = {
    "held": {"vi": "đạt", "en": "held"},
    "failed": {"vi": "KHÔNG ĐẠT", "en": "FAILED"},
    "unproven": {"vi": "không thử được ở loại nơi lưu này", "en": "cannot be proven of this kind of place"},
}


def add_to(app: typer.Typer) -> None:
    """Put the commands into the group."""
    app.command("canary")(canary)
    app.add_typer(_group, name="store")


def canary(
    context: typer.Context,
    *,
    lift: Annotated[
        str,
        typer.Option(help="Mở lại kho đang chỉ đọc, với lý do; mọi nơi lưu phải đạt.", show_default=False),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Thử xóa, ghi đè, rút ngắn khóa, lật một bit ở mọi nơi lưu; không đạt thì kho chuyển sang chỉ đọc."""
    from flows.operating.jobs import Job, note, noted
    from flows.upkeep import failed_place, try_places
    from flows.upkeep import lift as lift_store

    command = current(context)
    services = command.services()
    with noted(services, Job.CANARY):
        found = try_places(services)
    if failed_place(found):
        note(services, Job.CANARY, code="canary.failed")
    lifted = lift_store(services, found, reason=lift) if lift else False
    frozen = services.store.records.upkeep.frozen.error()
    if as_json:
        print_json({"places": _json(found), "frozen": frozen is not None, "lifted": lifted})
    else:
        for place, trials in found.items():
            if isinstance(trials, str):
                continue
            for trial in trials:
                sys.stdout.write(f"{place:<16} {trial.what:<20} {_OUTCOMES[trial.outcome][command.lang]}\n")
        if lifted:
            sys.stdout.write(
                "Kho ghi được trở lại.\n" if command.lang == "vi" else "The store is open again.\n"
            )
    silent = [place for place, trials in found.items() if isinstance(trials, str)]
    for place in silent:
        complain(StoreUnavailableError(place), command.lang)
    if frozen is not None:
        raise frozen
    if silent:
        leave(StoreUnavailableError.exit_code)


@_group.command("buckets")
def buckets(
    context: typer.Context,
    bucket: Annotated[list[str], typer.Argument(metavar="BUCKET…", help="Tên thùng chứa, mỗi nơi một.")],
    *,
    user: Annotated[str, typer.Option(help="Tài khoản dịch vụ trên máy chủ lưu trữ.")] = "motlan",
    mode: Annotated[str, typer.Option(help="COMPLIANCE hoặc GOVERNANCE.")] = "COMPLIANCE",
    years: Annotated[int, typer.Option(help="Khóa mặc định, năm.", min=1, max=100)] = 10,
    encrypt: Annotated[
        bool, typer.Option("--encrypt", help="Máy chủ mã hóa bằng khóa của chính nó (SSE-S3).")
    ] = False,
    kms_key: Annotated[
        str, typer.Option(help="Mã khóa trong dịch vụ khóa của máy chủ (SSE-KMS).", show_default=False)
    ] = "",
    plan: Annotated[bool, typer.Option("--plan", help="In ra những gì phải tạo; không tạo gì.")] = False,
    as_json: AsJson = False,
) -> None:
    """In các lệnh tạo thùng chứa có khóa, chính sách quyền tối thiểu và vòng đời; không gọi máy chủ."""
    from storage.bucket_plan import BucketPlan
    from storage.s3_encryption import ServerEncryption

    current(context)
    if not plan:
        raise ArgumentError("store buckets", expected="--plan (chương trình không tự tạo thùng chứa)")
    if mode not in {"COMPLIANCE", "GOVERNANCE"}:
        raise ArgumentError("--mode", expected="COMPLIANCE hoặc GOVERNANCE")
    if _USER.fullmatch(user) is None or not all(_BUCKET.fullmatch(name) for name in bucket):
        raise ArgumentError("store buckets", expected="tên thùng chứa và tài khoản theo quy tắc S3")
    if kms_key and _KEY_ID.fullmatch(kms_key) is None:
        raise ArgumentError("--kms-key", expected="chữ, số và : / _ . -")
    encryption = ServerEncryption(key_id=kms_key) if encrypt or kms_key else None
    plans = [
        BucketPlan(bucket=name, user=user, mode=mode, years=years, encryption=encryption) for name in bucket
    ]
    if as_json:
        print_json(
            [
                {
                    "bucket": one.bucket,
                    "policy": one.policy(),
                    "object_lock": one.default_lock(),
                    "lifecycle": one.lifecycle(),
                    "encryption": one.default_encryption() or None,
                }
                for one in plans
            ]
        )
    else:
        sys.stdout.write("\n".join(one.script() for one in plans))


def _json(found: Mapping[str, Sequence[Trial] | str]) -> dict[str, dict[str, str]]:
    return {
        place: {"error": trials}
        if isinstance(trials, str)
        else {trial.what: trial.outcome for trial in trials}
        for place, trials in found.items()
    }

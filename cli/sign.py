"""``motlan sign``: signs files that are not in the store, all with one PIN or one confirmation."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.bar import Bar
from cli.context import AsJson, complain, current, error_json, leave, print_json
from cli.words import printable
from dossier.errors import OutputError

if TYPE_CHECKING:
    from dossier.errors import Lang
    from signing.interrupted import Outcome
    from signing.keys import SigningKey
    from signing.signer import Role

_SIGNING: dict[Lang, str] = {"vi": "Đang ký", "en": "Signing"}
_PHONE: dict[Lang, str] = {
    "vi": "Khi điện thoại của người ký hỏi, hãy xác nhận. Có thể dừng (Ctrl+C) rồi chạy lại cùng lệnh.\n",
    "en": "Confirm when the signer's phone asks. You may stop (Ctrl+C) and run the same command again.\n",
}


class As(StrEnum):
    """Who signs."""

    OFFICER = "officer"
    ORGANISATION = "organisation"


def add_to(app: typer.Typer) -> None:
    """Put the command into the group."""
    app.command("sign")(sign)


def sign(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Tệp PDF/A cần ký.")],
    *,
    out: Annotated[Path, typer.Option("--out", "-o", help="Thư mục để tệp đã ký.", show_default=False)],
    as_: Annotated[As, typer.Option("--as", help="Ký với tư cách cán bộ hay cơ quan.")] = As.OFFICER,
    as_json: AsJson = False,
) -> None:
    """Ký số các tệp PDF/A ngoài kho, hỏi PIN hoặc xác nhận một lần cho tất cả; chạy lại để làm tiếp."""
    from signing.file_batch import WORK_FOLDER, only_one, sign_files
    from signing.interrupted import InterruptedSigning, Paper
    from signing.remote.confirming import ConfirmedKey

    command = current(context)
    services = command.services()
    role: Role = "officer" if as_ is As.OFFICER else "organisation"
    _make(out)
    papers = [Paper(source=file, name=file.name, item=str(file)) for file in files]
    work = out / WORK_FOLDER
    with only_one(work), Bar(total=len(papers), lang=command.lang) as bar:
        signer = services.signer_as(role)
        flow = InterruptedSigning(signer, role=role, work=work, out=out, clock=services.clock)
        key = signer.key(role)
        if isinstance(key, ConfirmedKey):
            sys.stderr.write(_PHONE[command.lang])
        bar.say(_SIGNING[command.lang])
        outcomes = sign_files(flow, papers, out=out, role=role, done=bar.steps)
    if as_json:
        for outcome in outcomes:
            print_json(_as_json(outcome, key, command.lang))
    else:
        _tell(outcomes, key, command.lang)
    leave(next((outcome.error.exit_code for outcome in outcomes if outcome.error), 0))


def _make(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(str(out), cause=type(error).__name__) from error


def _as_json(outcome: Outcome, key: SigningKey, lang: Lang) -> dict[str, object]:
    if outcome.error is not None:
        return {"file": outcome.item, "error": error_json(outcome.error, lang)}
    return {
        "file": outcome.item,
        "signed": str(outcome.out),
        "earlier": outcome.earlier,
        "scheme": key.scheme,
        "demo": _demo(key),
    }


def _tell(outcomes: Sequence[Outcome], key: SigningKey, lang: Lang) -> None:
    from cli.table import signed_table
    from signing.schemes import scheme_note

    sys.stdout.write(printable(signed_table(outcomes, lang, demo=_demo(key))))
    note = scheme_note(key.scheme)
    if note and any(outcome.out and not outcome.earlier for outcome in outcomes):
        sys.stdout.write(f"{note}\n")
    for outcome in outcomes:
        if outcome.error is not None:
            complain(outcome.error, lang)


def _demo(key: SigningKey) -> bool:
    from signing.keys import is_demo

    return is_demo(key)

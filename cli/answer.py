"""``motlan answer``: answers of the HTTP service that were kept, proven later."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import AsJson, current, print_json
from cli.words import moment
from dossier.api_errors import AnswerInvalidError
from dossier.errors import InputNotFoundError, InputPermissionError

if TYPE_CHECKING:
    from web.answers import Proven

_group = typer.Typer(help="Câu trả lời đã ký của dịch vụ HTTP.", no_args_is_help=True, rich_markup_mode=None)


def add_to(app: typer.Typer) -> None:
    """Put the group into the command."""
    app.add_typer(_group, name="answer")


@_group.command("verify")
def verify(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Tệp câu trả lời đã nhận (JSON hoặc JWS).")],
    *,
    keys: Annotated[
        Path | None,
        typer.Option(help="Tệp khóa công khai (/v1/answer-keys); mặc định: khóa của kho này."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Chứng minh một câu trả lời: ai trả lời, trả lời ai, lúc nào; nhật ký có ghi đúng câu đó không."""
    from web.answers import in_journal, open_signer, prove, read_keys

    content = _read(file)
    if keys is not None:
        proven = prove(content, read_keys(_read(keys), item=str(keys)), item=str(file))
        _tell(proven, journalled=None, as_json=as_json)
        return
    services = current(context).services()
    proven = prove(content, open_signer(services).keys, item=str(file))
    journalled = in_journal(services, proven)
    _tell(proven, journalled=journalled, as_json=as_json)
    if not journalled:
        raise AnswerInvalidError(str(file), reason="nhật ký của kho này không có câu trả lời này")


def _tell(proven: Proven, *, journalled: bool | None, as_json: bool) -> None:
    given = proven.given
    if as_json:
        print_json(
            {
                "request": given.request,
                "office": proven.office,
                "caller": given.caller,
                "endpoint": given.endpoint,
                "at": given.at.isoformat(),
                "kid": proven.kid,
                "demo": proven.demo,
                "sha256": proven.sha256,
                "journalled": journalled,
                "answer": proven.answer,
            }
        )
        return
    demo = "  KHÓA DEMO: chữ ký này không có giá trị pháp lý.\n" if proven.demo else ""
    known = {None: "không xét", True: "có ghi đúng câu này", False: "KHÔNG có câu này"}[journalled]
    sys.stdout.write(
        f"Chữ ký đúng: {proven.office} trả lời {given.caller} lúc {moment(given.at)}\n"
        f"  Yêu cầu {given.request} ({given.endpoint}), khóa {proven.kid}\n"
        f"  Nhật ký: {known}\n{demo}"
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except PermissionError as error:
        raise InputPermissionError(str(path)) from error
    except OSError as error:
        raise InputNotFoundError(str(path)) from error

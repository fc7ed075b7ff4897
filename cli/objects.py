"""``motlan object``: from a hash that fixity, repair or the journal told to the papers."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cli.archive import DossierOption, PurposeOption, access_of
from cli.context import AsJson, current, print_json
from cli.table import documents_table
from dossier.errors import ArgumentError, Lang
from dossier.ids import Sha256

if TYPE_CHECKING:
    from flows.objects import ObjectAccount
    from wiring.services import Services

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_USES: Final[dict[str, dict[Lang, str]]] = {
    "signed": {"vi": "tệp đã ký của giấy tờ", "en": "the signed file of a paper"},
    "original": {"vi": "tệp gốc đã nhận", "en": "a file as it was handed in"},
    "step": {"vi": "kết quả một bước xử lý", "en": "the result of a step"},
    "certificate": {"vi": "biên bản hủy (hoặc chữ ký của nó)", "en": "a certificate of destruction"},
    "head": {"vi": "niêm phong của nhật ký", "en": "a seal of the journal"},
}  # fmt: skip


def add_to(app: typer.Typer) -> None:
    """Put the command into the group."""
    app.command("object")(show_object)


def show_object(
    context: typer.Context,
    sha256: Annotated[str, typer.Argument(help="Mã băm SHA-256, 64 chữ số, của tệp hoặc của nơi lưu.")],
    *,
    purpose: PurposeOption = "van_hanh",
    dossier: DossierOption = "",
    as_json: AsJson = False,
) -> None:
    """Từ mã băm mà fixity, repair hoặc nhật ký nêu tới giấy tờ: đối tượng này là gì, của giấy tờ nào."""
    from flows.objects import account_of

    command = current(context)
    wanted = sha256.strip().lower()
    if _SHA256.fullmatch(wanted) is None:
        raise ArgumentError("object", expected="mã băm SHA-256, 64 chữ số thập lục phân")
    services = command.services()
    account = account_of(services, Sha256(wanted), access=access_of(services, purpose, dossier))
    if as_json:
        print_json(_json(services, account))
    else:
        sys.stdout.write(_text(services, account, command.lang))


def _json(services: Services, account: ObjectAccount) -> dict[str, object]:
    from flows.lookup import document_json

    use = account.use
    return {
        "object": use.plain,
        "stored": use.stored or use.plain,
        "enciphered": use.stored is not None,
        "uses": list(use.uses),
        "steps": list(use.steps),
        "destroyed": use.destroyed,
        "documents": [document_json(services, document, full=False) for document in account.documents],
        "withheld": account.withheld,
        "quarantine": list(account.notes),
    }


def _text(services: Services, account: ObjectAccount, lang: Lang) -> str:
    use, vi = account.use, lang == "vi"
    lines = [f"{'Mã băm của tệp' if vi else 'Hash of the file'}: {use.plain}"]
    if use.stored is not None:
        lines.append(
            f"Mã băm ở nơi lưu (byte đã mã hóa): {use.stored}"
            if vi
            else f"Hash in the places (enciphered): {use.stored}"
        )
    what = [_USES[name][lang] for name in _names(account)]
    lines.append(f"{'Là' if vi else 'It is'}: {'; '.join(what) or '—'}")
    if use.destroyed:
        lines.append("Đã hủy theo quyết định." if vi else "Destroyed by a decision.")
    if account.notes:
        told = "Đang nằm ở khu cách ly: 'motlan quarantine --all'" if vi else "In 'motlan quarantine --all'"
        lines.append(f"{told} ({', '.join(account.notes)}).")
    if account.withheld:
        lines.append(
            f"{account.withheld} giấy tờ bị hạn chế xử lý, không xem được với mục đích này."
            if vi
            else f"{account.withheld} papers are restricted and not shown for this purpose."
        )
    table = documents_table(services, account.documents, lang) if account.documents else ""
    return "\n".join(lines) + "\n" + table


def _names(account: ObjectAccount) -> list[str]:
    """Uses, with the steps that belong to no paper by their own names."""
    beginnings = {key.partition("-")[0] for key in account.use.steps}
    known = sorted(beginnings & {"certificate", "head"})
    return [*(name for name in account.use.uses if name != "step" or beginnings - set(known)), *known]

"""``motlan arrange``: which pages of a file make which paper; a plan in a file changes that."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import AsJson, current, print_json
from dossier.arrange_errors import PlanError
from dossier.arranging import ArrangingState, AsideKind, Plan, PlannedPaper, changes_filed
from dossier.errors import InputNotFoundError, InputUnreadableError
from dossier.legal_form import parse_account

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dossier.arranging import Arranging, Outcomes
    from dossier.errors import Lang
    from flows.arranging.view import ArrangedFile

_REFUSED = 10
_MOST_BYTES = 1_000_000
_KINDS = {
    "vi": {"blank": "trang trắng", "separator": "tờ ngăn", "not_paper": "không phải giấy tờ"},
    "en": {"blank": "blank", "separator": "separator sheet", "not_paper": "not a paper"},
}
_WORDS = {
    "vi": {
        "paper": "{place}. {type}, trang {pages}{filed}",
        "filed": " (đã lưu kho)",
        "aside": "Để riêng: trang {page} ({kind})",
        "done": "Đã sắp xếp: {changed} giấy tờ thay đổi, {gone} giấy tờ không còn.",
        "refused": "Không sắp xếp được, mọi giấy tờ vẫn như cũ.  [{code}]",
        "waits": "Đã ghi cách sắp xếp; một tiến trình khác đang thực hiện.",
    },
    "en": {
        "paper": "{place}. {type}, pages {pages}{filed}",
        "filed": " (archived)",
        "aside": "Set aside: page {page} ({kind})",
        "done": "Arranged: {changed} papers changed, {gone} papers ended.",
        "refused": "Could not be arranged, all papers are as they were.  [{code}]",
        "waits": "The arrangement is kept; another process is carrying it out.",
    },
}


def add_to(app: typer.Typer) -> None:
    """Put the command into the group."""
    app.command("arrange")(arrange)


def arrange(
    context: typer.Context,
    item: Annotated[str, typer.Argument(metavar="FILE", help="Mã tệp.")],
    *,
    plan: Annotated[
        Path | None,
        typer.Option(help="Cách sắp xếp, tệp JSON như lệnh này in với --json.", show_default=False),
    ] = None,
    reason: Annotated[
        str, typer.Option(help="Lý do khi giấy tờ đã lưu kho thay đổi.", show_default=False)
    ] = "",
    operator: Annotated[str, typer.Option(help="Tài khoản người làm (mặc định: theo cấu hình).")] = "",
    as_json: AsJson = False,
) -> None:
    """Trang nào của tệp thuộc giấy tờ nào; --plan thì tách, gộp, chuyển, xoay, để riêng trang rồi đọc lại."""
    from dossier.errors import RecordMissingError
    from dossier.ids import ItemId, is_id
    from flows.arranging.view import file_of

    command = current(context)
    services = command.services()
    if not is_id(item):
        raise RecordMissingError(item)
    file = file_of(services, ItemId(item))
    if plan is not None:
        done, found = _carried_out(context, file, _read(plan), reason=reason, actor=parse_account(operator))
        _tell(done, found, command.lang, as_json=as_json)
        return
    if as_json:
        print_json(_plan_json(file.plan))
    else:
        sys.stdout.write("".join(f"{line}\n" for line in _lines(context, file)))


def _carried_out(
    context: typer.Context, file: ArrangedFile, plan: Plan, *, reason: str, actor: str
) -> tuple[Arranging, Outcomes]:
    """Kept first and carried out then: whoever is killed in between leaves it to the serving process."""
    from flows.arranging.asking import ask
    from flows.arranging.carry import carry_out
    from flows.arranging.view import follows
    from flows.checking.desk import free_before
    from wiring.sealing import seal_if_due

    services = current(context).services()
    found = follows(services, file, plan)
    wanted = ask(
        services,
        file,
        plan,
        mark=file.mark,
        reason=reason if changes_filed(found) else "",
        actor=actor or services.settings.actor,
        free_before=free_before(services),
    )
    done = carry_out(services, wanted)
    seal_if_due(services)
    return done, found


def _tell(done: Arranging, found: Outcomes, lang: Lang, *, as_json: bool) -> None:
    from cli.context import leave

    words = _WORDS[lang]
    if as_json:
        told = {
            "file": done.item,
            "number": done.number,
            "state": done.state.value,
            "code": done.code,
            "papers": [
                {"document": one.document, "pages": list(one.planned.pages), "changed": one.changes}
                for one in found.papers
            ],
            "ended": [document.id for document, _ in found.gone],
        }
        print_json(told)
    elif done.state is ArrangingState.DONE:
        sys.stdout.write(words["done"].format(changed=len(found.changed), gone=len(found.gone)) + "\n")
    elif done.state is ArrangingState.ASKED:
        sys.stdout.write(words["waits"] + "\n")
    else:
        sys.stdout.write(words["refused"].format(code=done.code) + "\n")
    if done.state is ArrangingState.REFUSED:
        leave(_REFUSED)


def _lines(context: typer.Context, file: ArrangedFile) -> Iterator[str]:
    from dossier.documents import DocumentState

    command = current(context)
    words, papers = _WORDS[command.lang], command.services().papers
    for place, paper in enumerate(file.papers, start=1):
        yield words["paper"].format(
            place=place,
            type=papers.spec(paper.type).label_vi if command.lang == "vi" else paper.type,
            pages=", ".join(map(str, paper.pages)),
            filed=words["filed"] if paper.state is DocumentState.FILED else "",
        )
    for page, kind in sorted(file.kinds.items()):
        yield words["aside"].format(page=page, kind=_KINDS[command.lang][kind.value])


def _plan_json(plan: Plan) -> dict[str, object]:
    return {
        "papers": [{"pages": list(paper.pages), "type": paper.type_} for paper in plan.papers],
        "aside": {str(page): kind.value for page, kind in sorted(plan.aside.items())},
        "turns": {str(page): degrees for page, degrees in sorted(plan.turns.items())},
    }


def _read(path: Path) -> Plan:
    """The plan in a file.

    Raises:
        InputNotFoundError, InputUnreadableError: there is no such file, or it cannot be read.
        PlanError: it holds no plan.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise InputNotFoundError(str(path)) from error
    except OSError as error:
        raise InputUnreadableError(str(path), cause=str(error)) from error
    if len(content) > _MOST_BYTES:
        raise PlanError(reason="tệp JSON quá lớn")
    try:
        return _plan_of(json.loads(content))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise PlanError(reason="tệp JSON không đúng dạng mà lệnh này in với --json") from error


def _plan_of(told: dict[str, object]) -> Plan:
    papers, aside, turns = told["papers"], told.get("aside", {}), told.get("turns", {})
    if not isinstance(papers, list) or not isinstance(aside, dict) or not isinstance(turns, dict):
        raise TypeError
    return Plan(
        papers=tuple(
            PlannedPaper(tuple(int(page) for page in paper["pages"]), str(paper.get("type", "")))
            for paper in papers
        ),
        aside={int(page): AsideKind(kind) for page, kind in aside.items()},
        turns={int(page): int(degrees) for page, degrees in turns.items()},
    )

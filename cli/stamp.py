"""``motlan stamp``: complete the papers that wait for their timestamp, and show what is left."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import AsJson, current, leave, print_json
from cli.words import moment

if TYPE_CHECKING:
    from dossier.errors import Lang
    from dossier.stamping import Backlog
    from flows.stamping import Passed

# As when signing fails: somebody has to look after the service.
_LEFT_OVER = 13
_WORDS: Mapping[str, Mapping[Lang, str]] = {
    "done": {
        "vi": "{completed} giấy tờ đã có dấu thời gian, {count} còn chờ.\n",
        "en": "{completed} papers have their timestamp now, {count} still wait.\n",
    },
    "left": {
        "vi": "  Lâu nhất từ {oldest}; lỗi gần nhất: {code}; thử lại lúc {next_try}.\n",
        "en": "  The oldest since {oldest}; last error: {code}; next try at {next_try}.\n",
    },
    "busy": {
        "vi": "Một tiến trình khác đang lấy dấu thời gian cho kho này.\n",
        "en": "Another process is fetching timestamps for this store.\n",
    },
    "waiting": {"vi": "… còn {count}\n", "en": "… {count} left\n"},
}


def add_to(app: typer.Typer) -> None:
    """Put the command into the group."""
    app.command("stamp")(stamp)


def stamp(
    context: typer.Context,
    *,
    wait: Annotated[bool, typer.Option("--wait", help="Chờ đến khi không còn giấy tờ nào.")] = False,
    as_json: AsJson = False,
) -> None:
    """Lấy dấu thời gian, đóng dấu số cho giấy tờ đang chờ; cho biết còn bao nhiêu, lỗi gì, khi nào thử."""
    from flows.stamp_alarm import sound
    from flows.stamp_loop import complete_all, complete_now

    command = current(context)
    services = command.services()

    def tell(count: int) -> None:
        sys.stderr.write(_WORDS["waiting"][command.lang].format(count=count))

    passed = complete_all(services, tell=tell) if wait else complete_now(services)
    sound(services)
    backlog = services.store.records.stamps.backlog()
    services.wrote = True
    if as_json:
        print_json(_json(passed, backlog))
    else:
        sys.stdout.write(_in_words(passed, backlog, command.lang))
    leave(_LEFT_OVER if passed.failed and backlog.count else 0)


def _json(passed: Passed, backlog: Backlog) -> dict[str, object]:
    return {
        "completed": passed.completed,
        "failed": passed.failed,
        "busy": passed.busy,
        "pending": backlog.count,
        "oldest": backlog.oldest.isoformat() if backlog.oldest else None,
        "attempts": backlog.attempts,
        "error_code": backlog.error_code,
        "next_try": backlog.next_try.isoformat() if backlog.next_try else None,
    }


def _in_words(passed: Passed, backlog: Backlog, lang: Lang) -> str:
    lines = _WORDS["busy"][lang] if passed.busy else ""
    lines += _WORDS["done"][lang].format(completed=passed.completed, count=backlog.count)
    if backlog.count:
        lines += _WORDS["left"][lang].format(
            oldest=moment(backlog.oldest) if backlog.oldest else "—",
            code=backlog.error_code or "—",
            next_try=moment(backlog.next_try) if backlog.next_try else "—",
        )
    return lines

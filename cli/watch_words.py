"""How ``motlan watch`` tells what happens: for a person at a terminal, for a log, or as JSON lines.

Names of files and sub-folders may be names of people or hold their numbers. They are shown to a person at a
terminal, numbers masked, and never where output goes to a log.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Final

from cli.context import print_json
from cli.words import masked, printable
from dossier.errors import Lang
from dossier.moments import VIETNAM
from flows.watching.happenings import Happening, Kind

if TYPE_CHECKING:
    from rich.status import Status

_NUMBER: Final = re.compile(r"(?<![0-9])[0-9]{9,13}(?![0-9])|\b[A-Z]{1,2}[0-9]{6,8}\b")

_REASONS: Final[Mapping[str, Mapping[Lang, str]]] = {
    "link": {"vi": "là liên kết, không nhận", "en": "is a link, not taken"},
    "special": {"vi": "không phải tệp thường, không nhận", "en": "is no regular file, not taken"},
    "too_deep": {"vi": "nằm quá sâu, không nhận", "en": "lies too deep, not taken"},
    "busy": {"vi": "đang được ghi, còn chờ", "en": "is being written, waiting"},
    "unfinished": {"vi": "chưa có phần cuối, còn chờ", "en": "has no end yet, waiting"},
}

_WORDS: Final[Mapping[Kind, Mapping[Lang, str]]] = {
    Kind.STARTED: {"vi": "▶ Đang theo dõi (Ctrl+C để dừng)", "en": "▶ Watching (Ctrl+C to stop)"},
    Kind.AWAY: {"vi": "⚠ {message}  [{code}]", "en": "⚠ {message}  [{code}]"},
    Kind.BACK: {"vi": "▶ Thư mục đã có lại, làm tiếp", "en": "▶ The folder is back, going on"},
    Kind.IGNORED: {"vi": "· {name} {reason}", "en": "· {name} {reason}"},
    Kind.WAITS: {"vi": "… {name} {reason}", "en": "… {name} {reason}"},
    Kind.TAKING: {"vi": "→ {name}: nhận {files} tệp", "en": "→ {name}: taking {files} files"},
    Kind.REFUSED: {"vi": "✗ {message}  [{code}]", "en": "✗ {message}  [{code}]"},
    Kind.DONE: {
        "vi": "✓ {name}: {papers} giấy tờ ({waiting} chờ người xem), {refused} tệp lỗi, {same} tệp trùng",
        "en": "✓ {name}: {papers} papers ({waiting} wait for a person), {refused} refused, {same} duplicates",
    },
    Kind.TROUBLE: {"vi": "⚠ {message}  [{code}]", "en": "⚠ {message}  [{code}]"},
    Kind.STOPPED: {"vi": "■ Đã dừng, không có gì bị mất", "en": "■ Stopped, nothing is lost"},
}

_LOOSE: Final[Mapping[Lang, str]] = {"vi": "tệp lẻ", "en": "loose files"}
_ONE: Final[Mapping[Lang, str]] = {"vi": "một tệp", "en": "a file"}
_SET_ASIDE: Final[Mapping[Lang, str]] = {
    "vi": "✗ Một tệp để riêng, lý do ghi bên cạnh tệp  [{code}]",
    "en": "✗ A file was set aside, the reason lies beside it  [{code}]",
}
_PAGE: Final[Mapping[Lang, str]] = {
    "vi": "Đang đọc: {done}/{total} tệp",
    "en": "Reading: {done}/{total} files",
}


class Teller:
    """Prints what happens; a live line while a batch is read, on a terminal."""

    def __init__(
        self,
        lang: Lang,
        *,
        as_json: bool,
        names: bool,
        live: bool,
        clock: Callable[[], datetime],
    ) -> None:
        """Print for a reader.

        Args:
            lang: of the words.
            as_json: one JSON object a line.
            names: whether names of files may be shown.
            live: whether a line may be drawn again and again.
            clock: the present moment.
        """
        self._lang = lang
        self._as_json = as_json
        self._names = names
        self._live = live
        self._clock = clock
        self._status: Status | None = None

    def __call__(self, happened: Happening) -> None:
        """Print one thing."""
        if self._as_json:
            print_json(self._as_plain_data(happened))
            return
        if happened.kind is Kind.PAGE:
            self._draw(_PAGE[self._lang].format(done=happened.done, total=happened.total))
            return
        self._draw("")
        now = self._clock().astimezone(VIETNAM)
        sys.stdout.write(f"{now:%d.%m %H:%M:%S}  {self.line(happened)}\n")
        sys.stdout.flush()

    def line(self, happened: Happening) -> str:
        """The words for one thing."""
        words = _WORDS[happened.kind][self._lang]
        if happened.kind is Kind.REFUSED and not self._names:
            words = _SET_ASIDE[self._lang]
        reason = _REASONS.get(happened.reason, {}).get(self._lang, happened.reason)
        told = {**asdict(happened), "name": self._name(happened), "reason": reason}
        return printable(_hidden(words.format(**told)))

    def _name(self, happened: Happening) -> str:
        if not happened.name:
            return _LOOSE[self._lang]
        if self._names:
            return happened.name
        return _ONE[self._lang] if happened.kind in (Kind.IGNORED, Kind.WAITS) else "—"

    def _as_plain_data(self, happened: Happening) -> dict[str, object]:
        told = {name: value for name, value in asdict(happened).items() if value not in ("", 0)}
        told["at"] = self._clock().isoformat()
        if not self._names:
            told.pop("name", None)
            if happened.kind is Kind.REFUSED:
                told.pop("message", None)
        return told

    def _draw(self, text: str) -> None:
        """The live line; nothing where there is no terminal."""
        if not self._live:
            return
        if not text:
            if self._status is not None:
                self._status.stop()
                self._status = None
            return
        if self._status is None:
            from rich.console import Console
            from rich.status import Status

            self._status = Status(text, console=Console(stderr=True))
            self._status.start()
        self._status.update(text)


def _hidden(text: str) -> str:
    """The text with what looks like an identity number masked."""
    return _NUMBER.sub(lambda found: masked(found[0]), text)

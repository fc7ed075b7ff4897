"""What is told about papers that may be one, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cli.words import printable
from dossier.errors import Lang
from dossier.same import (
    CHANGED_DIGITS,
    CHANGED_FIELD,
    SAME_BYTES,
    SAME_NUMBER,
    SAME_PICTURE,
    SAME_WORDS,
    SameAnswer,
)

if TYPE_CHECKING:
    from flows.report import BatchReport

WHY: Mapping[str, Mapping[Lang, str]] = {
    SAME_BYTES: {"vi": "trùng từng byte", "en": "same bytes"},
    SAME_NUMBER: {"vi": "cùng số", "en": "same number"},
    SAME_PICTURE: {"vi": "trang giống nhau", "en": "pages look alike"},
    SAME_WORDS: {"vi": "chữ gần như trùng", "en": "words agree"},
    CHANGED_FIELD: {"vi": "CÓ TRƯỜNG CHÍNH KHÁC", "en": "A KEY FIELD DIFFERS"},
    CHANGED_DIGITS: {"vi": "CÓ CHỮ SỐ KHÁC", "en": "DIGITS DIFFER"},
}
ANSWERS: Mapping[SameAnswer, Mapping[Lang, str]] = {
    SameAnswer.OPEN: {"vi": "chờ trả lời", "en": "open"},
    SameAnswer.SAME: {"vi": "cùng một giấy tờ", "en": "same paper"},
    SameAnswer.NEWER: {"vi": "bản sau thay bản trước", "en": "the later replaces the earlier"},
    SameAnswer.OLDER: {"vi": "bản trước thay bản sau", "en": "the earlier replaces the later"},
    SameAnswer.DIFFERENT: {"vi": "hai giấy tờ khác nhau", "en": "two papers"},
}
KINDS: Mapping[str, Mapping[Lang, str]] = {
    "seal": {"vi": "dấu", "en": "seal"},
    "digits": {"vi": "chữ số", "en": "digits"},
    "words": {"vi": "chữ", "en": "words"},
    "added": {"vi": "thêm chữ", "en": "added"},
    "removed": {"vi": "mất chữ", "en": "removed"},
    "ink": {"vi": "nét mực", "en": "ink"},
}
_KNOWN: Mapping[Lang, str] = {
    "vi": "⚠ {file}: đúng tệp này đã nhận ngày {day}{dossier}\n",
    "en": "⚠ {file}: this very file was handed in on {day}{dossier}\n",
}
_OF_DOSSIER: Mapping[Lang, str] = {"vi": " cho hồ sơ {code}", "en": " for dossier {code}"}
_OPEN: Mapping[Lang, str] = {
    "vi": "⚠ {count} giấy tờ có thể đã có trong kho: xem 'motlan same list'\n",
    "en": "⚠ {count} papers may be held already: see 'motlan same list'\n",
}


def same_lines(report: BatchReport, lang: Lang) -> str:
    """Files that came before, and how many papers may be scans of papers that are held."""
    lines = [
        _KNOWN[lang].format(
            file=printable(row.file),
            day=row.received_on,
            dossier=_OF_DOSSIER[lang].format(code=row.dossier) if row.dossier else "",
        )
        for row in report.known
    ]
    if report.same_open:
        lines.append(_OPEN[lang].format(count=report.same_open))
    return "".join(lines)


def reasons(codes: tuple[str, ...], lang: Lang) -> str:
    """Reason codes in words."""
    return ", ".join(WHY[code][lang] if code in WHY else code for code in codes)

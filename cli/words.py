"""Words and small forms people see: labels of verdicts, masked numbers, times of this country."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from dossier.errors import Lang
from dossier.moments import VIETNAM

Words = Mapping[Lang, str]

CONCLUSIONS: Mapping[str, Words] = {
    "passed": {"vi": "HỢP LỆ", "en": "VALID"},
    "failed": {"vi": "KHÔNG HỢP LỆ", "en": "NOT VALID"},
    "indeterminate": {"vi": "CHƯA ĐỦ CƠ SỞ", "en": "CANNOT BE DECIDED"},
    "unsigned": {"vi": "CHƯA KÝ", "en": "NOT SIGNED"},
    "stamp_pending": {"vi": "CHỜ DẤU THỜI GIAN", "en": "WAITS FOR ITS TIMESTAMP"},
}

STATES: Mapping[str, Words] = {
    "filed": {"vi": "đã lưu kho", "en": "filed"},
    "waiting": {"vi": "chờ người xem", "en": "waits for a person"},
    "refused": {"vi": "không số hóa", "en": "not digitised"},
    "destroyed": {"vi": "đã hủy", "en": "destroyed"},
    "dissolved": {"vi": "trang đã sang giấy tờ khác", "en": "its pages are in other papers"},
}

SIGNED: Mapping[str, Words] = {
    "signed": {"vi": "đã ký", "en": "signed"},
    "earlier": {"vi": "đã ký từ trước", "en": "signed before"},
    "refused": {"vi": "chưa ký", "en": "not signed"},
}

_SHOWN_DIGITS = 4


def moment(at: datetime) -> str:
    """A moment as it is printed in practice: ``21.11.2026 08:05:00 +07:00``."""
    return at.astimezone(VIETNAM).strftime("%d.%m.%Y %H:%M:%S +07:00")


def day(on: date) -> str:
    """A day as people write it: ``21.11.2026``."""
    return f"{on:%d.%m.%Y}"


def masked(number: str) -> str:
    """An identity number for lists: only the last four places show."""
    hidden = max(0, len(number) - _SHOWN_DIGITS)
    return "•" * hidden + number[hidden:]


def partly_masked(number: str) -> str:
    """An identity number where two have to be told apart: its first third and its end, ``0791******01``."""
    start, end = len(number) // 3, len(number) // 6
    return number[:start] + "*" * (len(number) - start - end) + number[len(number) - end :]


def printable(text: str) -> str:
    """The text without control characters, so that a file name cannot steer the terminal."""
    return "".join(
        mark if mark.isprintable() or mark == "\n" else "\N{REPLACEMENT CHARACTER}" for mark in text
    )

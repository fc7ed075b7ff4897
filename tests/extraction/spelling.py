"""Dates in words as civil-status papers write them."""

from __future__ import annotations

from datetime import date

_ONES = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def _below_hundred(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return _ONES[ones]
    head = "mười" if tens == 1 else f"{_ONES[tens]} mươi"
    if ones == 0:
        return head
    last = {1: "mốt" if tens > 1 else "một", 5: "lăm"}.get(ones, _ONES[ones])
    return f"{head} {last}"


def _year(year: int) -> str:
    thousands, rest = divmod(year, 1000)
    hundreds, tail = divmod(rest, 100)
    head = f"{_ONES[thousands]} nghìn"
    if not rest:
        return head
    head = f"{head} {_ONES[hundreds]} trăm"
    if not tail:
        return head
    return f"{head} linh {_ONES[tail]}" if tail < 10 else f"{head} {_below_hundred(tail)}"


def spelled_date(day: date) -> str:
    """``Ngày mười hai tháng tư năm một nghìn chín trăm chín mươi mốt``."""
    month = "tư" if day.month == 4 else _below_hundred(day.month)
    return f"Ngày {_below_hundred(day.day)} tháng {month} năm {_year(day.year)}"

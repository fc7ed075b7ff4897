"""Vietnamese dates and numbers in words, names in capitals, and text without marks for the MRZ."""

from __future__ import annotations

import unicodedata
from datetime import date

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def below_hundred(number: int) -> str:
    """0 to 99 in words."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _DIGITS[ones]
    head = "mười" if tens == 1 else f"{_DIGITS[tens]} mươi"
    if ones == 0:
        return head
    if ones == 5:
        return f"{head} lăm"
    if ones == 1 and tens > 1:
        return f"{head} mốt"
    return f"{head} {_DIGITS[ones]}"


def year_in_words(year: int) -> str:
    """1000 to 9999 in words; 2000 is said short."""
    thousands, rest = divmod(year, 1000)
    head = f"{_DIGITS[thousands]} nghìn"
    if rest == 0:
        return head
    hundreds, tail = divmod(rest, 100)
    head = f"{head} {_DIGITS[hundreds]} trăm"
    if tail == 0:
        return head
    return f"{head} linh {_DIGITS[tail]}" if tail < 10 else f"{head} {below_hundred(tail)}"


def date_in_words(day: date) -> str:
    """A date as civil-status papers write it out."""
    month = "tư" if day.month == 4 else below_hundred(day.month)
    return f"Ngày {below_hundred(day.day)} tháng {month} năm {year_in_words(day.year)}"


def long_date(day: date) -> str:
    """`ngày 05 tháng 9 năm 2026`: months above 2 without a leading zero, as Decree 30/2020 writes them."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def short_date(day: date) -> str:
    """`05/09/2026`."""
    return day.strftime("%d/%m/%Y")


def without_marks(text: str) -> str:
    """Latin letters without marks, for the MRZ."""
    plain = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))

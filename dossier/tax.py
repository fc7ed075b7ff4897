"""Tax and enterprise codes: ten digits, the last a check digit, perhaps three more for a dependent unit."""

from __future__ import annotations

import re

_CODE = re.compile(r"^([0-9]{10})(?:-?[0-9]{3})?$")
_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_NO_DIGIT = 10


def tax_code_holds(code: str) -> bool | None:
    """Whether the tenth digit is the one that the nine before it give: 10 - (weighted sum modulo 11).

    Nothing when it cannot be told: no code of ten or thirteen digits (the twelve digits of a person are the
    tax code of households since 01/07/2025 and have no check digit), or a sum that gives no digit, which
    offices treat differently.
    """
    match = _CODE.match(code)
    if match is None:
        return None
    digit = tax_check_digit(match[1][:9])
    return None if digit is None else match[1][9] == digit


def tax_check_digit(nine: str) -> str | None:
    """The tenth digit for nine digits; nothing where the rule gives ten."""
    total = sum(weight * int(mark) for weight, mark in zip(_WEIGHTS, nine, strict=True))
    digit = 10 - total % 11
    return None if digit == _NO_DIGIT else str(digit)

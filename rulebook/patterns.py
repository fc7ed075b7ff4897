"""Regular expressions of the tables: they must compile, be short, and never take long on any text.

Python's engine goes back over what it matched; a repetition inside a repetition (``(a+)+``) then takes time
that doubles with every letter of a text it does not fit, and so does one ``a?`` after the other. Scans hold
any text, so such patterns are refused.
"""

from __future__ import annotations

import re
import warnings

LONGEST = 200
"""Characters of a pattern."""

_ROW = 200
"""Letters of a long row: as often an open repetition may be tried."""

_MOST_WAYS = 10**8
"""Ways a row may be matched: three open repetitions and some small ones; a fourth would take many seconds."""

_NO_LIMIT = 1 << 30
_COUNT = re.compile(r"\{(\d*)(,?)(\d*)\}")
_BACK_REFERENCE = re.compile(r"\\[1-9]|\(\?P=|\(\?\(")
# Within these, signs do not mean what they mean elsewhere.
_COMMENTED = re.compile(r"\(\?#|\(\?[aiLmsu-]*x")


def pattern_fault(text: str) -> str:
    """Why a pattern must not be used, in Vietnamese; empty when it may."""
    if len(text) > LONGEST:
        return f"biểu thức dài quá {LONGEST} ký tự"
    wrong = _does_not_compile(text)
    if wrong:
        return f"biểu thức sai: {wrong}"
    if _BACK_REFERENCE.search(text):
        return "biểu thức nhắc lại nhóm đã khớp"
    if _COMMENTED.search(text):
        return "biểu thức có chú thích hoặc (?x)"
    nested, ways = _repetitions(text)
    if nested:
        return "biểu thức lặp trong lặp, có thể chạy rất lâu"
    return "biểu thức có quá nhiều chỗ lặp hoặc tùy chọn, có thể chạy rất lâu" if ways > _MOST_WAYS else ""


def _does_not_compile(text: str) -> str:
    """What the engine says against a pattern; what it only warns of is read otherwise some day."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(text)
    except (re.error, OverflowError, RecursionError, Warning) as error:
        return str(error)
    return ""


def _repetitions(text: str) -> tuple[bool, int]:
    """(a varying group is repeated, at most so many ways to match a row) of a pattern that compiles."""
    varying, choices = [False], [1]
    closed: bool | None = None
    nested, ways, at = False, 1, 0
    while at < len(text):
        mark = text[at]
        step, least, most = _repeat(text, at)
        if step:
            nested |= bool(closed) and most > 1
            ways *= max(1, min(most, _ROW) - min(least, _ROW) + 1)
            varying[-1] |= least != most
            closed, at = None, at + step
            continue
        closed = None
        if mark == "(":
            varying.append(False)
            choices.append(1)
            at = _behind_opening(text, at)
            continue
        if mark == ")":
            closed = varying.pop()
            varying[-1] |= closed
            ways *= choices.pop()
        elif mark == "|":
            varying[-1] = True
            choices[-1] += 1
        at = _behind_atom(text, at)
    return nested, ways * choices[0]


def _repeat(text: str, at: int) -> tuple[int, int, int]:
    """(length, fewest, most repetitions) of a quantifier that stands here; nothing has length 0."""
    mark = text[at]
    least, most = {"*": (0, _NO_LIMIT), "+": (1, _NO_LIMIT), "?": (0, 1)}.get(mark, (0, 0))
    step = int(most > 0)
    counted = _COUNT.match(text, at) if mark == "{" else None
    if counted is not None and (counted[1] or counted[3]):
        last = counted[3] or ("" if counted[2] else counted[1])
        step, least, most = len(counted[0]), int(counted[1] or 0), int(last) if last else _NO_LIMIT
    if step and text[at + step : at + step + 1] in {"?", "+"}:
        step += 1
    return step, least, most


def _behind_opening(text: str, at: int) -> int:
    """Index behind ``(`` and what says which kind of group it is (``?:``, ``?=``, ``?P<name>`` …)."""
    if text[at + 1 : at + 2] != "?":
        return at + 1
    if text[at + 2 : at + 3] in {"P", "<"} and text[at + 3 : at + 4] not in {"=", "!"}:
        return text.index(">", at) + 1
    end = next(index for index in range(at + 2, len(text)) if text[index] in ":=!>)")
    return end + (text[end] != ")")


def _behind_atom(text: str, at: int) -> int:
    """Index behind one character, escape or class."""
    if text[at] == "\\":
        return at + 2
    if text[at] != "[":
        return at + 1
    end = at + 1 + (text[at + 1] == "^")
    end += text[end] == "]"
    while text[end] != "]":
        end += 2 if text[end] == "\\" else 1
    return end + 1

"""Regular expressions of the tables: they must compile, be short, and never take long on any text.

Python's engine goes back over what it matched; a repetition inside a repetition (``(a+)+``) then takes time
that doubles with every letter of a text it does not fit. Scans hold any text, so such patterns are refused.
"""

from __future__ import annotations

import re

LONGEST = 200
"""Characters of a pattern."""

_MOST_OPEN = 6
"""Repetitions without an upper bound in one pattern: each may multiply the time by the length of the row."""

_COUNT = re.compile(r"\{(\d*)(,?)(\d*)\}")
_BACK_REFERENCE = re.compile(r"\\[1-9]|\(\?P=")


def pattern_fault(text: str) -> str:
    """Why a pattern must not be used, in Vietnamese; empty when it may."""
    if len(text) > LONGEST:
        return f"biểu thức dài quá {LONGEST} ký tự"
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        return f"biểu thức sai: {error}"
    if _BACK_REFERENCE.search(text):
        return "biểu thức nhắc lại nhóm đã khớp"
    nested, open_ended = _repetitions(text)
    if nested:
        return "biểu thức lặp trong lặp, có thể chạy rất lâu"
    return "biểu thức có quá nhiều chỗ lặp không giới hạn" if open_ended > _MOST_OPEN else ""


def _repetitions(text: str) -> tuple[bool, int]:
    """(a varying group is repeated, number of repetitions without upper bound) of a pattern that compiles."""
    varying = [False]
    closed: bool | None = None
    nested, open_ended, at = False, 0, 0
    while at < len(text):
        mark = text[at]
        step, least, most = _repeat(text, at)
        if step:
            nested |= bool(closed) and most > 1
            open_ended += most == _NO_LIMIT
            varying[-1] |= least != most
            closed, at = None, at + step
            continue
        closed = None
        if mark == "(":
            varying.append(False)
            at = _behind_opening(text, at)
            continue
        if mark == ")":
            closed = varying.pop()
            varying[-1] |= closed
        elif mark == "|":
            varying[-1] = True
        at = _behind_atom(text, at)
    return nested, open_ended


_NO_LIMIT = 1 << 30


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

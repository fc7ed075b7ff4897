"""The list of OWASP ASVS in ``docs/security.md`` is whole, and every test that it names is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "security.md"
POINTS = {
    "1": "1:2 2:9 3:11 4:3 5:2",
    "2": "1:3 2:3 3:4 4:1",
    "3": "2:2 3:4 4:6 5:5 7:2",
    "4": "1:3 2:1 3:2 4:4",
    "5": "1:1 2:3 3:2 4:3",
    "6": "1:3 2:12 3:4 4:4 5:5 6:3 8:4",
    "7": "1:3 2:4 3:2 4:5 5:2 6:2",
    "8": "1:2 2:3 3:1 4:1",
    "9": "1:3 2:4",
    "10": "1:2 2:2 3:4 4:11 5:5 6:2 7:3",
    "11": "1:2 2:3 3:3 4:4 5:1 6:1",
    "12": "1:3 2:2 3:4",
    "13": "1:1 2:5 3:2 4:5",
    "14": "1:2 2:4 3:3",
    "15": "1:3 2:3 3:7",
    "16": "1:1 2:5 3:4 4:3 5:3",
    "17": "1:1 2:4 3:2",
}
"""ASVS 5.0.0: by chapter, each section with the number of its points of levels 1 and 2, numbered from 1."""
ISSUES = {"9", "10"}
_ROW = re.compile(
    r"^\| (\d+\.\d+\.\d+)(?:-(\d+\.\d+\.\d+))? \| ([^|]+) \| ([^|]+) \| ([^|]*) ?\|$", re.MULTILINE
)
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def points() -> list[str]:
    return [
        f"{chapter}.{section}.{number}"
        for chapter, sections in POINTS.items()
        for section, count in (each.split(":") for each in sections.split())
        for number in range(1, int(count) + 1)
    ]


def rows() -> Iterator[tuple[list[str], str, str, str]]:
    """The points of each row, their state, how they are met, and what holds them."""
    for first, last, state, how, held in _ROW.findall(PAGE.read_text("utf-8")):
        section, _, begin = first.rpartition(".")
        until, _, end = (last or first).rpartition(".")
        assert section == until, first
        yield [f"{section}.{each}" for each in range(int(begin), int(end) + 1)], state.strip(), how, held


@cache
def functions_of(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_every_point_of_levels_one_and_two_stands_in_the_list_once() -> None:
    listed = [point for numbers, *_ in rows() for point in numbers]
    assert listed == points()
    assert len(listed) == 253


def test_every_point_has_its_test_its_reason_or_its_issue() -> None:
    for numbers, state, how, held in rows():
        kind, _, issue = state.partition(" ")
        assert kind in {"met", "n/a", "open"}, numbers
        assert len(how.strip()) > 3, numbers
        if kind == "met":
            assert _TEST.search(held) or held.startswith("reason: "), numbers
        assert (issue in ISSUES) if kind == "open" else not issue, numbers


@pytest.mark.parametrize(("file", "name"), sorted(set(_TEST.findall(PAGE.read_text("utf-8")))), ids=str)
def test_every_test_that_is_named_is_there(file: str, name: str) -> None:
    assert name in functions_of(file)

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulebook.papers import load_papers
from rulebook.patterns import pattern_fault


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+$",
        r"(?:\d*)*x",
        r"(?P<name>[a-z]+\s?)+!",
        r"(a|ab)*c",
        r"((x)?y{2,})+",
        r"(?=(a+))(b*)+",
        r"([a-z](\d+)?){2,}",
        r"(\w{1,5}){1,50}",
    ],
)
def test_a_repetition_within_a_repetition_is_refused(pattern: str) -> None:
    assert "lặp trong lặp" in pattern_fault(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        r"^\D{0,8}\d{12}$",
        r"\b[A-ZĐ]{1,2}\s?\d{6,8}\b",
        r"^[A-Z]\d{7,8}$",
        r"(?:\d{2}/){2}\d{4}",
        r"[(+)]+\[x\]",
        r"(?P<year>\d{4})-(?:0[1-9]|1[0-2])",
        r"(?i:ab)c{3}",
        r"(?<=Số )\d+",
        r"(?<!x)y?",
        r"a{,3}b{2}",
        r"(a+)?b",
        r"[^]]+\]",
        r"\d+/\d+-[A-Z]+",
        "|".join(f"K{number}" for number in range(40)),
    ],
)
def test_ordinary_patterns_pass(pattern: str) -> None:
    assert pattern_fault(pattern) == ""


@pytest.mark.parametrize(
    ("pattern", "word"),
    [
        ("(", "biểu thức sai"),
        ("[a-", "biểu thức sai"),
        ("x" * 201, "dài quá 200"),
        (r"(a)\1", "nhắc lại"),
        (r"(?P<a>x)(?P=a)", "nhắc lại"),
        (r"(a)?(?(1)b|c)", "nhắc lại"),
        ("(?x)[a] (b # )\n)", "chú thích"),
        (r"(?i-x:a)", "chú thích"),
        (r"a(?#:(b)", "chú thích"),
        (r"[[]a]", "biểu thức sai"),
        (r"a*b*c*d*e*f*g*", "quá nhiều chỗ lặp"),
        (r"\w*\w*\w*\w*x", "quá nhiều chỗ lặp"),
        ("a{0,199}" * 8, "quá nhiều chỗ lặp"),
        ("a?" * 60, "quá nhiều chỗ lặp"),
        ("(?:a|a)" * 28, "quá nhiều chỗ lặp"),
    ],
)
def test_other_faults_are_named(pattern: str, word: str) -> None:
    assert word in pattern_fault(pattern)


def test_every_pattern_of_the_rulebook_passes() -> None:
    patterns = [
        field.pattern.pattern
        for spec in load_papers().specs.values()
        for field in spec.fields
        if field.pattern is not None
    ]
    assert patterns
    assert [pattern for pattern in patterns if pattern_fault(pattern)] == []


GROUPS = ("(?", "(?:", "(?=", "(?<!", "(?P<n>", "(?P=n)", "(?(1)", "(?x)", "(?>")
PIECES = st.sampled_from([*"ab1()[]{}|?*+^$.,\\-:=!<>#&~x ", *GROUPS, "\\d"])


@given(st.lists(PIECES, max_size=14).map("".join))
@settings(max_examples=500)
def test_whatever_stands_in_a_table_gets_a_verdict(pattern: str) -> None:
    fault = pattern_fault(pattern)
    try:
        re.compile(pattern)
    except (re.error, FutureWarning):
        assert fault.startswith("biểu thức sai")

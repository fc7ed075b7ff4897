from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.errors import ArgumentError
from dossier.separators import (
    SeparatorSheet,
    SheetKind,
    SheetRefusedError,
    encode_sheet,
    parse_sheet,
    sheet_of_codes,
)

PAPER = SeparatorSheet(
    kind=SheetKind.PAPER,
    dossier="H26.5.12-261102-0001",
    procedure="1.001193",
    component="KS-02",
    papers=1,
    pages=2,
)
CODE = "ML1|P|H26.5.12-261102-0001|1.001193|KS-02|1|2|EF7BD6F8"

sheets = st.builds(
    SeparatorSheet,
    kind=st.sampled_from(SheetKind),
    dossier=st.sampled_from(["", "H26.5.12-261102-0001", "000.00.15.H26-251231-123456"]),
    procedure=st.sampled_from(["", "1.001193"]),
    component=st.from_regex(r"[A-Za-z0-9_.\-]{0,50}", fullmatch=True),
    papers=st.integers(0, 9999),
    pages=st.integers(0, 9999),
)


def signed(head: str) -> str:
    return f"{head}|{zlib.crc32(head.encode()):08X}"


def test_the_code_of_a_sheet_is_what_was_printed_on_paper_before() -> None:
    assert encode_sheet(PAPER) == CODE
    assert parse_sheet(CODE) == PAPER


@given(sheets)
def test_what_a_sheet_says_comes_back_from_its_code(sheet: SeparatorSheet) -> None:
    assert parse_sheet(encode_sheet(sheet)) == sheet


@given(st.integers(0, len(CODE) - 1), st.characters(min_codepoint=33, max_codepoint=126))
def test_a_code_with_one_other_character_is_never_read_as_another_sheet(place: int, mark: str) -> None:
    changed = CODE[:place] + mark + CODE[place + 1 :]
    try:
        read = parse_sheet(changed)
    except SheetRefusedError:
        return
    assert read == (PAPER if changed == CODE else None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (signed("ML2|P|||||"), "version"),
        ("ML1|P|||||||", "checksum"),
        (CODE[:-1] + "9", "checksum"),
        (CODE.lower().replace("ml1", "ML1"), "checksum"),
        (signed("ML1|X|||||"), "form"),
        (signed("ML1|P||||1|2|3"), "form"),
        (signed("ML1|P|no-dossier||||"), "form"),
        (signed("ML1|P|h26.5.12-261102-0001||||"), "form"),
        (signed("ML1|P|H26.5.12-261399-0001||||"), "form"),
        (signed("ML1|P|||NGUYỄN VĂN|1|"), "form"),
        (signed("ML1|P||||01|"), "form"),
        (signed("ML1|P||||-1|"), "form"),
        (signed("ML1|P||||10000|"), "form"),
        (signed("ML1|P||||٣|"), "form"),
    ],
)
def test_a_code_that_does_not_hold_in_every_part_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(SheetRefusedError) as refused:
        parse_sheet(text)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "text", ["", "001190123456||NGUYỄN THỊ VÍ DỤ|15011990|Nữ|Hà Nội|10052021", "ML|P", "xML1|"]
)
def test_other_codes_are_none_of_ours(text: str) -> None:
    assert parse_sheet(text) is None
    assert sheet_of_codes([text]) is None


def test_one_good_code_of_a_torn_sheet_is_enough_and_two_that_differ_are_not() -> None:
    assert sheet_of_codes([CODE[:-1] + "9", CODE]) == PAPER
    assert sheet_of_codes([CODE, "anything", CODE]) == PAPER
    other = encode_sheet(SeparatorSheet(kind=SheetKind.END))
    with pytest.raises(SheetRefusedError, match="differ"):
        sheet_of_codes([CODE, other])


@pytest.mark.parametrize("component", ["KS 02", "KS|02", "họ tên", "x" * 51])
def test_a_component_with_other_marks_is_not_printed(component: str) -> None:
    with pytest.raises(ArgumentError):
        encode_sheet(SeparatorSheet(kind=SheetKind.PAPER, component=component))

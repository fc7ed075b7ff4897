from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from signing.structure import (
    Fault,
    end_marks,
    file_faults,
    only_padding_follows,
    signature_faults,
    signed_length,
)

HEAD = b"%PDF-1.7\n1 0 obj << /ByteRange [0 1 2 3] /Contents "
TAIL = b" >> endobj\nstartxref\n0\n%%EOF\n"
CMS = bytes((0x30, 3, 2, 1, 5))


def framed(gap: bytes, tail: bytes = TAIL) -> tuple[bytes, list[int]]:
    return HEAD + gap + tail, [0, len(HEAD), len(HEAD) + len(gap), len(tail)]


def hexed(value: bytes) -> bytes:
    return b"<" + value.hex().encode() + b">"


def test_an_honest_signature_has_no_fault() -> None:
    data, numbers = framed(hexed(CMS + bytes(20)))
    assert signature_faults(data, byte_range=numbers, contents=CMS + bytes(20)) == ()
    assert signed_length(numbers) == len(data)
    assert file_faults(data) == ()


@given(st.binary(max_size=60))
def test_only_hexadecimal_digits_may_stand_in_the_gap(junk: bytes) -> None:
    gap = b"<" + junk + b">"
    data, numbers = framed(gap)
    honest = len(junk) % 2 == 0 and junk != b"" and all(byte in b"0123456789abcdefABCDEF" for byte in junk)
    faults = signature_faults(data, byte_range=numbers, contents=CMS)
    assert (Fault.GAP in faults) is not honest


def test_a_literal_string_in_the_gap_is_a_fault() -> None:
    data, numbers = framed(b"(" + CMS + b")")
    assert Fault.GAP in signature_faults(data, byte_range=numbers, contents=CMS)


def test_the_gap_must_be_the_value_of_contents() -> None:
    data, numbers = framed(hexed(CMS))
    moved = data.replace(b"/Contents ", b"/Another_ ")
    assert Fault.GAP in signature_faults(moved, byte_range=numbers, contents=CMS)


def test_the_gap_must_hold_what_the_reader_read() -> None:
    data, numbers = framed(hexed(CMS))
    assert signature_faults(data, byte_range=numbers, contents=CMS + b"\0") == (Fault.CONTENTS,)


@given(st.lists(st.one_of(st.integers(-9, 200), st.booleans(), st.text(max_size=3)), max_size=6))
def test_a_range_that_is_not_zero_and_three_fitting_numbers_is_a_fault(numbers: list[object]) -> None:
    data, good = framed(hexed(CMS))
    faults = signature_faults(data, byte_range=numbers, contents=CMS)
    assert faults == () if numbers == good else faults


def test_the_signed_part_must_end_with_an_end_mark() -> None:
    data, numbers = framed(hexed(CMS), TAIL + b"99 0 obj")
    assert signature_faults(data, byte_range=numbers, contents=CMS) == (Fault.SIGNED_END,)


def test_one_line_end_may_follow_the_end_mark_and_nothing_else() -> None:
    for ending in (b"", b"\n", b"\r", b"\r\n"):
        assert file_faults(b"%PDF-1.7\n%%EOF" + ending) == ()
    for ending in (b"\n\n", b" ", b"\nx", b"\0"):
        assert file_faults(b"%PDF-1.7\n%%EOF" + ending) == (Fault.AFTER_END,)
    assert Fault.NO_HEADER in file_faults(b" %PDF-1.7\n%%EOF")


@given(st.binary(min_size=1, max_size=30))
def test_only_zeros_may_follow_the_signature(rest: bytes) -> None:
    assert only_padding_follows(CMS + rest) is not any(rest)


@given(st.binary(max_size=40))
def test_no_bytes_break_the_checks(data: bytes) -> None:
    file_faults(data)
    only_padding_follows(data)
    signature_faults(data, byte_range=[0, 1, 5, 3], contents=data)


def test_end_marks_are_counted_from_an_offset() -> None:
    assert [end_marks(b"%%EOF..%%EOF", start) for start in (0, 1, 8)] == [2, 1, 0]

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.feeders.netpbm import is_whole, raw_head, raw_pixels


def colour(width: int, height: int) -> bytes:
    pixels = bytes(range(256)) * (width * height * 3 // 256 + 1)
    return f"P6\n# SANE data follows\n{width} {height}\n255\n".encode() + pixels[: width * height * 3]


@given(width=st.integers(1, 40), height=st.integers(1, 40), missing=st.integers(1, 50))
def test_a_page_is_whole_with_all_its_bytes_and_not_with_fewer(width: int, height: int, missing: int) -> None:
    data = colour(width, height)
    whole = raw_pixels(data)
    assert whole is not None
    assert whole[0].shape == (height, width, 3)
    assert whole[0].tobytes() == data[-width * height * 3 :]
    assert raw_pixels(data[:-missing]) is None


def test_black_and_white_is_told_and_a_one_is_black() -> None:
    found = raw_pixels(b"P4 10 2\n" + bytes([0b10000000, 0b01000000, 0, 0]))
    assert found is not None
    pixels, bilevel = found
    assert bilevel
    assert pixels[0].tolist() == [0, 255, 255, 255, 255, 255, 255, 255, 255, 0]
    assert pixels[1].tolist() == [255] * 10


def test_sixteen_bits_keep_their_high_byte() -> None:
    found = raw_pixels(b"P5 2 1 65535\n" + bytes([200, 7, 100, 9]))
    assert found is not None
    assert found[0].tolist() == [[200, 100]]


@given(st.binary(max_size=80))
def test_anything_else_is_no_page_and_no_crash(data: bytes) -> None:
    head = raw_head(b"P6" + data)
    found = raw_pixels(b"P6" + data)
    assert (found is not None) == (head is not None and len(data) + 2 >= head.size)
    assert raw_pixels(b"\xff\xd8" + data) is None


@pytest.mark.parametrize("head", [b"P6 0 5 255\n", b"P6 5 5 70000\n", b"P6 5", b"P6\n#", b"P7 1 1 1\n", b""])
def test_a_header_that_makes_no_sense_is_none(head: bytes) -> None:
    assert raw_head(head) is None


def test_a_file_that_is_still_written_is_not_whole(tmp_path: Path) -> None:
    page = tmp_path / "page.pnm"
    page.write_bytes(colour(30, 30)[:-1])
    assert not is_whole(page)
    page.write_bytes(colour(30, 30))
    assert is_whole(page)
    assert not is_whole(tmp_path / "none.pnm")

"""What the end of a file says while it is being written, for every kind that scanners make."""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from storage.hot_folder.endings import Ending, ending
from tests.signing.pdfs import make_pdfa


@contextmanager
def opened(path: Path, content: bytes) -> Iterator[int]:
    path.write_bytes(content)
    descriptor = os.open(path, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def judged(tmp_path: Path, content: bytes) -> Ending:
    with opened(tmp_path / "file", content) as descriptor:
        return ending(descriptor, len(content))


def picture(kind: str, *, pages: int = 1, **more: object) -> bytes:
    image = Image.effect_noise((300, 200), 80)
    out = io.BytesIO()
    others = [image.rotate(7 * number) for number in range(1, pages)]
    image.save(out, kind, **({"save_all": True, "append_images": others} if others else {}), **more)
    return out.getvalue()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    pdf = make_pdfa(tmp_path_factory.mktemp("kinds") / "a.pdf", pages=3).read_bytes()
    return {
        "pdf": pdf,
        "jpeg": picture("JPEG"),
        "png": picture("PNG"),
        "bmp": picture("BMP"),
        "webp": picture("WEBP", lossless=True),
        "tiff": picture("TIFF", pages=3),
        "tiff of strips": picture("TIFF", compression="tiff_lzw"),
        "big tiff": picture("TIFF", pages=2, big_tiff=True),
    }


KINDS = ["pdf", "jpeg", "png", "bmp", "webp", "tiff", "tiff of strips", "big tiff"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_file_has_its_end_also_with_padding(
    tmp_path: Path, files: dict[str, bytes], kind: str
) -> None:
    assert judged(tmp_path, files[kind]) is Ending.WHOLE
    assert judged(tmp_path, files[kind] + b"\0" * 512) is Ending.WHOLE


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.9, 0.98])
def test_a_file_that_is_half_written_has_none_also_with_room_reserved(
    tmp_path: Path, files: dict[str, bytes], kind: str, share: float
) -> None:
    whole = files[kind]
    half = whole[: int(len(whole) * share)]
    assert judged(tmp_path, half) is Ending.UNFINISHED
    if kind not in ("bmp", "webp", "tiff", "tiff of strips", "big tiff"):
        # Windows reserves the room of a copy first. Kinds that tell their size cannot be told apart then.
        assert judged(tmp_path, half + b"\0" * (len(whole) - len(half))) is Ending.UNFINISHED


@pytest.mark.parametrize("content", [b"", b"\0" * 5000])
def test_a_placeholder_has_no_end(tmp_path: Path, content: bytes) -> None:
    assert judged(tmp_path, content) is Ending.UNFINISHED


def test_of_another_kind_nothing_is_known(tmp_path: Path) -> None:
    assert judged(tmp_path, b"Kinh gui Uy ban nhan dan") is Ending.UNKNOWN


def test_a_ring_of_directories_is_damaged_and_not_waited_for(tmp_path: Path) -> None:
    entry = struct.pack("<HHII", 256, 3, 1, 10)
    ring = b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 1) + entry + struct.pack("<I", 8)
    assert judged(tmp_path, ring) is Ending.WHOLE


@given(tail=st.binary(max_size=400), start=st.sampled_from([b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"]))
def test_whatever_stands_in_a_tiff_is_judged_without_an_error(
    tmp_path_factory: pytest.TempPathFactory, start: bytes, tail: bytes
) -> None:
    assert judged(tmp_path_factory.mktemp("any"), start + tail) in Ending

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest
from PIL import Image, UnidentifiedImageError

from samples.bad import (
    BAD_FILES,
    empty_file,
    encrypted_pdf,
    renamed_program,
    text_as_jpeg,
    truncated_jpeg,
    truncated_pdf,
    wide_png,
    zero_page_pdf,
)


def test_each_bad_file_has_a_name_of_its_own(tmp_path: Path) -> None:
    paths = [make(tmp_path) for make in BAD_FILES.values()]
    assert len({path.name for path in paths}) == len(BAD_FILES)
    assert all(path.stat().st_size < 10_000 for path in paths)


def test_the_encrypted_pdf_asks_for_a_password(tmp_path: Path) -> None:
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(encrypted_pdf(tmp_path))


def test_the_truncated_pdf_has_no_page_left_to_find(tmp_path: Path) -> None:
    with pytest.raises(pikepdf.PdfError):
        pikepdf.open(truncated_pdf(tmp_path))


def test_the_pdf_without_pages_opens_and_is_empty(tmp_path: Path) -> None:
    with pikepdf.open(zero_page_pdf(tmp_path)) as pdf:
        assert len(pdf.pages) == 0


def test_the_truncated_jpeg_opens_and_breaks_off(tmp_path: Path) -> None:
    with Image.open(truncated_jpeg(tmp_path)) as image, pytest.raises(OSError, match="truncated"):
        image.load()


def test_the_wide_png_is_small_on_disk_and_fifty_thousand_pixels_wide(tmp_path: Path) -> None:
    path = wide_png(tmp_path)
    with Image.open(path) as image:
        assert image.size == (50_000, 40)
    assert path.stat().st_size < 10_000


def test_the_rest_is_no_image_at_all(tmp_path: Path) -> None:
    assert renamed_program(tmp_path).read_bytes().startswith(b"MZ")
    assert empty_file(tmp_path).stat().st_size == 0
    with pytest.raises(UnidentifiedImageError):
        Image.open(text_as_jpeg(tmp_path))

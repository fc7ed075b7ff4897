"""Bad input for tests, made when needed and never kept: each function writes one file."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING

import pikepdf
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WIDE_PIXELS = 50_000
WIDE_ROWS = 40


def _small_jpeg() -> bytes:
    buffer = io.BytesIO()
    ramp = Image.linear_gradient("L").resize((600, 800)).convert("RGB")
    ramp.save(buffer, "JPEG", quality=80, dpi=(200, 200))
    return buffer.getvalue()


def _small_pdf() -> pikepdf.Pdf:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    pdf.docinfo["/Title"] = "MAU"
    return pdf


def encrypted_pdf(folder: Path) -> Path:
    """A PDF that opens only with a password."""
    path = folder / "co-mat-khau.pdf"
    with _small_pdf() as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(owner="chu-so-huu", user="nguoi-doc"))
    return path


def truncated_pdf(folder: Path) -> Path:
    """A PDF cut off before its cross-reference table, in the middle of an object."""
    path = folder / "pdf-cut.pdf"
    buffer = io.BytesIO()
    with _small_pdf() as pdf:
        pdf.save(buffer)
    data = buffer.getvalue()
    path.write_bytes(data[: len(data) // 3])
    return path


def truncated_jpeg(folder: Path) -> Path:
    """A JPEG whose second half never arrived."""
    path = folder / "anh-cut.jpg"
    data = _small_jpeg()
    path.write_bytes(data[: len(data) // 2])
    return path


def zero_page_pdf(folder: Path) -> Path:
    """A well-formed PDF without a page."""
    path = folder / "khong-trang.pdf"
    with pikepdf.new() as pdf:
        pdf.save(path)
    return path


def wide_png(folder: Path) -> Path:
    """A PNG 50,000 pixels wide that takes a few kilobytes."""
    path = folder / "rong-50000.png"
    rows = (b"\x00" + b"\xff" * (WIDE_PIXELS // 8)) * WIDE_ROWS
    header = struct.pack(">IIBBBBB", WIDE_PIXELS, WIDE_ROWS, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)
    return path


def renamed_program(folder: Path) -> Path:
    """The beginning of a Windows program with a PDF's name; it can run nothing."""
    path = folder / "chuong-trinh.pdf"
    path.write_bytes(b"MZ\x90\x00" + b"\x00" * 56 + b"\x80\x00\x00\x00" + b"\x00" * 64 + b"PE\x00\x00")
    return path


def empty_file(folder: Path) -> Path:
    """A file of no bytes."""
    path = folder / "rong.pdf"
    path.touch()
    return path


def text_as_jpeg(folder: Path) -> Path:
    """Plain text under a picture's name."""
    path = folder / "khong-phai-anh.jpg"
    path.write_text("Đây không phải là ảnh.\n", encoding="utf-8")
    return path


BAD_FILES: dict[str, Callable[[Path], Path]] = {
    "encrypted": encrypted_pdf,
    "truncated_pdf": truncated_pdf,
    "truncated_jpeg": truncated_jpeg,
    "zero_pages": zero_page_pdf,
    "too_wide": wide_png,
    "renamed_program": renamed_program,
    "empty": empty_file,
    "not_an_image": text_as_jpeg,
}

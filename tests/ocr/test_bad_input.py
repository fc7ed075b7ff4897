from __future__ import annotations

import io
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from dossier import errors
from ocr.limits import ReadLimits
from ocr.sources import open_source
from tests.ocr.pages import draw_page, save

LIMITS = ReadLimits()


def _read_all(path: Path) -> int:
    with open_source(path, name="giấy tờ.x", limits=LIMITS) as source:
        for number in range(1, source.page_count + 1):
            source.page(number)
        return source.page_count


def _pdf(path: Path, *, pages: int = 1, encryption: pikepdf.Encryption | None = None) -> Path:
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(200, 200))
        pdf.save(path, encryption=encryption)
    return path


def _png_head(width: int, height: int) -> bytes:
    body = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunk = b"IHDR" + body
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
        + struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
        + struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))
    )  # fmt: skip


def test_a_path_that_names_nothing_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(errors.InputNotFoundError, match=r"giấy tờ\.x"):
        _read_all(tmp_path / "missing.pdf")


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(errors.InputNotAFileError):
        _read_all(tmp_path)


def test_an_empty_file_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"")
    with pytest.raises(errors.InputEmptyError):
        _read_all(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    path = _pdf(tmp_path / "a.pdf")
    path.chmod(0)
    with pytest.raises(errors.InputPermissionError):
        _read_all(path)


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00" + b"\x00" * 400 + b"%PDF-1.7",
        b"Khong phai giay to",
        b"PK\x03\x04 zip",
        b"GIF89a" + b"\x00" * 50,
    ],
)
def test_content_of_another_kind_is_refused_whatever_its_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "renamed.pdf"
    path.write_bytes(content)
    with pytest.raises(errors.InputTypeError):
        _read_all(path)


@pytest.mark.parametrize("suffix", ["jpg", "png", "tif"])
@pytest.mark.parametrize("share", [0.4, 0.9])
def test_a_picture_cut_short_is_truncated(tmp_path: Path, suffix: str, share: float) -> None:
    path = save(draw_page(), tmp_path / f"a.{suffix}")
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(errors.InputUnreadableError):
        _read_all(path)


def test_a_jpeg_without_its_end_is_truncated(tmp_path: Path) -> None:
    path = save(draw_page(), tmp_path / "a.jpg")
    path.write_bytes(path.read_bytes()[:-400])
    with pytest.raises(errors.InputTruncatedError):
        _read_all(path)


def test_a_pdf_cut_short_is_truncated(tmp_path: Path) -> None:
    path = _pdf(tmp_path / "a.pdf", pages=5)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(errors.InputTruncatedError):
        _read_all(path)


@pytest.mark.parametrize("head", [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\x00", b"%PDF-1.7\n"])
def test_a_right_beginning_with_rubbish_behind_is_unreadable(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "a"
    path.write_bytes(head + bytes(range(256)) * 8 + b"\nIEND\n%%EOF\n")
    with pytest.raises(errors.InputError) as caught:
        _read_all(path)
    assert isinstance(caught.value, errors.InputUnreadableError | errors.InputNoPagesError)


def test_a_pdf_with_a_password_is_encrypted(tmp_path: Path) -> None:
    path = _pdf(tmp_path / "a.pdf", encryption=pikepdf.Encryption(user="secret", owner="other"))
    with pytest.raises(errors.InputEncryptedError):
        _read_all(path)


def test_a_pdf_with_an_empty_user_password_opens(tmp_path: Path) -> None:
    path = _pdf(tmp_path / "a.pdf", encryption=pikepdf.Encryption(user="", owner="other"))
    assert _read_all(path) == 1


def test_a_pdf_without_a_page_has_no_pages(tmp_path: Path) -> None:
    with pytest.raises(errors.InputNoPagesError):
        _read_all(_pdf(tmp_path / "a.pdf", pages=0))


def test_a_picture_of_fifty_thousand_pixels_is_refused_from_its_header(tmp_path: Path) -> None:
    path = tmp_path / "wide.png"
    path.write_bytes(_png_head(50_000, 40))
    with pytest.raises(errors.InputTooLargeError, match="50000×40"):
        _read_all(path)


def test_a_bomb_of_many_pixels_is_refused_from_its_header(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(_png_head(19_000, 19_000))
    with pytest.raises(errors.InputTooLargeError):
        _read_all(path)


def test_a_wide_jpeg_and_tiff_are_refused(tmp_path: Path) -> None:
    sheet = Image.fromarray(np.full((4, 50_000), 255, dtype=np.uint8))
    for suffix in ("jpg", "tif"):
        path = tmp_path / f"wide.{suffix}"
        sheet.save(path)
        with pytest.raises(errors.InputTooLargeError):
            _read_all(path)


def test_a_pdf_page_of_absurd_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(14_400, 14_400))
        pdf.save(path)
    with pytest.raises(errors.InputTooLargeError):
        _read_all(path)


def test_an_image_of_absurd_size_inside_a_pdf_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(200, 200))
        image = pikepdf.Stream(pdf, zlib.compress(b"\x00" * 1000))
        for key, value in {
            "Type": pikepdf.Name.XObject,
            "Subtype": pikepdf.Name.Image,
            "Width": 60_000,
            "Height": 60_000,
            "BitsPerComponent": 8,
            "ColorSpace": pikepdf.Name.DeviceGray,
            "Filter": pikepdf.Name.FlateDecode,
        }.items():
            image[f"/{key}"] = value
        page = pdf.pages[0]
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
        page.Contents = pdf.make_stream(b"q 200 0 0 200 0 0 cm /Im0 Do Q")
        pdf.save(path)
    with pytest.raises(errors.InputTooLargeError, match="60000×60000"):
        _read_all(path)


def test_the_name_given_is_the_one_in_the_message(tmp_path: Path) -> None:
    path = tmp_path / "internal-0001.bin"
    path.write_bytes(b"")
    with pytest.raises(errors.InputEmptyError) as caught:
        open_source(path, name="Giấy khai sinh (bản 2).pdf", limits=LIMITS)
    assert "Giấy khai sinh (bản 2).pdf" in caught.value.message("vi")
    assert "internal-0001" not in caught.value.message("vi")


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_damaged_exif_refuses_no_picture(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.fromarray(draw_page()).save(buffer, format="JPEG", exif=b"Exif\x00\x00II*\x00\xff\xff\xff\xff\x01")
    path = tmp_path / "a.jpg"
    path.write_bytes(buffer.getvalue())
    assert _read_all(path) == 1

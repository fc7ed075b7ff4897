"""Marks on pages that are not plain A4: looked at through poppler, as a reader shows them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pikepdf
import pytest

from signing.appearance import PdfRect
from signing.signer import DocumentSigner
from signing.trust import TrustStore
from signing.verify import verify_file
from tests.signing.conftest import NOW
from tests.signing.pdfs import make_pdfa, places_of

pytestmark = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
_WORD = "{http://www.w3.org/1999/xhtml}word"
_PAGE = "{http://www.w3.org/1999/xhtml}page"
LANDSCAPE, CARD = (841.89, 595.276), (243.0, 245.0)


def sealed(signer: DocumentSigner, folder: Path, *, occupied: tuple[PdfRect, ...] = (), **kind: Any) -> Path:
    plain = make_pdfa(folder / "plain.pdf", **kind)
    signer.sign_as_officer(plain, folder / "signed.pdf", at=NOW, item="plain.pdf", occupied=occupied)
    signer.seal_as_organisation(folder / "signed.pdf", folder / "sealed.pdf", at=NOW, item="plain.pdf")
    return folder / "sealed.pdf"


def shown_words(path: Path) -> tuple[tuple[float, float], dict[str, tuple[float, float, float, float]]]:
    """Size of the page before it is turned; the box of each word (the last of its kind) as shown."""
    command = ["pdftotext", "-bbox", "-cropbox", "-l", "1", str(path), "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    page = next(ET.fromstring(done.stdout).iter(_PAGE))  # noqa: S314  poppler wrote it just now
    sides = ("xMin", "yMin", "xMax", "yMax")
    words = {str(word.text): tuple(float(word.get(side, 0)) for side in sides) for word in page.iter(_WORD)}
    return (float(page.get("width", 0)), float(page.get("height", 0))), words  # type: ignore[return-value]


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("size", [(595.276, 841.89), LANDSCAPE], ids=["portrait", "landscape"])
def test_a_turned_page_shows_both_marks_upright_in_their_corners(
    rotate: int, size: tuple[float, float], signer: DocumentSigner, trust: TrustStore, tmp_path: Path
) -> None:
    file = sealed(signer, tmp_path, size=size, rotate=rotate)
    _, words = shown_words(file)
    width = size[1] if rotate in {90, 270} else size[0]
    officer, organisation = words["Người"], words["Bản"]
    assert officer[0] == pytest.approx(17, abs=1)
    assert officer[1] < 8
    assert organisation[1] == officer[1]
    assert organisation[0] > width / 2 - 40
    assert max(box[2] for box in words.values()) < width - 15
    # Ten points high and wider than high: the letters stand upright.
    assert all(right - left > bottom - top for left, top, right, bottom in (words["Người"], words["chuyển"]))
    assert verify_file(file, trust=trust, at=NOW).conclusion == "passed"


def test_a_turned_page_keeps_its_marks_off_what_is_printed(signer: DocumentSigner, tmp_path: Path) -> None:
    code = PdfRect(500, 10, 575, 85)  # top left of a page that stands on its head
    file = sealed(signer, tmp_path, rotate=180, occupied=(code,), printed=[code])
    _, words = shown_words(file)
    assert not any(place.overlaps(code) for place in places_of(file).values())
    assert words["Bản"][1] < 8


@pytest.mark.parametrize(
    "kind",
    [{"size": CARD}, {"size": (595.276, 419.53)}, {"size": (297.6, 419.5)}, {"crop": (50, 100, 500, 700)}],
    ids=["card", "a5 landscape", "a6", "cropped"],
)
def test_every_word_of_both_marks_lies_on_the_page_as_shown(
    kind: dict[str, Any], signer: DocumentSigner, tmp_path: Path
) -> None:
    (width, height), words = shown_words(sealed(signer, tmp_path, **kind))
    assert {"Người", "số", "hóa:", "Bản", "giấy", "Trung", "(DEMO)", "ký:", "+07:00"} <= set(words)
    for left, top, right, bottom in words.values():
        assert left > 15
        assert right < width - 15
        assert top > 3
        assert bottom < height


def test_an_annotation_that_stands_there_is_not_covered(signer: DocumentSigner, tmp_path: Path) -> None:
    note = PdfRect(10, 800, 200, 830)
    places = places_of(sealed(signer, tmp_path, notes=[note]))
    assert not any(place.overlaps(note) for place in places.values())
    assert places["ChuKyCanBo"].top < note.bottom


def test_pages_of_every_kind_keep_the_font_embedded_with_its_letters(
    signer: DocumentSigner, tmp_path: Path
) -> None:
    with pikepdf.open(sealed(signer, tmp_path, rotate=90)) as pdf:
        for field in (note for note in pdf.pages[0].Annots if str(note.T).startswith("ChuKy")):
            font = field.AP.N.Resources.Font.F1
            assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor
            assert [float(value) for value in field.AP.N.Matrix][:4] == [0, 1, -1, 0]

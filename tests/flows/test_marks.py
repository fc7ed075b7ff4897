"""The PDF/A writer makes room for the marks: upright, above a page that is printed to its very top."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from flows.capture import load_reading, read_item
from flows.intake import take_in
from flows.issue import file_item
from flows.progress import silent
from storage.inbox import Declaration
from tests.end_to_end.line import DOSSIERS
from tests.signing.pdfs import places_of
from wiring.services import Services
from wiring.settings import read_settings

BORN_DIGITAL = DOSSIERS / "2-dang-ky-ket-hon" / "giay-khai-sinh-nu.pdf"
# Of the upper margin of the sample; what is left begins with print.
_MARGIN = 40


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Services]:
    with Services(read_settings({"MOTLAN_DATA": str(tmp_path / "data")})) as services:
        services.create()
        with services.writing():
            yield services


@pytest.mark.parametrize("rotate", [0, 180])
def test_a_paper_printed_to_its_top_gets_a_band_and_its_turn_is_made_part_of_the_page(
    rotate: int, desk: Services, tmp_path: Path
) -> None:
    handed = tmp_path / "giay.pdf"
    with pikepdf.open(BORN_DIGITAL) as pdf:
        page = pdf.pages[0]
        left, bottom, right, top = map(float, page.mediabox)
        page.obj.MediaBox = [left, bottom, right, top - _MARGIN]
        page.obj.Rotate = rotate
        pdf.save(handed)
    (item,) = take_in(desk, [handed], declared=Declaration()).items
    read_item(desk, item, listen=silent)
    file_item(desk, item, listen=silent)
    (document,) = desk.store.records.documents_of_item(item)
    read = load_reading(desk, item).pages[0]
    printed_top = read.height / read.dpi * 72
    assert document.object_sha256 is not None
    with desk.store.blobs.path(document.object_sha256) as kept, pikepdf.open(kept) as pdf:
        page = pdf.pages[0]
        assert int(page.obj.get("/Rotate", 0)) == 0
        height = float(page.mediabox[3])
        places = places_of(kept)
    assert height - printed_top > 30
    assert places
    for place in places.values():
        assert printed_top <= place.bottom < place.top <= height

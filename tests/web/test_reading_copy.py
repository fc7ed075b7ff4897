"""The copy for reading alone: drawn anew, marked on every page, never the signed bytes."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest
from reportlab.pdfgen import canvas

from dossier.events import EventKind
from dossier.service_errors import ReadingCopyError
from ocr.reading_copy import MOST_PAGES, Marking, write_reading_copy
from signing.typeface import PATH
from tests.web.office import DOSSIER, STRANGER, WIFE, Caller, Office, paper

MARKING = Marking(label="BẢN ĐỂ ĐỌC", lines=("key-mau", "20.11.2026 10:00:00"), typeface=PATH)


def pdf(*, pages: int = 2) -> bytes:
    """A PDF that says what it is, on small pages, with an attachment."""
    drawn = io.BytesIO()
    page = canvas.Canvas(drawn, pagesize=(200, 120))
    for number in range(pages):
        page.drawString(20, 60, f"MAU trang {number + 1}")
        page.showPage()
    page.save()
    made = io.BytesIO()
    with pikepdf.open(drawn) as opened:
        opened.attachments["bi-mat.txt"] = b"MAU"
        opened.save(made)
    return made.getvalue()


def words(content: bytes) -> str:
    """Every text that the pages hold."""
    with pdfium.PdfDocument(content) as opened:
        return " ".join(page.get_textpage().get_text_bounded() for page in opened)


def ink(content: bytes) -> int:
    """How many pixels of the first page are not white."""
    with pdfium.PdfDocument(content) as opened:
        return sum(opened[0].render(scale=1).to_pil().convert("L").histogram()[:250])


@pytest.fixture
def key(registered: dict[str, str]) -> dict[str, str]:
    return {**registered, "Motlan-Dossier": DOSSIER}


def test_the_copy_is_pictures_of_every_page_and_never_the_signed_bytes(
    office: Office, client: Caller, key: dict[str, str]
) -> None:
    content = pdf()
    (own,) = office.save(paper("own", WIFE), content=content)
    told = client.get(f"/v1/documents/{own}/file?copy=reading", headers=key)
    assert (told.status_code, told.headers["content-type"]) == (200, "application/pdf")
    assert told.headers["motlan-copy"] == "reading"
    assert told.headers["content-disposition"] == f'attachment; filename="{own}-ban-de-doc.pdf"'
    assert "etag" not in told.headers
    with pikepdf.open(io.BytesIO(told.content)) as opened:
        assert len(opened.pages) == 2
        assert "/AcroForm" not in opened.Root
        assert not list(opened.attachments)
        assert str(opened.docinfo["/Title"]).startswith("BẢN ĐỂ ĐỌC – KHÔNG PHẢI BẢN GỐC")
    assert "MAU" in words(content)
    assert words(told.content).strip() == ""
    assert ink(told.content) > ink(content)
    again = client.get(f"/v1/documents/{own}/file", headers=key)
    assert again.content == content
    (entry,) = [
        event
        for event in office.events(EventKind.API_ANSWERED)
        if event.subject == told.headers["motlan-request-id"]
    ]
    assert entry.dossier == DOSSIER
    assert not list((office.services.settings.data / "tmp").iterdir())


def test_two_readers_get_two_copies(office: Office, client: Caller, key: dict[str, str]) -> None:
    (own,) = office.save(paper("own", WIFE), content=pdf(pages=1))
    found = {
        hashlib.sha256(client.get(f"/v1/documents/{own}/file?copy=reading", headers=key).content).hexdigest()
        for _ in range(2)
    }
    assert len(found) == 2


def test_what_may_not_be_seen_is_not_drawn_either(
    office: Office, client: Caller, key: dict[str, str]
) -> None:
    (other,) = office.save(paper("other", STRANGER), content=pdf(pages=1))
    assert client.get(f"/v1/documents/{other}/file?copy=reading", headers=key).status_code == 404


def test_what_cannot_be_drawn_is_told_without_a_word_of_it(
    office: Office, client: Caller, key: dict[str, str]
) -> None:
    (own,) = office.save(paper("own", WIFE), content=b"%PDF-1.7 M\xe1\xba\xaaU, no pages")
    told = client.get(f"/v1/documents/{own}/file?copy=reading", headers=key)
    assert (told.status_code, told.json()["code"]) == (409, "request.reading_copy")
    assert not list((office.services.settings.data / "tmp").iterdir())


def test_a_paper_with_very_many_pages_is_not_drawn(tmp_path: Path) -> None:
    source = tmp_path / "long.pdf"
    with pikepdf.Pdf.new() as made:
        for _ in range(MOST_PAGES + 1):
            made.add_blank_page(page_size=(10, 10))
        made.save(source)
    with pytest.raises(ReadingCopyError):
        write_reading_copy(source, tmp_path / "copy.pdf", name="mau", marking=MARKING)
    assert not (tmp_path / "copy.pdf").exists()

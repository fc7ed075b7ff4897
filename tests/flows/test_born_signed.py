"""A scan that its agency signed: its bytes are kept, its text comes from a rendering made aside."""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from dossier.access import Access, Purpose
from dossier.queries import PaperQuery
from flows.capture import load_reading, read_item
from flows.intake import take_in
from flows.issue import file_item
from flows.lookup import find_papers
from flows.progress import silent
from signing import demo_certificates as made
from signing.cms_signer import CachedKeySigner
from signing.keys import FileKey
from signing.local_tsa import LocalTimeStamper
from storage.inbox import Declaration
from tests.end_to_end.line import DOSSIERS
from wiring.services import Services
from wiring.settings import read_settings

SCAN = DOSSIERS / "2-dang-ky-ket-hon" / "xac-nhan-tinh-trang-hon-nhan-nu.jpg"
BORN_DIGITAL = DOSSIERS / "2-dang-ky-ket-hon" / "giay-khai-sinh-nu.pdf"
MARRIAGE = ("marital_status_certificate", "Nông Thị Bích Liễu")
BIRTH = ("birth_certificate", "Nông Thị Bích Liễu")
OWNER = "004300999281"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Services]:
    with Services(read_settings({"MOTLAN_DATA": str(tmp_path / "data")})) as services:
        services.create()
        with services.writing():
            yield services


@dataclass(frozen=True)
class Agency:
    """Another agency with certificates below a root of its own."""

    seal: FileKey
    clock: FileKey


@pytest.fixture
def agency(desk: Services) -> Agency:
    """The desk trusts its root and has its revocation list."""
    now = desk.clock() - timedelta(hours=1)
    name, days = "Cơ quan ban hành MẪU", 3650
    root = made.make_pair(
        made.Entity(name=f"Gốc {name}", purpose="authority", days=days), issuer=None, now=now
    )
    seal = made.make_pair(made.Entity(name=name, organisation=name), issuer=root, now=now)
    clock = made.make_pair(made.Entity(name=f"Giờ {name}", purpose="timestamp"), issuer=root, now=now)
    desk.trust.add(made.certificate_pem(root[1]))
    desk.trust.add_crl(made.make_crl(*root, now=now, days=90))
    keys = (
        FileKey(item=name, certificate=certificate, chain=(root[1],), _key=key)
        for key, certificate in (seal, clock)
    )
    return Agency(*keys)


def picture_only(folder: Path) -> Path:
    """The sample scan as a PDF that holds one picture and no text."""
    path = folder / "scan.pdf"
    with Image.open(SCAN) as picture:
        picture.convert("RGB").save(path, "PDF", resolution=picture.info.get("dpi", (200, 200))[0])
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        assert "/Font" not in pdf.pages[0].resources
        pdf.save(path)
    return path


def signed_by(agency: Agency, plain: Path, out: Path, *, clock: Callable[[], datetime]) -> bytes:
    """A file with a signature that shows nothing, as another program makes it."""
    meta = PdfSignatureMetadata(field_name="Agency", subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256")
    signer = PdfSigner(
        meta,
        CachedKeySigner(agency.seal),
        timestamper=LocalTimeStamper(agency.clock, clock=clock),
        new_field_spec=SigFieldSpec("Agency"),
    )
    signed = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(plain.read_bytes()))
    asyncio.run(signer.async_sign_pdf(writer, output=signed))
    out.write_bytes(signed.getvalue())
    return signed.getvalue()


@pytest.mark.parametrize("scanned", [True, False], ids=["scan without text", "born digital"])
def test_a_signed_scan_is_kept_byte_by_byte_and_found_by_what_it_says(
    scanned: bool, desk: Services, agency: Agency, tmp_path: Path
) -> None:
    handed = tmp_path / "giay-ky-so.pdf"
    plain = picture_only(tmp_path) if scanned else BORN_DIGITAL
    original = signed_by(agency, plain, handed, clock=desk.clock)
    (item,) = take_in(desk, [handed], declared=Declaration(owner=OWNER)).items
    read_item(desk, item, listen=silent)
    file_item(desk, item, listen=silent)
    reading = load_reading(desk, item)
    assert reading.signed
    words = {word.text for line in reading.pages[0].lines for word in line.words}
    assert {"XÁC", "NHẬN"} <= words if scanned else {"KHAI", "SINH"} <= words
    (document,) = desk.store.records.documents_of_item(item)
    kind, name = MARRIAGE if scanned else BIRTH
    assert (document.type, document.value("full_name")) == (kind, name)
    printed = document.value("personal_id")
    assert printed
    access = Access(actor="quay-1", purpose=Purpose.OPERATION)
    assert [one.id for one in find_papers(desk, PaperQuery(number=printed), access=access)] == [document.id]
    assert document.object_sha256 == hashlib.sha256(original).hexdigest()
    assert document.object_size == len(original)
    with desk.store.blobs.path(document.object_sha256) as kept:
        assert kept.read_bytes() == original
        stamped = tmp_path / "stamped.pdf"
        desk.archivist.renew(kept, stamped, item="giấy.pdf")
    assert stamped.read_bytes().startswith(original)
    assert handed.read_bytes() == original

"""What is looked at before a file is signed: may it be signed at all, and what stands on its first page."""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path

from asn1crypto import x509
from pyhanko.pdf_utils import generic, misc
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import EmbeddedPdfSignature

from dossier.errors import SigningRefusedError
from signing.appearance import PdfRect
from signing.cms_check import UnfamiliarError, parse
from signing.fields import Found, filled_fields
from signing.locks import Locks, read_locks
from signing.objects import entry, members, number
from signing.turned import Quarter, View
from signing.values import value_of

OFFICER_FIELD = "ChuKyCanBo"
ORGANISATION_FIELD = "ChuKyCoQuan"
TIMESTAMP_FIELD = "DauThoiGian"

_INHERITED_DEPTH = 32
_MAX_XMP = 1024 * 1024
_QUARTERS: tuple[Quarter, ...] = (0, 90, 180, 270)


@dataclass(frozen=True, slots=True)
class FirstPage:
    """Geometry of page one.

    Attributes:
        visible: the part that is shown, in points of user space.
        view: how readers turn it.
        annotations: what already stands on it: field name (empty for other annotations) and place.
    """

    visible: PdfRect
    view: View
    annotations: tuple[tuple[str, PdfRect], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What was seen of a file before signing.

    Attributes:
        page: page one.
        signed: names of the signed fields, in order.
        signers: certificate of each signer, then those that came with it.
        ready: whether the organisation's field stands there, empty.
        locks: what the signatures in it forbid.
    """

    page: FirstPage
    signed: tuple[str, ...]
    signers: tuple[tuple[x509.Certificate, ...], ...]
    ready: bool
    locks: Locks


def inspect(source: Path, *, item: str) -> Inspection:
    """Look at a file before signing.

    Raises:
        SigningRefusedError: the file must not be signed.
    """
    with source.open("rb") as stream, mmap(stream.fileno(), 0, access=ACCESS_READ) as data:
        reader = PdfFileReader(stream)
        refuse_unsuitable(reader, item=item)
        filled = list(filled_fields(reader))
        return Inspection(
            page=first_page(reader, item=item),
            signed=tuple(found.name for found in filled),
            signers=tuple(_signer(found, reader=reader, data=data) for found in filled),
            ready=field_is_empty(reader, ORGANISATION_FIELD),
            locks=read_locks(reader, filled, data=data),
        )


def _signer(found: Found, *, reader: PdfFileReader, data: mmap) -> tuple[x509.Certificate, ...]:
    """The signer's certificate, then those that came with it."""
    value = value_of(found.field, reader=reader, data=data)
    if value is not None:
        try:
            cms = parse(value.contents)
            own = cms.signer
        except (UnfamiliarError, ValueError, IndexError):
            pass
        else:
            others = [one for one in cms.certificates if one != own]
            return tuple(map(x509.Certificate.load, (own, *others)))
    embedded = EmbeddedPdfSignature(reader, found.field, found.name)
    return (embedded.signer_cert, *embedded.other_embedded_certs)


def refuse_unsuitable(reader: PdfFileReader, *, item: str) -> None:
    """Refuse files that must not be signed, whoever signs.

    Raises:
        SigningRefusedError: encrypted, not PDF/A by its own claim, or a structure that cannot be kept.
    """
    if reader.encrypted:
        raise SigningRefusedError(item, reason="tệp có mật khẩu")
    if reader.xrefs.hybrid_xrefs_present:
        raise SigningRefusedError(item, reason="tệp có bảng tham chiếu lai")
    if not _claims_pdfa(reader):
        raise SigningRefusedError(item, reason="tệp chưa phải PDF/A")


def first_page(reader: PdfFileReader, *, item: str) -> FirstPage:
    """Geometry of page one.

    Raises:
        SigningRefusedError: the page is turned by no quarter, scaled or has no size.
    """
    page, chain = _first_leaf(reader.root["/Pages"], item=item)
    view = _view(_inherited(chain, "/Rotate"), item=item)
    if number(entry(page, "/UserUnit") or 1) != 1:
        raise SigningRefusedError(item, reason="trang đầu dùng đơn vị đo riêng (/UserUnit)")
    media = _inherited(chain, "/MediaBox")
    if media is None:
        raise SigningRefusedError(item, reason="trang đầu không có kích thước")
    visible = _rect(media)
    crop = _inherited(chain, "/CropBox")
    if crop is not None:
        visible = _intersection(visible, _rect(crop), item=item)
    return FirstPage(visible, view, tuple(_annotations(page)))


def field_is_empty(reader: PdfFileReader, name: str) -> bool:
    """Whether the form has a signature field of that name that nobody has signed."""
    form = entry(reader.root, "/AcroForm")
    fields = entry(form, "/Fields") if isinstance(form, generic.DictionaryObject) else None
    return any(entry(field, "/T") == name and "/V" not in field for field in members(fields))


def _claims_pdfa(reader: PdfFileReader) -> bool:
    try:
        stream = reader.root["/Metadata"]
    except KeyError:
        return False
    if not isinstance(stream, generic.StreamObject):
        return False
    data = stream.data
    return len(data) <= _MAX_XMP and b"http://www.aiim.org/pdfa/ns/id/" in data


def _first_leaf(
    node: generic.DictionaryObject, *, item: str
) -> tuple[generic.DictionaryObject, list[generic.DictionaryObject]]:
    chain = [node]
    for _ in range(_INHERITED_DEPTH):
        kids = entry(node, "/Kids")
        if kids is None:
            return node, chain[::-1]
        child = next(members(kids), None)
        if child is None:
            break
        node = child
        chain.append(node)
    raise SigningRefusedError(item, reason="không đọc được trang đầu")


def _view(rotation: object | None, *, item: str) -> View:
    degrees = 0.0 if rotation is None else number(rotation) % 360
    for quarter in _QUARTERS:
        if degrees == quarter:
            return View(quarter)
    raise SigningRefusedError(item, reason="trang đầu bị xoay lệch (/Rotate)")


def _inherited(chain: list[generic.DictionaryObject], key: str) -> object | None:
    for node in chain:
        value = entry(node, key)
        if value is not None:
            return value
    return None


def _annotations(page: generic.DictionaryObject) -> Iterator[tuple[str, PdfRect]]:
    for annotation in members(entry(page, "/Annots")):
        try:
            rectangle = _rect(annotation["/Rect"])
        except (KeyError, misc.PdfReadError):
            continue
        if rectangle.width and rectangle.height:
            yield str(entry(annotation, "/T") or ""), rectangle


def _rect(value: object) -> PdfRect:
    if not isinstance(value, generic.ArrayObject) or len(value) != 4:
        msg = "a rectangle needs four numbers"
        raise misc.PdfReadError(msg)
    x1, y1, x2, y2 = (number(value[index]) for index in range(4))
    return PdfRect(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))


def _intersection(first: PdfRect, second: PdfRect, *, item: str) -> PdfRect:
    if not first.overlaps(second):
        raise SigningRefusedError(item, reason="vùng hiển thị của trang đầu nằm ngoài trang")
    return PdfRect(
        max(first.left, second.left),
        max(first.bottom, second.bottom),
        min(first.right, second.right),
        min(first.top, second.top),
    )

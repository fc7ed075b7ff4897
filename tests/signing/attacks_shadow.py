"""Files prepared before signing to show something else afterwards; gaps that hold more than they should."""

# The signing library declares itself typed, but many of its calls are not.
# mypy: allow-untyped-calls

from __future__ import annotations

import io
import re

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from tests.signing.attacks import gaps, updated

_ROOT = re.compile(rb"/Root (\d+) 0 R")
_SIZE = re.compile(rb"/Size (\d+)")
HIDDEN = b"q 1 0 0 rg 0 0 600 840 re f Q"


def last_start(data: bytes) -> int:
    return int(data[data.rindex(b"startxref") + 9 :].split()[0])


def root_number(data: bytes) -> int:
    return int(_ROOT.findall(data)[-1])


def size(data: bytes) -> int:
    return max(int(one) for one in _SIZE.findall(data))


def raw_update(
    data: bytes,
    objects: dict[int, bytes],
    *,
    entries: dict[int, int] | None = None,
    freed: tuple[int, ...] = (),
    root: int | None = None,
    prev: int | None = None,
    extra: bytes = b"",
) -> bytes:
    """An update as anybody can append it: objects, a table that may point anywhere, a trailer."""
    out = bytearray(data if data.endswith(b"\n") else data + b"\n")
    places = dict(entries or {})
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, offset in sorted(places.items()):
        out += b"%d 1\n%010d 00000 n \n" % (number, offset)
    for number in freed:
        out += b"%d 1\n0000000000 00001 f \n" % number
    last = max([size(data) - 1, *places]) + 1
    before = last_start(data) if prev is None else prev
    link = b"" if before < 0 else b" /Prev %d" % before
    head = b"trailer\n<< /Size %d /Root %d 0 R" % (last, root or root_number(data))
    out += head + link + b" " + extra + b" >>\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def stream(data: bytes, extra: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n" % (len(data), extra) + data + b"\nendstream"


def contents_number(data: bytes) -> int:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return int(pdf.pages[0].obj.Contents.objgen[0])


def page_number(data: bytes) -> int:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return int(pdf.pages[0].obj.objgen[0])


def with_second_face(data: bytes) -> bytes:
    """Before signing: another version of the page's contents lies hidden in a stream that nothing shows."""
    number = contents_number(data)
    other = b"%d 0 obj\n" % number + stream(HIDDEN) + b"\nendobj\n"
    hidden = size(data)
    return raw_update(data, {hidden: stream(other)})


def second_face_shown(data: bytes) -> bytes:
    """Row 33b: the table alone is updated, to the hidden version."""
    number = contents_number(data)
    head = b"%d 0 obj\n<< /Length %d" % (number, len(HIDDEN))
    return raw_update(data, {}, entries={number: data.index(head)})


def contents_freed(data: bytes) -> bytes:
    """Row 33: the table alone is updated, the page's contents are free now."""
    return raw_update(data, {}, freed=(contents_number(data),))


def with_second_catalog(data: bytes) -> bytes:
    """Before signing: another catalog, with another page, lies in the file."""
    first = size(data)
    objects = {
        first: b"<< /Type /Catalog /Pages %d 0 R >>" % (first + 1),
        first + 1: b"<< /Type /Pages /Count 1 /Kids [%d 0 R] >>" % (first + 2),
        first + 2: b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R >>"
        % (first + 1, first + 3),
        first + 3: stream(HIDDEN),
    }
    return raw_update(data, objects)


def second_catalog_shown(data: bytes) -> bytes:
    """Row 34: hide and replace, the trailer names the other catalog."""
    number = int(re.findall(rb"\n(\d+) 0 obj\n<< /Type /Catalog /Pages \d+ 0 R >>", data)[-1])
    return raw_update(data, {}, root=number)


def chain_of_tables_restarted(data: bytes) -> bytes:
    """One table for the whole file, with other contents, that names no earlier one."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        numbers = [one.objgen[0] for one in pdf.objects if one.objgen[0]]
    found = {
        number: data.rindex(b"\n%d 0 obj" % number) + 1
        for number in numbers
        if b"\n%d 0 obj" % number in data
    }
    return raw_update(data, {contents_number(data): stream(HIDDEN)}, entries=found, prev=-1)


def encrypted_afterwards(data: bytes) -> bytes:
    entry = (
        b"/Encrypt << /Filter /Standard /V 1 /R 2 /O (" + b"o" * 32 + b") /U (" + b"u" * 32 + b") /P -4 >>"
    )
    return raw_update(data, {}, extra=entry + b" /ID [(0123456789abcdef) (0123456789abcdef)]")


def hybrid_afterwards(data: bytes) -> bytes:
    """An update with a second table that only new readers look at (ISO 32000-1, 7.5.8.4)."""
    number = size(data)
    rows = b"\x01" + len(data).to_bytes(4, "big") + b"\x00"
    table = stream(rows, b"/Type /XRef /W [1 4 1] /Index [%d 1] /Size %d" % (number, number + 1))
    return raw_update(data, {number: table}, extra=b"/XRefStm %d" % (len(data) + (data[-1:] != b"\n")))


def text_field(data: bytes) -> bytes:
    """Before signing: a form field whose appearance shows one number and whose value is another."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        picture = pdf.make_stream(
            b"/Tx BMC q BT /F 12 Tf (100) Tj ET Q EMC",
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Form,
            BBox=[0, 0, 200, 20],
        )
        field = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Widget,
                FT=pikepdf.Name.Tx,
                T="SoTien",
                V="900",
                Rect=[100, 100, 300, 120],
                P=pdf.pages[0].obj,
                F=4,
                DA="/F 12 Tf",
                AP=pikepdf.Dictionary(N=picture),
            )
        )
        pdf.pages[0].obj.Annots = pdf.make_indirect(pikepdf.Array([field]))
        pdf.Root.AcroForm = pdf.make_indirect(pikepdf.Dictionary(Fields=pikepdf.Array([field])))
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def _form_field(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    fields = writer.root["/AcroForm"]["/Fields"]
    found: generic.DictionaryObject = next(
        one.get_object() for one in fields if one.get_object()["/T"] == "SoTien"
    )
    return found


def field_refilled(data: bytes) -> bytes:
    """Row 31: the prepared field gets another value and another picture."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        field = _form_field(writer)
        field[pdf_name("/V")] = generic.pdf_string("999.000.000")
        picture = field["/AP"].raw_get("/N").get_object()
        picture._data, picture._encoded_data = b"/Tx BMC q BT /F 12 Tf (999.000.000) Tj ET Q EMC", None
        writer.mark_update(field["/AP"].raw_get("/N").reference)
        writer.update_container(field)

    return updated(data, change)


def fields_drawn_anew(data: bytes) -> bytes:
    """Readers are asked to draw fields from their values, which are not what the signer saw."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        form = writer.root["/AcroForm"]
        form[pdf_name("/NeedAppearances")] = generic.BooleanObject(True)
        writer.update_container(form)

    return updated(data, change)


def field_of_kids_added(data: bytes) -> bytes:
    """A signature field whose picture is a nested widget without a name, over the whole page."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        page = writer.root["/Pages"]["/Kids"][0]
        picture = generic.StreamObject(
            dict_data={
                pdf_name("/Type"): pdf_name("/XObject"),
                pdf_name("/Subtype"): pdf_name("/Form"),
                pdf_name("/BBox"): _numbers(0, 0, 595, 842),
            },
            stream_data=HIDDEN,
        )
        field = generic.DictionaryObject(
            {pdf_name("/FT"): pdf_name("/Sig"), pdf_name("/T"): generic.pdf_string("Con")}
        )
        reference = writer.add_object(field)
        widget = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/Widget"),
                pdf_name("/Parent"): reference,
                pdf_name("/Rect"): _numbers(0, 0, 595, 842),
                pdf_name("/F"): generic.NumberObject(4),
                pdf_name("/AP"): generic.DictionaryObject({pdf_name("/N"): writer.add_object(picture)}),
            }
        )
        field[pdf_name("/Kids")] = generic.ArrayObject([writer.add_object(widget)])
        fields = writer.root["/AcroForm"]["/Fields"]
        fields.append(reference)
        writer.update_container(fields)
        if "/Annots" not in page:
            page[pdf_name("/Annots")] = generic.ArrayObject()
        page["/Annots"].append(field["/Kids"].raw_get(0))
        writer.update_container(page["/Annots"])
        writer.update_container(page)

    return updated(data, change)


def field_with_veiled_place(data: bytes) -> bytes:
    """A new field whose corners are references, with the picture of a mark that is there already."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        append_signature_field(writer, SigFieldSpec("Them"))
        field = next(
            one.get_object()
            for one in writer.root["/AcroForm"]["/Fields"]
            if one.get_object()["/T"] == "Them"
        )
        corner = writer.add_object(generic.NumberObject(500))
        field[pdf_name("/Rect")] = generic.ArrayObject(
            [generic.NumberObject(0), generic.NumberObject(0), corner, corner]
        )
        writer.update_container(field)

    return updated(data, change)


def _numbers(*values: int) -> generic.ArrayObject:
    return generic.ArrayObject(map(generic.NumberObject, values))


def _literal(value: bytes) -> bytes:
    for special in (b"\\", b"(", b")"):
        value = value.replace(special, b"\\" + special)
    return b"(" + value.replace(b"\r", b"\\r") + b")"


def literal_string_in_the_gap(data: bytes) -> bytes:
    """Row 38: the signature as a literal string, which is shorter, and room for more behind it."""
    start, end = gaps(data)[0]
    value = bytes.fromhex(data[start + 1 : end - 1].decode("ascii")).rstrip(b"\0")
    short = _literal(value)
    rest = end - start - len(short) - len(b" /Them ()")
    assert rest > 0
    return data[:start] + short + b" /Them (" + b"x" * rest + b")" + data[end:]


def objects_in_the_gap(data: bytes) -> bytes:
    """Row 39: other contents of the page in the gap, and a table behind the file that points there."""
    number = contents_number(data)
    start, end = gaps(data)[0]
    value = bytes.fromhex(data[start + 1 : end - 1].decode("ascii")).rstrip(b"\0")
    short = _literal(value)
    inserted = b" /Them (\n%d 0 obj\n" % number + stream(HIDDEN) + b"\nendobj\n"
    rest = end - start - len(short) - len(inserted) - 1
    assert rest > 0
    gap = short + inserted + b" " * rest + b")"
    wrapped = data[:start] + gap + data[end:]
    return raw_update(wrapped, {}, entries={number: start + len(short) + len(b" /Them (\n")})


def second_header_and_file_behind(data: bytes) -> bytes:
    return data + data.replace(b"Im0", b"Im9")


def zip_around(data: bytes) -> bytes:
    """A polyglot: the directory of a ZIP archive behind the file."""
    return data + b"PK\x05\x06" + b"\0" * 18


def zip_before(data: bytes) -> bytes:
    return b"PK\x03\x04" + b"\0" * 26 + data
